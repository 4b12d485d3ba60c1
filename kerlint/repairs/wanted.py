"""What is asked of the planning, and what comes of it."""

from __future__ import annotations

from kerlint.diagnostics import Edit
from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import Change, SourceChange
from kerlint.program.model import Program


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed for one finding: for all evaluations of its place together."""

    program: Program
    changes: tuple[Change, ...]
    source_changes: tuple[SourceChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """The edits of one finding, in rows and columns of the text that was parsed."""

    edits: tuple[Edit, ...]
    message: str
