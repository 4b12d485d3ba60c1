"""Migration: all repairs for code of an older Keras, and a report on what is left to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from kerlint.diagnostics import Applicability, Diagnostic
from kerlint.lazy_dataclass import dataclass
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

# What callbacks and histories name as an older Keras has logged it, and kernels that are given side
# by side, as Keras 1 took them.
CODES = tuple(sorted(OF_MIGRATION | {"KER006", "KER508", "KER801", "KER806"}))


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
            for places, codes, text in _changes_by_text(each.changes):
                yield f"  {places:>5}  {codes}  {text}\n"
        for places, code, lines in _open_by_text(each):
            yield f"  {places:>5}  {code}  {lines[0]}\n"
            for line in lines[1:]:
                yield f"         {line}\n"
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


_Place: TypeAlias = "tuple[int, int]"
"""The cell (0 in a file that is not a notebook) and the row of a finding."""

_MOST_PLACES = 8
_CHECK = " (check this: "


def _place(finding: Diagnostic) -> _Place:
    return (finding.span.cell or 0, finding.span.start.row)


def _places(places: Iterable[_Place]) -> str:
    """Where several findings are that say the same."""
    cells: dict[int, list[int]] = {}
    shown = list(dict.fromkeys(places))
    for cell, row in shown[:_MOST_PLACES]:
        cells.setdefault(cell, []).append(row)
    found = []
    for cell, rows in cells.items():
        listed = ", ".join(map(str, rows))
        found.append(f"[cell {cell}] {listed}" if cell else listed)
    more = len(shown) - _MOST_PLACES
    return "; ".join(found) + (f" and {more} more" if more > 0 else "")


def _changes_by_text(changes: Sequence[Diagnostic]) -> Iterator[tuple[str, str, str]]:
    """Places, codes and text of what was changed: a line for each row, and one for the same text.

    Several old arguments of one call are findings of their own, and each of them is mended with
    what the call needs as a whole. That is said once.
    """
    rows: dict[_Place, list[Diagnostic]] = {}
    for finding in changes:
        rows.setdefault(_place(finding), []).append(finding)
    same: dict[tuple[str, str], list[_Place]] = {}
    for place, findings in rows.items():
        codes = ", ".join(sorted({finding.code for finding in findings}))
        same.setdefault((codes, "; ".join(_said_once(findings))), []).append(place)
    for (codes, text), places in same.items():
        yield _places(places), codes, text


def _said_once(findings: Sequence[Diagnostic]) -> list[str]:
    """What was changed by the fixes of one row, without what a longer text has said."""
    texts = [_change(finding).partition(_CHECK) for finding in findings]
    texts.sort(key=lambda text: -text[0].count(" and "))
    found: list[str] = []
    told: set[str] = set()
    for text, check, why in texts:
        parts = [part for part in text.split(" and ") if _in_sentence(part) not in told]
        told.update(map(_in_sentence, parts))
        if parts:
            new = _in_sentence(" and ".join(parts)) + check + why
            found.append(new if found else new[:1].upper() + new[1:])
    return found


def _in_sentence(part: str) -> str:
    return part[:1].lower() + part[1:]


def _open_by_text(report: FileReport) -> Iterator[tuple[str, str, list[str]]]:
    """Places, code and lines of what is left to decide, each text once."""
    same: dict[tuple[str, ...], list[_Place]] = {}
    for index, finding in enumerate(report.open):
        lines = [printable(finding.message)]
        if finding.help:
            lines.append(f"decide: {printable(finding.help)}")
        if index in report.reasons:
            lines.append(f"not changed, because {report.reasons[index]}")
        same.setdefault((finding.code, *lines), []).append(_place(finding))
    for (code, *lines), places in same.items():
        yield _places(places), code, lines


def _change(finding: Diagnostic) -> str:
    """What was changed, or, for a finding that another change has mended, what was wrong."""
    fix = finding.fix
    if fix is None:
        return printable(finding.message)
    text = printable(fix.message)
    unsafe = fix.applicability < Applicability.SAFE and fix.why
    return f"{text}{_CHECK}{printable(fix.why)})" if unsafe else text


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
