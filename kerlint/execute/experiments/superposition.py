"""Superposition: whether what lies between two layers is one affine map.

For an affine f, f(u + v) - f(u) - f(v) + f(0) is 0 up to rounding. Relative to the size of f:
4e-7 for layers without an activation, .54 with one. Below 1e-4 confirms, above .05 refutes. What
follows the last layer's kernel is left out: layers that are one affine map up to there are one
layer. It is asked with several draws of the weights, because a few relu units that are all dead are
affine too: of Dense layers with 2, 3 and 2 of them behind one input a quarter of the draws.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerlint.execute.support.under_test import SEED, ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

AFFINE, CURVED = 1e-4, 0.05
SAMPLES = 32
DRAWS = 4


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Look at what lies between the inputs of the first and of the last layer of the claim."""
    first, last = subject.layer, subject.last
    if first is None or last is None:
        return Observation(None, "the layers are not in the model")
    start, stop = (each._inbound_nodes[0].input_tensors[0] for each in (first, last))
    try:
        part = keras.Model(start, stop)
    except ValueError:
        return Observation(None, "the layers in between have other inputs, too")
    random = np.random.default_rng(SEED)
    shape = (min(SAMPLES, subject.samples(SAMPLES)), *start.shape[1:])
    u, v = (tf.constant(random.standard_normal(shape).astype("float32")) for _ in range(2))
    error = _error(part, u, v)
    for _ in range(DRAWS - 1):
        if error > CURVED:
            break
        for weight in part.trainable_weights:
            weight.assign(0.5 * random.standard_normal(weight.shape))
        error = max(error, _error(part, u, v))
    text = (
        f"from {first.name} to {last.name}, f(u+v) - f(u) - f(v) + f(0) is {error:.2g} "
        "of the size of f"
    )
    if error < AFFINE:
        plain = f"the layers from {first.name} to {last.name} are a single linear map"
        return Observation(True, subject.said(f"{text}: one affine map"), plain)
    plain = "the layers are not a single linear map"
    return Observation(False if error > CURVED else None, subject.said(text), plain)


def _error(part: Any, u: Any, v: Any) -> float:
    fu, fv, both, none = (
        part(x, training=False).numpy().astype("float64") for x in (u, v, u + v, u * 0)
    )
    size = float(np.abs(fu - none).mean() + np.abs(fv - none).mean()) or 1.0
    return float(np.abs(both - fu - fv + none).mean()) / size
