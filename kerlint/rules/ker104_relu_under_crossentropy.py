"""KER104: a relu output under a crossentropy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.objectives import BINARY, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker116_loss_of_another_problem import measurements_under_crossentropy
from kerlint.rules.repairs import with_activation
from kerlint.rules.words import (
    fitting_activation,
    head_origin,
    loss_note,
    loss_on_probabilities,
)


class ReluUnderCrossentropy(Rule):
    """A relu output is no probability.

    A relu gives 0 or any number above: not a probability, and where a unit is 0 its gradient is 0
    too. Under ``categorical_crossentropy`` a row of zeros is divided by its sum, and the loss is
    NaN.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="relu")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")

    People say: "loss: nan", "loss does not decrease", "same output for every input".
    """

    code = "KER104"
    severity = Severity.ERROR
    words = (b"relu", b"ReLU")
    experiment = "output range: predictions outside [0, 1] under a crossentropy; overfit"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation not in ("relu", "relu6"):
            return
        if measurements_under_crossentropy(objective):
            return
        if loss.word in BINARY:
            label = "0 or any number above, not a probability"
        else:
            label = "a row of zeros makes the loss NaN"
        wanted = fitting_activation(loss)
        yield Finding(
            head.site,
            f"relu output under {loss.said}, which takes probabilities",
            label=label,
            help=f'use activation="{wanted}" here; relu is for the layers before',
            related=(loss_note(loss, "takes probabilities"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The activation that gives what the loss takes."""
    if objective.loss is None:
        return ()
    return with_activation(objective.head, fitting_activation(objective.loss))
