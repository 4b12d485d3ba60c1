"""What a report is made of, and the words that the text formats share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kerlint.diagnostics import MIGRATION, Applicability, Diagnostic, Fix, Severity, Span
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.outcome import Coverage
from kerlint.reports.groups import by_leader
from kerlint.shown import counted as counted
from kerlint.shown import listed as listed
from kerlint.shown import named as named
from kerlint.shown import parts_of_line
from kerlint.shown import place_of as place_of
from kerlint.shown import printable as printable
from kerlint.shown import shown_path as shown_path

# A file that does not parse tends to have many lines that do not, and a script for an older Keras
# breaks at many places: after a few, the places are enough.
_FOLDED = "KER0"
_SHOWN_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Report:
    """``findings`` in order; paths are shown relative to ``cwd`` when they lie below it.

    ``coverage`` says how much was checked, None when nobody counted. ``target`` is the release of
    Keras that the code was checked against, empty for the newest one. ``selected``: some rule is
    on. ``failed``: kerlint could not do all that it was asked to. ``fixed`` are the findings that
    were fixed, None when nothing was to be. ``unsafe_fixes``: they are to be applied, too; None
    when they are only to be mentioned. ``known`` findings are not shown, as a baseline has them.
    ``plot`` are the characters to draw what was measured with, none where it is not to be drawn.
    """

    findings: tuple[Diagnostic, ...]
    cwd: str
    colour: bool = False
    quiet: bool = False
    fold: bool = True
    fail_on: Severity = Severity.WARNING
    coverage: Coverage | None = None
    target: str = ""
    selected: bool = True
    failed: bool = False
    fixed: tuple[Diagnostic, ...] | None = None
    unsafe_fixes: bool | None = None
    known: int = 0
    plot: str = ""

    def fails(self, finding: Diagnostic) -> bool:
        """Whether the finding makes the exit code 1."""
        return finding.severity >= self.fail_on and finding.verdict != "refuted"

    def fixable(self, finding: Diagnostic) -> Applicability | None:
        """How freely the finding can be fixed; None if its fix cannot be applied."""
        fix = finding.fix
        if fix is None or not fix.edits or finding.verdict == "refuted":
            return None
        return None if fix.applicability is Applicability.DISPLAY else fix.applicability

    def is_marked(self, finding: Diagnostic) -> bool:
        """Whether ``--fix``, with the settings of this run, would fix the finding."""
        how = self.fixable(finding)
        return (
            self.fixed is None
            and how is not None
            and (how is Applicability.SAFE or self.unsafe_fixes is True)
        )


@dataclass(frozen=True, slots=True)
class Folded:
    """A finding, and those that are told with it.

    ``alike`` are others of its file that say exactly the same. ``others`` are about the same
    mistake.
    """

    first: Diagnostic
    alike: tuple[Diagnostic, ...] = ()
    others: tuple[Folded, ...] = ()


def folded(report: Report) -> Iterator[Folded]:
    """The findings in order; where many say the same, the first one stands for all of them.

    Those about one mistake are told with their leader, those of a migration when there are many.
    """
    if not report.fold:
        yield from map(Folded, report.findings)
        return
    told: dict[int, Folded] = {}
    loose: list[Diagnostic] = []
    for group in by_leader(report.findings):
        if len(group) == 1 or (group[0].group == MIGRATION and len(group) <= _SHOWN_AT_MOST):
            loose += group
        else:
            first, *others = _alike(group, at_most=1)
            told[id(first.first)] = replace(first, others=tuple(others))
    foldable = [each for each in loose if each.code.startswith(_FOLDED)]
    told.update((id(each), Folded(each)) for each in loose if not each.code.startswith(_FOLDED))
    told.update((id(each.first), each) for each in _alike(foldable, at_most=_SHOWN_AT_MOST))
    for finding in report.findings:
        if id(finding) in told:
            yield told[id(finding)]


def _alike(findings: Iterable[Diagnostic], at_most: int) -> Iterator[Folded]:
    """The findings in order; more than ``at_most`` that say the same become one."""
    same: dict[object, list[Diagnostic]] = {}
    for finding in findings:
        same.setdefault(_what(finding), []).append(finding)
    for group in same.values():
        if len(group) > at_most:
            yield Folded(group[0], tuple(group[1:]))
        else:
            yield from map(Folded, group)


def _what(finding: Diagnostic) -> object:
    """All that a finding says, but for its place."""
    return (
        finding.path,
        finding.code,
        finding.severity,
        finding.message,
        finding.help,
        finding.verdict,
        finding.evidence,
    )


def kinds(item: Folded) -> list[tuple[Diagnostic, ...]]:
    """What is told with a finding, each kind once, with all findings of it."""
    left = [*item.alike]
    for other in item.others:
        left += (other.first, *other.alike)
    same: dict[tuple[str, str], list[Diagnostic]] = {}
    for each in left:
        same.setdefault((each.code, each.message), []).append(each)
    return [tuple(group) for group in same.values()]


# --- places --------------------------------------------------------------------------------------


def place(path: str, span: Span, cwd: str) -> str:
    """``path:row:column``, with the cell after it in a notebook."""
    cell = "" if span.cell is None else f" [cell {span.cell}]"
    return f"{shown_path(path, cwd)}:{span.start.row}:{span.start.column}{cell}"


MARK = "[*] "
"""Put before the message of a finding that ``--fix`` would fix, as ruff does."""


def header(finding: Diagnostic, report: Report) -> tuple[str, str, str, str]:
    """Place, severity, code and message of a finding, to be joined into its first line."""
    return parts_of_line(finding, report.cwd, MARK if report.is_marked(finding) else "")


def how_to_fix(fix: Fix) -> str:
    """What a fix does, and why it is not applied by ``--fix`` alone."""
    if fix.applicability is Applicability.SAFE:
        return fix.message
    word = "unsafe" if fix.applicability is Applicability.UNSAFE else "by hand"
    return f"{fix.message} ({word}: {fix.why})" if fix.why else f"{fix.message} ({word})"


def more_like_this(others: tuple[Diagnostic, ...]) -> str:
    """How many more findings say the same, and where each of them is."""
    return f"{len(others):,} more like this {places(others)}"


def places(findings: Iterable[Diagnostic]) -> str:
    """Where findings of one file are: ``on lines 2 and 7``, ``in cell 3 on line 1``."""
    findings = tuple(findings)
    layers = list(dict.fromkeys(each.layer for each in findings if each.layer))
    if layers:
        return f"at {listed([named(layer) for layer in layers])}"
    if findings and findings[0].layer is not None:
        return "of the model"
    cells: dict[int | None, list[Span]] = {}
    for finding in findings:
        cells.setdefault(finding.span.cell, []).append(finding.span)
    return "; ".join(
        f"on {_rows(spans)}" if cell is None else f"in cell {cell} on {_rows(spans)}"
        for cell, spans in cells.items()
    )


def _rows(spans: list[Span]) -> str:
    """``lines 2, 3 and 7``, with columns for a line that has several of them."""
    counts = Counter(span.start.row for span in spans)
    rows = [
        str(span.start.row)
        if counts[span.start.row] == 1
        else f"{span.start.row}:{span.start.column}"
        for span in spans
    ]
    return f"line{'s' * (len(rows) > 1)} {listed(rows)}"


# --- the last line -------------------------------------------------------------------------------


def summary(report: Report) -> str:
    """The last line of a text report: what was found, and in how much."""
    findings = report.findings
    if not findings:
        return _nothing_found(report)
    parts = []
    for severity in sorted(Severity, reverse=True):
        number = sum(finding.severity is severity for finding in findings)
        if number:
            parts.append(counted(number, "info" if severity is Severity.INFO else severity.label))
    where = f"in {counted(len({finding.path for finding in findings}), 'file')}"
    if report.fixed:
        remain = "remains" if len(findings) == 1 else "remain"
        fixed = counted(len(report.fixed), "finding")
        found = f"Fixed {fixed}; {listed(parts)} {remain} {where}"
    else:
        found = f"Found {listed(parts)} {where}"
    verdicts = Counter(finding.verdict for finding in findings)
    tried = [
        f"{verdicts[word]:,} {word}"
        for word in ("confirmed", "refuted", "unproven")
        if verdicts[word]
    ]
    if tried:
        found += f" ({', '.join(tried)})"
    more = f"To learn more, run `kerlint explain {_worst(findings)}`."
    return " ".join([f"{found}.", *can_be_fixed(report), *was_read(report), more])


def summary_of_fixes(report: Report, *, would: bool) -> str:
    """What was fixed, or would be, for a run that reports no findings."""
    verb = "Would fix" if would else "Fixed"
    what = _fixed(report) if report.fixed else "nothing"
    return " ".join([f"{verb} {what}.", *can_be_fixed(report)])


def _fixed(report: Report) -> str:
    fixed = report.fixed or ()
    files = len({finding.path for finding in fixed})
    return f"{counted(len(fixed), 'finding')} in {counted(files, 'file')}"


def can_be_fixed(report: Report) -> list[str]:
    """How many findings can be fixed and how, as a sentence."""
    marked = sum(map(report.is_marked, report.findings))
    unsafe = 0
    if report.unsafe_fixes is None:
        unsafe = sum(report.fixable(each) is Applicability.UNSAFE for each in report.findings)
    if report.fixed is not None:
        more = " more" if report.fixed else ""
        return [f"{unsafe:,}{more} can be fixed with `--unsafe-fixes`."] if unsafe else []
    if marked and unsafe:
        return [
            f"{MARK}{marked:,} can be fixed with `--fix`, {unsafe:,} more with `--unsafe-fixes`."
        ]
    if marked:
        return [f"{MARK}{marked:,} can be fixed with `--fix`."]
    return [f"{unsafe:,} can be fixed with `--fix --unsafe-fixes`."] if unsafe else []


def _worst(findings: tuple[Diagnostic, ...]) -> str:
    """The code of the first finding of the highest severity, refuted ones last."""
    return max(findings, key=lambda each: (each.verdict != "refuted", each.severity)).code


def _nothing_found(report: Report) -> str:
    it = report.coverage
    if report.fixed:
        return " ".join([f"Fixed {_fixed(report)}; none remain.", *was_read(report)])
    if it is None:
        return "All checks passed!"
    why = _why_not_checked(it, report.selected)
    if why:
        return f"Nothing was checked: {why}."
    target = f" for {report.target}" if report.target else ""
    if it.partial or it.unread or it.statements:
        verdict = f"No problems found{target}."
    else:
        verdict = f"All checks passed{target}!"
    return " ".join([verdict, *was_read(report)])


def _why_not_checked(it: Coverage, selected: bool) -> str:
    """Why no finding was possible; empty when some were."""
    if not it.files:
        if it.unread:
            return f"{counted(it.unread, 'file')} could not be read"
        return "no Python files or notebooks found"
    if not selected:
        return "no rules are selected"
    if not it.keras:
        if it.files == 1:
            return "the file does not use Keras"
        return f"none of the {it.files:,} files uses Keras"
    if it.ignored == it.keras:
        if it.keras == 1:
            return "the only file that uses Keras has an ignore-file comment"
        return f"all {it.keras:,} files that use Keras have an ignore-file comment"
    return ""


def was_read(report: Report) -> list[str]:
    """How much was read, as a sentence."""
    it = report.coverage
    if it is None or not it.files:
        return []
    read = f"Read {counted(it.files, 'file')}"
    if it.models:
        read += f" and {counted(it.models, 'model')}"
    elif it.parsed and not report.findings:
        read += " and found no models"
    if it.partial:
        which = f"{it.partial:,} " if it.partial < it.models else "all " * (it.models > 1)
        read += f" ({which}only in part; see --show-unknown)"
    if it.ignored:
        read += f"; {counted(it.ignored, 'file')} skipped because of an ignore-file comment"
    not_read = [
        counted(number, noun)
        for number, noun in ((it.unread, "file"), (it.statements, "statement"))
        if number
    ]
    if not_read:
        read += f"; {listed(not_read)} could not be read"
    if not report.known:
        return [f"{read}."]
    verb = "is" if report.known == 1 else "are"
    return [f"{read}.", f"{counted(report.known, 'known finding')} {verb} not shown."]


# --- statistics ----------------------------------------------------------------------------------


def counts(report: Report) -> list[tuple[int, str, str]]:
    """How often each code was found, most often first, with its name."""
    found = Counter((finding.code, finding.name) for finding in report.findings)
    rows = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(count, code, name) for (code, name), count in rows]


def statistics(report: Report) -> Iterator[str]:
    """A table of the counts, for the text formats."""
    rows = counts(report)
    width = max((len(f"{count}") for count, _, _ in rows), default=0)
    for count, code, name in rows:
        yield f"{count:>{width}}  {code}  {name}\n"
    if not report.quiet:
        yield summary(report) + "\n"
