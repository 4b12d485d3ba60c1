"""The values that arguments have, as far as they are known from the text."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, NewType, TypeAlias, Union

from kerlint.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from kerlint.program.data import Array

Site = NewType("Site", int)
"""Index into the reader's table of syntax nodes; turned into rows and columns only for reports."""

NOWHERE = Site(-1)
"""The site of a value that nobody wrote: a default of Keras, the result of a rule's own thought."""


@dataclass(slots=True, unsafe_hash=True)
class Unknown:
    """What the reader cannot know, with the reason. Not frozen, as ``Fact``.

    ``symbol`` is the text that stands for the value (``features``, ``x.shape[1]``,
    ``features * 2``): two unknowns with the same text are the same number, so that a size can stay
    unknown and still have a name. Empty when there is no such text.
    """

    reason: str
    site: Site = NOWHERE
    symbol: str = ""


FRACTION = "the quotient of "
"""How the reason of an ``Unknown`` begins that was divided with ``/``: a number, but no ``int``."""


class NumPyInteger(int):
    """A number that is known, of an integer type of NumPy: ``np.prod(shape)``.

    Keras does not take it where it asks for an ``int``. Everywhere else it is that number.
    """

    __slots__ = ()


@dataclass(slots=True, unsafe_hash=True)
class Refused(Unknown):
    """The shape of something that Keras refuses to make, or that comes after such a thing.

    ``fault`` says what is wrong, one of the words below, and is empty for what comes after.
    ``layer`` is the kind of layer that refuses, which may be inside a wrapper, ``given`` the shapes
    that it was given, and ``numbers`` are those of the fault.
    """

    fault: str = ""
    layer: str = ""
    given: tuple[tuple[object, ...], ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class Weights(Unknown):
    """A list of all (trainable) weights of these models: ``model.trainable_variables``."""

    models: tuple[int, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class Forecast(Unknown):
    """What comes of the output of a model in plain numbers, so that no gradient goes back.

    ``model`` is that model, ``how`` the place and the way: "predict" or "outside" of any tape.
    """

    model: int = -1
    how: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Tape(Unknown):
    """A ``tf.GradientTape``, by its index in the table of tapes."""

    tape: int = -1


@dataclass(slots=True, unsafe_hash=True)
class Derivative(Unknown):
    """What ``tape.gradient`` has returned, by the index of that call."""

    gradient: int = -1


AXES = "number of axes"
"""The input has another number of axes than the layer takes, which is in ``numbers``."""
WINDOW = "window"
"""A window, or what is cropped, is larger than the input: ``numbers`` are the two sizes."""
COUNT = "count"
"""A shape with another number of elements is asked for."""
MERGE = "merge"
"""Inputs that cannot be joined."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A Keras function, class or module named as itself: ``keras.activations.relu``."""

    name: str


@dataclass(frozen=True, slots=True)
class External:
    """Something of another library, by its dotted path: ``numpy.zeros``."""

    path: str


@dataclass(frozen=True, slots=True)
class Custom:
    """Code of the user that Keras is given: a function, lambda, class or instance.

    ``formula``: of a loss or metric, the index of what it does in ``Program.formulas``.
    """

    kind: str  # "function", "lambda", "class", "object"
    name: str
    site: Site = NOWHERE
    formula: int = -1


@dataclass(frozen=True, slots=True)
class Items:
    """A list or tuple. ``complete`` is False when more items may follow."""

    kind: str  # "list", "tuple", "set"
    items: tuple[Fact, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Entries:
    """A dictionary with known keys; ``complete`` is False when there may be others."""

    entries: Mapping[str | int, Fact]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of a Keras class that is not a layer: an optimizer, a loss, an initializer.

    ``args`` holds what was written, by parameter name; defaults are absent. ``partial`` says that
    some arguments could not be read (``**settings``), so an absent one proves nothing.
    """

    name: str
    args: Mapping[str, Fact]
    site: Site
    partial: bool = False


@dataclass(frozen=True, slots=True)
class LayerRef:
    layer: int


@dataclass(frozen=True, slots=True)
class TensorRef:
    tensor: int


@dataclass(frozen=True, slots=True)
class ModelRef:
    model: int


class InterpreterValue:
    """Base of values that exist only while code is interpreted; none is left in a ``Program``."""

    __slots__ = ()


Value: TypeAlias = Union[
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    Unknown,
    Ref,
    External,
    Custom,
    Items,
    Entries,
    Object,
    LayerRef,
    TensorRef,
    ModelRef,
    InterpreterValue,
    "Array",
    None,
]


@dataclass(slots=True, unsafe_hash=True)
class Fact:
    """A value, where it is written, and the names and parameters it came through on its way.

    Nobody changes one. It is not frozen because each expression makes one, and making a frozen one
    takes three times as long.
    """

    value: Value
    site: Site = NOWHERE
    copied_through: tuple[Site, ...] = ()

    @property
    def known(self) -> bool:
        return not isinstance(self.value, Unknown)

    @property
    def used_at(self) -> Site:
        """Where it is used: the name of the variable that it came through last, or the value."""
        return self.copied_through[-1] if self.copied_through else self.site

    def number(self) -> int | float | None:
        """The value when it is a real number (no bool) that a float can hold, else None."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool):
            return int(value) if abs(value) <= sys.float_info.max else None
        return value if isinstance(value, float) else None

    def integer(self) -> int | None:
        """The value when it is a whole number (``4.0`` counts, as in Keras), else None."""
        value = self.number()
        if isinstance(value, float):
            return int(value) if value.is_integer() else None
        return value


REBOUND = "\u2019"
"""Before the place where a name is bound again, in the text of an unknown value: another value."""


def shown(symbol: str) -> str:
    """The text of an unknown value, as a person has written it."""
    return re.sub(f"{REBOUND}\\d+", "", symbol) if REBOUND in symbol else symbol


def text_of(value: Value) -> str:
    """Say a value as a person would write it, for messages."""
    if isinstance(value, Unknown):
        return shown(value.symbol) or "an unknown value"
    if isinstance(value, (Ref, Object)):
        return value.name.rpartition(".")[2]
    if isinstance(value, External):
        return value.path
    if isinstance(value, Custom):
        return value.name
    if isinstance(value, Items):
        inner = ", ".join(text_of(item.value) for item in value.items)
        if value.kind == "tuple":
            return f"({inner},)" if len(value.items) == 1 else f"({inner})"
        return f"[{inner}]"
    return repr(value)
