"""Makes an input that fails small: lines are left out, then tokens, as long as it still fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import corpus
from inputs import CELL, NOTEBOOK, NOTHING, Input

MAX_SECONDS = 90.0


def shrunk(given: Input, fails: Callable[[Input], bool]) -> Input:
    """The smallest input found that fails as ``given`` does."""
    deadline = time.monotonic() + MAX_SECONDS
    for split in (_lines, corpus.tokens_of):
        for part in ("hostile", "head", "tail", "hostile"):
            if part != "hostile" and split is not _lines and given.form == NOTEBOOK:
                continue

            def still(text: str, given: Input = given, part: str = part) -> Input | None:
                made = replace(given, **{part: text})
                return made if _is_sound(made) and fails(made) else None

            given = _without(given, split(getattr(given, part)), still, deadline)
    return given


def _lines(text: str) -> list[str]:
    return [f"{line}\n" for line in text.split("\n")[:-1]] + [text.rpartition("\n")[2]]


def _is_sound(given: Input) -> bool:
    """Whether what is promised of an input still holds: its untouched text is a program."""
    if given.keeps == NOTHING:
        return True
    if given.form == NOTEBOOK:
        return all(
            not part or part.endswith(CELL) for part in (given.head, given.hostile, given.tail)
        )
    return all(
        corpus.parsed(text) is not None and (not text or text.endswith("\n"))
        for text in (given.head, given.tail)
    ) and (not given.tail or given.hostile.count("\0") or corpus.is_closed(given.hostile))


def _without(
    given: Input, pieces: list[str], still: Callable[[str], Input | None], deadline: float
) -> Input:
    """Leave out ever smaller groups of ``pieces``."""
    size = len(pieces)
    while size:
        index = 0
        while index < len(pieces):
            if time.monotonic() > deadline:
                return given
            left = pieces[:index] + pieces[index + size :]
            made = still("".join(left))
            if made is not None:
                given, pieces = made, left
            else:
                index += size
        size = min(size // 2, len(pieces))
    return given
