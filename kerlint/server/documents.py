"""Open documents, files and notebooks, and what kerlint reads of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp
from pygls.uris import from_fs_path, to_fs_path

from kerlint.lazy_dataclass import dataclass
from kerlint.server.text import Text
from kerlint.sources.notebook import notebook_source
from kerlint.sources.read import encoding_of, is_notebook
from kerlint.sources.source import Source


@dataclass(frozen=True, slots=True)
class Part:
    """A text document of the client: a file, or the cell of a notebook with this number."""

    uri: str
    version: int | None
    text: Text
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An open document as it is at one moment. ``path`` and ``data`` are what kerlint reads."""

    path: str
    data: bytes
    parts: tuple[Part, ...]
    generation: int

    def part(self, cell: int | None) -> Part | None:
        """The document that findings in a cell are shown in; they may be about no cell at all."""
        for part in self.parts:
            if part.cell == cell:
                return part
        return self.parts[0] if self.parts and cell is None else None

    def named(self, uri: str) -> Part | None:
        """The document with a URI."""
        return next((part for part in self.parts if part.uri == uri), None)

    def changed(self, data: bytes) -> dict[str, list[lsp.TextEdit]]:
        """The edits that make ``data`` of this content, by document."""
        before, after = _contents(self.path, self.data), _contents(self.path, data)
        found = {}
        for part in self.parts:
            old, new = before.get(part.cell), after.get(part.cell)
            if old is None or new is None or old == new:
                continue
            if part.cell is not None and "\r\n" in part.text.content:
                # Cells are read with line feeds only.
                old, new = old.replace("\n", "\r\n"), new.replace("\n", "\r\n")
            if len(old) == len(part.text.content):
                found[part.uri] = part.text.with_content(old).edits_to(new)
        return found


def _contents(path: str, data: bytes) -> dict[int | None, str]:
    if not is_notebook(path):
        return {None: data.decode(encoding_of(data))}
    source = notebook_source(path, data)
    if not isinstance(source, Source):
        return {}
    rows = source.shown.split("\n")
    return {
        cell.number: "\n".join(rows[cell.first_row - 1 : cell.first_row - 1 + cell.rows])
        for cell in source.cells
    }


@dataclass(slots=True)
class Document:
    """An open file or notebook. ``generation`` counts its changes."""

    uri: str
    path: str
    generation: int = 0

    def touch(self) -> None:
        """Note that something has changed that findings depend on."""
        self.generation += 1

    def snapshot(self) -> Snapshot:
        raise NotImplementedError

    def uris(self) -> Iterator[str]:
        """The text documents that findings are shown in."""
        raise NotImplementedError


@dataclass(slots=True)
class File(Document):
    """An open text document."""

    text: Text = field(default_factory=lambda: Text(""))
    version: int | None = None

    def snapshot(self) -> Snapshot:
        part = Part(self.uri, self.version, self.text)
        return Snapshot(self.path, _encoded(self.text.content), (part,), self.generation)

    def uris(self) -> Iterator[str]:
        yield self.uri


@dataclass(slots=True)
class _Cell:
    """A cell of a notebook; ``language`` is that of its document."""

    uri: str
    is_code: bool
    language: str = ""


@dataclass(slots=True)
class Notebook(Document):
    """An open notebook. ``texts`` are the contents of its cells, ``versions`` their versions."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    cells: list[_Cell] = field(default_factory=list)
    texts: dict[str, Text] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)

    def snapshot(self) -> Snapshot:
        parts, cells = [], []
        for number, cell in enumerate(self.cells, 1):
            text = self.texts.get(cell.uri, Text(""))
            if cell.is_code:
                parts.append(Part(cell.uri, self.versions.get(cell.uri), text, number))
            kind = "code" if cell.is_code else "markdown"
            language = self.languages.get(cell.uri, "")
            cells.append(
                {
                    "cell_type": kind,
                    "metadata": {"vscode": {"languageId": language}} if language else {},
                    "source": text.content,
                }
            )
        whole = {"cells": cells, "metadata": dict(self.metadata), "nbformat": 4}
        data = json.dumps(whole, indent=1, ensure_ascii=False)
        return Snapshot(
            self.path, data.encode("utf-8", "surrogatepass"), tuple(parts), self.generation
        )

    def uris(self) -> Iterator[str]:
        yield from (cell.uri for cell in self.cells if cell.is_code)

    def put(self, item: lsp.TextDocumentItem, encoding: str) -> None:
        """Add the text of a cell."""
        self.texts[item.uri] = Text(item.text, encoding)
        self.versions[item.uri] = item.version
        self.languages[item.uri] = str(item.language_id)

    def arrange(self, start: int, deleted: int, cells: list[lsp.NotebookCell]) -> None:
        """Replace ``deleted`` cells from ``start`` on."""
        self.cells[start : start + deleted] = [
            _Cell(cell.document, cell.kind == lsp.NotebookCellKind.Code) for cell in cells
        ]


def _encoded(content: str) -> bytes:
    """The bytes of a file with this text, in the encoding that it declares, or else in UTF-8."""
    data = content.encode("utf-8", "surrogatepass")
    try:
        encoding = encoding_of(data)
        encoded = content.encode(encoding)
        return encoded if encoded.decode(encoding) == content else data
    except (LookupError, SyntaxError, ValueError):
        return data


def path_of(uri: str) -> str:
    """The path that a document goes by; one that was never saved gets the name of its tab."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    if path is not None:
        return os.path.abspath(path)
    return os.path.basename(unquote(urlsplit(uri).path)) or "untitled"


def uri_of(path: str) -> str:
    """The URI of a file."""
    return from_fs_path(path) or path
