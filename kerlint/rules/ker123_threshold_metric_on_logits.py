"""KER123: a metric with a threshold for probabilities on raw outputs."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetMetrics
from kerlint.program.claims import METRIC_INSENSITIVITY
from kerlint.program.objectives import BINARY, CROSSENTROPIES, Criterion, Objective
from kerlint.program.values import NOWHERE, Fact, Items, Object, Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.words import loss_note

COUNTING = frozenset(
    {"precision", "recall", "true_positives", "true_negatives", "false_positives"}
    | {"false_negatives"}
)


class ThresholdMetricOnLogits(Rule):
    """The metric compares logits with the threshold 0.5, so it shows a wrong value.

    With `from_logits=True` the model outputs logits: raw numbers before a sigmoid, where an even
    chance is at 0 and not at 0.5. A logit of 0.5 is a probability of 0.62. A metric with the
    threshold 0.5 counts answers between 50% and 62% as "no". Training is not affected; only the
    reported number is wrong.

    For one output unit, `"accuracy"` means `BinaryAccuracy` with the threshold 0.5.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        metrics = [keras.metrics.BinaryAccuracy(threshold=0.0)]
        model.compile(optimizer="adam", loss=loss, metrics=metrics)
    Tempting:
        # With several units, "accuracy" looks for the largest one.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])

    People say:
        "accuracy too low although the loss is good"

    When kerlint stays silent:
        - The metric has a threshold of its own that is not 0.5.
        - The output has several units and the metric is `"accuracy"`, which then compares
          which unit is the largest. That is the same for logits and probabilities.
        - The settings of the loss or of the metric cannot be read.
    """

    code = "KER123"
    severity = Severity.WARNING
    required_bytes = (b"from_logits",)
    experiments = (METRIC_INSENSITIVITY,)
    unsafe_because = "the metric is then logged under another name"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.kind not in CROSSENTROPIES or head.activation != "linear":
            return
        if head.layer is None or loss.flag("from_logits", False) is not True:
            return
        for metric in objective.metrics:
            instead = _instead(metric, objective)
            if instead is None:
                continue
            yield Finding(
                metric.fact.site,
                f"`{metric.as_written}` expects probabilities but gets logits, so it shows a wrong "
                "value",
                label="uses the threshold 0.5; for a logit, that is a probability of 0.62"
                if metric.kind != "auc"
                else "its thresholds are between 0 and 1",
                help=f"use `keras.metrics.{instead}`",
                related=(
                    loss_note(loss, "`from_logits=True` means that the outputs are logits"),
                    Note(head.site, "no activation, so the outputs are raw numbers"),
                ),
                claim=view.objective_claim(objective),
                repair=repair(objective, view),
            )


def _instead(metric: Criterion, objective: Objective) -> str | None:
    """The metric that suits raw outputs, None when this one does or nothing is known."""
    assert objective.loss is not None
    if metric.partial:
        return None
    if metric.kind == "accuracy":
        # Keras chooses by the shapes; for several units it compares which one is largest.
        one = objective.head.width == 1 and objective.loss.kind in BINARY
        return "BinaryAccuracy(threshold=0.0)" if one else None
    if metric.kind == "binary_accuracy":
        return "BinaryAccuracy(threshold=0.0)" if _half(metric, "threshold") else None
    if metric.kind == "auc":
        return "AUC(from_logits=True)" if metric.flag("from_logits", False) is False else None
    if metric.kind in COUNTING:
        if "top_k" in metric.args or not _half(metric, "thresholds"):
            return None
        name = "".join(word.capitalize() for word in (metric.kind or "").split("_"))
        return f"{name}(thresholds=0)"
    return None


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The metrics with those replaced that cut where probabilities do."""
    if objective.loss is None:
        return ()
    values: list[Value] = []
    for metric in objective.metrics:
        instead = _instead(metric, objective)
        if instead is None:
            values.append(metric.fact.value)
            continue
        name, _, argument = instead.rstrip(")").partition("(")
        word, _, value = argument.partition("=")
        number: Value = True if value == "True" else float(value)
        values.append(Object(f"keras.metrics.{name}", {word: Fact(number)}, NOWHERE))
    return (SetMetrics(objective.compiled.id, objective.index, tuple(values)),)


def _half(metric: Criterion, name: str) -> bool:
    """Whether the threshold is the default or written as 0.5."""
    fact = metric.args.get(name)
    if fact is None or fact.value is None:
        return True
    value = fact.value
    if isinstance(value, Items) and value.complete and len(value.items) == 1:
        return value.items[0].number() == 0.5
    return fact.number() == 0.5
