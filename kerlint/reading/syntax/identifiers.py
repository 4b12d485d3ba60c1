"""The names in a piece of code, by a walk that is cheap."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from operator import attrgetter
from typing import Any

from kerlint.reading.syntax import tree as syntax


def identifiers(node: syntax.Node, until: Callable[[str], bool]) -> set[str] | None:
    """Every name and attribute in a subtree; None as soon as one of them is looked for."""
    found: set[str] = set()
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is syntax.Name:
            word = item.value
            if word not in found:
                if until(word):
                    return None
                found.add(word)
        elif kind is tuple or kind is list:
            pending += item
        elif kind not in LEAVES:
            pending += inside(kind)(item)
    return found


LEAVES = frozenset({type(None), syntax.Integer, syntax.Float, syntax.SimpleString})
# The same for whoever does not ask for single names.
NAMELESS = LEAVES | {syntax.Name}


def parts_of(kind: object) -> tuple[str, ...]:
    """The fields of a kind of node that hold code; none of what is no node."""
    return getattr(kind, "FIELDS", ())


@cache
def inside(kind: Hashable) -> Callable[[Any], tuple[Any, ...]]:
    """What takes the fields that hold code from a node of this kind, all at once."""
    names = parts_of(kind)
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda node: ()
    get = attrgetter(*names)
    return lambda node: (get(node),)


def dotted(node: Any) -> str:
    """``a.b.c`` of nested attributes that begin with a name, else ''."""
    parts: list[str] = []
    while type(node) is syntax.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is not syntax.Name:
        return ""
    parts.append(node.value)
    return ".".join(reversed(parts))
