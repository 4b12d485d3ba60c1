"""Findings with the code they are about: the report for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kerlint.diagnostics import MIGRATION, Severity
from kerlint.reports.colours import BLUE, CYAN, OF_SEVERITY, painted
from kerlint.reports.concise import first_line
from kerlint.reports.frames import Line, Mark, on_row, rows_to_show, sorted_out
from kerlint.reports.report import (
    Folded,
    Report,
    folded,
    how_to_fix,
    kinds,
    more_like_this,
    place,
    places,
    printable,
    summary,
)
from kerlint.reports.report import statistics as statistics


def render(report: Report) -> Iterator[str]:
    """Yield the report, finding by finding."""
    for item in folded(report):
        yield "\n".join(block(item, report)) + "\n\n"
    if not report.quiet:
        yield summary(report) + "\n"


def block(item: Folded, report: Report) -> Iterator[str]:
    """The lines about one finding: what and where, its code, what to do, and what else is told."""
    finding = item.first
    yield first_line(finding, report)
    here, elsewhere, without_line = sorted_out(finding)
    marks = [Mark(finding.span, finding.label, leads=True), *here]
    rows = rows_to_show(finding, marks)
    last = max([*rows, *(related.span.start.row for related in elsewhere)], default=0)
    width = len(str(last)) if last else 2
    indent = " " * (width + 1)
    if rows:
        lines = [(row, finding.lines[row], on_row(row, marks)) for row in rows]
        yield from _frame(lines, width, finding.severity, report)
    for related in elsewhere:
        where = place(related.path or finding.path, related.span, report.cwd)
        yield f"{' ' * width}{painted(':::', BLUE, report.colour)} {where}"
        line = related.span.start.row, related.line or "", [Mark(related.span, related.message)]
        yield from _frame([line], width, finding.severity, report)
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
        if report.plot and finding.measured is not None:
            from kerlint.reports.blocks import rows as plotted  # only where it is asked for

            yield from (f"{indent}  {row}" for row in plotted(finding.measured, report.plot))
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
    found = kinds(item)
    left = [each for group in found for each in group]
    command = "`kerlint migrate` changes what it can; "
    if not any(each.fix is not None and "Keras 3" in each.message for each in left):
        command = ""
    lines = [
        f"the code is written for an older Keras, and {len(left):,} more places need a change "
        f"({command}--no-fold shows them in full):"
    ]
    for first, *others in found:
        alike = all(other.help == first.help for other in others)
        help = f" -> {first.help}" if first.help and alike else ""
        lines.append(f"{_in_short(Folded(first, tuple(others)))}{help}")
    return "\n".join(lines)


def _frame(
    lines: Iterable[tuple[int, str, list[Mark]]], width: int, severity: Severity, report: Report
) -> Iterator[str]:
    """Lines of code with their numbers, and the marks under them."""
    indent = " " * (width + 1)
    bar = painted("|", BLUE, report.colour)
    yield f"{indent}{bar}"
    for row, raw, marks in lines:
        line = Line.of(raw, marks)
        number = painted(str(row).rjust(width), BLUE, report.colour)
        yield f"{number} {bar} {line.text}".rstrip()
        for mark in sorted(marks, key=lambda mark: mark.span.start):
            start, length = line.columns(mark.span)
            sign, colour = ("^", OF_SEVERITY[severity]) if mark.leads else ("-", BLUE)
            under = f"{sign * length} {printable(mark.label)}".rstrip()
            under = painted(under, colour, report.colour)
            yield f"{indent}{bar} {' ' * start}{under}"


def _note(indent: str, word: str, text: str, report: Report) -> str:
    lines = [printable(line) for line in text.splitlines()] or [""]
    first = f"{indent}{painted(f'= {word}:', CYAN, report.colour)} {lines[0]}"
    return "\n".join([first, *(f"{indent}  {line}" for line in lines[1:])])
