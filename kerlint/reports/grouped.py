"""The findings of each file under its name, in columns."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from kerlint.diagnostics import Diagnostic
from kerlint.reports.colours import BOLD, OF_SEVERITY, painted
from kerlint.reports.report import MARK, Report, named, printable, shown_path, summary
from kerlint.reports.report import statistics as statistics


def _place(finding: Diagnostic) -> str:
    if finding.layer is not None:
        return named(finding.layer) if finding.layer else "model"
    cell, start = finding.span.cell, finding.span.start
    return ("" if cell is None else f"cell {cell}, ") + f"{start.row}:{start.column}"


def render(report: Report) -> Iterator[str]:
    """Yield the report, file by file."""
    for path, group in groupby(report.findings, key=lambda finding: finding.path):
        yield painted(shown_path(path, report.cwd), BOLD, report.colour) + "\n"
        findings = list(group)
        places = list(map(_place, findings))
        width = max(map(len, places))
        for finding, where in zip(findings, places):
            severity = painted(
                f"{finding.severity.label:7}", OF_SEVERITY[finding.severity], report.colour
            )
            verdict = "" if finding.verdict is None else f" [{finding.verdict}]"
            mark = MARK if report.is_marked(finding) else ""
            message = mark + printable(finding.message)
            yield f"  {where:<{width}}  {severity}  {finding.code}  {message}{verdict}\n"
        yield "\n"
    if not report.quiet:
        yield summary(report) + "\n"
