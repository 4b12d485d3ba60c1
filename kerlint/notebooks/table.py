"""Findings as a table in HTML, for notebooks: compact, without scripts, in light and dark."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from html import escape

from kerlint.diagnostics import Diagnostic, Severity
from kerlint.lazy_dataclass import replace
from kerlint.reports.colours import BLUE, CYAN, OF_SEVERITY
from kerlint.reports.full import block
from kerlint.reports.report import Folded, Report, folded
from kerlint.shown import SHOWN_AT_MOST, how_many, printable, shown_path

# The colours of unknown surroundings can be read on white and on black. Where a program says which
# it has, they are better: JupyterLab and nbconvert, VS Code, Colab. What is important here is what
# these programs say of all tables.
_STYLE = """
.kerlint{--k-error:#c62828;--k-warning:#946000;--k-info:#0b6bcb;--k-mark:#2f7fd0;--k-note:#1d8a8a;\
--k-bad:#dd4b44;--k-odd:#b07a12;margin:.3em 0;font-size:13px;line-height:1.45}
:is([data-jp-theme-light=true],.vscode-light,html[theme=light]) .kerlint{--k-mark:#0757ad;\
--k-note:#0f6b6b;--k-bad:#b71c1c;--k-odd:#7a4f00}
:is([data-jp-theme-light=false],.vscode-dark,html[theme=dark]) .kerlint{--k-mark:#79b8ff;\
--k-note:#56d4d4;--k-bad:#ff8a80;--k-odd:#f0b429}
.kerlint table{border-collapse:collapse;width:100%;margin:0;color:inherit;table-layout:auto}
.kerlint caption{caption-side:top;text-align:left;font-weight:600;padding:2px 8px;color:inherit}
.kerlint tr{background:none!important}
.kerlint th,.kerlint td{text-align:left!important;vertical-align:top!important;\
padding:3px 8px!important;border:0!important;white-space:nowrap!important;color:inherit}
.kerlint tr{border-top:1px solid rgba(128,128,128,.35)!important}
.kerlint thead tr,.kerlint tr.also{border-top:0!important}
.kerlint th{font-weight:600;opacity:.75}
.kerlint td.what{white-space:normal!important;width:100%;max-width:0!important;\
overflow-wrap:anywhere}
.kerlint tr.also td.what{padding-left:24px!important}
.kerlint .sev{display:inline-block;border-radius:3px;padding:0 6px;color:#fff}
.kerlint .error{background:var(--k-error)}
.kerlint .warning{background:var(--k-warning)}
.kerlint .info{background:var(--k-info)}
.kerlint .help{opacity:.8}
.kerlint summary{cursor:pointer;display:list-item}
.kerlint pre{margin:4px 0;padding:6px 8px;background:rgba(128,128,128,.12);color:inherit;\
white-space:pre!important;overflow-x:auto;font-size:12px;line-height:1.4;\
font-family:var(--jp-code-font-family,ui-monospace),monospace!important}
.kerlint .note{font-size:12px;white-space:pre-line;padding:0 8px 4px}
.kerlint .k1{color:var(--k-bad);font-weight:600}
.kerlint .k2{color:var(--k-odd);font-weight:600}
.kerlint .k3{color:var(--k-mark)}
.kerlint .k4{color:var(--k-note)}
"""
_CLASSES = {
    OF_SEVERITY[Severity.ERROR]: "k1",
    OF_SEVERITY[Severity.WARNING]: "k2",
    OF_SEVERITY[Severity.INFO]: "k3",
    BLUE: "k3",
    CYAN: "k4",
}
_NOTE = re.compile(r"\s*(?:\x1b\[[\d;]*m)?= [a-z]+: ?")
_COLOUR = re.compile(r"\x1b\[([\d;]*)m")


def table(findings: Sequence[Diagnostic]) -> str:
    """The findings in order, those about one mistake together."""
    return "".join(_table(findings))


def _table(findings: Sequence[Diagnostic]) -> Iterator[str]:
    yield f'<div class="kerlint"><style>{_STYLE}</style>'
    if not findings:
        yield f"{escape(how_many(findings))}</div>"
        return
    shown = tuple(findings[:SHOWN_AT_MOST])
    report = Report(shown, _current_folder(), colour=True, quiet=True, fold=True)
    paths = {finding.path for finding in findings}
    one = shown_path(next(iter(paths)), report.cwd) if len(paths) == 1 else ""
    in_session = all(path.startswith("In [") for path in paths)
    with_path = in_session or not one
    cells = any(finding.span.cell is not None for finding in findings)
    caption = f"kerlint: {how_many(findings)}"
    if one and not in_session and one != "<string>":
        caption += f" in {one}"
    heads = [*(["Cell" if in_session else "File"] * with_path), *(["Cell"] * cells)]
    of_models = {finding.layer is not None for finding in findings}
    heads += ["Layer" if of_models == {True} else "Line" if of_models == {False} else "Place"]
    heads += ["Severity", "Rule", "Finding"]
    yield f"<table><caption>{escape(caption)}</caption><thead><tr>"
    yield "".join(f'<th scope="col">{head}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    for item in folded(report):
        for number, each in enumerate(_together(item)):
            yield _row(each, item, report, with_path=with_path, cells=cells, also=number > 0)
    more = len(findings) - len(shown)
    if more:
        yield f'<tr><td colspan="{len(heads)}">and {more:,} more</td></tr>'
    yield "</tbody></table></div>"


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it does not exist any more
        return ""


def _together(item: Folded) -> Iterator[Diagnostic]:
    yield item.first
    yield from item.alike
    for other in item.others:
        yield from _together(other)


def _row(
    finding: Diagnostic, item: Folded, report: Report, *, with_path: bool, cells: bool, also: bool
) -> str:
    span = finding.span
    places = [shown_path(finding.path, report.cwd)] * with_path
    places += ["" if span.cell is None else str(span.cell)] * cells
    # Rows of a text that kerlint wrote for a model mean nothing to others.
    layer = finding.layer
    places.append(f"{span.start.row}:{span.start.column}" if layer is None else printable(layer))
    label = finding.severity.label
    severity = f'<span class="sev {label}">{label}</span>'
    rule = f'<span title="{escape(printable(finding.name))}">{escape(finding.code)}</span>'
    verdict = "" if finding.verdict is None else f" [{finding.verdict}]"
    what = escape(printable(finding.message) + verdict)
    details = _details(finding, report)
    if details:
        what = f"<details><summary>{what}</summary>{details}</details>"
    if finding.help and not (also and finding.help == item.first.help):
        lines = "<br>".join(escape(printable(line)) for line in finding.help.splitlines())
        what += f'<div class="help">{lines}</div>'
    columns = [*map(escape, places), severity, rule]
    cells_of_row = "".join(f"<td>{column}</td>" for column in columns)
    mark = ' class="also"' if also else ""
    return f'<tr{mark}>{cells_of_row}<td class="what">{what}</td></tr>'


def _details(finding: Diagnostic, report: Report) -> str:
    """The code of a finding, and what else the report for people tells, as HTML."""
    _, *lines = block(Folded(replace(finding, help="")), report)
    at = next((at for at, line in enumerate(lines) if _NOTE.match(line)), len(lines))
    frame, notes = lines[:at], lines[at:]
    if frame and _COLOUR.sub("", frame[0]).strip() == "|":
        del frame[0]
    code = "\n".join(map(_coloured, frame))
    made = f"<pre>{code}</pre>" if frame else ""
    return made + "".join(f'<div class="note">{_coloured(line.strip())}</div>' for line in notes)


def _coloured(line: str) -> str:
    """A line with the colours of a terminal as spans."""
    made, opened = [], False
    for number, piece in enumerate(_COLOUR.split(line)):
        if number % 2 == 0:
            made.append(escape(piece))
            continue
        if opened:
            made.append("</span>")
        name = _CLASSES.get(piece)
        opened = name is not None
        if opened:
            made.append(f'<span class="{name}">')
    return "".join(made) + "</span>" * opened
