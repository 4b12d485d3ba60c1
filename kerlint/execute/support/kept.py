"""What kerlint draws: measurements that are kept as they are made. A saved proof keeps nothing."""

from __future__ import annotations

from typing import Any

# kerlint sets a list here when a report shows pictures.
KEPT: list[tuple[Any, str, Any]] | None = None


def keep(model: Any, what: str, found: Any) -> None:
    """Keep what was found on a model under test."""
    if KEPT is not None:
        KEPT.append((model, what, found))
