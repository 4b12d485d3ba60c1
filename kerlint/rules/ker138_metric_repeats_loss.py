"""KER138: a metric that is the loss again."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Note, Rule, View


class MetricRepeatsLoss(Rule):
    """The metric repeats the loss.

    The column of the log that it adds is the loss once more (without regularisation penalties).

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["mse"])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["mae"])
    """

    code = "KER138"
    severity = Severity.INFO
    default = False
    words = (b"metrics",)
    experiment = "none: two names for one number are certain from the text"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss = objective.loss
        if loss is None or loss.word is None or loss.args:
            return
        for metric in objective.metrics:
            if metric.word == loss.word and not metric.args and metric.fact.site != loss.fact.site:
                yield Finding(
                    metric.fact.site,
                    f"this metric repeats the loss, {loss.word.replace('_', ' ')}",
                    label="the loss again",
                    help="drop it, or measure something that the loss does not",
                    related=(Note(loss.fact.site, "the loss"),),
                )
