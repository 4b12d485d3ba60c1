"""KER126: accuracy beside a regression loss."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetMetrics
from kerlint.program.data import Encoding
from kerlint.program.objectives import REGRESSION, Measure, Objective
from kerlint.program.values import text_of
from kerlint.rules.base import Finding, Note, Rule, View

REGRESSION_METRICS = REGRESSION | {"root_mean_squared_error", "r2_score"}
BOUNDED = frozenset({"sigmoid", "softmax", "hard_sigmoid"})


class AccuracyWithRegressionLoss(Rule):
    """Accuracy says nothing about a regression.

    Accuracy counts predictions that are right; a number predicted by a regression is never exactly
    right. Keras turns ``"accuracy"`` into a classification metric by the shapes alone: for one
    output it rounds the prediction to 0 or 1 and counts how often the target is exactly that, for
    several it compares which of them is largest. Perfect predictions can score 0, and useless ones
    high.

    Silent where the code speaks for 0/1 targets: labels known to be 0 and 1, one sigmoid unit with
    nothing that speaks against it, the discriminator of a GAN, an explicit ``BinaryAccuracy``.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["mae"])

    People say: "accuracy always 0", "accuracy does not change", "good loss but bad accuracy".
    """

    code = "KER126"
    severity = Severity.WARNING
    words = (b"acc",)
    experiment = "metric insensitivity"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss = objective.loss
        if loss is None or loss.word not in REGRESSION:
            return
        accuracy = next((m for m in objective.metrics if m.word == "accuracy"), None)
        if accuracy is None or not _speaks_for_numbers(objective):
            return
        related = [Note(loss.fact.site, "a regression loss")]
        if objective.head.layer is not None:
            related.append(Note(objective.head.site, _head_words(objective)))
        yield Finding(
            accuracy.fact.site,
            f"accuracy beside {text_of(loss.fact.value).strip(chr(39))}: {_meaning(objective)}",
            label="says nothing about a regression",
            help=_help(objective, loss),
            related=tuple(related),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _speaks_for_numbers(objective: Objective) -> bool:
    """Whether the targets are numbers rather than classes, as far as the code says."""
    target = objective.target
    head = objective.head
    if target is not None and target.encoding is not None:
        if target.encoding is Encoding.CONTINUOUS:
            return True
        return target.encoding is Encoding.INTEGER and head.width == 1 and target.classes != 2
    if target is not None and (target.integers is False or (target.highest or 0) > 1):
        return True
    if target is not None and target.lowest == 0 and target.highest == 1 and target.integers:
        return False
    if objective.adversarial:
        return False
    activation = head.activation
    if activation is None:
        return False
    if any(metric.word in REGRESSION_METRICS for metric in objective.metrics):
        return True
    if activation not in BOUNDED:
        return True
    if activation == "softmax":
        return head.width == 1
    # One unit, but a sequence or a map of values per sample.
    return head.width == 1 and head.rank not in (2, None)


def _meaning(objective: Objective) -> str:
    width = objective.head.width
    if width == 1:
        return "it counts targets that equal the prediction rounded to 0 or 1"
    if isinstance(width, int):
        return f"it counts how often the largest of {width} outputs is the largest target"
    return "it is a measure for classes, not for numbers"


def _head_words(objective: Objective) -> str:
    activation = objective.head.activation
    if activation == "linear":
        return "a linear output: any number"
    return f"the output: {activation}" if activation is not None else "the output"


def _help(objective: Objective, loss: Measure) -> str:
    if loss.word == "mean_absolute_error":
        return 'drop it (the loss is the mean absolute error already) or use metrics=["mse"]'
    if any(m.word == "mean_absolute_error" for m in objective.metrics):
        return "drop it: the mean absolute error beside it says how far off predictions are"
    return 'use metrics=["mae"]: how far off predictions are, in units of the target'


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The error itself in place of accuracy, unless it is measured already."""
    kept = [m.fact.value for m in objective.metrics if m.word != "accuracy"]
    if not any(m.word in REGRESSION_METRICS for m in objective.metrics):
        absolute = objective.loss is not None and objective.loss.word == "mean_absolute_error"
        kept.append("mean_squared_error" if absolute else "mean_absolute_error")
    compiled = view.program.compiles.index(objective.compiled)
    return (SetMetrics(compiled, objective.index, tuple(kept)),)
