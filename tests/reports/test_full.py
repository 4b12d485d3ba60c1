"""The report for people, character by character."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint.diagnostics import Diagnostic, Position, Related, Severity, Span
from kerlint.outcome import Coverage
from kerlint.reports import concise, grouped
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
        |ratings.py:14:11: error: KER101 softmax over one unit [confirmed]
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
    assert text.splitlines()[0].endswith(f"softmax over one unit [{verdict}]")


def test_related_before_the_finding_and_on_its_line():
    it = finding(
        span(9, 5, 6),
        {2: "a = 1", 8: "", 9: "f(a, b)"},
        label="here",
        related=(Related(span(2, 1, 2), "first"), Related(span(9, 3, 4), "second")),
    )
    assert shown(it) == frame(
        """
        |ratings.py:9:5: error: KER101 softmax over one unit
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
        |ratings.py:1:1: error: KER101 softmax over one unit
        |  |
        |1 | Dense(
        |  | ^^^^^^ all of it
        """
    )


def test_an_empty_place_has_a_mark():
    it = finding(span(1, 3, 3), {1: "x"})
    assert shown(it).splitlines()[-2] == "  |  ^"


def test_no_lines_no_frame():
    assert (
        shown(finding(span(1, 1, 1))) == "ratings.py:1:1: error: KER101 softmax over one unit\n\n"
    )


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


LONG = "model = build(" + "units, " * 60 + "last)   "


@pytest.mark.parametrize(
    ("start", "end"),
    [(1, 9), (15, 400), (100, 110), (300, 435), (430, 434), (434, 438), (1, 438)],
)
@pytest.mark.parametrize("other", [1, 60, 140, 200, 434, 437])
def test_no_mark_runs_past_the_text(start, end, other):
    """Whatever is marked on a line too long to be shown as a whole."""
    related = Related(span(1, other, other + 3), "there")
    it = finding(span(1, start, end), {1: LONG}, label="here", related=(related,))
    _, _, line, *marks = shown(it).rstrip().splitlines()
    assert len(marks) == 2
    for mark in marks:
        assert max(mark.rfind("^"), mark.rfind("-")) < len(line), (line, mark)


def test_a_place_in_the_part_that_is_cut_off_is_marked_under_the_dots():
    related = Related(span(1, 430, 434), "there")
    it = finding(span(1, 1, 6), {1: LONG}, related=(related,))
    *_, line, _, mark = shown(it).rstrip().splitlines()
    assert line.endswith("...")
    assert mark.index("---") == line.rindex("...")


def test_spaces_at_the_end_of_a_line_are_not_marked():
    it = finding(span(1, 5, 2, end_row=2), {1: "x = f(   ", 2: ")"})
    assert shown(it).splitlines()[-2] == "  |     ^^"


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
        span(12, 1, 2, cell=3),
        {12: "x"},
        path=f"{HERE}/a.ipynb",
        related=(Related(span(2, 3, 4, cell=1), "compiled here", line="  y"),),
        help="do it",
    )
    assert shown(it) == frame(
        """
        |a.ipynb:12:1: error: KER101 [cell 3] softmax over one unit
        |   |
        |12 | x
        |   | ^
        |  ::: a.ipynb:2:3 [cell 1]
        |   |
        | 2 |   y
        |   |   - compiled here
        |   = help: do it
        """
    )


def test_a_place_in_another_file_shows_its_line():
    it = finding(
        span(9, 1, 6),
        {9: "build()"},
        related=(
            Related(span(104, 5, 8), "the head", f"{HERE}/net.py", "    top = Dense(1)"),
            Related(span(2, 1, 4), "gone since", f"{HERE}/old.py"),
        ),
    )
    assert shown(it) == frame(
        """
        |ratings.py:9:1: error: KER101 softmax over one unit
        |    |
        |  9 | build()
        |    | ^^^^^
        |   ::: net.py:104:5
        |    |
        |104 |     top = Dense(1)
        |    |     --- the head
        |    = see: old.py:2:1: gone since
        """
    )


def test_paths_outside_stay_whole():
    text = shown(finding(span(1, 1, 1), path="/home/me/src2/a.py"))
    assert text.startswith("/home/me/src2/a.py:1:1")


def test_colours_are_only_colours():
    it = finding(span(1, 1, 2), {1: "x"}, label="here", help="do it")
    coloured = shown(it, colour=True)
    assert "\x1b[1;31mKER101\x1b[0m" in coloured
    import re

    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(it)


def last_line(*findings, **about):
    report = Report(findings, HERE, coverage=Coverage(**about))
    return [*render(report)][-1].rstrip()


class TestSummary:
    def test_counts(self):
        findings = [
            finding(span(1, 1, 1)),
            finding(span(2, 1, 1)),
            finding(span(1, 1, 1), severity=Severity.WARNING, path=f"{HERE}/b.py"),
            finding(span(1, 1, 1), severity=Severity.INFO, path=f"{HERE}/b.py"),
        ]
        assert last_line(*findings, files=9, keras=4, parsed=4, models=7, partial=2) == (
            "Found 2 errors, 1 warning and 1 info in 2 files. Read 9 files and 7 models (2 only in"
            " part; see --show-unknown). To learn more, run `kerlint explain KER101`."
        )

    def test_one(self):
        assert last_line(finding(span(1, 1, 1)), files=1, keras=1, parsed=1, models=1) == (
            "Found 1 error in 1 file. Read 1 file and 1 model."
            " To learn more, run `kerlint explain KER101`."
        )

    def test_verdicts(self):
        words = ("confirmed", "refuted", "confirmed", None, "unproven")
        findings = [finding(span(row, 1, 1), verdict=word) for row, word in enumerate(words, 1)]
        assert last_line(*findings, files=1).startswith(
            "Found 5 errors in 1 file (2 confirmed, 1 refuted, 1 unproven). "
        )

    def test_the_code_to_explain_is_of_the_worst_finding_that_was_not_refuted(self):
        findings = [
            finding(span(1, 1, 1), severity=Severity.WARNING, code="KER126"),
            finding(span(2, 1, 1), code="KER102", verdict="refuted"),
            finding(span(3, 1, 1), code="KER103"),
            finding(span(4, 1, 1), code="KER104"),
        ]
        assert last_line(*findings).endswith("run `kerlint explain KER103`.")
        assert last_line(*findings[:2]).endswith("run `kerlint explain KER126`.")
        assert last_line(findings[1]).endswith("run `kerlint explain KER102`.")

    @pytest.mark.parametrize(
        ("about", "line"),
        [
            (
                {"files": 3, "keras": 2, "parsed": 2, "models": 4},
                "All checks passed! Read 3 files and 4 models.",
            ),
            (
                {"files": 3, "keras": 2, "parsed": 2, "models": 4, "partial": 1},
                "No problems found. Read 3 files and 4 models (1 only in part;"
                " see --show-unknown).",
            ),
            (
                {"files": 1, "keras": 1, "parsed": 1, "models": 1, "partial": 1},
                "No problems found. Read 1 file and 1 model (only in part; see --show-unknown).",
            ),
            (
                {"files": 1, "keras": 1, "parsed": 1, "models": 2, "partial": 2},
                "No problems found. Read 1 file and 2 models (all only in part;"
                " see --show-unknown).",
            ),
            (
                {"files": 1, "keras": 1, "parsed": 1},
                "All checks passed! Read 1 file and found no models.",
            ),
            (
                {"files": 2, "keras": 2, "unread": 1},
                "No problems found. Read 2 files; 1 file could not be read.",
            ),
            (
                {"files": 4, "keras": 2, "ignored": 1, "parsed": 1, "models": 1, "unread": 2},
                "No problems found. Read 4 files and 1 model; 1 file skipped because of an"
                " ignore-file comment; 2 files could not be read.",
            ),
            (
                {"files": 2, "keras": 2, "parsed": 2, "models": 1, "unread": 1, "statements": 3},
                "No problems found. Read 2 files and 1 model; 1 file and 3 statements could not be"
                " read.",
            ),
            ({}, "Nothing was checked: no Python files or notebooks found."),
            ({"unread": 2}, "Nothing was checked: 2 files could not be read."),
            ({"files": 1}, "Nothing was checked: the file does not use Keras."),
            ({"files": 1200}, "Nothing was checked: none of the 1,200 files uses Keras."),
            (
                {"files": 3, "keras": 1, "ignored": 1},
                "Nothing was checked: the only file that uses Keras has an ignore-file comment.",
            ),
            (
                {"files": 3, "keras": 2, "ignored": 2},
                "Nothing was checked: all 2 files that use Keras have an ignore-file comment.",
            ),
        ],
    )
    def test_none(self, about, line):
        assert last_line(**about) == line

    def test_the_target_is_named(self):
        report = Report((), HERE, coverage=Coverage(1, keras=1), target="Keras 3.8")
        assert [*render(report)] == ["All checks passed for Keras 3.8! Read 1 file.\n"]

    def test_quiet(self):
        assert shown() == ""


class TestFolding:
    def many(self, code, number, **more):
        return [finding(span(row, 1, 1), code=code, **more) for row in range(1, number + 1)]

    @pytest.mark.parametrize("code", ["KER000", "KER003", "KER011"])
    def test_what_says_the_same_is_folded(self, code):
        assert shown(*self.many(code, 8)) == (
            f"ratings.py:1:1: error: {code} softmax over one unit\n"
            "   = note: 7 more like this on lines 2, 3, 4, 5, 6, 7 and 8"
            " (--no-fold shows them in full)\n\n"
        )

    def test_all_places_are_named(self):
        text = shown(*self.many("KER003", 60))
        assert ", ".join(map(str, range(2, 60))) + " and 60" in text

    def test_several_in_a_line_and_in_cells(self):
        places = [(1, 1, None), (2, 1, 1), (2, 9, 1), (4, 1, 1), (3, 5, 2)]
        findings = [
            finding(span(row, column, column, cell=cell), code="KER003")
            for row, column, cell in places
        ]
        assert "4 more like this in cell 1 on lines 2:1, 2:9 and 4; in cell 2 on line 3" in shown(
            *findings
        )

    @pytest.mark.parametrize(
        "other",
        [
            {"message": "another"},
            {"help": "another"},
            {"severity": Severity.WARNING},
            {"verdict": "refuted"},
            {"verdict": "confirmed", "evidence": "another"},
        ],
        ids=repr,
    )
    def test_what_says_something_else_is_not(self, other):
        different = finding(span(9, 1, 1), code="KER003", **other)
        text = shown(*self.many("KER003", 3), different)
        assert text.count(": KER003 ") == 4
        assert shown(*self.many("KER003", 8), different).count(": KER003 ") == 2

    def test_three_are_not_many(self):
        assert shown(*self.many("KER003", 3)).count("KER003 softmax") == 3

    def test_findings_about_models_are_never_folded(self):
        assert shown(*self.many("KER101", 8)).count("KER101 softmax") == 8

    def test_each_file_and_code_apart(self):
        other = [finding(span(1, 1, 1), code="KER003", path=f"{HERE}/b.py")]
        text = shown(*self.many("KER003", 5), *self.many("KER012", 2), *other)
        assert text.count("KER003 softmax") == 2
        assert text.count("KER012 softmax") == 2
        assert text.count("more like this") == 1

    def test_not_when_unwanted(self):
        findings = tuple(self.many("KER003", 8))
        assert "".join(render(Report(findings, HERE, fold=False))).count(": KER003 ") == 8

    @pytest.mark.parametrize("render", [concise.render, grouped.render])
    def test_not_in_formats_with_a_line_for_each(self, render):
        text = "".join(render(Report(tuple(self.many("KER003", 8)), HERE, quiet=True)))
        assert text.count("KER003 ") == 8


def test_schema_is_shipped():
    import kerlint.reports

    assert (Path(kerlint.reports.__file__).parent / "schema-1.json").is_file()
