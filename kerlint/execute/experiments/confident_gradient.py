"""Confident gradient: what a loss does about answers that are certain, and wrong or right.

The head is put where it is surest of the wrong class (10 before the activation, or -10), and what
is measured is the gradient that the loss sends back to there, for each sample. Seen: 9e-5 for the
squared error through a softmax, 4.5e-5 through a sigmoid, 0 through a hard sigmoid; 1 to 2 for
crossentropies. Below .01 confirms, above .1 refutes.

A loss on the bare values of a linear head has its largest gradient there. But it has one for
answers that are surest of the right class, too, and pulls them back: 20 for the squared error, 1
for the absolute one, 1e-3 and less for crossentropies with the activation that they ask for. So of
a head that is linear as written this is measured: above .1 confirms, below .01 refutes.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerlint.execute.support.consequence import with_consequence
from kerlint.execute.support.data import CLASS_LIKE, described_targets, family_of, inputs_for
from kerlint.execute.support.under_test import ModelUnderTest, end_of
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STALLS, MOVES = 0.01, 0.1
SURE = 10.0
SAMPLES = 64


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    right = end_of(baseline, baseline.output) == "linear"
    found = observe(repaired, right) if repaired is not None else None
    return with_consequence(compared(observe(baseline, right), found), baseline, repaired)


def observe(subject: ModelUnderTest, right: bool) -> Observation:
    """Compute the gradient at the values before the activation, for right or for wrong answers."""
    output = subject.output
    loss = subject.objective.loss
    kind = family_of(subject, output)
    if loss is None or kind not in CLASS_LIKE:
        return Observation(None, "the loss is not known, or the labels are not classes")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    true, words = described_targets(subject, inputs)[output]
    width = int(subject.model.outputs[output].shape[-1])
    activation = keras.activations.get(end_of(subject, output))
    answers = _right(true, kind, width) if right else _wrong(true, kind, width)
    values = tf.constant(SURE * (2.0 * answers - 1.0), "float32")
    with tf.GradientTape() as tape:
        tape.watch(values)
        total = subject.losses[output](tf.constant(true), activation(values))
    found = tape.gradient(total, values)
    size = float(tf.reduce_sum(tf.abs(found)))
    places = int(np.prod(values.shape[1:-1]))
    size *= places  # of one answer, where a sample has several
    state = "right" if right else "wrong"
    text = f"{words}: a gradient of {size:.2g} where the answers are certain and {state}"
    if right:
        plain = "the loss pulls back answers that are certain and right"
        if size < STALLS:
            plain = "the loss leaves answers that are certain and right alone"
            return Observation(False, subject.reported(text), plain)
        return Observation(True if size > MOVES else None, subject.reported(text), plain)
    if size < STALLS:
        plain = "the loss hardly corrects answers that are certain and wrong"
        return Observation(True, subject.reported(text), plain)
    plain = "the loss corrects answers that are certain and wrong"
    return Observation(False if size > MOVES else None, subject.reported(text), plain)


def _right(true: Any, kind: str, width: int) -> Any:
    """Rows of 1 for what is answered and 0 for what is not, all of them right."""
    if kind == "INTEGER":
        return np.eye(width)[_class_numbers(true, width) % width]
    return np.asarray(true, "float64")


def _class_numbers(true: Any, width: int) -> Any:
    labels = true if true.ndim < 2 or true.shape[-1] != width else true[..., 0]
    return labels.reshape(len(labels), -1)[:, 0].astype(int)


def _wrong(true: Any, kind: str, width: int) -> Any:
    """Rows of 1 for what is answered and 0 for what is not, all of them wrong."""
    if kind == "INTEGER":
        return np.eye(width)[(_class_numbers(true, width) + 1) % width]
    if kind == "ONE_HOT":
        return np.roll(true, 1, axis=-1)
    return 1.0 - true
