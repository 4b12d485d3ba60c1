"""The names in a piece of code, by a walk that is cheap."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import cache
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
            continue
        for name in parts_of(kind):
            part = getattr(item, name)
            # Classes of libcst are abstract ones, for which isinstance() is slow.
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part is not None and part.__class__ not in LEAVES:
                pending.append(part)
    return found


LEAVES = frozenset({str, cst.MaybeSentinel, bool})

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


@cache
def parts_of(kind: Hashable) -> tuple[str, ...]:
    """The fields of a kind of node that hold code."""
    if not (isinstance(kind, type) and issubclass(kind, cst.CSTNode)):
        return ()
    return tuple(part.name for part in fields(kind) if not part.name.startswith(_NO_CODE))


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
