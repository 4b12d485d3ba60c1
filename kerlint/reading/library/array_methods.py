"""Methods and attributes of arrays, tables and columns."""

from __future__ import annotations

from collections.abc import Callable

from kerlint.program.data import ANSWERS, UNDECIDED, Array, Encoding
from kerlint.program.values import Fact, Unknown
from kerlint.reading.arrays import masks, shapes, tables, transfer
from kerlint.reading.arrays.arguments import (
    CallArguments,
    as_dim,
    as_number,
    as_shape,
    data_of,
    dtype_of,
)
from kerlint.reading.arrays.shapes import Dim
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    DictValue,
    Function,
    ListValue,
)
from kerlint.reading.library import numpy, pandas
from kerlint.reading.syntax import tree as syntax

Method = Callable[[Array, CallArguments], AbstractValue]


def _reshape(value: Array, given: CallArguments) -> AbstractValue:
    written = given.args.positional
    if given.has("shape") or given.has("newshape"):
        wanted = as_shape(given.value("shape", None, given.value("newshape", None, None)))
    elif len(written) == 1:
        wanted = as_shape(written[0].value)
    else:
        dims: list[Dim] = []
        for fact in written:
            found = as_shape(fact.value)
            dims.append(found[0] if found is not None and len(found) == 1 else as_dim(fact.value))
        wanted = tuple(dims) if dims else None
    return transfer.reshaped(value, shapes.reshape(value.shape, wanted))


def _astype(value: Array, given: CallArguments) -> AbstractValue:
    wanted = given.value("dtype", 0)
    if isinstance(wanted, DictValue):  # of some columns each
        return _by_name(value, wanted)
    kind = dtype_of(wanted)
    if kind == "category":
        return value.replace()
    return masks.kept(_for_columns(value, lambda column: transfer.cast(column, kind)), value)


def _by_name(value: Array, kinds: DictValue) -> Array:
    """``frame.astype({"name": int})``."""
    if value.table is None or not kinds.complete:
        return Array(shape=value.shape, origin=value.origin, site=value.site)
    made = value
    for name, fact in kinds.entries.items():
        column = value.table.column(name)
        if column is not None:
            made = tables.with_column(made, name, transfer.cast(column, dtype_of(fact.value)))
    return made


def _transpose(value: Array, given: CallArguments) -> AbstractValue:
    if len(given.args.positional) > 1:
        return numpy.transposed(
            value,
            ListValue("tuple", list(given.args.positional), True, given.state.unbounded_loops),
        )
    return numpy.transposed(value, given.value("axes", 0, None))


def _swapaxes(value: Array, given: CallArguments) -> AbstractValue:
    inner = numpy.FUNCTIONS["swapaxes"]
    return inner(_before(value, given))


def _before(value: Array, given: CallArguments) -> CallArguments:
    """The same call with the array as its first argument, as the functions of numpy have it."""
    args = given.args
    first = Fact(value, given.site)
    return CallArguments(
        given.state, Arguments([first, *args.positional], args.keywords, args.partial), given.site
    )


def _function(word: str) -> Method:
    def call(value: Array, given: CallArguments) -> AbstractValue:
        return numpy.FUNCTIONS[word](_before(value, given))

    return call


def _reduction(kind: str) -> Method:
    return lambda value, given: numpy.reduction(given, kind, value, 0)


def _squeeze(value: Array, given: CallArguments) -> AbstractValue:
    return transfer.reshaped(value, shapes.squeeze(value.shape, given.integer("axis", 0)))


def _flatten(value: Array, given: CallArguments) -> AbstractValue:
    return numpy.flat(value)


def _same(value: Array, given: CallArguments) -> AbstractValue:
    return value.replace()


def _plain(value: Array, given: CallArguments) -> AbstractValue:
    return tables.plain(value)


def _rows(value: Array, given: CallArguments) -> AbstractValue:
    """Some of the rows, or all of them in another order."""
    return _for_columns(value, transfer.subset)


def _for_columns(value: Array, change: Callable[[Array], Array]) -> Array:
    return change(value) if value.table is None else tables.mapped(value, change)


def _queried(value: Array, given: CallArguments) -> AbstractValue:
    """``query``: perhaps not rows of every class."""
    return _for_columns(value, lambda column: transfer.without_range(transfer.subset(column)))


def _without_missing(value: Array, given: CallArguments) -> AbstractValue:
    if given.value("axis", 0, 0) not in (0, "index", "rows"):
        shape = value.shape
        return Array(shape=shape and (*shape[:1], None), origin=value.origin, site=value.site)
    return _rows(value, given)


def _sorted(value: Array, given: CallArguments) -> AbstractValue:
    """``sort_values("label")``: what has few different values is in blocks then."""
    by = given.value("by", 0, None)
    first = by
    if isinstance(by, ListValue) and by.items:
        first = by.items[0].value
    made = _rows(value, given)
    if isinstance(made, Array) and made.rank == 1:
        return _in_blocks(made)
    if not isinstance(made, Array) or made.rank != 2 or not isinstance(first, (str, int)):
        return made
    column = pandas.named(made, first, (made.shape or (None,))[:1])
    if made.table is not None and made.table.complete and made.table.column(first) is None:
        return made
    return tables.with_column(made, first, _in_blocks(column))


def _in_blocks(column: Array) -> Array:
    """Labels after they were sorted; numbers that are not classes are not in blocks."""
    if column.encoding is Encoding.CONTINUOUS or column.integers is False:
        return column
    return column.replace(sorted_by_class=True)


def _reset(value: Array, given: CallArguments) -> AbstractValue:
    """``reset_index``: the rows stay; without ``drop`` there is one column more."""
    if given.value("drop", 1, False) is True or value.rank != 2:
        return value.replace()
    shape = value.shape or (None, None)
    if value.table is None or not value.table.complete:
        return value.replace(shape=(shape[0], None))
    index = Array(shape=shape[:1])
    return tables.with_column(value, "index", index, 0)


def _indexed(value: Array, given: CallArguments) -> AbstractValue:
    """``set_index("id")``: one column less."""
    names = _names(given.value("keys", 0, None))
    if names is None or given.has("drop") or given.has("append"):
        return Array(shape=value.shape and (*value.shape[:1], None), origin=value.origin)
    return tables.without(value, names)


def _names(value: AbstractValue) -> tuple[tables.Name, ...] | None:
    """One name, or a list of names."""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return (value,)
    return pandas.names_in(value)


def _renamed(value: Array, given: CallArguments) -> AbstractValue:
    columns = given.value("columns", None, None)
    if not isinstance(columns, DictValue):
        axis = given.value("axis", None, 0)
        return value.replace(table=None) if given.has("columns") or axis else value.replace()
    names: dict[tables.Name, tables.Name] = {}
    for word, fact in columns.entries.items():
        if not columns.complete or not isinstance(fact.value, (str, int)):
            return value.replace(table=None)
        names[word] = fact.value
    return tables.renamed(value, names)


def _with_columns(value: Array, given: CallArguments) -> AbstractValue:
    """``frame.assign(name=values)``."""
    made: Array = value
    for name, fact in given.args.named().items():
        source = data_of(fact.value) if not isinstance(fact.value, Function) else Array()
        made = pandas.assigned(made, name, fact.value, source, True)
    return made


def _selected(value: Array, given: CallArguments) -> AbstractValue:
    """Some columns, nobody knows which."""
    shape = value.shape
    return Array(shape=shape and (*shape[:1], None), origin=value.origin, site=value.site)


def _mapped(value: Array, given: CallArguments) -> AbstractValue:
    first = given.value("arg", 0, given.value("func", None, None))
    if isinstance(first, DictValue):
        return pandas.replaced(value, first, True)
    if isinstance(first, Function) and value.rank == 1:
        return _through(first, value, given)
    return Array(shape=value.shape if value.rank == 1 else None)


def _through(function: Function, value: Array, given: CallArguments) -> AbstractValue:
    """A function of the user on each element: only what it returns for any element is known."""
    numbers = _returned(function.node)
    if numbers:
        return numpy.one_of_each(value, numbers)
    node = given.state.sites.node(given.site)
    element = Fact(Unknown("an element of a column", given.site), given.site)
    made = given.state.interpreter.call(
        given.state, Fact(function, given.site), Arguments([element], []), node
    ).value
    if isinstance(made, Array) and made.shape == ():
        return made.replace(shape=value.shape)
    if isinstance(made, ListValue) and made.complete and len(made.items) == 1:
        return Array(shape=(*(value.shape or (None,)), 1))  # ``lambda label: [label]``
    if isinstance(made, Unknown) and made.reason == UNDECIDED or made in (0, 1):
        return Array(shape=value.shape, origin=ANSWERS)
    return Array(shape=value.shape)


def _returned(node: syntax.FunctionDef | syntax.Lambda) -> set[int] | None:
    """The whole numbers of which a function returns one or another, written in its text.

    ``lambda value: 1 if value > 3 else 0``; None for a function that returns anything else.
    """
    pending: list[syntax.Node | None] = [node.body]
    found: set[int] = set()
    while pending:
        inner = pending.pop()
        if isinstance(inner, syntax.IfExp):
            pending += [inner.body, inner.orelse]
        elif isinstance(inner, syntax.If):
            if inner.orelse is None:
                return None
            pending += [inner.body, inner.orelse]
        elif isinstance(inner, (syntax.Else, syntax.IndentedBlock, syntax.SimpleStatementLine)):
            body = [inner.body] if isinstance(inner, syntax.Else) else [*inner.body]
            if len(body) == 2 and isinstance(body[0], syntax.If) and body[0].orelse is None:
                pending += [body[0].body, body[1]]  # ``if ...: return 1`` and ``return 0``
            elif len(body) == 1:
                pending.append(body[0])
            else:
                return None
        elif isinstance(inner, syntax.Return):
            pending.append(inner.value)
        elif isinstance(inner, syntax.Integer):
            found.add(inner.value)
        elif isinstance(inner, syntax.UnaryOperation) and isinstance(inner.operator, syntax.Minus):
            if not isinstance(inner.expression, syntax.Integer):
                return None
            found.add(-inner.expression.value)
        else:
            return None
    return found if len(found) > 1 else None


def _replaced(value: Array, given: CallArguments) -> AbstractValue:
    first = given.value("to_replace", 0, None)
    if isinstance(first, DictValue):
        return pandas.replaced(value, first, False)
    return Array(shape=value.shape)


def _dropped(value: Array, given: CallArguments) -> AbstractValue:
    """``frame.drop("y", axis=1)``: fewer columns."""
    if value.shape is None or len(value.shape) != 2:
        return transfer.subset(value)
    axis = given.value("axis", 1, 0)
    gone = given.value("columns", None, None)
    if axis not in (1, "columns") and gone is None:
        return _for_columns(value, transfer.subset)
    names = _names(gone if gone is not None else given.value("labels", 0, None))
    if names is None or given.value("errors", None, "raise") != "raise" and value.table is None:
        return _selected(value, given)
    return tables.without(value, names)


def _popped(value: Array, given: CallArguments) -> AbstractValue:
    name = given.value("item", 0, None)
    return pandas.column(value, name if isinstance(name, str) else "")


def _item_or_column(value: Array, given: CallArguments) -> AbstractValue:
    """``frame.get("name")``."""
    name = given.value("key", 0, None)
    if value.table is None or not isinstance(name, (str, int)):
        return Unknown("the result of .get()")
    return pandas.named(value, name, (value.shape or (None,))[:1])


def _isin(value: Array, given: CallArguments) -> AbstractValue:
    return transfer.truth(value.shape, "a comparison")


def _compared(value: Array, given: CallArguments) -> AbstractValue:
    return transfer.compared(value, given.array("other"))


def _clip(value: Array, given: CallArguments) -> AbstractValue:
    low = given.value("min", 0, given.value("lower", None, given.value("a_min")))
    high = given.value("max", 1, given.value("upper", None, given.value("a_max")))
    return transfer.clipped(value, as_number(low), as_number(high))


def _nunique(value: Array, given: CallArguments) -> AbstractValue:
    count = transfer.distinct(value)
    return count if count is not None else Unknown("the number of distinct values")


def _unique(value: Array, given: CallArguments) -> AbstractValue:
    return numpy.unique(_before(value, given))


def _factorize(value: Array, given: CallArguments) -> AbstractValue:
    return pandas.factorized(given, value)


def _filled(value: Array, given: CallArguments) -> AbstractValue:
    """``fillna``: the kind of numbers stays."""

    def filled(column: Array) -> Array:
        if column.encoding is None:
            return column.replace(lowest=None, highest=None)
        return column.replace()

    return _for_columns(value, filled)


def _tolist(value: Array, given: CallArguments) -> AbstractValue:
    return value.replace(site=given.site, table=None, listed=value.rank != 0)


def _item(value: Array, given: CallArguments) -> AbstractValue:
    number = transfer.constant(value)
    if number is not None:
        return int(number) if value.integers else number
    return Unknown("one element of an array")


def _dot(value: Array, given: CallArguments) -> AbstractValue:
    return numpy.multiplied(value, given.array("b", "other"))


def _repeat(value: Array, given: CallArguments) -> AbstractValue:
    return numpy.FUNCTIONS["repeat"](_before(value, given))


def _in_place(value: Array, given: CallArguments) -> AbstractValue:
    return None


ACCESSORS = {
    "at": tables.LABELS,
    "iat": tables.PLACES,
    "iloc": tables.PLACES,
    "loc": tables.LABELS,
}
"""Attributes of frames and columns that are indexed, and how."""

METHODS: dict[str, Method] = {
    "reshape": _reshape,
    "astype": _astype,
    "transpose": _transpose,
    "swapaxes": _swapaxes,
    "squeeze": _squeeze,
    "flatten": _flatten,
    "ravel": _flatten,
    "copy": _same,
    "numpy": _same,
    "to_numpy": _plain,
    "as_matrix": _plain,
    "get_values": _plain,
    "to_frame": lambda value, given: transfer.reshaped(value, (*(value.shape or (None,))[:1], 1)),
    "toarray": _same,
    "todense": _same,
    "tolist": _tolist,
    "to_list": _tolist,
    "item": _item,
    "max": _reduction("max"),
    "min": _reduction("min"),
    "mean": _reduction("mean"),
    "median": _reduction("mean"),
    "std": _reduction("mean"),
    "var": _reduction("mean"),
    "sum": _reduction("sum"),
    "prod": _reduction("prod"),
    "cumsum": _reduction("cumsum"),
    "any": _reduction("any"),
    "all": _reduction("all"),
    "argmax": _reduction("argmax"),
    "argmin": _reduction("argmin"),
    "round": _function("round"),
    "abs": _function("abs"),
    "clip": _clip,
    "dot": _dot,
    "repeat": _repeat,
    "argsort": _function("argsort"),
    "unique": _unique,
    "nunique": _nunique,
    "factorize": _factorize,
    "map": _mapped,
    "apply": _mapped,
    "replace": _replaced,
    "drop": _dropped,
    "pop": _popped,
    "get": _item_or_column,
    "isin": _isin,
    "isnull": _isin,
    "isna": _isin,
    "notnull": _isin,
    "notna": _isin,
    "between": _isin,
    "eq": _compared,
    "ne": _compared,
    "gt": _compared,
    "lt": _compared,
    "ge": _compared,
    "le": _compared,
    "head": _rows,
    "tail": _rows,
    "sample": _rows,
    "dropna": _without_missing,
    "drop_duplicates": _rows,
    "sort_values": _sorted,
    "sort_index": _rows,
    "query": _queried,
    "reset_index": _reset,
    "set_index": _indexed,
    "rename": _renamed,
    "assign": _with_columns,
    "select_dtypes": _selected,
    "fillna": _filled,
    "sort": _in_place,
    "fill": _in_place,
}


def in_place(value: Array, name: str, given: CallArguments) -> AbstractValue:
    """What an array is after a method has changed it; None: it did not, as far as is known."""
    if name == "pop":
        column = given.value("item", 0, None)
        if isinstance(column, (str, int)):
            return tables.without(value, [column])
        return Array(shape=value.shape and (*value.shape[:1], None), origin=value.origin)
    if name == "insert" and value.rank == 2:
        return _inserted(value, given)
    inplace = given.value("inplace", None, False)
    if inplace is False:
        return None
    known = METHODS.get(name) if inplace is True else None
    made = known(value, given) if known is not None and name not in ("pop", "get") else None
    if isinstance(made, Array):
        return made
    return Array(shape=value.shape and (*value.shape[:1], *[None] * (len(value.shape) - 1)))


def _inserted(value: Array, given: CallArguments) -> AbstractValue:
    """``frame.insert(0, "name", values)``."""
    place, name = given.value("loc", 0, None), given.value("column", 1, None)
    given_values = given.value("value", 2, None)
    if not isinstance(name, (str, int)):
        return tables.blurred(value)
    made = pandas.assigned(value, name, given_values, data_of(given_values), True)
    table = value.table
    if table is None or not table.complete or table.column(name) is not None or made.table is None:
        return made
    column = made.table.column(name)
    if column is None or not isinstance(place, int):
        return made.replace(table=None)
    return tables.with_column(value, name, column, place)


def method(value: Array, name: str, given: CallArguments) -> AbstractValue:
    """Call a method of an array."""
    known = METHODS.get(name)
    return Unknown(f"the result of .{name}()") if known is None else known(value, given)


def attribute(value: Array, name: str, text: str, loops: int, site: int) -> AbstractValue | None:
    """An attribute that is a value; None for a method. ``text``: how the array is written."""
    if name == "shape":
        return _shape_of(value, text, loops)
    if name in ("values", "array"):
        return tables.plain(value)
    if name == "T":
        return numpy.transposed(value, None)
    if name == "size":
        count = None if value.shape is None else shapes.product(value.shape)
        return count if count is not None else Unknown("a size", symbol=text and f"{text}.size")
    if name in ("ndim",):
        rank = value.rank
        return rank if rank is not None else Unknown("a rank", symbol=text and f"{text}.ndim")
    if name == "codes" and (value.encoding is Encoding.STRINGS or transfer.distinct(value)):
        return _codes(value)
    if name == "cat" and (value.encoding is Encoding.STRINGS or transfer.distinct(value)):
        return value
    if name == "columns" and value.table is not None and value.table.complete:
        names = value.table.names()
        if len(names) <= _LISTED:
            return ListValue("index", [Fact(word) for word in names], True, loops)
    if name in ACCESSORS:
        return value if value.table is None else tables.seen(value, ACCESSORS[name])
    if name in ("ix", "real", "flat"):
        return value
    if name in METHODS or name in pandas.METHOD_WORDS:
        return None
    if name in ("columns", "index", "dtype", "dtypes", "str", "dt", "cat", "nbytes", "name"):
        return Unknown(f"the attribute {name!r} of an array", symbol=text and f"{text}.{name}")
    return pandas.column(value, name)


_LISTED = 32  # columns that code goes through one by one


def _codes(value: Array) -> Array:
    """The numbers of categories, from 0 on in the order of their values."""
    count = transfer.distinct(value)
    return Array(
        Encoding.BINARY if count == 2 else Encoding.INTEGER,
        value.shape,
        classes=count,
        lowest=0,
        highest=None if count is None else count - 1,
        integers=True,
        sorted_by_class=value.sorted_by_class,
        origin="codes",
    )


def _shape_of(value: Array, text: str, loops: int) -> AbstractValue:
    if value.shape is None:
        return Unknown("the shape of an array", symbol=text and f"{text}.shape")
    items = []
    for axis, size in enumerate(value.shape):
        known: AbstractValue = size
        if size is None:
            known = Unknown("the size of an axis", symbol=text and f"{text}.shape[{axis}]")
        items.append(Fact(known))
    return ListValue("tuple", items, True, loops)
