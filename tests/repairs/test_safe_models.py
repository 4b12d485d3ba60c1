"""Safe fixes of models in TensorFlow: the same losses from the same weights, or better ones."""

from __future__ import annotations

import pytest

from kerlint.config.settings import combine
from kerlint.diagnostics import Applicability
from kerlint.repairs.apply import edited
from kerlint.rules import all_rules
from kerlint.run.engine import from_keywords, lint_source
from kerlint.sources.source import Source

np = pytest.importorskip("numpy")
pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]
SETTINGS = combine("/", [from_keywords({"extend_select": ["KER112"]})])
SAFE = {"KER109", "KER112", "KER130", "KER131"}

START = """
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(7)
x = np.random.normal(size=(96, 5)).astype("float32")
classes = np.random.randint(0, 3, 96)
"""

SAME = {
    "KER109 softmax": """
model = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation="softmax")])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(optimizer="adam", loss=loss)
history = model.fit(x, classes, epochs=4, verbose=0)
""",
    "KER109 sigmoid": """
model = keras.Sequential([keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
model.add(layers.Activation("sigmoid"))
model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
history = model.fit(x, (classes > 1) * 1.0, epochs=4, verbose=0)
""",
    "KER112 relu": """
model = keras.Sequential([keras.Input((5,)), layers.Dense(8, activation="relu")])
model.add(layers.Activation("relu"))
model.add(layers.Dense(1))
model.compile("adam", "mse")
history = model.fit(x, classes, epochs=4, verbose=0)
""",
    "KER112 linear": """
inputs = keras.Input((5,))
hidden = layers.Activation("linear")(layers.Dense(8, activation="tanh")(inputs))
model = keras.Model(inputs, layers.Dense(1)(hidden))
model.compile("adam", "mse")
history = model.fit(x, classes, epochs=4, verbose=0)
""",
}

RAISES = {
    "KER130": """
y = keras.utils.to_categorical(classes, 3)
model = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
history = model.fit(x, y, epochs=4, verbose=0)
""",
    "KER131": """
y = np.random.randint(0, 3, 96)
model = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="categorical_crossentropy")
history = model.fit(x, y, epochs=4, verbose=0)
""",
}

OTHER_LABELS = {
    "KER130": ("keras.utils.to_categorical(classes, 3)", "classes"),
    "KER131": ("fit(x, y,", "fit(x, keras.utils.to_categorical(y, 3),"),
}


def fixed(text, code):
    found = lint_source(Source("program.py", text), text.encode(), SETTINGS).diagnostics
    fix = next(each.fix for each in found if each.code == code)
    assert fix.applicability is Applicability.SAFE
    return edited("program.py", text.encode(), fix.edits).decode()


def losses(text):
    """What a program logs in training; it starts from the same weights each time."""
    names = {}
    exec(compile(text, "program.py", "exec"), names)
    return names["history"].history["loss"]


@pytest.mark.parametrize("name", SAME)
def test_the_training_is_the_same(name):
    text = START + SAME[name]
    np.testing.assert_allclose(
        losses(text), losses(fixed(text, name.split()[0])), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("code", RAISES)
def test_what_raised_trains(code):
    text = START + RAISES[code]
    with pytest.raises(ValueError, match=r"rank|shape"):
        losses(text)
    # As with labels that the loss takes.
    labels = OTHER_LABELS[code]
    assert labels[0] in text
    np.testing.assert_allclose(
        losses(fixed(text, code)), losses(text.replace(*labels)), rtol=1e-5, atol=1e-6
    )


def test_the_safe_rules_of_models_are_tested():
    assert {
        rule.code
        for rule in all_rules()
        if rule.fix is Applicability.SAFE and rule.code.startswith(("KER1", "KER2", "KER3", "KER4"))
    } <= SAFE | {"KER139", "KER309", "KER406", "KER409"}
