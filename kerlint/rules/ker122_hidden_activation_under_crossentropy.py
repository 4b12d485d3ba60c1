"""KER122: the activation of a hidden layer at the output, under a crossentropy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_RANGE
from kerlint.program.objectives import BINARY, Objective
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

_ABOVE_0 = frozenset({"softplus", "exponential"})
_ANY = frozenset(
    {"elu", "selu", "gelu", "silu", "mish", "leaky_relu", "softsign", "log_sigmoid", "celu"}
    | {"prelu", "hard_silu"}
)


class HiddenActivationUnderCrossentropy(Rule):
    """The activation of the output layer does not give probabilities.

    A crossentropy expects probabilities: numbers from 0 to 1 which, for one class out of several,
    add up to 1. `softplus` and `exponential` give numbers without a limit; over several classes
    the loss divides them by their sum, so the model trains, but what it predicts are not
    probabilities. `elu`, `selu`, `gelu`, `swish` and `LeakyReLU` also give numbers below 0, which
    the loss clips, so that training stalls. They are for hidden layers.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softplus")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Tempting:
        # The loss applies a softmax, which takes any numbers.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softplus")])
        loss = keras.losses.CategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss)

    People say:
        "predictions do not add up to 1", "probabilities above 1", "the loss is around 7"

    When kerlint stays silent:
        - The loss has `from_logits=True`, or settings that kerlint cannot read.
        - The output has no activation, relu or tanh: KER103, KER104 and KER105 report that.
        - The targets are real numbers: then the loss is wrong, and KER116 reports that.
    """

    code = "KER122"
    severity = Severity.ERROR
    required_bytes = CROSSENTROPY_WORDS
    experiments = (OUTPUT_RANGE,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation not in _ABOVE_0 | _ANY:
            return
        if measurements_under_crossentropy(objective):
            return
        rescaled = head.activation in _ABOVE_0 and loss.kind not in BINARY
        label = "can output any number from 0 up" if head.activation in _ABOVE_0 else ""
        yield Finding(
            head.site,
            f"the output layer uses {head.activation}, but `{loss.as_written}` expects "
            "probabilities",
            label="outputs that do not add up to 1"
            if rescaled
            else label or "can output numbers below 0",
            help=f"{activation_advice(head, fitting_activation(loss))}; {head.activation} is for "
            "hidden layers",
            related=(loss_note(loss, "expects probabilities unless `from_logits=True` is set"),),
            severity=Severity.WARNING if rescaled else None,
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
