"""Where findings are in what the author wrote: sites become rows, columns, cells and lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from kerlint.diagnostics import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    ModelReport,
    Position,
    Related,
    Severity,
    Span,
)
from kerlint.outcome import Coverage
from kerlint.program.values import Site
from kerlint.reading import ParseError, Reading
from kerlint.reading.paths.path_sensitivity import Key
from kerlint.rules.base import Finding, Note, Rule
from kerlint.rules.groups import Group
from kerlint.sources.lines import split_lines
from kerlint.sources.source import Cell, Source

if TYPE_CHECKING:
    from kerlint.execute.jobs import Job
    from kerlint.repairs.wanted import Planned
    from kerlint.run.layer_reports import LayerReport, LayersSeen

ModelGaps: TypeAlias = "tuple[str, dict[tuple[str, Site], None]]"
"""A model in words, and what is not known of it: reasons with their sites, in order."""

# What is said of the rest, by what was lost.
_UNREAD = {
    "statement": "the rest of the file was read without this statement",
    "block": "the rest of the file was read without this statement and the code inside it",
    "cell": "this cell was not read, but the other cells were",
    "file": "nothing in this file was checked",
    "function": "the rest of the file was read without this function",
    "rest": "the rest of the file was not read",
}


_TEXTS = ('"""', "'''")
_CELL_MARKS = ("# %%", "#%%", "# In[", "# <codecell>", "# COMMAND ----", "# +")


class Locator:
    """Turns sites into places in what the author wrote, with the lines a code frame needs."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self._source = source
        self._reading = reading
        self._lines: list[str] | None = None
        self._shifts = dict(reading.parsed.column_offsets)
        for row, shift in source.column_offsets.items():
            self._shifts[row] = self._shifts.get(row, 0) + shift

    def _line(self, row: int) -> str:
        if self._lines is None:
            self._lines = split_lines(self._source.shown)
        return self._lines[row - 1] if 0 < row <= len(self._lines) else ""

    def parse_errors(self, rules: Iterable[Rule]) -> list[Diagnostic]:
        rule = next((rule for rule in rules if rule.code == "KER000"), None)
        if rule is None:
            return []
        return [self._parse_error(error, rule) for error in self._reading.parse_errors]

    def _parse_error(self, error: ParseError, rule: Rule) -> Diagnostic:
        shift = self._source.column_offsets.get(error.row, 0)
        end = error.end_column or error.column + 1
        span = self._cell_span(
            Span(Position(error.row, error.column + shift), Position(error.row, end + shift))
        )
        what = "kerlint cannot read this" if error.valid else "syntax error"
        return Diagnostic(
            code=rule.code,
            name=rule.name,
            severity=Severity.INFO if error.valid else rule.severity,
            message=f"{what}: {error.message}",
            path=self._source.path,
            span=span,
            help=_UNREAD[error.lost],
            lines=self._frame([span]),
        )

    def left_out(self, rules: Iterable[Rule]) -> list[Diagnostic]:
        """The places where there is too much to follow; of functions only one is shown."""
        lost = self._reading.left_out
        rule = next((rule for rule in rules if rule.code == "KER000"), None)
        if not lost or rule is None:
            return []
        functions = [site for site, what in lost.items() if what == "function"]
        spans = self._reading.spans(lost.keys() - functions[1:])
        made: list[Diagnostic] = []
        for site, place in spans.items():
            span = self._in_cell(Span(place.start, _next_column(place.start)))
            made.append(
                Diagnostic(
                    code=rule.code,
                    name=rule.name,
                    severity=Severity.INFO,
                    message="kerlint cannot read this: it takes too many steps to follow",
                    path=self._source.path,
                    span=span,
                    help=_UNREAD[lost[site]],
                    lines=self._frame([span]),
                )
            )
        return made

    def findings(
        self, kept: Mapping[Key, tuple[Rule, Finding, Group]], plans: Mapping[Key, Planned]
    ) -> list[Diagnostic]:
        found = list(kept.values())
        sites = {finding.at for _, finding, _ in found}
        sites |= {finding.origin.site for _, finding, _ in found if finding.origin is not None}
        sites |= {note.site for _, finding, _ in found for note in finding.related}
        spans = self._reading.spans(sites)
        notes = {note.site for _, finding, _ in found for note in finding.related}
        elsewhere = {
            site: (path, span)
            for site, path, span in self._reading.spans_elsewhere(notes - spans.keys())
        }
        made: list[Diagnostic] = []
        for key, (rule, finding, group) in kept.items():
            at = _shown_at(finding, spans)
            if at is None:
                continue
            if finding.shown_at_end and self._ends_cell(spans[at]):
                continue
            span = self._in_cell(spans[at])
            related = tuple(
                self._related(note, spans, elsewhere)
                for note in finding.related
                if note.site in spans or note.site in elsewhere
            )
            made.append(
                Diagnostic(
                    code=rule.code,
                    name=rule.name,
                    severity=finding.severity or rule.severity,
                    message=finding.message,
                    path=self._source.path,
                    span=span,
                    label=finding.label,
                    help=self._help(finding, spans[at]),
                    related=related,
                    group=group.name,
                    stage=group.stage,
                    fix=self._fix(rule, finding, plans.get(key)),
                    layer=self._layer(spans[at]),
                    lines=self._frame([span, *(it.span for it in related if it.path is None)]),
                )
            )
        return made

    def _layer(self, span: Span) -> str | None:
        """The layer of a saved model that a place of its text is about."""
        layers = self._source.layers
        return None if layers is None else layers.get(span.start.row, "")

    def _fix(self, rule: Rule, finding: Finding, plan: Planned | None) -> Fix | None:
        """The fix of a finding, None where its edits are not all in code that the author wrote."""
        if plan is None:
            return None
        edits = []
        for edit in plan.edits:
            if self._source.cells:
                cell, last = self._cell(edit.span.start.row), self._cell(edit.span.end.row)
                if cell is None or cell is not last:
                    return None
            edits.append(Edit(self._in_cell(edit.span), edit.content))
        applicability = finding.fix or rule.fix
        why = "" if applicability is Applicability.SAFE else finding.unsafe_because
        if not why and applicability is not Applicability.SAFE:
            why = rule.unsafe_because
        return Fix(applicability, plan.message, tuple(edits), why)

    def _related(
        self, note: Note, spans: Mapping[Site, Span], elsewhere: Mapping[Site, tuple[str, Span]]
    ) -> Related:
        if note.site in spans:
            span = spans[note.site]
            return Related(self._in_cell(span), note.message, line=self._line(span.start.row))
        path, span = elsewhere[note.site]
        return Related(span, note.message, path, _line_of_file(path, span.start.row))

    def _help(self, finding: Finding, span: Span) -> str:
        """The help of a finding, with the value of the argument as the author wrote it."""
        if not finding.quoted:
            return finding.help
        written = ""
        if span.start.row == span.end.row:
            line = self._line(span.start.row)
            written = line[
                self._true_column(span.start).column - 1 : self._true_column(span.end).column - 1
            ]
        name = re.escape(finding.quoted)
        found = re.fullmatch(rf"(?:{name}\s*=|([\"']){name}\1\s*:)\s*(.{{1,60}})", written)
        return finding.help.replace("{value}", found.group(2) if found else "...")

    def jobs(
        self, jobs: Mapping[Key, Job], found: Mapping[Key, Finding]
    ) -> dict[tuple[str, Span], Job]:
        """The jobs by the code and place of the findings as they are reported."""
        if not jobs:
            return {}
        findings = {key: found[key] for key in jobs}
        sites = {finding.at for finding in findings.values()}
        sites |= {f.origin.site for f in findings.values() if f.origin is not None}
        spans = self._reading.spans(sites)
        made: dict[tuple[str, Span], Job] = {}
        for key, finding in findings.items():
            at = _shown_at(finding, spans)
            if at is not None:
                made.setdefault((key[0], self._in_cell(spans[at])), jobs[key])
        return made

    def coverage(self, partial: Mapping[Site, bool]) -> Coverage:
        """How many of the models, by where they are built, are in this file."""
        if partial and self._reading.project.dependencies:
            # Only then can a model be built in another file; places cost a pass over the tree.
            spans = self._reading.spans(partial)
            partial = {site: part for site, part in partial.items() if site in spans}
        if self._reading.parsed.tree is None:
            return Coverage(unread=1)
        return Coverage(
            files=1,
            keras=1,
            parsed=1,
            models=len(partial),
            partial=sum(partial.values()),
            statements=len(self._reading.parse_errors) + len(self._reading.left_out),
        )

    def models(self, models: Mapping[Site, ModelGaps]) -> list[ModelReport]:
        sites = {*models, *(site for _, gaps in models.values() for _, site in gaps)}
        spans = self._reading.spans(sites) if sites else {}
        reports: list[ModelReport] = []
        for site, (description, gaps) in models.items():
            if site not in spans:
                continue
            unknown = tuple(
                (reason, self._in_cell(spans[where]) if where in spans else None)
                for reason, where in gaps
            )
            reports.append(ModelReport(self._in_cell(spans[site]), description, unknown))
        return reports

    def layers(self, seen: LayersSeen) -> tuple[LayerReport, ...]:
        spans = self._reading.spans(seen.sites)
        return seen.reports({site: self._in_cell(span) for site, span in spans.items()})

    def _true_column(self, position: Position) -> Position:
        """Undo what the parser needed to be changed in the indentation."""
        shift = self._shifts.get(position.row, 0)
        return Position(position.row, max(position.column + shift, 1))

    def _in_cell(self, span: Span) -> Span:
        if self._shifts:
            start, end = self._true_column(span.start), self._true_column(span.end)
            span = Span(start, end, span.cell)
        return self._cell_span(span)

    def _cell_span(self, span: Span) -> Span:
        cell = self._cell(span.start.row)
        if cell is None:
            return span
        shift = cell.first_row - 1
        return Span(
            Position(span.start.row - shift, span.start.column),
            Position(span.end.row - shift, span.end.column),
            cell.number,
        )

    def _cell(self, row: int) -> Cell | None:
        for cell in self._source.cells:
            if cell.first_row <= row < cell.first_row + max(cell.rows, 1):
                return cell
        return None

    def _ends_cell(self, span: Span) -> bool:
        """Whether nothing follows a statement in its notebook cell, or in a part of a script.

        Scripts that editors and documentation show as notebooks have comments, or texts in three
        quotes, between their cells.
        """
        cell = self._cell(span.start.row)
        if span.start.column > 1:
            return False  # in a loop or a function: its value is not shown
        last = cell.first_row + cell.rows - 1 if cell is not None else span.end.row + 200
        rest = self._line(span.end.row)[self._true_column(span.end).column - 1 :]
        for row in range(span.end.row + 1, last + 1):
            text = rest.strip()
            if text and not text.startswith("#"):
                return text.startswith(_TEXTS)
            if cell is None and text.startswith(_CELL_MARKS):
                return True
            rest = self._line(row)
        return cell is not None and (not rest.strip() or rest.strip().startswith("#"))

    def _frame(self, spans: Iterable[Span]) -> dict[int, str]:
        """The lines of the spans, and the one before each."""
        spans = list(spans)
        number = spans[0].cell
        shift = 0
        if number is not None:
            cell = next(cell for cell in self._source.cells if cell.number == number)
            shift = cell.first_row - 1
        rows: set[int] = set()
        for span in spans:
            if span.cell == number:
                rows.update(range(max(span.start.row - 1, 1), span.start.row + 1))
        return {row: self._line(row + shift) for row in sorted(rows)}


def _next_column(position: Position) -> Position:
    return Position(position.row, position.column + 1)


def _line_of_file(path: str, row: int) -> str | None:
    """One line of another file; findings with a place in one are rare."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = split_lines(file.read())
    except (OSError, ValueError):
        return None
    return lines[row - 1] if row <= len(lines) else None


def _shown_at(finding: Finding, spans: Mapping[Site, Span]) -> Site | None:
    """Where a finding is shown: its own place, or, written in another file, where it is used."""
    if finding.at in spans:
        return finding.at
    if finding.origin is not None and finding.origin.site in spans:
        return finding.origin.site
    return None
