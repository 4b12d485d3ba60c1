"""Faint gradient: how much of a gradient reaches a layer's kernel in the fresh model.

The length of the first gradient of the kernel over the length of the kernel's gradient in the
repaired model, on the same data. Measured on 32 units with weights of N(0, .0001) in three hidden
layers and the output layer: 4e-11 for the first kernel; in the output layer alone 1 for its own
kernel and .0006 for the layers before it, which it outgrows in a few steps. Below 1e-5 confirms,
above .1 refutes. The gradient is that of the loss alone, without penalties.
"""

from __future__ import annotations

import math

import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.penalties import apart
from kerlint.execute.support.under_test import ModelUnderTest, kernels
from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN, Verdict, evidence

LOST, SOUND = 1e-5, 0.1
FAINT = 1e-6  # the repaired gradient must be larger, or the comparison says nothing
SAMPLES = 32


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    found = _length(baseline)
    if found is None:
        return Verdict(UNPROVEN, "the layer has no kernel that is trained")
    usual = _length(repaired) if repaired is not None else None
    if usual is None:
        return Verdict(UNPROVEN, "there is no repaired model to compare")
    if not (math.isfinite(found) and math.isfinite(usual)):
        return Verdict(UNPROVEN, "the gradient is not a number")
    assert baseline.layer is not None
    name = baseline.layer.name
    text = baseline.reported(f"a gradient of {found:.2g} as written, {usual:.2g} repaired")
    if usual < FAINT:
        return Verdict(UNPROVEN, f"{text}: it is small repaired as well")
    if found < LOST * usual:
        return Verdict(CONFIRMED, evidence(f"hardly any gradient reaches {name}", text), True)
    if found > SOUND * usual:
        return Verdict(REFUTED, evidence(f"the gradient reaches {name} at a healthy size", text))
    return Verdict(UNPROVEN, evidence(f"a smaller gradient reaches {name} than repaired", text))


def _length(subject: ModelUnderTest) -> float | None:
    """The length of the gradient of the kernels of the claim's layer."""
    layer = subject.layer
    own = {id(weight) for weight in kernels(layer)} if layer is not None else set()
    places = [i for i, w in enumerate(subject.model.trainable_variables) if id(w) in own]
    if not places:
        return None
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    _, _, found, _ = apart(subject, inputs, targets_for(subject, inputs))
    keep(subject, "lengths", found)
    return float(tf.linalg.global_norm([found[i] for i in places]))
