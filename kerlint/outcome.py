"""The result for one file: plain data that travels between processes and into the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from operator import attrgetter
from typing import TYPE_CHECKING

from kerlint.diagnostics import Diagnostic, ModelReport, Span
from kerlint.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from kerlint.execute.jobs import Job
    from kerlint.run.layer_reports import LayerReport


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was checked, as numbers that add up over files.

    ``files`` were read and ``unread`` could not be. ``keras`` of those read use Keras; of these
    ``ignored`` are skipped because of an ``ignore-file`` comment and ``parsed`` had to be parsed,
    the others being free of what the selected rules look for. ``models`` were found in the parsed
    ones, and something about ``partial`` of them is unknown; ``statements`` there were left out
    because they do not parse or are too much for kerlint.
    """

    files: int = 0
    unread: int = 0
    keras: int = 0
    ignored: int = 0
    parsed: int = 0
    models: int = 0
    partial: int = 0
    statements: int = 0

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(*map(int.__add__, numbers_of(self), numbers_of(other)))


# astuple() copies deeply
numbers_of: Callable[[Coverage], tuple[int, ...]] = attrgetter(*Coverage.__match_args__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``failed``: kerlint itself failed on the file, and a finding says so.

    ``models`` describe all models, only when they were asked for. ``dependencies`` are the
    absolute paths of other files that the findings depend on. ``jobs`` say by code and place what
    ``--execute`` is to try; empty without it. ``digest`` is that of the file's bytes, empty when
    it is not known. ``known`` are findings that a baseline keeps quiet. ``layers`` describe all
    layers, only when they were asked for.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    models: tuple[ModelReport, ...] = ()
    dependencies: tuple[str, ...] = ()
    failed: bool = False
    coverage: Coverage = Coverage()
    jobs: Mapping[tuple[str, Span], Job] = field(default_factory=dict)
    digest: str = ""
    known: tuple[Diagnostic, ...] = ()
    layers: tuple[LayerReport, ...] = ()
