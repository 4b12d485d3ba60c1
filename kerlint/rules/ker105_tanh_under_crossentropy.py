"""KER105: a tanh output under a crossentropy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_RANGE
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker116_loss_of_another_problem import measurements_under_crossentropy
from kerlint.rules.repairs import dense_after, with_activation
from kerlint.rules.words import (
    CROSSENTROPY_WORDS,
    activation_advice,
    fitting_activation,
    head_origin,
    loss_note,
    loss_on_probabilities,
)


class TanhUnderCrossentropy(Rule):
    """The loss expects probabilities, but tanh outputs numbers between -1 and 1.

    A crossentropy takes the logarithm of a probability. Numbers below 0 are clipped, and
    their gradient is 0: a unit that starts below 0 for a sample is never corrected, and the
    loss stops falling early.

    Recurrent layers (LSTM, GRU, SimpleRNN) use tanh by default. Add a `Dense` layer after them
    that outputs the probabilities.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="tanh")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Tempting:
        model = keras.Sequential([keras.Input((20, 3)), layers.LSTM(16)])
        model.add(layers.Dense(8, activation="tanh"))  # a hidden layer
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")

        # A hinge expects labels of -1 and 1.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="tanh")])
        model.compile(optimizer="adam", loss="hinge", metrics=["binary_crossentropy"])

    People say:
        "loss does not decrease", "accuracy stuck at 0.5"

    When kerlint stays silent:
        - The loss suits tanh, as hinge and the regression losses do.
        - The loss is created with `from_logits=True`, or with settings that kerlint cannot read.
        - The targets are real numbers: then the loss is wrong, and KER116 reports that.
    """

    code = "KER105"
    severity = Severity.ERROR
    required_bytes = CROSSENTROPY_WORDS
    experiments = (OUTPUT_RANGE,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation != "tanh":
            return
        if measurements_under_crossentropy(objective):
            return
        written = head.activations[0].fact is not None
        wanted = fitting_activation(loss)
        yield Finding(
            head.site,
            f"the output layer uses tanh, but `{loss.as_written}` expects probabilities",
            label="between -1 and 1" if written else "between -1 and 1 (tanh is the default)",
            help=activation_advice(head, wanted),
            related=(loss_note(loss, "expects probabilities"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The activation that gives what the loss takes, on a layer of its own after an LSTM."""
    if objective.loss is None:
        return ()
    wanted = fitting_activation(objective.loss)
    return with_activation(objective.head, wanted) or dense_after(objective.head, wanted)
