"""The programs that are mutated: the fixtures, and the programs that are silent or loud."""

from __future__ import annotations

import ast
import functools
import io
import json
import tokenize
import warnings
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parents[2]
FOLDERS = ("fixtures", "tests/programs/loud", "tests/programs/silent")


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the corpus; ``borders`` are the rows (from 0) between its statements.

    ``borders`` is empty for a program that Python does not parse.
    """

    name: str
    text: str
    borders: tuple[int, ...]

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)


@functools.cache
def programs() -> tuple[Program, ...]:
    found = []
    for folder in FOLDERS:
        for path in sorted(TOP.joinpath(folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "ignore-file" not in text:
                found.append(Program(str(path.relative_to(TOP)), text, borders_of(text)))
    return tuple(found)


@functools.cache
def parsed_programs() -> tuple[Program, ...]:
    """The programs that hostile text can be put into; what depends on the whole text is left out.

    A file without any import is taken for a pasted fragment, and any binding in it changes that.
    """
    return tuple(
        each
        for each in programs()
        if each.borders and "import" in each.text and "LEGACY" not in each.text
    )


@functools.cache
def notebooks() -> tuple[str, ...]:
    paths = [path for folder in FOLDERS for path in sorted(TOP.joinpath(folder).rglob("*.ipynb"))]
    return tuple(path.read_text(encoding="utf-8") for path in paths)


def borders_of(text: str) -> tuple[int, ...]:
    """The rows (from 0) before which a statement can be inserted at module level."""
    if "\r" in text or text.splitlines() != text.split("\n")[:-1]:
        return ()  # form feeds and their kin: rows are not what they seem
    tree = parsed(text)
    if tree is None or not tree.body or not text.endswith("\n"):
        return ()
    found = []
    end = 0
    for index, statement in enumerate(tree.body):
        decorators = getattr(statement, "decorator_list", ())
        first = min([statement.lineno, *(each.lineno for each in decorators)])
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        docstring = index == 0 and isinstance(statement, ast.Expr)
        if future:
            found.clear()
        elif first > end and not docstring:
            found.append(first - 1)
        end = statement.end_lineno or first
    return (*found, len(text.splitlines()))


def parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def tokens_of(text: str) -> list[str]:
    """The text in pieces, one for each token and each gap, which joined are the text again."""
    lines = [f"{line}\n" for line in text.split("\n")]  # other marks end no line here
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    pieces = []
    at = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.start[0] > len(lines):
                break
            first = starts[token.start[0] - 1] + token.start[1]
            last = starts[token.end[0] - 1] + token.end[1]
            if first > at:
                pieces.append(text[at:first])
            if last > max(at, first):
                pieces.append(text[max(at, first) : last])
            at = max(at, last)
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass
    if at < len(text):
        pieces.append(text[at:])
    return pieces


def is_closed(text: str) -> bool:
    """Whether no bracket, string or continuation of ``text`` reaches into what follows it."""
    if not text.endswith("\n") or text.endswith("\\\n") or "\f" in text or "\r" in text:
        return False
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.OP and token.string in "([{":
                depth += 1
            elif token.type == tokenize.OP and token.string in ")]}":
                depth -= 1
            elif token.type == tokenize.ERRORTOKEN and token.string in "\"'":
                return False
            if depth < 0:
                return False
    except (tokenize.TokenError, SyntaxError):
        return False
    return depth == 0


def cells_of(notebook: str) -> list[str]:
    """The code cells of a notebook of format 4; empty for any other."""
    cells = json.loads(notebook).get("cells")
    if not isinstance(cells, list):
        return []
    return ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
