"""A notebook → one ``Source``: the code of its cells, one program in the order of the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from kerlint.sources.ipython import is_python, to_python
from kerlint.sources.lines import place_of_byte
from kerlint.sources.source import Cell, Source, Unreadable

# What a JSON string can hold and Python code cannot; where it matters, the cell has a syntax error.
NO_TEXT = re.compile("[\0\ud800-\udfff]")


def notebook_source(path: str, data: bytes) -> Source | Unreadable:
    """Read a notebook of any format version; one that is not in Python becomes an empty text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = place_of_byte(data, error.start)
        return _no_notebook(path, f"byte {error.start} is not valid UTF-8", *place)
    if not text.strip():
        return Source(path, "")
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        return _no_notebook(path, f"it is not valid JSON ({error.msg})", error.lineno, error.colno)
    except (ValueError, RecursionError):  # endless digits, endless brackets
        return _no_notebook(path, "its JSON is nested too deeply or contains too long a number")
    if not isinstance(notebook, dict):
        return _no_notebook(path, "its JSON is not an object")
    cells = _cells(notebook)
    if cells is None:
        return _no_notebook(path, "it has no list of cells")
    if not _is_python(notebook.get("metadata")):
        return Source(path, "")
    return _source(path, cells)


def _no_notebook(path: str, reason: str, row: int = 1, column: int = 1) -> Unreadable:
    return Unreadable(path, f"could not be read as a notebook: {reason}", row, column)


def _cells(notebook: dict[str, Any]) -> list[Any] | None:
    """All cells; before format 4 they were in worksheets."""
    cells = notebook.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    found: list[Any] = []
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if isinstance(cells, list):
            found += cells
    return found


def _is_python(metadata: object) -> bool:
    """Whether the notebook declares Python as its language, or none."""
    if not isinstance(metadata, dict):
        return True
    said = []
    for part, word in (("kernelspec", "language"), ("language_info", "name")):
        inner = metadata.get(part)
        language = inner.get(word) if isinstance(inner, dict) else None
        if isinstance(language, str) and language:
            said.append(language)
    return not said or any(map(_names_python, said))


def _names_python(language: object) -> bool:
    return isinstance(language, str) and language.lower().startswith(("python", "ipython"))


def _source(path: str, cells: list[Any]) -> Source | Unreadable:
    codes: list[tuple[int, str]] = []
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict):
            return _no_notebook(path, f"cell {number} is not a JSON object")
        if cell.get("cell_type") != "code" or not _in_python(cell):
            continue
        code = cell.get("source", cell.get("input"))
        if isinstance(code, list) and all(isinstance(line, str) for line in code):
            code = "".join(code)
        if not isinstance(code, str):
            return _no_notebook(path, f"the source of cell {number} is not text")
        codes.append((number, code))
    return source_of_cells(path, codes)


def source_of_cells(path: str, cells: Iterable[tuple[int, str]]) -> Source:
    """The numbered cells, in order, as one program."""
    python: list[str] = []
    written: list[str] = []
    column_offsets: dict[int, int] = {}
    kept: list[Cell] = []
    for number, code in cells:
        # So that rows are what editors show, whatever wrote the notebook.
        if "\r" in code:
            code = code.replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in code or not code.isascii():
            code = NO_TEXT.sub("\ufffd", code)
        rows = code.split("\n")
        kept.append(Cell(number, len(python) + 1, len(rows)))
        written += rows
        if is_python(code):
            python += rows
            continue
        lines = to_python(code)
        column_offsets.update(
            (len(python) + i, line.shift) for i, line in enumerate(lines, 1) if line.shift
        )
        python += [line.text for line in lines]
    text = "".join(f"{line}\n" for line in python)
    same = python == written
    return Source(
        path,
        text,
        tuple(kept),
        column_offsets=column_offsets,
        as_written=text if same else "".join(f"{line}\n" for line in written),
    )


def _in_python(cell: dict[str, Any]) -> bool:
    """Some formats and editors let a cell have a language of its own."""
    metadata = cell.get("metadata")
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = editor.get("languageId") if isinstance(editor, dict) else None
    return all(said is None or _names_python(said) for said in (cell.get("language"), language))
