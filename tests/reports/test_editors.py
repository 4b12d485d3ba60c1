"""Editors find the places in the text reports with the patterns that they have by default."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from kerlint.diagnostics import Diagnostic, Position, Related, Severity, Span
from kerlint.reports import renderer
from kerlint.reports.report import Report

# VS Code: the problem matcher $gcc of the C/C++ extension.
GCC = re.compile(r"^(.*?):(\d+):(\d*):?\s+(?:fatal\s+)?(warning|error):\s+(.*)$")
# Emacs: what `M-x compile` takes for the form of GNU programs, without the ranges of lines and
# columns. The groups are file, line, column, and what makes it a warning or an information.
GNU = re.compile(
    r"^(?:[A-Za-z][-A-Za-z0-9.]+: ?)?"
    r"([0-9]*[^0-9\n](?:[^\n :]| [^-/\n]|:[^ \n])*?)"
    r": ?([0-9]+)(?:[.:]([0-9]+))?:"
    r"(?: *(FutureWarning|RuntimeWarning|Warning|warning|W:)"
    r"| *([Ii]nfo(?:\b|rmationa?l?)|I:|instantiated from|required from|[Nn]ote)"
    r"| *[Ee]rror|[0-9]?(?:[^0-9\n]|$)|[0-9][0-9][0-9])"
)

FILES = ["a.py", "src/deep/net_2.py", "with space.py", "1st.py", "lesson 3.ipynb", "a-b (copy).py"]
MESSAGES = [
    "softmax over one unit: this layer outputs 1.0 whatever its input",
    'Dense(units=10): activation="softmax" over axis 1, error: 3:4: warning: none',
    "[1, 2]: use `keras.ops`",
]


def findings():
    for file in FILES:
        for number, message in enumerate(MESSAGES):
            severity = list(Severity)[number]
            cell = 12 if file.endswith(".ipynb") else None
            where = Span(Position(7 + number, 30), Position(7 + number, 32), cell)
            yield Diagnostic(
                "KER101",
                "some-rule",
                severity,
                message,
                f"/p/{file}",
                where,
                label="error: here",
                help="warning: do it",
                related=(Related(where, "note: there", "/p/other.py", "y = 1"),),
                verdict="confirmed",
                evidence="at 1:2 the error is 3\nsecond: 4",
                lines={7 + number: "x = 1"},
            )


EXPECTED = [
    (each.path.removeprefix("/p/"), each.span.start.row, 30, each.severity) for each in findings()
]


def lines(name):
    report = Report(tuple(findings()), "/p")
    return "".join(renderer(name)(report)).splitlines()


@pytest.mark.parametrize("name", ["concise", "full"])
def test_vs_code(name):
    matches = [match for line in lines(name) if (match := GCC.match(line))]
    assert [
        (file, int(row), int(column), Severity.parse(severity))
        for file, row, column, severity, _ in (match.groups() for match in matches)
    ] == [each for each in EXPECTED if each[-1] is not Severity.INFO]


def test_emacs():
    kinds = []
    for line in lines("concise")[:-1]:
        match = GNU.match(line)
        assert match is not None, line
        file, row, column, warning, info = match.groups()
        severity = Severity.WARNING if warning else Severity.INFO if info else Severity.ERROR
        kinds.append((file, int(row), int(column), severity))
    assert kinds == EXPECTED


def test_nothing_else_is_taken_for_a_finding_by_emacs():
    heads = [line for line in lines("full") if GNU.match(line)]
    assert len(heads) == len(EXPECTED)


@pytest.mark.skipif(shutil.which("vim") is None, reason="needs vim")
@pytest.mark.parametrize("name", ["concise", "full"])
def test_vim(name, tmp_path):
    """The quickfix list that vim itself makes of a report, with its own settings."""
    report, found = tmp_path / "report.txt", tmp_path / "found.json"
    report.write_text("\n".join(lines(name)) + "\n")
    entries = "map(getqflist(), {_, e -> [bufname(e.bufnr), e.lnum, e.col, e.valid, e.text]})"
    commands = [f"cgetfile {report}", f"call writefile([json_encode({entries})], '{found}')", "qa!"]
    words = [word for command in commands for word in ("-c", command)]
    subprocess.run(
        ["vim", "-u", "NONE", "-N", "-es", *words], cwd=tmp_path, timeout=600, check=True
    )
    entries = [entry for entry in json.loads(found.read_text()) if entry[3] and entry[1]]
    # In the full report it also jumps to related places, whose files it does not find.
    entries = [entry for entry in entries if not entry[0].startswith("::: ")]
    assert [tuple(entry[:3]) for entry in entries] == [each[:3] for each in EXPECTED]
    for entry, (*_, severity) in zip(entries, EXPECTED):
        assert entry[4].lstrip().startswith(f"{severity.label}: KER101 ")
