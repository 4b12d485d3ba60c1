"""The pages of ``kerlint explain`` and the table of ``kerlint rules``: parsed and formatted."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from kerlint.catalogue.entry import Entry
from kerlint.lazy_dataclass import dataclass

# A heading stands at the start of a line and ends with a colon. Its text may follow on the same
# line, as an indented block, or as paragraphs up to the next heading.
BAD, GOOD, TEMPTING = "Bad", "Good", "Tempting"
PEOPLE_SAY = "People say"
SILENT = "When kerlint stays silent"
_HEADING = re.compile(rf"({BAD}|{GOOD}|{TEMPTING}|{PEOPLE_SAY}|{SILENT}):(?:[ \t]+(.*))?")
_LITERAL = re.compile(r"`([^`]+)`")
_QUOTED = re.compile(r'"([^"]+)"')
# What `kerlint explain` shows instead of a heading that is meant for authors of rules.
_SHOWN = {TEMPTING: "Right, although it looks similar"}
MAX_WIDTH = 96
_MIN_WIDTH = 40

_BOLD, _CYAN, _DIM, _RED, _YELLOW, _RESET = (
    f"\x1b[{code}m" for code in ("1", "36", "2", "31", "33", "0")
)


@dataclass(frozen=True, slots=True)
class Page:
    """The documentation of a rule, part by part. ``bad``, ``good`` and ``tempting`` are code.

    ``tempting`` is right, although a simpler rule would report it.
    ``people_say`` are the words with which people describe the symptom; ``silent`` says when the
    rule does not report. Parts that a page does not have are empty.
    """

    summary: str
    description: str
    bad: str
    good: str
    tempting: str
    people_say: tuple[str, ...]
    silent: str


def parse(text: str) -> Page:
    """Split the documentation ``text`` of a rule, whose first line is the summary."""
    summary, _, rest = text.strip().partition("\n")
    parts: dict[str, list[str]] = {"": []}
    lines = parts[""]
    for line in rest.splitlines():
        heading = _HEADING.fullmatch(line)
        if heading:
            lines = parts.setdefault(heading[1], [])
            if heading[2]:
                lines.append(heading[2])
        else:
            lines.append(line)
    return Page(
        summary=summary.strip(),
        description=_paragraphs(parts[""]),
        bad=_code(parts.get(BAD, [])),
        good=_code(parts.get(GOOD, [])),
        tempting=_code(parts.get(TEMPTING, [])),
        people_say=tuple(
            quoted.rstrip(",.")
            for quoted in _QUOTED.findall(" ".join(map(str.strip, parts.get(PEOPLE_SAY, []))))
        ),
        silent=_paragraphs(parts.get(SILENT, [])),
    )


def _paragraphs(lines: Iterable[str]) -> str:
    return textwrap.dedent("\n".join(lines)).strip()


def _code(lines: Iterable[str]) -> str:
    return textwrap.dedent("\n".join(lines)).strip("\n").rstrip()


# --- explain -------------------------------------------------------------------------------------


def as_text(entry: Entry, *, width: int = MAX_WIDTH, colour: bool = False) -> Iterator[str]:
    """Yield the page of ``entry`` for people, line by line. Prose is wrapped to ``width``."""
    width = max(_MIN_WIDTH, min(width, MAX_WIDTH))
    style = _Style(colour)
    page = parse(entry.text)
    on = "on by default" if entry.default else f"off by default; turn it on with {_select(entry)}"
    if entry.preview:
        more = "" if entry.default else f" {_select(entry)}"
        on = f"preview: it may still change; turn it on with --preview{more}"
    title = style.paint(f"{entry.code} {entry.name}", _BOLD)
    severity = style.paint(entry.severity.label, _SEVERITY_COLOURS[entry.severity.label])
    yield f"{title} ({severity}, {on})"
    if entry.plugin:
        yield f"From {entry.plugin}."
    yield ""
    yield from style.prose(page.summary, width)
    if page.description:
        yield ""
        yield from style.prose(page.description, width)
    for heading, code in ((BAD, page.bad), (GOOD, page.good), (TEMPTING, page.tempting)):
        if code:
            yield ""
            yield style.heading(_SHOWN.get(heading, heading))
            yield from (f"    {style.code(line)}" if line else "" for line in code.split("\n"))
    if page.people_say:
        yield ""
        yield style.heading(PEOPLE_SAY)
        said = ", ".join(f'"{words}"' for words in page.people_say)
        yield from style.prose(said, width, indent="    ")
    if page.silent:
        yield ""
        yield style.heading(SILENT)
        yield from style.prose(page.silent, width, indent="    ")


def _select(entry: Entry) -> str:
    return f"--extend-select {entry.code}"


def as_json(entry: Entry) -> dict[str, object]:
    """Return ``entry`` as ``explain`` and ``rules`` write it with ``--output-format json``."""
    page = parse(entry.text)
    return {
        "code": entry.code,
        "name": entry.name,
        "severity": entry.severity.label,
        "default": entry.default,
        "preview": entry.preview,
        "plugin": entry.plugin or None,
        "summary": _plain(page.summary),
        "explanation": entry.text.rstrip() + "\n",
        "description": _plain(page.description),
        "bad": page.bad,
        "good": page.good,
        "tempting": page.tempting,
        "people_say": list(page.people_say),
        "silent": _plain(page.silent),
    }


# --- rules ---------------------------------------------------------------------------------------


def table(entries: Iterable[Entry], *, width: int | None, colour: bool = False) -> Iterator[str]:
    """Yield a table of ``entries``, line by line. Without ``width``, each rule is one line."""
    entries = tuple(entries)
    style = _Style(colour)
    name_width = max((len(entry.name) for entry in entries), default=0)
    widest = max((len(entry.code) for entry in entries), default=6)
    before = f"{'Code':{widest}}  {'Severity':8}  {'Default':7}  {'Name':{name_width}}  "
    yield style.paint(f"{before}Summary", _BOLD)
    room = 0 if width is None else width - len(before)
    for entry in entries:
        severity = style.paint(f"{entry.severity.label:8}", _SEVERITY_COLOURS[entry.severity.label])
        on = "preview" if entry.preview else "on" if entry.default else "off"
        summary = entry.summary
        # In a narrow terminal, columns would be a few words wide.
        lines = textwrap.wrap(_plain(summary), room) if room >= 30 else [_plain(summary)]
        yield f"{entry.code:{widest}}  {severity}  {on:7}  {entry.name:{name_width}}  {lines[0]}"
        yield from (" " * len(before) + line for line in lines[1:])


# --- what both share -----------------------------------------------------------------------------

_SEVERITY_COLOURS = {"error": _RED, "warning": _YELLOW, "info": _CYAN}


def _plain(text: str) -> str:
    """``text`` with one kind of backticks."""
    return text.replace("``", "`")


@dataclass(frozen=True, slots=True)
class _Style:
    """How words are set off from each other: by colours, or by backticks where there are none."""

    colour: bool

    def paint(self, text: str, code: str) -> str:
        return f"{code}{text}{_RESET}" if self.colour else text

    def heading(self, words: str) -> str:
        return self.paint(f"{words}:", _BOLD)

    def code(self, line: str) -> str:
        """A line of an example, with its comment dimmed."""
        if not self.colour:
            return line
        code, sign, comment = line.partition("  #")
        return code + (self.paint(sign + comment, _DIM) if sign else "")

    def prose(self, text: str, width: int, indent: str = "") -> Iterator[str]:
        """The paragraphs of ``text``, wrapped; indented blocks in it are code and stay as is."""
        first = True
        for block in re.split(r"\n\s*\n", text):
            if not first:
                yield ""
            first = False
            if block.startswith("    "):
                yield from (indent + self.code(line) for line in block.split("\n"))
                continue
            for item in _items(block):
                hanging = "  " if item.startswith(("- ", "* ")) else ""
                yield from self._literals(
                    textwrap.wrap(
                        _plain(" ".join(item.split())),
                        width,
                        initial_indent=indent,
                        subsequent_indent=indent + hanging,
                        break_long_words=False,
                        break_on_hyphens=False,
                    )
                )

    def _literals(self, lines: list[str]) -> list[str]:
        """``lines`` with a colour instead of backticks, on a terminal."""
        if not self.colour:
            return lines
        text = _LITERAL.sub(lambda match: self.paint(match[1], _CYAN), "\n".join(lines))
        return text.split("\n")


def _items(block: str) -> Iterator[str]:
    """The items of a list, each on its own; a paragraph is one item."""
    item: list[str] = []
    for line in block.split("\n"):
        if line.lstrip().startswith(("- ", "* ")) and item:
            yield "\n".join(item)
            item = []
        item.append(line.strip())
    yield "\n".join(item)
