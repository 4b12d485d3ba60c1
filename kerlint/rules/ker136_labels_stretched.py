"""KER136: a regression loss that stretches the labels over an output of another shape."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_SHAPE
from kerlint.program.data import Array
from kerlint.program.model import Program
from kerlint.program.objectives import Objective
from kerlint.program.values import Custom, Site
from kerlint.rules import ker135_labels_of_another_width
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker502_missing_flatten import in_words
from kerlint.rules.label_shapes import Fit, misfit, units_wanted
from kerlint.rules.model_inputs import is_of_numbers
from kerlint.rules.words import REGRESSION_WORDS, head_origin, labels_note, loss_note


class LabelsStretched(Rule):
    """A regression loss compares every output with the same target, without an error.

    If the labels and the output do not have the same shape, `mse`, `mae` and similar losses
    repeat the smaller one along each axis of size 1. With labels of shape `(n, 1)` and an output
    of shape `(n, 3)`, all three units learn the same number. With labels of shape `(n, 3)` and
    one unit, that unit learns the mean of the three targets. Keras says nothing, and the loss
    goes down.

    For its own losses, Keras gives labels of shape `(n,)` the axis that an output of shape `(n, 1)`
    has. For a subclass of `keras.losses.Loss`, and in a training loop of your own, nobody does:
    `y_true - y_pred` is then `(n, n)`.

    Bad:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.random.rand(60, 3)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.random.rand(60, 3)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(3))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.random.rand(60)  # one number for each sample: Keras adds the last axis
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "all outputs are the same", "the model predicts the mean",
        "loss goes down but the predictions are wrong"

    When kerlint stays silent:
        - The shape of the labels or of the output is not known from the code.
        - Steps or places are missing, or there are too many: KER502 and KER504 report that.
        - The shapes cannot be made to fit, so Keras raises an error: KER135 reports that.
    """

    code = "KER136"
    severity = Severity.ERROR
    required_bytes = (*REGRESSION_WORDS, b"Loss", b"GradientTape")
    experiments = (OUTPUT_SHAPE,)

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for objective in view.judged:
            yield from self._compiled(objective, view)
        yield from _by_hand(program, view)

    def _compiled(self, objective: Objective, view: View) -> Iterator[Finding]:
        yield from _own_loss(objective)
        if misfit(objective, view) is not Fit.STRETCHED:
            return
        loss, head, target = objective.loss, objective.head, objective.target
        assert loss is not None
        assert target is not None
        wanted = units_wanted(objective)
        help = "give the labels and the output the same shape"
        if wanted is not None:
            columns = wanted[1]
            help = f"use {columns} unit{'s' if columns > 1 else ''} in the output layer, " + (
                "one for each column of the labels" if columns > 1 else "as the labels have"
            )
        origin = head_origin(head)
        yield Finding(
            origin.site if origin is not None else loss.fact.site,
            f"`{loss.as_written}` compares labels of shape `{in_words(target.shape)}` with an "
            f"output of shape `{in_words(head.shape)}`, without an error",
            label="has another shape than the labels",
            help=help,
            related=(
                labels_note(target, f"labels of shape `{in_words(target.shape)}`"),
                loss_note(loss, "repeats the smaller one"),
            ),
            origin=origin,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


_EACH_WITH_ALL = (
    "the labels have the shape `(n,)` and the output `(n, 1)`, so this compares each label with "
    "all outputs"
)


def _own_loss(objective: Objective) -> Iterator[Finding]:
    """A loss class gets the labels as they are: Keras only adds the axis for its own losses."""
    loss, target = objective.loss, objective.target
    if loss is None or not isinstance(loss.fact.value, Custom) or loss.fact.value.stretches < 0:
        return
    if target is None or target.rank != 1 or objective.head.shape != (None, 1):
        return
    yield Finding(
        loss.fact.value.stretches,
        _EACH_WITH_ALL,
        label="the result has the shape `(n, n)`",
        help="give the labels the shape `(n, 1)`, for example with `y.reshape(-1, 1)`",
        related=(
            labels_note(target, f"labels of shape `{in_words(target.shape)}`"),
            loss_note(loss, "a class of this program, for which Keras adds no axis"),
        ),
    )


_DIFFERENCES = frozenset({"sub", "subtract", "squared_difference"})


def _by_hand(program: Program, view: View) -> Iterator[Finding]:
    """A loop of the user that subtracts what a model gives from labels of one axis, or reverse."""
    reported: set[Site] = set()
    for call in program.layer_calls:
        layer = view.layer(call)
        if not layer.operation or layer.kind not in _DIFFERENCES or call.origin.fails:
            continue
        if call.origin.site in reported or len(call.inputs) != 1:
            continue
        made = view.graph.producer(call.inputs[0])
        if program.tensors[call.inputs[0]].shape != (None, 1) or made is None:
            continue
        arrays = [fact.value for fact in layer.args.values() if isinstance(fact.value, Array)]
        if view.layer(made).model is None or len(arrays) != 1 or arrays[0].rank != 1:
            continue
        if arrays[0].shape == (1,) or not is_of_numbers(arrays[0]):
            continue
        reported.add(call.origin.site)
        yield Finding(
            call.origin.site,
            _EACH_WITH_ALL,
            label="the result has the shape `(n, n)`",
            help="give the labels the shape `(n, 1)`, or remove the last axis of the output with "
            "`squeeze`",
            related=(labels_note(arrays[0], "labels with one axis"),),
            origin=call.origin,
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """As many units as the labels have columns."""
    return ker135_labels_of_another_width.repair(objective, view)
