"""KER103: a linear output under a crossentropy that takes probabilities."""

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
    loss_object,
    loss_on_probabilities,
)


class LinearUnderCrossentropy(Rule):
    """The loss expects probabilities, but the output layer outputs raw numbers.

    A crossentropy expects probabilities, unless it is created with `from_logits=True`. A layer
    without an activation outputs any number, even below 0 or above 1. The loss clips such numbers
    or rescales them, so the gradient is often 0, training stalls, and the predictions are not
    probabilities.

    Either give the output layer the activation that fits the loss (sigmoid for yes/no answers,
    softmax for one class out of several), or create the loss with `from_logits=True` so that it
    expects logits. Logits are the raw numbers before a softmax or sigmoid.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3), layers.Softmax()])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

        # The loss applies the softmax itself.
        logits = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        logits.compile(optimizer="adam", loss=loss)

    People say:
        "loss does not decrease", "accuracy does not change", "the loss is around 7"

    When kerlint stays silent:
        - The loss is created with `from_logits=True`, or with settings that kerlint cannot
          read.
        - A layer or function that kerlint does not know lies between the layer and the
          loss.
        - The targets are real numbers: then the loss is wrong, and KER116 reports that.
    """

    code = "KER103"
    severity = Severity.ERROR
    required_bytes = CROSSENTROPY_WORDS
    experiments = (OUTPUT_RANGE,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation != "linear" or head.layer is None:
            return
        if measurements_under_crossentropy(objective):
            return
        compiled = objective.compiled.step is None or isinstance(loss.fact.value, str)
        logits = (
            f"`loss={loss_object(loss)}`"
            if compiled and not loss.args
            else "`from_logits=True` in the loss"
        )
        yield Finding(
            head.site,
            f"the output layer has no activation, but `{loss.as_written}` expects probabilities",
            label="can output any number, even below 0 or above 1",
            help=f"{activation_advice(head, fitting_activation(loss))}, or use {logits}",
            related=(loss_note(loss, "expects probabilities unless `from_logits=True` is set"),),
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
