"""Writes findings as reports, for programs that have them from Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from kerlint.catalogue.codes import FAILED_ON, UNREADABLE_CODE
from kerlint.diagnostics import Diagnostic
from kerlint.reports import destinations, renderer
from kerlint.reports.report import Report


def write(findings: Iterable[Diagnostic], output_format: str) -> None:
    """See ``kerlint.write_reports``."""
    targets = destinations(output_format)
    findings = tuple(findings)
    failed = any(
        each.code == UNREADABLE_CODE.code and each.message.startswith(FAILED_ON)
        for each in findings
    )
    report = Report(findings, os.getcwd(), failed=failed)
    for name, file in targets:
        text = renderer(name)(report)
        if file is None:
            sys.stdout.writelines(text)
            continue
        with open(file, "w", encoding="utf-8", errors="backslashreplace") as out:
            out.writelines(text)
