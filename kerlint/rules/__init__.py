"""The rules: one file each, found on the module path when their index is written."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerlint.catalogue.entry import Entry
    from kerlint.rules.base import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """One instance of every rule, in order of code. Imports all of them."""
    import pkgutil

    modules = (module.name for module in pkgutil.iter_modules(__path__))
    found = (rule for name in modules if name.startswith("ker") for rule in _rules_in(name))
    return tuple(sorted(found, key=lambda rule: rule.code))


def load(entry: Entry) -> Rule:
    """The rule of one entry of the catalogue, one of kerlint's own. Imports this one only."""
    return next(rule for rule in _rules_in(entry.module) if rule.code == entry.code)


@cache
def _rules_in(name: str) -> tuple[Rule, ...]:
    from kerlint.rules.base import Rule

    path = f"{__name__}.{name}"
    contents = vars(importlib.import_module(path))
    # What a rule imports from the file of another is found there.
    return tuple(
        item()
        for item in contents.values()
        if isinstance(item, type) and issubclass(item, Rule) and item.__module__ == path
    )
