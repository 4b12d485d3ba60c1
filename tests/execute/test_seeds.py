"""The programs the project started from, written anew: what --execute must say of each."""

from __future__ import annotations

import pytest

RATINGS = """\
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam

model = Sequential()
model.add(Dense(50, input_dim=n_features, activation="relu"))
model.add(Dense(20, activation="relu"))
model.add(Dense(1, activation="softmax"))
model.compile(loss="mse", optimizer=Adam(lr=0.02), metrics=["accuracy"])
"""

NOTHING_STARTS = """\
import keras
from keras import initializers
from keras.layers import Activation, Dense

net = keras.models.Sequential()
net.add(Dense(12, input_shape=(3,), kernel_initializer=initializers.constant(0.0)))
net.add(Activation("relu"))
net.add(Dense(12, input_shape=(3,), kernel_initializer=initializers.constant(0.0)))
net.add(Activation("relu"))
net.add(Dense(1, kernel_initializer=initializers.constant(0.0)))
net.compile(loss="mean_squared_error", optimizer=keras.optimizers.Adam(lr=0.01, decay=1e-6))
"""

ANGLES = """\
import keras
from keras import layers
from keras.engine.input_layer import Input

pictures = Input(shape=(64, 24, 1))
x = layers.Conv2D(8, 3, activation="relu")(pictures)
x = layers.MaxPooling2D(2)(x)
x = layers.Flatten()(x)
angle = layers.Dense(1, activation="sigmoid")(x)
model = keras.models.Model(pictures, angle)
model.compile(optimizer=keras.optimizers.Nadam(lr=1e-4), loss="mse", metrics=["accuracy", "mse"])
"""

TWO_UNITS = """\
import keras
from keras import layers

model = keras.Sequential()
model.add(keras.Input((2,)))
model.add(layers.Dense(2, activation="sigmoid"))
model.add(layers.Dense(2, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
"""


@pytest.fixture
def verdicts(prove):
    """Verdicts and evidence by code."""

    def run(text: str, **settings: object) -> dict[str, list[tuple[str | None, str]]]:
        found: dict[str, list[tuple[str | None, str]]] = {}
        for finding in prove(text, **settings):
            found.setdefault(finding.code, []).append((finding.verdict, finding.evidence or ""))
        return found

    return run


def test_ratings(verdicts):
    found = verdicts(RATINGS)
    [(verdict, evidence)] = found["KER101"]
    assert verdict == "confirmed"
    assert "output std 0 " in evidence
    assert "all 6 gradients 0" in evidence
    [(verdict, evidence)] = found["KER126"]
    assert verdict == "unproven"
    assert "holds if the targets are not 0 and 1" in evidence
    [(verdict, evidence)] = found["KER003"]
    assert verdict == "confirmed"
    assert "Adam(learning_rate=...) is built" in evidence


def test_all_kernels_start_at_zero(verdicts):
    found = verdicts(NOTHING_STARTS)
    first, second = found["KER202"]
    for verdict, evidence in (first, second):
        assert verdict == "confirmed"
        assert "is exactly 0" in evidence
        assert "only dense_2/bias moves" in evidence
        assert "of 12 units" in evidence
    assert [verdict for verdict, _ in found["KER005"]] == ["confirmed"]


def test_angles_of_pictures(verdicts):
    found = verdicts(ANGLES, extend_select=["KER114", "KER138"])
    assert [verdict for verdict, _ in found["KER126"]] == ["confirmed"]
    [(verdict, evidence)] = found["KER114"]
    assert verdict == "unproven"
    assert "the range of the targets is not known" in evidence
    assert [verdict for verdict, _ in found["KER001"]] == ["confirmed"]
    assert [verdict for verdict, _ in found["KER138"]] == [None]


def test_two_sigmoid_units(verdicts):
    found = verdicts(TWO_UNITS, extend_select=["KER310"])
    assert list(found) == ["KER310"]
    [(verdict, evidence)] = found["KER310"]
    assert verdict == "confirmed"
    assert "steps" in evidence
