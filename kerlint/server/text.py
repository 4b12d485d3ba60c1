"""The text of an open document: its edits, and places as clients and as kerlint count them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cached_property

from lsprotocol import types as lsp

from kerlint.diagnostics import Position, Span

_LINE_END = re.compile(r"\r\n|\r|\n")  # those of the protocol, which are Python's, too


class Text:
    """A text that does not change; an edit makes another one.

    ``encoding`` is what columns count for the client: units of UTF-8, UTF-16 or UTF-32.
    """

    def __init__(self, content: str, encoding: str = "utf-16") -> None:
        self.content = content
        self._encoding = encoding

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.content))]

    def line(self, row: int) -> str:
        """A line without its end; ``row`` counts from 1. Empty where there is none."""
        if not 1 <= row <= len(self._starts):
            return ""
        start = self._starts[row - 1]
        end = self._starts[row] if row < len(self._starts) else len(self.content)
        return self.content[start:end].rstrip("\r\n")

    def with_content(self, content: str) -> Text:
        return Text(content, self._encoding)

    # -- from the client --------------------------------------------------------------------------

    def edited(self, changes: Iterable[lsp.TextDocumentContentChangeEvent]) -> Text:
        """This text after ``changes``, which were made one after the other."""
        text = self
        for change in changes:
            content = change.text
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                start = text._offset(change.range.start)
                end = max(start, text._offset(change.range.end))
                content = text.content[:start] + content + text.content[end:]
            text = Text(content, self._encoding)
        return text

    def place(self, position: lsp.Position) -> Position:
        """A position of the client as kerlint counts it."""
        row = min(position.line + 1, len(self._starts))
        return Position(row, self._offset(position) - self._starts[row - 1] + 1)

    def _offset(self, position: lsp.Position) -> int:
        if position.line >= len(self._starts):
            return len(self.content)
        line = self.line(position.line + 1)
        return self._starts[position.line] + self._characters(line, position.character)

    def _characters(self, line: str, units: int) -> int:
        """How many characters at the start of ``line`` take so many units."""
        if line.isascii() or self._encoding == "utf-32":
            return min(max(units, 0), len(line))
        at = 0
        for count, character in enumerate(line):
            if at >= units:
                return count
            at += self._units(character)
        return len(line)

    # -- to the client ----------------------------------------------------------------------------

    def position(self, place: Position) -> lsp.Position:
        """A place of kerlint's as the client counts it."""
        if place.row > len(self._starts):
            return self._at(len(self.content))
        line = self.line(place.row)
        return lsp.Position(place.row - 1, self._units(line[: max(place.column - 1, 0)]))

    def range(self, span: Span) -> lsp.Range:
        """A span of kerlint's as the client counts it; it has at least one character to mark."""
        start, end = span.start, span.end
        if end <= start:
            end = Position(start.row, start.column + 1)
        return lsp.Range(self.position(start), self.position(end))

    def _at(self, offset: int) -> lsp.Position:
        row = bisect_right(self._starts, offset)
        line = self.content[self._starts[row - 1] : offset]
        return lsp.Position(row - 1, self._units(line))

    def _units(self, text: str) -> int:
        if text.isascii() or self._encoding == "utf-32":
            return len(text)
        if self._encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def edits_to(self, new: str) -> list[lsp.TextEdit]:
        """The edits that make this text ``new`` and leave alone what is the same in both."""
        old_lines, new_lines = _with_ends(self.content), _with_ends(new)
        offsets = [0]
        for line in old_lines:
            offsets.append(offsets[-1] + len(line))
        head = _common(old_lines, new_lines)
        tail = _common(old_lines[head:][::-1], new_lines[head:][::-1])
        before = old_lines[head : len(old_lines) - tail]
        after = new_lines[head : len(new_lines) - tail]
        edits = []
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for what, first, last, from_, to in matcher.get_opcodes():
            if what == "equal":
                continue
            old, content = "".join(before[first:last]), "".join(after[from_:to])
            same = _whole_words(old, _common(old, content))
            rest = old[same:][::-1]
            end = _whole_words(rest, _common(rest, content[same:][::-1]))
            start = offsets[head + first] + same
            # Nothing may come between the two characters of a line end.
            if self.content[start - 1 : start + 1] == "\r\n":
                start, same = start - 1, same - 1
            stop = offsets[head + first] + len(old) - end
            if self.content[stop - 1 : stop + 1] == "\r\n":
                stop, end = stop + 1, end - 1
            edits.append(
                lsp.TextEdit(
                    lsp.Range(self._at(start), self._at(stop)), content[same : len(content) - end]
                )
            )
        return edits


def _whole_words(text: str, count: int) -> int:
    """``count`` or less, so that no word is cut: people look at edits before they take them."""
    while 0 < count < len(text) and text[count - 1].isalnum() and text[count].isalnum():
        count -= 1
    return count


def _with_ends(text: str) -> list[str]:
    return [line for line in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text) if line]


def _common(one: list[str] | str, other: list[str] | str) -> int:
    """How many items two sequences have in common at their start."""
    count = 0
    for mine, its in zip(one, other):
        if mine != its:
            break
        count += 1
    return count
