"""What is tried without ``-m slow``, and what the installed Keras takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from typing import TypeVar

import pytest

from kerlint.rules import all_rules

EXPERIMENTS = {rule.code: rule.experiments for rule in all_rules()}
# Rules about what Keras takes up to a release, with the first that takes none of it.
REFUSED_SINCE = {"KER525": (3, 15)}

T = TypeVar("T")


def takes(code: str) -> bool:
    """Whether the installed Keras is so old that it takes some of what a rule reports."""
    since = REFUSED_SINCE.get(code)
    return since is not None and installed() < since


def installed() -> tuple[int, ...]:
    """The installed release of Keras, such as ``(3, 15)``."""
    return tuple(int(part) for part in version("keras").split(".")[:2])


def one_of_each(
    cases: Iterable[T], kinds: Callable[[T], Iterable[object]], size: Callable[[T], int]
) -> Sequence[object]:
    """All cases as parameters, where only the smallest of each kind is not marked ``slow``."""
    cases = list(cases)
    kept = [min(members, key=size) for members in _by_kind(cases, kinds).values()]
    return [case if case in kept else pytest.param(case, marks=pytest.mark.slow) for case in cases]


def _by_kind(cases: Sequence[T], kinds: Callable[[T], Iterable[object]]) -> dict[object, list[T]]:
    found: dict[object, list[T]] = {}
    for case in cases:
        for kind in kinds(case):
            found.setdefault(kind, []).append(case)
    return found
