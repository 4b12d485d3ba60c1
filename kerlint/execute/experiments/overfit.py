"""Overfit: a model that can learn learns 16 samples by heart.

300 steps of Adam(.01), Dropout and regularisers off. Wrong answers left confirm, and so does a loss
that stays above .05 where the repaired one falls to a tenth of that: a softmax over a softmax ends
at .55 with every answer right, repaired at .0005. All 16 right refutes otherwise. Seen: .625 right,
NaN, against .0009 and all right. For numbers: the error against the variance of the targets. A
program that is to learn other targets once it is repaired, or whose loss is another, is no proof.
"""

from __future__ import annotations

import math

import numpy as np

from kerlint.execute.support.consequence import right_share
from kerlint.execute.support.data import (
    CLASS_LIKE,
    described_targets,
    family_of,
    inputs_for,
    targets_for,
)
from kerlint.execute.support.training import Trainer
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STEPS, RATE = 300, 1e-2
SAMPLES = 16
FLOOR, TIMES = 0.05, 10.0
LEARNED = 0.05  # share of the starting loss (or of the variance) at which numbers count as learned


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    first, end = trained(baseline)
    if repaired is None:
        return compared(first, None)
    second, floor = trained(repaired)
    if not _same_targets(baseline, repaired):
        second = Observation(None, f"{second.text}, with other targets", second.plain)
    stays = end > FLOOR and end > TIMES * floor and _same_loss(baseline, repaired)
    if first.defect_present is not True and second.defect_present is False and stays:
        # All right, and yet no better: the loss has a floor that the repair takes away.
        plain = f"the loss stays high, although all {SAMPLES} samples are answered right"
        first = Observation(True, f"{first.text}: the loss stays high", plain)
    return compared(first, second)


def _same_targets(baseline: ModelUnderTest, repaired: ModelUnderTest) -> bool:
    """Whether both learn the same: a repair may have what nobody states assumed otherwise."""
    words = [
        described_targets(each, inputs_for(each, SAMPLES))[each.output][1]
        for each in (baseline, repaired)
    ]
    return words[0] == words[1]


def _same_loss(baseline: ModelUnderTest, repaired: ModelUnderTest) -> bool:
    """Whether one loss may be higher than the other: the same, whatever values it takes in."""
    losses = []
    for each in (baseline, repaired):
        loss = each.objective.loss
        args = loss.args if loss is not None else {}
        rest = {key: value for key, value in args.items() if key != "from_logits"}
        losses.append((each.loss_kind, rest))
    return losses[0] == losses[1]


def trained(subject: ModelUnderTest) -> tuple[Observation, float]:
    """Train on a few samples; what the claim's output predicts, and the loss at the end."""
    output = subject.output
    inputs = inputs_for(subject, SAMPLES)
    made = described_targets(subject, inputs)
    targets = targets_for(subject, inputs)
    trainer = Trainer(subject, inputs, targets, RATE)
    start = trainer.loss()
    losses = trainer.train(STEPS)
    end = trainer.loss()
    true, words = made[output]
    found = subject.output_of(inputs).numpy()
    kind = family_of(subject, output)
    text = f"loss {start:.3g} to {end:.3g} in {len(losses)} steps on {SAMPLES} samples ({words})"
    if math.isnan(end) or math.isinf(end):
        return Observation(True, subject.reported(text), "the loss is not a number"), math.inf
    learned = f"the model memorizes {SAMPLES} samples"
    failed = f"the model cannot memorize even {SAMPLES} samples"
    if kind in CLASS_LIKE:
        share = right_share(true, found, kind)
        text = subject.reported(f"{text}, {share:.0%} right")
        learned = f"{share:.0%} of {SAMPLES} samples are right after {len(losses)} steps"
        failed = f"only {learned}"
        return Observation(share < 1.0, text, failed if share < 1.0 else learned), end
    spread = float(np.var(true)) or 1.0
    error = float(np.mean((found - true) ** 2)) / spread
    text += f", error {error:.2g} of the variance"
    if error > 0.5:
        return Observation(True, subject.reported(text), failed), end
    return Observation(False if error < LEARNED else None, subject.reported(text), learned), end
