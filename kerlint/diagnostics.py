"""What is reported: plain data that every output format, the cache and the editors share."""

from __future__ import annotations

import enum
from dataclasses import field
from typing import TYPE_CHECKING

from kerlint.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from typing import Any

    from kerlint.measured import Measured


class Severity(enum.IntEnum):
    """How bad a finding is; ordered, so that ``--fail-on`` is a comparison."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The lower-case word used on the command line, in settings and in JSON."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.name.lower()

    def __format__(self, form: str) -> str:
        return format(self.name.lower(), form)

    @classmethod
    def parse(cls, word: str) -> Severity:
        """Return the severity named by ``word``; raises ``ValueError`` for any other word."""
        try:
            return cls[word.upper()]
        except KeyError:
            raise ValueError(f"not a severity: {word!r} (use error, warning or info)") from None


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text: ``row`` and ``column`` count from 1, columns in characters."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` up to but not including ``end``.

    ``cell`` is the 1-based number of the notebook cell, and the rows then count in that cell;
    None in a plain file.
    """

    start: Position
    end: Position
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that takes part in a finding, with the words to put under it.

    ``line`` is the physical line at ``span.start``, so that a place in another cell or file can be
    shown too; None when the file could not be read again.
    """

    span: Span
    message: str
    path: str | None = None  # None: the file of the finding itself
    line: str | None = None


class Applicability(enum.IntEnum):
    """Whether a fix may be applied without being looked at; ordered by how freely."""

    DISPLAY = 1  # shown only: something in it is for a person to decide
    UNSAFE = 2  # right in all likelihood, but the program then does something else
    SAFE = 3  # the program does the same, or what it can only have meant

    @property
    def label(self) -> str:
        """The lower-case word used in JSON."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.name.lower()

    def __format__(self, form: str) -> str:
        return format(self.name.lower(), form)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of ``span`` with ``content``; an insertion has an empty span.

    The span counts as that of a finding: in a notebook, rows count in the cell.
    """

    span: Span
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How the source of a finding is mended: edits of its file that belong together.

    ``message`` is an imperative ("Replace `lr` with `learning_rate`"). ``why`` says why the fix is
    not safe, in a clause that can follow "unsafe:"; empty for a safe one. Edits do not overlap, and
    are in the order of the text. A fix for display without edits describes what to do.
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    why: str = ""


MIGRATION = "migration"
"""The group of findings about code that is written for an older Keras."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding as people and programs see it.

    ``message`` is one line and stands alone. ``label`` goes under the caret in a code frame,
    ``help`` says what to do. ``lines`` holds the physical lines (row -> text, no line end) that a
    code frame needs, so that a cached result can be shown without reading the file again; rows
    count as in ``span``; lines of related places are there too when they are in the same cell.
    ``group`` is the same text for findings of one file that are about one mistake, and ``stage``
    orders them by when they show (see ``rules/groups.py``). ``fix`` is None where no repair is
    known. ``measured`` is what can be drawn of the evidence, if a report was to show it.
    ``layer`` is the layer of a saved model that it is about, empty when it is about the whole
    model; rows then count in the text that ``kerlint show`` prints. It is None in code.
    """

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    span: Span
    label: str = ""
    help: str = ""
    related: tuple[Related, ...] = ()
    verdict: str | None = None
    evidence: str | None = None
    group: str = ""
    stage: int = 1
    fix: Fix | None = None
    lines: dict[int, str] = field(default_factory=dict, compare=False)
    measured: Measured | None = field(default=None, compare=False)
    layer: str | None = None

    @property
    def sort_key(self) -> tuple[str, int, Position, str]:
        return (self.path, self.span.cell or 0, self.span.start, self.code)

    def __str__(self) -> str:
        """The line of ``--output-format concise``."""
        from kerlint.shown import line_of

        return line_of(self)

    def to_dict(self) -> dict[str, Any]:
        """The object of ``--output-format json``.

        ``group`` is None: which finding leads depends on the others, see ``Findings.to_dicts``.
        """
        from kerlint.plain import as_json

        return as_json(self)


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What the reader understood of one model: complete, or what it did not understand.

    ``span`` is where the model is built; ``unknown`` pairs a reason with its place (None when it
    has none). Empty ``unknown``: all layers, their order and connections and each argument are
    known.
    """

    span: Span
    description: str
    unknown: tuple[tuple[str, Span | None], ...] = ()

    @property
    def complete(self) -> bool:
        return not self.unknown
