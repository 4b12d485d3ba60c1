"""KER127: 'accuracy' where a sample can have several labels."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import RIGHT_ANSWERS
from kerlint.program.data import COLUMN, TABLE
from kerlint.program.objectives import BINARY, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.labels import gives_back_input
from kerlint.rules.metric_labels import claim_about, made, with_metrics
from kerlint.rules.words import labels_note, several_at_once


class AccuracyOfSeveralLabels(Rule):
    """For a sample with several labels, `"accuracy"` only looks at the largest output.

    Keras replaces the string `"accuracy"` with a metric, and chooses it by the shapes. With
    several output units that is `categorical_accuracy`, which asks which output is the largest
    and whether the first 1 of the labels is in the same place. A sample with two labels then
    counts as wrong although both outputs are right, and the other outputs do not count at all.

    `"binary_accuracy"` looks at each label by itself. Where most labels are 0, it is high from
    the start, and precision and recall tell more.

    Bad:
        from sklearn.datasets import make_multilabel_classification

        x, y = make_multilabel_classification(n_features=8, n_classes=5)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(5, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(x, y)
    Good:
        from sklearn.datasets import make_multilabel_classification

        x, y = make_multilabel_classification(n_features=8, n_classes=5)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(5, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["binary_accuracy"])
        model.fit(x, y)
    Tempting:
        # One unit: the string becomes binary_accuracy.
        import numpy as np

        x = np.random.rand(200, 8)
        y = (x[:, 0] > 0.5).astype("int32")
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(x, y)

    People say:
        "multi-label accuracy is too low", "accuracy for multi-label classification in Keras"

    When kerlint stays silent:
        - Nothing in the code shows that a sample can have several labels.
          `MultiLabelBinarizer` and `make_multilabel_classification` show it, and so do labels
          that are several columns of a file, each with a sigmoid unit.
        - The output is a softmax: KER107 or KER108 reports that.
    """

    code = "KER127"
    severity = Severity.WARNING
    required_bytes = (b"acc",)
    experiments = (RIGHT_ANSWERS,)
    unsafe_because = "the metric is then logged under another name"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in BINARY or target is None:
            return
        if head.activation is None or head.activation == "softmax" or head.width == 1:
            return
        several = several_at_once(target)
        if not several and not _columns_of_a_table(objective):
            return
        for metric in objective.metrics:
            if metric.kind not in ("accuracy", "categorical_accuracy"):
                continue
            instead = (
                "keras.metrics.BinaryAccuracy(threshold=0.0)"
                if loss.flag("from_logits", False)
                else '"binary_accuracy"'
            )
            yield Finding(
                metric.fact.site,
                f"`{metric.as_written}` only looks at the largest output, but "
                + ("a sample can have several labels" if several else _EACH),
                label="with several units, this is `categorical_accuracy`"
                if metric.kind == "accuracy"
                else "compares the places of the largest output and the first 1",
                help=f"use `{instead}`, which looks at each label" + ("" if several else _IF_ONE),
                related=(
                    labels_note(target, "" if several else "several columns as labels"),
                    Note(head.site, "one unit per label"),
                ),
                claim=claim_about(metric, objective, view),
                repair=repair(objective, view),
            )


_EACH = "each column of the labels has its own yes/no"
_IF_ONE = "; if exactly one of them is 1, use softmax with `categorical_crossentropy`"


def _columns_of_a_table(objective: Objective) -> bool:
    """Whether the labels are several columns of a file, each with a sigmoid unit.

    Either a row can have several 1s, or the columns are one-hot and the sigmoids are wrong.
    """
    target, width = objective.target, objective.head.width
    if target is None or target.encoding is not None or target.rank != 2:
        return False
    if not target.origin.startswith((TABLE, COLUMN)) or gives_back_input(objective):
        return False
    columns = target.shape[1] if target.shape is not None else None
    return isinstance(width, int) and width > 2 and columns in (None, width)


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The share of labels that are right, with the threshold that the loss asks for."""
    raw = objective.loss is not None and objective.loss.flag("from_logits", False)
    found = {
        place: made("BinaryAccuracy", threshold=0.0) if raw else "binary_accuracy"
        for place, metric in enumerate(objective.metrics)
        if metric.kind in ("accuracy", "categorical_accuracy")
    }
    return with_metrics(objective, dict(found))
