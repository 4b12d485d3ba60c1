"""Channel statistics: whether a BatchNormalization gives each channel a standard deviation of 1.

The layer alone is given N(0, 1) noise with its channels scaled from .1 to 10, in training mode.
Measured, largest over smallest standard deviation of a channel: 1.1 with the channels as its axis
(the smallest is a little below 1 because of epsilon), 96 with the rows as its axis. From 10 on
confirms, up to 2 refutes. Which axis the channels are is asked of the convolution or pooling before
the layer; without one they are the last axis.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerlint.execute.support.under_test import SEED, ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

APART, TOGETHER = 10.0, 2.0
WEAKEST, STRONGEST = 0.1, 10.0
SAMPLES, SIZE = 32, 8
FAR = 20  # layers


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compare the channels that come out of the claim's layer."""
    layer = subject.layer
    if not isinstance(layer, keras.layers.BatchNormalization):
        return Observation(None, "the layer is not a BatchNormalization")
    tensor = layer._inbound_nodes[0].input_tensors[0]
    shape = tuple(size or SIZE for size in tensor.shape[1:])
    axis = 1 if _channels_first(tensor) else len(shape)
    channels = shape[axis - 1]
    if channels < 2:
        return Observation(None, "there is only one channel")
    random = np.random.default_rng(SEED)
    scales = np.geomspace(WEAKEST, STRONGEST, channels)
    scales = scales.reshape([-1 if place == axis else 1 for place in range(len(shape) + 1)])
    given = (random.standard_normal((SAMPLES, *shape)) * scales).astype("float32")
    found = keras.ops.convert_to_numpy(layer(given, training=True))
    others = tuple(place for place in range(found.ndim) if place != axis)
    deviations = found.std(axis=others)
    ratio = float(deviations.max() / max(float(deviations.min()), 1e-12))
    text = (
        f"channels with standard deviations from {WEAKEST:g} to {STRONGEST:g} come out of "
        f"{layer.name} with {deviations.min():.2g} to {deviations.max():.2g}, "
        f"by {layer.gamma.shape[0] if layer.scale else 0} scales for {channels} channels"
    )
    if ratio >= APART:
        plain = f"{layer.name} does not bring the channels to the same scale"
        return Observation(True, text, plain)
    plain = f"{layer.name} brings all channels to the same scale"
    return Observation(False if ratio <= TOGETHER else None, text, plain)


def _channels_first(tensor: Any) -> bool:
    """Whether the nearest layer before it that has a data format takes its channels first."""
    for _ in range(FAR):
        made = tensor._keras_history.operation
        if isinstance(made, keras.layers.Permute):
            return bool(made.dims[0] == len(made.dims))
        layout = getattr(made, "data_format", None)
        if layout is not None:
            return bool(layout == "channels_first")
        if not made._inbound_nodes or not made._inbound_nodes[0].input_tensors:
            return False
        tensor = made._inbound_nodes[0].input_tensors[0]
    return False
