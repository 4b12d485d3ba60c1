"""KER912: a loss of the user that is a sum over the batch."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import LayerCall
from kerlint.program.objectives import Objective
from kerlint.program.values import TensorRef, Value
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.formulas import Table, given_note, own_loss, tables


class SumOverBatch(Rule):
    """A loss that is a sum over the batch grows with the batch size.

    So does its gradient: with another batch size, the model needs another learning rate, and the
    loss of the last, smaller batch cannot be compared with the others. Losses of Keras are means
    over the batch.

    Bad:
        from keras import ops

        def squared(y_true, y_pred):
            return ops.sum(ops.square(y_true - y_pred))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=squared)
    Good:
        from keras import ops

        def squared(y_true, y_pred):
            return ops.mean(ops.square(y_true - y_pred))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=squared)
    Tempting:
        from keras import ops

        def overlap(y_true, y_pred):
            shared = ops.sum(y_true * y_pred)
            return 1 - shared / (ops.sum(y_true) + ops.sum(y_pred) + 1)  # the size cancels out

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss=overlap)

        def of_each_sample(y_true, y_pred):
            return ops.sum(ops.square(y_true - y_pred), axis=-1)

        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        model.compile(optimizer="adam", loss=of_each_sample)

    People say:
        "loss depends on batch size", "custom loss is huge", "reduce_sum or reduce_mean in loss"

    When kerlint stays silent:
        - The sum is divided by something that is not a plain number.
        - The sum is taken over some axes only.
    """

    code = "KER912"
    severity = Severity.INFO
    default = False
    required_bytes = (b"sum",)
    untestable = "the loss is code of the program, which kerlint never runs"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        own = own_loss(objective, view)
        if own is None:
            return
        _, formula = own
        found = [_sum(table, table.trace.result.value) for table in tables(formula, view)]
        if not found or None in found:
            return
        call = found[0]
        assert call is not None
        yield Finding(
            call.origin.site,
            "this loss is a sum over the whole batch, so its gradient grows with the batch size",
            label="sums over all samples",
            help="use the mean",
            related=(given_note(formula),),
            origin=objective.compiled.origin,
        )


def _sum(table: Table, value: Value) -> LayerCall | None:
    """The sum over all axes that a result is, times a number perhaps."""
    while (made := table.operation(value)) is not None:
        word, call = made
        operands = table.operands(call)
        if word == "sum":
            axis = table.setting(call, "axis")
            keep = table.setting(call, "keepdims", "keep_dims")
            return call if (axis is None or axis.value is None) and keep is None else None
        tensors = [operand for operand in operands if isinstance(operand, TensorRef)]
        others = [operand for operand in operands if not isinstance(operand, TensorRef)]
        if word not in ("mul", "neg", "truediv") or len(tensors) != 1:
            return None
        if not all(isinstance(other, (int, float)) for other in others):
            return None
        value = tensors[0]
    return None
