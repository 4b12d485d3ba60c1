"""Loss sign: a crossentropy below zero is a proof that the targets are no probabilities.

With targets in {0, 1} a crossentropy is never negative. With {1, 2} it fell to -507 in 200 steps,
with {0, 255} to -140,210, the accuracy with it.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for, teacher
from kerlint.execute.support.training import Trainer
from kerlint.execute.support.under_test import Criterion, ModelUnderTest, Targets, again
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STEPS, RATE = 200, 1e-2
SAMPLES = 64


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    if "crossentropy" not in baseline.loss_kind:
        return compared(Observation(None, "the loss is not a crossentropy"), None)
    if repaired is None or _losses(repaired) == _losses(baseline):
        # The repair is in the labels: the same model, with labels of 0 and 1.
        first = observe(baseline, baseline.objective.targets)
        mended = again(baseline)
        mended.mended = True
        return compared(first, observe(mended, Targets(lowest=0.0, highest=1.0)))
    first = observe(baseline, baseline.objective.targets)
    return compared(first, observe(repaired, repaired.objective.targets))


def _losses(subject: ModelUnderTest) -> list[Criterion | None]:
    return [objective.loss for objective in subject.objectives]


def observe(subject: ModelUnderTest, target: Targets | None) -> Observation:
    """Train on targets in the range of the program's, and watch the loss of the claim's output."""
    output = subject.output
    word = subject.loss_kind
    if "crossentropy" not in word:
        plain = "the loss is not a crossentropy"
        return Observation(False, "not a crossentropy", plain)
    if word.startswith("sparse_"):
        return Observation(None, "a loss for class numbers cannot fall below 0")
    lowest = target.lowest if target is not None else None
    highest = target.highest if target is not None else None
    if lowest is None or highest is None:
        return Observation(None, "the range of the targets is not known")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    shape = tuple(int(size) for size in subject.model.outputs[output].shape[1:])
    scores = teacher([x.numpy() for x in inputs], shape, np.random.default_rng(1))
    true = np.where(scores > np.median(scores), highest, lowest).astype("float32")
    targets = targets_for(subject, inputs)
    targets[output] = tf.constant(true)
    trainer = Trainer(subject, inputs, targets, RATE)
    trainer.train(STEPS)
    found = float(subject.losses[output](true, subject.output_of(inputs)))
    text = f"with targets {lowest:g} and {highest:g} the loss is {found:.4g} after {STEPS} steps"
    if found < 0:
        plain = f"{STEPS} training steps drive the loss to {found:.3g}, below 0"
        return Observation(True, subject.reported(text), plain)
    return Observation(False, subject.reported(text), "the loss does not fall below 0")
