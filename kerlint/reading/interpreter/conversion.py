"""Values that are known to the last item, as the Python objects that they are, and back."""

from __future__ import annotations

from typing import Any

from kerlint.program.values import Fact, NumPyInteger, Site, Unknown
from kerlint.reading.interpreter.state import LETTERS, MAX_ITEMS, State
from kerlint.reading.interpreter.values import AbstractValue, DictValue, ListValue

MAX_DEPTH = 12  # containers inside containers

PLAIN = (str, bool, int, float, complex, bytes, type(None))
_PLAIN = frozenset({*PLAIN, NumPyInteger})
_TEXTS = (str, bytes)
_KINDS = (list, tuple, set, frozenset)
NEW = 2  # elements that are not there yet take more memory than those that are copied
_MAKERS: dict[str, Any] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "iterator": list,
    "view": list,
}


class NotKnown(Exception):
    """Some part of the value is not known, or is not plain data."""


def concrete(state: State, fact: Fact, printed: bool = False) -> Any:
    """The Python object that a value is; raises ``NotKnown``, also where that would be too large.

    Iterators and views become lists, which is right only for a function that goes through them.
    ``printed``: only an object of which ``str()`` is what Python prints of the value itself.
    """
    value: AbstractValue = fact.value
    return value if type(value) in _PLAIN else _object_of(state, value, printed, 0)


def _object_of(state: State, value: AbstractValue, printed: bool, depth: int) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        if kind in _TEXTS and not fits(state, value):
            raise NotKnown
        return value
    if depth > MAX_DEPTH:
        raise NotKnown
    if kind is ListValue:
        if not value.complete or is_stale(value):
            raise NotKnown
        if printed and (value.names or value.kind not in ("list", "tuple")):
            raise NotKnown
        # Parts that are shared count each time: they are printed and compared each time.
        if not state.has_room(len(value.items), few=not depth):
            raise NotKnown
        items = [_object_of(state, item.value, printed, depth + 1) for item in value.items]
        if value.kind == "index":
            raise NotKnown  # it is compared name by name
        if value.kind == "range":
            return _range_of(items)
        try:
            return _MAKERS[value.kind](items)
        except TypeError:  # lists cannot be in a set
            raise NotKnown from None
    if kind is DictValue and value.complete:
        if not state.has_room(len(value.entries), few=not depth):
            raise NotKnown
        return {
            key: _object_of(state, item.value, printed, depth + 1)
            for key, item in value.entries.items()
        }
    raise NotKnown


def fits(state: State, text: str | bytes) -> bool:
    """Whether there is room for one more text of this length."""
    return state.has_room(len(text) // LETTERS)


def _range_of(numbers: list[int]) -> range:
    if not numbers:
        return range(0)
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    return range(numbers[0], numbers[-1] + (1 if step > 0 else -1), step)


def abstract(state: State, value: Any, site: Site, loops: int = 0) -> Fact:
    """A Python object that nobody else has, as a value of the reader."""
    kind = type(value)
    if kind in _PLAIN:
        if kind in _TEXTS and (len(value) > MAX_ITEMS or not fits(state, value)):
            return Fact(Unknown("a very long text", site), site)
        return Fact(value, site)
    if kind in _KINDS and len(value) <= MAX_ITEMS and state.has_room(NEW * len(value)):
        items = [abstract(state, item, site, loops) for item in value]
        return Fact(ListValue(kind.__name__, items, True, loops), site)
    if kind is dict and all(isinstance(key, (str, int)) for key in value):
        entries = {key: abstract(state, item, site, loops) for key, item in value.items()}
        return Fact(DictValue(entries, True, loops), site)
    return Fact(Unknown("a value kerlint does not compute", site), site)


def is_stale(value: ListValue) -> bool:
    """Whether what an iterator or view was made of has changed since."""
    return any(
        not source.complete
        or len(noted) != len(now := contents(source))
        or any(a is not b for a, b in zip(noted, now))
        for source, noted in value.sources
    )


def contents(source: ListValue | DictValue) -> tuple[Any, ...]:
    """What a container contains, to be compared by identity."""
    if isinstance(source, DictValue):
        return (*source.entries, *source.entries.values())
    return tuple(source.items)


def as_set(state: State, items: list[Fact], kind: str, complete: bool, loops: int) -> ListValue:
    """A set of these items, each once."""
    unique: dict[Any, Fact] = {}
    try:
        if not state.has_room(len(items)):
            raise NotKnown
        for item in items:
            unique.setdefault(concrete(state, item), item)
    except (NotKnown, TypeError):
        return ListValue(kind, items, False, loops)
    return ListValue(kind, list(unique.values()), complete, loops)
