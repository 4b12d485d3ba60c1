"""Comments that suppress the findings that are there: new ones, or codes in those of the author."""

from __future__ import annotations

import ast
import errno
import os
import re
import warnings
from collections.abc import Iterable, Mapping

from kerlint.catalogue.codes import UNUSED_SUPPRESSION
from kerlint.diagnostics import Diagnostic, Edit, Position, Span
from kerlint.lazy_dataclass import dataclass
from kerlint.outcome import Outcome
from kerlint.repairs import write
from kerlint.repairs.apply import Refused, edited
from kerlint.run.suppressions import Suppression, joined_rows, place_of_codes, suppressions_in
from kerlint.sources.lines import split_lines
from kerlint.sources.read import is_model, to_source
from kerlint.sources.source import Cell, Source, Unreadable

Place = tuple[int | None, int]
"""A cell, or None in a plain file, and a row that counts in it."""


_IMPOSSIBLE = "a comment is not possible there"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """``data`` is the new content, ``findings`` are what its new comments suppress.

    ``left`` are the other findings, with a clause that says why they could not be suppressed.
    """

    data: bytes
    findings: tuple[Diagnostic, ...]
    left: tuple[tuple[Diagnostic, str], ...] = ()


def suppress(
    path: str, data: bytes, findings: Iterable[Diagnostic], reason: str = ""
) -> Suppressed:
    """Write a comment at the line of each finding in ``data``, the content of ``path``."""
    findings = tuple(findings)
    source = to_source(path, data)
    if isinstance(source, Unreadable):
        return Suppressed(data, (), tuple((each, "the file was not read") for each in findings))
    text = _Text(source, reason)
    wanted: dict[Place, list[Diagnostic]] = {}
    left: list[tuple[Diagnostic, str]] = []
    for finding in findings:
        place = text.place_for(finding)
        if isinstance(place, str):
            left.append((finding, place))
        else:
            wanted.setdefault(place, []).append(finding)
    edits = {
        place: text.edit(place, (each.code for each in here)) for place, here in wanted.items()
    }
    new, refused = _edited(path, data, edits)
    for place, why in refused.items():
        left += ((each, why) for each in wanted.pop(place))
        del edits[place]
    # Where kerlint takes something for a line that Python takes for a part of a string.
    wrong = _not_in_force(source, to_source(path, new), wanted)
    if wrong:
        for place in wrong:
            left += ((each, _IMPOSSIBLE) for each in wanted.pop(place))
            del edits[place]
        new, _ = _edited(path, data, edits)
    done = tuple(each for here in wanted.values() for each in here)
    return Suppressed(new, done, tuple(sorted(left, key=lambda each: each[0].sort_key)))


@dataclass(frozen=True, slots=True)
class SuppressedFiles:
    """The result for a run: ``stdin`` is the new standard input.

    ``problems`` are the files that could not be written, with the reason.
    """

    findings: tuple[Diagnostic, ...]
    left: tuple[tuple[Diagnostic, str], ...]
    problems: tuple[tuple[str, str], ...]
    stdin: bytes


def suppress_in_files(
    outcomes: Iterable[Outcome], reason: str, stdin: tuple[str, bytes] | None = None
) -> SuppressedFiles:
    """Write comments into the files of a run, and into ``stdin``, which has a name and content."""
    done: list[Diagnostic] = []
    left: list[tuple[Diagnostic, str]] = []
    problems: list[tuple[str, str]] = []
    new_stdin = b"" if stdin is None else stdin[1]
    for i, outcome in enumerate(outcomes):
        path = outcome.path
        if not outcome.diagnostics:
            continue
        if is_model(path):
            left += [(each, "a model has no comments") for each in outcome.diagnostics]
            continue
        if i == 0 and stdin is not None and stdin[0] == path:
            made = suppress(path, new_stdin, outcome.diagnostics, reason)
            new_stdin = made.data
        else:
            try:
                before = _content(path)
                made = suppress(path, before, outcome.diagnostics, reason)
                if made.data != before:
                    write.replace(path, made.data, before=before)
            except OSError as error:
                problems.append((path, error.strerror or str(error)))
                continue
        done += made.findings
        left += made.left
    return SuppressedFiles(tuple(done), tuple(left), tuple(problems), new_stdin)


def _content(path: str) -> bytes:
    if not os.path.isfile(path):  # to open a pipe could wait for ever
        raise OSError(errno.EINVAL, "it is not a regular file", path)
    with open(path, "rb") as file:
        return file.read()


def _edited(path: str, data: bytes, edits: Mapping[Place, Edit]) -> tuple[bytes, dict[Place, str]]:
    """The new content, and which edits are impossible, with the reason."""
    refused: dict[Place, str] = {}
    try:
        return edited(path, data, list(edits.values())), refused
    except Refused as error:
        if len(edits) == 1:
            return data, dict.fromkeys(edits, error.reason)
    for place, edit in edits.items():
        try:
            edited(path, data, [edit])
        except Refused as error:
            refused[place] = error.reason
    rest = [edit for place, edit in edits.items() if place not in refused]
    return edited(path, data, rest), refused


def _not_in_force(
    before: Source, after: Source | Unreadable, wanted: Mapping[Place, Iterable[Diagnostic]]
) -> list[Place]:
    """The places at which a new comment suppresses nothing, or is more than a comment."""
    if isinstance(after, Unreadable) or not _same_code(before, after):
        return list(wanted)
    there: dict[Place, list[Suppression]] = {}
    for each in suppressions_in(after):
        there.setdefault((each.span.cell, each.span.start.row), []).append(each)
    return [
        place
        for place, findings in wanted.items()
        if not all(any(c.covers(f) for c in there.get(place, ())) for f in findings)
    ]


def _same_code(before: Source, after: Source) -> bool:
    """Whether two texts are the same code. Of what Python cannot parse this is not known."""
    old, new = (_parts(source) for source in (before, after))
    return all(
        one == other or _parsed(one) in (None, _parsed(other)) for one, other in zip(old, new)
    )


def _parts(source: Source) -> list[str]:
    lines = split_lines(source.text)
    cells = source.cells or (Cell(0, 1, len(lines)),)
    return ["\n".join(lines[cell.first_row - 1 : cell.first_row - 1 + cell.rows]) for cell in cells]


def _parsed(code: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Text:
    """The lines of a text, what joins them, and the comments that are there already."""

    def __init__(self, source: Source, reason: str) -> None:
        self._reason = reason
        self._read = split_lines(source.text)
        self._shown = split_lines(source.shown)
        self._cells: dict[int | None, Cell] = {cell.number: cell for cell in source.cells}
        if not self._cells:
            self._cells[None] = Cell(0, 1, len(self._shown))
        self._joined: dict[int | None, set[int]] = {}
        self._own = {
            (each.span.cell, each.span.start.row): each
            for each in suppressions_in(source)
            if each.codes is not None and not (each.whole_file or each.is_noqa)
        }

    def place_for(self, finding: Diagnostic) -> Place | str:
        """Where the comment for a finding goes, or a clause that says why there is no such place.

        That is its first line, or where the string or the backslash at the end of that one lead.
        """
        if finding.code == UNUSED_SUPPRESSION.code:
            return "it is about a comment that suppresses nothing; --fix removes that"
        number, row = finding.span.cell, finding.span.start.row
        cell = self._cells.get(number)
        if cell is None or not finding.lines:
            return "it is not about a line"
        if not 1 <= row <= cell.rows or finding.lines.get(row) != self._line((number, row)):
            return "the file was changed in the meantime"
        if number not in self._joined:
            self._joined[number] = joined_rows(
                self._read[cell.first_row - 1 : cell.first_row - 1 + cell.rows]
            )
        while row in self._joined[number]:
            row += 1
        return (number, row) if row <= cell.rows else _IMPOSSIBLE

    def _line(self, place: Place) -> str:
        number, row = place
        return self._shown[self._cells[number].first_row + row - 2]

    def edit(self, place: Place, codes: Iterable[str]) -> Edit:
        """The edit that makes a comment at ``place`` suppress ``codes`` as well."""
        line = self._line(place)
        own = self._own.get(place)
        where = None if own is None else place_of_codes(line, own)
        if where is None:
            begin = len(line.rstrip())
            reason = f" {self._reason}" if self._reason else ""
            comment = f"# kerlint: ignore[{', '.join(sorted(set(codes)))}]{reason}"
            return _edit(place, begin, len(line), f"  {comment}" if begin else comment)
        begin, end = where
        listed = [word for word in re.split(r"[,\s]+", line[begin:end]) if word]
        known = {word.upper() for word in listed}
        merged = ", ".join(sorted([*listed, *(set(codes) - known)]))
        bracket = line.index("]", end) + 1
        note, mark, _ = line[bracket:].partition("#")
        if not self._reason or self._reason in note:
            return _edit(place, begin, end, merged)
        said = f"{note.rstrip()}; " if note.strip() else " "
        note_end = bracket + len(note)
        gap = "  " if mark else ""
        return _edit(
            place, begin, note_end, f"{merged}{line[end:bracket]}{said}{self._reason}{gap}"
        )


def _edit(place: Place, begin: int, end: int, content: str) -> Edit:
    number, row = place
    return Edit(Span(Position(row, begin + 1), Position(row, end + 1), number), content)
