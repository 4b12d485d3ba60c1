"""Input scale: how large the numbers are that reach the first kernel, and what that does to it.

The inputs are numbers in the range of the claim: pixels from 0 to 255, or what is left of them
when they were scaled once before. Weights are initialized for inputs of about 1. Measured is the
root mean square of what the first layer with a kernel gets, and the length of the gradient of that
kernel, as written against the repaired model: 147 for raw pixels, .58 for pixels from 0 to 1 and
.0023 for pixels that are divided twice. Raw pixels make the gradient 4.8 times (relu6), 9.9
times (LSTM), 12 times (sigmoid units) to 1,300 times (a convolutional network with relu) as large,
from a loss of 340 where the repaired model has 2.6; dividing twice makes it 30 to 1,200 times
smaller. Where BatchNormalization follows, the gradient of raw pixels is 1.05 to 1.5 times as large,
which refutes. Other repairs are in both models: a softmax without a gradient under squared errors
would hide what the pixels do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.penalties import apart
from kerlint.execute.support.under_test import ModelUnderTest, calls_in
from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN, Verdict, evidence

TOO_LARGE, TOO_SMALL = 10.0, 0.02
SOUND = (0.1, 4.0)  # pixels from 0 to 1, from -1 to 1, or standardized
LARGER, SMALLER = 4.0, 0.05  # of the gradient
EQUAL = 3.0
SAMPLES = 32


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    first = first_kernel(baseline)
    if first is None:
        return Verdict(UNPROVEN, "no layer of the model has a kernel")
    tensor, kernel = first
    inputs = inputs_for(baseline, baseline.samples(SAMPLES))
    given = baseline.run(baseline.part(tensor), inputs, training=True)
    size = float(np.sqrt(np.mean(np.square(given.numpy().astype("float64")))))
    shown = f"the first kernel gets inputs of size {size:.2g}"
    if SOUND[0] <= size <= SOUND[1]:
        plain = "the numbers that reach the first weights have a healthy size"
        return Verdict(REFUTED, evidence(plain, baseline.reported(shown)))
    if TOO_SMALL <= size <= TOO_LARGE:
        return Verdict(UNPROVEN, baseline.reported(shown))
    loss, gradient = _at_start(baseline, inputs, kernel)
    found = first_kernel(repaired) if repaired is not None else None
    if repaired is None or found is None:
        return Verdict(UNPROVEN, f"{baseline.reported(shown)}; no repaired model", True)
    loss_then, gradient_then = _at_start(repaired, inputs, found[1])
    text = baseline.reported(
        f"{shown}; gradient of the kernel {gradient:.3g}, repaired {gradient_then:.3g}; "
        f"loss before training {loss:.4g}, repaired {loss_then:.4g}"
    )
    if not gradient_then > 0:
        return Verdict(UNPROVEN, f"{text}: no gradient to compare with", True)
    ratio = gradient / gradient_then
    if size > TOO_LARGE and ratio >= LARGER:
        plain = f"the inputs make the first gradient {ratio:,.0f} times as large as when repaired"
        return Verdict(CONFIRMED, evidence(plain, text))
    if size < TOO_SMALL and ratio <= SMALLER:
        plain = "with such small inputs the first layer hardly gets a gradient"
        return Verdict(CONFIRMED, evidence(plain, text))
    if 1 / EQUAL <= ratio <= EQUAL:
        plain = "a later layer evens out the size of the inputs"
        return Verdict(REFUTED, evidence(plain, text))
    return Verdict(UNPROVEN, text)


def first_kernel(subject: ModelUnderTest) -> tuple[Any, Any] | None:
    """The tensor that the first layer with a kernel gets, and its kernel."""
    for call in calls_in(subject.model):
        weights = getattr(call.operation, "trainable_variables", ())
        for weight in weights:
            if len(weight.shape) > 1:
                return call.input_tensors[0], weight
    return None


def _at_start(subject: ModelUnderTest, inputs: list[Any], kernel: Any) -> tuple[float, float]:
    """The loss before any training, and the length of the gradient of a kernel."""
    loss, _, gradients, _ = apart(subject, inputs, targets_for(subject, inputs))
    keep(subject, "lengths", gradients)
    for weight, gradient in zip(subject.model.trainable_variables, gradients):
        if weight is kernel:
            return loss, float(np.linalg.norm(gradient.numpy()))
    return loss, 0.0
