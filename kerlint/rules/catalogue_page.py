"""The page of all rules, `kerlint/rules/README.md`: what `generate` writes of their docstrings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerlint.catalogue import pages
from kerlint.catalogue.codes import catalogue
from kerlint.catalogue.entry import Entry
from kerlint.rules import all_rules
from kerlint.rules.base import Rule

FILE = Path(__file__).with_name("README.md")
MEASURED = Path(__file__).with_name("measured.json")
"""What Keras says about the examples, and what the experiments measured on them."""

MEASURING = "python -m tests.rules.measure"

_HEAD = """\
# Rules

All rules of kerlint. `kerlint explain KER101` prints one of these pages, and `kerlint rules` prints
the table. This file is generated from the docstrings of the rules; don't edit it.

An **error** will crash, cannot learn, or gives results that are wrong by construction. A
**warning** runs, but is very probably not what you meant. An **info** is advice. Rules that are
off by default are turned on with `--extend-select`.

What Keras says, and what the experiments measured, is from
{versions}. The numbers change a little from run to run.

"""


def text() -> str:
    """The page, as the rules and the measurements are now."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    rules = {rule.code: rule for rule in all_rules()}
    entries = tuple(entry for entry in catalogue() if not entry.plugin)
    lines = [
        _HEAD.format(versions=measured["versions"]),
        "| Code | Name | Severity | On by default | Summary |\n",
        "|---|---|---|---|---|\n",
    ]
    lines += [_row(entry) for entry in entries]
    for entry in entries:
        lines += _section(entry, rules.get(entry.code), measured["examples"].get(entry.code, {}))
    return "".join(lines)


def _row(entry: Entry) -> str:
    on = "preview" if entry.preview else "yes" if entry.default else "no"
    summary = _escaped(_in_markdown(entry.summary)).replace("|", "\\|")
    link = f"[{entry.code}](#{entry.code.lower()})"
    return f"| {link} | {entry.name} | {entry.severity.label} | {on} | {summary} |\n"


def _section(entry: Entry, rule: Rule | None, measured: dict[str, Any]) -> Iterator[str]:
    page = pages.parse(entry.text)
    on = "on by default" if entry.default else "off by default"
    on = "preview, off without `--preview`" if entry.preview else on
    # The anchor is the code alone: names of rules may change.
    yield f'\n<a id="{entry.code.lower()}"></a>\n\n## {entry.code} {entry.name}\n\n'
    yield f"{entry.severity.label.capitalize()}, {on}.\n\n"
    yield _paragraphs(page.summary)
    yield _paragraphs(page.description)
    if page.people_say:
        said = ", ".join(f"“{_escaped(_in_markdown(words))}”" for words in page.people_say)
        yield f"**What people search for:** {said}\n\n"
    for heading, code in (
        ("Bad", page.bad),
        ("Good", page.good),
        ("Right, although it looks similar", page.tempting),
    ):
        if code:
            yield f"**{heading}:**\n\n```python\n{code}\n```\n\n"
    if measured.get("keras"):
        yield f"**What Keras says about the bad example:** {measured['keras']}\n\n"
    if measured.get("evidence"):
        sentence, _, numbers = measured["evidence"].partition("\n")
        yield f"**Measured with `--execute`:** {_escaped(sentence)}"
        yield f"\n\n```text\n{numbers}\n```\n\n" if numbers else "\n\n"
    elif rule is not None and rule.untestable:
        yield f"**Not measured:** {_escaped(rule.untestable)}.\n\n"
    if page.silent:
        yield "**When kerlint stays silent:**\n\n"
        yield _paragraphs(page.silent)


def _paragraphs(prose: str) -> str:
    return f"{_escaped(_in_markdown(prose))}\n\n" if prose else ""


def _in_markdown(prose: str) -> str:
    """Prose of a docstring, where code is in one pair of backticks or in two."""
    return prose.replace("``", "`")


def _escaped(prose: str) -> str:
    """Prose in which Markdown takes nothing outside of code for markup."""
    parts = re.split(r"(`[^`]*`)", prose)
    return "".join(
        part if part.startswith("`") else re.sub(r"([*<>\[\]])", r"\\\1", part) for part in parts
    )
