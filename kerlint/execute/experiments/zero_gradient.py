"""Zero gradient: whether the loss sends back any gradient to the weights.

The largest number in the gradient of the loss, penalties of regularizers left out. Measured: 1e-7
for cosine_similarity over one unit, which is only rounding, 1.1 for the squared error in its place,
.05 for cosine_similarity over 16 units. Below 1e-5 confirms, above 1e-3 refutes.
"""

from __future__ import annotations

import numpy as np

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.penalties import apart
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

NOTHING, SOMETHING = 1e-5, 1e-3
SAMPLES = 32


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compute the gradient of the loss once."""
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    _, _, of_loss, _ = apart(subject, inputs, targets_for(subject, inputs))
    keep(subject, "gradients", (of_loss, NOTHING))
    found = [float(np.abs(gradient.numpy()).max()) for gradient in of_loss]
    if not found or not all(map(np.isfinite, found)):
        return Observation(None, "the gradient is not a number")
    largest = max(found)
    text = subject.reported(f"the largest gradient of all weights is {largest:.2g}")
    if largest < NOTHING:
        return Observation(True, text, "the loss sends back no gradient, so nothing is learned")
    if largest > SOMETHING:
        return Observation(False, text, "the loss sends back a gradient")
    return Observation(None, text)
