"""Where findings are for services that show them in a repository: paths, lines and fingerprints."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator

from kerlint.diagnostics import Diagnostic, Position, Span
from kerlint.lazy_dataclass import dataclass
from kerlint.reports.report import named, printable

# Where GitHub and GitLab say that the checkout is.
_VARIABLES = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def top_folder(cwd: str) -> str:
    """The top folder of the repository that ``cwd`` is in; ``cwd`` itself when there is none."""
    for variable in _VARIABLES:
        folder = os.environ.get(variable, "")
        if folder and _below(cwd, folder) is not None:
            return os.path.abspath(folder)
    folder = cwd
    while not os.path.lexists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return cwd
        folder = parent
    return folder


def path_in(top: str, path: str) -> str | None:
    """``path`` as seen from the folder ``top``, with ``/``; None when it is outside."""
    relative = _below(path, top)
    return None if relative is None else relative.replace(os.sep, "/")


def _below(path: str, folder: str) -> str | None:
    folder = os.path.abspath(folder)
    if path == folder:
        return ""
    prefix = folder if folder.endswith(os.sep) else folder + os.sep
    return path[len(prefix) :] if path.startswith(prefix) else None


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a file that a service marks, and what its message has to begin with.

    The rows of a notebook count within a cell, and mean nothing in the file that the service
    shows: there the first line is marked, and the message says where the finding is. So it is with
    a saved model.
    """

    start: Position
    end: Position
    prefix: str = ""

    @classmethod
    def of(cls, span: Span, layer: str | None = None) -> Lines:
        if layer is not None:
            prefix = f"L{named(layer)[1:]}: " if layer else ""
            return cls(Position(1, 1), Position(1, 1), prefix)
        if span.cell is None:
            return cls(span.start, span.end)
        return cls(Position(1, 1), Position(1, 1), f"Cell {span.cell}, line {span.start.row}: ")


def described(finding: Diagnostic) -> str:
    """The message, and on lines of their own what to do and what was measured."""
    verdict = "" if finding.verdict is None else f" [{finding.verdict}]"
    lines = [f"{Lines.of(finding.span, finding.layer).prefix}{printable(finding.message)}{verdict}"]
    if finding.help:
        lines += _with_word("Help", finding.help)
    if finding.evidence:
        lines += _with_word(
            "Proof" if finding.verdict == "confirmed" else "Result", finding.evidence
        )
    return "\n".join(lines)


def _with_word(word: str, text: str) -> list[str]:
    first, *others = [printable(line) for line in text.splitlines()] or [""]
    return [f"{word}: {first}", *others]


def fingerprints(findings: Iterable[Diagnostic], top: str) -> Iterator[str]:
    """A text for each finding, different from all others, that outlives edits elsewhere.

    It is made of the code, the path and the text of the line, not of its number; of several equal
    lines in a file it is their order that counts.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        path = path_in(top, finding.path)
        line = finding.lines.get(finding.span.start.row, "").strip()
        key = (finding.code, finding.path if path is None else path, line)
        text = json.dumps([*key, seen[key]])
        seen[key] += 1
        yield hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
