"""A code quality report, which GitLab shows in merge requests."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.reports.report import Report
from kerlint.reports.repository import Lines, described, fingerprints, path_in, top_folder

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> Iterator[str]:
    """Yield the report, a JSON list."""
    top = top_folder(report.cwd)
    issues = []
    for finding, fingerprint in zip(report.findings, fingerprints(report.findings, top)):
        lines = Lines.of(finding.span, finding.layer)
        path = path_in(top, finding.path)
        message, _, details = described(finding).partition("\n")
        issues.append(
            {
                "check_name": finding.code,
                "description": f"{finding.code}: {message}",
                "content": {"body": details},
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[finding.severity],
                "location": {
                    "path": finding.path if path is None else path,
                    "lines": {
                        "begin": lines.start.row,
                        "end": max(lines.end.row, lines.start.row),
                    },
                },
            }
        )
    yield json.dumps(issues, indent=2) + "\n"
