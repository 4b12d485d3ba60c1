"""Programs that look wrong and are right: whatever is reported of them, no experiment confirms it.

The first line of a program says why it is right: ``# right: reason``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kerlint.config.settings import combine
from kerlint.execute.prove import Prover
from kerlint.run import engine
from kerlint.sources.source import Source

RIGHT = sorted(Path(__file__).parent.joinpath("right").glob("*.py"))


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    with Prover(seconds=60) as prover:
        yield prover


def test_there_are_many_of_them() -> None:
    assert len(RIGHT) >= 60
    firsts = [path.read_text("utf-8").partition("\n")[0] for path in RIGHT]
    assert all(first.startswith("# right: ") for first in firsts)
    assert len(set(firsts)) == len(firsts)


@pytest.mark.tensorflow
@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_nothing_is_confirmed(path: Path, prover: Prover) -> None:
    text = path.read_text("utf-8")
    settings = combine("/", [engine.from_keywords({})])
    found = engine.lint_source(Source(path.name, text), text.encode(), settings, prover=prover)
    confirmed = [each for each in found.diagnostics if each.verdict == "confirmed"]
    assert confirmed == []
    failed = [each for each in found.diagnostics if each.code == "KER000"]
    assert failed == []
