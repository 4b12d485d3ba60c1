"""KER125: a metric for labels of another form."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change
from kerlint.program.claims import RIGHT_ANSWERS
from kerlint.program.objectives import BINARY, CATEGORICAL, Criterion, Objective
from kerlint.program.values import Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.metric_labels import (
    COUNTS,
    F_SCORES,
    FOR_NUMBERS,
    FOR_ONE_HOT,
    NUMBERS,
    ONE_HOT,
    SAME_SHAPE,
    claim_about,
    labels_form,
    metric_as_written,
    with_metrics,
)
from kerlint.rules.words import labels_note, loss_note

_ARGMAX_OVER_ONE = frozenset(
    {"categorical_accuracy", "sparse_categorical_accuracy", "top_k_categorical_accuracy"}
    | {"sparse_top_k_categorical_accuracy", "one_hot_iou", "one_hot_mean_iou"}
)
"""Metrics that look for the largest unit."""


class MetricOfOtherLabels(Rule):
    """The metric expects another form of labels than the program has.

    Labels are class numbers (`2`) or one-hot (`[0, 0, 1]`), and each metric takes one of the two.
    `categorical_accuracy` takes one-hot labels and asks in both the labels and the outputs which
    is the largest; given class numbers, it shows a value without any meaning, and Keras does not
    complain. `Precision`, `Recall`, `AUC` and `F1Score` take one column of labels for each unit;
    given class numbers, Keras raises an error about shapes in the first batch.
    `sparse_categorical_accuracy` takes class numbers and raises an error for one-hot labels.

    With a single output unit, a metric that looks for the largest unit always finds the same one.

    The string `"accuracy"` is always right: Keras replaces it with the metric that fits.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        loss = "sparse_categorical_crossentropy"
        model.compile(optimizer="adam", loss=loss, metrics=["categorical_accuracy"])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        loss = "sparse_categorical_crossentropy"
        model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    Tempting:
        # For one-hot labels.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        metrics = ["categorical_accuracy", keras.metrics.Precision(), keras.metrics.AUC()]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)

        # One unit for a yes or no.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        metrics = ["binary_accuracy", keras.metrics.Precision()]
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=metrics)

    People say:
        "Dimensions must be equal, but are 32 and 96", "categorical_accuracy is wrong",
        "accuracy is always 1", "`segment_ids` and `data` should have same leading dimension"

    When kerlint stays silent:
        - Neither the loss nor the code that makes the labels shows which form they have.
        - The labels do not fit the loss either: KER130 or KER131 reports that.
        - The metric is a class or function of the program.
    """

    code = "KER125"
    severity = Severity.ERROR
    required_bytes = (b"metrics",)
    experiments = (RIGHT_ANSWERS,)
    unsafe_because = "the metric is then logged under another name"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        for metric in objective.metrics:
            fault = _fault(metric, objective)
            if fault is None:
                continue
            message, label, help, severity = fault
            related = []
            if objective.loss is not None and objective.head.width != 1:
                form = labels_form(objective)
                related.append(loss_note(objective.loss, f"the labels are {form}"))
            elif objective.target is not None and metric.kind in F_SCORES:
                related.append(labels_note(objective.target, "labels with one axis"))
            elif objective.head.layer is not None:
                related.append(Note(objective.head.site, "one unit"))
            yield Finding(
                metric.fact.site,
                message,
                label=label,
                help=help,
                related=tuple(related),
                severity=severity,
                claim=claim_about(metric, objective, view),
                repair=repair(objective, view),
                fix=Applicability.DISPLAY if metric.kind in COUNTS | F_SCORES else None,
            )


_Fault = tuple[str, str, str, Severity]


def _fault(metric: Criterion, objective: Objective) -> _Fault | None:
    """What is wrong with a metric: message, label, help and severity."""
    kind, head = metric.kind, objective.head
    if kind is None or head.activation is None:
        return None
    name = f"`{metric.as_written}`"
    if head.width == 1:
        return _of_one_unit(metric, objective, name)
    form = labels_form(objective)
    if form == NUMBERS and kind in FOR_ONE_HOT:
        instead = metric_as_written(metric, FOR_ONE_HOT[kind])
        help = f'use `"accuracy"` or `{instead}`'
        if kind != "categorical_accuracy":
            help = f"use `{instead}`"
        return (
            f"{name} expects one-hot labels, but the labels are class numbers",
            "shows a value without meaning, or Keras raises an error",
            help,
            Severity.ERROR,
        )
    if form == NUMBERS and kind in ("one_hot_iou", "one_hot_mean_iou"):
        return (
            f"{name} expects one-hot labels, but the labels are class numbers",
            "shows a value without meaning",
            f"use `keras.metrics.{'IoU' if kind == 'one_hot_iou' else 'MeanIoU'}` with "
            "`sparse_y_pred=False`",
            Severity.ERROR,
        )
    if form == NUMBERS and kind in SAME_SHAPE:
        return (
            f"{name} expects one column of labels per unit, but the labels are class numbers",
            "Keras raises an error in the first batch",
            'make the labels one-hot with `to_categorical` (and use `loss="categorical_'
            'crossentropy"`), or use `"accuracy"`',
            Severity.ERROR,
        )
    if form == ONE_HOT and kind in FOR_NUMBERS:
        instead = metric_as_written(metric, FOR_NUMBERS[kind])
        help = f'use `"accuracy"` or `{instead}`'
        if kind != "sparse_categorical_accuracy":
            help = f"use `{instead}`"
        return (
            f"{name} expects class numbers, but the labels are one-hot",
            "Keras raises an error in the first batch",
            help,
            Severity.ERROR,
        )
    if form == ONE_HOT and kind == "binary_accuracy":
        return _unit_by_unit(metric, objective, name)
    return None


def _of_one_unit(metric: Criterion, objective: Objective, name: str) -> _Fault | None:
    kind, loss = metric.kind, objective.loss
    if objective.head.activation == "softmax":
        return None  # KER101 reports the unit
    if kind in _ARGMAX_OVER_ONE and loss is not None and loss.kind in BINARY:
        return (
            f"{name} looks for the largest output unit, but there is only one",
            "does not depend on what the model predicts",
            'use `"accuracy"`, which counts the answers on the right side of 0.5',
            Severity.ERROR,
        )
    target = objective.target
    if kind in F_SCORES and target is not None and target.rank == 1 and not metric.partial:
        return (
            f"{name} expects labels of shape `(n, 1)`, but they have the shape `(n,)`",
            "Keras raises an error in the first batch",
            "give the labels the shape `(n, 1)`, for example with `y.reshape(-1, 1)`",
            Severity.ERROR,
        )
    return None


def _unit_by_unit(metric: Criterion, objective: Objective, name: str) -> _Fault | None:
    """Yes and no are counted for each class: most of them are a right no."""
    loss, head = objective.loss, objective.head
    if loss is None or loss.kind not in CATEGORICAL or head.activation != "softmax":
        return None
    if not isinstance(head.width, int) or head.width < 3:
        return None
    share = (head.width - 2) / head.width
    return (
        f"{name} counts each of the {head.width} classes as a separate yes/no, so it looks too "
        "good",
        f"{share:.2g} even when every answer is wrong",
        'use `"accuracy"` or `"categorical_accuracy"`',
        Severity.WARNING,
    )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The same metric for the labels that there are, or else accuracy."""
    instead: dict[int, Value] = {}
    for place, metric in enumerate(objective.metrics):
        kind = metric.kind
        if _fault(metric, objective) is None or kind is None:
            continue
        other = {**FOR_NUMBERS, **FOR_ONE_HOT}.get(kind)
        one = objective.head.width == 1
        if one or other is None or kind in COUNTS or metric.args:
            instead[place] = "accuracy"
        else:
            instead[place] = other
    return with_metrics(objective, instead)
