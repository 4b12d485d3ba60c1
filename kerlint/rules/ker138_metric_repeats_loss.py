"""KER138: a metric that is the loss again."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change, SetMetrics
from kerlint.program.objectives import Criterion, Objective
from kerlint.rules.base import Finding, Note, Rule, View


class MetricRepeatsLoss(Rule):
    """The metric is the same number as the loss.

    The log gets a second column with the same values. It does no harm, but it takes the
    place of a metric that would tell you more.

    This rule is off by default. Turn it on with `--extend-select KER138`.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["mse"])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["mae"])
    Tempting:
        # The loss has a penalty for large weights in it, and the metric does not.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, kernel_regularizer="l2")])
        model.compile(loss="mse", optimizer="adam", metrics=["mse"])

    When kerlint stays silent:
        - The loss is more than the metric: the model has penalties (`kernel_regularizer`,
          `activity_regularizer`, `add_loss`), or samples, classes or outputs have weights.
        - The model has several outputs, where the loss is a sum.
        - The model has layers or settings that kerlint cannot read, which may add
          penalties.
    """

    code = "KER138"
    severity = Severity.INFO
    default = False
    required_bytes = (b"metrics",)
    untestable = "two names for one number are certain from the text"
    fix = Applicability.DISPLAY
    unsafe_because = "the metric is then no longer logged"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss = objective.loss
        if loss is None or loss.kind is None or loss.args or _adds_to_loss(objective, view):
            return
        for metric in objective.metrics:
            if metric.kind == loss.kind and not metric.args and metric.fact.site != loss.fact.site:
                yield Finding(
                    metric.fact.site,
                    f"this metric repeats the loss (`{loss.as_written}`)",
                    label="the same number as the loss",
                    help="remove it, or measure something that the loss does not show",
                    related=(Note(loss.fact.site, "the loss"),),
                    rewrite=_without(metric, objective),
                )


def _without(metric: Criterion, objective: Objective) -> tuple[Change, ...]:
    kept = tuple(each.fact.value for each in objective.metrics if each is not metric)
    return (SetMetrics(objective.compiled.id, objective.index, kept),)


def _adds_to_loss(objective: Objective, view: View) -> bool:
    """Whether the loss that is shown may have more in it than the one of the outputs."""
    model, compiled = objective.model, objective.compiled
    if model.gaps or compiled.partial or len(model.outputs) > 1:
        return True
    if any(name in compiled.args for name in ("loss_weights", "weighted_metrics")):
        return True
    fits = [fit for fit, _ in objective.targets]
    if any(name in fit.args for fit in fits for name in ("class_weight", "sample_weight")):
        return True
    if any(name.endswith(".add_loss") for name in view.names_called):
        return True
    layers = [view.program.layers[index] for index in view.layers_in(model.id)]
    return any(
        layer.custom
        or layer.partial
        or layer.kind == "ActivityRegularization"
        or any(name.endswith("regularizer") and fact.value for name, fact in layer.args.items())
        for layer in layers
    )
