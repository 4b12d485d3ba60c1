"""KER114: a bounded output under a regression loss, the targets unknown."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, Remove, SetArg
from kerlint.program.objectives import REGRESSION, Objective
from kerlint.rules.base import Finding, Note, Rule, View

RANGES = {
    "hard_sigmoid": "between 0 and 1",
    "relu": "of 0 and more",
    "sigmoid": "between 0 and 1",
    "softmax": "between 0 and 1 that sum to 1",
    "tanh": "between -1 and 1",
}


class BoundedHeadUnknownTarget(Rule):
    """The output can only take part of all numbers, and nothing says that the targets lie there.

    A sigmoid never gives less than 0 or more than 1, a tanh stays within -1 and 1, a relu gives
    nothing below 0. With targets scaled into that range this is right; with any others the loss
    stops falling early and the predictions stick to the edge.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(loss="mse", optimizer="adam")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")

    People say: "does not predict negative values", "predictions are all 1".
    """

    code = "KER114"
    severity = Severity.INFO
    default = False
    words = (b"sigmoid", b"tanh", b"relu", b"ReLU", b"softmax", b"Softmax")
    experiment = "output range: beside the range of the targets"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.word not in REGRESSION:
            return
        allowed = RANGES.get(head.activation or "")
        if allowed is None or (head.activation == "softmax" and head.width == 1):
            return
        target = objective.target
        if target is not None and (
            target.encoding is not None
            or (
                target.lowest is not None
                and (target.highest is not None or head.activation == "relu")
            )
        ):
            return
        yield Finding(
            head.site,
            f"the output only gives numbers {allowed}, and the range of the targets is not known",
            label=f"gives numbers {allowed}",
            help="drop the activation unless the targets are scaled to that range",
            related=(Note(loss.fact.site, "a regression loss"),),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """No activation, so that the output reaches every number."""
    if not objective.head.activations:
        return ()
    layer = objective.head.activations[0].layer
    if layer.operation:
        return ()
    if layer.kind in ("ReLU", "Softmax"):
        return (Remove(layer.id),)
    return (SetArg(layer.id, "activation", "linear"),)
