"""KER136: a regression loss that stretches the labels over an output of another shape."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_SHAPE, CombinationClaim
from kerlint.program.data import Array
from kerlint.program.model import LayerCall, Program, Shape
from kerlint.program.objectives import Objective
from kerlint.program.values import Site
from kerlint.rules import ker135_labels_of_another_width
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.formulas import Table, output_of, own_loss, own_metrics, tables
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

    For a loss function, Keras gives labels of shape `(n,)` the axis that an output of shape
    `(n, 1)` has. For a subclass of `keras.losses.Loss`, for a metric of your own, and in a
    training loop of your own, Keras 3 does not: `y_true - y_pred` is then `(n, n)`, each label
    against each prediction. The same happens if a function changes the shape of only one of them.

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
    required_bytes = (*REGRESSION_WORDS, b"Loss", b"GradientTape", b"compile")
    experiments = (OUTPUT_SHAPE,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for objective in view.judged:
            yield from self._compiled(objective, view)
        yield from _by_hand(program, view)

    def _compiled(self, objective: Objective, view: View) -> Iterator[Finding]:
        yield from _own(objective, view)
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


def _own(objective: Objective, view: View) -> Iterator[Finding]:
    """A loss or metric of the user that combines each label with each prediction.

    Keras gives the labels the axes of the output for a loss function, but neither for a subclass of
    ``Loss`` nor for a metric.
    """
    target, output = objective.target, output_of(objective)
    if target is None or target.shape is None or output is None:
        return
    labels: Shape = (None, *target.shape[1:])
    own = own_loss(objective, view)
    for _, formula in (*((own,) if own is not None else ()), *own_metrics(objective, view)):
        given = labels
        if not view.target.is_keras_3 or not (formula.metric or formula.is_class):
            given = _aligned(labels, output)
        found = [_stretched(table, given, output) for table in tables(formula, view)]
        call = found[0] if found else None
        if call is None or None in found:
            continue
        what = "metric" if formula.metric else "loss"
        note = f"a {what} of this program, for which Keras adds no axis"
        if given != labels or len(labels) == len(output):
            note = f"a {what} of this program"
        yield Finding(
            call.origin.site,
            _EACH_WITH_ALL
            if given == (None,) and output == _COLUMN
            else f"this {what} compares each label with all predictions of the batch",
            label="the result has the shape `(n, n)`"
            if len(output) == 2
            else "each sample of one meets all samples of the other",
            help=_how_to_match(given, output),
            related=(
                labels_note(target, f"labels of shape `{in_words(target.shape)}`"),
                Note(formula.given_at, note),
            ),
            origin=objective.compiled.origin,
            claim=_combination(objective, what, view)
            if given == (None,) and output == _COLUMN
            else None,
            untried=f"the {what} is code of the program itself, which kerlint never runs",
        )


def _combination(objective: Objective, what: str, view: View) -> CombinationClaim:
    """What becomes of labels of one axis is up to Keras, whatever the loss or metric does."""
    about = view.objective_claim(objective)
    return CombinationClaim(
        model=about.model,
        output=about.output,
        compiled=about.compiled,
        role="metric" if what == "metric" else "loss",
    )


def _how_to_match(labels: Shape, output: Shape) -> str:
    if labels == (None,) and output == _COLUMN:
        return "give the labels the shape `(n, 1)`, for example with `y.reshape(-1, 1)`"
    return "give both the same shape here, for example with `keras.ops.reshape(y_true, (-1, 1))`"


def _aligned(labels: Shape, output: Shape) -> Shape:
    """The labels that Keras gives a loss function: with a last axis of 1 more, or less."""
    if len(labels) == len(output) - 1 and output[-1] == 1:
        return (*labels, 1)
    if len(labels) == len(output) + 1 and labels[-1] == 1:
        return labels[:-1]
    return labels


def _stretched(table: Table, labels: Shape, output: Shape) -> LayerCall | None:
    """The first operation that makes (n, n) of something like (n,) and (n, 1)."""
    program = table.program
    shapes = table.shapes(labels, output)
    for call in program.layer_calls[table.trace.first : table.trace.end]:
        layer = program.layers[call.layer]
        if len(call.inputs) != 2 or not layer.operation or layer.kind not in _PAIRED:
            continue
        given = [shapes.get(tensor) for tensor in call.inputs]
        less, more = sorted(given, key=lambda shape: len(shape) if isinstance(shape, tuple) else 0)
        if not isinstance(less, tuple) or not isinstance(more, tuple) or not less:
            continue
        # Both begin with the samples, but those of the shorter one meet an axis of 1.
        if less[0] is None and more[0] is None and None not in more[1:]:
            if len(less) < len(more) and more[len(more) - len(less)] == 1:
                return call
    return None


_WORDS = """
    add divide divide_no_nan eq equal greater greater_equal less less_equal maximum minimum mul
    multiply not_equal squared_difference sub subtract truediv
"""
_PAIRED = frozenset(_WORDS.split())

_COLUMN = (None, 1)
_EACH_WITH_ALL = (
    "the labels have the shape `(n,)` and the output `(n, 1)`, so this compares each label with "
    "all outputs"
)


_DIFFERENCES = frozenset({"sub", "subtract", "squared_difference"})


def _by_hand(program: Program, view: View) -> Iterator[Finding]:
    """A loop of the user that subtracts what a model gives from labels of one axis, or reverse."""
    reported: set[Site] = set()
    for call in program.layer_calls:
        layer = view.layer(call)
        if not layer.operation or len(call.inputs) != 1 or layer.kind not in _DIFFERENCES:
            continue
        if call.origin.fails or call.origin.site in reported:
            continue
        made = view.graph.producer(call.inputs[0])
        if program.tensors[call.inputs[0]].shape != (None, 1) or made is None:
            continue
        arrays = [fact.value for fact in layer.args.values() if isinstance(fact.value, Array)]
        if len(arrays) != 1 or arrays[0].shape is None or len(arrays[0].shape) != 1:
            continue
        # In the code of a class, a row of known length may be meant: ``x - np.arange(5)``.
        a_batch = not isinstance(arrays[0].shape[0], int)
        if view.layer(made).model is None and not (a_batch and _is_in_a_class(made, view)):
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


def _is_in_a_class(made: LayerCall, view: View) -> bool:
    """Whether a layer is in a model of a class of the user."""
    return any(
        model.kind == "subclassed" and made.layer in view.layers_in(model.id)
        for model in view.program.models
    )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """As many units as the labels have columns."""
    return ker135_labels_of_another_width.repair(objective, view)
