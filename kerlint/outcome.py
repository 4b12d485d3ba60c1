"""What became of one file: plain data that travels between processes and into the cache."""

from __future__ import annotations

from dataclasses import dataclass

from kerlint.diagnostics import Diagnostic, ModelReport


@dataclass(frozen=True, slots=True)
class Outcome:
    """``failed``: kerlint itself broke down on the file, and a finding says so.

    ``dependencies`` are the absolute paths of other files whose content the findings rest on.
    """

    path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    models: tuple[ModelReport, ...] = ()
    dependencies: tuple[str, ...] = ()
    failed: bool = False
