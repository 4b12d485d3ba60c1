"""The lines that a fix changes, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kerlint.diagnostics import Diagnostic, Edit, Position
from kerlint.lazy_dataclass import dataclass

Lines = Callable[[str, int | None], "tuple[str, ...] | None"]
"""All lines of a file, or of a cell of a notebook; None if it cannot be read."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines from ``row`` on, in a cell of a notebook or a file: ``old`` become ``new``."""

    cell: int | None
    row: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def hunks(finding: Diagnostic, lines_of: Lines) -> tuple[Hunk, ...] | None:
    """What the fix of a finding changes; None if a line that it changes is not known."""
    if finding.fix is None:
        return ()
    made = []
    for edits in _together(finding.fix.edits):
        found = _hunk(finding, edits, lines_of)
        if found is None:
            return None
        if found.old != found.new:
            made.append(found)
    return tuple(made)


def _together(edits: tuple[Edit, ...]) -> Iterator[list[Edit]]:
    """Edits in order, those of the same lines together."""
    group: list[Edit] = []
    for edit in sorted(edits, key=lambda each: (each.span.cell or 0, each.span.start)):
        last = group[-1].span if group else None
        if last and (edit.span.cell != last.cell or edit.span.start.row > last.end.row):
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _hunk(finding: Diagnostic, edits: list[Edit], lines_of: Lines) -> Hunk | None:
    cell = edits[0].span.cell
    first = edits[0].span.start.row
    last = max(edit.span.end.row for edit in edits)
    rows = range(first, last + 1)
    if cell == finding.span.cell and all(row in finding.lines for row in rows):
        old = [finding.lines[row] for row in rows]
    else:
        known = lines_of(finding.path, cell)
        if known is None or last > len(known):
            return None
        if cell == finding.span.cell and not _same(finding, known):
            return None
        old = [known[row - 1] for row in rows]

    def index(place: Position) -> int:
        row = place.row - first
        return sum(len(line) + 1 for line in old[:row]) + place.column - 1

    text = "\n".join(old)
    for edit in reversed(edits):
        start, end = index(edit.span.start), index(edit.span.end)
        text = text[:start] + edit.content.replace("\r\n", "\n") + text[end:]
    new = text.split("\n")
    while old and new and old[-1] == new[-1]:
        old.pop()
        new.pop()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
        first += 1
    return Hunk(cell, first, tuple(old), tuple(new))


def _same(finding: Diagnostic, lines: tuple[str, ...]) -> bool:
    """Whether a file is still the one that was linted, as far as its known lines tell."""
    return all(row <= len(lines) and lines[row - 1] == text for row, text in finding.lines.items())


def lines_in(path: str, cell: int | None) -> tuple[str, ...] | None:
    """All lines of a file, or of a cell of a notebook; None if it cannot be read."""
    from kerlint.sources.lines import split_lines
    from kerlint.sources.read import MAX_NOTEBOOK_BYTES, read_bytes, to_source
    from kerlint.sources.source import Source

    data = read_bytes(path, MAX_NOTEBOOK_BYTES, lambda data: True)
    if not isinstance(data, bytes):
        return None
    source = to_source(path, data)
    if not isinstance(source, Source):
        return None
    lines = split_lines(source.shown)
    if cell is None:
        return None if source.cells else tuple(lines)
    for each in source.cells:
        if each.number == cell:
            return tuple(lines[each.first_row - 1 : each.first_row - 1 + each.rows])
    return None
