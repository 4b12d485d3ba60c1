"""KER911: a logarithm or root of an output that can be 0 or negative."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.gradients import EPSILON
from kerlint.program.model import LayerCall
from kerlint.program.objectives import Objective
from kerlint.program.values import TensorRef, Unknown, Value
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.formulas import Table, given_note, own_loss, tables


class LogOfAnyNumber(Rule):
    """The loss becomes NaN: it takes the logarithm or root of an output that can be negative.

    A linear or tanh output is negative for some samples from the first batch on, and the logarithm
    and the square root of a negative number are NaN. A relu output is exactly 0 for some samples,
    and the logarithm of 0 is infinite. One such sample is enough: all weights become NaN.

    Bad:
        from keras import ops

        def likelihood(y_true, y_pred):
            return ops.mean(y_pred - y_true * ops.log(y_pred))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=likelihood)
    Good:
        from keras import ops

        def likelihood(y_true, y_pred):
            return ops.mean(y_pred - y_true * ops.log(y_pred))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="softplus")])
        model.compile(optimizer="adam", loss=likelihood)
    Tempting:
        from keras import ops

        def log_error(y_true, y_pred):
            y_pred = ops.maximum(y_pred, 1e-7)
            return ops.mean(ops.square(ops.log(y_true + 1) - ops.log(y_pred + 1)))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=log_error)

    People say:
        "loss is nan from the first epoch", "custom loss returns nan", "log of negative number"

    When kerlint stays silent:
        - The output is clipped first, or a number is added that keeps it positive.
        - The activation of the output layer is not known, or its values are positive.
    """

    code = "KER911"
    severity = Severity.ERROR
    required_bytes = (b"log", b"sqrt")
    untestable = "the loss is code of the program, which kerlint never runs"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        activation = objective.head.activation
        if activation not in _LOW:
            return
        own = own_loss(objective, view)
        if own is None:
            return
        _, formula = own
        calls = [_outside_domain(table, activation) for table in tables(formula, view)]
        call = calls[0] if calls else None
        if call is None or None in calls:
            return
        word = "logarithm" if view.layer(call).kind.startswith("log") else "square root"
        values = "0 for some samples" if activation == "relu" else "negative for some samples"
        yield Finding(
            call.origin.site,
            f"the loss becomes NaN: it takes the {word} of the output, which is {values}",
            label=f"the {word} of a {activation} output",
            help=(
                "use `keras.ops.maximum(y_pred, 1e-7)`, or an output activation with positive "
                "values, such as softplus"
            ),
            related=(given_note(formula),),
            origin=objective.compiled.origin,
        )


_LOW = frozenset({"linear", "relu", "tanh"})
"""Activations whose outputs are negative or 0 for some samples."""

_SMALL = 1e-2


def _outside_domain(table: Table, activation: str) -> LayerCall | None:
    """The first logarithm or root of the output as it is, on which the result depends."""
    program = table.program
    for call in program.layer_calls[table.trace.first : table.trace.end]:
        word = table.word(call)
        operands = table.operands(call)
        if word not in ("log", "log2", "log10", "sqrt") or len(operands) != 1:
            continue
        if word == "sqrt" and activation == "relu":
            continue  # only its gradient at 0 is wrong, which most samples do not reach
        if _is_output(table, operands[0], activation):
            return call
    return None


def _is_output(table: Table, value: Value, activation: str) -> bool:
    while (made := table.operation(value)) is not None:
        word, call = made
        operands = table.operands(call)
        if word == "add" and activation != "relu" and len(operands) == 2:
            # An epsilon does not help against negative numbers.
            others = [operand for operand in operands if not isinstance(operand, TensorRef)]
            if len(others) != 1 or not _is_small(others[0]):
                return False
            value = next(o for o in operands if isinstance(o, TensorRef))
        elif word in ("cast", "flatten", "squeeze") and operands:
            value = operands[0]
        else:
            return False
    return isinstance(value, TensorRef) and value.tensor == table.formula.output


def _is_small(value: Value) -> bool:
    if isinstance(value, Unknown):
        return value.reason == EPSILON
    return isinstance(value, float) and 0 <= value <= _SMALL
