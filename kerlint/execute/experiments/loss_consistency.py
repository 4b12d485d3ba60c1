"""Loss consistency: compares the loss that trains with the same loss computed from the predictions.

Keras on TensorFlow computes a crossentropy from the values before a softmax or sigmoid, whichever
it was, so a model may train on something that it does not predict. Measured relative differences:
at most 1e-7 for correct heads, 0.041 for sigmoid with categorical_crossentropy, and 0.917 for
softmax over one unit with binary_crossentropy. The verdict is unproven if a logit is beyond 15 or
the loss is below 1e-3, because correct, saturated models differ as much. If all logits are below
0.1, as with small initial weights, the difference (3.7e-5) is too small to measure, so the last
kernel is scaled until the largest logit is 1. If the losses agree at first, they are compared again
after 50 training steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.steps import descend
from kerlint.execute.support.under_test import LOGITS, ModelUnderTest, kernels
from kerlint.execute.support.verdicts import Observation, Verdict, compared

DIFFERS, SAME = 1e-3, 1e-5
SATURATED = 15.0
SMALL = 1e-3
TINY = 0.1
SAMPLES = 64
STEPS = 50


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    first = observe(baseline)
    if first.defect_present is False:
        inputs = inputs_for(baseline, baseline.samples(SAMPLES))
        descend(baseline, inputs, targets_for(baseline, inputs), STEPS)
        later = observe(baseline)
        if later.defect_present:
            text = f"{first.text}; after {STEPS} steps: {later.text}"
            first = Observation(True, text, f"{later.plain} after {STEPS} steps")
    return compared(first, observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compute the loss twice: on what the model gives, and on the bare numbers of it."""
    output = subject.output
    if subject.objective.loss is None:
        return Observation(None, "the loss is not known")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    target = targets_for(subject, inputs)[output]
    given = subject.outputs(inputs, training=False)[output]
    size = _largest_logit(given)
    weights = kernels(subject.model)
    if size is not None and 0.0 < size < TINY and weights:
        weights[-1].assign(weights[-1] / size)
        given = subject.outputs(inputs, training=False)[output]
        size = _largest_logit(given)
    loss = subject.losses[output]
    trained = float(loss(target, given))
    predicted = float(loss(target, tf.constant(given.numpy())))
    difference = abs(trained - predicted) / max(abs(predicted), 1e-12)
    text = (
        f"the loss in training is {trained:.4g}, that of the predictions {predicted:.4g} "
        f"({difference:.2g} apart)"
    )
    if (size is not None and size > SATURATED) or min(abs(trained), abs(predicted)) < SMALL:
        return Observation(
            None, subject.reported(f"{text}; these values are too extreme to compare")
        )
    if difference > DIFFERS:
        plain = "the loss in training is not the loss of the predictions"
        return Observation(True, subject.reported(text), plain)
    plain = "the loss in training is the loss of the predictions"
    return Observation(False if difference < SAME else None, subject.reported(text), plain)


def _largest_logit(given: Any) -> float | None:
    logits = getattr(given, LOGITS, None)
    return None if logits is None else float(np.abs(logits.numpy()).max())
