"""Lists, dictionaries and iterators: their elements, their changes, and how these are forgotten."""

from __future__ import annotations

from kerlint.lazy_dataclass import replace
from kerlint.program.values import Fact, Site, Unknown
from kerlint.reading.arrays.literals import ANSWER
from kerlint.reading.interpreter.conversion import NEW, PLAIN, contents, is_stale
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, DictValue, ListValue, unknown

ROW = 4  # elements that a list or tuple takes the memory of


def iterate(state: State, fact: Fact) -> tuple[list[Fact], bool]:
    """The elements that iterating over a value gives, and whether these are all."""
    value = fact.value
    if isinstance(value, ListValue):
        if not state.has_room(len(value.items)):
            return [], False
        if value.kind in _IN_ORDER:
            return list(value.items), value.complete
        return _drawn(state, value, fact.site)
    if isinstance(value, DictValue):
        if not state.has_room(NEW * len(value.entries)):
            return [], False
        return [Fact(key, fact.site) for key in value.entries], value.complete
    if isinstance(value, str) and len(value) <= 256:
        return [Fact(character, fact.site) for character in value], True
    return [], False


_IN_ORDER = frozenset({"index", "list", "tuple", "range"})


def _drawn(state: State, value: ListValue, site: Site) -> tuple[list[Fact], bool]:
    """What going through a set, view or iterator gives; an iterator gives it once."""
    if value.kind in ("set", "frozenset"):
        if len(value.items) < 2:
            return list(value.items), value.complete
        return [unknown(site, "a set has no order") for _ in value.items], value.complete
    items, complete = list(value.items), value.complete
    if is_stale(value):
        items, complete = [], False
    elif value.born not in (-1, state.clock):
        items, complete = [blurred(item) for item in items], False
    if value.kind == "iterator":
        value.items, value.sources, value.born = [], (), -1
        value.complete = state.unbounded_loops <= value.depth
        state.mutations += 1
    return items, complete


def blurred(fact: Fact) -> Fact:
    """The same place, its value forgotten if it is a plain one."""
    value = fact.value
    if type(value) is Unknown or not isinstance(value, PLAIN):
        return fact
    is_answer = isinstance(value, (bool, int, float)) and value in (0, 1)
    return Fact(Unknown(ANSWER if is_answer else "may have changed", fact.site), fact.site)


def one_of(fact: Fact) -> Fact:
    """The value in every iteration of a loop, from that of the first one."""
    value: AbstractValue = fact.value
    if isinstance(value, ListValue):
        items = [one_of(item) for item in value.items]
        whole = value.complete and value.kind == "tuple"
        return Fact(replace(value, items=items, complete=whole), fact.site)
    if isinstance(value, DictValue):
        return Fact(DictValue({}, False, value.depth), fact.site)
    if isinstance(value, (Unknown, *PLAIN)):
        return Fact(Unknown("differs in each iteration of a loop", fact.site), fact.site)
    return fact


def blur(value: AbstractValue, deep: bool = False) -> None:
    """Forget the plain values in a container, and how many there are; ``deep``: in others too."""
    pending: list[AbstractValue] = [value]
    seen: set[int] = set()
    while pending:
        container = pending.pop()
        if id(container) in seen:
            continue
        seen.add(id(container))
        if isinstance(container, ListValue):
            if deep:
                pending += [item.value for item in container.items if _holds(item.value)]
            if container.kind not in ("tuple", "range"):
                container.items[:] = [blurred(item) for item in container.items]
                container.complete = False
        elif isinstance(container, DictValue):
            if deep:
                pending += [i.value for i in container.entries.values() if _holds(i.value)]
            for key, item in container.entries.items():
                container.entries[key] = blurred(item)
            container.complete = False


def _holds(value: AbstractValue) -> bool:
    return isinstance(value, (ListValue, DictValue))


def iterator(
    state: State,
    items: list[Fact],
    complete: bool,
    site: Site,
    *given: Fact,
    kind: str = "iterator",
) -> Fact:
    """An iterator or view over what was given."""
    shown = {id(fact.value): fact for fact in given}.values()
    noted = sum(len(f.value.items) for f in shown if isinstance(f.value, ListValue))
    if not state.has_room(len(items) + noted):
        items, complete, shown = [], False, {}.values()
    sources = tuple(
        (fact.value, contents(fact.value))
        for fact in shown
        if isinstance(fact.value, (ListValue, DictValue))
        and fact.value.complete
        and getattr(fact.value, "kind", "") not in ("tuple", "range", "iterator")
    )
    born = next(
        (f.value.born for f in given if isinstance(f.value, ListValue) and f.value.born >= 0), -1
    )
    return Fact(
        ListValue(kind, items, complete, state.unbounded_loops, sources=sources, born=born), site
    )


def set_entry(state: State, base: DictValue, key: AbstractValue, fact: Fact) -> None:
    """``base[key] = fact``; in a loop of unknown length it may happen, or not."""
    if not isinstance(key, (str, int)):
        base.merge(None, fact.site)
        if isinstance(key, (ListValue, DictValue)):
            state.doubts += 1
    elif state.unbounded_loops <= base.depth:
        base.entries[key] = fact
    else:
        old = base.entries.get(key)
        base.complete = base.complete and old is not None
        same = old is not None and _is_same(old, fact)
        plain = old is None or isinstance(fact.value, PLAIN)
        base.entries[key] = fact if same or not plain else blurred(fact)


def _is_same(one: Fact, other: Fact) -> bool:
    a, b = one.value, other.value
    return a is b or (type(a) is type(b) and isinstance(a, PLAIN) and a == b)


def all_of(state: State, fact: Fact) -> tuple[list[Fact], bool]:
    """The elements of a value in whatever order: as ``iterate``, but those of a set are known."""
    value = fact.value
    if isinstance(value, ListValue) and value.kind in ("set", "frozenset"):
        if not state.has_room(len(value.items)):
            return [], False
        return list(value.items), value.complete
    return iterate(state, fact)


def merge(state: State, base: DictValue, other: DictValue | None, site: Site) -> None:
    """``base.update(other)``, unless that is more than kerlint copies."""
    if other is not None and not state.has_room(NEW * len(other.entries)):
        other = None
    base.merge(other, site)
