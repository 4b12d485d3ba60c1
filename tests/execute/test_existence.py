"""Existence: what is there, and what is there only to raise, asked of the installed Keras."""

from __future__ import annotations

import pytest

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
