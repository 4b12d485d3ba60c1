"""Parts of arrays, ``x[:100]``, ``x[:, 8]``, ``x[mask]``, and writing into them."""

from __future__ import annotations

from kerlint.program.data import Array, Encoding
from kerlint.program.values import Fact, Unknown
from kerlint.reading.arrays import transfer
from kerlint.reading.arrays.arguments import as_integer, data_of
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.arrays.shapes import Dim, Shape, sliced
from kerlint.reading.interpreter.values import AbstractValue, ListValue, QualifiedName
from kerlint.reading.library import pandas

_FEW = 16  # samples that need not be like the rest
_SMALL = 64  # literal arrays of fewer samples are told apart by their rows


def part(value: Array, indices: list[AbstractValue]) -> AbstractValue:
    """``array[...]``: each index a ``Fact``, or a tuple of three (``Fact`` or None) for a slice."""
    flat = _flatten(indices)
    if any(isinstance(index, Fact) and isinstance(index.value, str) for index in flat):
        return _column(value, flat)
    names = flat[0].value if len(flat) == 1 and isinstance(flat[0], Fact) else None
    if isinstance(names, ListValue) and any(isinstance(item.value, str) for item in names.items):
        if value.shape is None or len(value.shape) != 2:
            return Array(origin=value.origin, site=value.site)
        count = len(names.items) if names.complete else None
        if count == 1:
            return pandas.named(value, names.items[0].value, (value.shape[0], 1))
        return transfer.unknown_values(transfer.without_range(value), shape=(value.shape[0], count))
    shape, whole = _walk(value, flat)
    if shape == () and len(flat) == 1 and value.shape is not None:
        element = transfer.constant(value)
        if element is not None:
            return int(element) if value.integers else element
    return _seen(value, shape, flat, whole)


def copies(indices: list[AbstractValue]) -> bool:
    """Whether an array is indexed with a mask or a list, which copies what it takes."""
    for index in _flatten(indices):
        value = index.value if isinstance(index, Fact) else None
        if isinstance(value, ListValue) and value.kind == "list":
            return True
        if isinstance(value, Array) and value.shape:
            return True
    return False


def _flatten(indices: list[AbstractValue]) -> list[AbstractValue]:
    """Read ``x[a, b]`` and ``x[(a, b)]`` alike, and ``np.newaxis`` as the None that it is."""
    if len(indices) == 1 and isinstance(indices[0], Fact):
        value = indices[0].value
        if isinstance(value, ListValue) and value.kind == "tuple" and value.complete:
            indices = list(value.items)
    return [_unnamed(index) for index in indices]


def _unnamed(index: AbstractValue) -> AbstractValue:
    if isinstance(index, Fact) and isinstance(index.value, QualifiedName):
        if index.value.dotted.endswith(".newaxis"):
            return Fact(None, index.site)
    return index


def _column(value: Array, indices: list[AbstractValue]) -> AbstractValue:
    """``frame["a"]`` is one column; ``archive["x"]`` of a file is anything."""
    if value.shape is not None and len(value.shape) == 2:
        # ``frame["a"]``, ``frame.loc[:, "a"]``
        if len(indices) == 1 and isinstance(indices[0], Fact):
            return pandas.named(value, indices[0].value, value.shape[:1])
        if len(indices) == 2 and _is_full(indices[0]) and isinstance(indices[1], Fact):
            return pandas.named(value, indices[1].value, value.shape[:1])
    return Array(origin=value.origin, site=value.site)


def _is_full(index: AbstractValue) -> bool:
    if not isinstance(index, tuple):
        return False
    low, high, step = (as_bound(bound) for bound in index)
    return low is None and high is None and (step is None or step == 1)


def as_bound(bound: Fact | None) -> AbstractValue:
    """A bound of a slice: None when left out or written None."""
    return None if bound is None else bound.value


def _length(size: Dim, index: AbstractValue, first: bool) -> Dim:
    bounds: list[int | None] = []
    for bound in index:
        value = as_bound(bound)
        if value is None:
            bounds.append(None)
            continue
        number = as_integer(value)
        if number is None:
            only_high = index[0] is None and index[2] is None and isinstance(value, Unknown)
            return value if only_high and value.symbol and not first else None
        bounds.append(number)
    return sliced(size, bounds[0], bounds[1], bounds[2], first)


def _walk(value: Array, indices: list[AbstractValue]) -> tuple[Shape | None, bool]:
    """The shape of a part, and whether whole samples (all their columns) are in it."""
    shape = value.shape
    consumed = 0
    for index in indices:
        if isinstance(index, Fact) and (index.value is None or _is_ellipsis(index)):
            continue
        consumed += 1
    explicit = any(isinstance(index, Fact) and _is_ellipsis(index) for index in indices)
    if shape is None:
        return _walk_unknown(indices), all(_is_full(index) for index in indices[1:])
    if consumed > len(shape):
        return None, False
    result: list[Dim] = []
    rest = list(shape)
    whole = True
    place = 0
    joint = 0  # arrays as indices are walked together and give their axes once
    for index in indices:
        if isinstance(index, tuple):
            first = place == 0
            result.append(_length(rest.pop(0), index, first))
            whole = whole and (first or _is_full(index))
            place += 1
            continue
        if _is_ellipsis(index):
            left = len(shape) - consumed
            result.extend(rest[:left])
            rest = rest[left:]
            place += left
            continue
        if index.value is None:
            result.append(1)
            continue
        whole = whole and place == 0
        chosen = as_array(index.value)
        rest.pop(0)
        place += 1
        if as_integer(index.value) is not None:
            continue
        if chosen is None or chosen.shape is None:
            return None, whole
        if joint:
            joint += 1
            if len(chosen.shape) > 1:
                return None, whole
            continue
        mask_like = chosen.lowest in (0, None) and chosen.highest in (1, None)
        if len(chosen.shape) > 1 and mask_like:
            return None, whole
        if mask_like and chosen.encoding is Encoding.BINARY:
            result.extend([None] * len(chosen.shape))
        else:
            result.extend(chosen.shape)
        joint += 1
    if not explicit or rest:
        result.extend(rest)
    return tuple(result), whole


def _walk_unknown(indices: list[AbstractValue]) -> Shape | None:
    """A rank can be told from ``x[:, 0:8]`` only for tables: two indices, at least one a slice."""
    return None


def _is_ellipsis(index: AbstractValue) -> bool:
    return (
        isinstance(index, Fact)
        and isinstance(index.value, QualifiedName)
        and index.value.dotted == "builtins.Ellipsis"
    )


def _seen(value: Array, shape: Shape | None, indices: list[AbstractValue], whole: bool) -> Array:
    """What the part's values are, now that its shape is known."""
    made = transfer.reshaped(value, shape)
    if transfer.constant(value) is not None:
        return made
    rows = indices[0] if indices else None
    opened = isinstance(rows, Fact) and (rows.value is None or _is_ellipsis(rows))
    takes_rows = rows is not None and not opened and not _is_full(rows)
    if value.encoding is Encoding.ONE_HOT and isinstance(rows, Fact) and len(indices) == 1:
        # One row for each class number: np.eye(10)[labels].
        chosen = as_array(rows.value)
        if chosen is None or chosen.shape != () and not _may_be_table_of_truth(chosen):
            in_blocks = chosen is not None and chosen.sorted_by_class
            return value.replace(shape=shape, sorted_by_class=in_blocks)
    if not whole:
        if value.raw_pixels or value.origin.startswith("numpy.random"):
            return made
        made = transfer.without_range(made)
        if value.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT) and value.shape is not None:
            made = made.replace(encoding=None)
            return transfer.with_encoding(made.replace(lowest=0, highest=1, integers=True))
        if _zero_one(value):
            return transfer.with_encoding(made.replace(encoding=None, lowest=0, highest=1))
        return made
    if not takes_rows:
        return made.replace()
    contiguous = isinstance(rows, tuple)
    small = (
        _few(value) or (isinstance(rows, Fact) and _by_value(rows)) or _few_left(shape)
    ) and not value.raw_pixels
    single = shape is not None and value.shape is not None and len(shape) < len(value.shape)
    if (contiguous and value.origin in transfer.ORDERED) or small or single:
        kept = transfer.without_range(made)
        if _zero_one(value):
            kept = kept.replace(lowest=0, highest=1)
        if single:
            kept = kept.replace(encoding=None, integers=True if kept.integers else None)
        elif made.encoding is Encoding.ONE_HOT:
            kept = kept.replace(
                encoding=Encoding.ONE_HOT, classes=value.classes, lowest=0, highest=1
            )
        return kept
    return made if contiguous else transfer.shuffled(made)


def _may_be_table_of_truth(chosen: Array) -> bool:
    rank = chosen.rank
    return (rank is None or rank > 1) and chosen.lowest in (0, None) and chosen.highest in (1, None)


def _by_value(rows: Fact) -> bool:
    """Whether rows are chosen by a condition, which may be one on these very values."""
    chosen = as_array(rows.value)
    if chosen is None:
        return isinstance(rows.value, Unknown)  # ``np.where(y < 3)`` and the like
    items = rows.value.items if isinstance(rows.value, ListValue) else ()
    if any(isinstance(item.value, Unknown) for item in items):
        return True
    return chosen.encoding is Encoding.BINARY or _zero_one(chosen) or not chosen.origin


def _few_left(shape: Shape | None) -> bool:
    return bool(shape) and shape is not None and isinstance(shape[0], int) and shape[0] < _FEW


def _few(value: Array) -> bool:
    if not value.shape:
        return True
    size = value.shape[0]
    return isinstance(size, int) and size < _SMALL and value.origin in transfer.ORDERED


def _zero_one(value: Array) -> bool:
    return bool(value.integers and value.lowest in (0, 1) and value.highest in (0, 1))


def written(value: Array, given: AbstractValue, indices: list[AbstractValue], fixed: bool) -> Array:
    """The array after ``array[indices] = given``.

    ``fixed``: the given value is the same in every turn of the loops around it.
    """
    source = data_of(given) if fixed else Array()
    if isinstance(given, Array):
        source = given
    shape = value.shape
    flat = _flatten(indices)
    if all(_is_full(index) or _is_ellipsis(index) for index in flat) and flat:
        return transfer.with_encoding(transfer.reshaped(source, shape).replace(origin=value.origin))
    if value.encoding is Encoding.STRINGS:
        return Array(shape=shape, site=value.site)
    if value.origin not in transfer.FILLED:
        # What was there may be gone altogether: nothing is sure but whole numbers.
        whole = True if value.integers and source.integers else None
        if len(flat) == 1 and isinstance(flat[0], Fact) and isinstance(flat[0].value, str):
            return pandas.assigned(value, flat[0].value, given, source)
        return Array(shape=shape, integers=whole, origin=value.origin, site=value.site)
    if (
        transfer.constant(value) == 0
        and transfer.constant(source) == 1
        and _one_per_row(value, flat)
    ):
        width = value.shape[-1] if value.shape else None
        return value.replace(
            encoding=Encoding.ONE_HOT,
            highest=1,
            integers=True,
            classes=width if isinstance(width, int) else None,
        )
    base = value.replace(encoding=None, classes=None)
    joined = transfer.join(base, source.replace(encoding=None, classes=None, shape=shape))
    placeholder = transfer.constant(value)
    if placeholder not in (None, 0, 1):
        # ``np.full(n, -1)``: nothing says that a -1 is left when all is written.
        low, high = joined.lowest, joined.highest
        joined = joined.replace(
            lowest=None if low == placeholder else low,
            highest=None if high == placeholder else high,
        )
    if joined.integers is False:
        joined = joined.replace(encoding=Encoding.CONTINUOUS)
    blocks = _in_blocks(value, transfer.constant(source), flat)
    return joined.replace(
        shape=shape,
        origin=value.origin,
        site=value.site,
        sorted_by_class=blocks,
    )


def _in_blocks(value: Array, number: float | None, indices: list[AbstractValue]) -> bool:
    """Whether labels are written block by block: ``y[500:] = 1`` where all were 0."""
    rows = indices[0] if len(indices) == 1 else None
    if not isinstance(rows, tuple) or number is None or transfer.width(value) != 1:
        return False
    if not value.integers or as_bound(rows[2]) not in (None, 1):
        return False
    before = transfer.constant(value)
    if before is not None:
        return before != number
    return value.sorted_by_class and value.highest is not None and number >= value.highest


def _one_per_row(value: Array, indices: list[AbstractValue]) -> bool:
    """``y[np.arange(n), labels] = 1`` on a table of zeros."""
    if value.shape is None or len(value.shape) != 2 or len(indices) != 2:
        return False
    rows, columns = indices
    return (
        isinstance(rows, Fact)
        and isinstance(rows.value, Array)
        and rows.value.origin == "numpy.arange"
        and isinstance(columns, Fact)
        and as_integer(columns.value) is None
    )
