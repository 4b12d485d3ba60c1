"""What a defect costs: how right a model is after some training, as written and repaired."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from kerlint.execute.support.data import CLASS_LIKE, described_targets, family_of, inputs_for
from kerlint.execute.support.training import Trainer
from kerlint.execute.support.under_test import ModelUnderTest, again
from kerlint.execute.support.verdicts import CONFIRMED, Verdict

TRAINED_STEPS, TRAINED_RATE = 300, 1e-2
TRAINED_SAMPLES = 16
# Beyond these a training takes longer than what it shows is worth.
MOST_WEIGHTS, MOST_NUMBERS = 200_000, 4_096
CLEARLY = 0.1  # better, as a share of the samples or of the variance


def with_consequence(
    verdict: Verdict, baseline: ModelUnderTest, repaired: ModelUnderTest | None
) -> Verdict:
    """A confirmed verdict with what the defect costs, where that shows and is quick to find out."""
    if verdict.word != CONFIRMED or repaired is None or not _comparable(baseline, repaired):
        return verdict
    written, words = _trained(again(baseline))
    mended, _ = _trained(again(repaired))
    if not written + CLEARLY <= mended:
        return verdict
    if words:
        costs = f"{written:.0%} of {TRAINED_SAMPLES} samples are right, repaired {mended:.0%}"
    else:
        costs = (
            f"the error on {TRAINED_SAMPLES} samples is {1 - written:.0%} of the variance of the "
            f"targets, repaired {1 - mended:.0%}"
        )
    first, line, numbers = verdict.evidence.partition("\n")
    first += f" After {TRAINED_STEPS} training steps {costs}."
    return replace(verdict, evidence=f"{first}{line}{numbers}")


def _comparable(baseline: ModelUnderTest, repaired: ModelUnderTest) -> bool:
    """Whether both are small, and learn the same."""
    words = []
    for each in (baseline, repaired):
        weights = sum(int(np.prod(weight.shape)) for weight in each.model.trainable_variables)
        if each.objective.loss is None or each.over_time or weights > MOST_WEIGHTS or not weights:
            return False
        if each.largest > MOST_NUMBERS:
            return False
        words.append(described_targets(each, inputs_for(each, TRAINED_SAMPLES))[each.output][1])
    return words[0] == words[1]


def _trained(subject: ModelUnderTest) -> tuple[float, bool]:
    """How right a model is after training, and whether that is the share of right answers.

    For numbers it is the share of the variance of the targets that the model explains.
    """
    inputs = inputs_for(subject, TRAINED_SAMPLES)
    targets = [array for array, _ in described_targets(subject, inputs)]
    Trainer(subject, inputs, targets, TRAINED_RATE).train(TRAINED_STEPS)
    found = subject.output_of(inputs).numpy()
    true = targets[subject.output]
    kind = family_of(subject, subject.output)
    if kind in CLASS_LIKE:
        return right_share(true, found, kind), True
    error = float(np.mean((found - true) ** 2)) / (float(np.var(true)) or 1.0)
    return 1.0 - min(1.0, error) if np.isfinite(error) else 0.0, False


def right_share(true: Any, found: Any, kind: str) -> float:
    """The share of samples that are right by the rule that fits the encoding."""
    if kind == "INTEGER" and found.shape[-1] > 1:
        truth = true[..., 0] if true.ndim == found.ndim else true
        return float(np.mean(found.argmax(-1) == truth))
    if kind == "ONE_HOT":
        return float(np.mean(found.argmax(-1) == true.argmax(-1)))
    if kind == "INTEGER":
        values = np.unique(true)
        nearest = values[np.abs(found.reshape(-1, 1) - values).argmin(axis=1)]
        return float(np.mean(nearest == true.reshape(-1)))
    right = (found > 0.5) == (true > 0.5)
    return float(np.mean(right.reshape(len(right), -1).all(axis=1)))
