"""Arrays that are written down: lists of numbers, lists of lists, lists of arrays."""

from __future__ import annotations

import math
from dataclasses import field

from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import ANSWERS, Array, Encoding
from kerlint.program.values import Items, Unknown
from kerlint.reading.arrays import transfer
from kerlint.reading.arrays.shapes import Shape, same
from kerlint.reading.interpreter.values import AbstractValue, ListValue

LITERAL = "a list"
ANSWER = "was 0 or 1, and may have changed"  # why an element is unknown: nearly an answer still
_DEPTH = 8
_DISTINCT = 256
_NUMBERS = ("float(", "int(", "len(", "ord(")


@dataclass(slots=True)
class _Seen:
    """What nested lists hold, put together from the inside out.

    ``distinct`` is None when there are too many different numbers to keep, and ``words`` when there
    are too many different texts. ``single``: each innermost list holds 0s and exactly one 1.
    ``rising``: no number is less than the one before.
    """

    shape: Shape | None
    lowest: float = math.inf
    highest: float = -math.inf
    count: int = 0  # numbers
    whole: bool = True
    written_whole: bool = True  # as 1, not as 1.0
    distinct: set[float] | None = field(default_factory=set)
    total: float = 0.0
    single: bool = True
    strings: bool = False
    words: frozenset[str] | None = frozenset()
    rising: bool = True
    array: Array | None = None  # what the arrays among the elements have in common
    open: bool = False  # something is missing or unknown


def as_array(value: AbstractValue) -> Array | None:
    """Read a value as an array: an array, a number, or nested lists of them; None otherwise."""
    if isinstance(value, Array):
        return value
    if isinstance(value, (bool, int, float)):
        number = _finite(value)
        whole = isinstance(value, (bool, int)) or (number is not None and number.is_integer())
        return Array(shape=(), lowest=number, highest=number, integers=whole, origin=LITERAL)
    if isinstance(value, str):
        return Array(Encoding.STRINGS, shape=(), origin=LITERAL)
    if not isinstance(value, (ListValue, Items)) or "set" in value.kind:
        return None
    return _summed(_read(value, 0, {}))


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) < 1e300 else None


def _read(value: AbstractValue, depth: int, known: dict[int, _Seen]) -> _Seen:
    """Read an element. ``known`` holds the lists that were read: ``[[0] * 9] * 9`` repeats one."""
    if isinstance(value, (bool, int, float)):
        number = _finite(value)
        if number is None:
            return _Seen((), open=True)
        return _Seen(
            (),
            number,
            number,
            1,
            number.is_integer(),
            not isinstance(value, float),
            {number},
            number,
        )
    if isinstance(value, str):
        return _Seen((), strings=True, words=frozenset((value,)))
    if isinstance(value, Array):
        return _Seen(value.shape, array=value)
    if isinstance(value, Unknown) and value.reason == ANSWER:
        return _Seen((), 0.0, 1.0, 1, distinct={0.0, 1.0}, open=True)
    if isinstance(value, Unknown) and value.symbol.startswith(_NUMBERS):
        return _Seen((), open=True)  # ``ys.append(int(label))``: of no known value, but a number
    if not isinstance(value, (ListValue, Items)) or depth > _DEPTH:
        return _Seen(None, open=True)
    seen = known.get(id(value))
    if seen is None:
        seen = known[id(value)] = _read_list(value, depth, known)
    return seen


def _read_list(value: ListValue | Items, depth: int, known: dict[int, _Seen]) -> _Seen:
    made = _Seen(None, open=not value.complete)
    inner: Shape | None = None
    first = True
    for item in value.items:
        found = _read(item.value, depth + 1, known)
        _add(made, found)
        # An element that could not be read has the shape of the others, or Python raises.
        if found.shape is None:
            continue
        if first:
            inner, first = found.shape, False
        elif inner is not None and inner != found.shape:
            same_rank = len(found.shape) == len(inner)
            pairs = zip(inner, found.shape)
            inner = tuple(same(a, b) for a, b in pairs) if same_rank else None
    if inner is not None:
        made.shape = (len(value.items) if value.complete else None, *inner)
        if inner == ():
            made.single = made.total == 1.0 and (made.distinct or {2.0}) <= {0.0, 1.0}
    return made


def _add(made: _Seen, found: _Seen) -> None:
    made.rising = made.rising and found.rising and made.highest <= found.lowest
    made.lowest = min(made.lowest, found.lowest)
    made.highest = max(made.highest, found.highest)
    made.count += found.count
    made.whole = made.whole and found.whole
    made.written_whole = made.written_whole and found.written_whole
    made.total += found.total
    made.single = made.single and found.single
    made.strings = made.strings or found.strings
    made.open = made.open or found.open
    if made.words is not None and found.words and not found.words <= made.words:
        together = made.words | found.words
        made.words = together if len(together) <= _DISTINCT else None
    elif found.words is None:
        made.words = None
    if made.distinct is not None and found.distinct is not None:
        if not found.distinct <= made.distinct:
            made.distinct = made.distinct | found.distinct
            if len(made.distinct) > _DISTINCT:
                made.distinct = None
    else:
        made.distinct = None
    if found.array is not None and found.array is not made.array:
        made.array = found.array if made.array is None else transfer.join(made.array, found.array)


def _summed(seen: _Seen) -> Array:
    if seen.strings and not seen.count and seen.array is None:
        several = not seen.open and seen.words and transfer.width(Array(shape=seen.shape)) == 1
        classes = len(seen.words or ()) if several else None
        return Array(Encoding.STRINGS, shape=seen.shape, classes=classes, origin=LITERAL)
    if seen.strings or seen.open:
        answers = seen.count and not seen.strings and (seen.distinct or {2.0}) <= {0.0, 1.0}
        return Array(shape=seen.shape, origin=ANSWERS if answers else LITERAL)
    if seen.array is not None:
        joined = seen.array
        if seen.count:
            joined = transfer.join(joined, _of_numbers(seen))
        joined = joined.replace(shape=seen.shape)
        # A list of scalars or rows is not encoded as its parts are: look at the whole again.
        encoding = _stacked(joined.encoding, seen.shape)
        classes = None if encoding is None else joined.classes
        return transfer.with_encoding(joined.replace(encoding=encoding, classes=classes))
    return _of_numbers(seen)


def _stacked(encoding: Encoding | None, shape: Shape | None) -> Encoding | None:
    if encoding in (Encoding.CONTINUOUS, Encoding.STRINGS):
        return encoding
    if encoding is Encoding.ONE_HOT and shape is not None and len(shape) >= 2:
        return encoding
    return None


def _of_numbers(seen: _Seen) -> Array:
    if not seen.count:
        return Array(shape=seen.shape, origin=LITERAL)
    made = Array(
        shape=seen.shape,
        lowest=seen.lowest,
        highest=seen.highest,
        integers=seen.whole,
        origin=LITERAL,
    )
    if not seen.whole:
        return made.replace(encoding=Encoding.CONTINUOUS)
    if seen.distinct is None or seen.shape is None:
        return made
    width = transfer.width(made)
    if seen.distinct <= {0.0, 1.0}:
        if width == 1:
            return transfer.with_encoding(_in_blocks(made, seen))
        if isinstance(width, int) and width > 1 and len(seen.shape) == 2:
            encoding = Encoding.ONE_HOT if seen.single else Encoding.MULTI_HOT
            return made.replace(encoding=encoding, classes=width)
        return made
    if width == 1 and seen.written_whole and _look_like_classes(seen.distinct, seen.count):
        made = made.replace(encoding=Encoding.INTEGER, classes=len(seen.distinct))
        return _in_blocks(made, seen)
    return made


def _in_blocks(array: Array, seen: _Seen) -> Array:
    """Note that classes follow one another, where there are several samples of each."""
    distinct = len(seen.distinct or ())
    several = distinct > 1 and seen.count >= _BLOCK * distinct
    return array.replace(sorted_by_class=True) if several and seen.rising else array


_BLOCK = 5  # samples of a class, on average, that make a block


def _look_like_classes(distinct: set[float], count: int) -> bool:
    """Whole numbers are classes when they repeat and leave no gap; 1, 3, 5, 7 are measurements."""
    if distinct == {-1.0, 1.0}:
        return True
    if count < 2 * len(distinct) or min(distinct) not in (0.0, 1.0):
        return False
    return len(distinct) >= 2 and max(distinct) - min(distinct) == len(distinct) - 1
