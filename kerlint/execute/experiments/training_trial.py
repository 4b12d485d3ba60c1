"""Training trial: steps to a loss, as written against the repaired twin.

Both learn the same classes or numbers (of a linear teacher, so that they can be learned) from 64
standardised samples with Adam(0.001). The goal is half of the loss they start from. Two sigmoid
units took some 1,900 steps to a loss that sixteen relu units had after 200. At least twice the
steps of the twin confirm; no more than 1.1 times refute.
"""

from __future__ import annotations

from typing import Any

from kerlint.execute.experiments.training import Trainer
from kerlint.execute.subject import Subject
from kerlint.execute.verdicts import CONFIRMED, REFUTED, UNPROVEN, Verdict

SLOWER, EQUAL = 2.0, 1.1
RATE = 1e-3
STEPS = 3_000
SECONDS = 6.0
SAMPLES = 64


def compare(baseline: Subject, twin: Subject | None, claim: dict[str, Any]) -> Verdict:
    del claim
    if twin is None:
        return Verdict(UNPROVEN, "there is no repaired program to compare with")
    goal = 0.0
    counts: list[int | None] = []
    lasts = []
    limit = STEPS
    # The twin first: how long it takes says how long the other needs to be watched.
    for subject in (twin, baseline):
        inputs = subject.inputs(subject.samples(SAMPLES))
        trainer = Trainer(subject, inputs, subject.targets(inputs), RATE)
        if not goal:
            goal = 0.5 * trainer.loss()
        losses = trainer.train(limit, SECONDS, goal)
        lasts.append(losses[-1] if losses else float("nan"))
        reached = next((i for i, loss in enumerate(losses) if loss <= goal), None)
        counts.append(reached)
        if reached is None and subject is twin:
            break
    repaired, written = counts[0], counts[-1]
    if repaired is None:
        return Verdict(UNPROVEN, f"repaired, the loss did not fall to {goal:.3g} in {STEPS} steps")
    shown = f"{repaired:,} steps to a loss of {goal:.3g} when repaired"
    if written is None:
        text = f"not reached in {limit:,} steps as written (loss {lasts[1]:.3g}), {shown}"
        return Verdict(CONFIRMED, baseline.said(text))
    text = baseline.said(f"{written:,} steps as written, {shown}")
    if written >= SLOWER * max(1, repaired):
        return Verdict(CONFIRMED, text)
    return Verdict(REFUTED if written <= EQUAL * repaired else UNPROVEN, text)
