"""What takes the place of statements that do not parse."""

from __future__ import annotations

import ast

import pytest

import kerlint
from kerlint.reading.parse import UNREAD, parse


@pytest.mark.parametrize(
    ("lost", "left"),
    [
        ("x = ??", "x = {}"),
        ("self.x, y = ??", "self.x, y = {}"),
        ("x //= ??", "x = {}"),
        ("x = = 3", "x = {}"),
        ("model.add(Dense(4)", "{}(model)"),
        ("self.model.add(Dense(units=, 4))", "{}(self.model)"),
        ("compute(??)", "pass"),
        ("print 'done'", "pass"),
        ("x == ??", "pass"),
        ("class = 3", "pass"),
        ("from keras import ??", "pass"),
    ],
)
def test_what_a_lost_statement_leaves(lost: str, left: str) -> None:
    parsed = parse(f"before = 1\n{lost}\nafter = 2\n")
    assert parsed.text == f"before = 1\n{left.format(UNREAD)}\nafter = 2\n"
    assert [trouble.row for trouble in parsed.troubles] == [2]


def test_a_lost_result() -> None:
    parsed = parse("def build():\n    return [\n        1, ??\n    ]\n")
    assert parsed.text == f"def build():\n    return {UNREAD}\n\n\n"


@pytest.mark.parametrize(
    ("statement", "severity", "message"),
    [
        ("x = 1" + " + 1" * 500, "info", "this was not read: 500 operators"),
        ("x = " + 150 * "[" + 150 * "]", "info", "this was not read: 150 brackets"),
        ("x = " + 250 * "[" + 250 * "]", "error", "this does not parse: 250 brackets"),
        ("(x): int = 1", "info", "this was not read: libcst cannot parse it"),
        ("x = 1 +", "error", "this does not parse: invalid syntax"),
    ],
)
def test_what_python_takes_is_no_error(statement: str, severity: str, message: str) -> None:
    text = f"import keras\n{statement}\n"
    (finding,) = kerlint.lint_source(text, extend_select=["KER000"])
    assert (finding.code, finding.severity.label) == ("KER000", severity)
    assert finding.message.startswith(message)
    assert (severity == "error") == (not is_python(statement))


def is_python(statement: str) -> bool:
    try:
        ast.parse(statement)
    except SyntaxError:
        return False
    return True
