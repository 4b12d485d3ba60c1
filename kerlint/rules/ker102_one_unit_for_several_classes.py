"""KER102: one unit under a crossentropy of several classes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.data import Encoding
from kerlint.program.objectives import CATEGORICAL, SPARSE, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker101_softmax_on_one_unit import SoftmaxOnOneUnit
from kerlint.rules.repairs import with_activation, with_loss, with_units
from kerlint.rules.words import labels_note, loss_note


class OneUnitForSeveralClasses(Rule):
    """One unit is one class, and a choice of one is no choice.

    ``categorical_crossentropy`` compares the share of the right class with that of the others. With
    one unit there are no others: the share is 1, the loss 0 from the first step to the last, and
    nothing is learned. ``sparse_categorical_crossentropy`` accepts label 0 only and raises (or
    gives NaN on a GPU) for any other.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say: "loss is 0 from the start", "accuracy stuck at 0.5", "loss: 0.0000e+00".
    """

    code = "KER102"
    severity = Severity.ERROR
    words = (b"rossentropy",)
    experiment = "loss at start; first batch"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.word not in CATEGORICAL | SPARSE or head.width != 1:
            return
        if loss.partial or "axis" in loss.args or "ignore_class" in loss.args:
            return
        softmax = SoftmaxOnOneUnit()
        if any(next(softmax.check(a.layer, view), None) is not None for a in head.activations):
            return
        target = objective.target
        related = [loss_note(loss, "a loss that compares classes with each other")]
        help = 'use binary_crossentropy with activation="sigmoid" for a yes/no answer, '
        help += "or one unit for each class"
        if target is not None and target.encoding in (Encoding.ONE_HOT, Encoding.INTEGER):
            related.append(labels_note(target))
            if target.classes is not None and target.classes > 2:
                help = f'use {target.classes} units with activation="softmax", one for each class'
        if loss.word in SPARSE:
            message = f"one output unit under {loss.said}: 0 is the only label it accepts"
        else:
            message = f"one output unit under {loss.said}: the loss is 0 whatever is predicted"
        layer = head.layer
        yield Finding(
            layer.origin.site if layer is not None else loss.fact.site,
            message,
            label="one unit is one class" if layer is not None else "the output is one unit",
            help=help,
            related=tuple(related),
            origin=layer.origin if layer is not None else None,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A unit for each class where the labels say how many, else a yes/no answer."""
    target, head = objective.target, objective.head
    several = target is not None and target.encoding in (Encoding.ONE_HOT, Encoding.INTEGER)
    if target is not None and several and target.classes is not None and target.classes > 2:
        return with_units(head, target.classes, "softmax")
    activated = with_activation(head, "sigmoid")
    return (*activated, *with_loss(objective, "binary_crossentropy", view)) if activated else ()
