"""What became of one file: plain data that travels between processes and into the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kerlint.diagnostics import Diagnostic, ModelReport, Span

if TYPE_CHECKING:
    from kerlint.execute.jobs import Job


@dataclass(frozen=True, slots=True)
class Outcome:
    """``failed``: kerlint itself broke down on the file, and a finding says so.

    ``dependencies`` are the absolute paths of other files whose content the findings rest on.
    ``jobs`` say by code and place what ``--execute`` is to try; empty without it.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    models: tuple[ModelReport, ...] = ()
    dependencies: tuple[str, ...] = ()
    failed: bool = False
    jobs: Mapping[tuple[str, Span], Job] = field(default_factory=dict)
