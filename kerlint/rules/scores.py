"""Whether a loss of the user's own is lower for wrong predictions than for right ones.

Its formula is computed for a few labels and outputs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kerlint.program.gradients import EPSILON
from kerlint.program.model import LayerCall
from kerlint.program.values import Fact, TensorRef, Unknown, Value
from kerlint.rules.formulas import Table

Numbers = list[float]

# Labels, predictions that are right, and some that are wrong.
_SAMPLES: dict[str, Sequence[tuple[Numbers, Numbers, Numbers]]] = {
    "sigmoid": (
        ([1, 0, 1, 0, 0, 1], [0.9, 0.1, 0.8, 0.2, 0.1, 0.9], [0.1, 0.9, 0.2, 0.8, 0.9, 0.1]),
        ([0, 1, 1, 1, 0, 1], [0.3, 0.7, 0.7, 0.7, 0.3, 0.7], [0.6, 0.4, 0.4, 0.4, 0.6, 0.4]),
    ),
    "softmax": (
        ([0, 1, 0], [0.1, 0.8, 0.1], [0.45, 0.1, 0.45]),
        ([1, 0, 0], [0.6, 0.2, 0.2], [0.2, 0.2, 0.6]),
    ),
    "linear": (
        ([3, -1, 2, 4], [2.8, -0.9, 2.1, 3.9], [-3, 1, -2, -4]),
        ([1, 2, 3, 5], [1.1, 2.1, 2.8, 5.1], [5, 3, 2, 1]),
    ),
}

_MARGIN = 0.02


def prefers_wrong(table: Table, activation: str | None) -> bool:
    """Whether a loss is lower for wrong predictions than for right ones, by its numbers.

    Only a quotient or a logarithm counts: the sign of a plain product may be meant, as in the
    critic of a WGAN. Logarithms of an output without an activation are of something else.
    """
    words = {table.word(call) for call in _calls(table)}
    samples = _SAMPLES.get(activation or "", ())
    if "truediv" not in words and (activation == "linear" or words.isdisjoint(_LOGARITHMS)):
        return False
    for labels, right, wrong in samples:
        good, bad = (_loss(table, labels, each) for each in (right, wrong))
        if good is None or bad is None or not good > bad + _MARGIN * max(abs(good), abs(bad)):
            return False
    return bool(samples)


def _calls(table: Table) -> tuple[LayerCall, ...]:
    return table.program.layer_calls[table.trace.first : table.trace.end]


def _loss(table: Table, labels: Numbers, output: Numbers) -> float | None:
    """What a loss is for one sample with these labels and outputs; None: it is not known.

    A sum or a mean goes over all numbers of the sample, whatever its axes are.
    """
    found = {table.formula.labels: labels, table.formula.output: output}
    for call in _calls(table):
        if len(call.outputs) != 1:
            return None
        numbers = _numbers(table, call, found)
        if numbers is not None:
            found[call.outputs[0]] = numbers
    result = table.trace.result.value
    if not isinstance(result, TensorRef) or result.tensor not in found:
        return None
    values = found[result.tensor]
    mean = sum(values) / len(values)
    return mean if math.isfinite(mean) else None


def _numbers(table: Table, call: LayerCall, found: dict[int, Numbers]) -> Numbers | None:
    word = table.word(call)
    args = table.program.layers[call.layer].args
    operands = [
        _value(fact, found)
        for name, fact in args.items()
        if name not in _SETTINGS and not (word in _REDUCTIONS and name != next(iter(args)))
    ]
    if word in _SAME and operands:
        return operands[0]
    if word in _REDUCTIONS and operands and operands[0] is not None:
        return [_REDUCTIONS[word](operands[0])]
    function = _ELEMENTWISE.get(word)
    if function is None or None in operands:
        return None
    given = [each for each in operands if each is not None]
    size = max(map(len, given))
    if any(len(each) not in (1, size) for each in given):
        return None
    try:
        return [function(*(n[i % len(n)] for n in given)) for i in range(size)]
    except (ArithmeticError, TypeError, ValueError):
        return None


def _value(fact: Fact, found: dict[int, Numbers]) -> Numbers | None:
    value: Value = fact.value
    if isinstance(value, TensorRef):
        return found.get(value.tensor)
    if isinstance(value, Unknown) and value.reason == EPSILON:
        return [1e-7]
    number = fact.number()
    return None if number is None else [float(number)]


_SETTINGS = frozenset({"axis", "dtype", "keepdims", "keep_dims", "name", "shape", "newshape"})
_LOGARITHMS = frozenset({"log", "log2", "log10", "log1p"})
_SAME = frozenset(
    {
        *("batch_flatten", "cast", "convert_to_tensor", "expand_dims", "flatten", "identity"),
        *("ravel", "reshape", "squeeze"),
    }
)
_REDUCTIONS: dict[str, Callable[[Numbers], float]] = {
    "max": max,
    "mean": lambda numbers: sum(numbers) / len(numbers),
    "min": min,
    "prod": math.prod,
    "sum": sum,
}


def _clip(number: float, low: float, high: float) -> float:
    return min(max(number, low), high)


_ELEMENTWISE: dict[str, Callable[..., float]] = {
    "abs": abs,
    "add": lambda a, b: a + b,
    "clip": _clip,
    "clip_by_value": _clip,
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "log1p": math.log1p,
    "log2": math.log2,
    "maximum": max,
    "minimum": min,
    "mul": lambda a, b: a * b,
    "neg": lambda a: -a,
    "pow": lambda a, b: a**b,
    "sqrt": math.sqrt,
    "square": lambda a: a * a,
    "sub": lambda a, b: a - b,
    "truediv": lambda a, b: a / b,
}
