"""KER107: softmax over several units under binary crossentropy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.data import Array, Encoding
from kerlint.program.objectives import BINARY, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import with_activation, with_loss
from kerlint.rules.words import (
    head_origin,
    labels_note,
    loss_note,
    loss_on_probabilities,
    several_at_once,
)


class SoftmaxUnderBinaryCrossentropy(Rule):
    """A softmax is trained as independent yes/no answers and predicts shares of 1.

    ``binary_crossentropy`` judges every unit for itself. On TensorFlow Keras trains on the values
    before the softmax, as if sigmoids stood there; ``predict`` gives the softmax all the same. With
    classes that exclude each other the accuracy is often fine and the probabilities are not; with
    labels of which several may hold at once the softmax cannot say so at all.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")

    People say: "good accuracy but bad prediction", "why is binary_crossentropy more accurate than
    categorical_crossentropy".
    """

    code = "KER107"
    severity = Severity.WARNING
    words = (b"softmax", b"Softmax")
    experiment = "loss consistency: the loss that trains beside that of the predictions"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head, target = objective.head, objective.target
        loss = loss_on_probabilities(objective)
        if loss is None or loss.word not in BINARY:
            return
        # Over one unit it is KER101, whatever the loss is.
        if head.activation != "softmax" or head.width == 1:
            return
        if target is not None and several_at_once(target):
            yield Finding(
                head.site,
                f"softmax under {loss.said} with several labels at once: a row can only sum to 1",
                label="shares out a total of 1",
                help='use activation="sigmoid": each label is a question of its own',
                related=(loss_note(loss, "each unit for itself"), labels_note(target)),
                severity=Severity.ERROR,
                origin=head_origin(head),
                claim=view.objective_claim(objective),
                repair=repair(objective, view),
            )
            return
        known = () if target is None or target.encoding is None else (labels_note(target),)
        one_hot = target is not None and target.encoding is Encoding.ONE_HOT
        help = f'use loss="{_one_of_several(target)}"'
        if not one_hot:
            help += ', or activation="sigmoid" when several labels may hold at once'
        yield Finding(
            loss.fact.site,
            f"{loss.said} over a softmax: trained as separate yes/no answers, predicted as shares",
            label="judges every unit for itself",
            help=help,
            related=(Note(head.site, "shares out a total of 1"), *known),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _one_of_several(target: Array | None) -> str:
    """The crossentropy of one class out of several that takes labels like these."""
    if target is not None and target.encoding is Encoding.INTEGER:
        return "sparse_categorical_crossentropy"
    return "categorical_crossentropy"


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The loss that goes with the softmax; where several labels hold at once, no softmax."""
    if several_at_once(objective.target):
        return with_activation(objective.head, "sigmoid")
    return with_loss(objective, _one_of_several(objective.target), view)
