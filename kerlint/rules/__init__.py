"""The rules: one file each, found on the module path."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from kerlint.rules.base import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """One instance of every rule, in order of code."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("ker"):
            continue
        path = f"{__name__}.{module.name}"
        contents = vars(importlib.import_module(path))
        # What a rule imports from the file of another is found there.
        found.extend(
            item()
            for item in contents.values()
            if isinstance(item, type) and issubclass(item, Rule) and item.__module__ == path
        )
    return tuple(sorted(found, key=lambda rule: rule.code))
