"""Parts of arrays, ``x[:100]``, ``x[:, 8]``, ``x[mask]``, and writing into them."""

from __future__ import annotations

from kerlint.program.data import TABLE, Array, Encoding
from kerlint.program.values import Fact, Unknown
from kerlint.reading.arrays import masks, tables, transfer
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
    if value.table is not None:
        found = _of_table(value, flat)
        if found is not None:
            return found
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
    found = _seen(value, shape, flat, whole)
    if value.mask and all(_is_full(i) or _is_ellipsis(i) or _is_new(i) for i in flat):
        return masks.kept(found, value)
    return found


def _is_new(index: AbstractValue) -> bool:
    return isinstance(index, Fact) and index.value is None


def _of_table(value: Array, indices: list[AbstractValue]) -> AbstractValue:
    """A part of a data frame whose columns are known; None: not even its shape is special."""
    table = value.table
    assert table is not None
    if len(indices) == 1 and table.by == tables.FRAME and isinstance(indices[0], Fact):
        names = pandas.names_in(indices[0].value)
        if names:
            return tables.chosen(value, names)
        if isinstance(indices[0].value, (str, int)):
            return table.column(indices[0].value)
    if not indices or any(index.value is None for index in indices if isinstance(index, Fact)):
        return None  # np.newaxis
    if len(indices) > 2 or any(map(_is_ellipsis, indices)):
        return None
    rows = indices[0]
    picked: Array | None = tables.seen(value, _SHOWN.get(table.by, table.by))
    single = False
    if len(indices) == 2:
        if table.by == tables.FRAME:
            return None
        picked, single = _picked(value, indices[1])
    if picked is None or _is_full(rows):
        return picked
    if not isinstance(rows, tuple) and as_integer(rows.value) is not None:
        return None  # a row, or an element
    if single:
        return part(picked, [rows])
    if picked.table is None:
        return None
    return tables.mapped(picked, lambda column: data_of(part(column, [rows])))


_SHOWN = {tables.LABELS: tables.FRAME, tables.PLACES: tables.FRAME}


def _picked(value: Array, index: AbstractValue) -> tuple[Array | None, bool]:
    """The columns that the second index of ``frame.loc`` or ``frame.iloc`` asks for."""
    table = value.table
    assert table is not None
    frame = tables.seen(value, _SHOWN.get(table.by, table.by))
    if isinstance(index, tuple):
        bounds = [as_bound(bound) for bound in index]
        if table.by == tables.LABELS:
            if bounds[2] is not None:
                return None, False
            return tables.between(frame, bounds[0], bounds[1]), False
        if not all(bound is None or as_integer(bound) is not None for bound in bounds):
            return None, False
        return tables.at_places(
            frame, slice(*(b if b is None else as_integer(b) for b in bounds))
        ), False
    wanted = index.value
    if table.by == tables.LABELS:
        if isinstance(wanted, (str, int)) and not isinstance(wanted, bool):
            return table.column(wanted), True
        names = pandas.names_in(wanted)
        return (tables.chosen(frame, names) if names else None), False
    place = as_integer(wanted)
    if place is not None:
        inside = table.complete and -len(table.columns) <= place < len(table.columns)
        return (table.columns[place][1] if inside else None), True
    if isinstance(wanted, ListValue) and wanted.complete:
        places = [as_integer(item.value) for item in wanted.items]
        if places and all(place is not None for place in places):
            return tables.at_places(frame, [place for place in places if place is not None]), False
    return None, False


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


def _sorts(rows: AbstractValue, value: Array) -> bool:
    """Whether rows are chosen in the order of their own values: ``y[np.argsort(y)]``."""
    return (
        isinstance(rows, Array)
        and rows.origin == transfer.SORTING
        and rows.sorted_by_class
        and rows.site == value.site >= 0
        and rows.rank == 1
        and rows.shape == value.shape
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
    if isinstance(rows, Fact) and _sorts(rows.value, value):
        return transfer.shuffled(made).replace(sorted_by_class=True)
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
    if value.table is not None or flat and is_frame(value) and _has_name(flat[-1]):
        return _written_columns(value, given, source, flat, fixed)
    if all(_is_full(index) or _is_ellipsis(index) for index in flat) and flat:
        return transfer.with_encoding(transfer.reshaped(source, shape).replace(origin=value.origin))
    if value.encoding is Encoding.STRINGS:
        return Array(shape=shape, site=value.site)
    if value.origin not in transfer.FILLED:
        # What was there may be gone altogether: nothing is sure but whole numbers.
        whole = True if value.integers and source.integers else None
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


def is_frame(value: Array) -> bool:
    """Whether an array that is indexed with a name is a data frame."""
    return value.rank == 2 or value.rank is None and value.origin.startswith(TABLE)


def _has_name(index: AbstractValue) -> bool:
    if not isinstance(index, Fact):
        return False
    names = pandas.names_in(index.value)
    return isinstance(index.value, str) or bool(names) and isinstance((names or ("",))[0], str)


def _written_columns(
    value: Array, given: AbstractValue, source: Array, indices: list[AbstractValue], fixed: bool
) -> Array:
    """The frame after columns, or parts of them, were set."""
    table = value.table
    by = table.by if table is not None else tables.FRAME
    one = len(indices) == 1 and by == tables.FRAME
    index = indices[-1] if one or len(indices) == 2 and by == tables.LABELS else None
    wanted = index.value if isinstance(index, Fact) else None
    if by == tables.VALUES or not isinstance(index, Fact):
        return _somewhere(value)
    frame = tables.seen(value, tables.FRAME)
    full = one or _is_full(indices[0])
    if isinstance(wanted, (str, int)) and not isinstance(wanted, bool):
        if full:
            return pandas.assigned(frame, wanted, given, source, fixed)
        old = frame.table.column(wanted) if frame.table is not None else None
        if old is None and frame.table is not None and frame.table.complete:
            return tables.blurred(frame)
        rows = frame.shape[0] if frame.shape else None
        changed = written(old or Array(shape=(rows,)), given, indices[:1], fixed)
        return tables.with_column(frame, wanted, changed)
    names = pandas.names_in(wanted)
    if not names or source.rank not in (None, 0, 2):
        return (
            tables.blurred(frame)
            if names or not one or _may_be_names(wanted)
            else (_somewhere(value))
        )
    parts = source.table.columns if source.table is not None else ()
    for place, name in enumerate(names):
        column = parts[place][1] if len(parts) == len(names) else None
        if column is None and source.rank == 2:
            column = tables.part_of(source, source.shape[0] if source.shape else None)
        column = column if column is not None and full else Array()
        frame = pandas.assigned(frame, name, column, column, fixed)
    return frame


def _may_be_names(index: AbstractValue) -> bool:
    """Whether an index of a frame may be a list of names, and not a mask."""
    return not isinstance(index, Array) or index.encoding is Encoding.STRINGS or index.rank is None


def _somewhere(value: Array) -> Array:
    """The table after something was written to some of its rows: its columns stay."""
    table = value.table
    if table is None:
        return Array(shape=value.shape, origin=value.origin, site=value.site)
    count = value.shape[0] if value.shape else None
    columns = [(name, Array(shape=(count,))) for name in table.names()]
    return tables.made(columns, count, value, table.complete)


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
