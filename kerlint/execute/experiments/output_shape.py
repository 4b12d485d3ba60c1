"""Output shape: whether predictions have the shape of the labels, or are stretched to fit.

A regression loss stretches (n, 1) labels over (n, 5, 1) predictions without a word, and trains
every step on the one number of its sample.

A loss or metric of the program is not run. What Keras gives it is seen by one that looks at the
shapes: labels of shape (8,) and predictions of shape (8, 1) have a difference of shape (8, 8).
With labels of shape (8, 1) it is (8, 1).
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np

from kerlint.execute.support.data import inputs_for
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import UNPROVEN, Observation, Verdict, compared

SAMPLES = 8


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    if baseline.role is not None:
        target = baseline.objective.targets
        if target is None or target.shape is None or len(target.shape) != 1:
            return Verdict(UNPROVEN, "labels with one axis are not known (see --data)")
        return compared(combined(baseline, (SAMPLES,)), combined(baseline, (SAMPLES, 1)))
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def combined(subject: ModelUnderTest, labels: tuple[int, ...]) -> Observation:
    """Let Keras give labels and predictions of one batch to something in the role of the claim."""
    seen: list[tuple[tuple[int, ...], ...]] = []

    def look(true: Any, predicted: Any) -> Any:
        difference = keras.ops.cast(true, predicted.dtype) - predicted
        seen.append((tuple(true.shape), tuple(predicted.shape), tuple(difference.shape)))
        return keras.ops.mean(predicted, axis=-1)

    class Looking(keras.losses.Loss):  # type: ignore[misc, name-defined, unused-ignore]
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return look(y_true, y_pred)

    model = subject.part(subject.model.outputs[subject.output])
    given = {"loss": Looking()} if subject.role == "loss" else {"loss": "mse", "metrics": [look]}
    model.compile(optimizer="sgd", **given, run_eagerly=True)
    inputs = [x.numpy() for x in inputs_for(subject, SAMPLES)]
    model.train_on_batch(inputs if len(inputs) > 1 else inputs[0], np.zeros(labels, "float32"))
    true, predicted, difference = seen[-1]
    text = (
        f"a {subject.role} gets labels of shape {true} and predictions of shape {predicted}, and "
        f"their difference has the shape {difference}"
    )
    if math.prod(difference) > max(math.prod(true), math.prod(predicted)):
        return Observation(True, text, "each label meets all predictions of the batch")
    return Observation(False, text, "each label meets its own prediction")


def observe(subject: ModelUnderTest) -> Observation:
    """Compare the two shapes axis by axis, trailing ones of size 1 left out."""
    target = subject.objective.targets
    found = (8, *subject.model.outputs[subject.output].shape[1:])
    text = f"predictions for 8 samples have the shape {found}"
    if target is None or target.shape is None:
        return Observation(None, f"{text}; the shape of the labels is not known")
    whole = found[1:]
    given = target.shape[1:]
    text += f", the labels {(8, *given)}"
    if subject.loss_kind.startswith("sparse_"):  # class numbers: one axis less
        whole = whole[:-1]
        given = given[:-1] if given and given[-1] == 1 else given
    if len(given) == len(whole) - 1 and whole and whole[-1] == 1:
        whole = whole[:-1]
    if len(whole) == len(given) - 1 and given and given[-1] == 1:
        given = given[:-1]
    differs = len(whole) != len(given) or any(
        g is not None and g != w for g, w in zip(given, whole)
    )
    plain = "predictions and labels do not have the same shape" if differs else "the shapes match"
    return Observation(differs, subject.reported(text), plain)
