"""What the size of the inputs does to the first gradient, asked of the installed Keras."""

from __future__ import annotations

import pytest
from planting import planted_job

from kerlint.program.changes import InsertBefore, Remove
from kerlint.program.claims import INPUT_SCALE

NETWORKS = {
    "sigmoid": ('Flatten(), layers.Dense(64, "sigmoid")', 1),
    "relu": ('Flatten(), layers.Dense(64, "relu")', 1),
    "convolution": ('Conv2D(16, 3, activation="relu"), layers.Flatten()', 0),
    "sequence": ("Reshape((16, 48)), layers.LSTM(32)", 1),
    "bounded": ("Conv2D(16, 3), layers.ReLU(6.0), layers.Flatten()", 0),
}
RAW, UNIT = (0, 255), (0, 1)


def network(layers: str, loss: str = "sparse_categorical_crossentropy") -> str:
    return f"""import keras
from keras import layers
model = keras.Sequential([keras.Input((16, 16, 3)), layers.{layers}])
model.add(layers.Dense(10, activation="softmax"))
model.compile(loss="{loss}", optimizer="adam")
"""


def scaled(layer: int):
    return lambda layers: [
        InsertBefore(layers[layer].id, "keras.layers.Rescaling", {"scale": 1 / 255})
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_raw_pixels_make_the_first_gradient_large(prover, name):
    layers, first = NETWORKS[name]
    job = planted_job(network(layers), INPUT_SCALE, repair=scaled(first), inputs=RAW)
    verdict = prover.verdict(job)
    assert verdict.word == "confirmed", verdict.evidence
    assert "times as large as when repaired" in verdict.evidence


@pytest.mark.parametrize("name", NETWORKS)
def test_pixels_that_are_divided_twice_leave_no_gradient(prover, name):
    layers, _ = NETWORKS[name]
    text = network(f"Rescaling(1 / 255), layers.{layers}")
    job = planted_job(text, INPUT_SCALE, repair=lambda layers: [Remove(layers[0].id)], inputs=UNIT)
    verdict = prover.verdict(job)
    assert verdict.word == "confirmed", verdict.evidence
    assert "hardly gets a gradient" in verdict.evidence


@pytest.mark.parametrize("name", NETWORKS)
def test_scaled_pixels_are_refuted(prover, name):
    layers, first = NETWORKS[name]
    verdict = prover.verdict(
        planted_job(network(layers), INPUT_SCALE, repair=scaled(first), inputs=UNIT)
    )
    assert verdict.word == "refuted", verdict.evidence


@pytest.mark.parametrize(
    "layers",
    [
        "BatchNormalization(), layers.Flatten()",
        "Conv2D(16, 3), layers.BatchNormalization(), layers.ReLU(), layers.Flatten()",
        "Rescaling(1 / 255), layers.Flatten(), layers.Dense(64)",
        "Rescaling(1 / 127.5, offset=-1), layers.Flatten()",
    ],
)
def test_raw_pixels_are_fine_where_the_model_scales_them(prover, layers):
    job = planted_job(network(layers), INPUT_SCALE, repair=scaled(0), inputs=RAW)
    verdict = prover.verdict(job)
    assert verdict.word == "refuted", verdict.evidence


def test_without_a_repair_nothing_is_confirmed(prover):
    verdict = prover.verdict(planted_job(network("Flatten()"), INPUT_SCALE, inputs=RAW))
    assert verdict.word == "unproven"
    assert "no repaired model" in verdict.evidence
