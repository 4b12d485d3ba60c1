"""Colours of a terminal, in the few places where text is coloured."""

from __future__ import annotations

from kerlint.diagnostics import Severity

BOLD = "1"
DIM = "2"
BLUE = "1;34"
CYAN = "36"
GREEN = "32"
RED = "31"
OF_SEVERITY = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


def painted(text: str, colour: str, on: bool) -> str:
    """``text`` in ``colour`` when ``on``."""
    return f"\x1b[{colour}m{text}\x1b[0m" if on and text else text
