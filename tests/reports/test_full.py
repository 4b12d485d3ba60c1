"""The report for people, character by character."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.diagnostics import Diagnostic, Position, Related, Severity, Span
from kerlint.reports.full import render
from kerlint.reports.report import Report

HERE = "/home/me/src"


def span(row, column, end_column, end_row=None, cell=None):
    return Span(Position(row, column), Position(end_row or row, end_column), cell)


def finding(where, lines=None, **more):
    values = {
        "code": "KER101",
        "name": "softmax-on-one-unit",
        "severity": Severity.ERROR,
        "message": "softmax over one unit",
        "path": f"{HERE}/ratings.py",
        "lines": lines or {},
        **more,
    }
    return Diagnostic(span=where, **values)


def shown(*findings, quiet=True, colour=False):
    return "".join(render(Report(findings, HERE, colour, quiet)))


def frame(text):
    """The expected block, written between bars so that its indentation is seen."""
    return "\n".join(line.strip()[1:] for line in text.strip().splitlines()) + "\n\n"


def test_all_of_it():
    it = finding(
        span(14, 11, 41),
        {
            13: '    x = Dense(64, activation="relu")(x)',
            14: '    out = Dense(1, activation="softmax")(x)',
            21: '    model.compile(loss="mse")',
        },
        label="one unit, so one value to share out",
        help='drop the activation\nor use "sigmoid"',
        related=(
            Related(span(21, 19, 29), "regression loss: the output should be linear"),
            Related(span(3, 1, 9), "called from here", f"{HERE}/main.py"),
        ),
        verdict="confirmed",
        evidence="output std 0.0 over 256 inputs",
    )
    assert shown(it) == frame(
        """
        |ratings.py:14:11: KER101 softmax over one unit
        |   |
        |13 |     x = Dense(64, activation="relu")(x)
        |14 |     out = Dense(1, activation="softmax")(x)
        |   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one unit, so one value to share out
        |21 |     model.compile(loss="mse")
        |   |                   ---------- regression loss: the output should be linear
        |   = see: main.py:3:1: called from here
        |   = help: drop the activation
        |     or use "sigmoid"
        |   = proof: output std 0.0 over 256 inputs
        """
    )


@pytest.mark.parametrize(("verdict", "word"), [("refuted", "refuted"), ("unproven", "unproven")])
def test_other_verdicts(verdict, word):
    text = shown(finding(span(1, 1, 2), {1: "x"}, verdict=verdict, evidence="because"))
    assert f"  = {word}: because" in text
    assert ("KER101 (refuted) softmax" in text) is (verdict == "refuted")


def test_related_before_the_finding_and_on_its_line():
    it = finding(
        span(9, 5, 6),
        {2: "a = 1", 8: "", 9: "f(a, b)"},
        label="here",
        related=(Related(span(2, 1, 2), "first"), Related(span(9, 3, 4), "second")),
    )
    assert shown(it) == frame(
        """
        |ratings.py:9:5: KER101 softmax over one unit
        |  |
        |2 | a = 1
        |  | - first
        |9 | f(a, b)
        |  |   - second
        |  |     ^ here
        """.replace("(a, b)", "(a, b)")
    )


def test_several_lines_are_marked_on_the_first():
    it = finding(span(1, 1, 2, end_row=3), {1: "Dense(", 2: "  1,", 3: ")"}, label="all of it")
    assert shown(it) == frame(
        """
        |ratings.py:1:1: KER101 softmax over one unit
        |  |
        |1 | Dense(
        |  | ^^^^^^ all of it
        """
    )


def test_an_empty_place_has_a_mark():
    it = finding(span(1, 3, 3), {1: "x"})
    assert shown(it).splitlines()[-2] == "  |  ^"


def test_no_lines_no_frame():
    assert shown(finding(span(1, 1, 1))) == "ratings.py:1:1: KER101 softmax over one unit\n\n"


def test_tabs_and_wide_characters_keep_the_marks_in_place():
    it = finding(span(1, 13, 18), {1: "\ts = '漢字'; \tDense(1)"})
    number_line, mark_line = shown(it).splitlines()[2:4]
    assert number_line == "1 |     s = '漢字';     Dense(1)"
    # On the screen 漢 and 字 take two columns each, which they do not in a Python string.
    assert mark_line.index("^") == number_line.index("Dense") + 2
    assert mark_line.count("^") == len("Dense")


def test_a_long_line_is_cut_around_the_mark():
    line = "x = [" + "1, " * 200 + "Dense(1)" + ", 2" * 200 + "]"
    column = line.index("Dense") + 1
    number_line, mark_line = shown(finding(span(1, column, column + 8), {1: line})).splitlines()[
        2:4
    ]
    start = mark_line.index("^")
    assert number_line[start : start + 8] == "Dense(1)"
    assert mark_line.count("^") == 8
    assert len(number_line) < 140
    assert number_line.startswith("1 | ...")
    assert number_line.endswith("...")


def test_marks_of_a_long_span_do_not_run_away():
    text = shown(finding(span(1, 1, 5001), {1: "x" * 5000}))
    assert max(map(len, text.splitlines())) < 140


def test_what_is_linted_does_not_steer_the_terminal():
    it = finding(
        span(1, 1, 4),
        {1: "x\x1b[2J\x07\u202ey"},
        message="name \x1b]0;evil\x07",
        path=f"{HERE}/a\nb\x1b.py",
    )
    text = shown(it)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert text.startswith("a␊b␛.py:1:1: ")


def test_cells_of_a_notebook():
    it = finding(
        span(2, 1, 2, cell=3),
        {2: "x"},
        path=f"{HERE}/a.ipynb",
        related=(Related(span(2, 1, 2, cell=1), "compiled here"),),
    )
    lines = shown(it).splitlines()
    assert lines[0] == "a.ipynb:cell 3:2:1: KER101 softmax over one unit"
    assert "  = see: a.ipynb:cell 1:2:1: compiled here" in lines


def test_paths_outside_stay_whole():
    text = shown(finding(span(1, 1, 1), path="/home/me/src2/a.py"))
    assert text.startswith("/home/me/src2/a.py:1:1")


def test_colours_are_only_colours():
    it = finding(span(1, 1, 2), {1: "x"}, label="here", help="do it")
    coloured = shown(it, colour=True)
    assert "\x1b[1;31mKER101\x1b[0m" in coloured
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(it)


class TestSummary:
    def test_counts(self):
        findings = [
            finding(span(1, 1, 1)),
            finding(span(2, 1, 1)),
            finding(span(1, 1, 1), severity=Severity.WARNING, path=f"{HERE}/b.py"),
            finding(span(1, 1, 1), severity=Severity.INFO, path=f"{HERE}/b.py"),
        ]
        last = shown(*findings, quiet=False).splitlines()[-1]
        assert last == "Found 2 errors, 1 warning and 1 info in 2 files."

    def test_one(self):
        assert shown(finding(span(1, 1, 1)), quiet=False).endswith("Found 1 error in 1 file.\n")

    def test_none(self):
        assert shown(quiet=False) == "All checks passed!\n"
        assert shown() == ""


class TestFolding:
    def many(self, code, number):
        return [finding(span(row, 1, 1), code=code) for row in range(1, number + 1)]

    def test_migration_codes_are_folded(self):
        text = shown(*self.many("KER003", 8))
        assert text == (
            "ratings.py:1:1: KER003 softmax over one unit\n\n"
            "KER003: 7 more like this on lines 2, 3, 4, 5, 6, 7, 8\n\n"
        )

    def test_three_are_not_many(self):
        assert shown(*self.many("KER003", 3)).count("KER003 softmax") == 3

    def test_others_are_never_folded(self):
        assert shown(*self.many("KER101", 8)).count("KER101 softmax") == 8

    def test_each_file_and_code_apart(self):
        other = [finding(span(1, 1, 1), code="KER003", path=f"{HERE}/b.py")]
        text = shown(*self.many("KER003", 5), *self.many("KER012", 2), *other)
        assert text.count("KER003 softmax") == 2
        assert text.count("KER012 softmax") == 2
        assert text.count("more like this") == 1


def test_schema_is_shipped():
    import kerlint.reports

    assert (Path(kerlint.reports.__file__).parent / "schema-1.json").is_file()
