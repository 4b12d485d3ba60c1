"""One line for each finding, ``path:row:column: CODE message``, as error-format parsers expect."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Diagnostic
from kerlint.reports.colours import BOLD, OF_SEVERITY, painted
from kerlint.reports.report import (
    More,
    Report,
    folded,
    more_like_this,
    place,
    printable,
    summary,
)


def render(report: Report) -> Iterator[str]:
    """Yield the lines of the report."""
    for item in folded(report.findings):
        if isinstance(item, More):
            where = place(item.rest[0].path, item.rest[0].span, report.cwd)
            yield f"{where}: {item.first.code} {more_like_this(item)}\n"
        else:
            yield header(item, report) + "\n"
    if not report.quiet:
        yield summary(report.findings) + "\n"


def header(finding: Diagnostic, report: Report) -> str:
    """The line that says what and where."""
    where = painted(place(finding.path, finding.span, report.cwd), BOLD, report.colour)
    code = painted(finding.code, OF_SEVERITY[finding.severity], report.colour)
    refuted = "(refuted) " if finding.verdict == "refuted" else ""
    return f"{where}: {code} {refuted}{printable(finding.message)}"
