"""Changes in place, seen by every name, attribute and container that holds the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kerlint.program.data import Array
from kerlint.program.values import (
    Fact,
    Object,
    Site,
)
from kerlint.reading.interpreter import classes
from kerlint.reading.interpreter.state import Run
from kerlint.reading.interpreter.values import (
    Class,
    Frame,
    Instance,
    Mapping_,
    Payload,
    Sequence,
    unknown,
)
from kerlint.reading.library import arrays


def set_member(run: Run, owner: Instance, name: str, fact: Fact) -> None:
    """``owner.name = fact``, as its class allows."""

    found = classes.find_member(owner.cls, name)
    if found is not None and getattr(found[1].value, "wraps", "") == "property":
        fact = unknown(fact.site, "set through a property", f"self.{name}")
    setter = classes.find_member(owner.cls, "__setattr__")
    if owner.frozen:
        run.doubts += 1  # raises
        return
    if setter is not None:
        fact = unknown(fact.site, "set by __setattr__", f"self.{name}")
        owner.open = True
    owner.attributes[name] = fact


def overwrite(run: Run, old: Array | Object | Sequence, new: Payload, frame: Frame) -> None:
    """Something was changed in place: every name and attribute that holds it sees the change."""
    _replace_held(run, frame, lambda value: new if value is old else value)


def forget_views(run: Run, old: Array, new: Payload, frame: Frame) -> None:
    """Elements were set: other arrays that show the same numbers may show the change."""

    def changed(value: Payload) -> Payload:
        shares = isinstance(value, Array) and value is not old and value is not new
        if shares and old.site >= 0 and (value.origin, value.site) == (old.origin, old.site):
            return Array(shape=value.shape, origin=value.origin, site=value.site)
        return value

    _replace_held(run, frame, changed)


def change_in_place(run: Run, fact: Fact) -> None:
    """A function has written into an array: nothing is sure of it but its shape."""
    value: Payload = fact.value
    frame = run.frames[-1] if run.frames else run.module
    if isinstance(value, Array) and frame is not None:
        run.activity += 1
        blank = Array(shape=value.shape, origin=value.origin, site=value.site)
        overwrite(run, value, blank, frame)
        forget_views(run, value, blank, frame)


def shuffle(run: Run, fact: Fact, site: Site) -> None:
    """A list is put into another order: what it holds is known, but no longer where."""
    value: Payload = fact.value
    frame = run.frames[-1] if run.frames else run.module
    if not isinstance(value, Sequence) or frame is None or len(value.items) < 2:
        return
    run.activity += 1
    data = arrays.as_array(value) if value.complete else None
    if data is not None and data.integers is not None:
        overwrite(run, value, data, frame)
    value.items[:] = [unknown(site, "an element of a shuffled list") for _ in value.items]


def _replace_held(run: Run, frame: Frame, changed: Callable[[Payload], Payload]) -> None:
    seen: set[int] = set()
    for start in (frame, *run.frames):
        scope: Frame | None = start
        while scope is not None and id(scope) not in seen:
            seen.add(id(scope))
            _replace_in(run, scope.names, changed, seen)
            scope = scope.parent


def _replace_in(
    run: Run, table: dict[Any, Fact], changed: Callable[[Payload], Payload], seen: set[int]
) -> None:
    for name, held in list(table.items()):
        now = changed(held.value)
        if now is not held.value:
            table[name] = Fact(now, held.site, held.via)
        else:
            _replace_inside(run, held.value, changed, seen)


def _replace_inside(
    run: Run, value: Payload, changed: Callable[[Payload], Payload], seen: set[int]
) -> None:
    kind = type(value)
    if kind not in _HOLDING or id(value) in seen:
        return
    seen.add(id(value))
    if kind is Instance:
        _replace_in(run, value.attributes, changed, seen)
    elif kind is Mapping_:
        _replace_in(run, value.entries, changed, seen)
    elif kind is Class:
        _replace_in(run, value.frame.names, changed, seen)
    else:
        if len(value.items) > _LONG:
            run.steps += len(value.items) // _LONG  # else loops that do this take too long
        for index, held in enumerate(value.items):
            now = changed(held.value)
            if now is not held.value:
                value.items[index] = Fact(now, held.site, held.via)
            else:
                _replace_inside(run, held.value, changed, seen)


_LONG = 64  # elements that are looked at in the time of a step


_HOLDING = frozenset({Class, Instance, Mapping_, Sequence})
