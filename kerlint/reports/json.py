"""A JSON list of findings: ruff's fields and those that kerlint adds; see schema-1.json."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from kerlint.plain import as_json as as_json
from kerlint.plain import place_as_json as place_as_json
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
