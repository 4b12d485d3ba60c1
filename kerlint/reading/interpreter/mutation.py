"""Changes in place, seen by every name, attribute and container that holds the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kerlint.program.data import PREDICTED, Array
from kerlint.program.values import Fact, Forecast, Object, Site, Unknown
from kerlint.reading.interpreter import classes
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    Class,
    DictValue,
    Instance,
    ListValue,
    Scope,
    unknown,
)
from kerlint.reading.library import arrays


def set_member(state: State, owner: Instance, name: str, fact: Fact) -> None:
    """``owner.name = fact``, as its class allows."""

    found = classes.find_member(owner.cls, name)
    if found is not None and getattr(found[1].value, "wraps", "") == "property":
        fact = unknown(fact.site, "set through a property", f"self.{name}")
    setter = classes.find_member(owner.cls, "__setattr__")
    if owner.frozen:
        state.doubts += 1  # raises
        return
    if setter is not None:
        fact = unknown(fact.site, "set by __setattr__", f"self.{name}")
        owner.open = True
    owner.attributes[name] = fact


def overwrite(
    state: State, old: Array | Forecast | Object | ListValue, new: AbstractValue, scope: Scope
) -> None:
    """Something was changed in place: every name and attribute that holds it sees the change."""

    def changed(value: AbstractValue) -> AbstractValue:
        if value is old:
            return new
        if type(value) is Array and value.table is not None:
            return arrays.after_change(value, old)
        return value

    _replace_held(state, scope, changed)


def forget_views(state: State, old: Array, new: AbstractValue, scope: Scope) -> None:
    """Elements were set: other arrays that show the same numbers may show the change."""

    def changed(value: AbstractValue) -> AbstractValue:
        shares = isinstance(value, Array) and value is not old and value is not new
        if shares and old.site >= 0 and _place(value) == _place(old):
            return Array(
                shape=value.shape, origin=value.origin, site=value.site, memory=value.memory
            )
        return value

    _replace_held(state, scope, changed)


def _place(value: Array) -> tuple[str, Site, Site]:
    return value.origin, value.site, value.memory


def change_in_place(state: State, fact: Fact) -> None:
    """A function has written into an array: nothing is sure of it but its shape."""
    value: AbstractValue = fact.value
    scope = state.scopes[-1] if state.scopes else state.module
    if isinstance(value, Array) and scope is not None:
        state.mutations += 1
        blank = Array(shape=value.shape, origin=value.origin, site=value.site)
        if value.origin == PREDICTED:
            blank = blank.replace(memory=value.site)
        overwrite(state, value, blank, scope)
        forget_views(state, value, blank, scope)
    elif isinstance(value, Forecast) and scope is not None:
        state.mutations += 1
        overwrite(state, value, Unknown(value.reason, value.site), scope)


def replaced(state: State, old: Array, new: AbstractValue) -> None:
    """A method has changed an array: ``frame.drop(..., inplace=True)``."""
    scope = state.scopes[-1] if state.scopes else state.module
    if scope is not None:
        state.mutations += 1
        overwrite(state, old, new, scope)


def frames_given(state: State, args: Arguments) -> None:
    """Code that was not read may add columns to the data frames that it is given."""
    for fact in args.facts():
        if type(fact.value) is Array and fact.value.table is not None:
            replaced(state, fact.value, arrays.unsure(fact.value))


def shuffle(state: State, fact: Fact, site: Site) -> None:
    """A list is put into another order: what it holds is known, but no longer where."""
    value: AbstractValue = fact.value
    scope = state.scopes[-1] if state.scopes else state.module
    if isinstance(value, Array) and value.sorted_by_class and scope is not None:
        state.mutations += 1
        overwrite(state, value, value.replace(sorted_by_class=False), scope)
    if not isinstance(value, ListValue) or scope is None or len(value.items) < 2:
        return
    state.mutations += 1
    data = arrays.as_array(value) if value.complete else None
    if data is not None and data.integers is not None:
        overwrite(state, value, data.replace(sorted_by_class=False), scope)
    value.items[:] = [unknown(site, "an element of a shuffled list") for _ in value.items]


def _replace_held(
    state: State, scope: Scope, changed: Callable[[AbstractValue], AbstractValue]
) -> None:
    seen: set[int] = set()
    for start in (scope, *state.scopes):
        inner: Scope | None = start
        while inner is not None and id(inner) not in seen:
            seen.add(id(inner))
            _replace_in(state, inner.names, changed, seen)
            inner = inner.parent


def _replace_in(
    state: State,
    table: dict[Any, Fact],
    changed: Callable[[AbstractValue], AbstractValue],
    seen: set[int],
) -> None:
    for name, held in list(table.items()):
        now = changed(held.value)
        if now is not held.value:
            table[name] = Fact(now, held.site, held.copied_through)
        else:
            _replace_inside(state, held.value, changed, seen)


def _replace_inside(
    state: State,
    value: AbstractValue,
    changed: Callable[[AbstractValue], AbstractValue],
    seen: set[int],
) -> None:
    kind = type(value)
    if kind not in _HOLDING or id(value) in seen:
        return
    seen.add(id(value))
    if kind is Instance:
        _replace_in(state, value.attributes, changed, seen)
    elif kind is DictValue:
        _replace_in(state, value.entries, changed, seen)
    elif kind is Class:
        _replace_in(state, value.scope.names, changed, seen)
    else:
        if len(value.items) > _LONG:
            state.steps += len(value.items) // _LONG  # else loops that do this take too long
        for index, held in enumerate(value.items):
            now = changed(held.value)
            if now is not held.value:
                value.items[index] = Fact(now, held.site, held.copied_through)
            else:
                _replace_inside(state, held.value, changed, seen)


_LONG = 64  # elements that are looked at in the time of a step


_HOLDING = frozenset({Class, Instance, DictValue, ListValue})
