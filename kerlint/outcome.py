"""What became of one file: plain data that travels between processes and into the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kerlint.diagnostics import Diagnostic, ModelReport, Span

if TYPE_CHECKING:
    from kerlint.execute.jobs import Job


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was checked, as numbers that add up over files.

    ``files`` were read, ``keras`` of them use Keras, ``ignored`` of these are skipped because of
    an ``ignore-file`` comment. ``models`` were found in the files that had to be parsed, and
    something about ``partial`` of them is unknown.
    """

    files: int = 0
    keras: int = 0
    ignored: int = 0
    models: int = 0
    partial: int = 0

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            self.files + other.files,
            self.keras + other.keras,
            self.ignored + other.ignored,
            self.models + other.models,
            self.partial + other.partial,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """``failed``: kerlint itself failed on the file, and a finding says so.

    ``models`` describe all models, only when they were asked for. ``dependencies`` are the
    absolute paths of other files that the findings depend on. ``jobs`` say by code and place what
    ``--execute`` is to try; empty without it.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    models: tuple[ModelReport, ...] = ()
    dependencies: tuple[str, ...] = ()
    failed: bool = False
    coverage: Coverage = Coverage()
    jobs: Mapping[tuple[str, Span], Job] = field(default_factory=dict)
