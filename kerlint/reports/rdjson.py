"""The format of reviewdog, which shows findings in reviews and offers their fixes as suggestions.

See https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kerlint.catalogue.addresses import address_of
from kerlint.diagnostics import Diagnostic, Position, Severity, Span
from kerlint.reports.report import Report
from kerlint.reports.repository import Lines, described, path_in, top_folder

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report) -> Iterator[str]:
    """Yield the report, one object."""
    top = top_folder(report.cwd)
    result = {
        "source": {"name": "kerlint"},
        "diagnostics": [_diagnostic(finding, report, top) for finding in report.findings],
    }
    yield json.dumps(result, indent=2) + "\n"


def _diagnostic(finding: Diagnostic, report: Report, top: str) -> dict[str, Any]:
    path = path_in(top, finding.path)
    code = {"value": finding.code}
    address = address_of(finding.code)
    if address is not None:
        code["url"] = address
    lines = Lines.of(finding.span, finding.layer)
    found: dict[str, Any] = {
        "message": described(finding),
        "severity": _SEVERITIES[finding.severity],
        "code": code,
        "location": {
            "path": finding.path if path is None else path,
            "range": _range(finding, Span(lines.start, lines.end, finding.span.cell)),
        },
    }
    # Rows of a notebook count in a cell, and mean nothing in the file that is reviewed.
    if finding.fix is not None and report.fixable(finding) and finding.span.cell is None:
        found["suggestions"] = [
            {"range": _range(finding, edit.span), "text": edit.content}
            for edit in finding.fix.edits
        ]
    return found


def _range(finding: Diagnostic, span: Span) -> dict[str, Any]:
    return {"start": _position(finding, span.start), "end": _position(finding, span.end)}


def _position(finding: Diagnostic, position: Position) -> dict[str, int]:
    """Columns count bytes of UTF-8, as far as the line is known."""
    line = finding.lines.get(position.row, "") if finding.span.cell is None else ""
    before = line[: position.column - 1]
    wider = len(before.encode("utf-8", "surrogatepass")) - len(before)
    return {"line": position.row, "column": position.column + wider}
