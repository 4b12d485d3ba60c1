"""What is advised where a callback or the history asks for a name that is not logged."""

from __future__ import annotations

import pytest

import kerlint

PROGRAM = """\
import keras, numpy as np
from keras.callbacks import EarlyStopping
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation={activation!r})])
model.compile("adam", {loss!r})
data = np.random.rand(9, 3), np.random.randint(0, 2, (9, 1))
history = model.fit(*data, validation_split=0.3, callbacks=[EarlyStopping("val_acc", mode="max")])
"""


@pytest.mark.parametrize(
    ("loss", "activation", "advice"),
    [
        ("mse", None, 'use `"val_loss"`, because a regression has no accuracy'),
        ("mean_absolute_error", None, 'use `"val_loss"`, because a regression has no accuracy'),
        ("binary_crossentropy", "sigmoid", 'pass `metrics=["accuracy"]` to `compile()`'),
    ],
)
def test_accuracy_is_advised_for_classes_only(loss: str, activation: str, advice: str) -> None:
    text = PROGRAM.format(loss=loss, activation=activation)
    (found,) = kerlint.lint_source(text, select=["KER801"])
    assert found.help == advice
