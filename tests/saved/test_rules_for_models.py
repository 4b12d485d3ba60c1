"""Which rules apply to a model without its program: each one is decided, once."""

from __future__ import annotations

from itertools import combinations

from kerlint.rules import all_rules
from kerlint.saved import rules


def test_each_rule_is_in_one_set():
    sets = {
        "architecture": rules.ARCHITECTURE,
        "fresh": rules.FRESH,
        "data": rules.DATA,
        "program": rules.PROGRAM,
    }
    for one, other in combinations(sets, 2):
        assert not sets[one] & sets[other], (one, other)
    assert frozenset().union(*sets.values()) == {rule.code for rule in all_rules()}


def test_data_and_initial_weights_are_asked_for():
    every = {rule.code for rule in all_rules()}
    plain = rules.rules_for(every, fresh=False, data=False)
    assert plain == rules.ARCHITECTURE
    assert rules.rules_for(every, fresh=True, data=False) == plain | rules.FRESH
    assert rules.rules_for(every, fresh=False, data=True) == plain | rules.DATA
