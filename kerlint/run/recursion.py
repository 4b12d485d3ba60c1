"""How deep calls may nest: the same from the first file of a run to the last."""

from __future__ import annotations

import sys

LIMIT = 8_000  # nested expressions inside inlined functions; CPython's default is 1,000


def allow_deep_calls() -> None:
    """Raise the limit of this process to ``LIMIT``, before anything is read.

    Reading JSON and TOML nests as deep as they do. If only the first file that is parsed raised the
    limit, what is refused would depend on the order of the files.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), LIMIT))
