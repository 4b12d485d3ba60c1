"""Update ratio: how far one step of the program's own optimizer moves the weights.

The length of the change over the length of the kernel, after one step on N(0, 1) inputs, the
penalties of regularizers included. Measured on 32 units: Adam .0045 at a rate of .001, .45 at .1,
4.5 at 1 and 4.5e-6 at 1e-6; SGD .0012 at .01 and 1.2 at 10; RMSprop 1.4 at .1; Adadelta 6e-6 to
1.8e-5 at its default of .001. Wide kernels have small weights: after a convolution Adam has .16 at
.01. The median of the kernels decides, or the claim's layer where there is one: above .5 or below
3e-5 confirms, from 1e-4 to .1 refutes. Of a schedule the highest rate counts: one that warms up
starts at 0. Kernels that start at 0, or with hardly any gradient, have no ratio, and Ftrl sets
weights anew in its first step.
"""

from __future__ import annotations

import statistics
from typing import Any

import keras
import numpy as np

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.penalties import apart
from kerlint.execute.support.under_test import ModelUnderTest, kernels
from kerlint.execute.support.verdicts import Observation, Verdict, compared

FAINT = 1e-6  # no rate makes a step of so small a gradient
TOO_FAR, TOO_SHORT = 0.5, 3e-5
SOUND = (1e-4, 0.1)
SAMPLES = 32
SCHEDULED = (0, 1, 10, 100, 1_000, 10_000, 100_000)  # steps at which a schedule is looked at


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Take one step, and compare the kernels with what they were."""
    made = subject.optimizer
    if made is None:
        return Observation(None, "the optimizer is not known")
    if isinstance(made, keras.optimizers.Ftrl):
        return Observation(None, "Ftrl replaces the weights in its first step")
    own = kernels(subject.layer if subject.layer is not None else subject.model)
    before = [weight.numpy() for weight in own]
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    _, _, of_loss, of_penalty = apart(subject, inputs, targets_for(subject, inputs))
    total = [(a + b).numpy() for a, b in zip(of_loss, of_penalty)]
    weights = subject.model.trainable_variables
    if not all(np.isfinite(gradient).all() for gradient in total):
        return Observation(None, "the gradient is not a number")
    reached = {
        id(weight) for weight, gradient in zip(weights, total) if np.abs(gradient).max() > FAINT
    }
    made.build(weights)
    rate = _highest_rate(made)
    made.apply(total)
    found = [
        float(np.linalg.norm(weight.numpy() - old) / np.linalg.norm(old))
        for weight, old in zip(own, before)
        if np.linalg.norm(old) > 0 and id(weight) in reached
    ]
    if not found:
        return Observation(None, "no kernel that does not start at 0 receives a gradient")
    middle = statistics.median(found)
    which = "the kernel" if len(found) == 1 else f"{len(found)} kernels"
    text = f"one step of {type(made).__name__}({rate:.3g}) moves {which} by {middle:.2g} of "
    text += "its length" if len(found) == 1 else "their length"
    if len(found) > 1:
        text += f" at the median, from {min(found):.2g} to {max(found):.2g}"
    if middle > TOO_FAR:
        plain = "a single training step changes the weights by more than half of their size"
        return Observation(True, subject.reported(text), plain)
    if middle < TOO_SHORT:
        return Observation(True, subject.reported(text), "a training step hardly moves the weights")
    plain = "a training step moves the weights by a healthy amount"
    return Observation(
        False if SOUND[0] <= middle <= SOUND[1] else None, subject.reported(text), plain
    )


def _highest_rate(made: Any) -> float:
    """Set the rate of a schedule to its highest; the rate of the step."""
    schedule = made._learning_rate
    if not callable(schedule):
        return float(made.learning_rate.numpy())
    highest = max(SCHEDULED, key=lambda step: float(schedule(step)))
    made.iterations.assign(highest)
    return float(schedule(highest))
