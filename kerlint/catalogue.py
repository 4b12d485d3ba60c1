"""Every code that kerlint can report: those of the rules, and what is found without parsing."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass

from kerlint.diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a code without running it.

    ``text`` is the documentation, its first line the summary. ``words`` are bytes without any of
    which a file cannot have the finding; empty when nothing is known.
    """

    code: str
    name: str
    severity: Severity
    default: bool
    words: tuple[bytes, ...]
    text: str

    @property
    def summary(self) -> str:
        return self.text.partition("\n")[0]


# The rule KER000 says the same of a text that does not parse; this says it of a file that never
# became a text, without importing any rule.
UNREADABLE_CODE = Entry("KER000", "syntax-error", Severity.ERROR, True, (), "")

UNUSED_SUPPRESSION = Entry(
    code="KER013",
    name="unused-suppression",
    severity=Severity.WARNING,
    default=True,
    words=(),
    text="""\
A suppression comment that suppresses nothing, or names an unknown code.

The finding it was written for is gone, or the code is misspelt; either way the comment now hides
only what comes next. Codes that are not selected in this run, and `# noqa` without a code of
kerlint, are left alone.

Bad:
    model.add(Dense(1, activation="sigmoid"))  # kerlint: ignore[KER101]
Good:
    model.add(Dense(1, activation="sigmoid"))
""",
)

# What is found without parsing.
FRONT_END = (UNREADABLE_CODE.code, UNUSED_SUPPRESSION.code)


@functools.lru_cache(maxsize=1)
def catalogue() -> tuple[Entry, ...]:
    """All entries, by code."""
    from kerlint.rules import all_rules

    entries = [UNUSED_SUPPRESSION]
    for rule in all_rules():
        text = inspect.cleandoc(type(rule).__doc__ or rule.name)
        entries.append(
            Entry(rule.code, rule.name, rule.severity, rule.default, tuple(rule.words), text)
        )
    return tuple(sorted(entries, key=lambda entry: entry.code))
