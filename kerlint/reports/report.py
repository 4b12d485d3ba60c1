"""What a report is made of, and the words that the text formats share."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from kerlint.diagnostics import Diagnostic, Severity, Span

# What a change of Keras broke is broken in many places at once; after a few the reader knows.
MIGRATION = frozenset([*(f"KER{n:03}" for n in range(1, 11)), "KER012"])
_SHOWN_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Report:
    """``findings`` in order; paths are shown relative to ``cwd`` when they lie below it."""

    findings: tuple[Diagnostic, ...]
    cwd: str
    colour: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class More:
    """Findings that are like ``first``, of which the text formats show the rows only."""

    first: Diagnostic
    rest: tuple[Diagnostic, ...]


def folded(findings: tuple[Diagnostic, ...]) -> Iterator[Diagnostic | More]:
    """``findings``, those of one migration code in one file folded when they are many."""
    counts = Counter((f.path, f.code) for f in findings if f.code in MIGRATION)
    many = {key for key, count in counts.items() if count > _SHOWN_AT_MOST}
    seen = set()
    for finding in findings:
        key = finding.path, finding.code
        if key not in many:
            yield finding
        elif key not in seen:
            seen.add(key)
            like = tuple(f for f in findings if (f.path, f.code) == key)
            yield finding
            yield More(finding, like[1:])


def shown_path(path: str, cwd: str) -> str:
    """``path`` for people: relative to ``cwd`` when below it, on one line."""
    prefix = cwd if cwd.endswith(os.sep) else cwd + os.sep
    return printable(path.removeprefix(prefix))


def place(path: str, span: Span, cwd: str) -> str:
    """``path:row:column``, with the cell before the row in a notebook."""
    cell = "" if span.cell is None else f"cell {span.cell}:"
    return f"{shown_path(path, cwd)}:{cell}{span.start.row}:{span.start.column}"


def printable(text: str) -> str:
    """``text`` with control characters made visible: a linted file must not steer the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\t\u3000" else _picture(c) for c in text)


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if unicodedata.category(character) in ("Zs", "Co", "Cn"):
        return character
    return "\ufffd"


def more_like_this(more: More) -> str:
    """The line that stands for the findings that are not shown."""
    cells = any(finding.span.cell for finding in more.rest)
    rows = []
    for finding in more.rest:
        cell = f"cell {finding.span.cell}:" if cells else ""
        row = f"{cell}{finding.span.start.row}"
        if row not in rows:
            rows.append(row)
    shown = ", ".join(rows[:20]) + (", ..." if len(rows) > 20 else "")
    word = "line" if len(rows) == 1 else "lines"
    return f"{len(more.rest)} more like this on {word} {shown}"


def summary(findings: tuple[Diagnostic, ...]) -> str:
    """The last line of a text report."""
    if not findings:
        return "All checks passed!"
    parts = []
    for severity in sorted(Severity, reverse=True):
        number = sum(finding.severity is severity for finding in findings)
        if number:
            parts.append(_count(number, "info" if severity is Severity.INFO else severity.label))
    files = len({finding.path for finding in findings})
    return f"Found {_listed(parts)} in {_count(files, 'file')}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 or noun == "info" else f"{number:,} {noun}s"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
