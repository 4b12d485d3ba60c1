"""Fixes are applied in rounds; each is kept only if linting finds nothing wrong with the result."""

from __future__ import annotations

import ast
import re
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field

from kerlint.catalogue.codes import UNREADABLE_CODE, UNUSED_SUPPRESSION
from kerlint.diagnostics import MIGRATION, Applicability, Diagnostic, Edit, Fix
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.outcome import Outcome
from kerlint.repairs.apply import Refused, edited
from kerlint.repairs.moves import same_findings
from kerlint.sources.read import to_source
from kerlint.sources.source import Unreadable

ROUNDS = 10
# A worker has a minute of processor time; see kerlint.processes.workers.
_SECONDS = 40.0

_IMPORT = re.compile(r"\s*(?:from|import)\s")

Lint = Callable[[bytes], Outcome]


@dataclass(frozen=True, slots=True)
class Left:
    """A fix that could not be applied, or was taken back. ``reason`` can follow "because".

    The place of the finding is that in the repaired text.
    """

    finding: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """The new content of a file, with what is found in it; ``fixed`` are the findings now gone."""

    data: bytes
    outcome: Outcome
    fixed: tuple[Diagnostic, ...] = ()
    left: tuple[Left, ...] = ()


def may_be_applied(finding: Diagnostic, least: Applicability) -> bool:
    """Whether a finding has a fix that may be applied when ``least`` is asked for."""
    fix = finding.fix
    return (
        fix is not None
        and fix.applicability >= least
        and bool(fix.edits)
        and finding.verdict != "refuted"
    )


def fix_source(
    path: str,
    data: bytes,
    lint: Lint,
    least: Applicability,
    before: Outcome | None = None,
    *,
    migrating: bool = False,
) -> Repaired:
    """Apply the fixes of ``data``, the content of ``path``, round after round until none is left.

    ``lint`` finds what is wrong with a content; ``before`` is its outcome for ``data``, if that is
    known. Verdicts in it are kept for findings that stay. A fix is taken back if the text then no
    longer parses, if its finding is still there, or if there is a finding that was not there
    before. A new finding that can be fixed may be fixed in the next round. ``migrating``: new
    findings are what was hidden by a name that Keras no longer has, so they take nothing back.
    """
    clock = _Clock()
    if before is None:
        before = clock.timed(lambda: lint(data))
    known = [_Known(finding) for finding in before.diagnostics]
    start = _State(data, before, known)
    run = _Run(path, lint, least, clock, migrating)
    last, clean = run.rounds(start, strict=False)
    if last is not clean:  # what the fixes have brought could not be fixed
        last, clean = run.rounds(clean, strict=True)
    left = [
        Left(each.finding, each.rejected)
        for each in clean.known
        if each.rejected and may_be_applied(each.finding, least)
    ]
    return Repaired(clean.data, clean.outcome, tuple(clean.fixed), tuple(left))


@dataclass(slots=True)
class _Known:
    """A finding of a text. ``original``: it was there from the beginning."""

    finding: Diagnostic
    original: bool = True
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class _State:
    """A text between two rounds."""

    data: bytes
    outcome: Outcome
    known: list[_Known]
    fixed: list[Diagnostic] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return all(
            each.original or each.finding.code == UNUSED_SUPPRESSION.code for each in self.known
        )


@dataclass(frozen=True, slots=True)
class _Trial:
    """What comes of applying some fixes. ``problem`` is why they cannot stay; empty when they can.

    ``culprits`` are the ones that are to blame, if that is known. ``same`` says of each finding
    afterwards which one it was before.
    """

    problem: str = ""
    culprits: frozenset[int] = frozenset()
    data: bytes = b""
    outcome: Outcome | None = None
    same: tuple[int | None, ...] = ()


class _OutOfTime(Exception):
    """There is no time left to check another result."""


class _Clock:
    """Keeps the time that is spent on one file within its limit."""

    def __init__(self) -> None:
        self._start = time.process_time()
        self._longest = 0.0

    def timed(self, action: Callable[[], Outcome]) -> Outcome:
        begin = time.process_time()
        if begin - self._start + self._longest > _SECONDS:
            raise _OutOfTime
        outcome = action()
        self._longest = max(self._longest, time.process_time() - begin)
        return outcome


class _Run:
    """The rounds over one file."""

    def __init__(
        self, path: str, lint: Lint, least: Applicability, clock: _Clock, migrating: bool
    ) -> None:
        self._migrating = migrating
        self._path = path
        self._lint = lint
        self._least = least
        self._clock = clock

    def rounds(self, start: _State, *, strict: bool) -> tuple[_State, _State]:
        """The last state, and the last one without findings that fixes have brought.

        ``strict``: no fix may bring a finding, not even one that can be fixed.
        """
        state = clean = start
        seen = {start.data}
        for _ in range(ROUNDS):
            wanted = self._wanted(state)
            if not wanted:
                break
            following = _Round(self, state, strict).result(wanted)
            if following is None:
                continue  # others may be possible without those that were rejected
            if following.data in seen:
                break  # fixes that undo each other
            seen.add(following.data)
            state = following
            if state.is_clean or self._migrating:
                clean = state
        else:
            for index in self._wanted(state):
                state.known[index].rejected = f"there is more to fix after {ROUNDS} rounds"
        return state, clean

    def _wanted(self, state: _State) -> list[int]:
        candidates = [
            index
            for index, each in enumerate(state.known)
            if not each.rejected and may_be_applied(each.finding, self._least)
        ]
        return _compatible([each.finding for each in state.known], candidates)

    def tried(self, state: _State, chosen: Sequence[int], strict: bool) -> _Trial:
        findings = [each.finding for each in state.known]
        edits = _edits(findings[index] for index in chosen)
        try:
            data = edited(self._path, state.data, edits)
        except Refused as refusal:
            return _Trial(refusal.reason)
        if data == state.data:
            return _Trial("the fix changes nothing")
        if not _parses_as_before(self._path, state.data, data):
            return _Trial("the file would no longer parse")
        outcome = self._clock.timed(lambda: self._lint(data))
        if outcome.failed:
            return _Trial("kerlint cannot check the result")
        old, new = state.outcome.coverage, outcome.coverage
        if new.unread > old.unread or new.statements > old.statements:
            return _Trial("the file would no longer parse")
        after = list(outcome.diagnostics)
        same = same_findings(findings, after, edits, chosen)
        still, added = set(), []
        for finding, index in zip(after, same):
            repairable = not strict and may_be_applied(finding, self._least)
            if index is None:
                if finding.code == UNREADABLE_CODE.code:
                    return _Trial("the file would no longer parse")
                if not repairable and finding.code != UNUSED_SUPPRESSION.code:
                    added.append(finding)
            elif index in chosen and (finding.message == findings[index].message or not repairable):
                still.add(index)
        if still:
            return _Trial("the finding would still be there", frozenset(still))
        if added and not self._migrating:
            where = f"line {added[0].span.start.row}"
            if added[0].span.cell is not None:
                where = f"cell {added[0].span.cell}, {where}"
            return _Trial(f"there would be a new finding ({added[0].code}, {where})")
        return _Trial("", frozenset(), data, outcome, tuple(same))


class _Round:
    """One round: as many of the wanted fixes as possible are applied at once."""

    def __init__(self, run: _Run, state: _State, strict: bool) -> None:
        self._run = run
        self._state = state
        self._strict = strict
        self._trials: dict[frozenset[int], _Trial] = {}

    def result(self, wanted: list[int]) -> _State | None:
        """The state with those of ``wanted`` that can be applied; None when none can.

        The others are noted as rejected.
        """
        try:
            accepted = self._accepted([], wanted)
        except _OutOfTime:
            accepted = self._best_so_far()
            for index in wanted:
                if index not in accepted and not self._state.known[index].rejected:
                    self._state.known[index].rejected = "checking the result takes too long"
        if not accepted:
            return None
        trial = self._tried(accepted)
        assert trial.outcome is not None
        return _following(self._state, trial, trial.outcome)

    def _accepted(self, accepted: list[int], candidates: list[int]) -> list[int]:
        """``accepted`` and as many of ``candidates`` as can be applied together with them."""
        if not candidates:
            return accepted
        trial = self._tried([*accepted, *candidates])
        if not trial.problem:
            return [*accepted, *candidates]
        to_blame = trial.culprits & set(candidates)
        if len(candidates) == 1:
            to_blame = frozenset(candidates)
        if to_blame:
            for index in to_blame:
                self._state.known[index].rejected = trial.problem
            return self._accepted(accepted, [c for c in candidates if c not in to_blame])
        middle = len(candidates) // 2
        accepted = self._accepted(accepted, candidates[:middle])
        return self._accepted(accepted, candidates[middle:])

    def _tried(self, chosen: list[int]) -> _Trial:
        key = frozenset(chosen)
        if key not in self._trials:
            self._trials[key] = self._run.tried(self._state, sorted(chosen), self._strict)
        return self._trials[key]

    def _best_so_far(self) -> list[int]:
        good = [sorted(key) for key, trial in self._trials.items() if not trial.problem]
        return max(good, key=len, default=[])


def _following(state: _State, trial: _Trial, outcome: Outcome) -> _State:
    known = []
    for finding, index in zip(outcome.diagnostics, trial.same):
        if index is None:
            known.append(_Known(finding, original=False))
            continue
        before = state.known[index]
        if before.finding.verdict is not None and before.finding.message == finding.message:
            finding = replace(
                finding, verdict=before.finding.verdict, evidence=before.finding.evidence
            )
        known.append(_Known(finding, before.original, before.rejected))
    stay = set(trial.same)
    gone = [
        each.finding
        for index, each in enumerate(state.known)
        if index not in stay and each.original
    ]
    outcome = replace(outcome, diagnostics=tuple(each.finding for each in known))
    return _State(trial.data, outcome, known, [*state.fixed, *gone])


# --- which fixes go together ---------------------------------------------------------------------


def _compatible(findings: Sequence[Diagnostic], candidates: Iterable[int]) -> list[int]:
    """Those of ``candidates`` whose fixes can be applied at once, in the order of the text.

    The more severe finding wins, then the earlier one. Of findings about one mistake, only one is
    fixed in a round: the fix of any of them may be enough.
    """
    taken: list[Edit] = []
    groups: set[str] = set()
    chosen = []
    for index in sorted(candidates, key=lambda index: _rank(findings[index])):
        finding = findings[index]
        if finding.group and finding.group != MIGRATION:
            if finding.group in groups:
                continue
            groups.add(finding.group)
        edits = _fix_of(finding).edits
        if any(_collide(edit, other) for edit in edits for other in taken):
            continue
        taken += edits
        chosen.append(index)
    return sorted(chosen)


def _rank(finding: Diagnostic) -> tuple[object, ...]:
    return (-finding.severity, finding.stage, *finding.sort_key)


def _fix_of(finding: Diagnostic) -> Fix:
    assert finding.fix is not None
    return finding.fix


def _collide(one: Edit, other: Edit) -> bool:
    """Whether two edits of different fixes cannot both be made: their spans overlap or touch.

    The same edit twice is one edit. The order of imports that are inserted does not matter.
    """
    if one == other or one.span.cell != other.span.cell:
        return False
    if one.span == other.span and one.span.start == one.span.end:
        return not (_IMPORT.match(one.content) and _IMPORT.match(other.content))
    if one.span.start == one.span.end or other.span.start == other.span.end:
        return one.span.start <= other.span.end and other.span.start <= one.span.end
    return one.span.start < other.span.end and other.span.start < one.span.end


def _edits(findings: Iterable[Diagnostic]) -> list[Edit]:
    """The edits of all fixes, each once, in the order of the text."""
    edits = dict.fromkeys(edit for finding in findings for edit in _fix_of(finding).edits)
    return sorted(edits, key=lambda edit: (edit.span.cell or 0, edit.span.start, edit.span.end))


def _parses_as_before(path: str, before: bytes, after: bytes) -> bool:
    """Whether a text is Python, unless it was not before.

    Linting does not tell: a file in which no rule can find anything is not parsed.
    """
    return _parses(path, after) or not _parses(path, before)


def _parses(path: str, data: bytes) -> bool:
    source = to_source(path, data)
    if isinstance(source, Unreadable):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source.text)
    except (SyntaxError, ValueError):
        return False
    except (RecursionError, MemoryError):  # the linter's parser has the word
        return True
    return True
