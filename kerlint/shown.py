"""How findings are written in text: what the reports and the Python API share."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerlint.diagnostics import Diagnostic

SHOWN_AT_MOST = 200
"""More findings than this are only counted, where Python shows a list of them."""


def line_of(finding: Diagnostic) -> str:
    """The line of ``--output-format concise``; the path is relative to the current folder."""
    try:
        cwd = os.getcwd()
    except OSError:  # it does not exist any more
        cwd = ""
    where, severity, code, message = parts_of_line(finding, cwd)
    return f"{where}: {severity}: {code} {message}"


def parts_of_line(finding: Diagnostic, cwd: str, mark: str = "") -> tuple[str, str, str, str]:
    """Place, severity, code and message of a finding; ``mark`` is put before the message.

    ``path:row:column: error: KER101 message`` is the form of GCC, which editors recognise. They
    take everything before the first number for the file name, so the cell of a notebook comes
    after the code.
    """
    path = shown_path(finding.path, cwd)
    where = f"{path}:{finding.span.start.row}:{finding.span.start.column}"
    if finding.layer is not None:
        where = place_of(finding, cwd)
    cell = "" if finding.span.cell is None else f"[cell {finding.span.cell}] "
    verdict = "" if finding.verdict is None else f" [{finding.verdict}]"
    message = f"{cell}{mark}{printable(finding.message)}{verdict}"
    return where, finding.severity.label, finding.code, message


def place_of(finding: Diagnostic, cwd: str) -> str:
    """Where a finding is. Rows of a text that kerlint wrote for a model mean nothing to others."""
    path, span = shown_path(finding.path, cwd), finding.span
    if finding.layer is not None:
        return f"{path}: {named(finding.layer)}" if finding.layer else path
    cell = "" if span.cell is None else f" [cell {span.cell}]"
    return f"{path}:{span.start.row}:{span.start.column}{cell}"


def named(layer: str) -> str:
    """A layer of a saved model in words."""
    return f"layer `{printable(layer)}`"


def shown_path(path: str, cwd: str) -> str:
    """``path`` for people: relative to ``cwd`` when below it, on one line."""
    prefix = cwd if not cwd or cwd.endswith(os.sep) else cwd + os.sep
    return printable(path.removeprefix(prefix))


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


def how_many(findings: Iterable[Diagnostic]) -> str:
    """How many findings there are: ``2 errors and 1 warning``."""
    numbers = Counter(finding.severity for finding in findings)
    parts = [
        counted(number, level.label) for level, number in sorted(numbers.items(), reverse=True)
    ]
    return listed(parts) if parts else "No findings"


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {noun}" if number == 1 or noun == "info" else f"{number:,} {noun}s"


def listed(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
