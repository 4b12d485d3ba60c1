"""Masks of attention: which entries of an array of 0 and 1 are 1."""

from __future__ import annotations

from collections.abc import Callable

from kerlint.program.data import FUTURE, IDS, PADDING, PAST, Array
from kerlint.reading.arrays import transfer
from kerlint.reading.arrays.arguments import CallArguments
from kerlint.reading.interpreter.values import AbstractValue

Handler = Callable[[CallArguments], AbstractValue]

_OPPOSITE = {PAST: FUTURE, FUTURE: PAST, PADDING: IDS, IDS: PADDING}


def kept(made: AbstractValue, source: Array) -> AbstractValue:
    """The result of a function that leaves which entries are 1, in another type or shape."""
    if source.mask and isinstance(made, Array):
        return made.replace(mask=source.mask)
    return made


def opposite(made: AbstractValue, source: Array) -> AbstractValue:
    """The result of a function that exchanges 0 and 1."""
    if source.mask and isinstance(made, Array):
        return made.replace(mask=_OPPOSITE[source.mask])
    return made


def subtracted(made: AbstractValue, left: Array, right: Array) -> AbstractValue:
    """The result of a subtraction, which may be that from 1."""
    return opposite(made, right) if transfer.constant(left) == 1 else made


def compared(symbol: str, made: Array, left: Array, right: Array) -> AbstractValue:
    """The result of a comparison: of a mask with 0 or 1, or of token ids with the padding."""
    steps = _steps(symbol, left, right)
    if steps:
        return made.replace(mask=steps)
    number = transfer.constant(right)
    if symbol not in ("==", "!=", ">", "<") or number is None:
        return made
    if left.mask:
        same = (symbol, number) in (("==", 1), ("!=", 0), (">", 0))
        other = (symbol, number) in (("==", 0), ("!=", 1), ("<", 1))
        return kept(made, left) if same else opposite(made, left) if other else made
    if number == 0 and symbol in ("==", "!="):
        return made.replace(mask=PADDING if symbol == "==" else IDS)
    return made


def _steps(symbol: str, left: Array, right: Array) -> str:
    """What a comparison of the numbers of the steps makes: ``range(n)[:, None] >= range(n)``."""
    if not (_counts(left) and _counts(right)) or symbol not in ("<", "<=", ">", ">="):
        return ""
    rows_first = _is_column(left)
    if rows_first is _is_column(right):
        return ""
    later = symbol in (">", ">=")
    if (symbol in ("<=", ">=")) is (later is rows_first):
        return PAST if later is rows_first else FUTURE
    return ""  # without the own step, or with it


def _counts(array: Array) -> bool:
    return array.origin == "numpy.arange" and array.lowest == 0 and bool(array.integers)


def _is_column(array: Array) -> bool:
    return array.shape is not None and len(array.shape) == 2 and array.shape[1] == 1


def triangle(lower: bool) -> Handler:
    """``tril(ones, 0)`` and ``triu(ones, 1)``."""

    def make(given: CallArguments) -> AbstractValue:
        source = given.array("x", "m", "a", "input", "v")
        diagonal = given.integer("k", 1, given.integer("diagonal", None, 0))
        return _cut(source, PAST if lower else FUTURE, diagonal == (0 if lower else 1))

    return make


def band(given: CallArguments) -> AbstractValue:
    """``tf.linalg.band_part(ones, -1, 0)``."""
    below, above = given.integer("num_lower", 1), given.integer("num_upper", 2)
    return _cut(given.array("input"), PAST, (below, above) == (-1, 0))


def lower_ones(given: CallArguments) -> AbstractValue:
    """``np.tri(n)``."""
    ones = Array(lowest=1, highest=1, integers=True)
    square = given.value("M", 1, None) is None
    return _cut(ones, PAST, square and given.integer("k", 2, 0) == 0)


def _cut(source: Array, mask: str, known: bool) -> AbstractValue:
    made = Array(shape=source.shape, site=source.site)
    if transfer.constant(source) != 1:
        return made
    made = made.replace(lowest=0, highest=1, integers=True)
    return made.replace(mask=mask) if known else made
