"""Findings that are about one mistake: which of them leads, and which follow."""

from __future__ import annotations

from collections.abc import Iterable

from kerlint.diagnostics import Diagnostic


def by_leader(findings: Iterable[Diagnostic]) -> list[tuple[Diagnostic, ...]]:
    """The findings in groups, each with its leader first, in the order of their first findings.

    What breaks the training first leads: an error before a warning, what raises before what only
    learns badly, and a wrong metric last. A finding that an experiment refuted never leads others.
    A finding about a mistake that no other one is about is alone.
    """
    groups: dict[object, list[Diagnostic]] = {}
    for index, finding in enumerate(findings):
        key = (finding.path, finding.group) if finding.group else index
        groups.setdefault(key, []).append(finding)
    return [tuple(sorted(group, key=_rank)) for group in groups.values()]


def leaders(findings: Iterable[Diagnostic]) -> dict[int, Diagnostic]:
    """The leader of each finding that is not alone, by the ``id`` of the finding."""
    return {
        id(finding): group[0]
        for group in by_leader(findings)
        if len(group) > 1
        for finding in group
    }


def _rank(finding: Diagnostic) -> tuple[object, ...]:
    return (finding.verdict == "refuted", -finding.severity, finding.stage, *finding.sort_key[1:])
