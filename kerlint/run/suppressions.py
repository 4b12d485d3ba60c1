"""Suppression comments: which findings they silence, and which of them silence nothing (KER013)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from kerlint.catalogue.codes import UNUSED_SUPPRESSION, catalogue
from kerlint.catalogue.entry import Entry
from kerlint.config.settings import Settings, nearest, specificity
from kerlint.diagnostics import Applicability, Diagnostic, Edit, Fix, Position, Span
from kerlint.lazy_dataclass import dataclass
from kerlint.sources.lines import split_lines
from kerlint.sources.source import Cell, Source

# kerlint's own forms, with codes or without, and the noqa of flake8.
_COMMENT = re.compile(
    r"""\#\s*(?:
        kerlint:\s*(?P<word>ignore-file|ignore)\b(?!-)(?:\s*\[(?P<codes>[^\[\]]*)\])?
      | (?P<noqa>noqa)\b(?:\s*:\s*(?P<noqa_codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# What may come before a suppression in one comment: other pragmas, as in "# type: ignore".
_PRAGMAS = re.compile(r"(?:#\s*[\w.-]+\s*:\s*[\w.,=-]+\s*(?:\[[^\[\]]*\]\s*)?)*")
# Comments and strings. A string that is not closed ends with its line, or in triple quotes with
# the text. Python's own tokenizer takes ten times as long, and stops at what is not Python.
_LEXEMES = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | \"{3}(?:[^\\"]+|\\(?:.|\Z)|\"(?!\"\"))*(?:\"{3}|\Z)
      | '{3}(?:[^\\']+|\\(?:.|\Z)|'(?!''))*(?:'{3}|\Z)
      | "(?:[^"\\\n]+|\\.)*"?
      | '(?:[^'\\\n]+|\\.)*'?""",
    re.VERBOSE | re.DOTALL,
)
# Cheap enough for every file that is read; nothing else here runs where it does not match.
_HINT = re.compile(rb"#\s*(?:kerlint\s*:|noqa)", re.IGNORECASE)
# Without findings, a bare noqa is other linters' business.
_OWN = re.compile(rb"#\s*(?:(kerlint)\s*:|noqa)", re.IGNORECASE)
_LINE_END = re.compile(rb"[\r\n]|\Z")
_CODE = re.compile(rb"KER", re.IGNORECASE)
_MAX_SUGGESTIONS = 3  # in one message, for codes that do not exist


@dataclass(frozen=True, slots=True)
class Suppression:
    """One suppression comment. ``codes`` is None when it silences everything.

    Rows count as in findings. ``in_prose`` says that other words come before it on a line of its
    own, as in code that is commented out: such a comment is not reported as unused. ``lines`` is
    how many lines it stands for: all those that a string or a backslash joins with its own, as they
    cannot have a comment.
    """

    span: Span
    whole_file: bool
    codes: tuple[str, ...] | None
    is_noqa: bool
    in_prose: bool = False
    lines: int = 1

    @property
    def rows(self) -> range:
        """The rows of its lines."""
        row = self.span.start.row
        return range(row - self.lines + 1, row + 1)

    def covers(self, finding: Diagnostic) -> bool:
        """Whether the comment silences ``finding``: it is on one of its lines and names it."""
        rows = self.rows
        here = self.whole_file or (
            finding.span.cell == self.span.cell
            and finding.span.start.row < rows.stop
            and rows.start <= finding.span.end.row
        )
        return here and (
            self.codes is None or specificity(self.codes, finding.code, finding.name) > 0
        )


def may_have_suppressions(data: bytes) -> bool:
    """Whether it is worth looking for suppressions in ``data``."""
    return _HINT.search(data) is not None


def may_be_idle(data: bytes) -> bool:
    """Whether a comment in ``data`` may be one that is reported when it silences nothing."""
    end = 0  # of the last line that has a noqa
    for match in _OWN.finditer(data):
        if match[1]:
            return True
        if match.end() > end:
            line_end = _LINE_END.search(data, match.end())
            end = line_end.start() if line_end is not None else len(data)
            if _CODE.search(data, match.end(), end) is not None:
                return True
    return False


def suppressions_in(source: Source) -> tuple[Suppression, ...]:
    """Return the suppression comments of ``source``, in order.

    Strings are not comments, and a comment that quotes the syntax does not suppress anything.
    """
    lines = split_lines(source.text)
    hits = {row for row, line in enumerate(lines, 1) if _COMMENT.search(line)}
    if not hits:
        return ()
    found = []
    firsts = [cell.first_row for cell in source.cells]
    for row, joined, column, text in _comments(source, lines, hits):
        cell = source.cells[bisect_right(firsts, row) - 1] if firsts else None
        alone = not lines[row - 1][:column].strip()
        plain, begin = True, 0  # whether there are only pragmas so far
        for match in _COMMENT.finditer(text):
            if match.start() and text[match.start() - 1] in "`'\"":
                continue  # quoted
            plain = plain and _PRAGMAS.fullmatch(text, begin, match.start()) is not None
            begin = match.start()
            each = _suppression(
                source, cell, row, column, match, in_prose=alone and not plain, lines=joined
            )
            # Words that explain how to silence a file must not silence their own.
            if plain or not each.whole_file:
                found.append(each)
    return tuple(found)


def _comments(
    source: Source, lines: list[str], hits: set[int]
) -> Iterator[tuple[int, int, int, str]]:
    """Row, number of joined lines, column (from 0) and text of comments on the rows ``hits``."""
    # A syntax error in one cell does not affect the next.
    rows = sorted(hits)
    for part in source.cells or (Cell(0, 1, len(lines)),):
        above, below = part.first_row - 1, part.first_row - 1 + part.rows
        if bisect_right(rows, above) < bisect_right(rows, below):
            for row, joined, column, text in _comments_in(lines[above:below]):
                if above + row in hits:
                    yield above + row, joined, column, text


def _comments_in(lines: list[str]) -> Iterator[tuple[int, int, int, str]]:
    """The same for ``lines``, with rows that count from 1."""
    text = "\n".join(lines)
    row, line_start, seen = 1, 0, 0
    first, last = 1, 1  # of the lines that strings and backslashes have joined so far
    for lexeme in _LEXEMES.finditer(text):
        above = text.count("\n", seen, lexeme.start())
        if above:
            row += above
            line_start = text.rindex("\n", seen, lexeme.start()) + 1
        seen = lexeme.start()
        while last < row:
            first = first if lines[last - 1].endswith("\\") else last + 1
            last += 1
        if lexeme["comment"]:
            yield row, row - first + 1, lexeme.start() - line_start, lexeme["comment"]
            first, last = row + 1, row + 1  # a backslash in a comment joins nothing
        else:
            last += text.count("\n", lexeme.start(), lexeme.end())


def _suppression(
    source: Source,
    cell: Cell | None,
    row: int,
    column: int,
    match: re.Match[str],
    *,
    in_prose: bool,
    lines: int,
) -> Suppression:
    column += source.column_offsets.get(row, 0)
    start, end = column + match.start() + 1, column + match.end() + 1
    if cell is not None:
        row -= cell.first_row - 1
    span = Span(Position(row, start), Position(row, end), cell.number if cell else None)
    listed = match["noqa_codes"] if match["noqa"] else match["codes"]
    codes = None
    if listed is not None:
        words = re.split(r"[,\s]+", listed.strip())
        codes = tuple(dict.fromkeys(_as_code(word) for word in words if word))
    whole_file = (match["word"] or "").lower() == "ignore-file"
    return Suppression(span, whole_file, codes, bool(match["noqa"]), in_prose, lines)


# A code as other packages may have one.
_OTHER_CODE = re.compile(r"(?!KER)[A-Z]+[0-9]+")


def _as_code(word: str) -> str:
    """Codes may be written in lower case."""
    upper = word.upper()
    return upper if upper.startswith("KER") or _OTHER_CODE.fullmatch(upper) else word


def joined_rows(lines: list[str]) -> set[int]:
    """The rows of a text, from 1, whose ends take no comment: the next line belongs to them."""
    text = "\n".join(lines)
    joined: set[int] = set()
    commented: set[int] = set()
    row, seen = 1, 0
    for lexeme in _LEXEMES.finditer(text):
        row += text.count("\n", seen, lexeme.start())
        seen = lexeme.start()
        if lexeme["comment"]:
            commented.add(row)
        else:
            joined.update(range(row, row + text.count("\n", seen, lexeme.end())))
    joined.update(row for row, line in enumerate(lines, 1) if line.endswith("\\"))
    return joined - commented


def place_of_codes(line: str, suppression: Suppression) -> tuple[int, int] | None:
    """Where the codes are in ``line``, on which there is a comment of kerlint's that lists them."""
    start, end = suppression.span.start.column - 1, suppression.span.end.column - 1
    match = _COMMENT.fullmatch(line, start, end)
    return None if match is None or match["codes"] is None else match.span("codes")


def is_suppression(text: str) -> bool:
    """Whether a text has a suppression comment in it."""
    return _COMMENT.search(text) is not None


def ignores_whole_file(suppressions: Iterable[Suppression]) -> bool:
    """Whether a comment silences the whole file, so that it need not be parsed."""
    return any(each.whole_file and each.codes is None for each in suppressions)


def apply(
    source: Source,
    settings: Settings,
    suppressions: tuple[Suppression, ...],
    findings: Iterable[Diagnostic],
    *,
    complete: bool,
) -> list[Diagnostic]:
    """Return ``findings`` without the silenced ones, and with a KER013 for each unused comment.

    ``settings`` are those of the file, ``per-file-ignores`` included. ``complete`` says that the
    whole file was read; otherwise no comment is reported as unused.
    """
    kept = []
    used: set[tuple[int, str | None]] = set()  # by id(): the codes of one may be many
    everywhere = [each for each in suppressions if each.whole_file]
    on_row: dict[tuple[int | None, int], list[Suppression]] = {}
    for each in suppressions:
        if not each.whole_file:
            for row in each.rows:
                on_row.setdefault((each.span.cell, row), []).append(each)
    for finding in findings:
        rows = range(finding.span.start.row, finding.span.end.row + 1)
        near = (each for row in rows for each in on_row.get((finding.span.cell, row), ()))
        covering = [each for each in (*everywhere, *near) if each.covers(finding)]
        for each in covering:
            used |= {
                (id(each), code)
                for code in each.codes or (None,)
                if code is None or specificity((code,), finding.code, finding.name)
            }
        if not covering:
            kept.append(finding)
    code, name = UNUSED_SUPPRESSION.code, UNUSED_SUPPRESSION.name
    if complete and settings.selects(code, name, UNUSED_SUPPRESSION.default):
        lines = split_lines(source.shown)
        for each in suppressions:
            idle = _idle(each, used, settings)
            if idle and not (each.codes and specificity(each.codes, code, name)):
                kept.append(
                    Diagnostic(
                        code,
                        name,
                        UNUSED_SUPPRESSION.severity,
                        _message(each, idle),
                        source.path,
                        each.span,
                        help=_advice(each, idle),
                        fix=_fix(each, idle, _line_of(each, source, lines)),
                    )
                )
    return kept


def _idle(
    suppression: Suppression, used: set[tuple[int, str | None]], settings: Settings
) -> dict[str, str]:
    """What is unused in ``suppression``: each code, and the rule that was perhaps meant.

    The code is ``""`` for a comment without codes. The rule is ``""`` for a code that exists,
    and ``"?"`` when nothing is near to one that does not.
    """
    if suppression.in_prose:
        return {}
    if suppression.codes is None:
        # A bare noqa may be meant for another linter, and a file that is ignored as a whole has
        # not been looked at.
        if suppression.is_noqa or suppression.whole_file or (id(suppression), None) in used:
            return {}
        return {"": ""}
    idle: dict[str, str] = {}
    guesses = 0
    for word in suppression.codes:
        if suppression.is_noqa and not word.startswith("KER"):
            continue  # another linter's
        meant = _meant(word)
        if not meant:
            guesses += 1
            near = _nearest_rule(word) if guesses <= _MAX_SUGGESTIONS else None
            if near is None and _OTHER_CODE.fullmatch(word):
                continue  # perhaps of a package that is not installed here
            idle[word] = near or "?"
        elif (id(suppression), word) not in used and all(settings.turns_on(e) for e in meant):
            idle[word] = ""
    return idle


@lru_cache(maxsize=1024)
def _meant(word: str) -> tuple[Entry, ...]:
    """The rules that a code, a prefix or a name stands for."""
    return tuple(e for e in catalogue() if specificity((word,), e.code, e.name))


@lru_cache(maxsize=1024)
def _nearest_rule(word: str) -> str | None:
    return nearest(word, [name for entry in catalogue() for name in (entry.code, entry.name)])


def _message(suppression: Suppression, idle: dict[str, str]) -> str:
    where = "in this file" if suppression.whole_file else "on this line"
    if "" in idle:
        return f"unused suppression: kerlint reports nothing {where}"
    parts = []
    unused = [code for code, meant in idle.items() if not meant]
    if unused:
        verb = "is" if len(unused) == 1 else "are"
        parts.append(f"{' and '.join(unused)} {verb} not reported {where}")
    for code, meant in idle.items():
        if meant:
            hint = "" if meant == "?" else f" (did you mean {meant}?)"
            parts.append(f"there is no rule {code}{hint}")
    return "unused suppression: " + ", and ".join(parts)


def _advice(suppression: Suppression, idle: dict[str, str]) -> str:
    if suppression.codes is None or len(idle) == len(set(suppression.codes)):
        return "remove the comment"
    return f"remove {' and '.join(idle)} from the comment"


# --- the fix -------------------------------------------------------------------------------------


_PERHAPS_MISSPELLED = "it may be the misspelled code of a rule"


def _line_of(suppression: Suppression, source: Source, lines: list[str]) -> str:
    """The line on which the comment is, as it was written."""
    above = next(
        (cell.first_row - 1 for cell in source.cells if cell.number == suppression.span.cell), 0
    )
    return lines[above + suppression.span.start.row - 1]


def _fix(suppression: Suppression, idle: dict[str, str], line: str) -> Fix | None:
    """Remove the comment, or what is unused in it, from ``line``; None if it is not to be found."""
    start, end = suppression.span.start.column - 1, suppression.span.end.column - 1
    match = _COMMENT.fullmatch(line, start, end)
    if match is None:
        return None
    codes = suppression.codes
    if codes is None or all(code in idle for code in codes):
        message = "Remove the comment"
        edit = _without_comment(suppression.span, line)
    else:
        message = f"Remove {' and '.join(idle)} from the comment"
        begin, stop = match.span("noqa_codes" if match["noqa"] else "codes")
        edit = _replaced(suppression.span, begin, stop, _without(line[begin:stop], idle))
    if any(idle.values()):
        return Fix(Applicability.UNSAFE, message, (edit,), _PERHAPS_MISSPELLED)
    return Fix(Applicability.SAFE, message, (edit,))


def _without_comment(span: Span, line: str) -> Edit:
    """Remove a suppression with its line, or with the space around it. Other comments stay."""
    start, end = span.start.column - 1, span.end.column - 1
    before, after = line[:start].rstrip(), line[end:]
    if after.strip():
        stop = len(line) - len(after.lstrip())
        if line[stop] == "#":
            return _replaced(span, start, stop, "")
        return _replaced(span, start, stop, "# ")  # words are somebody's reason
    if before:
        return _replaced(span, len(before), len(line), "")
    row = span.start.row
    return Edit(Span(Position(row, 1), Position(row + 1, 1), span.cell), "")


def _replaced(span: Span, start: int, end: int, content: str) -> Edit:
    row = span.start.row
    return Edit(Span(Position(row, start + 1), Position(row, end + 1), span.cell), content)


def _without(listed: str, idle: dict[str, str]) -> str:
    """A list of codes without those that are idle, with its own commas or spaces."""
    words = [word for word in re.split(r"[,\s]+", listed.strip()) if word]
    kept = [word for word in words if _as_code(word) not in idle]
    comma = re.search(r"(?<=\S)\s*[,\s]\s*(?=\S)", listed)
    return (comma[0] if comma else ", ").join(kept)
