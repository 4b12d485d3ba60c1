"""Attributes of Keras objects that a program sets, in the order of compile and fit."""

from __future__ import annotations

import pytest

from kerlint.program.model import Assignment, Program
from kerlint.program.values import LayerRef, ModelRef, Object
from kerlint.reading import read
from kerlint.sources.source import Source

START = """
import keras
from keras import layers

def build():
    model = keras.Sequential([keras.Input((8,)), layers.Dense(4, name="first"), layers.Dense(1)])
    return model

model = build()
optimizer = keras.optimizers.SGD(0.1)
"""


def program_of(text: str) -> Program:
    return next(iter(read(Source("program.py", text)).entry_points())).execute({}).program


def only(text: str) -> tuple[Assignment, Program]:
    program = program_of(START + text)
    assert len(program.assignments) == 1
    return program.assignments[0], program


@pytest.mark.parametrize(
    "text",
    [
        "model.trainable = False",
        "setattr(model, 'trainable', False)",
        "class GAN:\n    def __init__(self):\n        model.trainable = False\nGAN()",
    ],
)
def test_a_model(text: str) -> None:
    found, _ = only(text)
    assert (found.owner, found.name, found.value.value) == (ModelRef(0), "trainable", False)


def test_a_layer() -> None:
    found, _ = only("model.layers[0].trainble = False")
    assert (found.owner, found.name) == (LayerRef(0), "trainble")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("optimizer.lr = 0.5", "keras.optimizers.SGD"),
        ("model.compile(optimizer, 'mse')\nmodel.optimizer.lr = 0.5", "keras.optimizers.SGD"),
        ("model.compile('adam', 'mse')\nmodel.optimizer.lr = 0.5", "keras.optimizers.Adam"),
        ("model.optimizer.lr = 0.5", "keras.optimizers.Optimizer"),
        (
            "other = keras.models.load_model('m.keras')\nother.optimizer.lr = 0.5",
            "keras.optimizers.Optimizer",
        ),
    ],
)
def test_an_optimizer(text: str, name: str) -> None:
    found, _ = only(text)
    assert isinstance(found.owner, Object)
    assert (found.owner.name, found.name, found.value.value) == (name, "lr", 0.5)


def test_the_order_of_events() -> None:
    found, program = only(
        "model.compile('adam', 'mse')\nmodel.fit(x, y)\nmodel.trainable = False\nmodel.fit(x, y)\n"
    )
    assert (found.compiles, found.fits) == (1, 1)
    assert len(program.fits) == 2


def test_own_attributes_of_own_layers_are_not_noted() -> None:
    program = program_of(
        START
        + """
class Scale(layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

scale = Scale(2.0)
scale.trainable = False
"""
    )
    assert [each.name for each in program.assignments] == ["trainable"]
