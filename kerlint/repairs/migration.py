"""Migration: all repairs for code of an older Keras, and a report on what is left to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerlint.diagnostics import Applicability, Diagnostic
from kerlint.program.claims import SAME_MODEL
from kerlint.reports.json import place_as_json
from kerlint.reports.report import counted, printable, shown_path
from kerlint.rules.groups import OF_MIGRATION
from kerlint.sources.read import to_source
from kerlint.sources.source import Unreadable

if TYPE_CHECKING:
    from kerlint.execute.prove import Prover
    from kerlint.execute.spec import ModelSpec
    from kerlint.repairs.files import Fixed

# Monitors are named as an older Keras has logged them, and kernels given side by side, as Keras 1
# took them.
CODES = tuple(sorted(OF_MIGRATION | {"KER006", "KER508"}))


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What came of building one model before and after: "same", "different" or "not checked"."""

    model: str
    result: str
    detail: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file that had something to migrate.

    ``changes`` are the findings that are gone, ``open`` those that a person must decide, and
    ``reasons`` say why their fix was taken back, by the place in ``open``.
    """

    path: str
    changes: tuple[Diagnostic, ...]
    open: tuple[Diagnostic, ...]
    reasons: Mapping[int, str]
    models: tuple[ModelCheck, ...] = ()


def file_reports(
    fixed: Fixed, models: Mapping[str, Sequence[ModelCheck]] | None = None
) -> list[FileReport]:
    """What to report of each file, in the order of the run."""
    changes: dict[str, list[Diagnostic]] = {}
    for finding in fixed.fixed:
        changes.setdefault(finding.path, []).append(finding)
    found = []
    for outcome in fixed.run.outcomes:
        left = outcome.diagnostics
        made = sorted(changes.get(outcome.path, ()), key=lambda finding: finding.sort_key)
        if not left and not made:
            continue
        reasons = {
            index: each.reason
            for index, finding in enumerate(left)
            for each in fixed.left
            if each.finding == finding
        }
        checks = tuple((models or {}).get(outcome.path, ()))
        found.append(FileReport(outcome.path, tuple(made), tuple(left), reasons, checks))
    return found


def render(reports: Sequence[FileReport], cwd: str, *, would: bool, quiet: bool) -> Iterator[str]:
    """The report as text. ``would``: nothing was written."""
    for each in reports:
        changes, left = len(each.changes), len(each.open)
        head = [counted(changes, "change")] if changes and not quiet else []
        head += [f"{left} left to decide"] if left else []
        if not head and not each.models:
            continue
        yield f"{shown_path(each.path, cwd)}: {', '.join(head)}\n"
        if not quiet:
            for finding in each.changes:
                yield f"  {_row(finding)}  {finding.code}  {_change(finding)}\n"
        for index, finding in enumerate(each.open):
            yield f"  {_row(finding)}  {finding.code}  {printable(finding.message)}\n"
            if finding.help:
                yield f"         decide: {printable(finding.help)}\n"
            if index in each.reasons:
                yield f"         not changed, because {each.reasons[index]}\n"
        for check in each.models:
            yield f"  {check.model}: {check.result} ({printable(check.detail)})\n"
        yield "\n"
    yield _summary(reports, would)


def _summary(reports: Sequence[FileReport], would: bool) -> str:
    changes = sum(len(each.changes) for each in reports)
    files = sum(bool(each.changes) for each in reports)
    left = sum(len(each.open) for each in reports)
    if not changes and not left:
        return "Nothing to migrate.\n"
    verb = "Would make" if would else "Made"
    first = f"{verb} {counted(changes, 'change')} in {counted(files, 'file')}." if changes else ""
    rest = f"{counted(left, 'place')} left to decide." if left else "Nothing is left to decide."
    return f"{first} {rest}".strip() + "\n"


def as_json(reports: Sequence[FileReport]) -> list[dict[str, Any]]:
    """The report as plain data."""
    return [
        {
            "filename": each.path,
            "changes": [
                {
                    **place_as_json(finding.path, finding.span),
                    "code": finding.code,
                    "message": _change(finding),
                    "applicability": finding.fix.applicability.label if finding.fix else None,
                }
                for finding in each.changes
            ],
            "open": [
                {
                    **place_as_json(finding.path, finding.span),
                    "code": finding.code,
                    "message": finding.message,
                    "help": finding.help or None,
                    "reason": each.reasons.get(index),
                }
                for index, finding in enumerate(each.open)
            ],
            "models": [
                {"model": check.model, "result": check.result, "detail": check.detail}
                for check in each.models
            ],
        }
        for each in reports
    ]


def _row(finding: Diagnostic) -> str:
    cell = f"[cell {finding.span.cell}] " if finding.span.cell is not None else ""
    return f"{cell}{finding.span.start.row:>5}"


def _change(finding: Diagnostic) -> str:
    """What was changed, or, for a finding that another change has mended, what was wrong."""
    fix = finding.fix
    if fix is None:
        return printable(finding.message)
    text = printable(fix.message)
    unsafe = fix.applicability < Applicability.SAFE and fix.why
    return f"{text} (check this: {printable(fix.why)})" if unsafe else text


# -- the models before and after ------------------------------------------------------------------


def compared(path: str, before: bytes, after: bytes, prover: Prover) -> list[ModelCheck]:
    """Build each model of a file before and after the changes, and compare the two."""
    from kerlint.execute.jobs import Job
    from kerlint.execute.spec import ModelTrial
    from kerlint.execute.support.verdicts import CONFIRMED, REFUTED
    from kerlint.execute.wire import encode

    words = {CONFIRMED: "same", REFUTED: "different"}
    first, second = _models(path, before), _models(path, after)
    if len(first) != len(second):
        detail = f"kerlint reads {len(first)} before and {len(second)} after the changes"
        return [ModelCheck("models", "not checked", detail)]
    found = []
    for (name, old), (_, new) in zip(first, second, strict=True):
        if isinstance(old, str) or isinstance(new, str):
            detail = new if isinstance(new, str) else str(old)
            found.append(ModelCheck(name, "not checked", detail))
            continue
        trial = ModelTrial((SAME_MODEL.name,), old, new)
        answer = prover.verdict(Job(encode(trial)))
        detail = answer.evidence.rpartition("\n")[2]
        found.append(ModelCheck(name, words.get(answer.word, "not checked"), detail))
    return found


def _models(path: str, data: bytes) -> list[tuple[str, ModelSpec | str]]:
    """The models that a file builds, by what they are called, or why one cannot be built."""
    from kerlint.execute.describe import Undescribable, spec_of
    from kerlint.reading import read

    source = to_source(path, data)
    if isinstance(source, Unreadable):
        return []
    found: list[tuple[str, ModelSpec | str]] = []
    for entry_point in read(source).entry_points():
        program = entry_point.execute({}).program
        for model in program.models[program.own.models :]:
            name = f"model `{model.labels[0]}`" if model.labels else f"model {len(found) + 1}"
            try:
                found.append((name, spec_of(program, model.id)))
            except Undescribable as error:
                found.append((name, str(error)))
    return found
