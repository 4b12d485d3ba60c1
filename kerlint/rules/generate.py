"""``python -m kerlint.rules.generate``: write what is known of a rule before it is imported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from kerlint.config import schema as settings_schema
from kerlint.rules import all_rules, catalogue_page
from kerlint.rules.base import Rule

COMMAND = "python -m kerlint.rules.generate"
FILE = Path(__file__).with_name("index.py")
_WIDTH = 100

_HEAD = f'''"""What is known of each rule without its import: written by `{COMMAND}`."""
# ruff: noqa: E501

from __future__ import annotations

from kerlint.catalogue.entry import Entry
from kerlint.diagnostics import Severity

RULES: tuple[Entry, ...] = (
'''


def text() -> str:
    """The source of the index, as the rules in this folder are now."""
    return _HEAD + "".join(line for rule in all_rules() for line in _entry(rule)) + ")\n"


def _entry(rule: Rule) -> Iterator[str]:
    kind = type(rule)
    fields = {
        "code": _quoted(rule.code),
        "name": _quoted(rule.name),
        "severity": f"Severity.{rule.severity.name}",
        "default": str(rule.default),
        "required_bytes": _words(rule.required_bytes),
        "summary": _quoted(rule.summary),
        "subject": _quoted("" if rule.subject is None else rule.subject.__name__),
        "module": _quoted(kind.__module__.rpartition(".")[2]),
    }
    if rule.preview:
        fields["preview"] = "True"
    yield "    Entry(\n"
    for name, value in fields.items():
        yield f"        {name}={value},\n"
    yield "    ),\n"


def _words(words: Iterable[bytes]) -> str:
    """A tuple as ruff formats it, which takes one line if it fits."""
    items = [f"b{_quoted(word.decode('ascii'))}" for word in words]
    short = f"({', '.join(items)}{',' * (len(items) == 1)})"
    if len(f"        required_bytes={short},") <= _WIDTH:
        return short
    return "(\n" + "".join(f"            {item},\n" for item in items) + "        )"


def _quoted(text: str) -> str:
    return repr(text) if '"' in text else json.dumps(text)


def write() -> None:
    """Write the index, the page of all rules, and the schema of the settings, which names them."""
    FILE.write_text(text(), encoding="utf-8")
    catalogue_page.FILE.write_text(catalogue_page.text(), encoding="utf-8")
    settings_schema.FILE.write_text(settings_schema.text(), encoding="utf-8")


if __name__ == "__main__":
    write()
