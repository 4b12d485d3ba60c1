"""Text as HTML: whatever a linted file has in it stays text."""

from __future__ import annotations

import html
import re

from kerlint.reports.report import printable

_LITERAL = re.compile(r"(``?)([^`]+?)\1")


def escaped(text: str) -> str:
    """``text`` for the content of an element or an attribute, in ASCII."""
    safe = html.escape(printable(text))
    return safe if safe.isascii() else safe.encode("ascii", "xmlcharrefreplace").decode("ascii")


def inline(text: str) -> str:
    """A sentence, with what is between backticks as code."""
    pieces = []
    end = 0
    for match in _LITERAL.finditer(text):
        pieces.append(escaped(text[end : match.start()]))
        pieces.append(f"<code>{escaped(match[2])}</code>")
        end = match.end()
    pieces.append(escaped(text[end:]))
    return "".join(pieces)


def prose(text: str) -> str:
    """Paragraphs, lists and indented code, as in the pages of rules."""
    made = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        if not block.strip():
            continue
        if block.startswith("    "):
            made.append(listing(block))
        elif block.lstrip().startswith(("- ", "* ")):
            items = re.split(r"\n\s*[-*] ", "\n" + block.strip())[1:]
            made.append("<ul>" + "".join(f"<li>{_joined(item)}</li>" for item in items) + "</ul>")
        else:
            made.append(f"<p>{_joined(block)}</p>")
    return "".join(made)


def listing(text: str) -> str:
    """Some lines of code."""
    lines = text.strip("\n").split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return f"<pre>{chr(10).join(escaped(line[margin:]) for line in lines)}</pre>"


def _joined(text: str) -> str:
    return inline(" ".join(text.split()))
