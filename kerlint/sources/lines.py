"""The physical lines of a text, as Python counts them."""

from __future__ import annotations

import re

# str.splitlines also breaks at form feeds, U+2028 and others; Python's own parser does not.
_LINE_END = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines of ``text`` without their ends; the row of ``lines[i]`` is ``i + 1``."""
    return _LINE_END.split(text)
