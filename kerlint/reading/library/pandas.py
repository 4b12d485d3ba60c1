"""pandas: tables are arrays of two axes, a column is an array of one."""

from __future__ import annotations

from collections.abc import Callable

from kerlint.program.data import ANSWERS, TABLE, UNDECIDED, Array, Encoding, column_of
from kerlint.program.values import Fact, Unknown
from kerlint.reading.arrays import tables, transfer
from kerlint.reading.arrays.arguments import CallArguments, data_of
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.arrays.shapes import Dim, Shape
from kerlint.reading.interpreter.values import AbstractValue, DictValue, ListValue
from kerlint.reading.library.numpy import one_of_each, unique

Handler = Callable[[CallArguments], AbstractValue]


def _read(given: CallArguments) -> AbstractValue:
    path = given.value("filepath_or_buffer", 0, None)
    origin = f"{TABLE} in {path}" if isinstance(path, str) else TABLE
    if given.has("squeeze") or given.has("chunksize") or given.has("iterator"):
        return Array(origin=origin)
    made = Array(shape=(None, None), origin=origin)
    names = names_in(given.value("names", None, None))
    if names is None or given.has("usecols") or given.has("index_col"):
        return made
    # What the file has more of in front becomes the index.
    return tables.made(_unknown_columns(names, None, origin), None, made)


def _unknown_columns(
    names: tuple[tables.Name, ...], rows: Dim, origin: str
) -> list[tuple[tables.Name, Array]]:
    return [(name, Array(shape=(rows,), origin=column_of(origin, str(name)))) for name in names]


def names_in(value: AbstractValue) -> tuple[tables.Name, ...] | None:
    """The names of columns in a list that is known to its end; None when they are not known."""
    if not isinstance(value, ListValue) or not value.complete or "set" in value.kind:
        return None
    names: tuple[AbstractValue, ...] = tuple(item.value for item in value.items)
    plain = all(isinstance(name, (str, int)) and not isinstance(name, bool) for name in names)
    return names if plain and len(set(names)) == len(names) else None


def _frame(given: CallArguments) -> AbstractValue:
    """``DataFrame(data, columns=...)``."""
    value = given.value("data", 0, None)
    columns = given.value("columns", 2, None)
    names = names_in(columns)
    nothing = Array(shape=(None, None), origin=TABLE)
    if isinstance(value, DictValue):
        made = _frame_of(value) if value.complete else None
        if made is None or columns is None:
            return made or nothing
        return (names is not None and tables.chosen(made, names)) or nothing
    found = as_array(value)
    if isinstance(value, ListValue) and value.items:
        if isinstance(value.items[0].value, DictValue):
            return nothing
    if found is None or found.rank not in (1, 2):
        if names is not None and value is None or isinstance(value, Unknown) and names is not None:
            return tables.made(_unknown_columns(names, None, TABLE), None, nothing)
        return nothing
    if found.table is not None and found.table.by != tables.VALUES:
        # A frame of a frame: the columns are those that are asked for.
        made = tables.seen(found, tables.FRAME)
        if columns is None:
            return made
        return (names is not None and tables.chosen(made, names)) or nothing
    if found.rank == 1:
        found = transfer.reshaped(found, (*(found.shape or (None,)), 1))
    rows, count = found.shape or (None, None)
    if names is None and columns is None and isinstance(count, int):
        names = tuple(range(count)) if count <= tables.MAX_COLUMNS else None
    if names is None or count is not None and count != len(names):
        return found.replace(table=None, shape=(rows, count if isinstance(count, int) else None))
    return tables.split(found, names, found)


def _frame_of(value: DictValue) -> Array | None:
    """``DataFrame({"a": ..., "b": ...})``."""
    found = [(name, as_array(fact.value)) for name, fact in value.entries.items()]
    sizes = [array.shape[0] for _, array in found if array is not None and array.shape]
    rows = next((size for size in sizes if isinstance(size, int)), sizes[0] if sizes else None)
    columns: list[tuple[tables.Name, Array]] = []
    for name, array in found:
        if array is None or array.shape is None:
            columns.append((name, Array(shape=(rows,), origin=column_of(TABLE, str(name)))))
        elif len(array.shape) > 1:
            return None  # raises
        else:
            columns.append((name, column_for(array, rows)))
    return tables.made(columns, rows, Array(origin=TABLE))


def column_for(array: Array, rows: Dim) -> Array:
    """An array or a number as a column."""
    if array.shape == ():
        return transfer.with_encoding(array.replace(shape=(rows,)))
    return transfer.reshaped(array, array.shape[:1]) if array.shape else array.replace()


def _series(given: CallArguments) -> AbstractValue:
    found = as_array(given.value("data", 0, None))
    return found.replace() if found is not None and found.rank == 1 else Array(shape=(None,))


def _get_dummies(given: CallArguments) -> AbstractValue:
    source = given.array("data")
    made = Array(lowest=0, highest=1, integers=True, origin="get_dummies", site=given.site)
    rows = source.shape[0] if source.shape else None
    if given.value("drop_first", None, False) is not False:
        return made.replace(shape=(rows, None))
    if source.rank == 1:
        return made.replace(
            shape=(rows, transfer.distinct(source)),
            encoding=Encoding.ONE_HOT,
            classes=transfer.distinct(source),
        )
    return _spread_out(given, source) or Array(shape=(rows, None), origin="get_dummies")


def _spread_out(given: CallArguments, source: Array) -> Array | None:
    """``get_dummies(frame)``: some columns become one for each of their values."""
    table = source.table
    if table is None or not table.complete:
        return None
    wanted = given.value("columns", None, None)
    names = names_in(wanted)
    if wanted is not None and names is None:
        return None
    kept: list[tuple[tables.Name, Array]] = []
    count: int | None = 0
    for name, column in table.columns:
        if name in names if names is not None else column.encoding is Encoding.STRINGS:
            number = transfer.distinct(column)
            count = None if count is None or number is None else count + number
        elif names is None and column.encoding is None and column.integers is None:
            return None  # nobody knows whether it has texts
        else:
            kept.append((name, column))
    rows = source.shape[0] if source.shape else None
    first = given.value("drop_first", None, False) is not False
    total = None if count is None or first else count + len(kept)
    made = tables.made(kept, rows, source, complete=False)
    return made.replace(shape=(rows, total), table=made.table)


def _concat(given: CallArguments) -> AbstractValue:
    value = given.value("objs", 0, None)
    axis = given.value("axis", 1, 0)
    if not isinstance(value, ListValue) or not value.complete or not value.items:
        return Array(origin=TABLE)
    parts = [data_of(item.value) for item in value.items]
    ranks = {part.rank for part in parts}
    if axis in (0, "index", "rows"):
        joined = parts[0]
        for other in parts[1:]:
            joined = transfer.join(joined, other)
        shape = None if joined.shape is None else (None, *joined.shape[1:])
        return _on_top(parts) or joined.replace(shape=shape)
    return _side_by_side(parts) or Array(
        shape=(None, None) if None not in ranks else None, origin=TABLE
    )


def _on_top(parts: list[Array]) -> Array | None:
    """Frames with the same columns, one after the other."""
    first = parts[0].table
    columns: list[tuple[tables.Name, Array]] = []
    if first is None or any(part.table is None for part in parts):
        return None
    if any(not p.table.complete or p.table.names() != first.names() for p in parts if p.table):
        return None
    for name in first.names():
        joined = first.column(name)
        for part in parts[1:]:
            other = part.table.column(name) if part.table is not None else None
            joined = transfer.join(joined, other) if joined and other else None
        if joined is None:
            return None
        columns.append((name, joined.replace(shape=(None,), sorted_by_class=False)))
    return tables.made(columns, None, parts[0])


def _side_by_side(parts: list[Array]) -> Array | None:
    """Frames that are joined along their columns."""
    columns: list[tuple[tables.Name, Array]] = []
    for part in parts:
        if part.table is None or not part.table.complete or part.table.by != tables.FRAME:
            return None
        columns += part.table.columns
    names = [name for name, _ in columns]
    if len(set(names)) < len(names):
        return None
    rows = parts[0].shape[0] if parts[0].shape else None
    return tables.made(columns, rows, parts[0])


def _factorize(given: CallArguments) -> AbstractValue:
    return factorized(given, given.array("values"))


def factorized(given: CallArguments, source: Array) -> AbstractValue:
    """The class numbers and the classes they stand for."""
    rows = source.shape[0] if source.shape else None
    count = transfer.distinct(source)
    codes = Array(
        Encoding.BINARY if count == 2 else Encoding.INTEGER,
        (rows,),
        classes=count,
        lowest=0,
        highest=None if count is None else count - 1,
        integers=True,
        origin="factorize",
        site=given.site,
    )
    classes = Array(shape=(count,))
    items = [Fact(codes, given.site), Fact(classes, given.site)]
    return ListValue("tuple", items, True, given.state.unbounded_loops)


def _categorical(given: CallArguments) -> AbstractValue:
    source = given.array("values")
    rows = source.shape[:1] if source.shape else (None,)
    return Array(Encoding.STRINGS, rows, classes=transfer.distinct(source))


def _cut(given: CallArguments) -> AbstractValue:
    """``cut(values, 4, labels=False)``: the number of the interval, or a label for each."""
    source = given.array("x")
    bins, wanted = given.value("bins", 1, given.value("q", None, None)), given.value("labels")
    if given.has("retbins") or source.rank != 1:
        return Unknown("intervals")
    if wanted is False and isinstance(bins, int) and 1 < bins <= _INTERVALS:
        return one_of_each(source, set(range(bins)))
    found = as_array(wanted) if isinstance(wanted, ListValue) and wanted.complete else None
    if found is not None and found.encoding is Encoding.STRINGS:
        return Array(Encoding.STRINGS, source.shape, classes=found.classes, origin="cut")
    return Array(shape=source.shape, integers=True if wanted is False else None, origin="cut")


_INTERVALS = 1000

FUNCTIONS: dict[str, Handler] = {
    "cut": _cut,
    "qcut": _cut,
    "read_csv": _read,
    "read_table": _read,
    "read_excel": _read,
    "read_json": _read,
    "read_parquet": _read,
    "read_hdf": _read,
    "read_pickle": lambda given: Array(),
    "DataFrame": _frame,
    "Series": _series,
    "get_dummies": _get_dummies,
    "concat": _concat,
    "factorize": _factorize,
    "Categorical": _categorical,
    "to_numeric": lambda given: transfer.cast(given.array("arg"), "float"),
    "unique": unique,
}


def replaced(source: Array, mapping: DictValue, everything: bool) -> Array:
    """``series.map({...})`` (``everything``: what is not in it becomes NaN) or ``.replace``."""
    shape = source.shape
    if not mapping.complete or not mapping.entries:
        return Array(shape=shape)
    values = as_array(ListValue("list", list(mapping.entries.values())))
    if values is None or not everything and source.encoding is not Encoding.STRINGS:
        if values is None or not (values.lowest == 0 and values.highest == 1 and values.integers):
            return Array(shape=shape)
        if source.encoding is not None or source.integers is not None:
            return Array(shape=shape)
        # .replace leaves alone what is not named: 0 and 1 only when all texts are.
        return Array(shape=shape, integers=None, origin=ANSWERS)
    made = Array(
        shape=shape,
        lowest=values.lowest,
        highest=values.highest,
        integers=values.integers,
        origin="map",
        site=source.site,
    )
    if values.encoding is Encoding.STRINGS:
        return made.replace(encoding=Encoding.STRINGS)
    texts = all(isinstance(key, str) for key in mapping.entries)
    distinct = {item.value for item in mapping.entries.values() if not _odd(item.value)}
    made = transfer.with_encoding(made)
    if made.encoding is None and texts and made.integers and transfer.width(made) == 1:
        low, high = values.lowest, values.highest
        if low is not None and high is not None and len(distinct) == high - low + 1:
            return made.replace(encoding=Encoding.INTEGER, classes=len(distinct))
        if distinct == {-1, 1}:
            return made.replace(encoding=Encoding.INTEGER, classes=2)
    return made


def _odd(value: AbstractValue) -> bool:
    return not isinstance(value, (int, float))


_METHODS = """
head tail sample dropna fillna drop drop_duplicates sort_values sort_index reset_index
set_index rename interpolate to_numpy as_matrix get_values map apply applymap replace
factorize nunique value_counts groupby merge join isnull isna notnull notna isin eq ne gt lt
ge le describe info plot hist corr pivot pivot_table rolling shift diff pct_change between
iterrows itertuples items pop assign query melt stack unstack to_csv append explode astype
to_list to_frame squeeze sum mean min max std var median mode count abs clip round copy
unique filter agg aggregate transform insert update keys get eval transpose select_dtypes
nlargest nsmallest cumsum any all equals mask where combine_first ffill bfill first last
resample tolist reindex duplicated argmax idxmax argmin idxmin save dump tofile tobytes
searchsorted nonzero diagonal trace take put conj view resize cumprod ptp
"""
METHOD_WORDS = frozenset(_METHODS.split())
"""Names on a table that are methods, so no columns."""


def column(value: Array, name: str) -> AbstractValue:
    """``frame.name``: a column of a table; of a column it is something else."""
    if value.rank == 2:
        return named(value, name, (value.shape or (None,))[:1])
    return Unknown(f"the attribute {name!r} of an array")


def assigned(
    value: Array, name: tables.Name, given: AbstractValue, source: Array, fixed: bool
) -> Array:
    """The table after ``frame["name"] = given``.

    ``fixed``: it is the same in every turn of the loops around it.
    """
    rows = value.shape[0] if value.shape else None
    truth = isinstance(given, Unknown) and given.reason == UNDECIDED
    zero_one = source.integers and (source.lowest, source.highest) == (0, 1)
    if truth or (not fixed and zero_one) or (source.origin == ANSWERS and not zero_one):
        column = Array(shape=(rows,), origin=ANSWERS)
    elif not fixed or source.rank not in (0, 1, 2):
        column = Array(shape=(rows,), origin=column_of(value.origin, str(name)))
    else:
        column = column_for(source, rows)
        if not source.origin and column == Array(shape=column.shape, site=column.site):
            column = column.replace(origin=column_of(value.origin, str(name)))
    return tables.with_column(value, name, column)


def named(value: Array, name: AbstractValue, shape: Shape | None) -> Array:
    """One column of a table, whose name may tell what its values mean."""
    table = value.table
    column = table.column(name) if table is not None else None
    if column is not None:
        return column if shape is None or len(shape) == 1 else column.replace(shape=shape)
    found = transfer.unknown_values(transfer.without_range(value), shape=shape)
    if isinstance(name, str) and (not value.origin or value.origin.startswith(TABLE)):
        return found.replace(origin=column_of(value.origin, name))
    return found
