"""pandas: tables are arrays of two axes, a column is an array of one."""

from __future__ import annotations

from collections.abc import Callable

from kerlint.program.data import ANSWERS, TABLE, UNDECIDED, Array, Encoding, column_of
from kerlint.program.values import Fact, Unknown
from kerlint.reading.arrays import transfer
from kerlint.reading.arrays.arguments import CallArguments, data_of
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.arrays.shapes import Shape
from kerlint.reading.interpreter.values import AbstractValue, DictValue, ListValue
from kerlint.reading.library.numpy import unique

Handler = Callable[[CallArguments], AbstractValue]


def _read(given: CallArguments) -> AbstractValue:
    path = given.value("filepath_or_buffer", 0, None)
    origin = f"{TABLE} in {path}" if isinstance(path, str) else TABLE
    squeezed = given.has("squeeze") or given.has("chunksize") or given.has("iterator")
    return Array(origin=origin) if squeezed else Array(shape=(None, None), origin=origin)


def _frame(given: CallArguments) -> AbstractValue:
    """``DataFrame(data)``. Columns come and go in place, so their number is not kept."""
    value = given.value("data", 0, None)
    found = None if isinstance(value, DictValue) else as_array(value)
    if found is not None and found.shape is not None and len(found.shape) == 2:
        return found.replace(shape=(found.shape[0], None))
    return Array(shape=(None, None), origin=TABLE)


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
    # Of a whole table only the columns of text are spread out.
    return Array(shape=(rows, None), origin="get_dummies")


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
        return joined.replace(shape=shape)
    return Array(shape=(None, None) if None not in ranks else None, origin=TABLE)


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
    return Array(Encoding.STRINGS, source.shape[:1] if source.shape else (None,))


FUNCTIONS: dict[str, Handler] = {
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
argsort searchsorted nonzero diagonal trace take put conj view resize cumprod ptp
"""
METHOD_WORDS = frozenset(_METHODS.split())
"""Names on a table that are methods, so no columns."""


def column(value: Array, name: str) -> AbstractValue:
    """``frame.name``: a column of a table; of a column it is something else."""
    if value.rank == 2:
        return named(value, name, (value.shape or (None,))[:1])
    return Unknown(f"the attribute {name!r} of an array")


def assigned(value: Array, name: str, given: AbstractValue, source: Array) -> Array:
    """The table after ``frame["name"] = given``: whether that column has 0 and 1 is kept."""
    whole = True if value.integers and source.integers else None
    made = Array(shape=value.shape, integers=whole, origin=value.origin, site=value.site)
    truth = isinstance(given, Unknown) and given.reason == UNDECIDED
    zero_one = source.integers and (source.lowest, source.highest) == (0, 1)
    if truth or zero_one or ANSWERS in source.origin:
        return made.replace(origin=f"{value.origin}{_HAS_ANSWERS} {name!r}")
    return made.replace(origin=value.origin.replace(f"{_HAS_ANSWERS} {name!r}", ""))


_HAS_ANSWERS = ", with 0 and 1 in"


def named(value: Array, name: AbstractValue, shape: Shape | None) -> Array:
    """One column of a table, whose name may tell what its values mean."""
    found = transfer.unknown_values(transfer.without_range(value), shape=shape)
    if f"{_HAS_ANSWERS} {name!r}" in value.origin:
        return found.replace(origin=ANSWERS)
    if isinstance(name, str) and (not value.origin or value.origin.startswith(TABLE)):
        return found.replace(origin=column_of(value.origin, name))
    return found
