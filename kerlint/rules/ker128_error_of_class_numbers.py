"""KER128: a regression metric that compares class numbers with the outputs of a softmax."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import RIGHT_ANSWERS
from kerlint.program.objectives import REGRESSION, SPARSE, Objective
from kerlint.program.values import Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.metric_labels import NUMBERS, claim_about, labels_form, with_metrics
from kerlint.rules.words import loss_note

_ERRORS = REGRESSION | {
    "root_mean_squared_error",
    "r2_score",
    "cosine_similarity",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "kl_divergence",
    "poisson",
}


class ErrorOfClassNumbers(Rule):
    """The metric subtracts probabilities from class numbers.

    `mse`, `mae` and similar metrics compare each output with the label. With one output for each
    class and class numbers as labels there is nothing to compare: for labels of shape `(n, 1)`
    each probability is subtracted from the class number, and for labels of shape `(n,)` Keras
    raises an error about shapes in the first batch.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        loss = "sparse_categorical_crossentropy"
        model.compile(optimizer="adam", loss=loss, metrics=["accuracy", "mae"])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        loss = "sparse_categorical_crossentropy"
        model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    Tempting:
        # With one-hot labels, mse is the Brier score.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        loss = "categorical_crossentropy"
        model.compile(optimizer="adam", loss=loss, metrics=["accuracy", "mse"])

    People say:
        "Dimensions must be equal, but are 32 and 3", "mae is high although accuracy is good"

    When kerlint stays silent:
        - Neither the loss nor the code that makes the labels shows that they are class numbers.
        - The output is one sigmoid unit, where mse is the Brier score.
    """

    code = "KER128"
    severity = Severity.ERROR
    required_bytes = (b"metrics",)
    experiments = (RIGHT_ANSWERS,)
    unsafe_because = "the metric is then no longer logged"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head, loss = objective.head, objective.loss
        if loss is None or loss.kind not in SPARSE or labels_form(objective) != NUMBERS:
            return
        if head.activation is None or head.width == 1:
            return
        known = any(metric.kind == "accuracy" for metric in objective.metrics)
        help = "remove it" if known else 'use `"accuracy"` instead'
        for metric in objective.metrics:
            if metric.kind not in _ERRORS:
                continue
            yield Finding(
                metric.fact.site,
                f"`{metric.as_written}` compares class numbers with the output of each class",
                label="Keras raises an error in the first batch, or shows a value without meaning",
                help=help,
                related=(
                    loss_note(loss, "the labels are class numbers"),
                    Note(head.site, "one output per class"),
                ),
                claim=claim_about(metric, objective, view),
                repair=repair(objective, view),
            )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """Accuracy in its place."""
    found: dict[int, Value] = {
        place: "accuracy" for place, m in enumerate(objective.metrics) if m.kind in _ERRORS
    }
    return with_metrics(objective, found)
