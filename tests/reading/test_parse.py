"""What takes the place of statements that do not parse."""

from __future__ import annotations

import pytest

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
