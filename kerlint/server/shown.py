"""Findings as the protocol has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types as lsp

from kerlint.catalogue.addresses import address_of
from kerlint.catalogue.codes import UNUSED_SUPPRESSION
from kerlint.diagnostics import (
    MIGRATION,
    Applicability,
    Diagnostic,
    Position,
    Related,
    Severity,
)
from kerlint.reports.report import how_to_fix
from kerlint.server.documents import Part, Snapshot, uri_of
from kerlint.server.text import Text

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
_REPLACED = ("KER001", "KER002", "KER003", "KER004")  # names and arguments that are gone
_UNNECESSARY = (UNUSED_SUPPRESSION.code, "KER005", "KER112")


def by_document(
    snapshot: Snapshot, findings: Iterable[Diagnostic]
) -> dict[str, list[lsp.Diagnostic]]:
    """The findings of a snapshot by the document to show them in; all documents are there."""
    found: dict[str, list[lsp.Diagnostic]] = {part.uri: [] for part in snapshot.parts}
    for finding in findings:
        part = snapshot.part(finding.span.cell)
        if part is not None:
            found[part.uri].append(diagnostic(finding, snapshot, part))
    return found


def diagnostic(finding: Diagnostic, snapshot: Snapshot, part: Part) -> lsp.Diagnostic:
    """One finding as the client is told of it."""
    address = address_of(finding.code)
    message = finding.message
    if finding.help:
        message += f"\nHelp: {finding.help}"
    return lsp.Diagnostic(
        range=part.text.range(finding.span),
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=None if address is None else lsp.CodeDescription(address),
        source="kerlint",
        message=message,
        tags=list(_tags(finding)) or None,
        related_information=list(_related(finding, snapshot)) or None,
        data=_data(finding, snapshot),
    )


def _tags(finding: Diagnostic) -> Iterator[lsp.DiagnosticTag]:
    if finding.code in _UNNECESSARY:
        yield lsp.DiagnosticTag.Unnecessary
    elif finding.group == MIGRATION and finding.code in _REPLACED:
        yield lsp.DiagnosticTag.Deprecated


def _related(finding: Diagnostic, snapshot: Snapshot) -> Iterator[lsp.DiagnosticRelatedInformation]:
    for related in finding.related:
        if related.path is None:
            part = snapshot.part(related.span.cell)
            if part is None:
                continue
            location = lsp.Location(part.uri, part.text.range(related.span))
        else:
            location = lsp.Location(uri_of(related.path), _range_elsewhere(related, snapshot))
        yield lsp.DiagnosticRelatedInformation(location, related.message)


def _range_elsewhere(related: Related, snapshot: Snapshot) -> lsp.Range:
    """A place in another file, of which only the first line is known."""
    start, end = related.span.start, related.span.end
    text = snapshot.parts[0].text.with_content(related.line or "")

    def position(place: Position) -> lsp.Position:
        if place.row != start.row or related.line is None:
            return lsp.Position(place.row - 1, place.column - 1)
        column = text.position(Position(1, place.column)).character
        return lsp.Position(place.row - 1, column)

    return lsp.Range(position(start), position(end))


def _data(finding: Diagnostic, snapshot: Snapshot) -> dict[str, Any]:
    """What a client gets back to the server, or uses itself: the rule and the fix."""
    data: dict[str, Any] = {"name": finding.name}
    fix = finding.fix
    if fix is not None:
        data["fix"] = {
            "applicability": fix.applicability.label,
            "message": how_to_fix(fix),
            "edits": [
                {"uri": part.uri, **_edit(part.text, edit.span, edit.content)}
                for edit in fix.edits
                if (part := snapshot.part(edit.span.cell)) is not None
            ],
        }
    return data


def _edit(text: Text, span: Any, content: str) -> dict[str, Any]:
    start, end = text.position(span.start), text.position(span.end)
    return {
        "range": {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        },
        "newText": content,
    }


def fixable(finding: Diagnostic, *, unsafe: bool) -> bool:
    """Whether a fix is to be offered."""
    fix = finding.fix
    least = Applicability.UNSAFE if unsafe else Applicability.SAFE
    return fix is not None and bool(fix.edits) and fix.applicability >= least
