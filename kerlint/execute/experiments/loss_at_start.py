"""Loss at start: an untrained classifier should be about as good as guessing.

On N(0, 1) inputs the crossentropy of a fresh model is near ln(n) (ln 2 for yes/no answers):
1.175 against 1.099 for three classes. Weights that are too large gave 5, 7, 1027 and NaN. More than
twice the expectation confirms, up to 1.6 times refutes. Exactly 0 confirms as well: that is what
categorical_crossentropy makes of one unit.
"""

from __future__ import annotations

import math

from kerlint.execute.support.consequence import with_consequence
from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

TOO_HIGH, NORMAL = 2.0, 1.6
SAMPLES = 64


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    found = observe(repaired) if repaired is not None else None
    return with_consequence(compared(observe(baseline), found), baseline, repaired)


def observe(subject: ModelUnderTest) -> Observation:
    """Compare the first loss of the claim's output with that of guessing."""
    output = subject.output
    word = subject.loss_kind
    if "crossentropy" not in word:
        return Observation(None, "it is not known how high the loss should be at the start")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    targets = targets_for(subject, inputs)
    given = subject.outputs(inputs, training=False)
    found = float(subject.losses[output](targets[output], given[output]))
    width = int(given[output].shape[-1])
    expected = math.log(2 if word.startswith("binary") else max(2, width))
    text = f"loss {found:.4g} before training, {expected:.4g} for guessing"
    if found == 0.0:
        plain = "the loss is 0 before any training, so there is nothing to learn from"
        return Observation(
            True, subject.reported("the loss is exactly 0 before any training"), plain
        )
    if math.isnan(found):
        return Observation(True, subject.reported(text), "the loss is NaN before any training")
    if found > TOO_HIGH * expected:
        plain = "the untrained model is much worse than guessing"
        return Observation(True, subject.reported(text), plain)
    plain = "the untrained model is about as good as guessing"
    return Observation(False if found <= NORMAL * expected else None, subject.reported(text), plain)
