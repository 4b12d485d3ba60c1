"""Existence: what is there, and what is there only to raise, asked of the installed Keras."""

from __future__ import annotations

import pytest
from sampling import installed

from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN

existence = pytest.importorskip("kerlint.execute.experiments.existence")

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize(
    ("callee", "word"),
    [
        ("keras.Model.add_metric", CONFIRMED),  # nothing but ``raise NotImplementedError``
        ("keras.layers.Normalization.adapt", REFUTED),  # which it raises for some arguments only
        ("keras.Model.fit", REFUTED),
        ("keras.Model.fit_generator", CONFIRMED),
        ("keras.losses.mean_absolute_error", REFUTED),
        ("tensorflow.keras.losses.mean_absolute_error", CONFIRMED),  # which has MeanAbsoluteError
        ("tensorflow.keras.losses.MeanAbsoluteError", REFUTED),
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


@pytest.mark.parametrize(
    ("callee", "value", "word"),
    [
        ("keras.Model.compile", "mae", CONFIRMED),
        ("keras.Sequential", None, CONFIRMED),
        ("keras.Input", None, CONFIRMED),
        ("keras.layers.InputLayer", None, CONFIRMED),
        ("keras.layers.Layer.add_weight", "kernel", CONFIRMED),
        ("keras.layers.Layer.__call__", True, CONFIRMED),
        ("keras.layers.Layer.__call__", 3, CONFIRMED),
        ("keras.layers.Permute", 2, CONFIRMED),
        ("keras.layers.Permute", 1, REFUTED),
        ("keras.layers.MaxPooling2D", 2, REFUTED),
    ],
)
def test_a_call_as_it_is_written(callee: str, value: object, word: str) -> None:
    found = existence.attempt(existence.Call(callee, value=value, setting="as written"))
    assert found.word == word, found


@pytest.mark.parametrize(
    ("name", "place", "word"),
    [("weight_decay", 3, CONFIRMED), ("nesterov", 3, REFUTED), ("nesterov", 2, CONFIRMED)],
)
def test_the_place_of_an_argument(name: str, place: int, word: str) -> None:
    call = existence.Call("keras.optimizers.SGD", name, value=place, setting="as written")
    assert existence.attempt(call).word == word


@pytest.mark.parametrize(
    ("callee", "setting", "word"),
    [
        ("keras.Sequential.input", "sequential", CONFIRMED),
        ("keras.Sequential.output", "sequential", CONFIRMED),
        ("keras.Sequential.input_shape", "sequential", REFUTED),
        ("keras.Model.input", "functional", REFUTED),
        ("keras.Model.add_loss", "functional", CONFIRMED),
    ],
)
def test_a_method_of_one_kind_of_model(callee: str, setting: str, word: str) -> None:
    assert existence.attempt(existence.Call(callee, setting=setting)).word == word


def test_an_argument_of_a_function_that_is_gone() -> None:
    call = existence.Call("keras.backend.random_normal", "std", renamed="stddev", value=1.0)
    assert existence.attempt(call).word == UNPROVEN


@pytest.mark.parametrize("callee", ["keras.Input", "keras.layers.InputLayer"])
def test_a_number_as_the_shape_of_an_input(callee: str) -> None:
    found = existence.attempt(existence.Call(callee, "shape", value=784, refused=True))
    assert found.word == CONFIRMED, found
