"""The files of a run are fixed in worker processes, and written by this process alone.

A worker may be killed at any moment. This process writes each file in one step.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial

from kerlint.config.settings import Settings
from kerlint.diagnostics import Applicability, Diagnostic
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.outcome import Outcome
from kerlint.prefilter import names_keras
from kerlint.processes.workers import Lost
from kerlint.repairs.diff import diff
from kerlint.repairs.rounds import Left, Repaired, fix_source, may_be_applied
from kerlint.repairs.write import replace as write
from kerlint.run.cache import digest_of
from kerlint.run.engine import Run, Stdin, lint_source, shared_out
from kerlint.sources.read import read_bytes, to_source
from kerlint.sources.source import Unreadable


@dataclass(frozen=True, slots=True)
class Fixed:
    """A run after fixes. ``fixed`` are the findings that are gone.

    ``left`` are those whose fix could not be applied. ``problems`` say in one line each which files
    could not be fixed. ``diffs`` are in the order of the files. ``stdin`` is standard input, fixed.
    """

    run: Run
    fixed: tuple[Diagnostic, ...] = ()
    left: tuple[Left, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    diffs: tuple[str, ...] = ()
    stdin: bytes = b""


def fix_files(
    run: Run,
    settings_for: Callable[[str], Settings],
    *,
    least: Applicability,
    names: Callable[[str], str] | None = None,
    stdin: Stdin | None = None,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    migrating: bool = False,
) -> Fixed:
    """Apply the fixes of ``run``, as freely as ``least`` says, and lint what comes of them.

    With ``names``, which gives the name of a path for a diff, no file is written. ``migrating``: as
    for ``fix_source``.
    """
    work: dict[str, _Work] = {}
    aliases: list[tuple[int, str]] = []
    for index, outcome in enumerate(run.outcomes):
        if any(may_be_applied(finding, least) for finding in outcome.diagnostics):
            path = outcome.path
            name = None if names is None else names(path)
            if stdin is not None and index == 0 and path == stdin.path:
                data = stdin.data
                work["-"] = _Work(index, outcome, stdin.settings, least, data, name, migrating)
                continue
            file = os.path.realpath(path)
            if file in work:  # a file and a link to it
                aliases.append((index, file))
            else:
                settings = settings_for(os.path.dirname(path))
                work[file] = _Work(index, outcome, settings, least, None, name, migrating)
    outcomes = list(run.outcomes)
    repairs: dict[int, _Answer] = {}
    problems: list[tuple[str, str]] = []
    written: set[str] = set()
    fixed_stdin = b"" if stdin is None else stdin.data
    progress(0, len(work))
    with closing(shared_out([*work.values()], _fix, _size, jobs)) as answers:
        for done, (each, answer) in enumerate(answers, 1):
            progress(done, len(work))
            path = each.outcome.path
            if isinstance(answer, Lost):
                problems.append((path, f"could not be fixed: {answer.reason}"))
                continue
            if isinstance(answer, str):
                problems.append((path, f"was not fixed: {answer}"))
                continue
            if each.data is not None:
                fixed_stdin = answer.data or fixed_stdin
            elif answer.data is not None:
                problem = _written(path, answer.data, answer.digest)
                if problem:
                    problems.append((path, f"was not fixed: {problem}"))
                    continue
                written.add(path)
            repairs[each.index] = replace(answer, data=None)
            outcomes[each.index] = answer.outcome
    again = {index for index, file in aliases if work[file].outcome.path in written}
    again |= {
        index
        for index, outcome in enumerate(outcomes)
        if index not in repairs and written.intersection(outcome.dependencies)
    }
    _lint_again(outcomes, again, settings_for, jobs)
    in_order = [repairs[index] for index in sorted(repairs)]
    return Fixed(
        replace(run, outcomes=tuple(outcomes)),
        tuple(finding for each in in_order for finding in each.fixed),
        tuple(left for each in in_order for left in each.left),
        tuple(sorted(problems)),
        tuple(each.diff for each in in_order if each.diff),
        fixed_stdin,
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """A file to fix. ``data`` is given for what is not a file; ``name`` is that in a diff."""

    index: int
    outcome: Outcome
    settings: Settings
    least: Applicability
    data: bytes | None = None
    name: str | None = None
    migrating: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """``data`` is the new content where one is to be written; ``digest`` is that of the old one."""

    outcome: Outcome
    fixed: tuple[Diagnostic, ...]
    left: tuple[Left, ...]
    data: bytes | None
    digest: str
    diff: str = ""


def _size(work: _Work) -> int:
    if work.data is not None:
        return len(work.data)
    try:
        return os.stat(work.outcome.path).st_size
    except OSError:
        return 0


def _fix(work: _Work) -> _Answer | str:
    """Fix one file in memory; a text says why that is not possible. In a worker."""
    path, settings = work.outcome.path, work.settings
    before: Outcome | None = work.outcome
    data = work.data
    digest = ""
    if data is None:
        read = read_bytes(path, settings.max_file_size, names_keras)
        if not isinstance(read, bytes):
            return "it was changed in the meantime" if read is None else read.reason
        data, digest = read, digest_of(read)
        if not work.outcome.digest:  # it may have changed within the grain of its time stamp
            before = None
        elif digest != work.outcome.digest:
            return "it was changed in the meantime"
    lint = partial(_lint, path, settings)
    repaired: Repaired = fix_source(path, data, lint, work.least, before, migrating=work.migrating)
    changed = repaired.data != data
    shown = "" if work.name is None or not changed else diff(path, work.name, data, repaired.data)
    return _Answer(
        repaired.outcome,
        repaired.fixed,
        repaired.left,
        repaired.data if changed and work.name is None else None,
        digest,
        shown,
    )


def _lint(path: str, settings: Settings, data: bytes) -> Outcome:
    return lint_source(to_source(path, data), data, settings)


def _written(path: str, data: bytes, digest: str) -> str:
    """Make ``data`` the content of a file that has the digest; why not, if that fails."""
    try:
        with open(path, "rb") as file:
            before = file.read()
        if digest_of(before) != digest:
            return "it was changed in the meantime"
        write(path, data, before=before)
    except OSError as error:
        return error.strerror or str(error)
    return ""


# --- files that depend on what was fixed ---------------------------------------------------------


def _lint_again(
    outcomes: list[Outcome],
    which: Iterable[int],
    settings_for: Callable[[str], Settings],
    jobs: int | None,
) -> None:
    """Replace the outcomes of files that import what is another file now."""
    work = [
        _Work(
            index,
            outcomes[index],
            settings_for(os.path.dirname(outcomes[index].path)),
            Applicability.SAFE,
        )
        for index in which
    ]
    with closing(shared_out(work, _look_again, _size, jobs)) as answers:
        for each, answer in answers:
            if isinstance(answer, Outcome):
                outcomes[each.index] = replace(
                    answer, diagnostics=tuple(_with_verdicts(answer, each.outcome))
                )


def _look_again(work: _Work) -> Outcome | None:
    path, settings = work.outcome.path, work.settings
    data = read_bytes(path, settings.max_file_size, names_keras)
    if data is None or isinstance(data, Unreadable):
        return None
    return _lint(path, settings, data)


def _with_verdicts(outcome: Outcome, before: Outcome) -> Iterator[Diagnostic]:
    known = {(each.code, each.span, each.message): each for each in before.diagnostics}
    for finding in outcome.diagnostics:
        same = known.get((finding.code, finding.span, finding.message))
        if same is not None and same.verdict is not None:
            finding = replace(finding, verdict=same.verdict, evidence=same.evidence)
        yield finding
