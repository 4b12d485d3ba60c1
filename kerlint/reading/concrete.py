"""Values that are known to the last item, as the Python objects that they are, and back."""

from __future__ import annotations

from typing import Any

from kerlint.program.values import Fact, Site, Unknown
from kerlint.reading.payloads import Mapping_, Payload, Sequence
from kerlint.reading.run import MAX_ITEMS

MAX_DEPTH = 12  # containers inside containers

PLAIN = (str, bool, int, float, complex, bytes, type(None))
_PLAIN = frozenset(PLAIN)
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


def concrete(fact: Fact, depth: int = 0) -> Any:
    """The Python object that a value is; raises ``NotKnown``.

    Iterators and views become lists, which is right only for a function that goes through them.
    """
    value: Payload = fact.value
    kind = type(value)
    if kind in _PLAIN:
        return value
    if depth > MAX_DEPTH:
        raise NotKnown
    if kind is Sequence:
        if not value.complete or is_stale(value):
            raise NotKnown
        items = [concrete(item, depth + 1) for item in value.items]
        if value.kind == "range":
            return _range_of(items)
        try:
            return _MAKERS[value.kind](items)
        except TypeError:  # lists cannot be in a set
            raise NotKnown from None
    if kind is Mapping_ and value.complete:
        return {key: concrete(item, depth + 1) for key, item in value.entries.items()}
    raise NotKnown


def _range_of(numbers: list[int]) -> range:
    if not numbers:
        return range(0)
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    return range(numbers[0], numbers[-1] + (1 if step > 0 else -1), step)


def has_text(fact: Fact, depth: int = 0) -> bool:
    """Whether ``str()`` of the Python object is what Python prints of the value itself."""
    value: Payload = fact.value
    if isinstance(value, Sequence):
        if value.names or value.kind not in ("list", "tuple") or depth > MAX_DEPTH:
            return False
        return all(has_text(item, depth + 1) for item in value.items)
    if isinstance(value, Mapping_):
        return depth <= MAX_DEPTH and all(
            has_text(item, depth + 1) for item in value.entries.values()
        )
    return True


def abstract(value: Any, site: Site, loops: int = 0) -> Fact:
    """A Python object that nobody else has, as a value of the reader."""
    kind = type(value)
    if kind in _PLAIN:
        if isinstance(value, (str, bytes)) and len(value) > MAX_ITEMS:
            return Fact(Unknown("a very long text", site), site)
        return Fact(value, site)
    if kind in (list, tuple, set, frozenset) and len(value) <= MAX_ITEMS:
        items = [abstract(item, site, loops) for item in value]
        return Fact(Sequence(kind.__name__, items, True, loops), site)
    if kind is dict and all(isinstance(key, (str, int)) for key in value):
        entries = {key: abstract(item, site, loops) for key, item in value.items()}
        return Fact(Mapping_(entries, True, loops), site)
    return Fact(Unknown("a value kerlint does not compute", site), site)


def is_stale(value: Sequence) -> bool:
    """Whether what an iterator or view was made of has changed since."""
    return any(
        not source.complete
        or len(noted) != len(now := contents(source))
        or any(a is not b for a, b in zip(noted, now))
        for source, noted in value.sources
    )


def contents(source: Sequence | Mapping_) -> tuple[Any, ...]:
    """What a container contains, to be compared by identity."""
    if isinstance(source, Mapping_):
        return (*source.entries, *source.entries.values())
    return tuple(source.items)


def as_set(items: list[Fact], kind: str, complete: bool, loops: int) -> Sequence:
    """A set of these items, each once."""
    unique: dict[Any, Fact] = {}
    try:
        for item in items:
            unique.setdefault(concrete(item), item)
    except (NotKnown, TypeError):
        return Sequence(kind, items, False, loops)
    return Sequence(kind, list(unique.values()), complete, loops)
