"""KER104: a relu output under a crossentropy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_RANGE, OVERFIT
from kerlint.program.objectives import BINARY, CATEGORICAL, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker116_loss_of_another_problem import measurements_under_crossentropy
from kerlint.rules.repairs import dense_after, with_activation
from kerlint.rules.words import (
    activation_advice,
    fitting_activation,
    head_origin,
    loss_note,
    loss_on_probabilities,
)


class ReluUnderCrossentropy(Rule):
    """The loss expects probabilities, but relu outputs any number from 0 up.

    A relu output is not a probability: it can be far above 1, and a unit that outputs 0 has no
    gradient, so it stops learning. With `categorical_crossentropy`, a sample for which all units
    output 0 makes the loss NaN.

    relu belongs in the hidden layers. The output layer needs sigmoid (yes/no answers) or
    softmax (one class out of several).

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="relu")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Tempting:
        # A count is never below 0, and poisson is not a crossentropy.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1, activation="relu"))
        model.compile(optimizer="adam", loss="poisson")

        # The softmax comes after the relu.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.ReLU()])
        model.add(layers.Dense(3))
        model.add(layers.Softmax())
        model.compile(optimizer="adam", loss="categorical_crossentropy")

    People say:
        "loss: nan", "loss does not decrease", "same output for every input"

    When kerlint stays silent:
        - The loss is created with `from_logits=True`, or with settings that kerlint cannot
          read.
        - A layer or function that kerlint does not know lies between the layer and the
          loss.
        - The targets are real numbers: then the loss is wrong, and KER116 reports that.
    """

    code = "KER104"
    severity = Severity.ERROR
    required_bytes = (b"relu", b"ReLU")
    experiments = (OUTPUT_RANGE, OVERFIT)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation not in ("relu", "relu6"):
            return
        if measurements_under_crossentropy(objective):
            return
        if loss.kind in BINARY:
            label = "can output any number from 0 up, which is not a probability"
        elif loss.kind in CATEGORICAL:
            label = "if all units output 0, the loss is NaN"
        else:
            label = "can output any numbers from 0 up, which do not add up to 1"
        wanted = fitting_activation(loss)
        yield Finding(
            head.site,
            f"the output layer uses relu, but `{loss.as_written}` expects probabilities",
            label=label,
            help=f"{activation_advice(head, wanted)}; relu is for hidden layers",
            related=(loss_note(loss, "expects probabilities"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The activation that gives what the loss takes."""
    if objective.loss is None:
        return ()
    wanted = fitting_activation(objective.loss)
    return with_activation(objective.head, wanted) or dense_after(objective.head, wanted)
