"""Python's operators on values that are known, with bounds on how large a result may grow."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from kerlint.program.values import NumPyInteger
from kerlint.reading.syntax import tree as cst

_MAX_LENGTH = 10_000
MAX_NUMBER = 1 << 128

BINARY: dict[type[cst.Node], tuple[str, Callable[[Any, Any], Any]]] = {
    cst.Add: ("+", operator.add),
    cst.Subtract: ("-", operator.sub),
    cst.Multiply: ("*", operator.mul),
    cst.Divide: ("/", operator.truediv),
    cst.FloorDivide: ("//", operator.floordiv),
    cst.Modulo: ("%", operator.mod),
    cst.Power: ("**", operator.pow),
    cst.BitAnd: ("&", operator.and_),
    cst.BitOr: ("|", operator.or_),
    cst.BitXor: ("^", operator.xor),
    cst.LeftShift: ("<<", operator.lshift),
    cst.RightShift: (">>", operator.rshift),
    cst.MatrixMultiply: ("@", operator.matmul),
    cst.AddAssign: ("+", operator.add),
    cst.SubtractAssign: ("-", operator.sub),
    cst.MultiplyAssign: ("*", operator.mul),
    cst.DivideAssign: ("/", operator.truediv),
    cst.FloorDivideAssign: ("//", operator.floordiv),
    cst.ModuloAssign: ("%", operator.mod),
    cst.PowerAssign: ("**", operator.pow),
    cst.BitAndAssign: ("&", operator.and_),
    cst.BitOrAssign: ("|", operator.or_),
    cst.BitXorAssign: ("^", operator.xor),
    cst.LeftShiftAssign: ("<<", operator.lshift),
    cst.RightShiftAssign: (">>", operator.rshift),
    cst.MatrixMultiplyAssign: ("@", operator.matmul),
}

COMPARE: dict[type[cst.Node], tuple[str, Callable[[Any, Any], Any]]] = {
    cst.Equal: ("==", operator.eq),
    cst.NotEqual: ("!=", operator.ne),
    cst.LessThan: ("<", operator.lt),
    cst.LessThanEqual: ("<=", operator.le),
    cst.GreaterThan: (">", operator.gt),
    cst.GreaterThanEqual: (">=", operator.ge),
    cst.Is: ("is", operator.eq),
    cst.IsNot: ("is not", operator.ne),
    cst.In: ("in", lambda a, b: a in b),
    cst.NotIn: ("not in", lambda a, b: a not in b),
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
