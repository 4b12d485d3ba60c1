"""Findings with the code they are about: the report for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kerlint.diagnostics import MIGRATION, Diagnostic, Related, Span
from kerlint.lazy_dataclass import dataclass
from kerlint.reports.colours import BLUE, CYAN, OF_SEVERITY, painted
from kerlint.reports.concise import first_line
from kerlint.reports.report import (
    Folded,
    Report,
    folded,
    how_to_fix,
    more_like_this,
    place,
    places,
    printable,
    summary,
)
from kerlint.reports.report import statistics as statistics

_TAB = 4
# Wider lines are cut around what is marked.
_WIDTH = 120
_BEFORE = 50
_CUT = "..."


def render(report: Report) -> Iterator[str]:
    """Yield the report, finding by finding."""
    for item in folded(report):
        yield "\n".join(block(item, report)) + "\n\n"
    if not report.quiet:
        yield summary(report) + "\n"


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is written under a line: ``sign`` under the columns, then ``label``."""

    span: Span
    sign: str
    label: str
    colour: str


def block(item: Folded, report: Report) -> Iterator[str]:
    """The lines about one finding: what and where, its code, what to do, and what else is told."""
    finding = item.first
    yield first_line(finding, report)
    here, elsewhere, without_line = _sorted_out(finding)
    marks = [_Mark(finding.span, "^", finding.label, OF_SEVERITY[finding.severity]), *here]
    rows = _rows_to_show(finding, marks)
    last = max([*rows, *(related.span.start.row for related in elsewhere)], default=0)
    width = len(str(last)) if last else 2
    indent = " " * (width + 1)
    if rows:
        lines = [(row, finding.lines[row], _on_row(row, marks)) for row in rows]
        yield from _frame(lines, width, report)
    for related in elsewhere:
        where = place(related.path or finding.path, related.span, report.cwd)
        yield f"{' ' * width}{painted(':::', BLUE, report.colour)} {where}"
        mark = _Mark(related.span, "-", related.message, BLUE)
        yield from _frame([(related.span.start.row, related.line or "", [mark])], width, report)
    for related in without_line:
        where = place(related.path or finding.path, related.span, report.cwd)
        yield _note(indent, "see", f"{where}: {related.message}", report)
    if finding.help:
        yield _note(indent, "help", finding.help, report)
    fix = finding.fix
    if fix is not None and (fix.why or fix.message.lower() != finding.help.lower()):
        yield _note(indent, "fix", how_to_fix(fix), report)
    if finding.verdict is not None:
        word = "proof" if finding.verdict == "confirmed" else finding.verdict
        yield _note(indent, word, finding.evidence or "no details", report)
    if item.others and finding.group == MIGRATION:
        yield _note(indent, "note", _migration(item), report)
        return
    if item.alike:
        text = f"{more_like_this(item.alike)} (--no-fold shows them in full)"
        yield _note(indent, "note", text, report)
    for other in item.others:
        yield _note(indent, "also", _in_short(other), report)


def _in_short(item: Folded) -> str:
    """A finding that is told with another one, on one line."""
    finding = item.first
    verdict = "" if finding.verdict is None else f" [{finding.verdict}]"
    where = places((finding, *item.alike))
    return f"{finding.severity.label} {finding.code} {where}: {finding.message}{verdict}"


def _migration(item: Folded) -> str:
    """What else an older script needs: each thing once, with all its places."""
    left = [*item.alike]
    same: dict[tuple[str, str], list[Diagnostic]] = {}
    for other in item.others:
        left += (other.first, *other.alike)
    for each in left:
        same.setdefault((each.code, each.message), []).append(each)
    command = "`kerlint migrate` changes what it can; "
    if not any(each.fix is not None and "Keras 3" in each.message for each in left):
        command = ""
    lines = [
        f"the code is written for an older Keras, and {len(left):,} more places need a change "
        f"({command}--no-fold shows them in full):"
    ]
    for first, *others in same.values():
        alike = all(other.help == first.help for other in others)
        help = f" -> {first.help}" if first.help and alike else ""
        lines.append(f"{_in_short(Folded(first, tuple(others)))}{help}")
    return "\n".join(lines)


def _sorted_out(finding: Diagnostic) -> tuple[list[_Mark], list[Related], list[Related]]:
    """Related places: in the frame of the finding, in a frame of their own, or without a line."""
    here: list[_Mark] = []
    elsewhere: list[Related] = []
    without_line: list[Related] = []
    for related in finding.related:
        same = related.path in (None, finding.path) and related.span.cell == finding.span.cell
        if same and related.span.start.row in finding.lines:
            here.append(_Mark(related.span, "-", related.message, BLUE))
        elif related.line is not None:
            elsewhere.append(related)
        else:
            without_line.append(related)
    return here, elsewhere, without_line


def _on_row(row: int, marks: Iterable[_Mark]) -> list[_Mark]:
    return [mark for mark in marks if mark.span.start.row == row]


def _frame(
    lines: Iterable[tuple[int, str, list[_Mark]]], width: int, report: Report
) -> Iterator[str]:
    """Lines of code with their numbers, and the marks under them."""
    indent = " " * (width + 1)
    bar = painted("|", BLUE, report.colour)
    yield f"{indent}{bar}"
    for row, raw, marks in lines:
        line = _Line.of(raw, marks)
        number = painted(str(row).rjust(width), BLUE, report.colour)
        yield f"{number} {bar} {line.text}".rstrip()
        for mark in sorted(marks, key=lambda mark: mark.span.start):
            start, length = line.columns(mark.span)
            under = painted(
                f"{mark.sign * length} {printable(mark.label)}".rstrip(), mark.colour, report.colour
            )
            yield f"{indent}{bar} {' ' * start}{under}"


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
    def of(cls, raw: str, marks: list[_Mark]) -> _Line:
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
            column += _cells(piece)
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


def _cells(text: str) -> int:
    """How many columns ``text`` takes on a terminal: Chinese characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only for those who write so

    return cell_len(text)
