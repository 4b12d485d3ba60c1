"""Edits of one text → its changes by offset: in order, apart, and with its own line breaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

from kerlint.diagnostics import Edit, Position
from kerlint.lazy_dataclass import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")


class Refused(ValueError):
    """Raised for edits that cannot be made. ``reason`` is a clause that can follow "because"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Change:
    """Put ``content`` where ``start`` to ``end`` are, in characters from the start of a text."""

    start: int
    end: int
    content: str


def spliced(text: str, wanted: Iterable[Change]) -> str:
    """Return ``text`` with changes that are in order and apart."""
    parts, at = [], 0
    for change in wanted:
        parts += [text[at : change.start], change.content]
        at = change.end
    return "".join([*parts, text[at:]])


def changes(text: str, edits: Iterable[Edit]) -> list[Change]:
    """Return what ``edits`` change in ``text``, in order; they may not overlap.

    Of each edit only what differs is left, so that an edit to what is there already is none. Two
    edits that replace the same text in the same way are one; insertions at one place are all made.
    """
    places = Places(text)
    placed: list[tuple[int, int, Edit]] = []
    for edit in edits:
        start, end = places.offset(edit.span.start), places.offset(edit.span.end)
        if end < start:
            raise Refused("an edit ends before it starts")
        placed.append((start, end, edit))
    placed.sort(key=lambda each: each[:2])
    made: list[Change] = []
    before: tuple[int, int, str] | None = None
    for start, end, edit in placed:
        here = start, end, edit.content
        if here == before and start < end:
            continue
        if before is not None and start < before[1]:
            raise Refused("two of its edits overlap")
        before = here
        made.append(_smallest(text, _change(places, start, end, edit.content)))
    made = [change for change in made if change.content or change.start < change.end]
    for one, next_one in pairwise(made):
        if next_one.start < one.end:  # as both reach past an open end
            raise Refused("two of its edits overlap")
    return made


def _change(places: Places, start: int, end: int, content: str) -> Change:
    text = places.text
    usual = places.line_end(start)
    ends = iter(_LINE_END.findall(text, start, end))
    content = _LINE_END.sub(lambda _: next(ends, usual), content)
    if end <= len(text):
        return Change(start, end, content)
    # The edit counts on a line break at the end, and there is none.
    if start > len(text):
        return Change(len(text), len(text), usual + content.removesuffix(usual) if content else "")
    if content.endswith(usual):
        content = content.removesuffix(usual)
    elif not content:
        start = places.before_line_end(start)
    return Change(start, len(text), content)


def _smallest(text: str, change: Change) -> Change:
    """Without the characters at both ends that stay the same."""
    old, new = text[change.start : change.end], change.content
    most = min(len(old), len(new))
    front = next((i for i in range(most) if old[i] != new[i]), most)
    most -= front
    back = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    return Change(change.start + front, change.end - back, new[front : len(new) - back])


class Places:
    """Rows and columns of a text as findings count them, and offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends = [match.span() for match in _LINE_END.finditer(text)]
        self._starts = [0, *(end for _, end in self._ends)]

    def offset(self, position: Position) -> int:
        """Where a position is; one more than the length on the row after an open end."""
        row, column = position.row, position.column
        if (row, column) == (len(self._starts) + 1, 1):
            return len(self.text) + (0 if self._starts[-1] == len(self.text) else 1)
        if not 1 <= row <= len(self._starts):
            raise Refused(f"there is no line {row}")
        line_end = self._ends[row - 1][0] if row <= len(self._ends) else len(self.text)
        found = self._starts[row - 1] + column - 1
        if column < 1 or found > line_end:
            raise Refused(f"line {row} has no column {column}")
        return found

    def position(self, offset: int) -> Position:
        row = bisect_right(self._starts, offset)
        return Position(row, offset - self._starts[row - 1] + 1)

    def line_end(self, offset: int) -> str:
        """How the line at ``offset`` ends, or those before it if it is the last and open."""
        if not self._ends:
            return "\n"
        row = bisect_right(self._starts, offset)
        start, end = self._ends[min(row, len(self._ends)) - 1]
        return self.text[start:end]

    def before_line_end(self, offset: int) -> int:
        """``offset``, or where the line break begins that it follows."""
        row = bisect_right(self._starts, offset)
        return self._ends[row - 2][0] if row > 1 and self._starts[row - 1] == offset else offset
