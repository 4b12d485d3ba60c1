"""Confident gradient: what a loss does about answers that are certain and wrong.

The head is put where it is surest of the wrong class (10 before the activation, or -10), and what
is measured is the gradient that the loss sends back to there, for each sample. Seen: 9e-5 for the
squared error through a softmax, 4.5e-5 through a sigmoid, 0 through a hard sigmoid; 1 to 2 for
crossentropies. Below .01 confirms, above .1 refutes: a loss on the bare values of a linear head has
its largest gradient there.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import CLASS_LIKE, family_of, inputs_for, targets_in_words
from kerlint.execute.support.under_test import ModelUnderTest, end_of
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STALLS, MOVES = 0.01, 0.1
SURE = 10.0
SAMPLES = 64


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compute the gradient at the values before the activation."""
    output = subject.output
    loss = subject.objective.loss
    kind = family_of(subject, output)
    if loss is None or kind not in CLASS_LIKE:
        return Observation(None, "the loss is not known, or the labels are not classes")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    true, words = targets_in_words(subject, inputs)[output]
    width = int(subject.model.outputs[output].shape[-1])
    activation = keras.activations.get(end_of(subject, output))
    values = tf.constant(SURE * (2.0 * _wrong(true, kind, width) - 1.0), "float32")
    with tf.GradientTape() as tape:
        tape.watch(values)
        total = subject.losses[output](tf.constant(true), activation(values))
    found = tape.gradient(total, values)
    size = float(tf.reduce_sum(tf.abs(found)))
    places = int(np.prod(values.shape[1:-1]))
    size *= places  # of one answer, where a sample has several
    text = f"{words}: a gradient of {size:.2g} where the answers are certain and wrong"
    if size < STALLS:
        plain = "the loss hardly corrects answers that are certain and wrong"
        return Observation(True, subject.said(text), plain)
    plain = "the loss corrects answers that are certain and wrong"
    return Observation(False if size > MOVES else None, subject.said(text), plain)


def _wrong(true: Any, kind: str, width: int) -> Any:
    """Rows of 1 for what is answered and 0 for what is not, all of them wrong."""
    if kind == "INTEGER":
        labels = true if true.ndim < 2 or true.shape[-1] != width else true[..., 0]
        labels = labels.reshape(len(labels), -1)[:, 0].astype(int)
        return np.eye(width)[(labels + 1) % width]
    if kind == "ONE_HOT":
        return np.roll(true, 1, axis=-1)
    return 1.0 - true
