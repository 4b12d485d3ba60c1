"""The loss that kerlint computes for a sample is the one that Keras computes."""

from __future__ import annotations

import itertools

import pytest

from kerlint.reading import read
from kerlint.rules import scores
from kerlint.rules.formulas import Table
from kerlint.sources.source import Source

pytestmark = pytest.mark.tensorflow

LOSSES = {
    "dice": "(2 * ops.sum(y * p) + 1) / (ops.sum(y) + ops.sum(p) + 1)",
    "per sample": "ops.mean(1 - ops.sum(y * p, axis=-1) / ops.max(y + p, axis=-1))",
    "likelihood": "-ops.mean(y * ops.log(ops.clip(p, 1e-7, 1.0)) + ops.log1p(p) / 3)",
    "powers": "ops.sqrt(ops.sum(p**2) / (ops.sum(ops.square(y)) + 1e-3)) - 2",
    "ends": "ops.sum(ops.maximum(y, p) / ops.exp(ops.minimum(y, p))) + ops.abs(-ops.sum(p))",
    "all of it": "ops.sum(ops.reshape(y, (-1,)) * ops.ravel(p)) / ops.sum(ops.cast(y, 'float32'))",
}


@pytest.mark.parametrize("formula", LOSSES.values(), ids=LOSSES)
def test_a_loss_is_computed_as_keras_does(formula: str) -> None:
    keras = pytest.importorskip("keras")
    np = pytest.importorskip("numpy")
    text = f"""\
import keras
from keras import ops
def loss(y, p):
    return {formula}
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3, activation="sigmoid")])
model.compile("adam", loss=loss)
"""
    program = next(iter(read(Source("a.py", text)).entry_points())).execute({}).program
    table = Table.of(program, program.formulas[0], program.formulas[0].traces[0])
    names: dict[str, object] = {"ops": keras.ops}
    for labels, right, wrong in itertools.chain(*scores._SAMPLES.values()):
        for output in (right, wrong):
            names |= {"y": np.array([labels], "float32"), "p": np.array([output], "float32")}
            with np.errstate(all="ignore"):
                expected = float(np.mean(eval(formula, {}, names)))
            computed = scores._loss(table, labels, output)
            if computed is not None or np.isfinite(expected):
                assert computed == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    "formula",
    [
        "ops.sum(y * p) / ops.sum(ops.round(p))",
        "ops.sum(y * p) / ops.sum(unknown(p))",
        "ops.sum(y * p) / size",
    ],
)
def test_nothing_is_computed_with_what_is_not_known(formula: str) -> None:
    text = f"""\
import keras
from elsewhere import size, unknown
from keras import ops
def loss(y, p):
    return {formula}
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3, activation="sigmoid")])
model.compile("adam", loss=loss)
"""
    program = next(iter(read(Source("a.py", text)).entry_points())).execute({}).program
    for found in program.formulas:
        for trace in found.traces:
            table = Table.of(program, found, trace)
            assert not scores.prefers_wrong(table, "sigmoid")
