"""Metric insensitivity: what a metric says of perfect predictions, and of wrong ones.

A perfect predictor (the targets themselves) should score best, and adding a constant to every
output, which makes the loss grow, should change the score. Keras is asked by its own choice of the
metric for these shapes. With two or more outputs "accuracy" is categorical: perfect predictions
score 1, and so do predictions that are off by any constant. 0/1 targets refute. Where neither the
targets nor another metric say whether there are classes or numbers, nothing is decided: to learn 0
and 1 by least squares and to count what is on the right side of .5 is sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from kerlint.execute.support.data import CLASS_LIKE, described_targets, family_of, inputs_for
from kerlint.execute.support.under_test import Criterion, ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

SHIFT = 1.0
# Metrics with a threshold that are 1 where every answer is right.
RATES = ("accuracy", "binary_accuracy", "categorical_accuracy", "auc", "precision", "recall")
SAMPLES = 64
# Metrics beside accuracy that are asked for numbers.
OF_NUMBERS = ("mean_", "root_mean", "r2_score", "huber", "log_cosh")
# Where 1 is the best score; for all others it is 0.
BEST_IS_ONE = ("accuracy", "precision", "recall", "auc", "f1_score", "r2_score", "iou")


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Score the targets themselves, and the targets plus a constant."""
    output = subject.output
    metrics = subject.objective.metrics
    if not metrics:
        return Observation(False, "no metric", "there is no metric that could mislead")
    # What the claim is about comes first: accuracy where there is one.
    metric = next((m for m in metrics if m.kind == "accuracy"), metrics[0])
    loss = subject.objective.loss
    if loss is None:
        return Observation(None, "the loss is not known")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    true, words = described_targets(subject, inputs)[output]
    kind = family_of(subject, output)
    if kind in CLASS_LIKE and kind != "INTEGER" and loss.args.get("from_logits"):
        return _all_on_logits(metrics, loss, true)
    if kind in CLASS_LIKE and (kind != "INTEGER" or "crossentropy" in loss.kind):
        return Observation(False, words, "the targets are classes, which the metric is made for")
    shape = tuple(subject.model.outputs[output].shape[1:])
    known = subject.objective.targets
    stated = known is not None and known.stated
    numbers = any(m.kind.startswith(OF_NUMBERS) for m in metrics)
    prediction = np.broadcast_to(np.asarray(true, "float32"), (len(true), *shape))
    scores = [_score(metric, loss, prediction + shift, true) for shift in (0.0, SHIFT)]
    (perfect, low), (shifted, high) = scores
    best = 1.0 if any(word in metric.kind for word in BEST_IS_ONE) else 0.0
    label = metric.kind.replace("_", " ")
    assumed = "" if stated else " (assumed)"
    if not stated and not numbers:
        rows = "one-hot rows" if shape and shape[-1] > 1 else "0 and 1"
        text = f"it holds if the targets are not {rows}, which is not known (see --data)"
        return Observation(None, text)
    text = (
        f"with {words} as targets{assumed}, {label} is {perfect:.3g} for perfect predictions "
        f"(loss {low:.3g}), {shifted:.3g} for predictions off by {SHIFT:g} (loss {high:.3g})"
    )
    if abs(perfect - best) > 1e-3:
        return Observation(True, text, f"{label} is only {perfect:.3g} for perfect predictions")
    if abs(perfect - shifted) < 1e-6 and high > low + 1e-6:
        plain = f"{label} is the same for perfect predictions and for wrong ones"
        return Observation(True, text, plain)
    return Observation(False, text, f"{label} tells good predictions from bad ones")


def _score(metric: Criterion, loss: Criterion, prediction: Any, true: Any) -> tuple[float, float]:
    """What Keras makes of a metric and a loss for given predictions, by the shapes."""
    echo = keras.Sequential([keras.Input(prediction.shape[1:]), keras.layers.Identity()])
    echo.compile(loss=loss.new(), metrics=[metric.new()], run_eagerly=True)
    found = echo.test_on_batch(prediction, true, return_dict=True)
    return next(float(v) for key, v in found.items() if key != "loss"), float(found["loss"])


def _all_on_logits(metrics: Sequence[Criterion], loss: Criterion, true: Any) -> Observation:
    """The first metric that misjudges raw values, else the first of all."""
    found = [_on_logits(m, loss, true) for m in metrics if m.kind in RATES]
    if not found:
        return Observation(None, "no metric that is 1 for right answers")
    return next((each for each in found if each.defect_present), found[0])


def _on_logits(metric: Criterion, loss: Criterion, true: Any) -> Observation:
    """Raw values that are right: 0.3 and -0.3 for yes and no, then 3 and 1, in the right order."""
    label = metric.kind.replace("_", " ")
    if metric.kind == "auc":
        prediction, shown = np.where(true > 0.5, 3.0, 1.0), "3 for yes and 1 for no"
    else:
        prediction, shown = np.where(true > 0.5, 0.3, -0.3), "0.3 for yes and -0.3 for no"
    try:
        score, low = _score(metric, loss, prediction.astype("float32"), true)
    except ValueError:
        if metric.args.get("threshold") != 0.0:
            raise
        # Keras 3.3 takes no threshold of 0: what it would count is right at .5 after a sigmoid.
        metric = replace(metric, args={**metric.args, "threshold": 0.5})
        loss = replace(loss, args={**loss.args, "from_logits": False})
        shares = 1.0 / (1.0 + np.exp(-prediction))
        score, low = _score(metric, loss, shares.astype("float32"), true)
        shown += ", put through a sigmoid"
    text = f"{label} is {score:.3g} for raw outputs of {shown}, all of them right (loss {low:.3g})"
    if abs(score - 1.0) > 1e-3:
        return Observation(
            True, text, f"{label} is only {score:.3g} although all answers are right"
        )
    return Observation(False, text, "answers that are all right get the full score")
