"""A text to lint, wherever it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kerlint.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell of a notebook.

    ``number`` counts all cells of the notebook from 1, as editors show them; ``first_row`` is the
    row of ``Source.text`` at which the cell begins (from 1), ``rows`` how many rows it takes.
    """

    number: int
    first_row: int
    rows: int


@dataclass(frozen=True, slots=True)
class Source:
    """A decoded Python text, without byte order mark, line ends as they were.

    ``path`` is what people are shown. ``cells`` is empty for a plain file; for a notebook ``text``
    is the code of its cells one after the other, as plain Python. There a row may begin further
    right in what the author wrote: ``column_offsets`` says by how many columns. ``as_written`` is
    the author's text, row for row, where it is not ``text``. ``layers`` says which rows are about
    which layer of a saved model, whose text kerlint has written itself; None for all other texts.
    """

    path: str
    text: str
    cells: tuple[Cell, ...] = ()
    column_offsets: Mapping[int, int] = field(default_factory=dict, hash=False)
    as_written: str | None = None
    layers: Mapping[int, str] | None = field(default=None, hash=False)

    @property
    def shown(self) -> str:
        """The text that people are shown: what its author wrote."""
        return self.text if self.as_written is None else self.as_written


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path that could not be turned into a ``Source``: one line says why.

    ``row`` and ``column`` are set when the trouble has a place in the text. ``valid``: nothing is
    wrong with the file, but kerlint cannot check it.
    """

    path: str
    reason: str
    row: int = 1
    column: int = 1
    valid: bool = False
