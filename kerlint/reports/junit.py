"""JUnit XML, which most CI servers show as test results: a suite for each file with findings.

Only what the strictest reader takes is written, which is the XUnit plugin of Jenkins with its
schema junit-10.xsd.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from kerlint.diagnostics import Diagnostic
from kerlint.reports.report import Report, place_of, printable, shown_path, summary
from kerlint.reports.repository import described

# XML 1.0 has no way to write these.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> Iterator[str]:
    """Yield the report.

    Findings that make kerlint fail are failed tests; the others, such as refuted ones, are skipped.
    """
    findings = report.findings
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    numbers = _numbers(findings, report)
    del numbers["skipped"]
    yield f"<testsuites{_attributes(name='kerlint', **numbers)}>\n"
    for path, group in groupby(findings, key=lambda finding: finding.path):
        shown = shown_path(path, report.cwd)
        yield from _suite(shown, list(group), report)
    if not findings:
        # A report without any test is taken for a broken one.
        yield f"  <testsuite{_attributes(name='kerlint', **_numbers((), report))}>\n"
        yield f"    <testcase{_attributes(classname='kerlint', name=summary(report))}/>\n"
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _suite(shown: str, findings: list[Diagnostic], report: Report) -> Iterator[str]:
    yield f"  <testsuite{_attributes(name=shown, file=shown, **_numbers(findings, report))}>\n"
    for finding in findings:
        where = place_of(finding, report.cwd).removeprefix(f"{shown}:").strip() or "compile"
        attributes = _attributes(
            classname=os.path.splitext(shown)[0].replace(os.sep, "."),
            name=f"{finding.code} {finding.name} at {where}",
        )
        yield f"    <testcase{attributes}>\n"
        message = printable(finding.message)
        if report.fails(finding):
            opening = f"failure{_attributes(message=message, type=finding.severity.label)}"
            yield f"      <{opening}>{escape(_in_xml(_text(finding, report)))}</failure>\n"
        else:
            word = finding.verdict if finding.verdict == "refuted" else finding.severity.label
            yield f"      <skipped{_attributes(message=f'{word}: {message}')}/>\n"
        yield "    </testcase>\n"
    yield "  </testsuite>\n"


def _text(finding: Diagnostic, report: Report) -> str:
    where = place_of(finding, report.cwd)
    return f"{where}: {finding.code} {described(finding)}"


def _numbers(findings: tuple[Diagnostic, ...] | list[Diagnostic], report: Report) -> dict[str, int]:
    failures = sum(map(report.fails, findings))
    return {
        "tests": max(len(findings), 1),
        "failures": failures,
        "errors": 0,
        "skipped": len(findings) - failures,
    }


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(_in_xml(str(value)))}" for name, value in values.items())


def _in_xml(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
