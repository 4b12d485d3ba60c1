"""KER142: Precision and Recall over both units of a softmax with one-hot labels."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.objectives import Criterion, Objective
from kerlint.program.values import NOWHERE, Fact, Items, Object
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.metric_labels import ONE_HOT, labels_form, with_metrics


class PrecisionOfTwoClasses(Rule):
    """Precision and recall over two softmax units are both the accuracy.

    `Precision()` and `Recall()` count over all units together. With one-hot labels and two
    softmax units, a right answer is one true positive, and a wrong answer is one false positive
    and one false negative. So both are equal to the accuracy, and say nothing of the rare class.

    Name the class that you are looking for: `Precision(class_id=1)`.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(2, activation="softmax")])
        metrics = ["accuracy", keras.metrics.Precision(), keras.metrics.Recall()]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(2, activation="softmax")])
        metrics = ["accuracy", keras.metrics.Precision(class_id=1)]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)
    Tempting:
        # One unit: its precision is that of the class 1.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        metrics = ["accuracy", keras.metrics.Precision(), keras.metrics.Recall()]
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=metrics)

        # With another threshold than 0.5 the two differ.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(2, activation="softmax")])
        metrics = [keras.metrics.Precision(thresholds=0.9)]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)

    People say:
        "precision, recall and accuracy are the same", "precision equals recall in Keras"

    When kerlint stays silent:
        - The metric has `class_id`, `top_k` or a threshold other than 0.5.
        - The output has more than two units, where the three differ.
        - The labels may be class numbers: KER125 reports that.
    """

    code = "KER142"
    severity = Severity.WARNING
    required_bytes = (b"Precision", b"Recall")
    untestable = "that the three are equal follows from how they are defined"
    fix = Applicability.DISPLAY
    unsafe_because = "it is for you to say which class you look for"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        if head.activation != "softmax" or head.width != 2:
            return
        if labels_form(objective) != ONE_HOT:
            return
        for place, metric in enumerate(objective.metrics):
            if metric.kind not in ("precision", "recall") or not _over_all_units(metric):
                continue
            name = (metric.kind or "").capitalize()
            yield Finding(
                metric.fact.site,
                f"over two softmax units with one-hot labels, {metric.kind} is equal to the "
                "accuracy",
                label="counts the answers of both units together",
                help=f"name the class that you look for: `keras.metrics.{name}(class_id=1)`",
                related=(Note(head.site, "two units, of which exactly one is above 0.5"),),
                rewrite=with_metrics(objective, {place: _of_class_1(metric)}),
            )


def _of_class_1(metric: Criterion) -> Object:
    name = f"keras.metrics.{(metric.kind or '').capitalize()}"
    return Object(name, {**metric.args, "class_id": Fact(1)}, NOWHERE)


def _over_all_units(metric: Criterion) -> bool:
    if metric.partial or "class_id" in metric.args or "top_k" in metric.args:
        return False
    given = metric.args.get("thresholds")
    if given is None or given.value is None:
        return True
    value = given.value
    if isinstance(value, Items) and value.complete and len(value.items) == 1:
        return value.items[0].number() == 0.5
    return given.number() == 0.5
