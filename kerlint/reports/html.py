"""A page in one file, which needs no network and no scripts: findings, proofs and pictures."""

from __future__ import annotations

import functools
import itertools
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field

from kerlint import __version__
from kerlint.catalogue import pages
from kerlint.catalogue.codes import catalogue
from kerlint.diagnostics import MIGRATION, Applicability, Diagnostic, Severity
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.measured import LayerBuilt, Measured, ModelMeasured
from kerlint.reports.figures import HEADS, figures
from kerlint.reports.frames import Line, Mark, on_row, rows_to_show, sorted_out
from kerlint.reports.hunks import Hunk, Lines, hunks, lines_in
from kerlint.reports.markup import escaped, inline, listing, prose
from kerlint.reports.report import (
    MARK,
    Folded,
    Report,
    can_be_fixed,
    counted,
    folded,
    how_to_fix,
    kinds,
    listed,
    more_like_this,
    places,
    shown_path,
    summary,
    was_read,
)
from kerlint.shown import named

MEASURES = True
"""Whether the format shows what experiments measured; other formats do not say."""

STYLE = os.path.join(os.path.dirname(__file__), "page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_ROWS = 12  # of a table in the overview; others are folded
_LAYERS = 30  # of a model; the table of a deeper one is folded
_FILTERED = 6  # findings from which on it helps to leave some out
_LETTER = {Severity.ERROR: "e", Severity.WARNING: "w", Severity.INFO: "i"}
_SIGN = {"confirmed": "\u2713", "refuted": "\u2717", "unproven": "?"}


def render(report: Report) -> Iterator[str]:
    """Yield the page piece by piece."""
    page = _Page(report)
    yield from page.head()
    if report.findings:
        yield from page.overview()
        yield from page.findings()
        yield from page.models()
        yield from page.rules()
    yield page.foot()


@dataclass(frozen=True, slots=True)
class _Model:
    """A pair of models that was built for experiments, with the findings that were tested on it."""

    number: int
    path: str
    measured: Measured
    findings: list[tuple[int, Diagnostic]] = field(default_factory=list)


class _Page:
    """What the parts of a page share: numbers that are given once, and models that were shown."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._numbers = itertools.count(1)
        self._pictures = itertools.count(1)
        self._models: dict[object, _Model] = {}
        self._drawn: dict[object, tuple[int, Diagnostic]] = {}
        self._lines_of: Lines = functools.lru_cache(maxsize=8)(lines_in)
        self._entries = {entry.code: entry for entry in catalogue()}

    # -- around -----------------------------------------------------------------------------------

    def head(self) -> Iterator[str]:
        report = self._report
        with open(STYLE, encoding="utf-8") as file:
            style = file.read()
        title = _headline(report)
        yield (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f'<meta name="generator" content="kerlint {escaped(__version__)}">\n'
            f"<title>kerlint: {title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        )
        sections = [("findings", "Findings"), ("rules", "Rules")]
        if any(finding.measured for finding in report.findings):
            sections.insert(1, ("models", "Models"))
        if report.findings:
            yield '<a class="skip" href="#findings">Skip to the findings</a>\n'
        yield f'<header class="top">\n<p class="brand">kerlint</p>\n<h1>{title}</h1>\n'
        yield f'<p class="lead">{inline(" ".join(_lead(report)))}</p>\n'
        if report.findings:
            links = "".join(f'<li><a href="#{name}">{words}</a></li>' for name, words in sections)
            yield f'<nav aria-label="Parts of this page"><ul>{links}</ul></nav>\n'
        yield "</header>\n<main>\n"

    def foot(self) -> str:
        return (
            f"</main>\n<footer><p>Written by kerlint {escaped(__version__)}. This page is one "
            "file: it loads nothing and runs no scripts.</p></footer>\n</body>\n</html>\n"
        )

    # -- overview ---------------------------------------------------------------------------------

    def overview(self) -> Iterator[str]:
        findings = self._report.findings
        yield '<section aria-labelledby="overview">\n<h2 id="overview">Overview</h2>\n'
        yield '<div class="two">\n'
        by_rule = Counter((each.code, each.name) for each in findings)
        worst = {each.code: each.severity for each in sorted(findings, key=lambda e: e.severity)}
        rows = [
            f'<tr><th scope="row">{self._link(code)} '
            f"<span>{escaped(name)}</span></th><td>{_severity(worst[code])}</td>"
            f'<td class="num">{count:,}</td></tr>'
            for (code, name), count in sorted(by_rule.items(), key=lambda it: (-it[1], it[0]))
        ]
        heads = '<th scope="col">Rule</th><th scope="col">Severity</th>'
        yield from _table("Findings by rule", heads + _NUMBER.format("Findings"), rows, "rules")
        by_file: dict[str, Counter[Severity]] = {}
        for each in findings:
            by_file.setdefault(each.path, Counter())[each.severity] += 1
        places = {path: place for place, path in enumerate(by_file, 1)}
        shown = [s for s in sorted(Severity, reverse=True) if any(c[s] for c in by_file.values())]
        rows = [
            f'<tr><th scope="row"><a href="#file{places[path]}">{self._path(path)}</a></th>'
            + "".join(_count(count[s]) for s in shown)
            + "</tr>"
            for path, count in sorted(by_file.items(), key=lambda it: (-sum(it[1].values()), it[0]))
        ]
        heads = '<th scope="col">File</th>' + "".join(
            _NUMBER.format(_plural(severity)) for severity in shown
        )
        yield from _table("Findings by file", heads, rows, "files")
        yield "</div>\n</section>\n"

    def _path(self, path: str) -> str:
        """A path that may be broken after each folder."""
        return escaped(shown_path(path, self._report.cwd)).replace("/", "/<wbr>")

    # -- findings ---------------------------------------------------------------------------------

    def findings(self) -> Iterator[str]:
        report = self._report
        yield '<section aria-labelledby="findings">\n<h2 id="findings">Findings</h2>\n'
        yield _filters(report)
        files = itertools.groupby(folded(report), key=lambda item: item.first.path)
        counts = Counter(finding.path for finding in report.findings)
        for place, (path, items) in enumerate(files, 1):
            number = counts[path]
            yield (
                f'<section class="file" aria-labelledby="file{place}">\n'
                f'<h3 id="file{place}"><span class="path">{self._path(path)}</span> '
                f'<span class="count">{counted(number, "finding")}</span></h3>\n'
            )
            for item in items:
                yield from self._card(item)
            yield "</section>\n"
        yield "</section>\n"

    def _card(self, item: Folded, level: int = 4) -> Iterator[str]:
        """One finding, with all that is told with it."""
        finding = item.first
        number = next(self._numbers)
        letter = _LETTER[finding.severity]
        refuted = " r" if finding.verdict == "refuted" else ""
        verdict = _verdict(finding.verdict) if finding.verdict else ""
        yield (
            f'<article class="f {letter}{refuted}" aria-labelledby="f{number}">\n'
            f'<h{level} id="f{number}"><span class="meta">{_severity(finding.severity)} '
            f'{self._link(finding.code)} <span class="where">{_where(finding)}</span>{verdict}'
            f'</span> <span class="msg">{inline(finding.message)}</span></h{level}>\n'
        )
        yield from self._frames(finding)
        yield from self._notes(item, number)
        if finding.measured is not None:
            yield from self._figures(finding, number)
        if item.others and finding.group == MIGRATION:
            yield from self._migration(item)
        elif item.others:
            count = counted(len(item.others), "more finding")
            yield f'<details class="also"><summary>{count} about the same mistake</summary>\n'
            for other in item.others:
                yield from self._card(other, level + 1)
            yield "</details>\n"
        yield "</article>\n"

    def _link(self, code: str) -> str:
        if code in self._entries:
            return f'<a class="code" href="#{escaped(code)}">{escaped(code)}</a>'
        return f'<span class="code">{escaped(code)}</span>'

    def _frames(self, finding: Diagnostic) -> Iterator[str]:
        here, elsewhere, _ = sorted_out(finding)
        marks = [Mark(finding.span, finding.label, leads=True), *here]
        rows = rows_to_show(finding, marks)
        if rows:
            yield '<div class="code-frame">'
            before = rows[0]
            for row in rows:
                yield _row(row, finding.lines[row], on_row(row, marks), gap=row > before + 1)
                before = row
            yield "</div>\n"
        for related in elsewhere:
            where = _line_of(related.span.cell, related.span.start.row)
            path = related.path or finding.path
            in_file = f"{self._path(path)}, " if path != finding.path else ""
            mark = Mark(related.span, related.message)
            yield (
                f'<p class="elsewhere">{in_file}{where}</p><div class="code-frame">'
                f"{_row(related.span.start.row, related.line or '', [mark])}</div>\n"
            )

    def _notes(self, item: Folded, number: int) -> Iterator[str]:
        finding = item.first
        notes: list[tuple[str, str]] = []
        for related in sorted_out(finding)[2]:
            path = self._path(related.path or finding.path)
            where = _line_of(related.span.cell, related.span.start.row)
            notes.append(("See", f"<p>{path}, {where}: {inline(related.message)}</p>"))
        if finding.help:
            notes.append(("Help", _lines(finding.help)))
        if finding.fix is not None:
            notes.append(("Fix", self._fix(finding)))
        if finding.verdict is not None:
            word = "Proof" if finding.verdict == "confirmed" else finding.verdict.capitalize()
            notes.append((word, self._evidence(finding, number)))
        if item.alike and not (item.others and finding.group == MIGRATION):
            notes.append(("Also", f"<p>{escaped(more_like_this(item.alike))}</p>"))
        if notes:
            made = "".join(f"<div><dt>{word}</dt><dd>{text}</dd></div>" for word, text in notes)
            yield f"<dl>{made}</dl>\n"

    def _fix(self, finding: Diagnostic) -> str:
        fix = finding.fix
        assert fix is not None
        words = ""
        if fix.why or fix.message.lower() != finding.help.lower():
            words = f"<p>{inline(how_to_fix(fix))}</p>"
        elif fix.applicability is not Applicability.SAFE:
            word = "Unsafe" if fix.applicability is Applicability.UNSAFE else "By hand"
            words = f"<p>{word}.</p>"
        found = hunks(finding, self._lines_of)
        if found is None:
            new = "\n".join(edit.content for edit in fix.edits if edit.content)
            return words + (listing(new) if new.strip() else "")
        if not found:
            return words or f"<p>{inline(how_to_fix(fix))}</p>"
        made = []
        for hunk in found:
            where = ""
            if hunk.row != finding.span.start.row or hunk.cell != finding.span.cell:
                where = f'<span class="at">{_line_of(hunk.cell, hunk.row)}</span>'
            made.append(f'<div class="diff">{where}{_diff(hunk)}</div>')
        return words + "".join(made)

    def _evidence(self, finding: Diagnostic, number: int) -> str:
        first, *numbers = (finding.evidence or "no details").splitlines()
        made = f"<p>{inline(first)}</p>"
        if numbers:
            made += f'<p class="numbers">{"<br>".join(map(inline, numbers))}</p>'
        if finding.measured is not None:
            model = self._model_of(finding, finding.measured, number)
            if model is not None:
                words = _size(model.measured.written or model.measured.repaired)
                link = f'<a href="#model{model.number}">model {model.number}</a>'
                made += f'<p class="numbers">Tested on {link}, {words}.</p>'
        return made

    def _migration(self, item: Folded) -> Iterator[str]:
        """What else an older script needs: each thing once, with all its places."""
        found = kinds(item)
        total = sum(map(len, found))
        yield (
            '<details class="also"><summary>The code is written for an older Keras: '
            f"{counted(total, 'more place')} {'needs' if total == 1 else 'need'} a change</summary>"
            "\n<ul>\n"
        )
        for same in found:
            first = same[0]
            alike = all(each.help == first.help for each in same)
            help = f"{inline(first.help)}; " if first.help and alike else ""
            verdict = _verdict(first.verdict) if first.verdict else ""
            yield (
                f"<li>{_severity(first.severity)} {self._link(first.code)} "
                f'{inline(first.message)} <p class="numbers">{help}{escaped(places(same))}'
                f"{verdict}</p></li>\n"
            )
        yield "</ul></details>\n"

    # -- pictures ---------------------------------------------------------------------------------

    def _figures(self, finding: Diagnostic, number: int) -> Iterator[str]:
        it = finding.measured
        assert it is not None
        known = [each for each in _pair(it) if each is not None]
        if not any(each.units or each.outputs or each.losses or each.lengths for each in known):
            return
        drawn = (finding.path, *(replace(each, assumed=()) for each in known))
        first, before = self._drawn.setdefault(drawn, (number, finding))
        if first != number:
            link = f'<a href="#f{first}">{escaped(before.code)} {_at(before)}</a>'
            yield f'<p class="same">The pictures are those of {link}.</p>\n'
            return
        yield f'<div class="figures">{"".join(figures(it, self._pictures))}</div>\n'

    # -- models -----------------------------------------------------------------------------------

    def _model_of(self, finding: Diagnostic, it: Measured, number: int) -> _Model | None:
        """The model that a finding was tested on, which others may have been tested on, too."""
        if it.written is None and it.repaired is None:
            return None
        layers = tuple(each.layers if each is not None else None for each in _pair(it))
        model = self._models.setdefault(
            (finding.path, layers), _Model(len(self._models) + 1, finding.path, it)
        )
        model.findings.append((number, finding))
        return model

    def models(self) -> Iterator[str]:
        if not self._models:
            return
        yield (
            '<section aria-labelledby="models">\n<h2 id="models">Models</h2>\n'
            "<p>kerlint built these models to test the findings. It never ran the code of the "
            "project.</p>\n"
        )
        for model in self._models.values():
            yield from self._model(model)
        yield "</section>\n"

    def _model(self, model: _Model) -> Iterator[str]:
        it = model.measured
        number = model.number
        words = _size(it.written or it.repaired)
        yield (
            f'<article class="model" aria-labelledby="model{number}">\n'
            f'<h3 id="model{number}">Model {number} <span class="count">{words}</span></h3>\n'
            f'<p class="numbers"><span class="path">{self._path(model.path)}</span>. '
            f"{self._tested(model.findings)}</p>\n"
        )
        notes = []
        if it.part:
            notes.append("Only the end of the model was built, which is enough for the experiment")
        if it.written is None:
            notes.append("The model was not built as it is written")
        assumed = dict.fromkeys(words for each in _pair(it) if each for words in each.assumed)
        if assumed:
            notes.append(f"Assumed: {', '.join(assumed)}")
        if notes:
            yield f'<p class="numbers">{"".join(f"{inline(note)}. " for note in notes)}</p>\n'
        same = it.written is None or it.repaired is None or it.written.layers == it.repaired.layers
        if same:
            both = it.written is not None and it.repaired is not None
            head = "As written and repaired" if both else "As written" if it.written else "Repaired"
            layers = it.written or it.repaired
            assert layers is not None
            yield _layers(layers, head, number)
        else:
            yield '<div class="two">\n'
            for each, head in zip(_pair(it), HEADS):
                assert each is not None
                yield _layers(each, head, number)
            yield "</div>\n"
        yield "</article>\n"

    def _tested(self, findings: Iterable[tuple[int, Diagnostic]]) -> str:
        links = [
            f'<a href="#f{number}">{escaped(finding.code)}</a> {_at(finding)}'
            for number, finding in findings
        ]
        return f"Tested for {listed(links)}."

    # -- rules ------------------------------------------------------------------------------------

    def rules(self) -> Iterator[str]:
        """The pages of the rules that were broken."""
        codes = sorted({finding.code for finding in self._report.findings} & self._entries.keys())
        if not codes:
            return
        yield (
            '<section aria-labelledby="rules">\n<h2 id="rules">Rules</h2>\n'
            "<p>What the rules mean, with code that is wrong and code that is right.</p>\n"
        )
        for code in codes:
            yield self._rule(code)
        yield "</section>\n"

    def _rule(self, code: str) -> str:
        entry = self._entries[code]
        page = pages.parse(entry.text)
        summary = inline(page.summary or entry.summary)
        parts = [prose(page.description)]
        for heading, text in (
            ("Wrong", page.bad),
            ("Right", page.good),
            ("Right, although it looks similar", page.tempting),
        ):
            if text:
                parts.append(f"<h4>{heading}</h4>{listing(text)}")
        if page.people_say:
            said = ", ".join(f"&ldquo;{inline(words)}&rdquo;" for words in page.people_say)
            parts.append(f"<h4>People say</h4><p>{said}</p>")
        if page.silent:
            parts.append(f"<h4>When kerlint stays silent</h4>{prose(page.silent)}")
        # A link to what is in a folded element opens it, a link to the element does not.
        return (
            f'<details class="rule"><summary><h3><span class="code">{escaped(code)}</span> '
            f"{escaped(entry.name)}</h3> <span>{summary}</span></summary>"
            f'<div id="{escaped(code)}">{"".join(parts)}</div></details>\n'
        )


# -- words ----------------------------------------------------------------------------------------


def _headline(report: Report) -> str:
    """What was found, in a few words."""
    findings = report.findings
    if not findings and report.failed:
        return "Not everything could be checked"
    if not findings:
        return escaped(_sentences(report)[0].rstrip(".!"))
    parts = []
    for severity in sorted(Severity, reverse=True):
        number = sum(finding.severity is severity for finding in findings)
        if number:
            parts.append(counted(number, "info" if severity is Severity.INFO else severity.label))
    return f"{listed(parts)} in {counted(len({each.path for each in findings}), 'file')}"


def _sentences(report: Report) -> list[str]:
    return re.split(r"(?<=[.!]) ", summary(report))


def _lead(report: Report) -> Iterator[str]:
    """The sentences below the headline."""
    if not report.findings:
        yield from was_read(report) if report.failed else _sentences(report)[1:]
        return
    verdicts = Counter(finding.verdict for finding in report.findings)
    if any(verdicts[word] for word in _SIGN):
        words = [f"{verdicts[word]:,} {word}" for word in _SIGN if verdicts[word]]
        yield f"Tested by experiment: {listed(words)}."
    if report.fixed:
        yield f"Fixed {counted(len(report.fixed), 'finding')}."
    if report.target:
        yield f"Checked against {report.target}."
    yield from (sentence.removeprefix(MARK) for sentence in can_be_fixed(report))
    yield from was_read(report)


def _severity(severity: Severity) -> str:
    return f'<span class="sev {_LETTER[severity]}">{severity.label}</span>'


def _plural(severity: Severity) -> str:
    return "Info" if severity is Severity.INFO else f"{severity.label.capitalize()}s"


def _verdict(word: str) -> str:
    sign = escaped(_SIGN.get(word, ""))
    word = escaped(word)
    return f' <span class="verdict {word}"><span aria-hidden="true">{sign}</span> {word}</span>'


def _where(finding: Diagnostic) -> str:
    if finding.layer is not None:
        return inline(named(finding.layer)) if finding.layer else "the model"
    place = finding.span.start
    return f"{_line_of(finding.span.cell, place.row)}, column {place.column}"


def _at(finding: Diagnostic) -> str:
    if finding.layer is not None:
        return f"at {inline(named(finding.layer))}" if finding.layer else "of the model"
    preposition = "on" if finding.span.cell is None else "in"
    return f"{preposition} {_line_of(finding.span.cell, finding.span.start.row)}"


def _line_of(cell: int | None, row: int) -> str:
    return f"line {row}" if cell is None else f"cell {cell}, line {row}"


def _size(model: ModelMeasured | None) -> str:
    assert model is not None
    return f"{counted(len(model.layers), 'layer')}, {counted(model.parameters, 'parameter')}"


def _pair(it: Measured) -> tuple[ModelMeasured | None, ModelMeasured | None]:
    return it.written, it.repaired


# -- elements -------------------------------------------------------------------------------------

_NUMBER = '<th scope="col" class="num">{}</th>'


def _table(caption: str, heads: str, rows: list[str], what: str) -> Iterator[str]:
    """A table, of which only the first rows are open if there are many."""
    most = _ROWS if len(rows) > _ROWS + 3 else len(rows)
    start = f'<table class="list"><caption>{caption}</caption><thead><tr>{heads}</tr></thead>'
    yield f"<div>{start}<tbody>\n{chr(10).join(rows[:most])}\n</tbody></table>"
    if len(rows) > most:
        start = start.replace(f"{caption}</caption>", f"{caption}, continued</caption>")
        left = counted(len(rows) - most, what[:-1])
        yield f"<details><summary>{left.replace(' ', ' more ')}</summary>{start}<tbody>\n"
        yield "\n".join(rows[most:])
        yield "\n</tbody></table></details>"
    yield "</div>\n"


def _filters(report: Report) -> str:
    """Boxes that leave out findings, where there are several kinds of them."""
    severities = Counter(finding.severity for finding in report.findings)
    boxes = [
        (_LETTER[severity], counted(severities[severity], severity.label))
        for severity in sorted(severities, reverse=True)
    ]
    refuted = sum(finding.verdict == "refuted" for finding in report.findings)
    if refuted:
        boxes.append(("r", f"{refuted:,} refuted"))
    if len(boxes) < 2 or len(report.findings) < _FILTERED:
        return ""
    made = "".join(
        f'<label><input type="checkbox" id="show-{letter}" autocomplete="off" checked> {words}'
        "</label>"
        for letter, words in boxes
    )
    return f'<fieldset class="filter"><legend>Show</legend>{made}</fieldset>\n'


def _row(row: int, raw: str, marks: list[Mark], *, gap: bool = False) -> str:
    """A line of code with its marks, and the words for them below it."""
    line = Line.of(raw, marks, len)
    made = []
    labels = []
    end = 0
    for mark in sorted(marks, key=lambda mark: (mark.span.start, not mark.leads)):
        start, length = line.columns(mark.span)
        kind = "" if mark.leads else ' class="s"'
        if mark.label:
            words = f"<span>{inline(mark.label)}</span>"
            labels.append(f'<p{kind} style="--at:{start}ch">{words}</p>')
        if start < end or start >= len(line.text):
            continue  # within another one, or at the end of the line
        made.append(escaped(line.text[end:start]))
        end = start + length
        made.append(f"<mark{kind}>{escaped(line.text[start:end])}</mark>")
    made.append(escaped(line.text[end:]))
    number = f'<span class="n{" gap" if gap else ""}">{row}</span>'
    return f"<div>{number}<code>{''.join(made)}</code>{''.join(labels)}</div>"


def _alike(first: str, second: str) -> int:
    """How many characters at the start of two texts are the same, up to the end of a word."""
    pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, second))
    same = sum(1 for _ in pairs)
    while same and (first[same - 1].isalnum() or first[same - 1] == "_"):
        same -= 1
    return same


def _diff(hunk: Hunk) -> str:
    """The lines before and after; where one line becomes another, what differs stands out."""
    old = [line.expandtabs(4) for line in hunk.old]
    new = [line.expandtabs(4) for line in hunk.new]
    start = end = 0
    if len(old) == len(new) == 1:
        start = _alike(old[0], new[0])
        most = min(len(old[0]), len(new[0])) - start
        end = min(most, _alike(old[0][::-1], new[0][::-1]))

    def shown(line: str) -> str:
        stop = len(line) - end
        if start == end == 0 or start == stop:
            return escaped(line)
        return f"{escaped(line[:start])}<b>{escaped(line[start:stop])}</b>{escaped(line[stop:])}"

    removed = "".join(f"<del>- {shown(line)}</del>" for line in old)
    return removed + "".join(f"<ins>+ {shown(line)}</ins>" for line in new)


def _lines(text: str) -> str:
    return "".join(f"<p>{inline(line)}</p>" for line in text.splitlines())


def _layers(model: ModelMeasured, head: str, number: int) -> str:
    rows = "".join(map(_layer, model.layers))
    table = (
        f'<table class="list layers"><caption>{head}'
        f'<span class="away">, model {number}</span></caption>'
        '<thead><tr><th scope="col">Layer</th><th scope="col">Type</th>'
        f'<th scope="col">Output shape</th>{_NUMBER.format("Parameters")}</tr></thead>'
        f'<tbody>{rows}</tbody><tfoot><tr><th scope="row" colspan="3">In all</th>'
        f'<td class="num">{model.parameters:,}</td></tr></tfoot></table>'
    )
    if len(model.layers) > _LAYERS:
        count = counted(len(model.layers), "layer")
        table = f"<details><summary>{head}: {count}</summary>{table}</details>"
    return f"<div>{table}</div>\n"


def _layer(it: LayerBuilt) -> str:
    shapes = ", ".join(map(_shape, it.shapes))
    return (
        f'<tr><th scope="row">{escaped(it.name)}</th><td>{escaped(it.kind)}</td>'
        f'<td class="shape">{escaped(shapes)}</td>{_count(it.parameters)}</tr>'
    )


def _count(number: int) -> str:
    return f'<td class="num{"" if number else " zero"}">{number:,}</td>'


def _shape(shape: tuple[int | None, ...]) -> str:
    """As ``model.summary()`` writes it."""
    sizes = ", ".join("None" if size is None else str(size) for size in shape)
    return f"({sizes},)" if len(shape) == 1 else f"({sizes})"
