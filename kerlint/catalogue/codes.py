"""Every code that kerlint can report, with its documentation."""

from __future__ import annotations

import functools

from kerlint.catalogue.entry import Entry
from kerlint.diagnostics import Severity

# The rule KER000 reports a text that does not parse. This entry is for a file that could not be
# read at all, and needs no rule to be imported.
UNREADABLE_CODE = Entry("KER000", "syntax-error", Severity.ERROR, True, (), "")
FAILED_ON = "kerlint failed on this file"
"""How the message begins if that is not the fault of the file."""

UNUSED_SUPPRESSION = Entry(
    code="KER013",
    name="unused-suppression",
    severity=Severity.WARNING,
    default=True,
    required_bytes=(),
    summary="A suppression comment suppresses nothing, or names a rule that does not exist.",
    page="""\
A suppression comment suppresses nothing, or names a rule that does not exist.

Either the finding is gone, or the code is misspelled. Remove the comment, as `kerlint --fix` does:
if it stays, it will hide the next finding on that line.

Bad:
    model.add(Dense(1, activation="sigmoid"))  # kerlint: ignore[KER101]
Good:
    model.add(Dense(1, activation="sigmoid"))
Tempting:
    model.add(Dense(1, activation="softmax"))  # kerlint: ignore[KER101]

When kerlint stays silent:
    - The rule is not selected in this run, so kerlint cannot know whether the comment is needed.
    - A part of the file could not be read.
    - The comment is a `# noqa` without a kerlint code, so it may be meant for another linter.
    - The comment is `# kerlint: ignore-file` without codes.
    - The comment names KER013 itself, or belongs to code that is commented out.
""",
)

# Codes that are reported without parsing.
FRONT_END = (UNREADABLE_CODE.code, UNUSED_SUPPRESSION.code)


@functools.lru_cache(maxsize=1)
def catalogue() -> tuple[Entry, ...]:
    """Return all entries, sorted by code."""
    from kerlint.plugins.scan import plugins
    from kerlint.rules.index import RULES

    added = plugins()
    entries = (UNUSED_SUPPRESSION, *RULES, *(added.entries if added is not None else ()))
    return tuple(sorted(entries, key=lambda entry: entry.code))
