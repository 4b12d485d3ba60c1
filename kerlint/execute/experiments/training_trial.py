"""Training trial: steps to a loss, as written against the repaired model.

Both learn the same classes or numbers (of a linear teacher, so that they can be learned) from 64
standardised samples with Adam(0.001). The goal is half of the lower of the two losses they start
from. Measured beside sixteen relu units: two sigmoid units take 10 to 15 times the steps, three of
them behind a wide layer 3.7 times; any narrower layer is somewhat slower, two relu units 3.4 times,
two sigmoid units with a way around them 2.7 times. At least three times the steps of the repaired
model confirm; no more than 1.1 times refute. Outputs of another shape and losses of another kind
have no steps to compare.
"""

from __future__ import annotations

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.training import Trainer
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN, Verdict, evidence

SLOWER, EQUAL = 3.0, 1.1
RATE = 1e-3
STEPS = 3_000
SAMPLES = 64


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    if repaired is None:
        return Verdict(UNPROVEN, "there is no repaired model to compare")
    if _measured(baseline) != _measured(repaired):
        return Verdict(
            UNPROVEN, "the repair changes the loss or the output, so the losses cannot be compared"
        )
    counts: list[int | None] = []
    lasts = []
    # The repaired one first: a goal that it does not reach says nothing of the other.
    trainers = [_trainer(subject) for subject in (repaired, baseline)]
    goal = 0.5 * min(trainer.loss() for trainer in trainers)
    if not goal > 0.0:
        return Verdict(
            UNPROVEN, f"the loss before training is too small to compare: {2 * goal:.3g}"
        )
    for trainer in trainers:
        losses = trainer.train(STEPS, goal)
        lasts.append(losses[-1] if losses else float("nan"))
        reached = next((i for i, loss in enumerate(losses) if loss <= goal), None)
        counts.append(reached)
        if reached is None:
            break
    quick, slow = counts[0], counts[-1]
    if quick is None:
        return Verdict(UNPROVEN, f"repaired, the loss did not fall to {goal:.3g} in {STEPS} steps")
    shown = f"{quick:,} steps to a loss of {goal:.3g} when repaired"
    if slow is None:
        text = f"not reached in {STEPS:,} steps as written (loss {lasts[1]:.3g}), {shown}"
        plain = f"{STEPS:,} training steps do not reach the loss of the repaired model"
        return Verdict(CONFIRMED, evidence(plain, baseline.reported(text)))
    text = baseline.reported(f"{slow:,} steps as written, {shown}")
    times = slow / max(1, quick)
    if slow >= SLOWER * max(1, quick):
        plain = f"training takes {times:.2g} times as many steps as in the repaired model"
        return Verdict(CONFIRMED, evidence(plain, text))
    if slow <= EQUAL * quick:
        return Verdict(REFUTED, evidence("training is as fast as in the repaired model", text))
    return Verdict(UNPROVEN, evidence("training is only a little slower than repaired", text))


def _trainer(subject: ModelUnderTest) -> Trainer:
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    return Trainer(subject, inputs, targets_for(subject, inputs), RATE)


def _measured(subject: ModelUnderTest) -> list[tuple[tuple[int, ...], str | None]]:
    """What the loss is made of: the shape of each output, and the kind of its loss."""
    words = [each.loss.kind if each.loss is not None else None for each in subject.objectives]
    shapes = [tuple(tensor.shape[1:]) for tensor in subject.model.outputs]
    return list(zip(shapes, words, strict=True))
