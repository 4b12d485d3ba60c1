"""What the Python API returns: a list of findings that notebooks and terminals show well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, SupportsIndex, overload

from kerlint.diagnostics import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Position,
    Related,
    Severity,
    Span,
)
from kerlint.shown import SHOWN_AT_MOST, how_many


class Findings(list[Diagnostic]):
    """A list of findings. A notebook shows it as a table, and a terminal as a line for each."""

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice, /) -> Findings: ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> Diagnostic | Findings:
        if isinstance(index, slice):
            return Findings(super().__getitem__(index))
        return super().__getitem__(index)

    def __repr__(self) -> str:
        lines = [str(finding) for finding in super().__getitem__(slice(SHOWN_AT_MOST))]
        if len(self) > len(lines):
            lines.append(f"... and {len(self) - len(lines):,} more")
        return "\n".join([*lines, how_many(self)])

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from kerlint.notebooks.table import table

        return table(self)

    def to_dicts(self) -> list[dict[str, Any]]:
        """The list that ``--output-format json`` writes."""
        from kerlint.plain import as_json
        from kerlint.reports.groups import leaders

        led_by = leaders(self)
        return [as_json(finding, led_by.get(id(finding))) for finding in self]

    @classmethod
    def from_dicts(cls, listed: Iterable[Mapping[str, Any]]) -> Findings:
        """The findings of a JSON report: ``Findings.from_dicts(json.load(file))``.

        What JSON does not have is lost: the lines of code and the label under the caret.
        Raises ``ValueError`` for what is not such a report.
        """
        return cls(map(_finding, listed))


def _finding(it: Mapping[str, Any]) -> Diagnostic:
    try:
        leader, fix = it.get("group"), it.get("fix")
        place = {"cell": it["cell"], "code": it["code"], "location": it["location"]}
        return Diagnostic(
            it["code"],
            it["name"],
            Severity.parse(it["severity"]),
            it["message"],
            it["filename"],
            _span(it),
            help=it["help"] or "",
            related=tuple(
                Related(
                    _span(related),
                    related["message"],
                    None if related["filename"] == it["filename"] else related["filename"],
                )
                for related in it["related"]
            ),
            verdict=it["verdict"],
            evidence=it["evidence"],
            group="" if leader is None else _text_of(leader),
            stage=1 if leader is None or leader == place else 2,  # so that it leads again
            fix=None if fix is None else _fix(fix),
            layer=it.get("layer"),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"not a finding of a JSON report: {type(error).__name__}: {error}"
        ) from None


def _text_of(leader: Mapping[str, Any]) -> str:
    at = leader["location"]
    return f"{leader['code']}:{leader['cell'] or 0}:{at['row']}:{at['column']}"


def _span(it: Mapping[str, Any]) -> Span:
    start, end = (
        Position(it[key]["row"], it[key]["column"]) for key in ("location", "end_location")
    )
    return Span(start, end, it.get("cell"))


def _fix(it: Mapping[str, Any]) -> Fix:
    return Fix(
        Applicability[it["applicability"].upper()],
        it["message"] or "",
        tuple(Edit(_span(edit), edit["content"]) for edit in it["edits"]),
        it.get("reason") or "",
    )
