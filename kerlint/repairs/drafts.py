"""Edits between nodes: arguments and elements that are added, dropped or replaced.

A draft becomes an edit once it is known where its nodes are in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from kerlint.lazy_dataclass import dataclass
from kerlint.reading.syntax.places import Place, end, start, whole_end, whole_start

INDENT = "\0"
"""In the content of a draft: the indentation of the line where the draft begins."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Write ``content`` between two places. ``lines``: whole lines, which are to go."""

    first: Place
    last: Place
    content: str
    lines: bool = False


class NotPlanned(Exception):
    """The changes cannot be written as edits of the source, with the reason in a clause."""


Item: TypeAlias = "cst.Arg | cst.BaseElement | cst.BaseDictElement | cst.ImportAlias"
"""A node with a comma after it."""


def replaced(node: cst.CSTNode, content: str) -> Draft:
    """Write something in place of an expression, its parentheses included."""
    return Draft(whole_start(node), whole_end(node), content)


def inserted(place: Place, content: str) -> Draft:
    return Draft(place, place, content)


def without_lines(statement: cst.SimpleStatementLine) -> Draft:
    """Drop a statement with its lines, and the comment at its end."""
    return Draft(start(statement.body[0]), end(statement.body[-1]), "", lines=True)


def argument_added(call: cst.Call, content: str) -> Draft:
    """Add an argument at the end of a call."""
    if not call.args:
        # Before the closing parenthesis, which is all that comes after the white space.
        return inserted(whole_end(call.whitespace_before_args), content)
    return item_added(call.args, call.whitespace_before_args, content)


def item_added(
    items: Sequence[Item], before: cst.BaseParenthesizableWhitespace, content: str
) -> Draft:
    """Add an item at the end; ``before`` is the white space before the first one."""
    last = items[-1]
    space = _space_before(items, before, len(items) - 1)
    if isinstance(last.comma, cst.Comma):
        return inserted(end(last.comma), f"{space}{content},")
    return inserted(end(last), f",{space}{content}")


def item_inserted(
    items: Sequence[Item],
    before: cst.BaseParenthesizableWhitespace,
    index: int,
    content: str,
) -> Draft:
    """Insert an item before that with an index."""
    space = _space_before(items, before, index)
    return inserted(start(items[index]), f"{content},{space}")


def item_dropped(items: Sequence[Item], index: int) -> list[Draft]:
    """Drop an item with its comma, and with its line where it has one of its own."""
    item = items[index]
    following = items[index + 1] if index + 1 < len(items) else None
    comma = item.comma if isinstance(item.comma, cst.Comma) else None
    if index == 0:
        if following is not None:
            return [Draft(start(item), start(following), "")]
        return [Draft(start(item), end(comma) if comma is not None else end(item), "")]
    previous = items[index - 1].comma
    assert isinstance(previous, cst.Comma)
    space = previous.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        swallows = space.first_line.comment is not None
        if comma is not None:
            after = comma.whitespace_after
            if isinstance(after, cst.ParenthesizedWhitespace):
                # What is left of its line goes with the line break before it.
                stop = start(after.first_line.newline)  # with the comment about it
                return [Draft(start(space.first_line.newline), stop, "")]
            if swallows:  # what follows in the same line would become a part of the comment
                stop = end(comma) if following is None else start(following)
                return [Draft(start(item), stop, "")]
            return [Draft(start(space.first_line.newline), end(comma), "")]
        after = item.whitespace_after_arg if isinstance(item, cst.Arg) else cst.SimpleWhitespace("")
        if isinstance(after, cst.ParenthesizedWhitespace):
            swallows = False
        # The item before is then the last one, and as this one without a comma.
        return [
            Draft(start(previous), start(space), ""),
            Draft(start(item) if swallows else start(space.first_line.newline), end(item), ""),
        ]
    if comma is not None:
        return [Draft(end(previous), end(comma), "")]
    return [Draft(start(previous), end(item), "")]


def _space_before(
    items: Sequence[Item], before: cst.BaseParenthesizableWhitespace, index: int
) -> str:
    """What separates an item from the one before: a line break where it has a line of its own."""
    space = before
    if index:
        comma = items[index - 1].comma
        if isinstance(comma, cst.Comma):
            space = comma.whitespace_after
    return "\n" + INDENT if isinstance(space, cst.ParenthesizedWhitespace) else " "
