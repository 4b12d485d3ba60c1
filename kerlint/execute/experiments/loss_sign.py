"""Loss sign: a crossentropy below zero is a proof that the targets are no probabilities.

With targets in {0, 1} a crossentropy is never negative. With {1, 2} it fell to -507 in 200 steps,
with {0, 255} to -140,210, the accuracy with it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute import data
from kerlint.execute.experiments.training import Trainer
from kerlint.execute.subject import Subject
from kerlint.execute.verdicts import Observation, Verdict, compared

STEPS, RATE, SECONDS = 200, 1e-2, 6.0
SAMPLES = 64


def compare(baseline: Subject, twin: Subject | None, claim: dict[str, Any]) -> Verdict:
    if twin is None or twin.description["losses"] == baseline.description["losses"]:
        # The repair is in the labels: the same model, with labels of 0 and 1.
        mended = {**claim, "facts": {"lowest": 0.0, "highest": 1.0}}
        first = observe(baseline, claim)
        return compared(first, observe(Subject.of(baseline.description), mended))
    return compared(observe(baseline, claim), observe(twin, claim))


def observe(subject: Subject, claim: dict[str, Any]) -> Observation:
    """Train on targets in the range of the program's, and watch the loss of the claim's output."""
    output = claim["output"]
    word = (subject.description["losses"][output] or {}).get("word") or ""
    if "crossentropy" not in word:
        plain = "the loss is not a crossentropy"
        return Observation(False, "not a crossentropy", plain)
    if word.startswith("sparse_"):
        return Observation(None, "a loss for class numbers cannot fall below 0")
    target = subject.description["targets"][output] or {}
    facts = claim.get("facts", {})
    lowest = facts.get("lowest", target.get("lowest"))
    highest = facts.get("highest", target.get("highest"))
    if lowest is None or highest is None:
        return Observation(None, "the range of the targets is not known")
    inputs = subject.inputs(subject.samples(SAMPLES))
    shape = tuple(int(size) for size in subject.model.outputs[output].shape[1:])
    scores = data.teacher([x.numpy() for x in inputs], shape, np.random.default_rng(1))
    true = np.where(scores > np.median(scores), highest, lowest).astype("float32")
    targets = subject.targets(inputs)
    targets[output] = tf.constant(true)
    trainer = Trainer(subject, inputs, targets, RATE)
    trainer.train(STEPS, SECONDS)
    found = float(subject.losses[output](true, subject.outputs(inputs, training=False)[output]))
    text = f"with targets {lowest:g} and {highest:g} the loss is {found:.4g} after {STEPS} steps"
    if found < 0:
        plain = "training drives the loss below 0, which a crossentropy should never be"
        return Observation(True, subject.said(text), plain)
    return Observation(False, subject.said(text), "the loss does not fall below 0")
