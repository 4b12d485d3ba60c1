"""Trees of texts that were parsed before, so that after an edit only what has changed is parsed.

For editors: a text is parsed for each key that is hit. Nodes do not know where they are and nobody
changes them, so that the statements before and after an edit can be those of the last tree.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import accumulate

import libcst as cst

from kerlint.lazy_dataclass import dataclass
from kerlint.reading.syntax.depth import lines_with_ends

KEPT = 6
"""Texts whose trees are kept: those of the documents that are edited, and what they import."""
_WORTH = 2_000  # characters; a smaller text is parsed in no time

Parse = Callable[[str], "cst.Module | None"]


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A text by its lines, its tree, and the row at which each of the statements begins.

    What is before a statement belongs to it, all but the header of the module. The last row is
    that of the footer.
    """

    lines: Sequence[str]
    tree: cst.Module
    rows: Sequence[int]


class Memory:
    """Parses texts, and remembers the last ones."""

    def __init__(self) -> None:
        self._known: deque[_Known] = deque(maxlen=KEPT)
        self._broken = ""

    def parsed(self, text: str, parse: Parse) -> cst.Module | None:
        """The tree of ``text``, None where ``parse`` has none for it."""
        if len(text) < _WORTH:
            return parse(text)
        lines = lines_with_ends(text)
        known, first, last = self._nearest(lines)
        made = None
        if known is not None and first == len(lines) == len(known.lines):
            made = known
        elif known is not None:
            try:
                made = _patched(known, lines, first, last, parse)
            except _Broken:
                # Complete statements before it and after it do not make it right, but for a few
                # cases of quotes. Then the same text is asked for again.
                if text != self._broken:
                    self._broken = text
                    return None
        if made is None:
            tree = parse(text)
            if tree is None:
                return None
            made = _Known(lines, tree, _rows(tree, tree.body))
            if made.rows[-1] + len(tree.footer) != len(lines):
                return tree  # libcst loses some rows of only a backslash
        if known is not None and known in self._known:
            self._known.remove(known)
        self._known.append(made)
        return made.tree

    def _nearest(self, lines: Sequence[str]) -> tuple[_Known | None, int, int]:
        """The text of which most lines are here, too, and how many at the start and the end."""
        best: tuple[_Known | None, int, int] = None, 0, 0
        for known in self._known:
            most = min(len(lines), len(known.lines))
            first = 0
            while first < most and lines[first] == known.lines[first]:
                first += 1
            last = 0
            while last < most - first and lines[-1 - last] == known.lines[-1 - last]:
                last += 1
            if first + last > best[1] + best[2]:
                best = known, first, last
        return best if best[1] + best[2] > len(lines) // 2 else (None, 0, 0)


class _Broken(Exception):
    """The statements around an edit do not parse."""


def _patched(
    known: _Known, lines: Sequence[str], first: int, last: int, parse: Parse
) -> _Known | None:
    """``known`` with the statements around an edit parsed anew; None where that is not enough.

    Raises ``_Broken`` where they do not parse.

    ``first`` lines at the start and ``last`` at the end are as before.
    """
    tree, rows = known.tree, known.rows
    end = len(known.lines) - last  # the row, from 0, after the last one that has changed
    more = len(lines) - len(known.lines)
    # The statement before and the one after it: what is between may belong to either.
    begin = max(sum(row <= first for row in rows) - 2, 0)
    stop = min(sum(row < end for row in rows) + 1, len(tree.body))
    if begin == 0 or stop >= len(tree.body):
        return None  # the header, the footer and the last line end are those of the whole
    from_, to = rows[begin], rows[stop] + more
    part = parse("".join(lines[from_:to]))
    if part is None:
        raise _Broken
    if part.footer or part.default_newline != tree.default_newline:
        return None
    indented = any(line[0] in " \t" for line in lines[from_:to])
    if indented and part.default_indent != tree.default_indent:
        return None
    statements = list(part.body)
    if not statements:
        return None
    if part.header:
        # A module keeps what is before its first statement apart.
        whole = (*part.header, *statements[0].leading_lines)
        statements[0] = statements[0].with_changes(leading_lines=whole)
    between = _rows(tree, statements, from_)
    if between[-1] != to:
        return None
    body = (*tree.body[:begin], *statements, *tree.body[stop:])
    moved = (*rows[:begin], *between, *(row + more for row in rows[stop + 1 :]))
    return _Known(lines, tree.with_changes(body=body), moved)


def _rows(
    tree: cst.Module,
    statements: Sequence[cst.BaseStatement | cst.SimpleStatementLine],
    at: int = -1,
) -> list[int]:
    """The rows at which statements begin, and after them that of what follows."""
    if at < 0:
        at = len(tree.header)
    counts = (len(lines_with_ends(tree.code_for_node(each))) for each in statements)
    return list(accumulate(counts, initial=at))
