"""A JSON list of findings: ruff's fields and those that kerlint adds; see schema-1.json."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from kerlint.addresses import address_of
from kerlint.diagnostics import Diagnostic, Fix, Position, Span
from kerlint.reports.groups import leaders
from kerlint.reports.report import Report, counts

SCHEMA = os.path.join(os.path.dirname(__file__), "schema-1.json")


def render(report: Report) -> Iterator[str]:
    """Yield the list, one finding after the other, so that no large text is built."""
    opening = "["
    led_by = leaders(report.findings)
    for finding in report.findings:
        text = json.dumps(as_json(finding, led_by.get(id(finding))), indent=2)
        yield f"{opening}\n  " + text.replace("\n", "\n  ")
        opening = ","
    yield "\n]\n" if report.findings else "[]\n"


def statistics(report: Report) -> Iterator[str]:
    """Yield a list of codes with their counts, most often found first."""
    yield json.dumps(counts_as_json(report), indent=2) + "\n"


def counts_as_json(report: Report) -> list[dict[str, str | int]]:
    return [{"code": code, "name": name, "count": count} for count, code, name in counts(report)]


def as_json(finding: Diagnostic, leader: Diagnostic | None = None) -> dict[str, Any]:
    """``finding`` as an object of the schema; ``leader`` is that of its group."""
    return {
        **place_as_json(finding.path, finding.span),
        "code": finding.code,
        "evidence": finding.evidence,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "group": None
        if leader is None
        else {
            "cell": leader.span.cell,
            "code": leader.code,
            "location": _location(leader.span.start),
        },
        "help": finding.help or None,
        "message": finding.message,
        "name": finding.name,
        "noqa_row": finding.span.start.row,
        "related": [
            {
                **place_as_json(related.path or finding.path, related.span),
                "message": related.message,
            }
            for related in finding.related
        ],
        "severity": finding.severity.label,
        "url": address_of(finding.code),
        "verdict": finding.verdict,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.label,
        "edits": [
            {
                "cell": edit.span.cell,
                "content": edit.content,
                "location": _location(edit.span.start),
                "end_location": _location(edit.span.end),
            }
            for edit in fix.edits
        ],
        "message": fix.message,
        "reason": fix.why or None,
    }


def place_as_json(path: str, span: Span) -> dict[str, Any]:
    """The four fields that say where."""
    return {
        "cell": span.cell,
        "filename": path,
        "location": _location(span.start),
        "end_location": _location(span.end),
    }


def _location(position: Position) -> dict[str, int]:
    return {"row": position.row, "column": position.column}
