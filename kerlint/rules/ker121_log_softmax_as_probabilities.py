"""KER121: log_softmax under a crossentropy that takes probabilities."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetLoss
from kerlint.program.claims import OUTPUT_RANGE
from kerlint.program.objectives import BINARY, Objective
from kerlint.program.values import NOWHERE, Fact, Object
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import CLASSES, with_activation
from kerlint.rules.words import (
    activation_advice,
    fitting_activation,
    head_origin,
    loss_note,
    loss_object,
    loss_on_probabilities,
)


class LogSoftmaxAsProbabilities(Rule):
    """The outputs are logarithms of probabilities, but the loss expects probabilities.

    `log_softmax` gives numbers below 0. A crossentropy of Keras takes probabilities and takes the
    logarithm itself; numbers below 0 are clipped, so almost all gradients are 0. In PyTorch,
    `NLLLoss` takes logarithms. In Keras, use softmax, or `from_logits=True`: to a softmax,
    logarithms of probabilities are logits like any others.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="log_softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Tempting:
        # The softmax in the loss gives back the probabilities.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="log_softmax")])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer="adam", loss=loss)

    People say:
        "loss does not decrease with log_softmax", "log_softmax loss stuck"

    When kerlint stays silent:
        - The loss has `from_logits=True`, or settings that kerlint cannot read.
    """

    code = "KER121"
    severity = Severity.ERROR
    required_bytes = (b"log_softmax", b"LogSoftmax")
    experiments = (OUTPUT_RANGE,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or head.activation != "log_softmax":
            return
        wanted = fitting_activation(loss)
        other = "" if loss.kind in BINARY else f", or use `loss={loss_object(loss)}`"
        yield Finding(
            head.site,
            f"log_softmax gives logarithms, but `{loss.as_written}` expects probabilities",
            label="all outputs are below 0",
            help=f"{activation_advice(head, wanted)}{other}",
            related=(loss_note(loss, "expects probabilities unless `from_logits=True` is set"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The activation that gives what the loss takes, or a loss that takes logits."""
    loss = objective.loss
    if loss is None:
        return ()
    activated = with_activation(objective.head, fitting_activation(loss))
    if activated or loss.kind not in CLASSES or loss.kind in BINARY or loss.partial:
        return activated
    args = {**loss.args, "from_logits": Fact(True)}
    made = Object(CLASSES[loss.kind], args, NOWHERE)
    return (SetLoss(objective.compiled.id, objective.index, made),)
