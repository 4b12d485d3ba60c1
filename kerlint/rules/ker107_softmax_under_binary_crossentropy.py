"""KER107: softmax over several units under binary crossentropy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import LOSS_CONSISTENCY
from kerlint.program.data import Array, Encoding
from kerlint.program.objectives import BINARY, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import with_activation, with_crossentropy
from kerlint.rules.words import (
    activation_advice,
    head_origin,
    labels_note,
    loss_note,
    loss_on_probabilities,
    several_at_once,
)


class SoftmaxUnderBinaryCrossentropy(Rule):
    """The loss treats each class as a separate yes/no, but softmax makes the classes compete.

    `binary_crossentropy` treats every output unit as a separate yes/no question. Softmax
    makes the outputs of a sample compete: they always add up to 1. On TensorFlow, Keras
    trains on the values before the softmax, as if each unit had a sigmoid; `predict` still
    applies the softmax.

    If each sample belongs to one class, the accuracy is often fine, but the predicted probabilities
    are not those that were trained. If a sample can have several labels, softmax cannot express
    that at all, and kerlint reports an error instead of a warning.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Tempting:
        inputs = keras.Input((8,))
        weights = layers.Dense(8, activation="softmax")(inputs)  # not the output
        weighted = layers.Multiply()([inputs, weights])
        model = keras.Model(inputs, layers.Dense(4, activation="sigmoid")(weighted))
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say:
        "good accuracy but bad prediction",
        "why is binary_crossentropy more accurate than categorical_crossentropy"

    When kerlint stays silent:
        - The softmax has a single unit: KER101 reports that.
        - The loss is created with `from_logits=True` (see KER109), or with settings that
          kerlint cannot read.
        - A layer or function that kerlint does not know lies between the layer and the
          loss.
    """

    code = "KER107"
    severity = Severity.WARNING
    required_bytes = (b"softmax", b"Softmax")
    experiments = (LOSS_CONSISTENCY,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head, target = objective.head, objective.target
        loss = loss_on_probabilities(objective)
        if loss is None or loss.kind not in BINARY:
            return
        # Over one unit it is KER101, whatever the loss is.
        if head.activation != "softmax" or head.width == 1:
            return
        if target is not None and several_at_once(target):
            yield Finding(
                head.site,
                "the output layer uses softmax, but a sample can have several labels",
                label="these outputs always add up to 1",
                help=f"{activation_advice(head, 'sigmoid')}, so that each label has its own yes/no",
                related=(loss_note(loss, "treats each unit separately"), labels_note(target)),
                severity=Severity.ERROR,
                origin=head_origin(head),
                claim=view.objective_claim(objective),
                repair=repair(objective, view),
            )
            return
        known = () if target is None or target.encoding is None else (labels_note(target),)
        yield Finding(
            loss.fact.site,
            f"the output layer uses softmax, but `{loss.as_written}` treats each class as a "
            "separate yes/no",
            label="treats each unit separately",
            help=_help(target),
            related=(Note(head.site, "the outputs of this softmax add up to 1"), *known),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


_NUMBERS = frozenset({Encoding.BINARY, Encoding.INTEGER})


def _help(target: Array | None) -> str:
    encoding = target.encoding if target is not None else None
    if encoding in _NUMBERS or encoding is Encoding.ONE_HOT:
        return f'use `loss="{_one_of_several(target)}"`'
    return (
        'use `loss="categorical_crossentropy"` for one-hot labels or '
        '`loss="sparse_categorical_crossentropy"` for class numbers; '
        'if a sample can have several labels, use `activation="sigmoid"` instead'
    )


def _one_of_several(target: Array | None) -> str:
    """The crossentropy of one class out of several that takes labels like these."""
    if target is not None and target.encoding in _NUMBERS:
        return "sparse_categorical_crossentropy"
    return "categorical_crossentropy"


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The loss that goes with the softmax; where several labels hold at once, no softmax."""
    if several_at_once(objective.target):
        return with_activation(objective.head, "sigmoid")
    return with_crossentropy(objective, _one_of_several(objective.target))
