"""One JSON object on one line for each finding, for programs that read while kerlint writes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kerlint.reports.groups import leaders
from kerlint.reports.json import as_json, counts_as_json
from kerlint.reports.report import Report


def render(report: Report) -> Iterator[str]:
    """Yield one line for each finding."""
    led_by = leaders(report.findings)
    for finding in report.findings:
        yield json.dumps(as_json(finding, led_by.get(id(finding)))) + "\n"


def statistics(report: Report) -> Iterator[str]:
    """Yield one line for each code, most often found first."""
    for row in counts_as_json(report):
        yield json.dumps(row) + "\n"
