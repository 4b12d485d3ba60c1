"""KER144: a root mean squared error that is the absolute error."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import LayerCall
from kerlint.program.objectives import Objective
from kerlint.program.values import Value
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.formulas import (
    Table,
    difference,
    given_note,
    output_of,
    own_loss,
    own_metrics,
    tables,
)


class RmseOfOneOutput(Rule):
    """The root of the mean over one output is the absolute error, not the RMSE.

    `sqrt(mean(square(y_true - y_pred), axis=-1))` takes the mean over the units of each sample.
    With one unit there is nothing to average: the root of the square is the absolute error, and
    the number that Keras shows is the mean absolute error. It is smaller than the RMSE.

    Bad:
        from keras import ops

        def rmse(y_true, y_pred):
            return ops.sqrt(ops.mean(ops.square(y_pred - y_true), axis=-1))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse", metrics=[rmse])
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        metric = keras.metrics.RootMeanSquaredError()
        model.compile(optimizer="adam", loss="mse", metrics=[metric])
    Tempting:
        from keras import ops

        def rmse(y_true, y_pred):
            return ops.sqrt(ops.mean(ops.square(y_pred - y_true)))  # over the whole batch

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse", metrics=[rmse])

        def distance(y_true, y_pred):
            return ops.sqrt(ops.mean(ops.square(y_pred - y_true), axis=-1))  # of each row

        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        model.compile(optimizer="adam", loss="mse", metrics=[distance])

    People say:
        "rmse equals mae", "rmse metric is the same as mae", "rmse is not the square root of mse"

    When kerlint stays silent:
        - The last axis of the output is not known to have one number.
        - The mean is taken over all axes, or anything else is done with the root.
    """

    code = "KER144"
    severity = Severity.WARNING
    required_bytes = (b"sqrt", b"compile")
    untestable = "the function is code of the program, which kerlint never runs"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        output = output_of(objective)
        if output is None or len(output) < 2 or output[-1] != 1:
            return
        own = own_loss(objective, view)
        for _, formula in (
            *((own,) if own is not None else ()),
            *own_metrics(objective, view),
        ):
            roots = [_root(table, len(output)) for table in tables(formula, view)]
            if not roots or None in roots:
                continue
            target = objective.target
            if target is not None and target.shape is not None:
                if len(target.shape) == len(output) and target.shape[-1] != 1:
                    continue
            root = roots[0]
            assert root is not None
            yield Finding(
                root.origin.site,
                "this is the absolute error, not the RMSE: with one output, `axis=-1` leaves "
                "nothing to average",
                label="the root of one square",
                help=(
                    "use `keras.metrics.RootMeanSquaredError()`"
                    if formula.metric
                    else 'use `loss="mse"`, or remove `axis=-1`'
                ),
                related=(given_note(formula),),
                origin=objective.compiled.origin,
            )


def _root(table: Table, rank: int) -> LayerCall | None:
    """The square root of the result, where it is one of a mean over the last axis."""
    value = table.trace.result.value
    made = table.operation(value)
    if made is None:
        return None
    word, root = made
    operands = table.operands(root)
    if not (word == "sqrt" or word == "pow" and len(operands) == 2 and operands[1] == 0.5):
        return None
    inner = table.operation(operands[0])
    if inner is None or inner[0] != "mean":
        return None
    axis = table.setting(inner[1], "axis")
    if axis is None or axis.integer() not in (-1, rank - 1):
        return None
    return root if _is_square(table, table.operands(inner[1])[0]) else None


def _is_square(table: Table, value: Value) -> bool:
    made = table.operation(value)
    if made is None:
        return False
    word, call = made
    operands = table.operands(call)
    if word == "squared_difference":
        return table.are_both(operands)
    if word == "square" or word == "pow" and len(operands) == 2 and operands[1] in (2, 2.0):
        return difference(table, operands[0])
    return False
