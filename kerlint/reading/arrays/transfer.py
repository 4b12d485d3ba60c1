"""What operations do to the known values of an array: ranges, whole numbers, label encodings.

A range is kept only where both ends stay attained (or nearly so): rules claim that a head cannot
reach a target, so a bound that no value comes near would be a false fact.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from kerlint.program.data import PREDICTED, ROUNDED, Array, Encoding
from kerlint.reading.arrays.shapes import Dim, broadcast, same

SORTING = "numpy.argsort"
"""The origin of the indices that sort an array; they have the site of that array."""

ORDERED = frozenset({"a list", "load_iris", "load_wine", "numpy.arange", "numpy.linspace"})
"""Origins whose first rows differ from the last ones."""

FILLED = frozenset({"numpy.zeros", "numpy.ones", "numpy.full"})
"""Origins of arrays that wait to be written into."""

_DENSE = 24  # samples
_RAW_SPAN = 100.0  # pixels that still spread over this much have not been scaled


def width(array: Array) -> Dim:
    """Values per sample: 1 for ``(n,)`` and ``(n, 1)``; None when it is not known."""
    if array.shape is None or not array.shape:
        return None
    total = 1
    for size in array.shape[1:]:
        if not isinstance(size, int):
            return None
        total *= size
    return total


def distinct(array: Array) -> int | None:
    """How many different values there are, where they are classes."""
    return array.classes if array.encoding in _CLASSES else None


_CLASSES = frozenset({Encoding.BINARY, Encoding.INTEGER, Encoding.STRINGS})


def is_random(array: Array) -> bool:
    """Whether the values were drawn at random: then every part of them is like the whole."""
    return array.origin.startswith(("numpy.random", "make_"))


def dense(array: Array) -> bool:
    """Whether the values fill their range closely enough to come near everything inside it."""
    size = array.shape[0] if array.shape else None
    return array.integers is not True and isinstance(size, int) and size >= _DENSE


def constant(array: Array) -> float | None:
    """The value of an array whose elements are all the same."""
    return array.lowest if array.lowest is not None and array.lowest == array.highest else None


def with_encoding(array: Array) -> Array:
    """Name the encoding where the values leave only one: 0 and 1, or numbers that are not whole."""
    if array.encoding is not None:
        return array
    if array.integers is False:
        return array
    if array.integers and array.lowest in (0, 1) and array.highest in (0, 1):
        if width(array) == 1:
            classes = 2 if array.lowest != array.highest else None
            return array.replace(encoding=Encoding.BINARY, classes=classes)
    return array


def unknown_values(array: Array, **changes: object) -> Array:
    """The same shape and origin with nothing known of the values, but for ``changes``."""
    return Array(shape=array.shape, origin=array.origin, site=array.site).replace(**changes)


def as_float(array: Array, **changes: object) -> Array:
    """Numbers that are not whole; labels that were rescaled are not called measurements."""
    label = array.encoding not in (None, Encoding.CONTINUOUS)
    return unknown_values(
        array, integers=False, encoding=None if label else Encoding.CONTINUOUS, **changes
    )


def join(left: Array, right: Array) -> Array:
    """What holds of an array that has elements of both."""
    low = high = None
    if left.lowest is not None and right.lowest is not None:
        low = min(left.lowest, right.lowest)
    if left.highest is not None and right.highest is not None:
        high = max(left.highest, right.highest)
    if left.integers and right.integers:
        whole: bool | None = True
    elif left.integers is False or right.integers is False:
        whole = False
    else:
        whole = None
    encoding, classes = left.encoding, left.classes
    if left.encoding is not right.encoding or left.classes != right.classes:
        pair = {left.encoding, right.encoding}
        classes = None
        if Encoding.CONTINUOUS in pair and Encoding.STRINGS not in pair:
            encoding = Encoding.CONTINUOUS
        elif pair <= {Encoding.BINARY, Encoding.INTEGER} and whole:
            encoding = Encoding.INTEGER
            if low is not None and high is not None and left.encoding is right.encoding:
                encoding, classes = left.encoding, int(high - low) + 1
        else:
            encoding = None
    elif encoding is Encoding.INTEGER and (left.lowest, left.highest) != (
        right.lowest,
        right.highest,
    ):
        classes = None
    if encoding is Encoding.BINARY and (low is None or high is None or low != high):
        classes = 2
    if left.shape is None or right.shape is None or len(left.shape) != len(right.shape):
        shape = None
    else:
        shape = tuple(same(a, b) for a, b in zip(left.shape, right.shape))
    made = Array(
        encoding=encoding,
        shape=shape,
        classes=classes,
        lowest=low,
        highest=high,
        integers=whole,
        raw_pixels=left.raw_pixels and right.raw_pixels,
        pixels=left.pixels if left.pixels == right.pixels else None,
        origin=left.origin or right.origin,
        site=left.site,
    )
    return with_encoding(made)


def reshaped(array: Array, shape: tuple[Dim, ...] | None) -> Array:
    """The same values in another shape; what they say per sample is judged again."""
    made = array.replace(shape=shape)
    if array.sorted_by_class and (width(array) != 1 or width(made) != 1):
        made = made.replace(sorted_by_class=False)  # some samples may be columns now
    if array.encoding in (Encoding.BINARY, Encoding.INTEGER):
        per_sample = width(made)
        if per_sample == 1 or (per_sample is None and shape is None):
            return made
        return made.replace(encoding=None, classes=None)
    if array.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT):
        keeps = shape is not None and array.shape is not None and shape[-1:] == array.shape[-1:]
        if keeps and shape is not None and len(shape) >= 2:
            return made
        return with_encoding(made.replace(encoding=None, classes=None))
    return with_encoding(made)


def shuffled(array: Array) -> Array:
    """The same samples in another order: they no longer run from low to high."""
    origin = f"{array.origin}, shuffled" if array.origin in ORDERED else array.origin
    return array.replace(origin=origin, sorted_by_class=False)


def subset(array: Array, size: Dim = None) -> Array:
    """Some of the samples, taken at random: what holds of all holds of them."""
    shape = None if array.shape is None else (size, *array.shape[1:])
    return shuffled(array).replace(shape=shape)


# -- arithmetic -----------------------------------------------------------------------------------


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) and abs(value) < 1e300 else None


def _with(symbol: str, value: float, number: float, number_first: bool) -> float | None:
    """One end of a range combined with a number."""
    a, b = (number, value) if number_first else (value, number)
    try:
        if symbol == "+":
            result = a + b
        elif symbol == "-":
            result = a - b
        elif symbol == "*":
            result = a * b
        elif symbol == "/":
            result = a / b
        elif symbol == "//":
            result = float(a // b)
        elif symbol == "**":
            if abs(a) > 1e6 or abs(b) > 64:
                return None
            power = a**b
            if isinstance(power, complex):
                return None
            result = power
        else:
            return None
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return _finite(result)


def _whole(symbol: str, array: Array, number: float, number_first: bool) -> bool | None:
    """Whether the result is whole numbers."""
    integer = float(number).is_integer()
    if symbol == "//":
        return True
    if array.integers is None:
        return None
    if symbol in ("+", "-"):
        return integer if array.integers else (False if integer else None)
    if symbol == "*":
        if array.integers:
            return bool(integer or number == 0)
        is_random = array.origin.startswith("numpy.random")
        return None if number == 0 or abs(number) > 1 and not is_random else False
    if symbol == "/" and not number_first:
        if array.integers:
            return abs(number) == 1
        return False if abs(number) >= 1 else None
    if symbol == "**" and not number_first:
        if array.integers:
            return True if integer and number >= 0 else None
        return False if integer and number > 0 else None
    if symbol == "%" and not number_first:
        return True if array.integers and integer else None
    return None


def scaled(symbol: str, array: Array, number: float, number_first: bool) -> Array:
    """``array symbol number``, or ``number symbol array``."""
    if not math.isfinite(number):
        return unknown_values(array)
    if (symbol, number) in (("*", 1), ("+", 0), ("**", 1)) or (
        not number_first and (symbol, number) in (("/", 1), ("-", 0))
    ):
        return array.replace()
    if symbol == "%":
        return _modulo(array, number) if not number_first else unknown_values(array)
    ends = [
        _with(symbol, end, number, number_first) if end is not None else None
        for end in (array.lowest, array.highest)
    ]
    low, high = ends
    falling = (
        (symbol == "-" and number_first)
        or (symbol in "*/" and number < 0)
        or (symbol == "/" and number_first)
        or (symbol == "//" and number < 0)
    )
    if symbol in ("/", "//") and number_first:
        crosses = array.lowest is None or array.highest is None
        if crosses or array.lowest <= 0 <= array.highest:  # type: ignore[operator]
            low = high = None
    if symbol == "**":
        low, high = _power(array, number) if not number_first else (low, high)
        falling = False
    if falling:
        low, high = high, low
    if low is not None and high is not None and low > high:
        low, high = high, low
    whole = _whole(symbol, array, number, number_first)
    made = unknown_values(array, lowest=low, highest=high, integers=whole)
    if array.raw_pixels and low is not None and high is not None and high - low >= _RAW_SPAN:
        made = made.replace(raw_pixels=True)
    if array.pixels is not None:
        made = made.replace(pixels=_pixels(array.pixels, symbol, number, number_first))
    if array.encoding is Encoding.STRINGS:
        return unknown_values(array)
    if whole is False:
        label = array.encoding not in (None, Encoding.CONTINUOUS)
        return made if label else made.replace(encoding=Encoding.CONTINUOUS)
    if array.encoding is Encoding.CONTINUOUS and whole is None:
        return made.replace(encoding=Encoding.CONTINUOUS)
    if whole and number != 0 and symbol in ("+", "-", "*"):
        if symbol == "-" and number_first and array.encoding is Encoding.BINARY and number == 1:
            return made.replace(encoding=Encoding.BINARY, classes=array.classes)
        if (array.encoding is Encoding.BINARY and low != high) or (
            array.encoding is Encoding.INTEGER and symbol != "*" and not number_first
        ):
            # Two numbers stay two, classes stay classes when they are counted from elsewhere.
            zero_one = low == 0 and high == 1
            encoding = Encoding.BINARY if zero_one else Encoding.INTEGER
            return made.replace(encoding=encoding, classes=array.classes)
    return made


def _pixels(
    span: tuple[float, float], symbol: str, number: float, number_first: bool
) -> tuple[float, float] | None:
    """The range of images after arithmetic with a number."""
    if symbol not in ("+", "-", "*", "/") or (symbol == "/" and number_first):
        return None
    ends = [_with(symbol, end, number, number_first) for end in span]
    low, high = ends
    return None if low is None or high is None else (min(low, high), max(low, high))


def _power(array: Array, number: float) -> tuple[float | None, float | None]:
    low, high = array.lowest, array.highest
    if (
        number > 0
        and float(number).is_integer()
        and int(number) % 2 == 1
        or (number > 0 and low is not None and low >= 0)
    ):
        return (
            None if low is None else _with("**", low, number, False),
            None if high is None else _with("**", high, number, False),
        )
    if number > 0 and float(number).is_integer():
        return _even(array, lambda end: _with("**", end, number, False))
    return None, None


def _even(
    array: Array, function: Callable[[float], float | None]
) -> tuple[float | None, float | None]:
    """The range of a function that falls to 0 and rises again."""
    low, high = array.lowest, array.highest
    if low is None or high is None:
        return None, None
    a, b = function(low), function(high)
    if a is None or b is None:
        return None, None
    if low < 0 < high:
        return (0.0 if dense(array) else None), max(a, b)
    return min(a, b), max(a, b)


def _modulo(array: Array, number: float) -> Array:
    if array.integers and number >= 1 and float(number).is_integer():
        span = None
        if array.lowest is not None and array.highest is not None:
            span = array.highest - array.lowest
        if span is not None and span >= number - 1:
            made = unknown_values(array, lowest=0, highest=int(number) - 1, integers=True)
            if width(made) == 1 and 2 < number <= 1000:
                return made.replace(encoding=Encoding.INTEGER, classes=int(number))
            return with_encoding(made)
        return unknown_values(array, integers=True)
    return unknown_values(array)


def combined(symbol: str, left: Array, right: Array, identical: bool = False) -> Array:
    """``left symbol right`` element by element."""
    for array, other, first in ((left, right, False), (right, left, True)):
        number = constant(other)
        if number is not None and constant(array) is None:
            made = scaled(symbol, array, number, first)
            return made.replace(shape=broadcast(left.shape, right.shape))
    a, b = constant(left), constant(right)
    if a is not None and b is not None:
        value = _with(symbol, a, b, False)
        made = Array(lowest=value, highest=value, origin=left.origin, site=left.site)
        if value is not None:
            made = made.replace(integers=float(value).is_integer())
        return with_encoding(made.replace(shape=broadcast(left.shape, right.shape)))
    shape = broadcast(left.shape, right.shape)
    if identical and symbol == "*":
        return scaled("**", left, 2, False).replace(shape=shape)
    made = Array(shape=shape, origin=left.origin or right.origin, site=left.site)
    if symbol in "&|^" and _zero_one(left) and _zero_one(right):
        return with_encoding(made.replace(lowest=0, highest=1, integers=True))
    if symbol in ("+", "-", "*") and left.integers and right.integers:
        return made.replace(integers=True)
    if symbol in ("+", "-", "*", "/") and {left.integers, right.integers} == {False}:
        return made.replace(integers=False, encoding=Encoding.CONTINUOUS)
    pair = {left.encoding, right.encoding}
    if symbol in ("+", "-", "*", "/") and pair == {Encoding.CONTINUOUS}:
        return made.replace(encoding=Encoding.CONTINUOUS)
    measured = Encoding.CONTINUOUS in pair
    whole = {left.integers, right.integers} == {True, False}
    if measured and symbol in ("+", "-") and whole:
        return made.replace(integers=False, encoding=Encoding.CONTINUOUS)
    return made


def _zero_one(array: Array) -> bool:
    return bool(array.integers and array.lowest in (0, 1) and array.highest in (0, 1))


def negated(array: Array) -> Array:
    return scaled("*", array, -1, False)


def truth(shape: tuple[Dim, ...] | None, origin: str) -> Array:
    """An array of booleans, which count as 0 and 1."""
    return with_encoding(Array(shape=shape, lowest=0, highest=1, integers=True, origin=origin))


def compared(left: Array, right: Array) -> Array:
    origin = PREDICTED if PREDICTED in (left.origin, right.origin) else "a comparison"
    return truth(broadcast(left.shape, right.shape), origin)


# -- types and functions --------------------------------------------------------------------------


def cast(array: Array, kind: str | None) -> Array:
    """``array.astype(kind)``."""
    if kind == "bool":
        return truth(array.shape, array.origin)
    if kind == "str":
        return unknown_values(array, encoding=Encoding.STRINGS)
    if kind == "int":
        if array.integers:
            return array.replace(origin="" if array.origin == ROUNDED else array.origin)
        if array.encoding is Encoding.STRINGS:
            return unknown_values(array, integers=True)
        low, high = array.lowest, array.highest
        if array.integers is False:
            low, high = _inner(low), _inner(high)
        made = unknown_values(array, lowest=low, highest=high, integers=True)
        made = made.replace(raw_pixels=array.raw_pixels, pixels=_whole_pixels(array.pixels))
        return with_encoding(made)
    if kind == "float":
        if array.encoding is Encoding.STRINGS:
            return unknown_values(array)
        return array.replace()
    return unknown_values(array) if kind is None else array.replace()


def _whole_pixels(span: tuple[float, float] | None) -> tuple[float, float] | None:
    """The range of images as whole numbers: of those between 0 and 1 nothing is left."""
    return span if span is not None and span[1] - span[0] >= _RAW_SPAN else None


def _inner(end: float | None) -> float | None:
    """An end cut off towards 0; a whole one may be open: (rand() * 10).astype(int) is at most 9."""
    if end is None or not math.isfinite(end) or (end != 0 and float(end).is_integer()):
        return None
    return math.trunc(end)


def _monotone(function: Callable[[float], float]) -> Callable[[Array], Array]:
    def apply(array: Array) -> Array:
        def end(value: float | None) -> float | None:
            if value is None:
                return None
            try:
                return _finite(function(value))
            except (ValueError, OverflowError, ZeroDivisionError):
                return None

        low, high = end(array.lowest), end(array.highest)
        if array.lowest is not None and low is None or array.highest is not None and high is None:
            low = high = None
        if constant(array) is not None or function in _OFTEN_WHOLE and array.integers is not False:
            return unknown_values(array, lowest=low, highest=high)
        return as_float(array, lowest=low, highest=high)

    return apply


def _rounded(function: Callable[[float], float]) -> Callable[[Array], Array]:
    def apply(array: Array) -> Array:
        if array.integers:
            return array.replace()
        low, high = array.lowest, array.highest
        if function is math.trunc:
            ends = [_inner(low), _inner(high)]
        else:
            # A whole end may be open: what is just below it is rounded elsewhere.
            ends = [
                None
                if end is None or not math.isfinite(end) or (end == open_end and end % 1 == 0)
                else function(end)
                for end, open_end in (
                    (low, low if function is math.ceil else None),
                    (high, high if function is math.floor else None),
                )
            ]
        made = unknown_values(array, lowest=ends[0], highest=ends[1], integers=True)
        return with_encoding(made)

    return apply


_OFTEN_WHOLE = frozenset({math.sqrt, math.log2, math.log10})  # of whole numbers


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _wave(array: Array) -> Array:
    """Sine and cosine: from -1 to 1 when a whole period is covered densely."""
    low, high = array.lowest, array.highest
    if constant(array) is not None:
        return unknown_values(array)
    if low is not None and high is not None and high - low >= 2 * math.pi and dense(array):
        return as_float(array, lowest=-1.0, highest=1.0)
    return as_float(array)


def _absolute(array: Array) -> Array:
    low, high = _even(array, abs)
    whole = array.integers
    encoding = array.encoding if array.encoding is Encoding.CONTINUOUS else None
    return with_encoding(
        unknown_values(array, lowest=low, highest=high, integers=whole, encoding=encoding)
    )


def _sign(array: Array) -> Array:
    low = high = None
    if array.lowest is not None and array.highest is not None:
        if array.lowest != 0 != array.highest or array.integers:
            low = (array.lowest > 0) - (array.lowest < 0)
            high = (array.highest > 0) - (array.highest < 0)
    return with_encoding(unknown_values(array, lowest=low, highest=high, integers=True))


def clipped(array: Array, low: float | None, high: float | None) -> Array:
    """``clip(low, high)``: people cut off what is beyond, so unknown ends become the bounds."""
    bottom, top = array.lowest, array.highest
    if low is not None:
        bottom = low if bottom is None else max(bottom, low)
    if high is not None:
        top = high if top is None else min(top, high)
    if bottom is not None and top is not None and bottom > top:
        bottom = top = None
    changed = (bottom, top) != (array.lowest, array.highest)
    if not changed:
        return array.replace()
    encoding = array.encoding if array.encoding is Encoding.CONTINUOUS else None
    whole = array.integers
    ends_whole = all(end is None or end % 1 == 0 for end in (low, high))
    return with_encoding(
        unknown_values(
            array,
            lowest=bottom,
            highest=top,
            integers=whole if ends_whole or whole is False else None,
            encoding=encoding,
        )
    )


def opaque(array: Array) -> Array:
    """A function that keeps the shape and tells nothing of the values."""
    return unknown_values(array)


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "exp": _monotone(math.exp),
    "expm1": _monotone(math.expm1),
    "log": _monotone(math.log),
    "log10": _monotone(math.log10),
    "log2": _monotone(math.log2),
    "log1p": _monotone(math.log1p),
    "sqrt": _monotone(math.sqrt),
    "tanh": _monotone(math.tanh),
    "sinh": _monotone(math.sinh),
    "arctan": _monotone(math.atan),
    "atan": _monotone(math.atan),
    "sigmoid": _monotone(_sigmoid),
    "expit": _monotone(_sigmoid),
    "radians": _monotone(math.radians),
    "deg2rad": _monotone(math.radians),
    "round": _rounded(round),
    "rint": _rounded(round),
    "around": _rounded(round),
    "round_": _rounded(round),
    "floor": _rounded(math.floor),
    "ceil": _rounded(math.ceil),
    "fix": _rounded(math.trunc),
    "trunc": _rounded(math.trunc),
    "sin": _wave,
    "cos": _wave,
    "tan": lambda array: as_float(array),
    "abs": _absolute,
    "absolute": _absolute,
    "fabs": _absolute,
    "square": lambda array: scaled("**", array, 2, False),
    "negative": negated,
    "sign": _sign,
    "nan_to_num": lambda array: array.replace(),
    "stop_gradient": lambda array: array.replace(),
    "isnan": lambda array: truth(array.shape, "a comparison"),
    "isinf": lambda array: truth(array.shape, "a comparison"),
    "isfinite": lambda array: truth(array.shape, "a comparison"),
    "logical_not": lambda array: truth(array.shape, "a comparison"),
    "relu": lambda array: clipped(array, 0, None),
}
"""Functions of one array, element by element, by the last word of their name."""


def without_range(array: Array) -> Array:
    """Some columns or some rows of an array: what kind of numbers, but not which."""
    gone = [Encoding.ONE_HOT, Encoding.MULTI_HOT]
    if not is_random(array):
        # A column of whole numbers may be next to columns that are not.
        gone.append(Encoding.CONTINUOUS)
    return array.replace(
        lowest=None,
        highest=None,
        classes=None,
        encoding=None if array.encoding in gone else array.encoding,
        integers=array.integers if array.integers or is_random(array) else None,
    )


def opaque_of(array: Array) -> Array:
    """Arithmetic with something that is not known at all: not even the shape is sure."""
    return Array(origin=array.origin, site=array.site)
