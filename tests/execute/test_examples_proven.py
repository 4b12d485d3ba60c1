"""What the docstrings of the rules call bad is bad, and what they call right trains in Keras."""

from __future__ import annotations

import math

import pytest
from examples import programs, snippets, whole

from kerlint.catalogue.codes import catalogue
from kerlint.rules import all_rules

EXPERIMENTS = {rule.code: rule.experiments for rule in all_rules()}
# Whose example has nothing that could be measured, and why.
UNPROVEN = {"KER114": "the range of the targets is what nobody knows"}


@pytest.mark.parametrize(
    "entry", [e for e in catalogue() if EXPERIMENTS.get(e.code)], ids=lambda entry: entry.code
)
def test_the_bad_example_is_confirmed(prove, entry):
    text = whole(snippets(entry.text, "Bad"))
    found = [f for f in prove(text, extend_select=[entry.code]) if f.code == entry.code]
    assert found
    for finding in found:
        wanted = "unproven" if entry.code in UNPROVEN else "confirmed"
        assert finding.verdict == wanted, finding.evidence
        if wanted == "confirmed":
            sentence, numbers = (finding.evidence or "").split("\n")
            assert sentence.startswith(("Built and tried: ", "Tried: "))
            assert sentence.endswith(".")
            assert numbers


def train(model):
    """Fit a compiled model once, on what it predicts itself: any targets that its loss takes."""
    import numpy as np

    shapes = [tuple(size or 4 for size in tensor.shape) for tensor in model.inputs]
    x = [np.zeros(shape, "float32") for shape in shapes]
    batch = shapes[0][0]
    y = model.predict(x, batch_size=batch, verbose=0)
    if "sparse" in str(getattr(model.loss, "name", model.loss)):
        y = y.argmax(axis=-1)
    model.fit(x, y, batch_size=batch, verbose=0)


@pytest.mark.parametrize(
    "entry", [e for e in catalogue() if e.code != "KER013"], ids=lambda entry: entry.code
)
def test_the_tempting_example_trains(keras, entry, tmp_path, monkeypatch):
    """The installed Keras accepts it, and the loss is a number."""
    monkeypatch.chdir(tmp_path)  # some save a model
    for program in programs(snippets(entry.text, "Tempting")):
        names = {"keras": keras, "layers": keras.layers}
        exec(compile(program, entry.code, "exec"), names)
        for model in [each for each in names.values() if isinstance(each, keras.Model)]:
            if model.compiled and getattr(model, "history", None) is None:
                train(model)
            if model.compiled:
                assert all(math.isfinite(loss) for loss in model.history.history["loss"])
