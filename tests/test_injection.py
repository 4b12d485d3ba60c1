"""Each rule that is on by default has a fault that ``tests.injection`` puts into programs."""

from __future__ import annotations

from kerlint.catalogue.codes import catalogue
from tests.injection.__main__ import load_operators

OPERATORS = load_operators()
INJECTED = frozenset().union(*(each.codes for each in OPERATORS))


def test_each_rule_that_is_on_has_an_operator():
    assert sorted({entry.code for entry in catalogue() if entry.default} - INJECTED) == []


def test_operators_name_rules_that_exist():
    assert sorted(INJECTED - {entry.code for entry in catalogue()}) == []


def test_operators_say_what_they_do():
    names = [each.name for each in OPERATORS]
    assert len(names) == len(set(names))
    assert [each.name for each in OPERATORS if not each.doc] == []
