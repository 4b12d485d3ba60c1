"""Fixes are applied round after round; what they spoil is found out, and taken back."""

from __future__ import annotations

import re

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
from kerlint.outcome import Coverage, Outcome
from kerlint.repairs import rounds
from kerlint.repairs.moves import Moves
from kerlint.repairs.rounds import fix_source

SAFE, UNSAFE, DISPLAY = Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY


def span(row, column, end_row, end_column, cell=None):
    return Span(Position(row, column), Position(end_row, end_column), cell)


class Linter:
    """Finds words, and proposes to replace them: ``bad=good`` finds bad."""

    def __init__(self, *words, **more):
        self.words = dict(word.split("=") for word in words)
        self.more = {"severity": Severity.ERROR, **more}
        self.applicability = {}
        self.groups = {}
        self.calls = 0

    def __call__(self, data):
        self.calls += 1
        found = []
        for row, line in enumerate(data.decode().split("\n"), 1):
            for number, (bad, good) in enumerate(self.words.items()):
                for match in re.finditer(rf"\b{bad}\b", line):
                    start, end = match.start() + 1, match.end() + 1
                    edit = Edit(span(row, start, row, end), good)
                    how = self.applicability.get(bad, SAFE)
                    fix = Fix(how, f"Replace {bad}", (edit,)) if good != "?" else None
                    found.append(
                        Diagnostic(
                            f"KER{100 + number}",
                            bad,
                            message=f"{bad} is bad",
                            path="a.py",
                            span=span(row, start, row, end),
                            fix=fix,
                            group=self.groups.get(bad, ""),
                            **self.more,
                        )
                    )
        found.sort(key=lambda finding: finding.sort_key)
        return Outcome("a.py", tuple(found), coverage=Coverage(files=1))


def fixed(text, linter, least=SAFE):
    done = fix_source("a.py", text.encode(), linter, least)
    assert done.outcome.diagnostics == linter(done.data).diagnostics
    return done


def names(findings):
    return [finding.name for finding in findings]


def test_several_fixes_at_once():
    linter = Linter("a=b", "c=d")
    done = fixed("x = a + c\ny = a\n", linter)
    assert done.data == b"x = b + d\ny = b\n"
    assert names(done.fixed) == ["a", "c", "a"]
    assert done.left == ()
    assert linter.calls == 3  # before, after, and the one of this test


def test_nothing_to_fix():
    linter = Linter("a=?")
    done = fixed("x = a\n", linter)
    assert (done.data, done.fixed, done.left) == (b"x = a\n", (), ())
    assert linter.calls == 2


def test_a_second_time_changes_nothing():
    linter = Linter("a=b", "b=c")
    done = fixed("x = a\n", linter)
    assert done.data == b"x = c\n"
    assert fixed("x = c\n", linter).data == b"x = c\n"


@pytest.mark.parametrize(
    ("least", "text"), [(SAFE, b"x = good1 + b + c\n"), (UNSAFE, b"x = good1 + good2 + c\n")]
)
def test_how_freely(least, text):
    linter = Linter("a=good1", "b=good2", "c=good3")
    linter.applicability = {"b": UNSAFE, "c": DISPLAY}
    done = fixed("x = a + b + c\n", linter, least)
    assert done.data == text
    assert done.left == ()


def test_what_would_not_parse_is_taken_back():
    done = fixed("x = a + c\ny = a\n", Linter("a=b", "c=) ("))
    assert done.data == b"x = b + c\ny = b\n"
    assert names(done.fixed) == ["a", "a"]
    (left,) = done.left
    assert (left.finding.name, left.reason) == ("c", "the file would no longer parse")


def test_a_finding_that_stays():
    done = fixed("x = a + c\n", Linter("a=b", "c=(c)"))
    assert done.data == b"x = b + c\n"
    (left,) = done.left
    assert (left.finding.name, left.reason) == ("c", "the finding would still be there")


def test_a_fix_that_changes_nothing():
    done = fixed("x = a\n", Linter("a=a"))
    assert done.data == b"x = a\n"
    assert [left.reason for left in done.left] == ["the fix changes nothing"]


def test_a_new_finding():
    done = fixed("z = 1\nx = a1 + a2 + a3 + c\n", Linter("a1=b", "a2=b", "a3=b", "c=d", "d=?"))
    assert done.data == b"z = 1\nx = b + b + b + c\n"
    (left,) = done.left
    assert left.finding.name == "c"
    assert left.reason == "there would be a new finding (KER104, line 2)"


def test_a_new_finding_that_can_be_fixed_is():
    done = fixed("x = a\n", Linter("a=b", "b=c"))
    assert done.data == b"x = c\n"
    assert names(done.fixed) == ["a"]  # the other one was never there for people


def test_a_new_finding_that_cannot_be_fixed_in_the_end():
    done = fixed("x = a + good\ny = e\n", Linter("a=b", "b=c", "c=?", "e=f"))
    assert done.data == b"x = a + good\ny = f\n"
    (left,) = done.left
    assert left.finding.name == "a"
    assert left.reason.startswith("there would be a new finding (KER101")


def test_fixes_that_undo_each_other():
    done = fixed("x = a\ny = c\n", Linter("a=b", "b=a", "c=d"))
    assert done.data in (b"x = a\ny = d\n", b"x = b\ny = d\n")


def test_there_is_an_end_to_it():
    words = [f"a{n}=a{n + 1}" for n in range(30)]
    done = fixed("x = a0\n", Linter(*words))
    assert done.data == b"x = a0\n"
    (left,) = done.left
    assert "new finding" in left.reason


def test_one_fix_for_one_mistake():
    linter = Linter("a=b", "c=d")
    linter.groups = {"a": "same", "c": "same"}
    calls = []

    def lint(data):
        calls.append(data)
        return linter(data) if b"b" not in data else Outcome("a.py", coverage=Coverage(files=1))

    done = fix_source("a.py", b"x = a\ny = c\n", lint, SAFE)
    assert done.data == b"x = b\ny = c\n"
    assert names(done.fixed) == ["a", "c"]


def test_fixes_of_a_migration_go_together():
    linter = Linter("a=b", "c=d")
    linter.groups = {"a": "migration", "c": "migration"}
    done = fixed("x = a\ny = c\n", linter)
    assert done.data == b"x = b\ny = d\n"
    assert linter.calls == 3


def test_time_is_limited(monkeypatch):
    monkeypatch.setattr(rounds, "_SECONDS", -1.0)
    before = Linter("a=b")(b"x = a\n")
    done = fix_source("a.py", b"x = a\n", Linter("a=b"), SAFE, before)
    assert done.data == b"x = a\n"
    assert [left.reason for left in done.left] == ["checking the result takes too long"]


def test_when_the_linter_fails():
    def lint(data):
        if data == b"x = a\n":
            return Linter("a=b")(data)
        return Outcome("a.py", failed=True)

    done = fix_source("a.py", b"x = a\n", lint, SAFE)
    assert done.data == b"x = a\n"
    assert [left.reason for left in done.left] == ["kerlint cannot check the result"]


def test_verdicts_stay():
    linter = Linter("a=b", "c=?")
    before = linter(b"x = a\nyy = c\n")
    marked = tuple(
        Diagnostic(**{**fields(finding), "verdict": "confirmed", "evidence": finding.name})
        for finding in before.diagnostics
    )
    before = Outcome("a.py", marked, coverage=before.coverage)
    done = fix_source("a.py", b"x = a\nyy = c\n", linter, SAFE, before)
    (finding,) = done.outcome.diagnostics
    assert (finding.name, finding.verdict, finding.evidence) == ("c", "confirmed", "c")


def test_refuted_findings_are_not_fixed():
    linter = Linter("a=b")
    before = linter(b"x = a\n")
    refuted = tuple(
        Diagnostic(**{**fields(finding), "verdict": "refuted"}) for finding in before.diagnostics
    )
    before = Outcome("a.py", refuted, coverage=before.coverage)
    assert fix_source("a.py", b"x = a\n", linter, SAFE, before).data == b"x = a\n"


def fields(finding):
    return {name: getattr(finding, name) for name in Diagnostic.__dataclass_fields__}


# -- which fixes go together ----------------------------------------------------------------------


def with_fix(name, *edits, severity=Severity.WARNING):
    return Diagnostic(
        "KER100",
        name,
        severity,
        name,
        "a.py",
        edits[0].span,
        fix=Fix(SAFE, "Do it", edits),
    )


def chosen(*findings):
    return [findings[i].name for i in rounds._compatible(findings, range(len(findings)))]


HERE = span(2, 5, 2, 9)
POINT = span(1, 1, 1, 1)


def test_overlapping_fixes():
    one = with_fix("one", Edit(HERE, "x"))
    two = with_fix("two", Edit(span(2, 8, 3, 1), "y"), severity=Severity.ERROR)
    three = with_fix("three", Edit(span(2, 1, 2, 5), "z"))
    assert chosen(one, two) == ["two"]
    assert chosen(one, three) == ["one", "three"]
    assert chosen(one, two, three) == ["two", "three"]


def test_the_earlier_one_wins():
    one, two = with_fix("one", Edit(HERE, "x")), with_fix("two", Edit(span(2, 8, 3, 1), "y"))
    assert chosen(two, one) == ["one"]


def test_a_fix_is_applied_whole_or_not_at_all():
    one = with_fix("one", Edit(HERE, "x"), Edit(span(5, 1, 5, 3), "y"))
    two = with_fix("two", Edit(span(4, 1, 4, 3), "x"), Edit(span(5, 2, 5, 3), "y"))
    assert chosen(one, two) == ["one"]


def test_the_same_import_is_one_edit():
    line = Edit(POINT, "from keras import Input\n")
    one, two = with_fix("one", line, Edit(HERE, "x")), with_fix("two", line)
    assert chosen(one, two) == ["one", "two"]
    assert len(rounds._edits((one, two))) == 2


def test_insertions_at_one_place():
    one = with_fix("one", Edit(POINT, "from keras import Input\n"))
    other = with_fix("other", Edit(POINT, "import keras\n"))
    layer = with_fix("layer", Edit(POINT, "model.add(Flatten())\n"))
    assert chosen(one, other) == ["one", "other"]
    assert chosen(layer, other) == ["layer"]


def test_other_cells_do_not_matter():
    one = with_fix("one", Edit(span(1, 1, 1, 9, 1), "x"))
    two = with_fix("two", Edit(span(1, 1, 1, 9, 2), "y"))
    assert chosen(one, two) == ["one", "two"]


# -- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (Edit(span(1, 1, 1, 1), "import a\n"), (3, 5), ((4, 5), (4, 5))),
        (Edit(span(3, 1, 3, 3), "12345"), (3, 5), ((3, 8), (3, 8))),
        (Edit(span(3, 1, 3, 3), "1\n2"), (3, 5), ((4, 4), (4, 4))),
        (Edit(span(3, 1, 3, 3), "12345"), (4, 5), ((4, 5), (4, 5))),
        (Edit(span(3, 1, 3, 3), "12345"), (2, 5), ((2, 5), (2, 5))),
        (Edit(span(2, 1, 3, 1), ""), (3, 5), ((2, 5), (2, 5))),
        (Edit(span(3, 1, 3, 9), "123"), (3, 5), ((3, 1), (3, 4))),
        (Edit(span(3, 5, 3, 5), "abc"), (3, 5), ((3, 5), (3, 8))),
        (Edit(span(1, 1, 1, 1, 2), "import a\n"), (3, 5), ((3, 5), (3, 5))),
    ],
)
def test_places_move(edit, before, after):
    expected = tuple(Position(*place) for place in after)
    assert Moves([edit]).interval(None, Position(*before)) == expected


def test_places_move_with_all_edits():
    edits = [
        Edit(span(1, 1, 1, 1), "import a\n"),
        Edit(span(3, 1, 3, 3), "12345"),
        Edit(span(3, 4, 3, 4), "67"),
    ]
    place = Position(4, 10)
    assert Moves(edits).interval(None, Position(3, 5)) == (place, place)
