"""A finding as plain data, the object of ``--output-format json``; see reports/schema-1.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kerlint.catalogue.addresses import address_of

if TYPE_CHECKING:
    from kerlint.diagnostics import Diagnostic, Fix, Position, Span


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
        "layer": finding.layer,
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
