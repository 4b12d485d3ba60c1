"""Loss consistency: the loss that trains beside the same loss of the predictions.

Keras on TensorFlow computes crossentropies from the values before a softmax or sigmoid, whichever
it was, so that a model may train on something that it does not predict. Sound heads: a relative
difference of 1e-7 and less; sigmoid with categorical_crossentropy .041, softmax over one unit with
binary_crossentropy .917. Unproven when a logit is beyond 15 or the loss below 1e-3: clean,
saturated models differ by as much. Logits all below .1, as small initial weights make them, differ
by less than can be told (3.7e-5): then the last kernel grows until the largest is 1. What
is the same in the program as written is looked at again after 50 steps.
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
        return Observation(None, subject.said(f"{text}; these values are too extreme to compare"))
    if difference > DIFFERS:
        plain = "the loss in training is not the loss of the predictions"
        return Observation(True, subject.said(text), plain)
    plain = "the loss in training is the loss of the predictions"
    return Observation(False if difference < SAME else None, subject.said(text), plain)


def _largest_logit(given: Any) -> float | None:
    logits = getattr(given, LOGITS, None)
    return None if logits is None else float(np.abs(logits.numpy()).max())
