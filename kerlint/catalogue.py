"""Every code that kerlint can report: the rules, and the two that are no rule's."""

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


UNREADABLE_CODE = Entry(
    code="KER000",
    name="unreadable-code",
    severity=Severity.ERROR,
    default=True,
    words=(),
    text="""\
The file, or a part of it, could not be read as Python.

Either its bytes are no text (an encoding that does not fit, a NUL byte, a file that may not be
opened or is larger than `max-file-size`), or the text has a syntax error. A syntax error is only
reported in a file that holds a name of Keras; everything outside the broken statement is still
analysed.

Stays on whatever is selected, unless KER000 itself is ignored.

Bad:
    model.add(Dense(64, activation="relu"
Good:
    model.add(Dense(64, activation="relu"))
""",
)

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

# Found without a rule: before the text is read, and after the rules have spoken.
FRONT_END = (UNREADABLE_CODE, UNUSED_SUPPRESSION)


@functools.lru_cache(maxsize=1)
def catalogue() -> tuple[Entry, ...]:
    """All entries, by code."""
    from kerlint.rules import all_rules

    entries = list(FRONT_END)
    for rule in all_rules():
        text = inspect.cleandoc(type(rule).__doc__ or rule.name)
        entries.append(
            Entry(rule.code, rule.name, rule.severity, rule.default, tuple(rule.words), text)
        )
    return tuple(sorted(entries, key=lambda entry: entry.code))
