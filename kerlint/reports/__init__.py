"""The shapes in which findings are reported: one module for each, named in ``FORMATS``.

Such a module has a function ``render(report: Report) -> Iterator[str]``; it yields the text piece
by piece, line ends included.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kerlint.reports.report import Report

FORMATS = {
    "full": "kerlint.reports.full",
    "concise": "kerlint.reports.concise",
    "json": "kerlint.reports.json",
    "json-lines": "kerlint.reports.json_lines",
}


def renderer(name: str) -> Callable[[Report], Iterator[str]]:
    """The function that writes reports in the format ``name``."""
    render: Callable[[Report], Iterator[str]] = importlib.import_module(FORMATS[name]).render
    return render


def destinations(text: str) -> tuple[tuple[str, str | None], ...]:
    """Parse ``--output-format``: ``full``, or several with files, ``json:out.json,full``.

    Returns pairs of format and file (None: standard output); raises ``ValueError``.
    """
    pairs = []
    for part in text.split(","):
        name, colon, file = part.strip().partition(":")
        if name not in FORMATS:
            raise ValueError(f"must be one of {', '.join(FORMATS)}, not {name!r}")
        if colon and not file:
            raise ValueError(f"{part.strip()!r} names no file after the colon")
        pairs.append((name, file or None))
    if sum(file is None for _, file in pairs) > 1:
        raise ValueError("only one format can go to standard output; name files for the others")
    return tuple(pairs)
