"""Arrays that are written down: lists of numbers, lists of lists, lists of arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

from kerlint.program.data import Array, Encoding
from kerlint.program.values import Items
from kerlint.reading.arrays import facts
from kerlint.reading.arrays.sizes import Dim, Shape, same
from kerlint.reading.payloads import Payload, Sequence

LITERAL = "a list"
_DEPTH = 8
_DISTINCT = 256


@dataclass(slots=True)
class _Leaves:
    """What was seen at the bottom of nested lists."""

    numbers: list[float] = field(default_factory=list)
    strings: int = 0
    written_whole: bool = True  # as 1, not as 1.0
    arrays: list[Array] = field(default_factory=list)
    open: bool = False  # something is missing or unknown


def as_array(value: Payload) -> Array | None:
    """Read a value as an array: an array, a number, or nested lists of them; None otherwise."""
    if isinstance(value, Array):
        return value
    if isinstance(value, (bool, int, float)):
        number = _finite(value)
        whole = isinstance(value, (bool, int)) or (number is not None and number.is_integer())
        return Array(shape=(), lowest=number, highest=number, integers=whole, origin=LITERAL)
    if isinstance(value, str):
        return Array(Encoding.STRINGS, shape=(), origin=LITERAL)
    if not isinstance(value, (Sequence, Items)) or value.kind == "set":
        return None
    leaves = _Leaves()
    shape = _gather(value, leaves, 0)
    return _summed(shape, leaves)


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if abs(number) < 1e300 else None


def _gather(value: Payload, leaves: _Leaves, depth: int) -> Shape | None:
    """Collect the leaves; returns the shape, None when it is not known or not regular."""
    if isinstance(value, (bool, int, float)):
        number = _finite(value)
        if number is None:
            leaves.open = True
        else:
            leaves.numbers.append(number)
            leaves.written_whole = leaves.written_whole and not isinstance(value, float)
        return ()
    if isinstance(value, str):
        leaves.strings += 1
        return ()
    if isinstance(value, Array):
        leaves.arrays.append(value)
        return value.shape
    if not isinstance(value, (Sequence, Items)) or depth > _DEPTH:
        leaves.open = True
        return None
    leaves.open = leaves.open or not value.complete
    count = len(value.items) if value.complete else None
    inner: Shape | None = None
    known = False
    for item in value.items:
        found = _gather(item.value, leaves, depth + 1)
        if found is None:
            continue
        if not known:
            inner, known = found, True
        elif inner is not None and len(found) == len(inner):
            inner = tuple(same(a, b) for a, b in zip(inner, found))
        else:
            inner = None
    if not value.items:
        return None  # filled somewhere that was not read, or the program ends here
    if not known or inner is None:
        return None
    # An element that could not be read has the shape of the others, or Python raises.
    first: Dim = count
    return (first, *inner)


def _summed(shape: Shape | None, leaves: _Leaves) -> Array:
    if leaves.strings and not leaves.numbers and not leaves.arrays:
        return Array(Encoding.STRINGS, shape=shape, origin=LITERAL)
    if leaves.strings or leaves.open and not leaves.arrays:
        return Array(shape=shape, origin=LITERAL)
    if leaves.arrays:
        parts = list(leaves.arrays)
        if leaves.numbers:
            parts.append(_of_numbers(None, leaves))
        joined = parts[0]
        for part in parts[1:]:
            joined = facts.join(joined, part)
        if leaves.open:
            joined = Array(origin=LITERAL)
        joined = joined.but(shape=shape)
        # A list of scalars or rows is not encoded as its parts are: look at the whole again.
        return facts.settled(joined.but(encoding=_stacked(joined.encoding, shape)))
    return _of_numbers(shape, leaves)


def _stacked(encoding: Encoding | None, shape: Shape | None) -> Encoding | None:
    if encoding in (Encoding.CONTINUOUS, Encoding.STRINGS):
        return encoding
    if encoding is Encoding.ONE_HOT and shape is not None and len(shape) >= 2:
        return encoding
    return None


def _of_numbers(shape: Shape | None, leaves: _Leaves) -> Array:
    numbers = leaves.numbers
    if not numbers:
        return Array(shape=shape, origin=LITERAL)
    whole = all(number.is_integer() for number in numbers)
    distinct = set(numbers)
    made = Array(
        shape=shape,
        lowest=min(numbers),
        highest=max(numbers),
        integers=whole,
        origin=LITERAL,
    )
    if not whole:
        return made.but(encoding=Encoding.CONTINUOUS)
    width = facts.width(made)
    if distinct <= {0.0, 1.0}:
        if width == 1:
            return made.but(encoding=Encoding.BINARY, classes=2 if len(distinct) == 2 else None)
        if isinstance(width, int) and width > 1 and shape is not None and len(shape) == 2:
            rows = [numbers[i : i + width] for i in range(0, len(numbers), width)]
            single = all(sum(row) == 1.0 for row in rows)
            encoding = Encoding.ONE_HOT if single else Encoding.MULTI_HOT
            return made.but(encoding=encoding, classes=width)
        return made
    if width == 1 and leaves.written_whole and _look_like_classes(distinct, len(numbers)):
        return made.but(encoding=Encoding.INTEGER, classes=len(distinct))
    return made


def _look_like_classes(distinct: set[float], count: int) -> bool:
    """Whole numbers are classes when they repeat and leave no gap; 1, 3, 5, 7 are measurements."""
    if distinct == {-1.0, 1.0}:
        return True
    if len(distinct) > _DISTINCT or count < 2 * len(distinct) or min(distinct) not in (0.0, 1.0):
        return False
    return len(distinct) >= 2 and max(distinct) - min(distinct) == len(distinct) - 1
