"""KER106: sigmoid units under a crossentropy of classes that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import LOSS_CONSISTENCY, OUTPUT_RANGE
from kerlint.program.data import Encoding
from kerlint.program.objectives import BINARY, SPARSE, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import dense_after, with_activation
from kerlint.rules.words import (
    CROSSENTROPY_WORDS,
    activation_advice,
    head_origin,
    loss_note,
    loss_on_probabilities,
)


class SigmoidForExclusiveClasses(Rule):
    """The loss expects one class out of several, but sigmoid outputs do not add up to 1.

    `categorical_crossentropy` and `sparse_categorical_crossentropy` expect one probability
    per class, and together these have to add up to 1. Sigmoid units answer independently of
    each other.

    On TensorFlow, Keras trains on the values before the sigmoid as if there were a softmax,
    so training looks fine. `predict` still returns the independent sigmoids: the numbers of
    a sample do not add up to 1, and a threshold such as 0.5 has no meaning. The other
    backends (JAX, PyTorch) train on the sigmoids themselves. Only the position of the
    largest output can be trusted.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="sigmoid")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Tempting:
        # Three questions of yes or no, which do not exclude each other.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say:
        "probabilities do not sum to 1", "good accuracy but bad prediction"

    When kerlint stays silent:
        - The loss is `binary_crossentropy`, which is made for sigmoid units.
        - There is one output unit only: KER102 reports that.
        - The loss is created with `from_logits=True` (see KER109), or with settings that
          kerlint cannot read.
    """

    code = "KER106"
    severity = Severity.WARNING
    required_bytes = CROSSENTROPY_WORDS
    experiments = (OUTPUT_RANGE, LOSS_CONSISTENCY)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or loss.kind in BINARY:
            return
        if head.activation not in ("sigmoid", "hard_sigmoid"):
            return
        yield Finding(
            head.site,
            f"the output layer uses sigmoid, but `{loss.as_written}` expects outputs that add up "
            "to 1",
            label="each unit answers independently",
            help=_help(objective),
            related=(loss_note(loss, "expects one class out of several"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _help(objective: Objective) -> str:
    advice = activation_advice(objective.head, "softmax")
    target = objective.target
    if target is not None and target.encoding in (Encoding.ONE_HOT, Encoding.INTEGER):
        return advice
    if objective.loss is not None and objective.loss.kind in SPARSE:
        return advice  # the labels are single numbers: one class for each sample
    return f"{advice}; if a sample can have several classes, use `binary_crossentropy` instead"


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """Outputs that add up to 1 in place of independent ones."""
    return with_activation(objective.head, "softmax") or dense_after(objective.head, "softmax")
