"""What the docstrings of the rules call bad is bad, and what they call right trains in Keras."""

from __future__ import annotations

import functools
import math

import pytest
from examples import programs, snippets, whole
from sampling import EXPERIMENTS, one_of_each, takes

from kerlint.catalogue.codes import catalogue

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
        if takes(entry.code):
            wanted = "refuted"
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


def losses_of_fit(keras, monkeypatch):
    """The losses of each model in its last training: ``history`` may be that of an evaluation."""
    losses = {}
    fit = keras.Model.fit

    @functools.wraps(fit)
    def fitted(model, *args, **kwargs):
        history = fit(model, *args, **kwargs)
        losses[model] = history.history["loss"]
        return history

    monkeypatch.setattr(keras.Model, "fit", fitted)
    return losses


@pytest.mark.parametrize(
    "entry",
    one_of_each(
        [entry for entry in catalogue() if entry.code != "KER013"],
        lambda entry: {entry.code[:4]},
        lambda entry: len(snippets(entry.text, "Tempting")),
    ),
    ids=lambda entry: entry.code,
)
def test_the_tempting_example_trains(keras, entry, tmp_path, monkeypatch):
    """The installed Keras accepts it, and the loss is a number."""
    monkeypatch.chdir(tmp_path)  # some save a model
    losses = losses_of_fit(keras, monkeypatch)
    for program in programs(snippets(entry.text, "Tempting")):
        if "sklearn" in program:
            pytest.importorskip("sklearn")
        names = {"keras": keras, "layers": keras.layers}
        exec(compile(program, entry.code, "exec"), names)
        for model in [each for each in names.values() if isinstance(each, keras.Model)]:
            if model.compiled and getattr(model, "history", None) is None:
                train(model)
            if model.compiled:
                assert all(math.isfinite(loss) for loss in losses[model])
