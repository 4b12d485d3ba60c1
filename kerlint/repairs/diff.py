"""What fixes change, as a unified diff; that of a notebook is one for each cell."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from kerlint.sources.read import to_source
from kerlint.sources.source import Source, Unreadable

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NO_NEWLINE = "\n\\ No newline at end of file\n"


def diff(path: str, shown: str, before: bytes, after: bytes) -> str:
    """The differences between two contents of ``path``, which people are shown as ``shown``.

    Empty when there is none.
    """
    old, new = to_source(path, before), to_source(path, after)
    assert not isinstance(old, Unreadable), path
    assert not isinstance(new, Unreadable), path
    if not old.cells:
        return _unified(shown, old.shown, new.shown)
    cells = dict(_cells(new))
    return "".join(
        _unified(f"{shown}:cell {number}", text, cells.get(number, ""))
        for number, text in _cells(old)
    )


def _cells(source: Source) -> Iterator[tuple[int, str]]:
    lines = source.shown.split("\n")
    for cell in source.cells:
        first = cell.first_row - 1
        yield cell.number, "\n".join(lines[first : first + cell.rows])


def _unified(name: str, old: str, new: str) -> str:
    # Lines end where Python's parser says, not where str.splitlines does.
    lines = difflib.unified_diff(_LINE.findall(old), _LINE.findall(new), name, name)
    return "".join(line if line.endswith("\n") else _open(line) for line in lines)


def _open(line: str) -> str:
    """A line that ends as old Macs had it, or not at all."""
    return f"{line}\n" if line.endswith("\r") else line + _NO_NEWLINE
