"""Regularization share: what of the loss to be made smaller is only the size of the weights.

The penalty of a fresh model over what its loss is expected to be (ln(n) for a crossentropy, else
the first loss itself), and its share of the gradient. Measured for L2 on 32 units: .0016 and 0 %
at 1e-4, .16 and 8 % at .01, 1.6 and 45 % at .1 (which still learns, .92 right), 4.8 and 71 % at .3
and 16 and 89 % at 1 (which do not). Two layers of 512 units have 5 times the expected loss at .01,
but 15 % of the gradient, and learn everything. So more than the expected loss with more than half
of the gradient confirms; less than .2 of either refutes.
"""

from __future__ import annotations

import math

import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.penalties import apart
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

OVERWHELMS, SMALL = 1.0, 0.2
PULLS = 0.5
SAMPLES, FEWEST = 64, 16
ELEMENTS = 500_000  # of the largest tensor, beyond which fewer samples do


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compare penalty and loss of the whole model, and their gradients."""
    samples = max(FEWEST, min(SAMPLES, ELEMENTS // max(1, subject.largest)))
    inputs = inputs_for(subject, subject.samples(samples))
    loss, penalty, of_loss, of_penalty = apart(subject, inputs, targets_for(subject, inputs))
    if penalty == 0.0:
        return Observation(False, "penalty 0", "the model has no penalty")
    expected = sum(_expected(subject, output) for output in range(len(subject.losses)))
    words = "that guessing has"
    if expected == 0.0:
        expected, words = loss, "before training"
    pulls = float(tf.linalg.global_norm(of_penalty))
    pulled = float(tf.linalg.global_norm(of_loss))
    ratio = penalty / expected if expected > 0.0 else math.inf
    share = pulls / (pulls + pulled) if pulls + pulled > 0.0 else 0.0
    text = (
        f"the penalty is {penalty:.3g}, {ratio:.2g} times the loss of {expected:.3g} {words}, "
        f"and {share:.0%} of the gradient"
    )
    if ratio > OVERWHELMS and share > PULLS:
        plain = "the penalty on the weights outweighs the loss"
        return Observation(True, subject.reported(text), plain)
    plain = "the penalty is small compared with the loss"
    return Observation(False if min(ratio, share) < SMALL else None, subject.reported(text), plain)


def _expected(subject: ModelUnderTest, output: int) -> float:
    """What the loss of guessing is; 0 where nothing is known of it."""
    loss = subject.objectives[output].loss
    word = loss.kind if loss is not None else ""
    if "crossentropy" not in word:
        return 0.0
    width = subject.model.outputs[output].shape[-1]
    return math.log(2 if word.startswith("binary") else max(2, width))
