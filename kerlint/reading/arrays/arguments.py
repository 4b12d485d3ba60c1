"""The arguments of a call about data, read as arrays, numbers, sizes and dtypes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import LENGTH, Array, column_of
from kerlint.program.values import Fact, Site, TensorRef, Unknown
from kerlint.reading.arrays.literals import as_array
from kerlint.reading.arrays.shapes import Dim, Shape
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    Builtin,
    DictValue,
    ListValue,
    QualifiedName,
)

if TYPE_CHECKING:
    from kerlint.reading.interpreter.state import State

MISSING = object()
"""An argument that was not written, where None is an argument too."""


@dataclass(frozen=True, slots=True)
class CallArguments:
    """A call: its arguments, its place, and the state of the path on which it happens."""

    state: State
    args: Arguments
    site: Site

    def value(
        self, name: str, index: int | None = None, default: AbstractValue = MISSING
    ) -> AbstractValue:
        """The argument of this name or position, or ``default``."""
        fact = self.args.get(name, index)
        return default if fact is None else fact.value

    def has(self, name: str, index: int | None = None) -> bool:
        return self.args.get(name, index) is not None

    def array(self, *names: str, index: int = 0) -> Array:
        """The argument as an array; one of which nothing is known when it cannot be read."""
        for name in names:
            fact = self.args.get(name)
            if fact is not None:
                return data_of(fact.value)
        fact = self.args.get("", index)
        return Array() if fact is None else data_of(fact.value)

    def number(
        self, name: str, index: int | None = None, default: float | None = None
    ) -> float | None:
        """The argument as a number; None when it is not known, ``default`` when not written."""
        fact = self.args.get(name, index)
        return default if fact is None else as_number(fact.value)

    def integer(
        self, name: str, index: int | None = None, default: int | None = None
    ) -> int | None:
        fact = self.args.get(name, index)
        return default if fact is None else as_integer(fact.value)

    def shape(self, name: str, index: int | None = None) -> Shape | None:
        """The argument as a shape: a number or a tuple; None when the rank is not known."""
        return as_shape(self.value(name, index, Unknown("not given")))


def as_number(value: AbstractValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        if isinstance(value, Array) and value.shape == () and value.lowest == value.highest:
            return value.lowest
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return value if math.isfinite(number) and abs(number) < 1e300 else None


def as_integer(value: AbstractValue) -> int | None:
    number = as_number(value)
    if number is None or abs(number) > 1e15 or number != int(number):
        return None
    return int(number)


def as_dim(value: AbstractValue) -> Dim:
    """A size as it stands in a shape: known, unknown with a name, or None."""
    number = as_integer(value)
    if number is not None:
        return number
    if isinstance(value, Unknown) and value.symbol:
        return value
    return None


def as_shape(value: AbstractValue) -> Shape | None:
    if isinstance(value, ListValue):
        return tuple(as_dim(item.value) for item in value.items) if value.complete else None
    number = as_integer(value)
    if number is None and isinstance(value, Unknown):
        one = value.reason == LENGTH or _A_SIZE.search(value.symbol)
        return (as_dim(value),) if one else None
    return None if number is None else (number,)


# One size, for which no number is known.
_A_SIZE = re.compile(r"^[\w.]+\.shape\[\d\]$")


def data_of(value: AbstractValue) -> Array:
    """The value as an array; one of which nothing is known when it cannot be read."""
    found = as_array(value)
    if found is not None:
        return found
    name = _COLUMN.search(value.symbol) if isinstance(value, Unknown) else None
    return Array(origin=column_of("", name[1]) if name is not None else "")


# The text of ``table["name"]``, where the table is not known.
_COLUMN = re.compile(r"\['([^']+)'\](?:\.\w+\(?\)?)*$")


def written_elements(facts: Iterable[Fact]) -> int:
    """How many elements there are in the lists among some values; what is shared counts once."""
    count = 0
    seen: set[int] = set()
    pending = [fact.value for fact in facts if isinstance(fact.value, ListValue)]
    while pending:
        value = pending.pop()
        if id(value) not in seen:
            seen.add(id(value))
            count += len(value.items)
            pending += [item.value for item in value.items if isinstance(item.value, ListValue)]
    return count


def holds_tensor(value: AbstractValue) -> bool:
    """Whether a symbolic tensor is in a value: then it belongs to a model, not to the data."""
    if not isinstance(value, (ListValue, DictValue)):
        return isinstance(value, TensorRef)
    seen: set[int] = set()
    level: list[AbstractValue] = [value]
    for _ in range(_MAX_DEPTH):
        inner: list[AbstractValue] = []
        for each in level:
            held = each.items[:64] if isinstance(each, ListValue) else each.entries.values()
            for item in held:
                if isinstance(item.value, TensorRef):
                    return True
                if isinstance(item.value, (ListValue, DictValue)) and id(item.value) not in seen:
                    seen.add(id(item.value))
                    inner.append(item.value)
        level = inner
    return False


_MAX_DEPTH = 5  # lists in lists that are looked into


def dtype_of(value: AbstractValue) -> str | None:
    """Read a dtype: "int", "float", "bool" or "str"; None when it is something else."""
    word = ""
    if isinstance(value, str):
        word = value
    elif isinstance(value, QualifiedName):
        word = value.dotted.rpartition(".")[2]
    elif isinstance(value, Builtin):
        word = value.name
    word = word.strip("_<>=|")
    if word[:1] in ("S", "U") and (len(word) == 1 or word[1:].isdigit()):
        return "str"
    word = word.lower()
    for start, kind in (
        ("uint", "int"),
        ("int", "int"),
        ("long", "int"),
        ("byte", "int"),
        ("float", "float"),
        ("double", "float"),
        ("half", "float"),
        ("bfloat", "float"),
        ("bool", "bool"),
        ("str", "str"),
        ("object", "object"),
        ("category", "category"),
    ):
        if word.startswith(start):
            return kind
    if word[:1] in ("i", "u", "f") and word[1:].isdigit():
        return "float" if word[0] == "f" else "int"
    return {"i": "int", "f": "float", "d": "float", "b": "int", "u": "int"}.get(word)
