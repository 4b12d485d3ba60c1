"""Edits of a notebook in its JSON: of a changed cell the source is rewritten, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from kerlint.diagnostics import Edit
from kerlint.lazy_dataclass import dataclass
from kerlint.repairs.text import Change, Places, Refused, changes
from kerlint.sources.ipython import SOMETHING
from kerlint.sources.lines import split_lines
from kerlint.sources.notebook import NO_TEXT, notebook_source
from kerlint.sources.source import Cell, Source, Unreadable

_SPACE = re.compile(r"[ \t\n\r]*")
# One character of a JSON string as it is written there.
_WRITTEN = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_ESCAPED_LETTER = re.compile(r"(?<!\\)(?:\\\\)*\\u(?:00[89a-fA-F]|0[1-9a-fA-F]|[1-9a-fA-F])")
# Some libraries escape these, as JSON in a web page wants it.
_OF_THE_WEB = "<>&='"
_AFTER_BREAK = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_decoder = json.JSONDecoder()


def edited(path: str, data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the notebook ``data`` with ``edits`` applied."""
    source = notebook_source(path, data)
    if isinstance(source, Unreadable):
        raise Refused(f"the file {source.reason}")
    mark = data[: len(data) - len(data.removeprefix(b"\xef\xbb\xbf"))]
    text = data.decode("utf-8-sig")
    by_cell: dict[int | None, list[Edit]] = {}
    for edit in edits:
        by_cell.setdefault(edit.span.cell, []).append(edit)
    cells = {cell.number: cell for cell in source.cells}
    for number in by_cell:
        if number is None:
            raise Refused("the file is a notebook")
        if number not in cells:
            raise Refused(f"cell {number} is not a cell of Python code")
    document, reading = _Document(text), _Reading(source)
    parts, at = [], 0
    for number, value in sorted(document.sources.items(), key=lambda each: each[1].start):
        if number in by_cell:
            wanted = changes(value.code, by_cell[number])
            for change in wanted:
                reading.check(cells[number], value.code, change)
            if wanted:
                parts += [text[at : value.start], document.rewritten(value, wanted)]
                at = value.end
    return mark + "".join([*parts, text[at:]]).encode("utf-8")


class _Reading:
    """What kerlint has read of the cells, against what the author wrote."""

    def __init__(self, source: Source) -> None:
        self._offsets = source.column_offsets
        self._read = split_lines(source.text)
        self._written = split_lines(source.shown)

    def check(self, cell: Cell, code: str, change: Change) -> None:
        """Refuse a change of what kerlint has read in another way than the author wrote it."""
        content = change.content
        if "\ufffd" in content and NO_TEXT.search(code, change.start, change.end):
            raise Refused("it has characters that no Python text can have")
        places = Places(code)
        start, end = places.position(change.start), places.position(change.end)
        above = cell.first_row - 1
        several = start.row < end.row or len(split_lines(content)) > 1
        for row in range(start.row, end.row + 1):
            python, line = self._read[above + row - 1], self._written[above + row - 1]
            if python == line:
                continue
            first = start.column - 1 if row == start.row else 0
            last = end.column - 1 if row == end.row else len(line)
            shift = self._offsets.get(above + row, 0)
            if last == 0 and not shift and _is_line_magic(python, line):
                # Whole lines may come or go above it.
                if content[-1:] in ("\n", "\r") if content else start.column == 1:
                    continue
            begin, stop = _columns_as_written(python, line, shift)
            if several or not begin <= first <= last <= stop:
                raise Refused(f"line {row} of cell {cell.number} is not plain Python")


def _is_line_magic(python: str, line: str) -> bool:
    """Whether a line is a magic or a shell command that does nothing kerlint knows of."""
    return python.strip() == "pass" and not line.lstrip().startswith("%%")


def _columns_as_written(python: str, line: str, shift: int) -> tuple[int, int]:
    """The columns of a line, from 0, between which kerlint has read what is written there."""
    begin = shift + len(python) - len(python.lstrip())  # what is before may be a magic
    same = python.lstrip()
    if same != line[max(begin, 0) :]:
        same = same.removesuffix(SOMETHING) if same.endswith(SOMETHING) else ""
    if shift < 0 or not same or not line.startswith(same, begin):
        return len(line) + 1, -1
    return begin, begin + len(same)


def _lines(code: str) -> list[str]:
    """The lines of a cell with their ends, as the list in a notebook has them."""
    return [line for line in _AFTER_BREAK.split(code) if line]


@dataclass(frozen=True, slots=True)
class _Value:
    """The source of a cell in the JSON: where it is, and what it is made of.

    ``strings`` are the places of its strings, without quotes, and the texts that they stand for.
    """

    start: int
    end: int
    is_list: bool
    strings: tuple[tuple[int, int, str], ...]

    @property
    def code(self) -> str:
        return "".join(string for _, _, string in self.strings)


class _Document:
    """The JSON of a notebook that has been read before, so that it is known to be right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.sources = dict(self._sources())
        """The sources of the cells by their number. Cells without one are left out."""

    def rewritten(self, value: _Value, wanted: Sequence[Change]) -> str:
        """The JSON of a source with changes that are in order and apart."""
        code = value.code
        tokens = [
            token
            for start, end, _ in value.strings
            for token in _WRITTEN.findall(self._text, start, end)
        ]
        assert len(tokens) == len(code)
        forms = dict(zip(code, tokens))
        # Of the strings in the code, with what is between each and the one before.
        starts: dict[int, str] = {}
        at = 0
        for i, (start, _, string) in enumerate(value.strings):
            before = value.strings[i - 1][1] + 1 if i else value.start + 1
            starts.setdefault(at, self._text[before : start - 1])
            at += len(string)
        new: list[str] = []
        text: list[str] = []
        kept: dict[int, int] = {}  # where the strings start in the new code → in the old one
        at = 0
        for change in (*wanted, Change(len(code), len(code), "")):
            kept.update(
                (start - at + len(new), start) for start in starts if at <= start < change.start
            )
            new += tokens[at : change.start]
            text += code[at : change.start]
            new += (forms.get(each) or self._form(each) for each in change.content)
            text += change.content
            at = change.end
        if not value.is_list:
            return '"' + "".join(new) + '"'
        if [string for *_, string in value.strings] == _lines(code):
            begins = [0, *accumulate(map(len, _lines("".join(text))[:-1]))]
        else:
            begins = sorted({0, *kept})
        return self._list(value, new, begins, {b: starts[kept[b]] for b in begins if b in kept})

    def _list(self, value: _Value, new: list[str], begins: list[int], gaps: dict[int, str]) -> str:
        """A list of strings that begin at ``begins``; ``gaps`` is what was before some of them."""
        if not new:
            return "[]"
        first, between, last = self._layout(value)
        out = []
        for i, begin in enumerate(begins):
            end = begins[i + 1] if i + 1 < len(begins) else len(new)
            gap = gaps.get(begin, between)
            if (i == 0) == ("," in gap):  # it was the first, or has become it
                gap = between if i else first
            out += [gap, '"', *new[begin:end], '"']
        return "[" + "".join(out) + last + "]"

    def _layout(self, value: _Value) -> tuple[str, str, str]:
        """What is before the first string of a list, between two, and after the last."""
        if len(value.strings) > 1:
            return self._layout_of(value)
        others = [each for each in self.sources.values() if each.is_list and each.strings]
        model = next((each for each in others if len(each.strings) > 1), None)
        if model is None:
            model = next(iter(others), value)
        first, between, last = self._layout_of(model)
        if value.strings:
            first, _, last = self._layout_of(value)
        return first, between, last

    def _layout_of(self, value: _Value) -> tuple[str, str, str]:
        strings = value.strings
        if not strings:
            return "", ", ", ""
        first = self._text[value.start + 1 : strings[0][0] - 1]
        last = self._text[strings[-1][1] + 1 : value.end - 1]
        if len(strings) == 1:
            return first, "," + (first or " "), last
        return first, self._text[strings[0][1] + 1 : strings[1][0] - 1], last

    def _form(self, character: str) -> str:
        """How this file writes a character."""
        if character in _OF_THE_WEB and character in self._escaped_for_the_web:
            return f"\\u{ord(character):04x}"
        return json.dumps(character, ensure_ascii=self._is_ascii)[1:-1]

    @cached_property
    def _is_ascii(self) -> bool:
        return self._text.isascii() and _ESCAPED_LETTER.search(self._text) is not None

    @cached_property
    def _escaped_for_the_web(self) -> str:
        return "".join(
            each
            for each in _OF_THE_WEB
            if re.search(rf"(?<!\\)(?:\\\\)*\\u{ord(each):04x}", self._text, re.IGNORECASE)
        )

    # --- where the sources are -------------------------------------------------------------------

    def _sources(self) -> Iterator[tuple[int, _Value]]:
        members = self._members(self._skip(0))
        number = 0
        for cells in self._lists_of_cells(members):
            for cell in self._items(cells):
                number += 1
                fields = self._members(cell)
                at = fields.get("source", fields.get("input"))
                value = None if at is None else self._value(at)
                if value is not None:
                    yield number, value

    def _lists_of_cells(self, members: dict[str, int]) -> Iterator[int]:
        if "cells" in members and self._text[members["cells"]] == "[":
            yield members["cells"]
            return
        for sheet in self._items(members["worksheets"]):
            if self._text[sheet] == "{":
                cells = self._members(sheet).get("cells")
                if cells is not None and self._text[cells] == "[":
                    yield cells

    def _value(self, at: int) -> _Value | None:
        if self._text[at] == '"':
            value, end = _decoder.raw_decode(self._text, at)
            return _Value(at, end, False, ((at + 1, end - 1, value),))
        if self._text[at] != "[":
            return None
        strings = []
        for item in self._items(at):
            value, end = _decoder.raw_decode(self._text, item)
            if not isinstance(value, str):
                return None
            strings.append((item + 1, end - 1, value))
        end = self._skip(strings[-1][1] + 1 if strings else at + 1) + 1
        return _Value(at, end, True, tuple(strings))

    def _members(self, at: int) -> dict[str, int]:
        """Where the values of an object begin, by their keys. Of equal keys the last counts."""
        members: dict[str, int] = {}
        at = self._skip(at + 1)
        while self._text[at] != "}":
            key, at = _decoder.raw_decode(self._text, at)
            members[key] = at = self._skip(self._skip(at) + 1)
            at = self._next(at)
        return members

    def _items(self, at: int) -> Iterator[int]:
        """Where the items of a list begin."""
        at = self._skip(at + 1)
        while self._text[at] != "]":
            yield at
            at = self._next(at)

    def _next(self, at: int) -> int:
        """Where the item or key after a value begins, or the bracket that ends them all."""
        _, at = _decoder.raw_decode(self._text, at)
        at = self._skip(at)
        return self._skip(at + 1) if self._text[at] == "," else at

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        assert match is not None
        return match.end()
