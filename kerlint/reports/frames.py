"""Which lines of code are shown with a finding, and what is marked in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kerlint.diagnostics import Diagnostic, Related, Span
from kerlint.lazy_dataclass import dataclass
from kerlint.reports.report import printable

_TAB = 4
# Wider lines are cut around what is marked.
_WIDTH = 120
_BEFORE = 50
_CUT = "..."


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked part of a line, with the words for it. ``leads``: it is the place of the finding."""

    span: Span
    label: str
    leads: bool = False


def cells(text: str) -> int:
    """How many columns ``text`` takes on a terminal: Chinese characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only for those who write so

    return cell_len(text)


def sorted_out(finding: Diagnostic) -> tuple[list[Mark], list[Related], list[Related]]:
    """Related places: in the frame of the finding, in a frame of their own, or without a line."""
    here: list[Mark] = []
    elsewhere: list[Related] = []
    without_line: list[Related] = []
    for related in finding.related:
        same = related.path in (None, finding.path) and related.span.cell == finding.span.cell
        if same and related.span.start.row in finding.lines:
            here.append(Mark(related.span, related.message))
        elif related.line is not None:
            elsewhere.append(related)
        else:
            without_line.append(related)
    return here, elsewhere, without_line


def on_row(row: int, marks: Iterable[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.span.start.row == row]


def rows_to_show(finding: Diagnostic, marks: list[Mark]) -> list[int]:
    """The rows with marks, and the one before the finding when something is on it."""
    rows = {mark.span.start.row for mark in marks} & finding.lines.keys()
    before = finding.span.start.row - 1
    if rows and finding.lines.get(before, "").strip():
        rows.add(before)
    return sorted(rows)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as shown: tabs widened, control characters made visible, cut when it is long.

    ``offsets[i]`` is the column on the screen of character ``i`` of the line. The characters from
    ``start`` up to ``stop`` are shown; where others are missing there is a ``_CUT``. ``end`` is
    the last of them that is not a space.
    """

    text: str
    offsets: Sequence[int]
    start: int
    stop: int
    end: int

    @classmethod
    def of(cls, raw: str, marks: list[Mark], width: Callable[[str], int] = cells) -> Line:
        """``width`` is that of a text on the screen, ``len`` where columns are characters."""
        if raw.isascii() and raw.isprintable() and len(raw) <= _WIDTH:  # nearly every line
            return cls(raw, range(len(raw) + 1), 0, len(raw), len(raw.rstrip()))
        pieces, offsets, column = [], [], 0
        for character in raw:
            offsets.append(column)
            if character == "\t":
                piece = " " * (_TAB - column % _TAB)
            else:
                piece = printable(character)
            pieces.append(piece)
            column += width(piece)
        offsets.append(column)
        start, stop = 0, len(raw)
        if column > _WIDTH:
            first = min((mark.span.start.column for mark in marks), default=1) - 1
            left = max(0, offsets[min(first, len(raw))] - _BEFORE)
            start = next(i for i, offset in enumerate(offsets) if offset >= left)
            stop = start
            while stop < len(raw) and offsets[stop + 1] - offsets[start] <= _WIDTH:
                stop += 1
        text = _CUT * (start > 0) + "".join(pieces[start:stop]) + _CUT * (stop < len(raw))
        end = stop if stop < len(raw) else len(raw.rstrip())
        return cls(text, tuple(offsets), start, stop, end)

    def columns(self, span: Span) -> tuple[int, int]:
        """Where on the screen the marks of ``span`` start, and how many they are.

        Of a span over several lines the rest of the first one is marked. Nothing is marked beyond
        the text that is shown; a place in the part that was cut off is marked under the dots.
        """
        last = len(self.offsets) - 1
        first = min(span.start.column - 1, last)
        until = min(span.end.column - 1, last) if span.end.row == span.start.row else last
        lead = len(_CUT) if self.start else 0
        if first >= self.stop and self.stop < last:
            return lead + self.offsets[self.stop] - self.offsets[self.start], len(_CUT)
        at = lead + self.offsets[first] - self.offsets[self.start]
        length = self.offsets[max(min(until, self.end), first)] - self.offsets[first]
        return at, max(1, length)
