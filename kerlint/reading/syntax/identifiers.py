"""The names in a piece of code, by a walk that is cheap."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

import libcst as cst


def identifiers(node: cst.CSTNode, until: Callable[[str], bool]) -> set[str] | None:
    """Every name and attribute in a subtree; None as soon as one of them is looked for."""
    found: set[str] = set()
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is cst.Name:
            word = item.value
            if word not in found:
                if until(word):
                    return None
                found.add(word)
        # Classes of libcst are abstract ones, for which isinstance() is slow.
        elif kind is tuple or kind is list:
            pending += item
        elif kind not in LEAVES:
            pending += inside(kind)(item)
    return found


LEAVES = frozenset(
    {str, cst.MaybeSentinel, bool, type(None), cst.Integer, cst.Float, cst.SimpleString}
)
# The same for whoever does not ask for single names.
NAMELESS = LEAVES | {cst.Name}

_NO_CODE = (
    "whitespace",
    "leading_lines",
    "lines_after",
    "header",
    "footer",
    "comma",
    "semicolon",
    "lpar",
    "rpar",
    "equal",
    "indent",
    "operator",
    "lbracket",
    "rbracket",
    "colon",
)
_NO_CODE_EITHER = frozenset(
    {"asynchronous", "comment", "dot", "end", "first_colon", "lbrace", "leading_whitespace"}
    | {"newline", "posonly_ind", "rbrace", "relative", "second_colon", "separator", "star", "start"}
    | {"trailing_comma", "trailing_whitespace"}
)


@cache
def parts_of(kind: Hashable) -> tuple[str, ...]:
    """The fields of a kind of node that hold code."""
    if not (isinstance(kind, type) and issubclass(kind, cst.CSTNode)):
        return ()
    return tuple(
        part.name
        for part in fields(kind)
        if not part.name.startswith(_NO_CODE) and part.name not in _NO_CODE_EITHER
    )


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
    while type(node) is cst.Attribute:
        parts.append(node.attr.value)
        node = node.value
    if type(node) is not cst.Name:
        return ""
    parts.append(node.value)
    return ".".join(reversed(parts))
