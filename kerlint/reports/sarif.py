"""SARIF 2.1.0, the exchange format of static analyzers, for code scanning and editors."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kerlint import __version__
from kerlint.catalogue.addresses import address_of
from kerlint.catalogue.codes import catalogue
from kerlint.catalogue.entry import Entry
from kerlint.diagnostics import Diagnostic, Fix, Severity, Span
from kerlint.reports.report import Report, how_to_fix, printable
from kerlint.reports.repository import Lines, described, fingerprints, path_in, top_folder

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> Iterator[str]:
    """Yield the report, one log with one run."""
    top = top_folder(report.cwd)
    entries = {entry.code: entry for entry in catalogue()}
    rules: dict[str, int] = {}
    for finding in report.findings:
        rules.setdefault(finding.code, len(rules))
    run = {
        "tool": {
            "driver": {
                "name": "kerlint",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(code, entries.get(code), report) for code in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.failed,
                "workingDirectory": {"uri": _folder_uri(report.cwd)},
            }
        ],
        "originalUriBaseIds": {_ROOT: {"uri": _folder_uri(top)}},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, report, rules[finding.code], fingerprint, top)
            for finding, fingerprint in zip(report.findings, fingerprints(report.findings, top))
        ],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, entry: Entry | None, report: Report) -> dict[str, Any]:
    if entry is None:
        name = next(finding.name for finding in report.findings if finding.code == code)
        return {"id": code, "name": _pascal(name)}
    rule = {
        "id": code,
        "name": _pascal(entry.name),
        "shortDescription": {"text": entry.summary},
        "fullDescription": {"text": entry.summary},
        "help": {"text": entry.text},
        "defaultConfiguration": {
            "enabled": entry.default and not entry.preview,
            "level": _LEVELS[entry.severity],
        },
    }
    address = address_of(code)
    return rule if address is None else {**rule, "helpUri": address}


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))


def _result(
    finding: Diagnostic, report: Report, rule: int, fingerprint: str, top: str
) -> dict[str, Any]:
    refuted = finding.verdict == "refuted"
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        # What was tried and did not happen is not a problem.
        "kind": "pass" if refuted else "fail",
        "level": "none" if refuted else _LEVELS[finding.severity],
        "message": {"text": described(finding)},
        "locations": [
            {"physicalLocation": _location(finding.path, finding.span, top, finding.layer)}
        ],
        "partialFingerprints": {"kerlint/v1": fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _location(
                    related.path or finding.path, related.span, top, finding.layer
                ),
                "message": {"text": Lines.of(related.span).prefix + printable(related.message)},
            }
            for number, related in enumerate(finding.related, 1)
        ]
    # Rows of a notebook count in a cell, and mean nothing in the file.
    if finding.fix is not None and report.fixable(finding) and finding.span.cell is None:
        result["fixes"] = [_fix(finding, finding.fix, top)]
    properties = {
        "cell": finding.span.cell,
        "layer": finding.layer or None,
        "row": finding.span.start.row if finding.span.cell is not None else None,
        "verdict": finding.verdict,
        "evidence": finding.evidence,
    }
    kept = {key: value for key, value in properties.items() if value is not None}
    if kept:
        result["properties"] = kept
    return result


def _fix(finding: Diagnostic, fix: Fix, top: str) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.span.start.row,
                "startColumn": edit.span.start.column,
                "endLine": edit.span.end.row,
                "endColumn": edit.span.end.column,
            },
            "insertedContent": {"text": edit.content},
        }
        for edit in fix.edits
    ]
    change = {
        "artifactLocation": _artifact(finding.path, top),
        "replacements": replacements,
    }
    return {
        "description": {"text": printable(how_to_fix(fix))},
        "artifactChanges": [change],
    }


def _location(path: str, span: Span, top: str, layer: str | None = None) -> dict[str, Any]:
    lines = Lines.of(span, layer)
    region: dict[str, int] = {"startLine": lines.start.row}
    if span.cell is None and layer is None:
        region["startColumn"] = lines.start.column
        region["endLine"] = lines.end.row
        region["endColumn"] = lines.end.column
    return {"artifactLocation": _artifact(path, top), "region": region}


def _artifact(path: str, top: str) -> dict[str, str]:
    relative = path_in(top, path)
    if relative is not None:
        return {"uri": _quoted(relative), "uriBaseId": _ROOT}
    if os.path.isabs(path):
        return {"uri": _uri(path)}
    return {"uri": _quoted(path)}


def _folder_uri(folder: str) -> str:
    uri = _uri(folder)
    return uri if uri.endswith("/") else uri + "/"


def _uri(path: str) -> str:
    return Path(path).as_uri()


def _quoted(path: str) -> str:
    return quote(os.fsencode(path))
