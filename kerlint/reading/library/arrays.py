"""What numpy, pandas, scikit-learn and Keras do to the user's data, as far as rules need it.

Values of data are ``Array``s: what the text says of their shape, range and label encoding. Nothing
here raises on odd arguments; what is not known stays None in the array, or is an ``Unknown``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from kerlint.program.data import (
    COLUMN,
    FLOAT_IMAGE,
    PREDICTED,
    TABLE,
    UNDECIDED,
    Array,
    Table,
)
from kerlint.program.values import (
    Fact,
    Forecast,
    Items,
    NumPyInteger,
    Object,
    Site,
    Unknown,
)
from kerlint.reading.arrays import masks, tables, transfer
from kerlint.reading.arrays.arguments import CallArguments, data_of, holds_tensor, written_elements
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.values import AbstractValue, Arguments, ListValue
from kerlint.reading.library import array_methods, datasets, indexing, numpy, pandas, sklearn
from kerlint.reading.library.numpy import Handler
from kerlint.reading.syntax import tree as syntax

if TYPE_CHECKING:
    from kerlint.reading.interpreter.state import Building, State

__all__ = [
    "DATASET",
    "ELEMENT",
    "GENERATORS",
    "as_array",
    "assigned",
    "attribute",
    "batch_of",
    "binary",
    "call",
    "compare",
    "dataset_in",
    "in_batches",
    "layer_on_data",
    "method",
    "negate",
    "object_attribute",
    "object_method",
    "predicted",
    "subscript",
    "training",
    "was_scaled",
]

DATASET = datasets.DATASET
ELEMENT = datasets.ELEMENT
GENERATORS = datasets.GENERATORS
layer_on_data = datasets.layer_on_data


def call(state: State, dotted: str, args: Arguments, site: Site) -> Fact | None:
    """The result of calling a function of another library, or a data function of Keras.

    None when it is no such function, or when symbolic tensors are among the arguments: then it
    belongs to a model.
    """
    handler = _function(dotted)
    if handler is None:
        return _instance(state, dotted, args, site)
    if any(map(holds_tensor, [fact.value for fact in args.facts()])):
        return None
    if args.partial:
        return Fact(Unknown("data made with arguments that are not known", site), site)
    if not state.has_room(written_elements(args.positional)):
        return Fact(Unknown("data made of more elements than kerlint looks at", site), site)
    made = handler(CallArguments(state, args, site))
    if isinstance(made, Array) and made.origin == FLOAT_IMAGE and dotted.startswith(_TENSORS):
        made = made.replace(origin="")
    if dotted.startswith("numpy.") and not dotted.startswith(_PYTHON_NUMBERS):
        first = args.positional[0].value if args.positional else None
        return numbered(made, first, site)
    return _placed(made, site)


_PYTHON_NUMBERS = ("numpy.count_nonzero", "numpy.random.")
"""Functions of NumPy that return an ``int`` or ``float`` of Python."""

_NUMBERS = frozenset({"argmax", "argmin", "astype", "max", "mean", "min", "numpy", "prod", "sum"})
"""Methods of arrays that give a number of a type of NumPy, if it is a single one."""


def numbered(made: AbstractValue, source: AbstractValue, site: Site) -> Fact:
    """A result at its place; a single number is one of a type of NumPy, but for pandas."""
    of_table = isinstance(source, Array) and (
        source.table is not None or source.origin.startswith((COLUMN, TABLE))
    )
    if type(made) is int and not of_table:
        return Fact(NumPyInteger(made), site)
    fact = _placed(made, site)
    if isinstance(fact.value, Array) and fact.value.shape == () and not of_table:
        fact = Fact(fact.value.replace(numpy=True), site)
    return fact


_TENSORS = ("jax.", "keras.backend.", "keras.ops.", "tensorflow.")
"""How functions begin whose results are tensors."""


@lru_cache(maxsize=4096)
def _function(dotted: str) -> Handler | None:
    handler = datasets.FUNCTIONS.get(dotted) or numpy.find(dotted)
    if handler is not None:
        return handler
    library, _, rest = dotted.partition(".")
    word = rest.rpartition(".")[2]
    if library == "sklearn":
        return sklearn.FUNCTIONS.get(word)
    if dotted == "seaborn.load_dataset":
        return pandas.FUNCTIONS["read_csv"]
    return pandas.FUNCTIONS.get(word) if library == "pandas" else None


def _instance(state: State, dotted: str, args: Arguments, site: Site) -> Fact | None:
    """An object of another library that is known by what it does to data."""
    word = dotted.rpartition(".")[2]
    if dotted.startswith("sklearn.") and (
        word in sklearn.TRANSFORMERS or word in sklearn.SPLITTERS or word in sklearn.EXTRACTORS
    ):
        return Fact(sklearn.make(dotted, CallArguments(state, args, site)), site)
    if dotted == "keras_preprocessing.image.ImageDataGenerator":
        # The package in which Keras keeps the class too.
        named = {name: freeze(state, fact) for name, fact, _ in args.keywords}
        return Fact(Object("keras.preprocessing.image.ImageDataGenerator", named, site), site)
    if dotted.startswith("numpy.random.") and word in numpy.GENERATORS:
        return Fact(Object(dotted, {}, site), site)
    return None


def _placed(value: AbstractValue, site: Site) -> Fact:
    """A result at the place of its call."""
    if isinstance(value, Array) and value.site < 0:
        value = value.replace(site=site)
    elif isinstance(value, Unknown) and value.site < 0:
        value = Unknown(value.reason, site, value.symbol)
    return Fact(value, site)


def method(state: State, value: Array, name: str, args: Arguments, site: Site) -> Fact | None:
    """The result of a method of an array."""
    if args.partial:
        return None
    made = array_methods.method(value, name, CallArguments(state, args, site))
    return numbered(made, value, site) if name in _NUMBERS else _placed(made, site)


def in_place(state: State, value: Array, name: str, args: Arguments, site: Site) -> AbstractValue:
    """What an array is after a method has changed it; None: it did not."""
    if name not in ("pop", "insert") and all(word != "inplace" for word, _, _ in args.keywords):
        return None
    return array_methods.in_place(value, name, CallArguments(state, args, site))


def after_change(value: Array, old: Array | Forecast | Object | ListValue) -> Array:
    """A data frame after one of its columns was changed under another name."""
    return tables.held(value, old) if isinstance(old, Array) else value


def without_column(value: Array, name: AbstractValue) -> Array:
    """The frame after ``del frame["name"]``."""
    if isinstance(name, (str, int)):
        return tables.without(value, [name])
    return Array(shape=value.shape and (*value.shape[:1], None), origin=value.origin)


def unsure(value: Array) -> Array:
    """A frame that may have got other columns."""
    return tables.blurred(value)


def is_accessor(name: str) -> bool:
    """Whether this attribute of a frame is only a way to index it: ``frame.loc``."""
    return name in array_methods.ACCESSORS


def object_method(
    state: State, value: Object, name: str, args: Arguments, site: Site
) -> Fact | None:
    """The result of a method of an encoder, scaler, dataset or generator object."""
    given = CallArguments(state, args, site)
    if args.partial:
        return None
    made: AbstractValue | None = None
    if value.name == datasets.DATASET:
        made = datasets.dataset_method(value, name, given)
    elif value.name in datasets.GENERATORS:
        made = datasets.flow(value, name, given)
    elif value.name.startswith("sklearn."):
        made = sklearn.method(value, name, given)
    elif value.name == sklearn.TOKENIZER:
        sklearn.note_texts(value, name, given)
    elif value.name.startswith("numpy.random."):
        handler = numpy.RANDOM_FUNCTIONS.get(name)
        made = handler(given) if handler is not None else None
        return _placed(made, site)
    return None if made is None else _placed(made, site)


def object_attribute(state: State, value: Object, name: str, site: Site) -> Fact | None:
    """An attribute of an encoder that was fitted."""
    if value.name.startswith("sklearn."):
        made = sklearn.attribute(state, value, name)
        return None if made is None else _placed(made, site)
    return None


def attribute(state: State, value: Array, name: str, site: Site) -> Fact | None:
    """An attribute of an array that is a value; None for a method."""
    made = array_methods.attribute(
        value, name, _text(state.sites.node(site)), state.unbounded_loops, site
    )
    return None if made is None else _placed(made, site)


def _text(node: syntax.Node) -> str:
    """How the array is written before the dot: ``x`` in ``x.shape``; '' when it has no name."""
    words: list[str] = []
    inner = node.value if type(node) is syntax.Attribute else None
    while type(inner) is syntax.Attribute:
        words.append(inner.attr.value)
        inner = inner.value
    if type(inner) is not syntax.Name:
        return ""
    return ".".join([inner.value, *reversed(words)])


def subscript(value: Array, indices: list[AbstractValue], site: Site) -> AbstractValue:
    """``array[...]``: each index a ``Fact``, or a tuple of three (``Fact`` or None) for a slice."""
    made = indexing.part(value, indices)
    if isinstance(made, Array) and indexing.copies(indices):
        return made.replace(memory=site)
    return made


def binary(symbol: str, left: AbstractValue, right: AbstractValue) -> AbstractValue:
    """Arithmetic with an array on at least one side."""
    a, b = as_array(left), as_array(right)
    if a is None or b is None:
        known = a if a is not None else b
        return Unknown("arithmetic on an array") if known is None else transfer.opaque_of(known)
    if symbol == "@":
        return numpy.multiplied(a, b)
    if symbol in ("+", "*") and (_is_list(left) or _is_list(right)):
        made = _of_lists(symbol, left, right, a, b)
        if made is not None:
            return made
    made = transfer.combined(symbol, a, b, left is right)
    if a.shape == b.shape == () and _is_numpy(left, right):
        return made.replace(numpy=True)
    return masks.subtracted(made, a, b) if symbol == "-" else made


def _is_list(value: AbstractValue) -> bool:
    return isinstance(value, ListValue) or isinstance(value, Array) and value.listed


def _of_lists(
    symbol: str, left: AbstractValue, right: AbstractValue, a: Array, b: Array
) -> Array | None:
    """``+`` and ``*`` of Python lists, which join and repeat; None where NumPy calculates."""
    if symbol == "+" and _is_list(left) and _is_list(right):
        return numpy.lists_joined(a, b)
    times = right if _is_list(left) else left
    if symbol == "*" and isinstance(times, int):
        return numpy.list_repeated(a if _is_list(left) else b, times)
    return None


def _is_numpy(left: AbstractValue, right: AbstractValue) -> bool:
    """Whether NumPy does the arithmetic: with a number of its own, and perhaps one of Python."""
    own = [isinstance(value, Array) and value.numpy for value in (left, right)]
    return all(mine or isinstance(value, (int, float)) for mine, value in zip(own, (left, right)))


def was_scaled(value: AbstractValue) -> bool:
    """Whether these are pixels that were divided by 255, or something else that was."""
    if isinstance(value, Array):
        return value.pixels is not None and 0 < value.pixels[1] <= 1
    return isinstance(value, Unknown) and value.symbol.endswith(("/ 255)", "/ 255.0)"))


def negate(value: Array) -> AbstractValue:
    return transfer.negated(value)


def invert(value: Array) -> AbstractValue:
    """``~value``."""
    return masks.opposite(value.replace(), value) if value.mask else value


def compare(symbol: str, left: AbstractValue, right: AbstractValue) -> AbstractValue:
    """A comparison with an array on at least one side: an array of booleans."""
    if symbol in ("in", "not in", "is", "is not"):
        return Unknown(UNDECIDED)
    a, b = as_array(left), as_array(right)
    if a is None or b is None:
        known = a if a is not None else b
        shape = None if known is None or known.shape == () else known.shape
        # What it is compared with may be a number, or an array of the same samples.
        return transfer.truth(shape, "a comparison")
    return masks.compared(symbol, transfer.compared(a, b), a, b)


def assigned(
    value: Array,
    given: AbstractValue,
    indices: list[AbstractValue] | None = None,
    fixed: bool = True,
    accessor: str = "",
) -> AbstractValue:
    """The array after ``array[indices] = given``.

    ``fixed``: the given value is the same in every turn of the loops around the statement.
    ``accessor``: it is ``array.loc[indices] = given``, or another attribute that is indexed.
    """
    by = array_methods.ACCESSORS.get(accessor, tables.FRAME)
    if by == tables.LABELS and indexing.is_frame(value):
        value = tables.seen(value.replace(table=value.table or Table()), by)
    elif value.table is not None:
        value = tables.seen(value, by if accessor else value.table.by)
    return indexing.written(value, given, indices or [], fixed)


def with_attribute(value: Array | Object, name: str, given: AbstractValue) -> Array | Object:
    """An array or another object of data after ``value.name = ...``."""
    if name in _HARMLESS:
        return value
    if isinstance(value, Array):
        if name == "columns":
            return tables.unnamed(value, pandas.names_in(given))
        if value.table is not None:
            if value.table.complete and value.table.column(name) is None:
                return value  # an attribute of the object and not a column
            return pandas.assigned(value, name, given, data_of(given), False)
        # ``frame.label = ...`` sets a column, ``array.shape = ...`` does as reshape() does.
        return Array(shape=None if name == "shape" else value.shape, origin=value.origin)
    # Iterators of Keras show their labels: ``flow.classes = ...``.
    return Object(value.name, {}, value.site) if value.name == datasets.DATASET else value


_HARMLESS = frozenset({"attrs", "batch_size", "index", "name"})


def batch_of(state: State, value: AbstractValue, site: Site) -> list[Fact]:
    """What each batch of a loop over a dataset looks like, if that is known."""
    if not datasets.is_dataset(value):
        return []
    made = datasets.batch_of(value, CallArguments(state, Arguments([], []), site))
    return [made] if made is not None else []


def in_batches(state: State, batch: Fact, site: Site) -> Object | None:
    """A dataset of batches like this one; None: they are not data and labels."""
    return datasets.of_batches(CallArguments(state, Arguments([], []), site), batch.value)


def predicted(state: State, built: Building, name: str, site: Site) -> Fact:
    """What ``predict`` and its kin return."""
    reason = f"the result of .{name}()"
    if name in ("predict", "predict_on_batch"):
        outputs = built.outputs
        if not state.tapes and len(outputs) == 1:
            if state.tensors[outputs[0]].shape == (None, 1):
                return Fact(Array(shape=(None, 1), origin=PREDICTED, site=site), site)
        return Fact(Forecast(reason, site, "", built.id, "predict"), site)
    return Fact(Unknown(reason, site), site)


def stretched(left: AbstractValue, right: AbstractValue) -> bool:
    """Whether NumPy combines labels (n,) with predictions (n, 1), each with each."""
    if not isinstance(left, Array) or not isinstance(right, Array):
        return False
    labels, given = (left, right) if right.origin == PREDICTED else (right, left)
    if given.origin != PREDICTED or labels.origin == PREDICTED or labels.rank != 1:
        return False
    if given.shape is None or len(given.shape) != 2 or given.shape[1] != 1:
        return False
    # pandas does not combine a column with an array of two axes.
    return labels.shape != (1,) and not labels.origin.startswith(COLUMN)


def permuted(source: Array, made: Array) -> bool:
    """Whether samples were given the sizes of their axes in another order, which mixes them up.

    Axes of one element may be anywhere. Random or constant numbers are not mixed up by that.
    """
    if not source.shape or not made.shape or transfer.is_random(source):
        return False
    before, after = (
        [size for size in shape[1:] if size != 1] for shape in (source.shape, made.shape)
    )
    if before == after or not all(isinstance(size, int) for size in (*before, *after)):
        return False
    same = Counter(before) == Counter(after)
    return same and not (source.lowest is not None and source.lowest == source.highest)


def of_folds(value: AbstractValue) -> bool:
    """Whether a loop goes over the folds of a cross-validation, perhaps with their numbers."""
    return sklearn.of_folds(value)


def dataset_in(found: Mapping[str, Fact]) -> Object | None:
    """The dataset or generator among the arguments of ``fit``."""
    fact = found.get("x") or found.get("generator")
    value = fact.value if fact is not None else None
    return value if isinstance(value, Object) and value.name == datasets.DATASET else None


def training(
    state: State, found: dict[str, Fact], single: bool, drawn: bool = False
) -> dict[str, Fact]:
    """Arguments of ``fit`` with lists of numbers read as arrays, and datasets as data and labels.

    ``single``: the model has one input and one output, so that a list is data and not one array
    for each of several inputs. A list of one array is that array. ``drawn``: the data come from an
    iterator, whose items are batches.
    """
    result = dict(found)
    data, dataset = result.get("x") or result.get("generator"), dataset_in(found)
    if data is not None and dataset is not None:
        inner = datasets.split(dataset)
        if "y" not in result:
            result.update(
                {
                    k: freeze(state, Fact(f.value, data.site, data.copied_through))
                    for k, f in inner.items()
                }
            )
    for name in ("x", "y"):
        fact = result.get(name)
        if fact is None or isinstance(fact.value, Array) or not single:
            continue
        if name == "x" and drawn:
            continue
        if isinstance(fact.value, Items) and fact.value.complete and len(fact.value.items) == 1:
            only = fact.value.items[0].value
            if isinstance(only, Array) and only.shape != ():
                result[name] = Fact(only, fact.site, fact.copied_through)
                continue
        if _is_for_several(fact.value):
            continue
        array = as_array(fact.value)
        if array is not None and array.shape != ():
            result[name] = Fact(array, fact.site, fact.copied_through)
    return result


def _is_for_several(value: AbstractValue) -> bool:
    """Whether a list has an array for each of several inputs, which ``call()`` may take apart.

    Keras never makes one array of a list of arrays.
    """
    if not isinstance(value, Items) or not value.complete or "set" in value.kind:
        return False
    return len(value.items) > 1 and all(
        isinstance(item.value, Array) and item.value.shape != () for item in value.items
    )
