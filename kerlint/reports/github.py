"""Workflow commands, which GitHub Actions turns into annotations of the changed lines."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.reports.report import Report, counts
from kerlint.reports.repository import Lines, described, path_in, top_folder

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> Iterator[str]:
    """Yield one command for each finding."""
    top = top_folder(report.cwd)
    for finding in report.findings:
        lines = Lines.of(finding.span, finding.layer)
        path = path_in(top, finding.path)
        properties: dict[str, object] = {
            "title": f"{finding.code} {finding.name}",
            "file": finding.path if path is None else path,
            "line": lines.start.row,
            "endLine": max(lines.end.row, lines.start.row),
        }
        if lines.start.row == lines.end.row:  # GitHub takes columns only within one line
            properties["col"] = lines.start.column
            properties["endColumn"] = max(lines.end.column - 1, lines.start.column)
        yield _command(_COMMANDS[finding.severity], properties, described(finding))


def statistics(report: Report) -> Iterator[str]:
    """Yield one command for each code."""
    for count, code, name in counts(report):
        yield _command("notice", {"title": f"{code} {name}"}, f"found {count:,} times")


def _command(name: str, properties: dict[str, object], message: str) -> str:
    parts = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name} {parts}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
