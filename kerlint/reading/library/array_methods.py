"""Methods and attributes of arrays, tables and columns."""

from __future__ import annotations

from collections.abc import Callable

from kerlint.program.data import ANSWERS, UNDECIDED, Array, Encoding
from kerlint.program.values import Fact, Unknown
from kerlint.reading.arrays import shapes, transfer
from kerlint.reading.arrays.arguments import CallArguments, as_dim, as_number, as_shape, dtype_of
from kerlint.reading.arrays.shapes import Dim
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    DictValue,
    Function,
    ListValue,
)
from kerlint.reading.library import numpy, pandas

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
    kind = dtype_of(given.value("dtype", 0))
    if kind == "category":
        return value.replace()
    return transfer.cast(value, kind)


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


def _rows(value: Array, given: CallArguments) -> AbstractValue:
    if given.value("inplace", None, False) is not False:
        return None
    return transfer.subset(value)


def _mapped(value: Array, given: CallArguments) -> AbstractValue:
    first = given.value("arg", 0, given.value("func", None, None))
    if isinstance(first, DictValue):
        return pandas.replaced(value, first, True)
    if isinstance(first, Function) and value.rank == 1:
        return _through(first, value, given)
    return Array(shape=value.shape if value.rank == 1 else None)


def _through(function: Function, value: Array, given: CallArguments) -> AbstractValue:
    """A function of the user on each element: only what it returns for any element is known."""
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


def _replaced(value: Array, given: CallArguments) -> AbstractValue:
    first = given.value("to_replace", 0, None)
    if isinstance(first, DictValue):
        return pandas.replaced(value, first, False)
    return Array(shape=value.shape)


def _dropped(value: Array, given: CallArguments) -> AbstractValue:
    """``frame.drop("y", axis=1)``: fewer columns."""
    if given.value("inplace", None, False) is not False:
        return None
    if value.shape is None or len(value.shape) != 2:
        return transfer.subset(value)
    axis = given.value("axis", 1, 0)
    rows, columns = value.shape
    gone = given.value("columns", None, None)
    if axis in (1, "columns") or gone is not None:
        labels = gone if gone is not None else given.value("labels", 0, None)
        count = len(labels.items) if isinstance(labels, ListValue) and labels.complete else None
        if isinstance(labels, (str, int)):
            count = 1
        left = columns - count if isinstance(columns, int) and count is not None else None
        return transfer.unknown_values(value, shape=(rows, left))
    return transfer.unknown_values(value, shape=(None, columns))


def _popped(value: Array, given: CallArguments) -> AbstractValue:
    name = given.value("item", 0, None)
    return pandas.column(value, name if isinstance(name, str) else "")


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
    if given.value("inplace", None, False) is not False:
        return None
    return value.replace(lowest=None, highest=None) if value.encoding is None else value.replace()


def _tolist(value: Array, given: CallArguments) -> AbstractValue:
    return value.replace()


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
    "to_numpy": _same,
    "as_matrix": _same,
    "get_values": _same,
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
    "unique": _unique,
    "nunique": _nunique,
    "factorize": _factorize,
    "map": _mapped,
    "apply": _mapped,
    "replace": _replaced,
    "drop": _dropped,
    "pop": _popped,
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
    "dropna": _rows,
    "drop_duplicates": _rows,
    "sort_values": _rows,
    "sort_index": _rows,
    "reset_index": _rows,
    "fillna": _filled,
    "sort": _in_place,
    "fill": _in_place,
}


def method(value: Array, name: str, given: CallArguments) -> AbstractValue:
    """Call a method of an array."""
    known = METHODS.get(name)
    return Unknown(f"the result of .{name}()") if known is None else known(value, given)


def attribute(value: Array, name: str, text: str, loops: int, site: int) -> AbstractValue | None:
    """An attribute that is a value; None for a method. ``text``: how the array is written."""
    if name == "shape":
        return _shape_of(value, text, loops)
    if name in ("values", "array"):
        return value.replace()
    if name == "T":
        return numpy.transposed(value, None)
    if name == "size":
        count = None if value.shape is None else shapes.product(value.shape)
        return count if count is not None else Unknown("a size", symbol=text and f"{text}.size")
    if name in ("ndim",):
        rank = value.rank
        return rank if rank is not None else Unknown("a rank", symbol=text and f"{text}.ndim")
    if name == "codes" and value.encoding is Encoding.STRINGS:
        return Array(Encoding.INTEGER, value.shape, lowest=0, integers=True, origin="codes")
    if name in ("iloc", "loc", "ix", "iat", "at", "real", "flat"):
        return value
    if name in METHODS or name in pandas.METHOD_WORDS:
        return None
    if name in ("columns", "index", "dtype", "dtypes", "str", "dt", "cat", "nbytes", "name"):
        return Unknown(f"the attribute {name!r} of an array", symbol=text and f"{text}.{name}")
    return pandas.column(value, name)


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
