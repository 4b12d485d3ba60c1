"""KER102: one unit under a crossentropy of several classes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change
from kerlint.program.claims import FIRST_BATCH, LOSS_AT_START
from kerlint.program.data import Array, Encoding
from kerlint.program.objectives import CATEGORICAL, SPARSE, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker101_softmax_on_one_unit import SoftmaxOnOneUnit
from kerlint.rules.repairs import with_activation, with_loss, with_units
from kerlint.rules.words import labels_note, loss_note


class OneUnitForSeveralClasses(Rule):
    """With a single output unit there is only one class to choose from.

    `categorical_crossentropy` compares the probability of the right class with those of all
    other classes. With one output unit there are no others: the loss is 0 from the first
    step to the last and nothing is learned. `sparse_categorical_crossentropy` accepts only
    the label 0. Any other label raises an error, or gives NaN on a GPU.

    For a yes/no answer use one sigmoid unit with `binary_crossentropy`. For several classes
    use one unit per class with softmax.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1, activation="tanh"))  # a hidden layer
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adam", loss="categorical_crossentropy")

    People say:
        "loss is 0 from the start", "accuracy stuck at 0.5", "loss: 0.0000e+00"

    When kerlint stays silent:
        - The number of output units is not known from the code.
        - The one unit has a softmax: KER101 reports that.
        - The loss works along another axis (`axis=`) or ignores a class (`ignore_class=`).
    """

    code = "KER102"
    severity = Severity.ERROR
    required_bytes = (b"rossentropy",)
    experiments = (LOSS_AT_START, FIRST_BATCH)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.kind not in CATEGORICAL | SPARSE or head.width != 1:
            return
        if loss.partial or "axis" in loss.args or "ignore_class" in loss.args:
            return
        softmax = SoftmaxOnOneUnit()
        if any(next(softmax.check(a.layer, view), None) is not None for a in head.activations):
            return
        target = objective.target
        related = [loss_note(loss, "expects one output unit per class")]
        known = target is not None and target.encoding in _CLASSES
        if target is not None and known:
            related.append(labels_note(target))
            count, wanted = _units(target), _loss(target)
            units = f"{count} units" if count is not None else "one unit per class"
            help = f'use {units} with `activation="softmax"` and `loss="{wanted}"`'
        else:
            help = 'use `activation="sigmoid"` with `binary_crossentropy` for a yes/no answer, or '
            help += 'one unit per class with `activation="softmax"` for several classes'
        if loss.kind in SPARSE:
            message = f"with a single output unit, `{loss.as_written}` accepts only the label 0"
        else:
            message = f"with a single output unit, `{loss.as_written}` is always 0"
        layer = head.layer
        yield Finding(
            layer.origin.site if layer is not None else loss.fact.site,
            message,
            label="one unit means one class",
            help=help,
            related=tuple(related),
            origin=layer.origin if layer is not None else None,
            claim=view.first_batch_claim(objective, "range" if loss.kind in SPARSE else "shape"),
            repair=repair(objective, view),
            fix=None if known else Applicability.DISPLAY,
            unsafe_because="" if known else "how many classes there are is for you to say",
        )


_CLASSES = frozenset({Encoding.ONE_HOT, Encoding.INTEGER})


def _units(target: Array) -> int | None:
    """A unit for each class; class numbers that do not start at 0 leave some units unused."""
    low, high = target.lowest, target.highest
    if target.encoding is Encoding.INTEGER and low is not None and high is not None and low >= 0:
        return int(high) + 1
    return target.classes


def _loss(target: Array) -> str:
    """The loss for several classes that accepts labels like these."""
    one_hot = target.encoding is Encoding.ONE_HOT
    return "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A unit for each class where the labels say how many, else a yes/no answer."""
    target, head = objective.target, objective.head
    if target is not None and target.encoding in _CLASSES:
        count = _units(target)
        units = with_units(head, count, "softmax") if count is not None else ()
        return (*units, *with_loss(objective, _loss(target))) if units else ()
    activated = with_activation(head, "sigmoid")
    return (*activated, *with_loss(objective, "binary_crossentropy")) if activated else ()
