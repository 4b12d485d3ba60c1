"""KER129: a top-k accuracy with a k that is not smaller than the number of classes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change
from kerlint.program.claims import RIGHT_ANSWERS
from kerlint.program.objectives import Criterion, Objective
from kerlint.program.values import NOWHERE, Fact, Object, Value
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.metric_labels import claim_about, class_of, with_metrics

_TOP_K = frozenset({"top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"})
_DEFAULT = 5


class TopKOfAllClasses(Rule):
    """The right class is always among the top k, because k is not smaller than the classes.

    A top-k accuracy counts a sample as right if its class is among the k largest outputs. The
    default is 5. With 5 classes or fewer every answer is right, so the metric is always 1.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
        metrics = ["accuracy", "top_k_categorical_accuracy"]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
        metrics = ["accuracy", keras.metrics.TopKCategoricalAccuracy(k=2)]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)
    Tempting:
        # The default is 5, and there are more classes.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(10, activation="softmax")])
        metrics = ["accuracy", "top_k_categorical_accuracy"]
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=metrics)

    People say:
        "top-5 accuracy is always 1"

    When kerlint stays silent:
        - The number of units or k is not known from the code.
    """

    code = "KER129"
    severity = Severity.WARNING
    required_bytes = (b"top_k", b"TopK")
    experiments = (RIGHT_ANSWERS,)
    unsafe_because = "other numbers are then logged"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        for metric in objective.metrics:
            k = _too_large(metric, objective)
            if k is None:
                continue
            width = objective.head.width
            default = "" if "k" in metric.args else ", which is the default"
            yield Finding(
                metric.fact.site,
                f"the right class is always among the top {k} of {width} classes, so this is "
                "always 1",
                label=f"k is {k}{default}",
                help=f"use a `k` below {width}" if width != 2 else 'use `"accuracy"`',
                related=(Note(objective.head.site, f"{width} units"),),
                claim=claim_about(metric, objective, view),
                repair=repair(objective, view),
                fix=None if width == 2 else Applicability.DISPLAY,
                unsafe_because="" if width == 2 else "how many classes count is for you to say",
            )


def _too_large(metric: Criterion, objective: Objective) -> int | None:
    """The k of a metric that is right whatever the outputs are."""
    if metric.kind not in _TOP_K or metric.partial:
        return None
    width = objective.head.width
    if not isinstance(width, int) or width < 2:
        return None  # KER125 reports a single unit
    given = metric.args.get("k")
    k = _DEFAULT if given is None else given.integer()
    return k if k is not None and k >= width else None


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """One class fewer, or plain accuracy, which is a top-1 accuracy."""
    width = objective.head.width
    found: dict[int, Value] = {}
    for place, metric in enumerate(objective.metrics):
        if _too_large(metric, objective) is None or not isinstance(width, int):
            continue
        if width == 2 or metric.name is None:
            found[place] = "accuracy"
            continue
        name = f"keras.metrics.{class_of(metric.kind or '')}"
        found[place] = Object(name, {**metric.args, "k": Fact(width - 1)}, NOWHERE)
    return with_metrics(objective, found)
