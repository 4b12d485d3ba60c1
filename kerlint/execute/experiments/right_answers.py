"""Right answers: what a metric of classes says when all answers are right, and when all are wrong.

Labels in the form that is known or that the loss asks for go into the metric, with confident
predictions: 0.6 to 0.95 for the right class, and the same for a wrong one. A metric that is made
for them says 1 and 0. Measured: 0.02 for right answers by categorical_accuracy on class numbers,
0.17 by MeanIoU on probabilities, 0.0 by metrics.Accuracy; for wrong answers 1.0 by a top-5 accuracy
of 4 classes, 0.8 by binary_accuracy of 10 one-hot classes. Precision and others raise an error.
Metrics of an error (mse) get exact predictions, for which they are 0. Metrics that both models have
are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import CLASS_LIKE, described_targets, family_of, inputs_for
from kerlint.execute.support.under_test import Criterion, ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared, in_a_line

SAMPLES = 64
# A score of 1 is the best; what else is measured here is an error, whose best is 0.
RATES = ("accuracy", "precision", "recall", "auc", "f1_score", "f_beta", "iou", "r2_score")
# All wrong answers score 0 with these; AUC and its kin depend on how wrong they are.
ZERO_IF_WRONG = ("accuracy", "f1_score", "f_beta", "iou")
EXACT = 1e-3
WRONG = 0.05
ERRORS = (ValueError, TypeError, IndexError, tf.errors.InvalidArgumentError)


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    old = list(baseline.objective.metrics)
    if repaired is None:
        return compared(observe(baseline, old), None)
    new = list(repaired.objective.metrics)
    replaced = [metric for metric in old if metric not in new] or old
    put_in = [metric for metric in new if metric not in old] or new
    return compared(observe(baseline, replaced), observe(repaired, put_in))


def observe(subject: ModelUnderTest, metrics: Sequence[Criterion]) -> Observation:
    """The first of the metrics that misjudges right or wrong answers, else the last."""
    loss = subject.objective.loss
    if loss is None:
        return Observation(None, "the loss is not known")
    if not metrics:
        return Observation(None, "the metrics are not known")
    kind = family_of(subject, subject.output)
    if kind not in CLASS_LIKE:
        return Observation(None, "the targets are not known to be classes (see --data)")
    known = subject.objective.targets
    if kind == "MULTI_HOT" and (known is None or not known.stated):
        text = "it holds if a sample can have several labels, which is not known (see --data)"
        return Observation(None, text)
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    true, words = described_targets(subject, inputs)[subject.output]
    shape = (len(true), *subject.model.outputs[subject.output].shape[1:])
    exact = _one_hot(true, shape, kind)
    answers = [_confident(exact, kind), _confident(_another(exact, kind), kind)]
    if loss.args.get("from_logits"):
        answers = [np.log(each / (1.0 - each)) for each in answers]
    if known is not None and known.shape is not None and len(known.shape) == len(shape) - 1:
        true = true.reshape(true.shape[: len(known.shape)]) if true.shape[-1] == 1 else true
    found = [_judged(metric, loss, true, exact, answers, words) for metric in metrics]
    return next((each for each in found if each.defect_present), found[-1])


def _judged(
    metric: Criterion, loss: Criterion, true: Any, exact: Any, answers: list[Any], words: str
) -> Observation:
    label = metric.kind.replace("_", " ")
    rate = any(word in metric.kind for word in RATES)
    if metric.kind in ("crossentropy", "categorical_crossentropy", "binary_crossentropy"):
        rate = False
    try:
        right = _score(metric, true, answers[0] if rate else exact, loss)
        wrong = _score(metric, true, answers[1], loss)
    except ERRORS as error:
        raised = f"{label} with {words}: {type(error).__name__}: {in_a_line(error, 120)}"
        return Observation(True, raised, f"Keras raises an error when it computes the {label}")
    text = f"{label} with {words} is {right:.3g} for right answers and {wrong:.3g} for wrong ones"
    if abs(right - (1.0 if rate else 0.0)) > EXACT:
        return Observation(True, text, f"the {label} is {right:.3g} although all answers are right")
    if any(word in metric.kind for word in ZERO_IF_WRONG) and wrong > WRONG:
        return Observation(True, text, f"the {label} is {wrong:.3g} although all answers are wrong")
    return Observation(False, text, f"the {label} tells right answers from wrong ones")


def _score(metric: Criterion, true: Any, prediction: Any, loss: Criterion) -> float:
    """What Keras makes of a metric, by the shapes and the loss."""
    echo = keras.Sequential([keras.Input(prediction.shape[1:]), keras.layers.Identity()])
    echo.compile(loss=loss.new(), metrics=[metric.new()], run_eagerly=True)
    found = echo.test_on_batch(prediction.astype("float32"), true, return_dict=True)
    scores = [value for key, value in found.items() if key != "loss"]
    return float(np.mean(np.asarray(scores[0], "float64")))


def _one_hot(true: Any, shape: tuple[int, ...], kind: str) -> Any:
    """What a perfect model would output."""
    if kind == "INTEGER":
        return np.eye(shape[-1])[np.asarray(true, "int64").reshape(shape[:-1])]
    return np.broadcast_to(np.asarray(true, "float64").reshape(len(true), *true.shape[1:]), shape)


def _another(exact: Any, kind: str) -> Any:
    """The answers of a model that is never right."""
    if kind in ("BINARY", "MULTI_HOT"):
        return 1.0 - exact
    return np.roll(exact, 1, axis=-1)


def _confident(exact: Any, kind: str) -> Any:
    """Probabilities of these answers, none of them equal to another."""
    random = np.random.default_rng(0)
    if kind in ("BINARY", "MULTI_HOT"):
        sure = random.uniform(0.6, 0.95, exact.shape)
        return np.where(exact > 0.5, sure, 1.0 - sure)
    sure = random.uniform(0.6, 0.95, (*exact.shape[:-1], 1))
    # The class before the chosen one gets the least: a wrong answer has the right class there.
    rest = np.linspace(1.0, 2.0, exact.shape[-1])
    order = (np.arange(exact.shape[-1]) - exact.argmax(-1)[..., None]) % exact.shape[-1]
    shares = np.where(exact > 0.5, 0.0, rest[::-1][order])
    shares = shares / np.maximum(shares.sum(-1, keepdims=True), 1e-9)
    return np.where(exact > 0.5, sure, (1.0 - sure) * shares)
