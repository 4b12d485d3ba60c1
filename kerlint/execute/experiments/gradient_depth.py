"""Gradient by depth: how the gradient of the kernels shrinks or grows on its way to the first.

The length of the first kernel's gradient over that of the last. Measured: .045 through 3 sigmoid
layers of 16 units, 8e-6 through 8, 1e-12 through 20; .03 to 10 through relu, elu, selu, tanh,
residual sums, convolutions and LSTMs; 130 through 8 layers of tanh with weights of N(0, 2), 1,600
through 30 layers with BatchNormalization. Below .001 with less than 1e-4 at the first kernel
confirms (vanishing), above 70 with more than 1 there too (exploding, over more than three layers:
a kernel of zeros in front of a BatchNormalization has 330 over two); from .01 to 30 refutes. Where
something has no gradient at all, the model first takes two steps: a head that starts at zero lets
nothing through. Of several ways through the model the one with most kernels counts.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.penalties import apart
from kerlint.execute.support.steps import descend
from kerlint.execute.support.under_test import ModelUnderTest, calls_in, kernels
from kerlint.execute.support.verdicts import Observation, Verdict, compared

VANISHING, FAINT = 1e-3, 1e-4
EXPLODING, STRONG = 70.0, 1.0
FEW = 3  # layers: what jumps between so few is no matter of depth
SOUND = (1e-2, 30.0)
SAMPLES = 32
STEPS = 2


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compare the layers from the claim's first (else the first of all) to its last."""
    layers = _between(subject)
    if len(layers) < 2:
        return Observation(None, "there are no two layers with kernels to compare")
    index = {id(weight): i for i, weight in enumerate(subject.model.trainable_variables)}
    own = [[index[id(w)] for w in kernels(layer) if id(w) in index] for layer in layers]
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    targets = targets_for(subject, inputs)
    norms = _norms(subject, inputs, targets, own)
    if 0.0 in norms[:-1] and norms[-1] > 0.0:
        descend(subject, inputs, targets, STEPS)
        norms = _norms(subject, inputs, targets, own)
    first, last = norms[0], norms[-1]
    if last == 0.0:
        return Observation(None, f"{layers[-1].name} receives no gradient")
    if not all(map(math.isfinite, norms)):
        return Observation(None, "the gradient is not a number")
    ratio = first / last
    by_layer = ratio ** (1 / (len(layers) - 1))
    text = (
        f"the kernel of {layers[0].name} receives a gradient of {first:.2g}, that of "
        f"{layers[-1].name} {last:.2g}: {ratio:.2g} times as much over {len(layers)} layers, "
        f"{by_layer:.2g} for each"
    )
    vanishing = ratio < VANISHING and first < FAINT
    exploding = ratio > EXPLODING and first > STRONG and len(layers) > FEW
    if vanishing:
        plain = f"the gradient all but vanishes on its way back to {layers[0].name}"
        return Observation(True, subject.reported(text), plain)
    if exploding:
        plain = f"the gradient explodes on its way back to {layers[0].name}"
        return Observation(True, subject.reported(text), plain)
    plain = f"the gradient reaches {layers[0].name} at a healthy size"
    return Observation(
        False if SOUND[0] <= ratio <= SOUND[1] else None, subject.reported(text), plain
    )


def _norms(
    subject: ModelUnderTest, inputs: list[Any], targets: list[Any], own: list[list[int]]
) -> list[float]:
    """The length of the gradient of each layer's kernels."""
    _, _, found, _ = apart(subject, inputs, targets)
    keep(subject, "lengths", found)
    return [float(tf.linalg.global_norm([found[i] for i in each])) for each in own]


def _between(subject: ModelUnderTest) -> list[Any]:
    """The layers with kernels that are trained, on the way to the output that has most of them."""
    layers = list({id(layer): layer for layer in _longest_way(subject)}.values())
    start, stop = _place(layers, subject.layer), _place(layers, subject.last)
    return layers[start or 0 : None if stop is None else stop + 1]


def _longest_way(subject: ModelUnderTest) -> list[Any]:
    """The layers with kernels, in the order of the way."""
    ways: dict[int, list[Any]] = {}
    for call in calls_in(subject.model):
        before = [ways.get(id(tensor), []) for tensor in call.input_tensors]
        layer = call.operation
        own = [layer] if isinstance(layer, keras.layers.Layer) and kernels(layer) else []
        for tensor in call.output_tensors:
            ways[id(tensor)] = [*max(before, key=len, default=[]), *own]
    return ways[id(subject.model.outputs[subject.output])]


def _place(layers: list[Any], layer: Any) -> int | None:
    """Where a layer is among others; one inside of a wrapper is found by its weights."""
    own = {id(weight) for weight in layer.trainable_variables} if layer is not None else set()
    for place, each in enumerate(layers):
        if any(id(weight) in own for weight in kernels(each)):
            return place
    return None
