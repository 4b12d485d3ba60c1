"""Findings with the code they are about: the report for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kerlint.diagnostics import Diagnostic, Span
from kerlint.reports.colours import BLUE, CYAN, OF_SEVERITY, painted
from kerlint.reports.concise import header
from kerlint.reports.report import (
    More,
    Report,
    folded,
    more_like_this,
    place,
    printable,
    summary,
)

_TAB = 4
# Wider lines are cut around what is marked.
_WIDTH = 120
_BEFORE = 50


def render(report: Report) -> Iterator[str]:
    """Yield the report, finding by finding."""
    for item in folded(report.findings):
        if isinstance(item, More):
            yield f"{item.first.code}: {more_like_this(item)}\n\n"
        else:
            yield "\n".join(_block(item, report)) + "\n\n"
    if not report.quiet:
        yield summary(report.findings) + "\n"


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is written under a line: ``sign`` under the columns, then ``label``."""

    span: Span
    sign: str
    label: str
    colour: str


def _block(finding: Diagnostic, report: Report) -> Iterator[str]:
    yield header(finding, report)
    here, elsewhere = [], []
    for related in finding.related:
        same = related.path in (None, finding.path) and related.span.cell == finding.span.cell
        if same and related.span.start.row in finding.lines:
            here.append(_Mark(related.span, "-", related.message, BLUE))
        else:
            elsewhere.append(related)
    marks = [_Mark(finding.span, "^", finding.label, OF_SEVERITY[finding.severity]), *here]
    rows = _rows_to_show(finding, marks)
    width = len(str(rows[-1])) if rows else 2
    indent = " " * (width + 1)
    bar = painted("|", BLUE, report.colour)
    if rows:
        yield f"{indent}{bar}"
    for row in rows:
        on_row = [mark for mark in marks if mark.span.start.row == row]
        line = _Line.of(finding.lines[row], on_row)
        number = painted(str(row).rjust(width), BLUE, report.colour)
        yield f"{number} {bar} {line.text}".rstrip()
        for mark in sorted(on_row, key=lambda mark: mark.span.start):
            start, length = line.columns(mark.span)
            under = painted(
                f"{mark.sign * length} {printable(mark.label)}".rstrip(), mark.colour, report.colour
            )
            yield f"{indent}{bar} {' ' * start}{under}"
    for related in elsewhere:
        where = place(related.path or finding.path, related.span, report.cwd)
        yield _note(indent, "see", f"{where}: {related.message}", report)
    if finding.help:
        yield _note(indent, "help", finding.help, report)
    if finding.verdict is not None:
        word = "proof" if finding.verdict == "confirmed" else finding.verdict
        yield _note(indent, word, finding.evidence or "no numbers", report)


def _note(indent: str, word: str, text: str, report: Report) -> str:
    lines = [printable(line) for line in text.splitlines()] or [""]
    first = f"{indent}{painted(f'= {word}:', CYAN, report.colour)} {lines[0]}"
    return "\n".join([first, *(f"{indent}  {line}" for line in lines[1:])])


def _rows_to_show(finding: Diagnostic, marks: list[_Mark]) -> list[int]:
    """The rows with marks, and the one before the finding when something is on it."""
    rows = {mark.span.start.row for mark in marks} & finding.lines.keys()
    before = finding.span.start.row - 1
    if rows and finding.lines.get(before, "").strip():
        rows.add(before)
    return sorted(rows)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as shown: tabs widened, control characters made visible, cut when it is long.

    ``offsets[i]`` is the screen column of character ``i`` of the line, ``cut`` how many screen
    columns are missing at the left, ``lead`` how wide the sign is that stands for them.
    """

    text: str
    offsets: tuple[int, ...]
    cut: int
    lead: int

    @classmethod
    def of(cls, raw: str, marks: list[_Mark]) -> _Line:
        pieces, offsets, column = [], [], 0
        for character in raw:
            offsets.append(column)
            if character == "\t":
                piece = " " * (_TAB - column % _TAB)
            else:
                piece = printable(character)
            pieces.append(piece)
            column += _cells(piece)
        offsets.append(column)
        text, cut, lead = "".join(pieces), 0, 0
        if column > _WIDTH:
            first = min((mark.span.start.column for mark in marks), default=1) - 1
            left = max(0, offsets[min(first, len(raw))] - _BEFORE)
            start = next(i for i, offset in enumerate(offsets) if offset >= left)
            stop = start
            while stop < len(raw) and offsets[stop + 1] - offsets[start] <= _WIDTH:
                stop += 1
            lead = 3 if start else 0
            cut = offsets[start]
            text = "..." * bool(start) + "".join(pieces[start:stop]) + "..." * (stop < len(raw))
        return cls(text, tuple(offsets), cut, lead)

    def columns(self, span: Span) -> tuple[int, int]:
        """Where on the screen the marks of ``span`` start, and how many they are.

        Of a span over several lines the rest of the first one is marked.
        """
        last = len(self.offsets) - 1
        start = min(span.start.column - 1, last)
        stop = min(span.end.column - 1, last) if span.end.row == span.start.row else last
        length = self.offsets[max(stop, start)] - self.offsets[start]
        at = max(self.offsets[start] - self.cut, 0) + self.lead
        return at, max(1, min(length, _WIDTH + self.lead - at))


def _cells(text: str) -> int:
    """How many columns ``text`` takes on a terminal: Chinese characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only for those who write so

    return cell_len(text)
