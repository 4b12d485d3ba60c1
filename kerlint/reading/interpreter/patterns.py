"""``match``: whether a value has the form that a case describes, and the names that it binds."""

from __future__ import annotations

from typing import Any

from kerlint.program.values import Fact, Unknown
from kerlint.reading.interpreter import classes
from kerlint.reading.interpreter.conversion import PLAIN, NotKnown, concrete
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, DictValue, Instance, ListValue, Scope
from kerlint.reading.syntax import tree as syntax


def fits(
    state: State, pattern: Any, subject: Fact, scope: Scope, bound: dict[str, Fact]
) -> bool | None:
    """Whether a pattern fits; None when that is not known. Names are put into ``bound``."""
    kind = type(pattern)
    if kind is syntax.MatchAs:
        if pattern.pattern is not None:
            inner = fits(state, pattern.pattern, subject, scope, bound)
            if inner is False:
                return False
        else:
            inner = True
        if pattern.name is not None:
            bound[pattern.name.value] = subject
        return inner
    if kind is syntax.MatchValue:
        wanted = state.interpreter.evaluate(state, pattern.value, scope)
        for one, other in ((wanted.value, subject.value), (subject.value, wanted.value)):
            if isinstance(one, Instance):
                if one is other:
                    return True
                own = one.cls.members is None or classes.find_member(one.cls, "__eq__") is not None
                return None if own or not isinstance(other, (Instance, *PLAIN)) else False
        try:
            return bool(concrete(state, wanted) == concrete(state, subject))
        except NotKnown:
            return None
    if kind is syntax.MatchSingleton:
        wanted = state.interpreter.evaluate(state, pattern.value, scope)
        if isinstance(subject.value, Unknown):
            return None
        return type(wanted.value) is type(subject.value) and wanted.value == subject.value
    if kind is syntax.MatchOr:
        for element in pattern.patterns:
            answer = fits(state, element.pattern, subject, scope, bound)
            if answer is not False:
                return answer
        return False
    if kind is syntax.MatchList:
        return _sequence(state, pattern, subject, scope, bound)
    if kind is syntax.MatchMapping:
        return _mapping(state, pattern, subject, scope, bound)
    for name in names_in(pattern):
        bound[name] = state.unknown(pattern, "part of an unknown value", name)
    return None


def _sequence(
    state: State, pattern: Any, subject: Fact, scope: Scope, bound: dict[str, Fact]
) -> bool | None:
    parts = pattern.patterns
    value = subject.value
    star = next((i for i, part in enumerate(parts) if type(part) is syntax.MatchStar), None)
    if isinstance(value, (DictValue, *PLAIN)) or _is_member(value):
        return False
    if isinstance(value, ListValue):
        if value.kind in ("set", "frozenset", "iterator", "view"):
            return False
        if value.complete:
            fixed = len(parts) - (star is not None)
            if len(value.items) < fixed or (star is None and len(value.items) > fixed):
                return False
            items = value.items
            after = len(parts) - star - 1 if star is not None else 0
            answers: list[bool | None] = []
            for index, part in enumerate(parts):
                if index == star:
                    if part.name is not None:
                        middle = items[index : len(items) - after]
                        made = ListValue("list", list(middle), True, state.unbounded_loops)
                        bound[part.name.value] = Fact(made, subject.site)
                    continue
                place = index if star is None or index < star else index - len(parts)
                answers.append(fits(state, part.value, items[place], scope, bound))
                if answers[-1] is False:
                    return False
            return None if None in answers else True
    for name in names_in(pattern):
        bound[name] = state.unknown(pattern, "part of an unknown value", name)
    return None


def _is_member(value: AbstractValue) -> bool:
    return isinstance(value, Instance) and value.cls.members is not None


def _mapping(
    state: State, pattern: Any, subject: Fact, scope: Scope, bound: dict[str, Fact]
) -> bool | None:
    value = subject.value
    if isinstance(value, (ListValue, *PLAIN)) or _is_member(value):
        return False
    answers: list[bool | None] = []
    if isinstance(value, DictValue) and value.complete:
        used: list[object] = []
        for element in pattern.elements:
            key = state.interpreter.evaluate(state, element.key, scope).value
            if not isinstance(key, (str, int)):
                answers.append(None)
            elif key not in value.entries:
                return False
            else:
                used.append(key)
                answers.append(fits(state, element.pattern, value.entries[key], scope, bound))
                if answers[-1] is False:
                    return False
        if pattern.rest is not None:
            rest = {key: fact for key, fact in value.entries.items() if key not in used}
            bound[pattern.rest.value] = Fact(
                DictValue(rest, True, state.unbounded_loops), subject.site
            )
        return None if None in answers else True
    for name in names_in(pattern):
        bound[name] = state.unknown(pattern, "part of an unknown value", name)
    return None


def names_in(pattern: Any) -> list[str]:
    """The names that a pattern binds."""
    names: list[str] = []
    for node in syntax.walk(pattern):
        if isinstance(node, (syntax.MatchAs, syntax.MatchStar)) and node.name is not None:
            names.append(node.name.value)
        if isinstance(node, syntax.MatchMapping) and node.rest is not None:
            names.append(node.rest.value)
    return names
