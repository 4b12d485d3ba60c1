"""numpy, and the functions of TensorFlow and Keras that do the same to data."""

from __future__ import annotations

import math
from collections.abc import Callable

from kerlint.program.data import FILE, ROUNDED, Array, Encoding
from kerlint.program.values import FRACTION, Fact, Unknown
from kerlint.reading.arrays import masks, shapes, transfer
from kerlint.reading.arrays.arguments import (
    MISSING,
    CallArguments,
    as_dim,
    as_integer,
    as_number,
    as_shape,
    data_of,
    dtype_of,
)
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.arrays.shapes import Dim, Shape
from kerlint.reading.interpreter.values import AbstractValue, ListValue

Handler = Callable[[CallArguments], AbstractValue]

PREFIXES = (
    "numpy.",
    "jax.numpy.",
    "tensorflow.math.",
    "tensorflow.linalg.",
    "tensorflow.nn.",
    "tensorflow.",
    "keras.ops.",
    "keras.backend.",
    "scipy.special.",
)


# -- making arrays --------------------------------------------------------------------------------


def _array(given: CallArguments) -> AbstractValue:
    value = given.value("object", 0, given.value("a", None, given.value("value", None, None)))
    found = as_array(value)
    if found is None:
        expr = value.symbol if isinstance(value, Unknown) else ""
        made = Array(origin=expr)
    else:
        made = found.replace()  # a copy: what is done to it in place is not done to the other
    kind = dtype_of(given.value("dtype", 1))
    if kind in ("int", "bool", "str") or (kind == "float" and made.encoding is Encoding.STRINGS):
        made = transfer.cast(made, kind)
    if found is None and isinstance(value, Unknown) and not kind:
        return made.replace(origin="")
    return made


def _filled(origin: str, number: float | None) -> Handler:
    def make(given: CallArguments) -> AbstractValue:
        shape = given.shape("shape", 0)
        made = Array(shape=shape, origin=origin)
        if number is None:
            return made
        return transfer.with_encoding(made.replace(lowest=number, highest=number, integers=True))

    return make


def _full(given: CallArguments) -> AbstractValue:
    return _constant(given.shape("shape", 0), given.value("fill_value", 1))


def _fill(given: CallArguments) -> AbstractValue:
    return _constant(given.shape("dims", 0), given.value("value", 1))


def _constant(shape: Shape | None, value: AbstractValue) -> Array:
    number = as_number(float(value) if isinstance(value, bool) else value)
    made = Array(shape=shape, origin="numpy.full")
    if number is None:
        return made
    whole = float(number).is_integer() if math.isfinite(number) else None
    return transfer.with_encoding(made.replace(lowest=number, highest=number, integers=whole))


def _like(origin: str, number: float | None) -> Handler:
    def make(given: CallArguments) -> AbstractValue:
        made = Array(shape=given.array("a", "x", "input").shape, origin=origin)
        if number is None:
            return made
        return transfer.with_encoding(made.replace(lowest=number, highest=number, integers=True))

    return make


def _full_like(given: CallArguments) -> AbstractValue:
    return _constant(given.array("a", "x").shape, given.value("fill_value", 1))


def _arange(given: CallArguments) -> AbstractValue:
    bounds = [as_number(fact.value) for fact in given.args.positional[:3]]
    count = len(bounds)
    start = given.number("start", 0 if count > 1 else None, 0.0)
    stop = given.number("stop", 1 if count > 1 else 0)
    step = given.number("step", 2, 1.0)
    made = Array(shape=(None,), origin="numpy.arange")
    if start is None or step is None:
        return made
    whole = float(start).is_integer() and float(step).is_integer()
    encoding = None if whole else Encoding.CONTINUOUS
    made = made.replace(integers=whole, encoding=encoding)
    if stop is None:
        if count == 1 and isinstance(given.args.positional[0].value, Unknown):
            size = given.args.positional[0].value
            return made.replace(shape=(size if size.symbol else None,), lowest=start)
        return made
    if not all(map(math.isfinite, (start, stop, step))) or step == 0:
        return made
    length = (stop - start) / step
    if not 0 < length < 1e9:
        return made
    number = math.ceil(length)
    last = start + (number - 1) * step
    low, high = min(start, last), max(start, last)
    return made.replace(shape=(number,), lowest=low, highest=high)


def _linspace(given: CallArguments) -> AbstractValue:
    low, high = given.number("start", 0), given.number("stop", 1)
    number = given.integer("num", 2, 50)
    made = Array(shape=(number,), origin="numpy.linspace")
    if low is None or high is None:
        return made
    low, high = min(low, high), max(low, high)
    step = (high - low) / (number - 1) if number is not None and number > 1 else None
    whole = step is not None and float(step).is_integer() and float(low).is_integer()
    return made.replace(
        lowest=low,
        highest=high,
        integers=whole,
        encoding=None if whole else Encoding.CONTINUOUS,
    )


def _space(given: CallArguments) -> AbstractValue:
    return Array(
        Encoding.CONTINUOUS, (given.integer("num", 2, 50),), integers=False, origin="numpy.linspace"
    )


def _eye(given: CallArguments) -> AbstractValue:
    value = given.value("N", 0, given.value("n", None, given.value("num_rows", None, None)))
    rows = as_integer(value)
    size: Dim = rows
    if rows is None and isinstance(value, Unknown) and value.symbol:
        size = value
    columns = given.integer("M", 1, rows)
    other = columns if columns is not None or rows is not None else size
    return Array(
        Encoding.ONE_HOT,
        (size, other),
        classes=columns,
        lowest=0,
        highest=1,
        integers=True,
        origin="numpy.eye",
    )


def _one_hot(given: CallArguments) -> AbstractValue:
    source = given.array("indices", "x")
    classes = given.integer("depth", 1, given.integer("num_classes", 1))
    on, off = given.number("on_value", 2, 1.0), given.number("off_value", 3, 0.0)
    shape = None if source.shape is None else (*source.shape, classes)
    if (on, off) != (1.0, 0.0):
        return Array(shape=shape, origin="one_hot")
    return Array(
        Encoding.ONE_HOT,
        shape,
        classes=classes,
        lowest=0,
        highest=1,
        integers=True,
        origin="one_hot",
    )


# -- random numbers -------------------------------------------------------------------------------

RANDOM = "numpy.random"


def _size(given: CallArguments, name: str, index: int | None) -> Shape | None:
    """The ``size`` of random numbers; left out it is a single number."""
    value = given.value(name, index, None)
    return () if value is None else as_shape(value)


def _dims(given: CallArguments) -> Shape | None:
    """``rand(10, 3)``: one argument for each axis."""
    shape: list[Dim] = []
    for fact in given.args.positional:
        found = as_shape(fact.value)
        if found is None or len(found) != 1:
            shape.append(as_dim(fact.value))
        else:
            shape.append(found[0])
    # NumPy refuses negative sizes.
    return None if any(isinstance(size, int) and size < 0 for size in shape) else tuple(shape)


def _reals(shape: Shape | None, low: float | None, high: float | None) -> Array:
    return Array(
        Encoding.CONTINUOUS, shape, lowest=low, highest=high, integers=False, origin=RANDOM
    )


def _rand(given: CallArguments) -> AbstractValue:
    return _reals(_dims(given), 0.0, 1.0)


def _random(given: CallArguments) -> AbstractValue:
    return _reals(_size(given, "size", 0), 0.0, 1.0)


def _randn(given: CallArguments) -> AbstractValue:
    return _reals(_dims(given), -2.0, 2.0)


def _standard_normal(given: CallArguments) -> AbstractValue:
    return _reals(_size(given, "size", 0), -2.0, 2.0)


def _uniform(given: CallArguments) -> AbstractValue:
    low, high = given.number("low", 0, 0.0), given.number("high", 1, 1.0)
    return _reals(_size(given, "size", 2), low, high)


def _normal(given: CallArguments) -> AbstractValue:
    mean, spread = given.number("loc", 0, 0.0), given.number("scale", 1, 1.0)
    return _around(_size(given, "size", 2), mean, spread)


def _around(shape: Shape | None, mean: float | None, spread: float | None) -> Array:
    # No sample of any size worth training on stays within two standard deviations.
    if mean is None or spread is None or spread < 0:
        return _reals(shape, None, None)
    return _reals(shape, mean - 2 * spread, mean + 2 * spread)


def _tensor_uniform(given: CallArguments) -> AbstractValue:
    low, high = given.number("minval", 1, 0.0), given.number("maxval", 2, 1.0)
    shape = given.shape("shape", 0)
    if dtype_of(given.value("dtype", 3)) == "int":
        return _whole_numbers(shape, low, None if high is None else high - 1)
    return _reals(shape, low, high)


def _tensor_normal(given: CallArguments) -> AbstractValue:
    mean, spread = given.number("mean", 1, 0.0), given.number("stddev", 2, 1.0)
    return _around(given.shape("shape", 0), mean, spread)


def _tensor_integers(given: CallArguments) -> AbstractValue:
    low, high = given.number("minval", 1), given.number("maxval", 2)
    return _whole_numbers(given.shape("shape", 0), low, None if high is None else high - 1)


def _randint(given: CallArguments) -> AbstractValue:
    first, second = given.number("low", 0), given.number("high", 1)
    if given.value("high", 1, None) is None:
        low, high = 0.0, first
    else:
        low, high = first, second  # type: ignore[assignment]
    closed = given.value("endpoint", None, False) is True
    if high is not None and not closed:
        high -= 1
    return _whole_numbers(_size(given, "size", 2), low, high)


def _random_integers(given: CallArguments) -> AbstractValue:
    low, high = given.number("low", 0), given.number("high", 1)
    if high is None:
        low, high = 1.0, low
    return _whole_numbers(_size(given, "size", 2), low, high)


_MOST_CLASSES = 1000


def _whole_numbers(shape: Shape | None, low: float | None, high: float | None) -> Array:
    made = Array(shape=shape, lowest=low, highest=high, integers=True, origin=RANDOM)
    if low is None or high is None or low > high:
        return made.replace(lowest=None, highest=None)
    if (low, high) == (0, 255) and made.rank in (3, 4):
        return made.replace(raw_pixels=True, pixels=(0, 255))  # made-up images
    per_sample = transfer.width(made)
    if (low, high) == (0, 1):
        if per_sample == 1:
            return made.replace(encoding=Encoding.BINARY, classes=2)
        if shape is not None and len(shape) == 2 and isinstance(per_sample, int):
            return made.replace(encoding=Encoding.MULTI_HOT, classes=per_sample)
        return made
    if per_sample == 1 and 0 <= low <= 1 and high - low < _MOST_CLASSES:
        return made.replace(encoding=Encoding.INTEGER, classes=int(high - low) + 1)
    return made


def _choice(given: CallArguments) -> AbstractValue:
    value = given.value("a", 0, None)
    shape = _size(given, "size", 1)
    number = as_integer(value)
    if number is not None and not isinstance(value, Array):
        return _whole_numbers(shape, 0, number - 1)
    source = as_array(value)
    if source is None:
        return Array(shape=shape, origin=RANDOM)
    if source.shape is not None and len(source.shape) > 1:
        return Array(integers=source.integers, origin=RANDOM)
    if shape == () and isinstance(value, ListValue):
        return Unknown("one of a list, at random")
    if source.integers and source.lowest is not None and source.highest is not None:
        count = len(value.items) if isinstance(value, ListValue) else None
        span = source.highest - source.lowest
        made = _whole_numbers(shape, source.lowest, source.highest)
        if count is not None and span != count - 1:
            made = made.replace(encoding=None, classes=None)
            if (count, source.lowest, source.highest) == (2, -1, 1):
                made = made.replace(encoding=Encoding.INTEGER, classes=2)
        return made
    encoding = source.encoding if source.integers is False else None
    if source.encoding is Encoding.STRINGS:
        return Array(Encoding.STRINGS, shape, classes=source.classes, origin=RANDOM)
    return Array(
        encoding,
        shape,
        lowest=source.lowest,
        highest=source.highest,
        integers=source.integers,
        origin=RANDOM,
    )


def _binomial(given: CallArguments) -> AbstractValue:
    number = given.integer("n", 0)
    return _whole_numbers(_size(given, "size", 2), 0, number)


def _permutation(given: CallArguments) -> AbstractValue:
    value = given.value("x", 0, None)
    number = as_integer(value)
    if number is not None and not isinstance(value, Array):
        return Array(shape=(number,), lowest=0, highest=number - 1, integers=True, origin=RANDOM)
    if isinstance(value, Unknown):
        return Array(shape=(None,), integers=True, origin=RANDOM) if value.symbol else Array()
    source = data_of(value)
    return transfer.subset(source, source.shape[0] if source.shape else None)


def _in_place(given: CallArguments) -> AbstractValue:
    return None


def _reals_of(index: int) -> Handler:
    """A distribution of positive reals with its size at this position."""

    def make(given: CallArguments) -> AbstractValue:
        return _reals(_size(given, "size", index), None, None)

    return make


# -- shapes ---------------------------------------------------------------------------------------


def reshape(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x", "tensor", "array")
    wanted = given.value("newshape", 1, given.value("shape", None, MISSING))
    made = transfer.reshaped(source, shapes.reshape(source.shape, as_shape(wanted)))
    return masks.kept(made, source)


def ravel(given: CallArguments) -> AbstractValue:
    return flat(given.array("a", "x"))


def flat(source: Array) -> Array:
    count = None if source.shape is None else shapes.product(source.shape)
    if source.shape is not None and count is None and transfer.width(source) == 1:
        return transfer.reshaped(source, source.shape[:1])
    return transfer.reshaped(source, (count,))


def squeeze(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x", "input")
    return transfer.reshaped(source, shapes.squeeze(source.shape, given.integer("axis", 1)))


def _expand_dims(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x", "input")
    axis = given.integer("axis", 1, given.integer("dim", None, -1))
    return masks.kept(transfer.reshaped(source, shapes.expand(source.shape, axis)), source)


def transpose(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x")
    axes = given.value("axes", 1, given.value("perm", None, None))
    return transposed(source, axes)


def transposed(source: Array, axes: AbstractValue) -> Array:
    if source.shape is None:
        return transfer.reshaped(source, None)
    if axes is None:
        return transfer.reshaped(source, source.shape[::-1])
    order = as_shape(axes)
    rank = len(source.shape)
    if order is None or any(not isinstance(i, int) for i in order):
        return transfer.reshaped(source, None)
    places = [shapes.axis_of(i, rank) for i in order if isinstance(i, int)]
    if sorted(place for place in places if place is not None) != list(range(rank)):
        return transfer.reshaped(source, None)
    return transfer.reshaped(source, tuple(source.shape[i] for i in places if i is not None))


def _swapaxes(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x")
    first, second = given.integer("axis1", 1), given.integer("axis2", 2)
    if source.shape is None or first is None or second is None:
        return transfer.reshaped(source, None)
    rank = len(source.shape)
    a, b = shapes.axis_of(first, rank), shapes.axis_of(second, rank)
    if a is None or b is None:
        return transfer.reshaped(source, None)
    shape = list(source.shape)
    shape[a], shape[b] = shape[b], shape[a]
    return transfer.reshaped(source, tuple(shape))


def _moveaxis(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x")
    start, end = given.integer("source", 1), given.integer("destination", 2)
    if source.shape is None or start is None or end is None:
        return transfer.reshaped(source, None)
    rank = len(source.shape)
    a, b = shapes.axis_of(start, rank), shapes.axis_of(end, rank)
    if a is None or b is None:
        return transfer.reshaped(source, None)
    shape = list(source.shape)
    shape.insert(b, shape.pop(a))
    return transfer.reshaped(source, tuple(shape))


def _tile(given: CallArguments) -> AbstractValue:
    source = given.array("A", "a", "x", "input")
    reps = as_shape(given.value("reps", 1, given.value("multiples", 1)))
    if source.shape is None or reps is None:
        return transfer.reshaped(source, None)
    rank = max(len(source.shape), len(reps))
    shape = (1,) * (rank - len(source.shape)) + source.shape
    times = (1,) * (rank - len(reps)) + reps
    result = tuple(
        a * b if isinstance(a, int) and isinstance(b, int) else (a if b == 1 else None)
        for a, b in zip(shape, times)
    )
    return transfer.reshaped(source, result).replace(sorted_by_class=False)


def _repeat(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x", "input")
    axis = given.integer("axis", 2)
    times = given.integer("repeats", 1)
    if axis is None:
        if given.has("axis", 2) and given.value("axis", 2) is not None:
            return transfer.reshaped(source, None)
        whole = flat(source)
        size = whole.shape[0] if whole.shape else None
        grown = size * times if isinstance(size, int) and times is not None else None
        return whole.replace(shape=(grown,), sorted_by_class=_repeats_classes(source, times))
    if source.shape is None:
        return transfer.reshaped(source, None)
    place = shapes.axis_of(axis, len(source.shape))
    if place is None:
        return transfer.reshaped(source, None)
    shape = list(source.shape)
    size = shape[place]
    shape[place] = size * times if isinstance(size, int) and times is not None else None
    return transfer.reshaped(source, tuple(shape))


def _repeats_classes(source: Array, times: int | None) -> bool:
    """Whether each of a few different numbers is repeated often: ``np.repeat(range(3), 50)``."""
    count = source.shape[0] if source.shape and len(source.shape) == 1 else None
    if not isinstance(count, int) or source.lowest is None or source.highest is None:
        return False
    if not source.integers:
        return False
    different = source.highest - source.lowest + 1 == count
    return bool(different and count > 1 and (times is None or times > 1))


def _parts(given: CallArguments, *names: str) -> list[Array] | None:
    """The arrays of a list of arrays; None when the list is not known to its end."""
    value: AbstractValue = None
    for name in names:
        fact = given.args.get(name)
        if fact is not None:
            value = fact.value
    if value is None and given.args.positional:
        value = given.args.positional[0].value
    if isinstance(value, ListValue) and value.complete and 0 < len(value.items) <= 1000:
        return [data_of(item.value) for item in value.items]
    return None


def _joined(parts: list[Array]) -> Array:
    result = parts[0]
    for other in parts[1:]:
        result = transfer.join(result, other)
    if len(parts) > 1 and result.origin in transfer.ORDERED | transfer.FILLED:
        # No longer in order; and written into later, no longer all zeros or ones.
        return result.replace(origin=f"{result.origin}, joined")
    return result.replace()


def _concatenate(given: CallArguments) -> AbstractValue:
    parts = _parts(given, "arrays", "values", "xs", "tensors")
    axis = given.integer("axis", 1, 0)
    return _glued(parts, axis)


def _glued(parts: list[Array] | None, axis: int | None) -> Array:
    if not parts:
        return Array()
    shape = shapes.concatenate([part.shape for part in parts], axis)
    made = _joined(parts)
    rows = axis == 0
    if rows:
        made = made.replace(shape=shape, sorted_by_class=_follow_one_another(parts))
        return transfer.with_encoding(made)
    # Columns side by side are no longer one label each.
    return transfer.with_encoding(_columns(made).replace(shape=shape))


def lists_joined(first: Array, second: Array) -> Array:
    """``first + second`` of Python lists."""
    return _glued([first, second], 0).replace(listed=True)


def list_repeated(array: Array, times: int) -> Array:
    """``array * times`` of a Python list."""
    if array.shape is None:
        return array.replace(sorted_by_class=False, listed=True)
    rows = array.shape[0] if array.shape else None
    size = rows * max(times, 0) if isinstance(rows, int) else None
    shape = (size, *array.shape[1:])
    return array.replace(shape=shape, sorted_by_class=False, listed=True)


def _follow_one_another(parts: list[Array]) -> bool:
    """Whether each part has classes of its own: ``[np.zeros(500), np.ones(500)]``."""
    if len(parts) < 2 or any(transfer.width(part) != 1 for part in parts):
        return False
    highest = -math.inf
    for part in parts:
        whole = part.integers and (part.sorted_by_class or transfer.constant(part) is not None)
        if not whole or part.lowest is None or part.highest is None or part.lowest <= highest:
            return False
        if part.shape and isinstance(part.shape[0], int) and part.shape[0] < _BLOCK:
            return False
        highest = part.highest
    return True


_BLOCK = 5  # samples that make a block


def _columns(array: Array) -> Array:
    keeps = array.encoding in (Encoding.CONTINUOUS, Encoding.STRINGS)
    return array.replace(
        encoding=array.encoding if keeps else None, classes=None, origin="joined columns"
    )


def _vstack(given: CallArguments) -> AbstractValue:
    parts = _parts(given, "tup")
    if not parts:
        return Array()
    ranks = {part.rank for part in parts}
    if ranks == {1}:
        shape = shapes.stack([part.shape for part in parts], len(parts), 0)
        return transfer.with_encoding(_columns(_joined(parts)).replace(shape=shape))
    if None in ranks or 1 in ranks:
        return transfer.reshaped(_joined(parts), None)
    return _glued(parts, 0)


def _hstack(given: CallArguments) -> AbstractValue:
    parts = _parts(given, "tup")
    if not parts:
        return Array()
    ranks = {part.rank for part in parts}
    if ranks == {1}:
        return _glued(parts, 0)
    if None in ranks or 1 in ranks:
        return transfer.with_encoding(_columns(_joined(parts)).replace(shape=None))
    return _glued(parts, 1)


def _column_stack(given: CallArguments) -> AbstractValue:
    parts = _parts(given, "tup")
    if not parts:
        return Array()
    if any(part.shape is None for part in parts):
        return transfer.with_encoding(_columns(_joined(parts)).replace(shape=None))
    wide = [
        part.replace(shape=(*part.shape, 1)) if part.shape is not None and part.rank == 1 else part
        for part in parts
    ]
    return _glued(wide, 1)


def _stack(given: CallArguments) -> AbstractValue:
    parts = _parts(given, "arrays", "values", "x", "rows")
    if not parts:
        return Array()
    axis = given.integer("axis", 1, 0)
    shape = shapes.stack([part.shape for part in parts], len(parts), axis)
    return transfer.with_encoding(_columns(_joined(parts)).replace(shape=shape))


def _append(given: CallArguments) -> AbstractValue:
    first, second = given.array("arr"), given.array("values", index=1)
    axis = given.value("axis", 2, None)
    if axis is None:
        return _glued([flat(first), flat(second)], 0)
    return _glued([first, second], as_integer(axis))


def _delete(given: CallArguments) -> AbstractValue:
    source = given.array("arr")
    made = transfer.without_range(source)
    axis = given.integer("axis", 2)
    if source.shape is None or axis is None:
        return made.replace(shape=None, encoding=None)
    place = shapes.axis_of(axis, len(source.shape))
    shape = tuple(None if i == place else size for i, size in enumerate(source.shape))
    return made.replace(shape=shape, encoding=made.encoding if place == 0 else None)


def _split(given: CallArguments) -> AbstractValue:
    source = given.array("ary")
    count = given.integer("indices_or_sections", 1)
    points = as_shape(given.value("indices_or_sections", 1))
    number = count if count is not None else (len(points) + 1 if points is not None else None)
    axis = given.integer("axis", 2, 0)
    if number is None or not 0 < number <= 64 or axis != 0:
        return Unknown("parts of an array")
    piece = transfer.without_range(source) if source.origin in transfer.ORDERED else source
    piece = transfer.subset(piece)
    items = [Fact(piece.replace(), given.site) for _ in range(number)]
    return ListValue("list", items, True, given.state.unbounded_loops)


# -- reductions -----------------------------------------------------------------------------------


def axes_of(given: CallArguments, index: int) -> tuple[bool, tuple[int, ...] | None]:
    """Whether ``axis`` is known, and which axes (None: all)."""
    value = given.value("axis", index, None)
    if value is None:
        return True, None
    number = as_integer(value)
    if number is not None:
        return True, (number,)
    shape = as_shape(value)
    if shape is not None and all(isinstance(size, int) for size in shape):
        return True, tuple(size for size in shape if isinstance(size, int))
    return False, None


def reduced(kind: str, index: int = 1) -> Handler:
    def reduce(given: CallArguments) -> AbstractValue:
        return reduction(given, kind, given.array("a", "x", "input_tensor", "input"), index)

    return reduce


def reduction(given: CallArguments, kind: str, source: Array, index: int) -> AbstractValue:
    """``max``, ``mean`` and the like over some or all axes."""
    known, axes = axes_of(given, index)
    keep = given.value("keepdims", None, False) is True
    shape = shapes.reduce(source.shape, axes, keep) if known else None
    if kind in ("max", "min"):
        end = source.highest if kind == "max" else source.lowest
        if known and axes is None and end is not None and not keep:
            return int(end) if source.integers else Array(shape=(), lowest=end, highest=end)
        made = transfer.without_range(source).replace(shape=shape, raw_pixels=False, pixels=None)
        return _columns(made)
    if kind in ("argmax", "argmin"):
        return chosen(source, axes if known else (0,), shape)
    if kind in ("any", "all"):
        return transfer.truth(shape, "a comparison")
    if kind in ("sum", "prod", "count_nonzero", "cumsum"):
        whole = True if source.integers or kind == "count_nonzero" else None
        if kind == "cumsum":
            grown = source.shape if axes is not None else flat(source).shape
            return Array(shape=grown, integers=whole, origin=source.origin)
        if shape == ():
            return Unknown(f"the {kind} of an array")
        whole = False if source.integers is False and transfer.is_random(source) else whole
        encoding = source.encoding if whole is False else None
        return Array(encoding, shape, integers=whole, origin=source.origin)
    if shape == ():
        return Array(shape=(), origin=source.origin)
    measured = source.encoding is Encoding.CONTINUOUS and transfer.is_random(source)
    encoding = Encoding.CONTINUOUS if measured else None
    whole = False if measured else None
    return Array(encoding, shape, integers=whole, origin=source.origin)


def chosen(source: Array, axes: tuple[int, ...] | None, shape: Shape | None) -> AbstractValue:
    """``argmax``: class numbers when it goes over the classes of each sample."""
    if axes is None and source.rank != 1:
        if source.shape is None:
            return Array(integers=True, origin="argmax")
        return Unknown("the place of the largest element")
    last = axes is not None and (
        axes == (-1,) or (source.shape is not None and axes == (len(source.shape) - 1,))
    )
    if not last:
        if axes == (1,) and source.shape is None:
            last = True
        else:
            return Array(shape=shape, integers=True, origin="argmax")
    classes = source.classes
    if source.shape and isinstance(source.shape[-1], int):
        classes = source.shape[-1]
    encoding = Encoding.INTEGER if source.encoding is Encoding.ONE_HOT else None
    made = Array(encoding, shape, integers=True, origin="argmax")
    if encoding is not None and classes is not None:
        made = made.replace(classes=classes, lowest=0, highest=classes - 1)
        if classes == 2:
            made = made.replace(encoding=Encoding.BINARY)
    return made


def unique(given: CallArguments) -> AbstractValue:
    source = given.array("ar", "x")
    values = Array(
        shape=(transfer.distinct(source),),
        lowest=source.lowest,
        highest=source.highest,
        integers=source.integers,
        encoding=Encoding.STRINGS if source.encoding is Encoding.STRINGS else None,
        origin="unique",
    )
    flags = ("return_index", "return_inverse", "return_counts")
    extra = [name for name in flags if given.value(name, None, False) is not False]
    if not extra:
        return values
    if any(given.value(name, None, False) is not True for name in extra):
        return Unknown("the result of numpy.unique()")
    results = [values]
    for name in extra:
        if name == "return_inverse":
            classes = transfer.distinct(source)
            inverse = Array(
                Encoding.INTEGER if classes is not None and classes > 2 else None,
                source.shape if source.rank == 1 else None,
                classes=classes,
                lowest=0,
                highest=None if classes is None else classes - 1,
                integers=True,
                origin="unique",
            )
            results.append(transfer.with_encoding(inverse))
        else:
            results.append(Array(shape=(transfer.distinct(source),), integers=True))
    items = [Fact(result, given.site) for result in results]
    return ListValue("tuple", items, True, given.state.unbounded_loops)


# -- element by element ---------------------------------------------------------------------------


def _elementwise(word: str) -> Handler:
    function = transfer.FUNCTIONS[word]

    def apply(given: CallArguments) -> AbstractValue:
        value = given.value("x", 0, given.value("a", None, None))
        found = as_array(value)
        if found is None:
            divided = isinstance(value, Unknown) and value.reason.startswith(FRACTION)
            whole = function(Array())
            return whole.replace(origin=ROUNDED) if divided and whole.integers else whole
        made = function(found)
        number = transfer.constant(made)
        if found.shape == () and not isinstance(value, Array) and number is not None:
            return number
        return made

    return apply


def _operator(symbol: str) -> Handler:
    def apply(given: CallArguments) -> AbstractValue:
        left, right = given.value("x1", 0, None), given.value("x2", 1, None)
        a, b = data_of(left), data_of(right)
        made = transfer.combined(symbol, a, b, left is right)
        return masks.subtracted(made, a, b) if symbol == "-" else made

    return apply


def _comparison(given: CallArguments) -> AbstractValue:
    return transfer.compared(given.array("x1", "x"), given.array("x2", "y", index=1))


def _equality(symbol: str) -> Handler:
    def apply(given: CallArguments) -> AbstractValue:
        left, right = given.array("x1", "x"), given.array("x2", "y", index=1)
        return masks.compared(symbol, transfer.compared(left, right), left, right)

    return apply


def _inverse(given: CallArguments) -> AbstractValue:
    """``logical_not``."""
    source = given.array("x")
    return masks.opposite(transfer.truth(source.shape, source.origin), source)


def _where(given: CallArguments) -> AbstractValue:
    condition = given.array("condition")
    if not given.has("x", 1):
        return Unknown("the places where a condition holds")
    first, second = given.array("x", index=1), given.array("y", index=2)
    shape = shapes.broadcast(condition.shape, shapes.broadcast(first.shape, second.shape))
    if first.shape == () and second.shape == ():
        shape = condition.shape
    several = _chosen_values(condition, [first, second])
    one = transfer.constant(first) is not None and transfer.constant(second) is not None
    if several is not None and not one:
        return several.replace(shape=shape)
    joined = transfer.join(first, second).replace(shape=shape, encoding=None, classes=None)
    if first.encoding is Encoding.STRINGS and second.encoding is Encoding.STRINGS:
        return joined.replace(encoding=Encoding.STRINGS)
    if not one:
        # Which of the values are taken is not known: only their kind is.
        joined = joined.replace(lowest=None, highest=None)
        if joined.integers is False:
            joined = joined.replace(integers=None)
        both = (first.encoding, second.encoding)
        if both == (Encoding.CONTINUOUS, Encoding.CONTINUOUS):
            return joined.replace(encoding=Encoding.CONTINUOUS, integers=False)
        return joined
    joined = joined.replace(origin="a comparison", raw_pixels=False, pixels=None)
    made = transfer.with_encoding(joined)
    if made.encoding is None and made.integers and transfer.width(made) == 1:
        return made.replace(encoding=Encoding.INTEGER, classes=2)
    return made


def _select(given: CallArguments) -> AbstractValue:
    """``np.select(conditions, numbers, default)``."""
    choices = given.value("choicelist", 1, None)
    if not isinstance(choices, ListValue) or not choices.complete or not choices.items:
        return Unknown("one of several arrays")
    default = data_of(given.value("default", 2, 0))
    conditions = _parts(given, "condlist")
    first = conditions[0] if conditions else Array()
    made = _chosen_values(first, [*(data_of(item.value) for item in choices.items), default])
    return made if made is not None else Array(shape=first.shape)


def _chosen_values(condition: Array, values: list[Array]) -> Array | None:
    """Numbers of which conditions choose one for each sample, each of them somewhere.

    ``np.where(a, 2, np.where(b, 1, 0))``; None when they are not all written down.
    """
    numbers: set[float] = set()
    for value in values:
        low, high, classes = value.lowest, value.highest, value.classes
        if low is None or high is None or not value.integers:
            return None
        if low != high and (value.origin != "a comparison" or classes != high - low + 1):
            return None
        numbers.update(range(int(low), int(high) + 1))
    return one_of_each(condition, numbers)


def one_of_each(like: Array, numbers: set[float] | set[int]) -> Array:
    """Whole numbers of which each is somewhere, in an array of the same shape."""
    lowest, highest = min(numbers), max(numbers)
    made = Array(
        shape=like.shape, lowest=lowest, highest=highest, integers=True, origin="a comparison"
    )
    made = transfer.with_encoding(made)
    whole = len(numbers) == 2 or len(numbers) == highest - lowest + 1 > 1
    if made.encoding is None and whole and transfer.width(made) == 1:
        return made.replace(encoding=Encoding.INTEGER, classes=len(numbers))
    return made


def _clip(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x", "t")
    low = given.value("a_min", 1, given.value("x_min", None, given.value("clip_value_min")))
    high = given.value("a_max", 2, given.value("x_max", None, given.value("clip_value_max")))
    return transfer.clipped(source, as_number(low), as_number(high))


def _cast(given: CallArguments) -> AbstractValue:
    source = given.array("x")
    return masks.kept(transfer.cast(source, dtype_of(given.value("dtype", 1))), source)


def _to_type(kind: str) -> Handler:
    return lambda given: transfer.cast(given.array("x"), kind)


def _dot(given: CallArguments) -> AbstractValue:
    left, right = given.array("a", "x1"), given.array("b", "x2", index=1)
    return multiplied(left, right)


def multiplied(left: Array, right: Array) -> Array:
    """The matrix product."""
    shape: Shape | None = None
    if left.shape and right.shape and len(left.shape) > 1 and len(right.shape) <= 2:
        shape = (*left.shape[:-1], *right.shape[1:])
    real = False in (left.integers, right.integers)
    whole = True if left.integers and right.integers else (False if real else None)
    encoding = Encoding.CONTINUOUS if real else None
    return Array(encoding, shape, integers=whole, origin=left.origin or right.origin)


def _shape(given: CallArguments) -> AbstractValue:
    source = given.array("a", "input", "x")
    if source.shape is None:
        return Unknown("the shape of an array")
    items = [Fact(_size_value(size), given.site) for size in source.shape]
    return ListValue("tuple", items, True, given.state.unbounded_loops)


def _size_value(size: Dim) -> AbstractValue:
    return Unknown("the size of an axis") if size is None else size


def _meshgrid(given: CallArguments) -> AbstractValue:
    if len(given.args.positional) > 8:
        return Unknown("a grid")
    items = []
    for fact in given.args.positional:
        source = data_of(fact.value)
        items.append(Fact(transfer.shuffled(source).replace(shape=None), given.site))
    return ListValue("list", items, True, given.state.unbounded_loops)


def _pad(given: CallArguments) -> AbstractValue:
    source = given.array("array")
    return Array(shape=None if source.shape is None else (None,) * len(source.shape))


def _same(given: CallArguments) -> AbstractValue:
    source = given.array("a", "x", "array", "data", "m")
    return source.replace(mask="") if source.mask else source.replace()


def _reordered(given: CallArguments) -> AbstractValue:
    source = given.array("a", "m", "values", "value", "x")
    return transfer.subset(source, source.shape[0] if source.shape else None)


def _loaded(given: CallArguments) -> AbstractValue:
    return Array(origin=_file(given))


def _file(given: CallArguments) -> str:
    path = given.value("fname", 0, given.value("file", None, None))
    return f"{FILE}, {path}" if isinstance(path, str) else FILE


def _loaded_table(given: CallArguments) -> AbstractValue:
    """``loadtxt``: a table, unless it has a single column; which is not known."""
    kind = dtype_of(given.value("dtype", 1))
    encoding = Encoding.STRINGS if kind == "str" else None
    whole = True if kind == "int" else None
    return Array(encoding, integers=whole, origin=_file(given))


def _argsort(given: CallArguments) -> AbstractValue:
    source = given.array("a")
    order = Array(shape=source.shape, integers=True, origin=RANDOM, lowest=None)
    if source.rank != 1 or source.encoding is Encoding.CONTINUOUS:
        return order
    return order.replace(origin=transfer.SORTING, site=source.site, sorted_by_class=True)


FUNCTIONS: dict[str, Handler] = {
    **{word: _elementwise(word) for word in transfer.FUNCTIONS},
    "array": _array,
    "asarray": _array,
    "asanyarray": _array,
    "ascontiguousarray": _array,
    "asfarray": _array,
    "constant": _array,
    "convert_to_tensor": _array,
    "convert_to_numpy": _array,
    "Variable": _array,
    "matrix": _array,
    "mat": _array,
    "copy": _same,
    "eye": _eye,
    "identity": _eye,
    "one_hot": _one_hot,
    "zeros": _filled("numpy.zeros", 0),
    "ones": _filled("numpy.ones", 1),
    "empty": _filled("numpy.empty", None),
    "ndarray": _filled("numpy.empty", None),
    "full": _full,
    "fill": _fill,
    "zeros_like": _like("numpy.zeros", 0),
    "ones_like": _like("numpy.ones", 1),
    "empty_like": _like("numpy.empty", None),
    "full_like": _full_like,
    "arange": _arange,
    "range": _arange,
    "linspace": _linspace,
    "logspace": _space,
    "geomspace": _space,
    "meshgrid": _meshgrid,
    "reshape": reshape,
    "ravel": ravel,
    "squeeze": squeeze,
    "expand_dims": _expand_dims,
    "transpose": transpose,
    "swapaxes": _swapaxes,
    "moveaxis": _moveaxis,
    "rollaxis": _pad,
    "tile": _tile,
    "repeat": _repeat,
    "concatenate": _concatenate,
    "concat": _concatenate,
    "vstack": _vstack,
    "row_stack": _vstack,
    "hstack": _hstack,
    "column_stack": _column_stack,
    "c_": _column_stack,
    "stack": _stack,
    "append": _append,
    "delete": _delete,
    "split": _split,
    "array_split": _split,
    "max": reduced("max"),
    "min": reduced("min"),
    "amax": reduced("max"),
    "amin": reduced("min"),
    "nanmax": reduced("max"),
    "nanmin": reduced("min"),
    "reduce_max": reduced("max"),
    "reduce_min": reduced("min"),
    "mean": reduced("mean"),
    "nanmean": reduced("mean"),
    "average": reduced("mean"),
    "reduce_mean": reduced("mean"),
    "median": reduced("mean"),
    "std": reduced("mean"),
    "nanstd": reduced("mean"),
    "var": reduced("mean"),
    "sum": reduced("sum"),
    "reduce_sum": reduced("sum"),
    "prod": reduced("prod"),
    "cumsum": reduced("cumsum"),
    "count_nonzero": reduced("count_nonzero"),
    "any": reduced("any"),
    "all": reduced("all"),
    "argmax": reduced("argmax"),
    "argmin": reduced("argmin"),
    "unique": unique,
    "where": _where,
    "select": _select,
    "clip": _clip,
    "clip_by_value": _clip,
    "cast": _cast,
    "float32": _to_type("float"),
    "float64": _to_type("float"),
    "float16": _to_type("float"),
    "int32": _to_type("int"),
    "int64": _to_type("int"),
    "int8": _to_type("int"),
    "uint8": _to_type("int"),
    "cast_to_floatx": _to_type("float"),
    "add": _operator("+"),
    "subtract": _operator("-"),
    "multiply": _operator("*"),
    "divide": _operator("/"),
    "true_divide": _operator("/"),
    "floor_divide": _operator("//"),
    "power": _operator("**"),
    "mod": _operator("%"),
    "remainder": _operator("%"),
    "bitwise_and": _operator("&"),
    "bitwise_or": _operator("|"),
    "bitwise_xor": _operator("^"),
    "equal": _equality("=="),
    "not_equal": _equality("!="),
    "logical_not": _inverse,
    "tril": masks.triangle(lower=True),
    "triu": masks.triangle(lower=False),
    "tri": masks.lower_ones,
    "band_part": masks.band,
    "greater": _comparison,
    "greater_equal": _comparison,
    "less": _comparison,
    "less_equal": _comparison,
    "logical_and": _comparison,
    "logical_or": _comparison,
    "logical_xor": _comparison,
    "isin": _comparison,
    "in1d": _comparison,
    "dot": _dot,
    "matmul": _dot,
    "shape": _shape,
    "pad": _pad,
    "roll": _same,
    "flip": _reordered,
    "fliplr": _same,
    "flipud": _reordered,
    "sort": _reordered,
    "argsort": _argsort,
    "load": _loaded,
    "loadtxt": _loaded_table,
    "genfromtxt": _loaded_table,
    "fromstring": _loaded,
    "frombuffer": _loaded,
    "fromfile": _loaded,
}

RANDOM_FUNCTIONS: dict[str, Handler] = {
    "rand": _rand,
    "randn": _randn,
    "random": _random,
    "random_sample": _random,
    "ranf": _random,
    "sample": _random,
    "uniform": _uniform,
    "normal": _normal,
    "standard_normal": _standard_normal,
    "randint": _randint,
    "integers": _randint,
    "random_integers": _random_integers,
    "choice": _choice,
    "binomial": _binomial,
    "permutation": _permutation,
    "permuted": _permutation,
    "shuffle": _in_place,
    "seed": _in_place,
    "exponential": _reals_of(1),
    "gamma": _reals_of(2),
    "beta": _reals_of(2),
    "laplace": _reals_of(2),
    "lognormal": _reals_of(2),
}

TENSOR_RANDOM: dict[str, Handler] = {
    "uniform": _tensor_uniform,
    "random_uniform": _tensor_uniform,
    "normal": _tensor_normal,
    "random_normal": _tensor_normal,
    "truncated_normal": _tensor_normal,
    "randint": _tensor_integers,
    "shuffle": _reordered,
    "set_seed": _in_place,
}

GENERATORS = frozenset({"default_rng", "RandomState", "Generator"})
"""Constructors of objects whose methods are ``RANDOM_FUNCTIONS``."""

# Words that mean something else outside numpy.
_NUMPY_ONLY = frozenset(
    {"load", "copy", "fill", "delete", "append", "c_", "identity", "matrix", "mat"}
)


def find(dotted: str) -> Handler | None:
    """The function of this path, None when it is none of these libraries'."""
    prefix, _, word = dotted.rpartition(".")
    if prefix == "numpy.random":
        return RANDOM_FUNCTIONS.get(word)
    if prefix in ("tensorflow.random", "keras.random", "tensorflow.keras.random"):
        return TENSOR_RANDOM.get(word)
    if prefix in ("tensorflow", "keras.backend") and word in TENSOR_RANDOM and "random" in word:
        return TENSOR_RANDOM[word]
    if f"{prefix}." in PREFIXES and (prefix == "numpy" or word not in _NUMPY_ONLY):
        return FUNCTIONS.get(word)
    return None
