"""KER106: sigmoid units under a crossentropy of classes that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.objectives import BINARY, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_activation
from kerlint.rules.words import CROSSENTROPY_WORDS, head_origin, loss_note, loss_on_probabilities


class SigmoidForExclusiveClasses(Rule):
    """Sigmoid units are trained as a softmax and predict something else.

    ``categorical_crossentropy`` and its sparse sibling want one probability for each class, summing
    to 1. On TensorFlow Keras trains on the values before the sigmoid as if a softmax stood there,
    so the training looks right; ``predict`` gives independent sigmoids all the same, whose rows do
    not sum to 1, and no threshold on them means what it says. Other backends train on the sigmoids
    themselves. Only the largest output of a row can be trusted.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="sigmoid")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")

    People say: "probabilities do not sum to 1", "good accuracy but bad prediction".
    """

    code = "KER106"
    severity = Severity.WARNING
    words = CROSSENTROPY_WORDS
    experiment = "output range: rows that do not sum to 1; loss consistency"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head = objective.head
        loss = loss_on_probabilities(objective)
        if loss is None or loss.word in BINARY:
            return
        if head.activation not in ("sigmoid", "hard_sigmoid"):
            return
        yield Finding(
            head.site,
            f"sigmoid output under {loss.said}: the predictions of a row do not sum to 1",
            label="each unit answers yes or no for itself",
            help='use "softmax" for classes that exclude each other, '
            "or binary_crossentropy when several may hold at once",
            related=(loss_note(loss, "one class out of several"),),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """Shares of one total in place of answers that know nothing of each other."""
    return with_activation(objective.head, "softmax")
