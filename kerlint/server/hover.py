"""What is shown under the cursor and after layers: shapes, parameters, and pages of rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsprotocol import types as lsp

from kerlint.catalogue import pages
from kerlint.catalogue.addresses import address_of
from kerlint.catalogue.codes import catalogue
from kerlint.catalogue.entry import Entry
from kerlint.diagnostics import Diagnostic, Position, Span
from kerlint.run.layer_reports import Evaluation, LayerReport
from kerlint.server.documents import Part

_CODE = re.compile(r"(?<!\w)KER\d{3}(?!\w)", re.IGNORECASE)
_MOST_SHOWN = 6
_MOST_PAGES = 3


def hover(
    part: Part,
    place: Position,
    findings: Iterable[Diagnostic],
    layers: Iterable[LayerReport],
    *,
    markdown: bool,
) -> lsp.Hover | None:
    """What there is to say about a place in a document, None when there is nothing."""
    here = Span(place, place, part.cell)
    at_code = _code_in_comment(part, place)
    entries = {entry.code: entry for entry in catalogue()}
    if at_code is not None and at_code[0] in entries:
        code, span = at_code
        return _hover([_page(entries[code], markdown)], part, span, markdown)
    told: list[str] = []
    span = here
    around = [report for report in layers if _contains(report.span, here)]
    if around:
        report = min(around, key=lambda each: _extent(part, each.span))
        told.append(_layer(report, markdown))
        span = report.span
    concerned = [finding for finding in findings if _contains(finding.span, here)]
    codes = dict.fromkeys(each.code for each in concerned if each.code in entries)
    for code in [*codes][:_MOST_PAGES]:
        if entries[code].text:
            told.append(_page(entries[code], markdown))
    if concerned and span is here:
        span = concerned[0].span
    return _hover(told, part, span, markdown) if told else None


def _hover(told: list[str], part: Part, span: Span, markdown: bool) -> lsp.Hover:
    kind = lsp.MarkupKind.Markdown if markdown else lsp.MarkupKind.PlainText
    text = ("\n\n---\n\n" if markdown else "\n\n").join(told)
    return lsp.Hover(lsp.MarkupContent(kind, text), part.text.range(span))


def _contains(span: Span, here: Span) -> bool:
    return span.cell == here.cell and span.start <= here.start <= span.end


def _extent(part: Part, span: Span) -> tuple[int, int]:
    rows = span.end.row - span.start.row
    return rows, span.end.column - (span.start.column if not rows else 0)


def _code_in_comment(part: Part, place: Position) -> tuple[str, Span] | None:
    line = part.text.line(place.row)
    for match in _CODE.finditer(line, max(line.find("#"), 0) if "#" in line else len(line)):
        if match.start() <= place.column - 1 <= match.end():
            start = Position(place.row, match.start() + 1)
            return match[0].upper(), Span(start, Position(place.row, match.end() + 1), part.cell)
    return None


# --- layers --------------------------------------------------------------------------------------


def _layer(report: LayerReport, markdown: bool) -> str:
    evaluations = report.evaluations
    if len(evaluations) == 1:
        return _evaluation(evaluations[0], markdown)
    kinds = dict.fromkeys(each.kind for each in evaluations)
    title = " or ".join(kinds)
    number = f"{len(evaluations)} or more" if report.more else str(len(evaluations))
    said = f"{title}: {number} evaluations"
    if markdown:
        said = f"**{title}**: {number} evaluations"
    lines = [
        f"- {_numbers(each, markdown)}" if len(kinds) == 1 else f"- {_evaluation(each, markdown)}"
        for each in evaluations[:_MOST_SHOWN]
    ]
    if len(evaluations) > _MOST_SHOWN or report.more:
        lines.append("- …")
    return "\n".join([said, *([""] if markdown else []), *lines])


def _evaluation(each: Evaluation, markdown: bool) -> str:
    name = f"**{each.kind}**" if markdown else each.kind
    return f"{name}: {_numbers(each, markdown)}"


def _numbers(each: Evaluation, markdown: bool) -> str:
    shape = each.output or "?"
    unit = "parameter" if each.parameters == "1" else "parameters"
    output = f"output `{shape}`" if markdown else f"output {shape}"
    return f"{output}, {each.parameters or '?'} {unit}"


def hints(
    part: Part, layers: Iterable[LayerReport], first: int, last: int
) -> Iterator[lsp.InlayHint]:
    """The output shapes after the layers that end in the rows from ``first`` to ``last``."""
    seen = set()
    for report in layers:
        end = report.span.end
        if not report.called or report.span.cell != part.cell or not first <= end.row <= last:
            continue
        shapes = list(dict.fromkeys(each.output for each in report.evaluations if each.output))
        if not shapes or end in seen:
            continue
        seen.add(end)
        label = shapes[0] if len(shapes) == 1 else f"{shapes[0]} … {shapes[-1]}"
        yield lsp.InlayHint(
            part.text.position(end),
            label,
            tooltip=lsp.MarkupContent(lsp.MarkupKind.Markdown, _layer(report, True)),
            padding_left=True,
        )


# --- pages of rules ------------------------------------------------------------------------------


def _page(entry: Entry, markdown: bool) -> str:
    if not markdown:
        return "\n".join(pages.as_text(entry, width=80))
    page = pages.parse(entry.text)
    on = "on by default" if entry.default else "off by default"
    address = address_of(entry.code)
    name = f"{entry.code} {entry.name}"
    title = f"[{name}]({address})" if address is not None else name
    parts = [f"**{title}** ({entry.severity.label}, {on})", page.summary, page.description]
    for heading, code in (
        (pages.BAD, page.bad),
        (pages.GOOD, page.good),
        ("Right, although it looks similar", page.tempting),
    ):
        if code:
            parts.append(f"{heading}:\n```python\n{code}\n```")
    if page.silent:
        parts.append(f"{pages.SILENT}:\n\n{page.silent}")
    return "\n\n".join(
        part.replace("``", "`") if "```" not in part else part for part in parts if part
    )
