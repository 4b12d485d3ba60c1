"""The optimizer of a compile call: its kind, rate and schedule; defaults as in the real Keras."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from kerlint import keras_api
from kerlint.program.model import Compile, Program
from kerlint.program.optimizers import DEFAULT
from kerlint.reading import read
from kerlint.sources.source import Source

HEAD = """\
import keras
import tensorflow as tf
from keras import layers, optimizers

model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
"""


def program_of(text: str) -> Program:
    root = next(iter(read(Source("program.py", HEAD + textwrap.dedent(text))).entry_points()))
    return root.execute({}).program


def compiled(text: str) -> Compile:
    return program_of(text).compiles[-1]


@pytest.mark.parametrize(
    ("argument", "kind", "rate"),
    [
        ('optimizer="adam"', "adam", 0.001),
        ('"SGD"', "sgd", 0.01),
        ('loss="mse"', "rmsprop", 0.001),
        ("optimizer=optimizers.Adam()", "adam", 0.001),
        ("optimizers.Adam(0.5)", "adam", 0.5),
        ("optimizers.SGD(learning_rate=1)", "sgd", 1.0),
        ("optimizers.SGD(lr=0.2)", "sgd", 0.2),
        ("tf.keras.optimizers.legacy.SGD()", "sgd", 0.01),
        ("optimizers.AdamW(weight_decay=0.1)", "adamw", 0.001),
        ("optimizers.Adam(**settings)", "adam", None),
        ("optimizers.Adam(rate)", "adam", None),
        ("**settings", None, None),
        ('"does_not_exist"', None, None),
        ("tf.compat.v1.train.AdamOptimizer(0.1)", None, None),
        ("optimizer", None, None),
    ],
)
def test_kind_and_rate(argument: str, kind: str | None, rate: float | None) -> None:
    found = compiled(
        f"""
        def build(settings, rate, optimizer):
            model.compile({argument})
        build(*unknown())
        """
    ).optimizer
    assert (found.kind, found.rate, found.schedule) == (kind, rate, None)


def test_through_a_variable_and_with_its_arguments() -> None:
    found = compiled(
        """
        adam = optimizers.Adam(1e-2, clipnorm=1.0)
        model.compile(optimizer=adam, loss="mse")
        """
    ).optimizer
    assert found.name == "keras.optimizers.Adam"
    assert found.rate == 0.01
    assert found.args["clipnorm"].number() == 1.0
    assert found.fact is not None


def test_schedules_have_no_one_rate() -> None:
    found = compiled(
        """
        schedule = optimizers.schedules.ExponentialDecay(0.1, decay_steps=100, decay_rate=0.9)
        model.compile(optimizers.SGD(schedule))
        """
    ).optimizer
    assert (found.kind, found.rate) == ("sgd", None)
    assert found.schedule is not None
    assert found.schedule.name == "keras.optimizers.schedules.ExponentialDecay"
    assert found.schedule.args["initial_learning_rate"].number() == 0.1


def test_ids_are_places() -> None:
    program = program_of(
        """
        for rate in (0.1, 0.2, 0.3):
            model.compile(optimizers.SGD(rate), "mse")
            model.fit([[0.0] * 4], [0.0])
            model.evaluate([[0.0] * 4], [0.0])
        """
    )
    for table in (program.compiles, program.fits, program.calls):
        assert [each.id for each in table] == list(range(len(table)))  # type: ignore[attr-defined]
    assert [each.optimizer.rate for each in program.compiles] == [0.1, 0.2, 0.3]
    assert [fit.compiled for fit in program.fits] == [0, 0, 1, 1, 2, 2]


def test_defaults_are_those_of_keras(keras: Any) -> None:
    checked = 0
    for name in dir(keras.optimizers):
        made = getattr(keras.optimizers, name)
        if not isinstance(made, type) or keras_api.kind_of(f"keras.optimizers.{name}") is None:
            continue
        found = compiled(f"model.compile(optimizers.{name}())").optimizer
        given = {"exclude_layers": []} if name == "Muon" else {}
        real = made(**given)
        assert found.rate == pytest.approx(float(real.learning_rate)), name
        assert (found.kind, found.name) == (name.lower(), f"keras.optimizers.{name}")
        checked += 1
    assert checked > 10


def test_what_compile_takes_when_it_is_given_none(keras: Any) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    assert model.optimizer.__class__ is keras.optimizers.get(DEFAULT).__class__


def test_a_class_is_not_an_optimizer(keras: Any) -> None:
    with pytest.raises(ValueError, match="Could not interpret"):
        keras.optimizers.get(keras.optimizers.Adam)
    assert compiled("model.compile(optimizers.Adam)").optimizer.kind is None
