"""The cells that were run in a session, as the notebook that they are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Set

from kerlint.lazy_dataclass import dataclass

# What a statement at the margin begins with: a name that is bound or called.
_HEAD = re.compile(r"(?:(?:def|class)\s+)?[\w.]+(?=\s*[=(:])", re.MULTILINE)
_LARGEST = 20_000  # characters of a cell that is compared with others
_ALIKE = 0.7  # the share that an edited cell has in common with what it was


@dataclass(frozen=True, slots=True)
class Run:
    """A cell that was run: its number, ``In [number]``, and its text.

    ``cell`` is what the editor calls it, None if it does not say.
    """

    number: int
    text: str
    cell: str | None = None


def notebook(runs: Iterable[Run], deleted: Set[str] = frozenset()) -> list[tuple[int, str]]:
    """Each cell once, as it was run last: numbers and texts.

    A cell that the editor names is where it was run first, as people go back to it and mend it.
    From others only the text can tell that one was mended, and it counts where it was run last.
    """
    cells: list[Run] = []
    for run in runs:
        if not run.text.strip() or run.cell in deleted:
            continue
        for at, other in enumerate(cells):
            if run.cell is not None and other.cell == run.cell:
                cells[at] = run
                break
            if (run.cell is None or other.cell is None) and _mended(other.text, run.text):
                del cells[at]
                cells.append(run)
                break
        else:
            cells.append(run)
    return [(run.number, run.text) for run in cells]


def _mended(before: str, after: str) -> bool:
    """Whether one text is the other after a small change."""
    if before.strip() == after.strip():
        return True
    heads = [*_heads(after)]
    if max(len(before), len(after)) > _LARGEST or not heads or [*_heads(before)] != heads:
        return False
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _heads(text: str) -> Iterator[str]:
    for line in text.splitlines():
        match = _HEAD.match(line)
        if match is not None:
            yield match.group()
