"""The physical lines of a text, as Python counts them."""

from __future__ import annotations

import re

# str.splitlines also breaks at form feeds, U+2028 and others; Python's own parser does not.
_LINE_END = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines of ``text`` without their ends; the row of ``lines[i]`` is ``i + 1``."""
    return _LINE_END.split(text)


def place_of_byte(data: bytes, offset: int) -> tuple[int, int]:
    """Row and column (both from 1) of a byte; the column counts characters where there are any."""
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line = before[before.rfind(b"\n") + 1 :]
    return before.count(b"\n") + 1, len(line.decode("utf-8", "replace")) + 1
