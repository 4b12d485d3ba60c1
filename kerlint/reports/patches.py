"""A diff on a terminal."""

from __future__ import annotations

from kerlint.reports.colours import BOLD, CYAN, GREEN, RED, painted
from kerlint.reports.report import printable

_COLOURS = {"-": RED, "+": GREEN, "@": CYAN}


def on_terminal(diff: str, colour: bool) -> str:
    """``diff`` for people: coloured, and with control characters made visible."""
    lines = []
    for line in diff.split("\n"):
        of_line = BOLD if line.startswith(("---", "+++")) else _COLOURS.get(line[:1], "")
        lines.append(painted(printable(line.rstrip("\r")), of_line, colour and bool(of_line)))
    return "\n".join(lines)
