"""KER114: a bounded output under a regression loss, the targets unknown."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change, Remove, SetArg
from kerlint.program.claims import OUTPUT_RANGE
from kerlint.program.layers import ACTIVATION_LAYERS
from kerlint.program.objectives import REGRESSION, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.labels import gives_back_input, targets_answer
from kerlint.rules.repairs import dense_after
from kerlint.rules.words import activation_advice

RANGES = {
    "hard_sigmoid": "between 0 and 1",
    "relu": "0 or more",
    "sigmoid": "between 0 and 1",
    "softmax": "between 0 and 1 (adding up to 1)",
    "tanh": "between -1 and 1",
}


class BoundedHeadUnknownTarget(Rule):
    """The output range is limited, and kerlint cannot tell whether the targets fit in it.

    A sigmoid never outputs less than 0 or more than 1, tanh stays between -1 and 1, relu never goes
    below 0. If the targets are scaled to that range, this is right. If they are not, the loss stops
    falling early and the predictions stick to the edge of the range.

    This rule is off by default, because such outputs are right as often as wrong. Turn it on with
    `--extend-select KER114`. When the code shows that the targets do not fit, KER113 reports it.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(loss="mse", optimizer="adam")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
    Tempting:
        import numpy as np

        x = np.random.rand(200, 8)
        y = (x.sum(axis=1) > 4).astype("float32")  # 0 and 1
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(loss="mse", optimizer="adam")
        model.fit(x, y)

    People say:
        "does not predict negative values", "predictions are all 1"

    When kerlint stays silent:
        - The range of the targets is known, whether it fits or not.
        - The labels answer a yes/no question, by their values or by their name
          (`df["is_spam"]`).
        - The model is part of a GAN, or is trained to give back its own input.
    """

    code = "KER114"
    severity = Severity.INFO
    default = False
    required_bytes = (b"sigmoid", b"tanh", b"relu", b"ReLU", b"softmax", b"Softmax")
    experiments = (OUTPUT_RANGE,)
    fix = Applicability.DISPLAY
    unsafe_because = "the targets may lie in the range of the activation"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.kind not in REGRESSION:
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
        if objective.adversarial or targets_answer(objective) or gives_back_input(objective):
            return
        yield Finding(
            head.site,
            f"{head.activation} outputs can only be {allowed}, and the range of the targets is "
            "unknown",
            label=f"can only be {allowed}",
            help=f"{activation_advice(head, 'linear')}, unless the targets are in that range",
            related=(Note(loss.fact.site, "a regression loss"),),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """No activation, so that the output reaches every number."""
    if not objective.head.activations:
        return ()
    after = dense_after(objective.head, "linear")
    if after:
        return after
    layer = objective.head.activations[0].layer
    if layer.operation:
        return ()
    if layer.kind in ACTIVATION_LAYERS:
        return (Remove(layer.id),)
    return (SetArg(layer.id, "activation", "linear"),)
