"""KER117: a hinge loss over outputs that cannot be negative."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_RANGE, TRAINING_TRIAL
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import dense_after, with_activation
from kerlint.rules.words import activation_advice, head_origin, loss_note

_HINGES = frozenset({"hinge", "squared_hinge"})
_NEVER_NEGATIVE = frozenset(
    {"sigmoid", "hard_sigmoid", "softmax", "relu", "relu6", "softplus", "exponential"}
)


class HingeOnProbabilities(Rule):
    """The hinge loss wants -1 for a no, but the outputs are never negative.

    A hinge loss is 0 when the output is above 1 for a yes and below -1 for a no; Keras turns
    labels of 0 into -1. A sigmoid cannot go below 0, so the loss of every no stays at 1 or more,
    however good the answers are. The gradient keeps pushing such outputs far out, where a
    sigmoid hardly moves any more.

    Either use an output that can be negative, or keep the sigmoid and use `binary_crossentropy`.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="hinge", metrics=["accuracy"])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="tanh")])
        model.compile(optimizer="adam", loss="hinge")
    Tempting:
        # It compares classes with each other, and is 0 for the right probabilities.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_hinge")

    People say:
        "hinge loss stuck at 0.5", "hinge loss does not decrease"

    When kerlint stays silent:
        - The loss is `categorical_hinge`.
        - The output is made by a layer or function that kerlint does not know.
        - The output is a softmax over one unit: KER101 reports that.
    """

    code = "KER117"
    severity = Severity.WARNING
    required_bytes = (b"hinge", b"Hinge")
    experiments = (TRAINING_TRIAL, OUTPUT_RANGE)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.kind not in _HINGES or head.activation not in _NEVER_NEGATIVE:
            return
        if head.activation == "softmax" and head.width == 1:
            return
        yes_no = head.activation in ("sigmoid", "hard_sigmoid") and head.width == 1
        other = 'keep it with `loss="binary_crossentropy"`'
        if head.activation == "softmax":
            other = 'keep it with `loss="categorical_crossentropy"`'
        elif not yes_no:
            other = ""
        yield Finding(
            head.site,
            f"`{loss.as_written}` wants -1 for a no, but {head.activation} never goes below 0",
            label="outputs that are never negative",
            help=activation_advice(head, "tanh") + (f", or {other}" if other else ""),
            related=(loss_note(loss, "stays at 1 or more for every no"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """An output from -1 to 1."""
    return with_activation(objective.head, "tanh") or dense_after(objective.head, "tanh")
