"""One worker for all tests of experiments: TensorFlow is imported once, in no other process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from planting import Repair, planted_job

from kerlint.config.settings import combine
from kerlint.diagnostics import Diagnostic
from kerlint.execute.prove import Prover
from kerlint.execute.spec import Answer
from kerlint.program.claims import Experiment
from kerlint.run import engine
from kerlint.sources.source import Source


@pytest.fixture(scope="session")
def prover() -> Iterator[Prover]:
    with Prover(seconds=60) as prover:
        yield prover


@pytest.fixture
def prove(prover: Prover) -> Callable[..., list[Diagnostic]]:
    """Lint a text with ``--execute``: all findings, with their verdicts."""

    def run(text: str, **settings: object) -> list[Diagnostic]:
        made = combine("/", [engine.from_keywords(settings)])
        outcome = engine.lint_source(Source("program.py", text), text.encode(), made, prover=prover)
        return list(outcome.diagnostics)

    return run


@pytest.fixture
def planted(prover: Prover) -> Callable[..., Answer]:
    """Try a claim that no rule makes: an experiment on a layer of the last model of a text.

    ``layer`` counts the layers of the model that are no input; ``repair`` gives the changes.
    """

    def run(
        text: str, experiment: Experiment, layer: int | None = 0, repair: Repair | None = None
    ) -> Answer:
        return prover.verdict(planted_job(text, experiment, layer, repair))

    return run
