"""Where the places of a text are after edits: a line that has moved does not make a finding new."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.diagnostics import Diagnostic, Edit, Position
from kerlint.sources.lines import split_lines


class Moves:
    """Maps positions in a text to positions in the text that ``edits`` make of it."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._by_cell: dict[int | None, list[Edit]] = {}
        for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
            self._by_cell.setdefault(edit.span.cell, []).append(edit)

    def interval(self, cell: int | None, place: Position) -> tuple[Position, Position]:
        """The first and the last place where what is at ``place`` can be now.

        They differ for a place in what is replaced, or where something is inserted.
        """
        shift = _Shift()
        touched: list[Position] = []
        for edit in self._by_cell.get(cell, ()):
            if place < edit.span.start:
                break
            start, end = shift.of(edit.span.start), _end(shift.of(edit.span.start), edit.content)
            if place <= edit.span.end:
                touched += (start, end)
            if edit.span.end <= place:
                shift = _Shift(
                    end.row - edit.span.end.row,
                    edit.span.end.row,
                    end.column - edit.span.end.column,
                )
        if touched:
            return min(touched), max(touched)
        return shift.of(place), shift.of(place)


class _Shift:
    """How far all places after an edit have moved: by rows, and on its last row by columns."""

    def __init__(self, rows: int = 0, row: int = 0, columns: int = 0) -> None:
        self._rows, self._row, self._columns = rows, row, columns

    def of(self, place: Position) -> Position:
        columns = self._columns if place.row == self._row else 0
        return Position(place.row + self._rows, place.column + columns)


def _end(start: Position, content: str) -> Position:
    """Where ``content`` ends that is put at ``start``."""
    *before, last = split_lines(content)
    if before:
        return Position(start.row + len(before), len(last) + 1)
    return Position(start.row, start.column + len(last))


def same_findings(
    before: list[Diagnostic], after: list[Diagnostic], edits: Iterable[Edit], fixed: Iterable[int]
) -> list[int | None]:
    """Return which one in ``before`` each finding in ``after`` is, by index; None for a new one.

    Findings are the same if they have the same code at the same place. ``fixed`` are those in
    ``before`` that the edits are for: they are the last to be considered.
    """
    fixed = set(fixed)
    moves = Moves(edits)
    left: dict[str, list[int]] = {}
    for index, finding in enumerate(before):
        left.setdefault(finding.code, []).append(index)
    intervals = [moves.interval(each.span.cell, each.span.start) for each in before]
    found: list[int | None] = [None] * len(after)

    def take(at: int, candidates: list[int]) -> None:
        if candidates:
            found[at] = candidates[0]
            left[after[at].code].remove(candidates[0])

    for may_be_fixed in (False, True):
        for alike in (True, False):
            for at, finding in enumerate(after):
                if found[at] is None:
                    take(
                        at,
                        [
                            index
                            for index in left.get(finding.code, ())
                            if (index in fixed) is may_be_fixed
                            and before[index].span.cell == finding.span.cell
                            and intervals[index][0] <= finding.span.start <= intervals[index][1]
                            and (not alike or before[index].message == finding.message)
                        ],
                    )
    # What was repaired may have been moved along with what is around it.
    for at, finding in enumerate(after):
        if found[at] is None:
            take(
                at,
                [
                    index
                    for index in left.get(finding.code, ())
                    if index not in fixed and before[index].message == finding.message
                ],
            )
    return found
