"""Claims that Keras raises an error: only the error that a claim predicts confirms it."""

from __future__ import annotations

import pytest
from planting import planted_job

from kerlint.program.claims import FIRST_BATCH

PROGRAM = """
import keras
import numpy as np
from keras import layers
model = keras.Sequential([keras.Input((5,)), layers.{head}])
model.compile("sgd", loss=keras.losses.{loss})
model.fit(np.ones((30, 5)), {labels})
"""
ONE_HOT = "keras.utils.to_categorical(np.arange(30) % 7, 7)"
NUMBERS = "np.arange(30) % 7"
TOO_HIGH = "np.arange(30) % 12"
NEGATIVE = "np.arange(30) % 7 - 3"


@pytest.fixture
def answer(prover):
    def run(head, loss, labels, raises):
        text = PROGRAM.format(head=head, loss=loss, labels=labels)
        return prover.verdict(planted_job(text, FIRST_BATCH, raises=raises))

    return run


@pytest.mark.parametrize(
    ("head", "loss", "labels", "raises"),
    [
        ("Dense(7, 'softmax')", "SparseCategoricalCrossentropy()", ONE_HOT, "shape"),
        ("Dense(7)", "SparseCategoricalCrossentropy(from_logits=True)", ONE_HOT, "shape"),
        ("Dense(7, 'softmax')", "CategoricalCrossentropy()", NUMBERS, "shape"),
        ("Dense(7, 'softmax')", "CategoricalFocalCrossentropy()", NUMBERS, "shape"),
        ("Dense(1, 'sigmoid')", "CategoricalCrossentropy()", ONE_HOT, "shape"),
        ("Dense(7, 'softmax')", "SparseCategoricalCrossentropy()", TOO_HIGH, "range"),
        ("Dense(7, 'softmax')", "SparseCategoricalCrossentropy()", NEGATIVE, "range"),
        ("Dense(7)", "SparseCategoricalCrossentropy(from_logits=True)", TOO_HIGH, "range"),
        ("Dense(1)", "SparseCategoricalCrossentropy(from_logits=True)", NUMBERS, "range"),
    ],
)
def test_an_error_confirms_the_claim_that_predicts_it_alone(answer, head, loss, labels, raises):
    found = answer(head, loss, labels, raises)
    assert found.shown, found.evidence
    other = answer(head, loss, labels, "range" if raises == "shape" else "shape")
    assert (other.word, other.shown) == ("unproven", False)
    assert "which is not the error that the finding predicts" in other.evidence


@pytest.mark.parametrize("raises", ["shape", "range"])
@pytest.mark.parametrize(
    ("loss", "labels", "error"),
    [
        ("CategoricalCrossentropy(axis=4)", ONE_HOT, "InvalidArgumentError"),
        ("CategoricalCrossentropy(axis=2)", ONE_HOT, "InvalidArgumentError"),
    ],
)
def test_an_error_that_is_not_about_the_labels(answer, loss, labels, error, raises):
    found = answer("Dense(7, 'softmax')", loss, labels, raises)
    assert (found.word, found.shown) == ("unproven", False)
    assert error in found.evidence
