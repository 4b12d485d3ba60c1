"""One line for each finding, ``path:row:column: error: CODE message``: the form of GCC."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Diagnostic
from kerlint.reports.colours import BOLD, OF_SEVERITY, painted
from kerlint.reports.report import Report, header, summary
from kerlint.reports.report import statistics as statistics


def render(report: Report) -> Iterator[str]:
    """Yield the lines of the report."""
    for finding in report.findings:
        yield first_line(finding, report) + "\n"
    if not report.quiet:
        yield summary(report) + "\n"


def first_line(finding: Diagnostic, report: Report) -> str:
    """The line that says what is wrong and where."""
    where, severity, code, message = header(finding, report)
    where = painted(f"{where}:", BOLD, report.colour)
    colour = OF_SEVERITY[finding.severity]
    severity = painted(f"{severity}:", colour, report.colour)
    return f"{where} {severity} {painted(code, colour, report.colour)} {message}"
