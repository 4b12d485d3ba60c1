"""KER141: MeanIoU or IoU, which take class numbers, over probabilities."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import RIGHT_ANSWERS
from kerlint.program.objectives import BINARY, Criterion, Objective
from kerlint.program.values import Fact, Object, Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.metric_labels import NUMBERS, ONE_HOT, claim_about, labels_form, with_metrics

_KINDS = {"mean_iou": "MeanIoU", "iou": "IoU"}
_FLOATS = frozenset({"softmax", "sigmoid", "hard_sigmoid", "linear"})


class IouOfProbabilities(Rule):
    """The metric expects class numbers, but the model outputs probabilities.

    With their defaults, `MeanIoU` and `IoU` take class numbers on both sides and cut off
    fractions. A probability below 1 becomes 0, so every pixel counts as class 0: the score
    stays the same through the whole training, or Keras raises an error about shapes.

    For one-hot labels use `OneHotMeanIoU` or `OneHotIoU`; for class numbers add
    `sparse_y_pred=False`; for one sigmoid unit use `BinaryIoU`, which has a threshold.

    Bad:
        model = keras.Sequential([keras.Input((16, 16, 3))])
        model.add(layers.Conv2D(4, 1, activation="softmax"))
        metrics = [keras.metrics.MeanIoU(num_classes=4)]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)
    Good:
        model = keras.Sequential([keras.Input((16, 16, 3))])
        model.add(layers.Conv2D(4, 1, activation="softmax"))
        metrics = [keras.metrics.OneHotMeanIoU(num_classes=4)]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)
    Tempting:
        # The largest output is taken before the numbers are compared.
        model = keras.Sequential([keras.Input((16, 16, 3))])
        model.add(layers.Conv2D(4, 1, activation="softmax"))
        metrics = [keras.metrics.MeanIoU(num_classes=4, sparse_y_pred=False)]
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=metrics)

        # Outside of compile(), it is given class numbers.
        iou = keras.metrics.MeanIoU(num_classes=2)
        iou.update_state([0, 1, 1], [0, 1, 0])

    People say:
        "MeanIoU stays constant", "mean IoU is always 0.5", "MeanIoU does not change"

    When kerlint stays silent:
        - The metric has `sparse_y_pred=False`, or arguments that kerlint cannot read.
        - The metric is a subclass of the program, which may take the largest output first.
        - The output is made by a layer or function that kerlint does not know.
    """

    code = "KER141"
    severity = Severity.ERROR
    required_bytes = (b"IoU",)
    experiments = (RIGHT_ANSWERS,)
    unsafe_because = "the metric is then logged under another name"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        activation = objective.head.activation
        if activation not in _FLOATS:
            return
        for metric in objective.metrics:
            if not _takes_numbers(metric):
                continue
            what = "raw numbers" if activation == "linear" else "probabilities"
            yield Finding(
                metric.fact.site,
                f"`{metric.as_written}` expects class numbers, but the model outputs {what}",
                label="cuts off fractions, so that almost all outputs count as class 0",
                help=f"use `{_instead(metric, objective)}`",
                related=(Note(objective.head.site, f"outputs {what}"),),
                claim=claim_about(metric, objective, view),
                repair=repair(objective, view),
            )


def _takes_numbers(metric: Criterion) -> bool:
    return metric.kind in _KINDS and metric.flag("sparse_y_pred", True) is True


def _instead(metric: Criterion, objective: Objective) -> str:
    """The metric that takes what the model outputs, as one writes it."""
    assert metric.kind is not None
    name = _KINDS[metric.kind]
    if _one_answer(objective):
        threshold = "0.0" if objective.head.activation == "linear" else "0.5"
        return f"keras.metrics.BinaryIoU(threshold={threshold})"
    form = labels_form(objective)
    if form == ONE_HOT:
        return f"keras.metrics.OneHot{name}"
    if form == NUMBERS:
        return f"keras.metrics.{name}(..., sparse_y_pred=False)"
    return f"keras.metrics.OneHot{name}` for one-hot labels or `sparse_y_pred=False"


def _one_answer(objective: Objective) -> bool:
    loss = objective.loss
    return objective.head.width == 1 or (loss is not None and loss.kind in BINARY)


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The metric that looks for the largest output, or has a threshold."""
    found: dict[int, Value] = {}
    for place, metric in enumerate(objective.metrics):
        if not _takes_numbers(metric):
            continue
        args = {name: fact for name, fact in metric.args.items() if name != "sparse_y_pred"}
        if _one_answer(objective):
            kept = {name: fact for name, fact in args.items() if name in ("name", "dtype")}
            raw = objective.head.activation == "linear"
            kept["threshold"] = Fact(0.0 if raw else 0.5)
            found[place] = Object("keras.metrics.BinaryIoU", kept, metric.fact.site)
            continue
        name = f"keras.metrics.{_KINDS[metric.kind or '']}"
        args["sparse_y_pred"] = Fact(False)
        if labels_form(objective) != NUMBERS:
            args["sparse_y_true"] = Fact(False)
        found[place] = Object(name, args, metric.fact.site)
    return with_metrics(objective, found)
