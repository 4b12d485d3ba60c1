"""Class in the middle: what a model answers where a sample may well be of two classes.

Each of 16 samples is there twice, once with the lowest class and once with the class two above it.
After 300 steps of Adam(.01) on the squared error a single unit answers the class in between, which
no sample has (all 16 of them); a unit for each class answers one of the two. Nine tenths in between
confirm, one tenth refutes.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.training import Trainer
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STEPS, RATE = 300, 1e-2
SAMPLES = 16
MOST, FEW = 0.9, 0.1


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Train on samples of two classes, and count the answers that are neither."""
    output = subject.output
    word = subject.loss_kind
    shape = tuple(int(size) for size in subject.model.outputs[output].shape[1:])
    numbers = word.startswith(("mean_", "huber", "log_cosh")) and shape == (1,)
    if not numbers and not (word.startswith("sparse_") and len(shape) == 1 and shape[0] > 2):
        return Observation(None, "neither a number nor a unit for each class is trained")
    known = subject.objective.targets
    lowest = int(known.lowest or 0) if known is not None else 0
    classes = np.array([lowest, lowest + 2])
    inputs = [tf.concat([x, x], axis=0) for x in inputs_for(subject, SAMPLES)]
    true = np.repeat(classes, SAMPLES)
    targets = targets_for(subject, inputs)
    made = true[:, None].astype("float32") if numbers else true.astype("int32")
    targets[output] = tf.constant(made)
    Trainer(subject, inputs, targets, RATE).train(STEPS)
    found = subject.output_of(inputs).numpy()[:SAMPLES]
    answers = np.rint(found[:, 0]) if numbers else found.argmax(axis=-1)
    share = float(np.mean(answers == lowest + 1))
    text = (
        f"{SAMPLES} samples that are of class {classes[0]} as often as of class {classes[1]}: "
        f"after {STEPS} steps {share:.0%} are answered with class {lowest + 1}"
    )
    if share >= MOST:
        plain = (
            f"where samples may be of class {classes[0]} or {classes[1]}, "
            f"the model answers {lowest + 1}, which none of them is"
        )
        return Observation(True, subject.reported(text), plain)
    plain = "the model answers with one of the two classes"
    return Observation(False if share <= FEW else None, subject.reported(text), plain)
