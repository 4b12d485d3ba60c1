"""Output range: what the outputs can be beside what the targets or the loss ask for.

For a regression with a known range of targets: the part of the loss that no training can remove,
mean((clip(y) - y)^2) with y clipped to what the activation gives (508 for targets around 22 and a
sigmoid, 0 for a linear output). A hinge is made for targets of -1 and 1, poisson for counts. For a
crossentropy or kl_divergence: predictions outside [0, 1], or rows that do not sum to 1 (.669 to
1.59 for a sigmoid under categorical_crossentropy, 1 up to 1e-6 for a softmax); the output layer's
kernel grown ten thousand times is tried too, as training may make it: a relu over small weights
stays below 1, and has nothing that keeps it there. The rows of a BatchNormalization sum to anything
(-3.6 to 4.1).
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerlint.execute.support.data import inputs_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.under_test import ModelUnderTest, Targets, end_of, kernels
from kerlint.execute.support.verdicts import Observation, Verdict, compared

ROW_SUM, EXACT = 1e-3, 1e-5
SAMPLES = 128
GROWN = 1e4
# The targets that a loss is made for, where the program says nothing of its own.
MADE_FOR: dict[str, tuple[float | None, float | None]] = {
    "hinge": (-1.0, 1.0),
    "squared_hinge": (-1.0, 1.0),
    "poisson": (0.0, None),
}
LIMITS = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "relu6": (0.0, 6.0),
    "softplus": (0.0, np.inf),
    "exponential": (0.0, np.inf),
}


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Under a crossentropy look at the predictions, else at the targets that are out of reach."""
    output = subject.output
    word = subject.loss_kind
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    if "crossentropy" in word or word == "kl_divergence":
        return _distribution(subject, inputs)
    target = subject.objective.targets or Targets()
    lowest, highest = target.lowest, target.highest
    if lowest is None and highest is None:
        lowest, highest = MADE_FOR.get(word, (None, None))
    limits = LIMITS.get(end_of(subject, output))
    # One end of the range is enough when it is out of reach.
    if lowest is None and highest is not None:
        lowest = min(highest, max(limits[0], highest - 1.0)) if limits else highest
    if highest is None and lowest is not None:
        highest = max(lowest, min(limits[1], lowest + 1.0)) if limits else lowest
    if lowest is None or highest is None:
        return Observation(None, "the range of the targets is not known (see --data)")
    shown = f"targets from {lowest:g} to {highest:g}"
    if limits is None:
        text = f"{shown} are within reach of the output"
        return Observation(False, text, "the output can reach the targets")
    true = np.linspace(lowest, highest, 101)
    floor = float(np.mean((np.clip(true, *limits) - true) ** 2))
    spread = float(np.var(true)) or 1.0
    text = (
        f"{shown}, outputs from {limits[0]:g} to {limits[1]:g}: "
        f"training cannot bring the squared error below {floor:.4g}"
    )
    if floor > 0.01 * spread:
        return Observation(True, text, "the output cannot reach the targets")
    return Observation(False, text, "the output can reach the targets")


def _distribution(subject: ModelUnderTest, inputs: list[Any]) -> Observation:
    # The averages of a BatchNormalization at the end have seen nothing yet. In training it does
    # what they converge to.
    last = subject.model.outputs[subject.output]._keras_history.operation
    training = isinstance(last, keras.layers.BatchNormalization)
    plain = subject.output_of(inputs, training=training).numpy()
    keep(subject, "outputs", (plain, ""))
    weights = kernels(subject.model)
    if weights:
        weights[-1].assign(weights[-1] * GROWN)
    grown = subject.output_of(inputs, training=training).numpy()
    found = np.concatenate([plain, grown])
    low, high = float(found.min()), float(found.max())
    if np.isnan(found).any():
        return Observation(None, subject.reported("the predictions are NaN, not a number"))
    text = f"predictions from {float(plain.min()):.3g} to {float(plain.max()):.3g}"
    if low < plain.min() or high > plain.max():
        text += f" ({low:.3g} to {high:.3g} with larger weights)"
    loss = subject.objective.loss
    if loss is not None and loss.args.get("from_logits"):
        plain = "the loss treats the outputs as logits"
        return Observation(False, subject.reported(f"{text}, taken as logits"), plain)
    outside = low < -EXACT or high > 1 + EXACT
    if subject.loss_kind.startswith(("categorical", "sparse", "kl_")):
        sums = found.sum(axis=-1)
        text += f", sums per sample from {float(sums.min()):.3g} to {float(sums.max()):.3g}"
        off = float(np.abs(sums - 1).max())
        if outside or off > ROW_SUM:
            plain = "the predictions are not probabilities that add up to 1"
            return Observation(True, subject.reported(text), plain)
        plain = "the predictions add up to 1"
        return Observation(False if off < EXACT else None, subject.reported(text), plain)
    if outside:
        return Observation(True, subject.reported(text), "the predictions go below 0 or above 1")
    return Observation(False, subject.reported(text), "the predictions stay between 0 and 1")
