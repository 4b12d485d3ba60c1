"""Of several answers to one finding the one that counts, and what is kept when time is over."""

from __future__ import annotations

import math

import pytest

from kerlint.execute import process, prove, worker
from kerlint.execute.spec import Answer, ModelSpec, ModelTrial, Request
from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN, Observation, compared
from kerlint.execute.wire import encode

SHOWN = Answer(UNPROVEN, "it shows, and so it does repaired", "a", 0, shown=True)
TRIAL = ModelTrial(("a", "b"), ModelSpec((), (), (), (), ()), None)


@pytest.mark.parametrize(
    ("baseline", "repaired", "word", "shown"),
    [
        (True, False, CONFIRMED, True),
        (True, True, UNPROVEN, True),
        (True, None, UNPROVEN, True),
        (None, False, UNPROVEN, False),
        (False, False, REFUTED, False),
    ],
)
def test_whether_the_defect_was_seen(baseline, repaired, word, shown):
    found = compared(Observation(baseline, ""), Observation(repaired, ""))
    assert (found.word, found.shown) == (word, shown)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ([SHOWN, Answer(REFUTED, "", "b", 0)], UNPROVEN),
        ([SHOWN, Answer(CONFIRMED, "", "b", 0, shown=True)], CONFIRMED),
        ([Answer(UNPROVEN, "", "a", 0), Answer(REFUTED, "", "b", 0)], REFUTED),
    ],
)
def test_the_answer_that_counts(monkeypatch, answers, word, order):
    remaining = iter(answers[::order])
    monkeypatch.setattr(worker, "_tried", lambda *_: next(remaining))
    assert worker.attempt(TRIAL, 60).word == word
    assert answers[prove._deciding(answers)].word == word


def test_what_is_known_is_told_before_the_next_experiment(monkeypatch):
    remaining = iter([Answer(REFUTED, "", "a", 0), Answer(UNPROVEN, "", "b")])
    monkeypatch.setattr(worker, "_tried", lambda *_: next(remaining))
    kept: list[Answer] = []
    assert worker.attempt(TRIAL, 60, kept.append).word == REFUTED
    assert [answer.experiment for answer in kept] == ["a"]


class Silent(process.Worker):
    """A worker that gives some lines and then no more."""

    def __init__(self, *lines: str) -> None:
        super().__init__()
        self._lines = list(lines)
        self._process = self  # type: ignore[assignment]
        self.stdin = self

    def _wait_until_ready(self) -> None:
        pass

    def write(self, text: str) -> None:
        pass

    def flush(self) -> None:
        pass

    @property
    def pid(self) -> int:
        return 0

    def _line(self, seconds: float, more: object = None) -> str:
        if not self._lines:
            raise process.TookTooLong
        return self._lines.pop(0)


def test_what_was_found_before_the_limit_is_kept():
    early = Answer(REFUTED, "first", "a", 0, final=False)
    found = Silent(encode(early)).ask(Request(TRIAL, math.inf))
    assert (found.word, found.evidence, found.in_time, found.final) == (
        REFUTED,
        "first",
        False,
        True,
    )
    with pytest.raises(process.TookTooLong):
        Silent().ask(Request(TRIAL, math.inf))
