"""KER105: a tanh output under a crossentropy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker116_loss_of_another_problem import measurements_under_crossentropy
from kerlint.rules.repairs import dense_behind, with_activation
from kerlint.rules.words import (
    CROSSENTROPY_WORDS,
    fitting_activation,
    head_origin,
    loss_note,
    loss_on_probabilities,
)


class TanhUnderCrossentropy(Rule):
    """A tanh output is no probability.

    A tanh gives numbers between -1 and 1. A crossentropy takes the logarithm of a probability: what
    is below 0 is clipped, its gradient is zero, and those units are never put right. Recurrent
    layers have a tanh unless they say otherwise.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="tanh")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say: "loss does not decrease", "accuracy stuck at 0.5".
    """

    code = "KER105"
    severity = Severity.ERROR
    words = CROSSENTROPY_WORDS
    experiment = "output range: predictions outside [0, 1] under a crossentropy"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation != "tanh":
            return
        if measurements_under_crossentropy(objective):
            return
        written = head.activations[0].fact is not None
        wanted = fitting_activation(loss)
        if written:
            help = f'use activation="{wanted}"'
        else:
            help = f'put a Dense layer with activation="{wanted}" behind it'
        yield Finding(
            head.site,
            f"tanh output under {loss.said}, which takes probabilities",
            label="between -1 and 1" if written else "tanh by default: between -1 and 1",
            help=help,
            related=(loss_note(loss, "takes probabilities"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The activation that gives what the loss takes, on a layer of its own behind an LSTM."""
    if objective.loss is None:
        return ()
    wanted = fitting_activation(objective.loss)
    return with_activation(objective.head, wanted) or dense_behind(objective.head, wanted)
