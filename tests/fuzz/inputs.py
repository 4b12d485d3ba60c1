"""What kerlint is given: one text (or notebook, settings, arguments) and what it must keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

CELL = "# %%\n"  # separates the cells of a notebook that is made from text

# How a text is handed to kerlint; see checks.py.
PYTHON, NOTEBOOK, RAW_NOTEBOOK = "python", "notebook", "raw notebook"
SETTINGS, IGNORES, ARGUMENTS, PROJECT = "settings", "ignores", "arguments", "project"

# Which findings of the untouched text must be found again.
NOTHING, ALL, STATELESS = "nothing", "all", "stateless"


@dataclass(frozen=True, slots=True)
class Input:
    """``hostile`` text between the untouched ``head`` and ``tail``.

    ``keeps``: of the findings of ``head + tail`` all must be found again, or those that concern
    only a name or a call, or none. With ``changes_columns`` only rows are compared. ``line_end``
    and ``mark`` (a byte order mark) are applied to the whole text. ``settings`` are those of
    ``kerlint.lint_source``. Characters of ``hostile`` may be bytes that are not UTF-8, as Python's
    ``surrogateescape`` writes them.
    """

    mutator: str
    head: str = ""
    hostile: str = ""
    tail: str = ""
    form: str = PYTHON
    keeps: str = NOTHING
    changes_columns: bool = False
    line_end: str = "\n"
    mark: bool = False
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def untouched(self) -> str:
        return self.head + self.tail

    @property
    def inserted(self) -> str:
        """What is in the text itself; in a project, another file comes after a NUL."""
        return self.hostile.partition("\0")[0] if self.form == PROJECT else self.hostile

    @property
    def other_file(self) -> bytes:
        return _encoded(PYTHON, self.hostile.partition("\0")[2])

    @property
    def data(self) -> bytes:
        return self._encoded(self.head + self.inserted + self.tail)

    @property
    def untouched_data(self) -> bytes:
        return _encoded(self.form, self.untouched)

    def _encoded(self, text: str) -> bytes:
        if self.line_end != "\n":
            text = text.replace("\n", self.line_end)
        data = _encoded(self.form, text)
        return b"\xef\xbb\xbf" + data if self.mark else data

    @property
    def file_name(self) -> str:
        return "input.ipynb" if self.form in (NOTEBOOK, RAW_NOTEBOOK) else "input.py"

    def moved(self, row: int, cell: int | None) -> tuple[int, int | None]:
        """Where a place of the untouched text is in the whole text."""
        if self.form == NOTEBOOK:
            assert cell is not None
            above = self.head.count(CELL)
            return row, cell + (self.hostile.count(CELL) if cell > above else 0)
        above = self.head.count("\n")
        return row + (self.inserted.count("\n") if row > above else 0), cell

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def _encoded(form: str, text: str) -> bytes:
    if form == NOTEBOOK:
        cells = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell}
            for cell in text.split(CELL)[:-1]
        ]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()
    return text.encode("utf-8", "surrogateescape")
