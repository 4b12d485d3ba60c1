"""What a defect costs, where the finding is about training and a small training shows it."""

from __future__ import annotations

import pytest

PROGRAM = """
import keras
import numpy as np
from keras import layers

labels = np.arange(40) % 2
model = keras.Sequential([keras.Input((5,)), {layers}])
model.compile("sgd", loss="{loss}")
model.fit(np.random.rand(40, 5), {targets})
"""


@pytest.mark.parametrize(
    ("code", "layers", "loss", "targets", "words"),
    [
        (
            "KER101",
            "layers.Dense(9, 'relu'), layers.Dense(1, 'softmax')",
            "binary_crossentropy",
            "labels",
            "the model always answered 1.0, which is right for 50%; repaired, the answers differ.",
        ),
        (
            "KER102",
            "layers.Dense(9, 'relu'), layers.Dense(1, 'sigmoid')",
            "categorical_crossentropy",
            "labels",
            "50% of 16 samples are right, repaired 100%.",
        ),
        (
            "KER202",
            "layers.Dense(9, 'relu', kernel_initializer='zeros'), layers.Dense(1)",
            "mse",
            "np.linspace(0, 9, 40)",
            "the error on 16 samples is 100% of the variance of the targets, repaired ",
        ),
    ],
)
def test_it_is_in_the_sentence(prove, code, layers, loss, targets, words):
    text = PROGRAM.format(layers=layers, loss=loss, targets=targets)
    (found,) = [each for each in prove(text) if each.code == code]
    assert found.verdict == "confirmed", found.evidence
    assert words in found.evidence.partition("\n")[0]


@pytest.mark.parametrize(
    "before",
    ["layers.Dense(400), layers.Dense(900, 'relu')", "layers.Reshape((5, 1)), layers.GRU(6)"],
)
def test_large_models_are_not_trained_for_it(prove, before):
    dead = "layers.Dense(9, 'relu', kernel_initializer='zeros'), layers.Dense(1)"
    text = PROGRAM.format(layers=f"{before}, {dead}", loss="mae", targets="labels")
    (found,) = [each for each in prove(text) if each.code == "KER202"]
    assert found.verdict == "confirmed", found.evidence
    assert "training steps" not in found.evidence.partition("\n")[0]
