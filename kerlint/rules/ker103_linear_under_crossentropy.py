"""KER103: a linear output under a crossentropy that takes probabilities."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.objectives import BINARY, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker116_loss_of_another_problem import measurements_under_crossentropy
from kerlint.rules.repairs import with_activation
from kerlint.rules.words import (
    CROSSENTROPY_WORDS,
    fitting_activation,
    head_origin,
    loss_note,
    loss_object,
    loss_on_probabilities,
)


class LinearUnderCrossentropy(Rule):
    """A crossentropy that takes probabilities is given raw numbers.

    Without ``from_logits=True`` a crossentropy clips what it gets to between 0 and 1 (or divides a
    row by its sum) before it takes logarithms. A linear output gives any number: below 0 and above
    1 the gradient is zero, and the predictions are no probabilities.

    Silent where a layer that kerlint does not know lies between the layer and the loss.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say: "loss does not decrease", "accuracy does not change", "the loss is around 7".
    """

    code = "KER103"
    severity = Severity.ERROR
    words = CROSSENTROPY_WORDS
    experiment = "output range: predictions outside [0, 1] under a crossentropy"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation != "linear" or head.layer is None:
            return
        if measurements_under_crossentropy(objective):
            return
        wanted = "probabilities" if loss.word in BINARY else "probabilities that sum to 1"
        yield Finding(
            head.site,
            f"linear output under {loss.said}, which takes {wanted}",
            label="any number, below 0 and above 1 too",
            help=f'use activation="{fitting_activation(loss)}", or loss={loss_object(loss)}',
            related=(loss_note(loss, "takes probabilities (from_logits is False)"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The activation that gives what the loss takes."""
    if objective.loss is None:
        return ()
    return with_activation(objective.head, fitting_activation(objective.loss))
