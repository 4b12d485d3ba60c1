"""Superposition: whether what lies between two layers is one affine map.

For an affine f, f(u + v) - f(u) - f(v) + f(0) is 0 up to rounding. Relative to the size of f:
4e-7 for layers without an activation, .54 with one. Below 1e-4 confirms, above .05 refutes. What
follows the last layer's kernel is left out: layers that are one affine map up to there are one
layer. It is asked with several draws of the weights, because a few relu units that are all dead are
affine too: of Dense layers with 2, 3 and 2 of them behind one input a quarter of the draws. A
linear fit by least squares of half of the samples has to give the other half as well.
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
FEATURES = 256  # as many as a linear fit is made for


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
    left = _residual(part, start.shape[1:], random) if error < AFFINE else None
    if left is not None:
        text += f"; a linear fit of its outputs leaves {left:.2g} of their variance"
    if error < AFFINE and (left is None or left < AFFINE):
        plain = f"the layers from {first.name} to {last.name} are a single linear map"
        return Observation(True, subject.reported(f"{text}: one affine map"), plain)
    plain = "the layers are not a single linear map"
    return Observation(False if error > CURVED else None, subject.reported(text), plain)


def _residual(part: Any, shape: tuple[int, ...], random: Any) -> float | None:
    """What a linear fit by least squares leaves of new outputs; None where it needs too much."""
    features = int(np.prod(shape))
    if features > FEATURES:
        return None
    samples = random.standard_normal((4 * features + 32, *shape)).astype("float32")
    found = part(tf.constant(samples), training=False).numpy().astype("float64")
    found = found.reshape(len(samples), -1)
    given = np.concatenate([samples.reshape(len(samples), -1), np.ones((len(samples), 1))], axis=1)
    half = len(samples) // 2
    fitted, *_ = np.linalg.lstsq(given[:half], found[:half], rcond=None)
    error = found[half:] - given[half:] @ fitted
    return float(np.mean(error**2) / (np.var(found[half:]) or 1.0))


def _error(part: Any, u: Any, v: Any) -> float:
    fu, fv, both, none = (
        part(x, training=False).numpy().astype("float64") for x in (u, v, u + v, u * 0)
    )
    size = float(np.abs(fu - none).mean() + np.abs(fv - none).mean()) or 1.0
    return float(np.abs(both - fu - fv + none).mean()) / size
