"""Python's operators on values that are known, with bounds on how large a result may grow."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from kerlint.program.values import NumPyInteger
from kerlint.reading.syntax import tree as syntax

_MAX_LENGTH = 10_000
MAX_NUMBER = 1 << 128

BINARY: dict[type[syntax.Node], tuple[str, Callable[[Any, Any], Any]]] = {
    syntax.Add: ("+", operator.add),
    syntax.Subtract: ("-", operator.sub),
    syntax.Multiply: ("*", operator.mul),
    syntax.Divide: ("/", operator.truediv),
    syntax.FloorDivide: ("//", operator.floordiv),
    syntax.Modulo: ("%", operator.mod),
    syntax.Power: ("**", operator.pow),
    syntax.BitAnd: ("&", operator.and_),
    syntax.BitOr: ("|", operator.or_),
    syntax.BitXor: ("^", operator.xor),
    syntax.LeftShift: ("<<", operator.lshift),
    syntax.RightShift: (">>", operator.rshift),
    syntax.MatrixMultiply: ("@", operator.matmul),
    syntax.AddAssign: ("+", operator.add),
    syntax.SubtractAssign: ("-", operator.sub),
    syntax.MultiplyAssign: ("*", operator.mul),
    syntax.DivideAssign: ("/", operator.truediv),
    syntax.FloorDivideAssign: ("//", operator.floordiv),
    syntax.ModuloAssign: ("%", operator.mod),
    syntax.PowerAssign: ("**", operator.pow),
    syntax.BitAndAssign: ("&", operator.and_),
    syntax.BitOrAssign: ("|", operator.or_),
    syntax.BitXorAssign: ("^", operator.xor),
    syntax.LeftShiftAssign: ("<<", operator.lshift),
    syntax.RightShiftAssign: (">>", operator.rshift),
    syntax.MatrixMultiplyAssign: ("@", operator.matmul),
}

COMPARE: dict[type[syntax.Node], tuple[str, Callable[[Any, Any], Any]]] = {
    syntax.Equal: ("==", operator.eq),
    syntax.NotEqual: ("!=", operator.ne),
    syntax.LessThan: ("<", operator.lt),
    syntax.LessThanEqual: ("<=", operator.le),
    syntax.GreaterThan: (">", operator.gt),
    syntax.GreaterThanEqual: (">=", operator.ge),
    syntax.Is: ("is", operator.eq),
    syntax.IsNot: ("is not", operator.ne),
    syntax.In: ("in", lambda a, b: a in b),
    syntax.NotIn: ("not in", lambda a, b: a not in b),
}


class Refused(Exception):
    """The result would be too large, or Python itself would raise."""


def _prints_little(text: str | bytes, given: Any) -> bool:
    """Whether ``text % given`` is short."""
    letters = text.decode("latin-1") if isinstance(text, bytes) else text
    # "%9999999d" would build a huge text; a width below 100 is all that real code needs.
    if len(letters) > _MAX_LENGTH or "*" in letters or _WIDE.search(letters):
        return False
    values = (
        given if isinstance(given, tuple) else given.values() if isinstance(given, dict) else ()
    )
    longest = max((len(each) for each in values if isinstance(each, (str, bytes))), default=0)
    return letters.count("%") * longest <= 10 * _MAX_LENGTH


_WIDE = re.compile("[0-9]{3}")


def binary(symbol: str, function: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply an operator to plain values; raises ``Refused`` where that is an error or too much."""
    if symbol == "**" and isinstance(right, (int, float)) and abs(right) > 64:
        raise Refused
    if symbol in ("<<", ">>") and isinstance(right, int) and not 0 <= right <= 64:
        raise Refused
    if symbol == "*":
        for text, times in ((left, right), (right, left)):
            if isinstance(text, (str, bytes)) and isinstance(times, int):
                if len(text) * max(times, 0) > _MAX_LENGTH:
                    raise Refused
    if symbol == "%" and isinstance(left, (str, bytes)) and not _prints_little(left, right):
        raise Refused
    try:
        result = function(left, right)
    except Exception as error:  # whatever Python raises here, the value is unknown
        raise Refused from error
    if isinstance(result, int) and abs(result) > MAX_NUMBER:
        raise Refused
    if isinstance(result, (str, bytes)) and len(result) > _MAX_LENGTH:
        raise Refused
    if result.__class__ is int and NumPyInteger in (left.__class__, right.__class__):
        return NumPyInteger(result)
    return result
