"""Data frames: tables that know their columns by name, each an array of its own.

Nothing is kept that another turn of a loop could change: a column that is named in the text is
there after every turn, and one that is dropped twice raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kerlint.program.data import ANSWERS, Array, Encoding, Table
from kerlint.reading.arrays import transfer
from kerlint.reading.arrays.shapes import Dim

Name = str | int
Column = tuple[Name, Array]

MAX_COLUMNS = 128  # of a table whose columns are followed one by one


def made(columns: Iterable[Column], rows: Dim, like: Array, complete: bool = True) -> Array:
    """A data frame with these columns; ``complete``: and no others."""
    held = tuple(columns)
    base = Array(shape=(rows, None), origin=like.origin, site=like.site)
    if len(held) > MAX_COLUMNS:
        return base.replace(shape=(rows, len(held) if complete else None))
    table = Table(held, complete)
    if not complete:
        return base.replace(table=table)
    return _whole(held, rows, base).replace(table=table)


def _whole(columns: tuple[Column, ...], rows: Dim, like: Array) -> Array:
    """What holds of the values of all columns."""
    if not columns:
        return like.replace(shape=(rows, 0))
    joined = columns[0][1]
    for _, column in columns[1:]:
        joined = transfer.join(joined, column)
    real = joined.encoding is Encoding.CONTINUOUS and joined.integers is False
    return joined.replace(
        encoding=Encoding.CONTINUOUS if real else None,
        classes=None,
        raw_pixels=False,
        sorted_by_class=False,
        padded="",
        shape=(rows, len(columns)),
        origin=like.origin,
        site=like.site,
    )


def split(source: Array, names: tuple[Name, ...], like: Array) -> Array:
    """A frame made of an array whose columns get these names."""
    rows = source.shape[0] if source.shape else None
    column = part_of(source, rows)
    frame = source.replace(origin=like.origin, site=like.site, shape=(rows, len(names)))
    if len(names) > MAX_COLUMNS:
        return frame
    columns = source.table.columns if source.table is not None and source.table.complete else ()
    if len(columns) == len(names):
        held = tuple((name, each) for name, (_, each) in zip(names, columns))
    else:
        held = tuple((name, column.replace()) for name in names)
    return frame.replace(table=Table(held, True))


def part_of(source: Array, rows: Dim) -> Array:
    """Any one column of an array of two axes of which only the whole is known."""
    made = transfer.reshaped(source, (rows,))
    if source.raw_pixels or transfer.is_random(source):
        return made.replace(origin=source.origin)
    return transfer.without_range(made).replace(origin=source.origin)


def mapped(value: Array, change: Callable[[Array], Array]) -> Array:
    """The frame with every column changed, such as for some of its rows."""
    table = value.table
    assert table is not None
    columns = [(name, change(column)) for name, column in table.columns]
    rows = change(Array(shape=(value.shape[0] if value.shape else None,))).shape
    frame = made(columns, rows[0] if rows else None, value, table.complete)
    return _as_kept(frame, value)


def _as_kept(frame: Array, value: Array) -> Array:
    """A frame that is looked at in the same way as another one: ``frame.values``."""
    if frame.table is None or value.table is None or value.table.by == frame.table.by:
        return frame
    return seen(frame, value.table.by)


def seen(value: Array, by: str) -> Array:
    """The table with its columns asked for in another way."""
    table = value.table
    if table is None or table.by == by:
        return value.replace()
    return value.replace(table=Table(table.columns, table.complete, by))


def plain(value: Array) -> Array:
    """The array that ``frame.values`` is."""
    if value.table is None or not value.table.complete:
        return value.replace(table=None)
    return seen(value, VALUES)


def chosen(value: Array, names: Iterable[object]) -> Array | None:
    """Some columns by their names; None when not all of them are known."""
    table = value.table
    if table is None:
        return None
    found: list[Column] = []
    for name in names:
        column = table.column(name)
        if column is None or not isinstance(name, (str, int)):
            return None
        found.append((name, column))
    return made(found, _rows(value), value)


def without(value: Array, names: Iterable[object]) -> Array:
    """The frame without these columns, which it had."""
    gone = set(names)
    rows = _rows(value)
    count = value.shape[1] if value.shape is not None and len(value.shape) == 2 else None
    table = value.table
    left = count - len(gone) if isinstance(count, int) and count >= len(gone) else None
    if table is None:
        return transfer.unknown_values(value, shape=(rows, left))
    if table.complete:
        # One that is not there raises, or is passed over.
        return made([c for c in table.columns if c[0] not in gone], rows, value)
    frame = made([c for c in table.columns if c[0] not in gone], rows, value, complete=False)
    return frame.replace(shape=(rows, left), table=frame.table)


def with_column(value: Array, name: Name, column: Array, place: int | None = None) -> Array:
    """The frame after ``frame[name] = column``."""
    table = value.table or Table()
    rows = _rows(value)
    if rows is None and column.shape:
        rows = column.shape[0]
    columns = list(table.columns)
    at = next((i for i, (word, _) in enumerate(columns) if word == name), None)
    count = value.shape[1] if value.shape is not None and len(value.shape) == 2 else None
    if at is not None:
        columns[at] = (name, column)
    elif place is not None and table.complete:
        columns.insert(min(place, len(columns)), (name, column))
        count = None
    else:
        columns.append((name, column))
        count = None  # it may have been there
    frame = made(columns, rows, value, table.complete)
    if table.complete or count is None:
        return frame
    return frame.replace(shape=(rows, count), table=frame.table)


def renamed(value: Array, names: dict[Name, Name]) -> Array:
    """``frame.rename(columns={...})``."""
    table = value.table
    if table is None:
        return value.replace()
    columns = tuple((names.get(name, name), column) for name, column in table.columns)
    return value.replace(table=table.replace(columns))


def unnamed(value: Array, names: tuple[Name, ...] | None) -> Array:
    """``frame.columns = [...]``: other names in the same order."""
    table = value.table
    if names is not None and table is not None and table.complete:
        if len(names) == len(table.columns):
            columns = zip(names, (column for _, column in table.columns))
            return value.replace(table=table.replace(columns))
    if names is not None and table is None and value.rank == 2:
        return split(value, names, value)
    return value.replace(table=None)


def blurred(value: Array) -> Array:
    """The frame after columns of unknown names were set: what was 0 and 1 may still be."""
    rows = _rows(value)
    answers: list[Column] = []
    for name, column in value.table.columns if value.table is not None else ():
        zero_one = column.integers and (column.lowest, column.highest) == (0, 1)
        if zero_one or column.origin == ANSWERS:
            answers.append((name, Array(shape=column.shape, origin=ANSWERS)))
    return made(answers, rows, value, complete=False)


def held(value: Array, old: Array) -> Array:
    """The frame after one of its columns was changed through another name."""
    table = value.table
    if table is None or all(column is not old for _, column in table.columns):
        return value
    blank = Array(shape=old.shape)
    columns = [(name, blank if column is old else column) for name, column in table.columns]
    return _as_kept(made(columns, _rows(value), value, table.complete), value)


def at_places(value: Array, places: slice | list[int]) -> Array | None:
    """``frame.iloc[:, places]``; None when the columns are not all known."""
    table = value.table
    if table is None or not table.complete:
        return None
    try:
        columns = (
            table.columns[places]
            if isinstance(places, slice)
            else tuple(table.columns[place] for place in places)
        )
    except (IndexError, ValueError):
        return None
    return _as_kept(made(columns, _rows(value), value), value)


def between(value: Array, first: object, last: object) -> Array | None:
    """``frame.loc[:, "a":"c"]``, the last one too."""
    table = value.table
    if table is None or not table.complete:
        return None
    names = table.names()
    try:
        low = 0 if first is None else names.index(first)
        high = len(names) - 1 if last is None else names.index(last)
    except ValueError:
        return None
    return made(table.columns[low : high + 1], _rows(value), value)


def _rows(value: Array) -> Dim:
    return value.shape[0] if value.shape else None


FRAME = "name"
"""``frame[...]``: one index is a name, or the rows."""
LABELS = "loc"
"""``frame.loc[rows, names]``."""
PLACES = "iloc"
"""``frame.iloc[rows, places]``."""
VALUES = "values"
"""``frame.values[rows, places]``, an array without names."""
