"""Python files and notebooks as texts that can be edited in place."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cell:
    number: int | None  # as kerlint counts: all cells of the notebook, from 1; None in a script
    first: int  # index of its first line in Doc.lines
    count: int


@dataclass
class Doc:
    """A script, or the code cells of a notebook one after the other."""

    repo: str
    rel: str
    path: Path
    cells: list[Cell]
    lines: list[str]  # as written
    tree: ast.Module  # of the lines with magics blanked
    broken: bool  # a cell could not be parsed and is blank in the tree
    notebook: dict | None

    @property
    def family(self) -> str:
        """Editions and forks of one program have the same name."""
        return Path(self.rel).stem.lower().replace("-", "_")

    def place(self, line: int) -> tuple[int | None, int]:
        """1-based line of the tree -> (cell, 1-based row in the cell)."""
        for cell in self.cells:
            if cell.first < line <= cell.first + cell.count:
                return cell.number, line - cell.first
        raise ValueError(line)


_MAGIC = re.compile(r"^(\s*)(?:[%!?]|\w[\w.]*\?{1,2}\s*$|[\w, ]+=\s*[!%]).*$")
_RUNS_BODY = ("%%time", "%%timeit", "%%capture", "%%prun", "%%wandb")


def parses(lines: list[str]) -> bool:
    try:
        ast.parse("\n".join(lines) + "\n")
        return True
    except (SyntaxError, ValueError):
        return False


def python_of(lines: list[str]) -> list[str] | None:
    """The lines of a cell as plain Python, row for row; None when it is not Python."""
    if parses(lines):
        return lines
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        if not lines[first].startswith(_RUNS_BODY):
            return [""] * len(lines)
        lines = [*lines[:first], "", *lines[first + 1 :]]
    plain = [_MAGIC.sub(r"\1pass", line) for line in lines]
    return plain if parses(plain) else None


def load(root: Path, repo: str, rel: str) -> Doc | None:
    path = root / repo / rel
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    if path.suffix == ".py":
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        try:
            tree = ast.parse("\n".join(lines))
        except (SyntaxError, ValueError):
            return None
        return Doc(repo, rel, path, [Cell(None, 0, len(lines))], lines, tree, False, None)
    try:
        notebook = json.loads(text)
        found = notebook["cells"]
    except (ValueError, KeyError, TypeError):
        return None
    cells, written, python, broken = [], [], [], False
    for number, cell in enumerate(found, 1):
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        source = "".join(source) if isinstance(source, list) else source
        rows = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        plain = python_of(rows)
        if plain is None:
            plain, broken = [""] * len(rows), True
        cells.append(Cell(number, len(written), len(rows)))
        written += rows
        python += plain
    try:
        tree = ast.parse("\n".join(python) + "\n")
    except (SyntaxError, ValueError):
        return None
    return Doc(repo, rel, path, cells, written, tree, broken, notebook)


@dataclass(frozen=True)
class Edit:
    """Replace what lies between two places (1-based line, 0-based column in characters)."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    silent: bool = False  # not a place where a finding is expected: an import that the edit needs


@dataclass
class Place:
    cell: int | None
    first: int
    last: int


def apply(doc: Doc, edits: Iterable[Edit]) -> tuple[bytes, list[Place], list[Place], list[str]]:
    """The mutant, the edited places in the original and in the mutant, and a diff to read."""
    by_cell: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_cell[_cell_index(doc, edit.start[0])].append(edit)
    before: list[Place] = []
    after: list[Place] = []
    shown: list[str] = []
    texts: dict[int, str] = {}
    for index, group in by_cell.items():
        cell = doc.cells[index]
        rows = doc.lines[cell.first : cell.first + cell.count]
        text = "\n".join(rows)
        starts = [0]
        for row in rows:
            starts.append(starts[-1] + len(row) + 1)
        out, position = "", 0
        for edit in sorted(group, key=lambda e: (e.start, e.end)):
            begin = starts[edit.start[0] - 1 - cell.first] + edit.start[1]
            end = starts[edit.end[0] - 1 - cell.first] + edit.end[1]
            if begin < position or end < begin:
                raise ValueError("edits overlap")
            out += text[position:begin]
            first = out.count("\n") + 1
            out += edit.text
            last = out.count("\n") + 1
            if edit.text.endswith("\n"):
                last -= 1
            position = end
            if not edit.silent:
                lead = len(edit.text) - len(edit.text.lstrip("\n"))
                after.append(Place(cell.number, min(first + lead, last), last))
                row = edit.start[0] - cell.first
                before.append(Place(cell.number, row, edit.end[0] - cell.first))
        out += text[position:]
        texts[index] = out
        where = f"cell {cell.number}: " if cell.number is not None else ""
        shown += _diff(rows, out.split("\n"), where)
    if doc.notebook is None:
        return texts[0].encode(), before, after, shown
    return notebook_bytes(doc, texts), before, after, shown


def _cell_index(doc: Doc, line: int) -> int:
    for index, cell in enumerate(doc.cells):
        if cell.first < line <= cell.first + cell.count:
            return index
    raise ValueError(line)


def notebook_bytes(doc: Doc, texts: dict[int, str]) -> bytes:
    """The notebook without outputs, with some cells replaced."""
    assert doc.notebook is not None
    by_number = {doc.cells[index].number: text for index, text in texts.items()}
    cells = []
    for number, cell in enumerate(doc.notebook["cells"], 1):
        kept = {key: value for key, value in cell.items() if key not in ("outputs", "attachments")}
        if cell.get("cell_type") == "code":
            kept["outputs"] = []
        else:
            kept["source"] = ""
        if number in by_number:
            kept["source"] = by_number[number].splitlines(keepends=True)
        cells.append(kept)
    return json.dumps({**doc.notebook, "cells": cells}, indent=1).encode()


def original_bytes(doc: Doc) -> bytes:
    if doc.notebook is not None:
        return notebook_bytes(doc, {})
    return "\n".join(doc.lines).encode()


def _diff(old: list[str], new: list[str], where: str) -> list[str]:
    import difflib

    shown = []
    for line in difflib.unified_diff(old, new, lineterm="", n=0):
        if line.startswith(("---", "+++")):
            continue
        if line.startswith("@@"):
            row = re.match(r"@@ -(\d+)", line)
            shown.append(f"@ {where}row {row[1] if row else '?'}")
        else:
            shown.append(line)
    return shown
