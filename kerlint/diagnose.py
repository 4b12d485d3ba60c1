"""One text to its findings: read it, ask the rules on every way through it, place the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kerlint.backend import backend_of
from kerlint.catalogue import UNREADABLE_CODE, catalogue
from kerlint.diagnostics import Diagnostic, ModelReport, Position, Related, Severity, Span
from kerlint.outcome import Coverage
from kerlint.program.model import Call, Layer, Program, Use
from kerlint.program.values import Fact, Site, Unknown
from kerlint.reading import Reading, Root, Trouble, Way, read
from kerlint.reading.run import Condition
from kerlint.recursion import allow_deep_calls
from kerlint.rules import all_rules, loaded
from kerlint.rules.base import Finding, Note, Rule, Target, View, subjects
from kerlint.settings import Settings
from kerlint.sources.lines import split_lines
from kerlint.sources.source import Cell, Source
from kerlint.worlds import Budget, Key, settle

if TYPE_CHECKING:
    from kerlint.execute.jobs import Job
    from kerlint.execute.user_data import UserData

MIN_STEPS = 5_000  # see Budget: some 30 ms for a small file with many undecided conditions

# ``os.environ["TF_USE_LEGACY_KERAS"] = "1"`` and its kin, with what TensorFlow takes for yes: then
# ``tensorflow.keras`` is Keras 2.
_LEGACY = "TF_USE_LEGACY_KERAS"
_SET_TO_YES = re.compile(r"""["']?\s*(?:\]\s*)?(?:[=,:]\s*)?["']?(?:1|true|True)\b""")

# Claims about a name or a call as it is written hold whoever calls the function around it.
_WITHOUT_STATE = (Call, Use)
_ABOUT_THE_API = "KER0"  # how the codes of rules begin that look at a name or an argument only


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything that is to be said about one text."""

    diagnostics: tuple[Diagnostic, ...]
    models: tuple[ModelReport, ...] = ()
    dependencies: tuple[str, ...] = ()
    jobs: Mapping[tuple[str, Span], Job] = field(default_factory=dict)
    coverage: Coverage = Coverage()


def diagnose(
    source: Source,
    settings: Settings,
    *,
    possible: frozenset[str] | None = None,
    models: bool = False,
    execute: bool = False,
    data: UserData | None = None,
) -> Diagnosis:
    """Lint one text with the rules that the settings select.

    ``possible`` are the codes of the rules that can fire on it, if that is known; the others are
    not even imported.
    ``models`` asks for a report on every model, which costs a pass over the tree of its own.
    ``execute`` asks for what can be tried to confirm or refute each finding, with ``data`` of the
    user's where there are any.
    """
    allow_deep_calls()
    rules = _selected(settings, possible)
    asked = [rule for rule in rules if rule.subject is not None]
    target = Target(_release(settings.target_keras))
    if target.is_keras_3 and _asks_for_keras_2(source):
        target = Target("2", through_tensorflow=True)
    target = replace(target, backend=settings.backend or backend_of(source.shown))
    reading = read(source, target.release)
    findings: dict[Key, list[tuple[Root, Rule, Finding, Program]]] = {}
    budget = Budget(max(MIN_STEPS, len(source.text) // 4))
    final: set[Key] = set()  # of which the finding that is reported is known
    seen: dict[Site, tuple[str, dict[tuple[str, Site], None]]] = {}
    counted: dict[Site, bool] = {}
    for root in reading.roots():

        def judge(program: Program) -> dict[Key, _Found]:
            _count_models(program, counted)
            if models:
                _note_models(program, seen)
            return _judge(asked, View(program, target))

        settled = settle(
            root, judge, _places, budget, _needs_no_state, final.__contains__, _is_before
        )
        for (rule, finding, _), program, assumed in settled:
            entry = (root, rule, _with_defaults(finding, assumed), program)
            key = rule.code, finding.at
            findings.setdefault(key, []).append(entry)
            if root.function is None or rule.subject in _WITHOUT_STATE:
                final.add(key)
    found: dict[Key, tuple[Rule, Finding]] = {}
    jobs: dict[Key, Job] = {}
    for key, entries in findings.items():
        # What a function does with its callers' values is judged where they call it.
        for root, rule, finding, program in entries:
            if root.is_called and rule.subject not in _WITHOUT_STATE:
                continue
            found[key] = (rule, _placed(finding, program))
            job = _job(rule, finding, View(program, target), data) if execute else None
            if job is not None:
                jobs[key] = job
            break
    page = _Page(source, reading)
    told = (page.trouble(trouble, rules) for trouble in reading.troubles)
    diagnostics = [diagnostic for diagnostic in told if diagnostic is not None]
    diagnostics += page.left_out(rules)
    diagnostics += page.findings(found.values())
    reports = page.models(seen)
    return Diagnosis(
        tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)),
        tuple(reports),
        tuple(sorted(reading.project.dependencies)),
        page.jobs(jobs, found),
        page.coverage(counted),
    )


def _asks_for_keras_2(source: Source) -> bool:
    text = source.shown
    at = text.find(_LEGACY)
    end = 0  # of the row that was looked at last
    commented = -1  # where a comment begins on it
    while at >= 0:
        if at >= end:
            start = text.rfind("\n", end, at) + 1 or end
            end = text.find("\n", at)
            end = len(text) if end < 0 else end + 1
            commented = text.find("#", start, end)
        if not 0 <= commented < at and _SET_TO_YES.match(text, at + len(_LEGACY)) is not None:
            return True
        at = text.find(_LEGACY, at + 1)
    return False


@lru_cache(maxsize=64)
def _selected(settings: Settings, possible: frozenset[str] | None) -> tuple[Rule, ...]:
    return loaded(
        entry
        for entry in catalogue()
        if entry.module
        and (possible is None or entry.code in possible or entry.code == UNREADABLE_CODE.code)
        and settings.selects(entry.code, entry.name, entry.default)
    )


def _release(target: str) -> str:
    """The release of Keras in the data that a target names."""
    if target in ("3", "3.15"):
        return "3.15"
    if target in ("2", "tf_keras"):
        return "2"
    return target


# With the place of a call or use that is wrong by itself among all that were noted, else -1.
_Found = tuple[Rule, Finding, int]


def _judge(rules: Iterable[Rule], view: View) -> dict[Key, _Found]:
    found: dict[Key, _Found] = {}
    for rule in rules:
        assert rule.subject is not None
        for subject in subjects(rule.subject, view):
            for finding in rule.check(subject, view):
                key = rule.code, finding.at
                if key not in found:
                    found[key] = rule, finding, _index_of(subject, rule, view.program)
    return found


def _index_of(subject: object, rule: Rule, program: Program) -> int:
    if rule.subject not in _WITHOUT_STATE or not rule.code.startswith(_ABOUT_THE_API):
        return -1
    noted = program.calls if rule.subject is Call else program.uses
    return next(index for index, other in enumerate(noted) if other is subject)


def _is_before(found: _Found, way: Way, condition: Condition) -> bool:
    """Whether a call or use that is wrong by itself was noted before a condition was asked."""
    rule, _, index = found
    noted = way.noted.get(condition)
    return noted is not None and 0 <= index < noted[0 if rule.subject is Call else 1]


def _job(rule: Rule, finding: Finding, view: View, data: UserData | None) -> Job | None:
    from kerlint.execute.jobs import jobs_of

    # What else is to be repaired does not depend on what was selected to be reported.
    usual = [other for other in all_rules() if other.default and other.subject is not None]
    others = [other for _, other, _ in _judge(usual, view).values()]
    assert rule.subject is not None
    evaluations = [
        other
        for subject in subjects(rule.subject, view)
        for other in rule.check(subject, view)
        if other.at == finding.at
    ]
    return jobs_of(rule, evaluations, others, view, data)


def _places(found: _Found) -> frozenset[Site]:
    """Every place that a finding speaks of."""
    finding = found[1]
    origin = () if finding.origin is None else (finding.origin.site,)
    return frozenset((finding.at, *origin, *(note.site for note in finding.related)))


def _needs_no_state(found: _Found) -> bool:
    """Whether a finding is about the API alone: a name, a method or an argument."""
    return found[0].code.startswith(_ABOUT_THE_API)


def _placed(finding: Finding, program: Program) -> Finding:
    """Say where the call came from, when the same place is right on another evaluation."""
    origin = finding.origin
    if origin is None or not origin.calls:
        return finding
    others = [
        layer
        for layer in program.layers
        if layer.origin.site == origin.site and layer.origin.calls != origin.calls
    ]
    if not others:
        return finding
    note = Note(origin.calls[-1], "called from here")
    related = finding.related if note in finding.related else (*finding.related, note)
    return replace(finding, related=related)


def _count_models(program: Program, partial: dict[Site, bool]) -> None:
    """Note the models of a program by where they are built, and whether they are known in part."""
    for model in program.models[program.own.models :]:
        site = model.origin.site
        if not partial.get(site, False):
            partial[site] = bool(model.gaps) or any(
                True
                for index in model.graph
                for _ in _unknown_arguments(program.layers[program.applies[index].layer])
            )


def _with_defaults(finding: Finding, assumed: Iterable[Site]) -> Finding:
    """Say which defaults of parameters a finding needs: a call may pass something else."""
    notes = tuple(Note(site, "with this default") for site in assumed)
    return replace(finding, related=(*finding.related, *notes)) if notes else finding


def _note_models(
    program: Program, models: dict[Site, tuple[str, dict[tuple[str, Site], None]]]
) -> None:
    """Collect what was not understood of each model, on any way."""
    for model in program.models[program.own.models :]:
        name = model.name or model.type.rpartition(".")[2]
        _, gaps = models.setdefault(model.origin.site, (f"{model.kind} model {name}", {}))
        for gap in model.gaps:
            gaps[gap.reason, gap.site] = None
        for index in model.graph:
            layer = program.layers[program.applies[index].layer]
            for reason, site in _unknown_arguments(layer):
                gaps[reason, site] = None


def _unknown_arguments(layer: Layer) -> Iterable[tuple[str, Site]]:
    if layer.partial:
        yield f"some arguments of {layer.kind} are not known", layer.origin.site
    for name, fact in layer.args.items():
        if isinstance(fact, Fact) and isinstance(fact.value, Unknown) and not fact.value.expr:
            yield f"{layer.kind}({name}=...): {fact.value.reason}", fact.site


# What is said of the rest, by what was lost.
_UNREAD = {
    "statement": "the rest of the file was read without this statement",
    "block": "the rest of the file was read without this statement and the code inside it",
    "cell": "this cell was not read, but the other cells were",
    "file": "nothing in this file was checked",
    "function": "the rest of the file was read without this function",
    "rest": "the rest of the file was not read",
}


class _Page:
    """Turns sites into places in what the author wrote, with the lines a code frame needs."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self._source = source
        self._reading = reading
        self._lines: list[str] | None = None
        self._shifts = dict(reading.parsed.shifts)
        for row, shift in source.shifts.items():
            self._shifts[row] = self._shifts.get(row, 0) + shift

    def _line(self, row: int) -> str:
        if self._lines is None:
            self._lines = split_lines(self._source.shown)
        return self._lines[row - 1] if 0 < row <= len(self._lines) else ""

    def trouble(self, trouble: Trouble, rules: Iterable[Rule]) -> Diagnostic | None:
        rule = next((rule for rule in rules if rule.code == "KER000"), None)
        if rule is None:
            return None
        shift = self._source.shifts.get(trouble.row, 0)
        end = trouble.end_column or trouble.column + 1
        span = self._cell_span(
            Span(Position(trouble.row, trouble.column + shift), Position(trouble.row, end + shift))
        )
        what = "kerlint cannot read this" if trouble.valid else "syntax error"
        return Diagnostic(
            code=rule.code,
            name=rule.name,
            severity=Severity.INFO if trouble.valid else rule.severity,
            message=f"{what}: {trouble.message}",
            path=self._source.path,
            span=span,
            help=_UNREAD[trouble.lost],
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

    def findings(self, found: Iterable[tuple[Rule, Finding]]) -> list[Diagnostic]:
        found = list(found)
        sites = {finding.at for _, finding in found}
        sites |= {finding.origin.site for _, finding in found if finding.origin is not None}
        sites |= {note.site for _, finding in found for note in finding.related}
        spans = self._reading.spans(sites)
        notes = {note.site for _, finding in found for note in finding.related}
        elsewhere = {
            site: (path, span)
            for site, path, span in self._reading.spans_elsewhere(notes - spans.keys())
        }
        made: list[Diagnostic] = []
        for rule, finding in found:
            at = _shown_at(finding, spans)
            if at is None:
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
                    lines=self._frame([span, *(it.span for it in related if it.path is None)]),
                )
            )
        return made

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
        self, jobs: Mapping[Key, Job], found: Mapping[Key, tuple[Rule, Finding]]
    ) -> dict[tuple[str, Span], Job]:
        """The jobs by the code and place of the findings as they are reported."""
        if not jobs:
            return {}
        findings = {key: found[key][1] for key in jobs}
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
            statements=len(self._reading.troubles) + len(self._reading.left_out),
        )

    def models(
        self, models: dict[Site, tuple[str, dict[tuple[str, Site], None]]]
    ) -> list[ModelReport]:
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
