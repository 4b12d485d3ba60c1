"""Comments that silence findings, and the comments that silence nothing (KER013)."""

from __future__ import annotations

import difflib
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kerlint.catalogue import UNUSED_SUPPRESSION, catalogue
from kerlint.diagnostics import Diagnostic, Position, Span
from kerlint.settings import Settings, specificity
from kerlint.sources.lines import split_lines
from kerlint.sources.source import Cell, Source

# "# kerlint: ignore", "# kerlint: ignore[KER101, some-name]", "# kerlint: ignore-file[...]",
# and flake8's noqa, with codes or without.
_COMMENT = re.compile(
    r"""\#\s*(?:
        kerlint:\s*(?P<word>ignore-file|ignore)\b(?!-)(?:\s*\[(?P<codes>[^\]]*)\])?
      | (?P<noqa>noqa)\b(?:\s*:\s*(?P<noqa_codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# Cheap enough for every file that is read; nothing else here runs where it does not hit.
_HINT = re.compile(rb"#\s*(?:kerlint\s*:|noqa)", re.IGNORECASE)
# Without findings a bare ``noqa`` is other linters' business.
_OWN = re.compile(rb"#\s*kerlint\s*:|#\s*noqa[^\r\n]*KER", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment. ``codes`` is None when it silences everything; rows count as in findings."""

    span: Span
    whole_file: bool
    codes: tuple[str, ...] | None
    is_noqa: bool

    def covers(self, finding: Diagnostic) -> bool:
        """Whether the comment is about ``finding``: on one of its lines, with its code or none."""
        row = self.span.start.row
        here = self.whole_file or (
            finding.span.cell == self.span.cell
            and finding.span.start.row <= row <= finding.span.end.row
        )
        return here and (
            self.codes is None or specificity(self.codes, finding.code, finding.name) > 0
        )


def may_have_suppressions(data: bytes) -> bool:
    """Whether it is worth looking for suppressions in ``data``."""
    return _HINT.search(data) is not None


def may_be_idle(data: bytes) -> bool:
    """Whether a comment in ``data`` may be one that is reported when it silences nothing."""
    return _OWN.search(data) is not None


def suppressions_in(source: Source) -> tuple[Suppression, ...]:
    """The suppression comments of ``source``, in order; look-alikes inside strings are none."""
    lines = split_lines(source.text)
    hits = {row for row, line in enumerate(lines, 1) if _COMMENT.search(line)}
    if not hits:
        return ()
    return tuple(
        _suppression(source, row, column, match)
        for row, column, text in _comments(source, lines, hits)
        for match in _COMMENT.finditer(text)
    )


def _comments(source: Source, lines: list[str], hits: set[int]) -> Iterator[tuple[int, int, str]]:
    """Row, column (from 0) and text of the comments on the rows ``hits``."""
    # What is no Python in one cell says nothing of the next one.
    for part in source.cells or (Cell(0, 1, len(lines)),):
        above, below = part.first_row - 1, part.first_row - 1 + part.rows
        if any(above < hit <= below for hit in hits):
            yield from _comments_in(lines[above:below], above, hits)


def _comments_in(lines: list[str], above: int, hits: set[int]) -> Iterator[tuple[int, int, str]]:
    """The same for ``lines``, which have ``above`` rows before them."""
    seen_to = 0
    reader = io.StringIO("\n".join(lines)).readline
    try:
        for token in tokenize.generate_tokens(reader):
            if token.type == tokenize.COMMENT and above + token.start[0] in hits:
                yield above + token.start[0], token.start[1], token.string
            seen_to = max(seen_to, token.end[0])
    except (tokenize.TokenError, SyntaxError):
        # Beyond the place that is no Python a look-alike cannot be told from a comment: take it
        # for one, since whoever wrote it wanted silence.
        for row, line in enumerate(lines[seen_to:], above + seen_to + 1):
            if row in hits:
                yield row, line.index("#"), line[line.index("#") :]


def _suppression(source: Source, row: int, column: int, match: re.Match[str]) -> Suppression:
    column += source.shifts.get(row, 0)
    start, end = column + match.start() + 1, column + match.end() + 1
    cell = next((c for c in source.cells if c.first_row <= row < c.first_row + c.rows), None)
    if cell is not None:
        row -= cell.first_row - 1
    span = Span(Position(row, start), Position(row, end), cell.number if cell else None)
    listed = match["noqa_codes"] if match["noqa"] else match["codes"]
    codes = None
    if listed is not None:
        words = re.split(r"[,\s]+", listed.strip())
        codes = tuple(w.upper() if w.upper().startswith("KER") else w for w in words if w)
    whole_file = (match["word"] or "").lower() == "ignore-file"
    return Suppression(span, whole_file, codes, is_noqa=bool(match["noqa"]))


def ignores_whole_file(suppressions: Iterable[Suppression]) -> bool:
    """Whether a comment silences everything, so that the file need not be parsed."""
    return any(each.whole_file and each.codes is None for each in suppressions)


def apply(
    source: Source,
    settings: Settings,
    suppressions: tuple[Suppression, ...],
    findings: Iterable[Diagnostic],
    *,
    complete: bool,
) -> list[Diagnostic]:
    """``findings`` without those that are silenced, and a KER013 for each comment of no use.

    ``settings`` are those of the file, with what its path ignores. ``complete`` says that the
    whole file was read; otherwise no comment is called useless.
    """
    kept = []
    used: set[tuple[Suppression, str | None]] = set()
    for finding in findings:
        covering = [each for each in suppressions if each.covers(finding)]
        for each in covering:
            used |= {
                (each, code)
                for code in each.codes or (None,)
                if code is None or specificity((code,), finding.code, finding.name)
            }
        if not covering:
            kept.append(finding)
    code, name = UNUSED_SUPPRESSION.code, UNUSED_SUPPRESSION.name
    if complete and settings.selects(code, name, UNUSED_SUPPRESSION.default):
        for each in suppressions:
            message = _complaint(each, used, settings)
            if message and not (each.codes and specificity(each.codes, code, name)):
                kept.append(
                    Diagnostic(
                        code,
                        name,
                        UNUSED_SUPPRESSION.severity,
                        message,
                        source.path,
                        each.span,
                        help="remove the comment, or the part of it that is of no use",
                    )
                )
    return kept


def _complaint(
    suppression: Suppression, used: set[tuple[Suppression, str | None]], settings: Settings
) -> str:
    """What is wrong with ``suppression``; empty when nothing is."""
    if suppression.codes is None:
        # A bare noqa may be meant for another linter, and a file that is ignored as a whole has
        # not been looked at.
        if suppression.is_noqa or suppression.whole_file or (suppression, None) in used:
            return ""
        return "this comment suppresses nothing"
    complaints = []
    for word in suppression.codes:
        if suppression.is_noqa and not word.startswith("KER"):
            continue  # another linter's
        meant = [e for e in catalogue() if specificity((word,), e.code, e.name)]
        if not meant:
            complaints.append(f"{word} is no rule of kerlint{_closest(word)}")
        elif (suppression, word) not in used and all(
            settings.selects(e.code, e.name, e.default) for e in meant
        ):
            complaints.append(f"{word} suppresses nothing")
    return "in this suppression comment " + ", ".join(complaints) if complaints else ""


def _closest(word: str) -> str:
    known = [name for entry in catalogue() for name in (entry.code, entry.name)]
    close = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
