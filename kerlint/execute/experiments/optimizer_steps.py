"""Optimizer steps: whether the program's own optimizer makes the loss fall at all.

Twenty steps on one batch of N(0, 1) inputs with targets that can be learned. Measured on a small
classifier (two hidden layers of 32 units, three classes, a first loss of 1.2): Adam(.001) ends at
.92 of the first loss, SGD(.01) at .97, and a warm-up that begins at 0 at .997. A rate of 0 ends at
exactly the first loss; SGD(-.1) at 2.6 times, Adam(-.001) at 1.09 times; ``beta_1=1`` is NaN after
the first step, ``beta_2=1`` moves nothing, ``rho=1.5`` is NaN after two steps.
"""

from __future__ import annotations

import math
from typing import Any

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.penalties import apart
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STEPS = 20
SAMPLES = 32
HIGHER = 1.02  # less is noise of Dropout
SAME = 1e-6  # float32 has seven digits
LOWER = 0.998


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Take the steps, and compare the last loss with the first."""
    made = subject.optimizer
    if made is None:
        return Observation(None, "the optimizer is not known")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    targets = targets_for(subject, inputs)
    made.build(subject.model.trainable_variables)
    first = last = _loss(subject, inputs, targets)
    losses = [first]
    keep(subject, "losses", losses)
    if not math.isfinite(first) or first == 0:
        return Observation(None, f"the loss is {first:.3g} before the first step")
    for step in range(1, STEPS + 1):
        _, _, of_loss, of_penalty = apart(subject, inputs, targets)
        made.apply([a + b for a, b in zip(of_loss, of_penalty)])
        last = _loss(subject, inputs, targets)
        losses.append(last)
        if not math.isfinite(last):
            text = f"loss {first:.4g} before training, {last} after step {step}"
            plain = "after a few training steps the loss is not a number any more"
            return Observation(True, subject.reported(text), plain)
    text = subject.reported(f"loss {first:.4g} before training, {last:.4g} after {STEPS} steps")
    if last > HIGHER * first:
        return Observation(True, text, "training makes the loss grow")
    if abs(last - first) <= SAME * first:
        return Observation(True, text, "training does not change the loss")
    return Observation(
        False if last < LOWER * first else None, text, "training makes the loss fall"
    )


def _loss(subject: ModelUnderTest, inputs: list[Any], targets: list[Any]) -> float:
    """The loss with Dropout off."""
    return float(subject.loss(targets, subject.outputs(inputs, training=False)))
