"""KER910: a loss or metric of the user with the labels where Keras gives the output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kerlint.diagnostics import Severity
from kerlint.program.changes import Positional, Rewrite, SwapParameters
from kerlint.program.formulas import Formula
from kerlint.program.gradients import is_known
from kerlint.program.model import LayerCall
from kerlint.program.objectives import Objective
from kerlint.program.values import TensorRef, Value
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.formulas import Table, given_note, own_loss, own_metrics, tables


class ArgumentsSwapped(Rule):
    """Keras gives a loss the labels first and the predictions second.

    A function that is defined as `loss(y_pred, y_true)` gets the labels as `y_pred`. Keras does not
    look at the names. The loss still falls, but it is another one: a crossentropy takes the
    logarithm of the labels, and a loss that weighs one side weighs the other. The same happens if a
    loss of your own calls a crossentropy of Keras with the predictions first.

    Bad:
        from keras import ops

        def pinball(y_pred, y_true):
            error = y_true - y_pred
            return ops.mean(ops.maximum(0.9 * error, -0.1 * error))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=pinball)
    Good:
        from keras import ops

        def pinball(y_true, y_pred):
            error = y_true - y_pred
            return ops.mean(ops.maximum(0.9 * error, -0.1 * error))

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=pinball)
    Tempting:
        from keras import ops

        def squared(y_pred, y_true):
            return ops.mean(ops.square(y_true - y_pred))  # the same either way

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss=squared)

    People say:
        "custom loss gives wrong values", "order of y_true and y_pred in custom loss"

    When kerlint stays silent:
        - The names of the parameters do not say which is which.
        - The function gives the same if the two are exchanged, or kerlint cannot read all of it.
        - A crossentropy is called both ways.
    """

    code = "KER910"
    severity = Severity.WARNING
    required_bytes = (b"pred", b"output", b"logits", b"hat")
    unsafe_because = "the model is then trained or measured in another way"
    untestable = "the loss is code of the program, which kerlint never runs"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        own = own_loss(objective, view)
        for _, formula in (*((own,) if own is not None else ()), *own_metrics(objective, view)):
            names = formula.parameters[:2]
            if len(names) < 2 or not _is_output(names[0]) or not _is_labels(names[1]):
                yield from _called_swapped(formula, objective, view)
                continue
            found = tables(formula, view)
            if not found or any(not _differs(table) for table in found):
                continue
            if any(not swapped for table in found for _, swapped in _crossentropies(table)):
                continue  # swapped twice, which is right
            what = "metric" if formula.metric else "loss"
            yield Finding(
                formula.site,
                f"Keras gives a {what} the labels first, but the first parameter is `{names[0]}`",
                label=f"`{names[0]}` gets the labels, and `{names[1]}` the output",
                help=f"swap the parameters: `({names[1]}, {names[0]})`",
                related=(given_note(formula),),
                origin=objective.compiled.origin,
                rewrite=(SwapParameters(formula.site),),
            )


def _called_swapped(formula: Formula, objective: Objective, view: View) -> Iterator[Finding]:
    """A crossentropy that is called with the output first, and nowhere with the labels first."""
    found = [list(_crossentropies(table)) for table in tables(formula, view)]
    if not found or not all(calls and all(swapped for _, swapped in calls) for calls in found):
        return
    call = found[0][0][0]
    first, second = Positional(call.origin.site, 0), Positional(call.origin.site, 1)
    yield Finding(
        call.origin.site,
        f"`{view.layer(call).kind}` takes the labels first, but it is given the output first",
        label="the output is taken for the labels",
        help="swap the two arguments",
        related=(given_note(formula),),
        origin=objective.compiled.origin,
        rewrite=(Rewrite(first, (second,)), Rewrite(second, (first,))),
    )


def _crossentropies(table: Table) -> Iterator[tuple[LayerCall, bool]]:
    """The crossentropies of labels and output, and whether the two are swapped."""
    program = table.program
    labels, output = table.formula.labels, table.formula.output
    for call in program.layer_calls[table.trace.first : table.trace.end]:
        layer = program.layers[call.layer]
        if not is_known(layer) or "crossentropy" not in layer.kind.lower().replace("_", ""):
            continue
        if layer.partial or len(call.inputs) != 2:
            continue
        given = [layer.args.get(a, layer.args.get(b)) for a, b in _NAMES.get(layer.kind, ())]
        operands = [fact.value for fact in given if fact is not None]
        if len(operands) != 2:
            operands = [TensorRef(tensor) for tensor in call.inputs]
        first, second = (table.given(operand) for operand in operands)
        if (first, second) in ((output, labels), (labels, output)):
            yield call, (first, second) == (output, labels)


_LOGITS = (("labels", "0"), ("logits", "1"))
_NAMES = {
    f"{kind}_cross_entropy_with_logits": _LOGITS
    for kind in ("sigmoid", "softmax", "sparse_softmax")
}
"""Crossentropies of TensorFlow, whose arguments are often given by name."""

_OUTPUT = re.compile(r"(^|_)(y_?)?(hat|logits?|outputs?|preds?|predicted|predictions?)($|_)")
_LABELS = re.compile(r"(^|_)(y_?)?(actual|gt|labels?|targets?|true|truth)($|_)")


def _is_output(name: str) -> bool:
    return bool(_OUTPUT.search(name.lower())) and not _LABELS.search(name.lower())


def _is_labels(name: str) -> bool:
    return bool(_LABELS.search(name.lower())) and not _OUTPUT.search(name.lower())


# -- whether the order matters --------------------------------------------------------------------


def _differs(table: Table) -> bool:
    """Whether the result is another one once labels and output are exchanged."""
    labels, output = table.formula.labels, table.formula.output
    result = table.trace.result.value
    if not isinstance(result, TensorRef):
        return False
    one = _Form(table, {labels: "a", output: "b"}).of(result)
    other = _Form(table, {labels: "b", output: "a"}).of(result)
    return one is not None and other is not None and one != other


_EITHER_WAY = frozenset(
    {"add", "and_", "eq", "equal", "logical_and", "logical_or", "maximum", "minimum", "mul", "ne"}
    | {"not_equal", "or_", "squared_difference"}
)
_SYMMETRIC = frozenset(
    {"cosine_similarity", "huber", "log_cosh", "mean_absolute_error", "mean_squared_error"}
)
_EVEN = frozenset({"abs", "square"})
_SAME_VALUES = frozenset(
    {"cast", "convert_to_tensor", "expand_dims", "flatten", "ravel", "reshape", "squeeze"}
)
MAX_TEXT = 20_000


class _Form:
    """Writes a result as a text in which the operands of a sum are sorted."""

    def __init__(self, table: Table, names: dict[int, str]) -> None:
        self._table = table
        self._names = names
        self._known: dict[int, str | None] = {}

    def of(self, value: Value, even: bool = False) -> str | None:
        """The text; None for what is not known, or is too long. ``even``: the sign is lost."""
        if not isinstance(value, TensorRef):
            return repr(value)[:200]
        if value.tensor in self._names:
            return self._names[value.tensor]
        if even:
            return self._made(value, even)
        if value.tensor not in self._known:
            self._known[value.tensor] = self._made(value, even)
        return self._known[value.tensor]

    def _made(self, value: TensorRef, even: bool) -> str | None:
        made = self._table.operation(value)
        if made is None or not made[0]:
            return None
        word, call = made
        operands = self._table.operands(call)
        if word in _SAME_VALUES and operands:
            return self.of(operands[0], even)
        squared = word == "pow" and len(operands) == 2 and operands[1] in (2, 2.0, 4)
        inner: list[Any] = [self.of(o, word in _EVEN or squared) for o in operands]
        if None in inner:
            return None
        if word in _EITHER_WAY or word in _SYMMETRIC or (even and word == "sub"):
            inner.sort()
        axis = self._table.setting(call, "axis")
        text = f"{word}({','.join(inner)};{axis.value if axis is not None else None!r})"
        return text if len(text) <= MAX_TEXT else None
