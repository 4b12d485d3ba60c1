"""Existence: what is there, and what is there only to raise, asked of the installed Keras."""

from __future__ import annotations

import pytest
from sampling import installed

from kerlint.execute.support.verdicts import CONFIRMED, REFUTED

existence = pytest.importorskip("kerlint.execute.experiments.existence")

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize(
    ("callee", "word"),
    [
        ("keras.Model.add_metric", CONFIRMED),  # nothing but ``raise NotImplementedError``
        ("keras.layers.Normalization.adapt", REFUTED),  # which it raises for some arguments only
        ("keras.Model.fit", REFUTED),
        ("keras.Model.fit_generator", CONFIRMED),
    ],
)
def test_a_method(callee: str, word: str) -> None:
    assert existence.attempt(existence.Call(callee)).word == word


@pytest.mark.parametrize(
    ("layer", "name", "word"),
    [
        ("Dense", "units", CONFIRMED if installed() >= (3, 13) else REFUTED),  # when it is made
        ("LSTM", "units", CONFIRMED),  # when it is called
        ("MaxPooling2D", "pool_size", CONFIRMED),
        ("Hashing", "num_bins", REFUTED),
        ("Conv1D", "filters", REFUTED),
    ],
)
def test_a_number_of_numpy(layer: str, name: str, word: str) -> None:
    call = existence.Call(f"keras.layers.{layer}", name, value=2, refused=True, numpy=True)
    found = existence.attempt(call)
    assert found.word == word, found


def test_a_layer_that_cannot_be_trained() -> None:
    """Older releases raise an error for it, and newer ones set everything to 0."""
    call = existence.Call("keras.layers.Dropout", "rate", value=1.0, refused=True)
    found = existence.attempt(call)
    assert found.word == CONFIRMED, found


@pytest.mark.parametrize("callee", ["keras.Input", "keras.layers.InputLayer"])
def test_a_number_as_the_shape_of_an_input(callee: str) -> None:
    found = existence.attempt(existence.Call(callee, "shape", value=784, refused=True))
    assert found.word == CONFIRMED, found
