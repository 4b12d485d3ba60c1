"""Baselines: files that record known findings, which then stay quiet.

A finding is recognised by its file, its code and its line, never by the number of the line. So it
stays known when lines come and go around it, when its function is renamed or indented, when the
file is formatted, and when its own line is edited but the line above is not. Each record matches
one finding: a second one that looks the same is new.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kerlint.catalogue.codes import catalogue
from kerlint.config.settings import Settings, SettingsError
from kerlint.diagnostics import Diagnostic
from kerlint.files import read_file
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.outcome import Outcome

VERSION = 1
_MAX_BYTES = 100_000_000
_LONGEST = 200  # characters of a line that are recorded as they are
_CUT = 160
# What marks a place although nothing is known of the lines around: characters without white space.
_TELLING = 20
_SHORTEST = 8  # of a part of a line, without white space
_MOST_COMPARED = 250_000  # pairs
_CONFLICT = re.compile(rb"^(?:<{7}|={7}|>{7})", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One record. ``line`` is the line on which the finding begins, ``marked`` its own part of it.

    ``context`` is a digest of the line above; it is empty if that line is.
    """

    code: str
    line: str
    marked: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The records by file. File names are relative to the folder of ``path``, with ``/``."""

    path: str
    known: Mapping[str, tuple[Known, ...]]

    def name_of(self, path: str) -> str:
        return _relative(path, os.path.dirname(self.path))

    def path_of(self, name: str) -> str:
        return os.path.join(os.path.dirname(self.path), name)

    def has_file(self, name: str) -> bool:
        """Whether there is a file of that name; standard input always is."""
        return name == "-" or os.path.lexists(self.path_of(name))

    @property
    def size(self) -> int:
        """How many findings it records."""
        return sum(map(len, self.known.values()))


def known_from(finding: Diagnostic) -> Known:
    """The record of a finding."""
    start, end = finding.span.start, finding.span.end
    line = finding.lines.get(start.row, "")
    marked = line[start.column - 1 : end.column - 1 if end.row == start.row else None]
    above = _plain(finding.lines.get(start.row - 1, ""))
    line, marked = _shortened(line), _shortened(marked)
    context = _digest(above) if above else ""
    return Known(finding.code, line, "" if marked == line else marked, context)


def without_known(outcome: Outcome, path: str) -> Outcome:
    """``outcome`` without the findings that the baseline at ``path`` records.

    Raises ``SettingsError`` for one that cannot be used.
    """
    baseline = load(path)
    if not outcome.diagnostics or outcome.failed:
        return outcome
    records = baseline.known.get(baseline.name_of(outcome.path), ())
    pairs = _pairs(records, outcome.diagnostics)
    return replace(
        outcome,
        diagnostics=tuple(f for i, f in enumerate(outcome.diagnostics) if i not in pairs),
        known=tuple(f for i, f in enumerate(outcome.diagnostics) if i in pairs),
    )


def gone(
    baseline: Baseline, outcomes: Iterable[Outcome], settings_for: Callable[[str], Settings]
) -> dict[str, tuple[Known, ...]]:
    """The records of findings that are not there any more, by file.

    Only what was looked for can be gone: not what is in other files or of rules that are off, and
    nothing in files that were not read completely.
    """
    looked_at = {baseline.name_of(outcome.path): outcome for outcome in outcomes}
    found: dict[str, tuple[Known, ...]] = {}
    for name, records in baseline.known.items():
        outcome = looked_at.get(name)
        if outcome is None:
            missing = () if baseline.has_file(name) else records
        elif outcome.coverage.statements:
            missing = ()
        else:
            used = set(_pairs(records, outcome.known).values())
            looked_for = _looked_for(outcome, settings_for)
            missing = tuple(
                record
                for i, record in enumerate(records)
                if i not in used and looked_for(record.code)
            )
        if missing:
            found[name] = missing
    return found


def without(baseline: Baseline, dropped: Mapping[str, Sequence[Known]]) -> Baseline:
    """``baseline`` without some of its records."""
    kept: dict[str, tuple[Known, ...]] = {}
    for name, records in baseline.known.items():
        left = list(records)
        for record in dropped.get(name, ()):
            left.remove(record)
        kept[name] = tuple(left)
    return Baseline(baseline.path, kept)


def recorded(
    before: Baseline, outcomes: Iterable[Outcome], settings_for: Callable[[str], Settings]
) -> Baseline:
    """A baseline with all findings of a run, and with what it has not looked for of ``before``."""
    outcomes = tuple(outcomes)
    looked_at = {before.name_of(outcome.path): outcome for outcome in outcomes}
    known = {
        name: records
        for name, records in before.known.items()
        if name not in looked_at and before.has_file(name)
    }
    for name, outcome in looked_at.items():
        findings = () if outcome.failed else (*outcome.diagnostics, *outcome.known)
        records = before.known.get(name, ())
        pairs = _pairs(records, findings)
        looked_for = _looked_for(outcome, settings_for)
        left = (
            record
            for i, record in enumerate(records)
            if i not in pairs.values() and not looked_for(record.code)
        )
        known[name] = (*left, *map(known_from, findings))
    return Baseline(before.path, known)


def moved(baseline: Baseline, path: str) -> Baseline:
    """``baseline`` as it is to be written to another file."""
    path = os.path.abspath(path)
    folder = os.path.dirname(path)
    return Baseline(
        path,
        {
            name if name == "-" else _relative(baseline.path_of(name), folder): records
            for name, records in baseline.known.items()
        },
    )


def _looked_for(outcome: Outcome, settings_for: Callable[[str], Settings]) -> Callable[[str], bool]:
    """Which codes a run would have found in a file."""
    if outcome.failed or outcome.coverage.unread:
        return lambda code: False
    settings = settings_for(os.path.dirname(os.path.abspath(outcome.path))).of_file(outcome.path)
    entries = {entry.code: entry for entry in catalogue()}

    def looked_for(code: str) -> bool:
        entry = entries.get(code)
        if entry is None:
            return True  # of another release of kerlint
        return settings.turns_on(entry) and settings.shows(
            code, entry.name, settings.severity_of(code, entry.name, entry.severity)
        )

    return looked_for


# --- recognising ---------------------------------------------------------------------------------


def _pairs(records: Sequence[Known], findings: Iterable[Diagnostic]) -> dict[int, int]:
    """Which finding, by its place in order, is which of the records."""
    if not records:
        return {}
    found: dict[int, int] = {}
    waiting = dict(enumerate(map(known_from, findings)))
    free = dict(enumerate(records))
    for key in (_exactly, _on_its_line, _at_its_place, _of_its_call):
        by_key: dict[Hashable, list[int]] = {}
        for index, record in free.items():
            by_key.setdefault(key(record), []).append(index)
        for number, finding in list(waiting.items()):
            same = by_key.get(key(finding))
            if same and key(finding) is not None:
                found[number] = same.pop(0)
                del free[found[number]], waiting[number]
    if len(free) * len(waiting) <= _MOST_COMPARED:
        for number, finding in waiting.items():
            near = next((i for i, record in free.items() if _reformatted(record, finding)), None)
            if near is not None:
                found[number] = near
                del free[near]
    return found


def _exactly(it: Known) -> Hashable:
    return it.code, _plain(it.line), _plain(it.marked), it.context


def _on_its_line(it: Known) -> Hashable:
    return it.code, _plain(it.line)


def _at_its_place(it: Known) -> Hashable:
    """The same part of a line below the same line: something else on its line has changed."""
    marked = _plain(it.marked or it.line)
    if not marked or (not it.context and len(marked) < _TELLING):
        return None
    return it.code, marked, it.context


def _of_its_call(it: Known) -> Hashable:
    """What begins like it below the same line: the number in ``Dense(10)`` has changed."""
    name = _NAME.match(it.marked or it.line)
    if name is None or not it.context:
        return None
    return it.code, name.group(), it.context


def _reformatted(record: Known, finding: Known) -> bool:
    """Whether it may be the same code, spread over more lines or fewer."""
    if record.code != finding.code:
        return False
    lines = (_plain(it.line).rstrip(",") for it in (record, finding))
    marked = (_plain(it.marked or it.line).rstrip(",") for it in (record, finding))
    shorter, longer = sorted(lines, key=len)
    begin, whole = sorted(marked, key=len)
    return len(shorter) >= _SHORTEST and shorter in longer and whole.startswith(begin)


_NAME = re.compile(r"[\w.]+")
_SPACE = re.compile(r"\s+")
_LAST_COMMA = re.compile(r",(?=[)\]}])")


def _plain(text: str) -> str:
    """``text`` without what a formatter changes: white space, kind of quotes, last commas."""
    return _LAST_COMMA.sub("", _SPACE.sub("", text).replace("'", '"'))


def _shortened(text: str) -> str:
    text = _SPACE.sub(" ", text.strip())
    return text if len(text) <= _LONGEST else f"{text[:_CUT]}... [{_digest(_plain(text))}]"


def _digest(text: str) -> str:
    import hashlib

    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def _relative(path: str, folder: str) -> str:
    """``path`` from ``folder``, with ``/``, whatever links lead to both."""
    if path == "-":
        return path
    above, name = os.path.split(os.path.abspath(path))
    try:
        found = os.path.relpath(os.path.join(_real(above), name), _real(folder))
    except ValueError:  # on another drive
        found = os.path.abspath(path)
    return found.replace(os.sep, "/")


_real = lru_cache(maxsize=4096)(os.path.realpath)


# --- the file ------------------------------------------------------------------------------------


def load(path: str) -> Baseline:
    """The baseline in a file. Raises ``SettingsError`` if there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            reason = "there is no such file; create it with --write-baseline"
        else:
            reason = getattr(error, "strerror", None) or str(error)
        raise _unusable(path, reason) from None
    return _load(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _load(path: str, *_: int) -> Baseline:
    try:
        data = read_file(path, _MAX_BYTES)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_merged)
    except json.JSONDecodeError as error:
        conflict = _CONFLICT.search(data)
        if conflict is not None:
            row = data.count(b"\n", 0, conflict.start()) + 1
            raise _unusable(path, f"it has a merge conflict on line {row}") from None
        raise _unusable(path, f"it is not JSON ({error.msg} on line {error.lineno})") from None
    except (ValueError, RecursionError):
        raise _unusable(path, "it is not JSON") from None
    version = content.get("version") if isinstance(content, dict) else None
    findings = content.get("findings") if isinstance(content, dict) else None
    if type(version) is not int or not isinstance(findings, dict):
        raise _unusable(path, "it was not written by --write-baseline")
    if version != VERSION:
        raise _unusable(path, f"it has version {version}, and this kerlint reads {VERSION} only")
    known: dict[str, tuple[Known, ...]] = {}
    for name, records in findings.items():
        if not isinstance(records, list) or not all(map(_is_record, records)):
            raise _unusable(path, f"what it records for {name!r} is not as kerlint writes it")
        known[name] = tuple(Known(**record) for record in records)
    return Baseline(os.path.abspath(path), known)


def _unusable(path: str, reason: str) -> SettingsError:
    return SettingsError([f"{path}: not a usable baseline: {reason}"])


def _merged(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. A merge of two branches may leave a file name twice."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if isinstance(value, list) and isinstance(found.get(key), list):
            value = [*found[key], *value]
        found[key] = value
    return found


def _is_record(value: object) -> bool:
    return (
        isinstance(value, dict)
        and {"code", "line"} <= value.keys() <= {"code", "line", "marked", "context"}
        and all(isinstance(each, str) for each in value.values())
    )


def as_text(baseline: Baseline) -> str:
    """The content of the file: sorted, and with one line for each finding."""
    files = ",\n".join(_file_as_text(baseline))
    findings = f"{{\n{files}\n  }}" if files else "{}"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def _file_as_text(baseline: Baseline) -> Iterator[str]:
    for name, records in sorted(baseline.known.items()):
        lines = [
            "      {" + ", ".join(f'"{key}": {_quoted(text)}' for key, text in _fields(each)) + "}"
            for each in sorted(records)
        ]
        if lines:
            yield f"    {_quoted(name)}: [\n" + ",\n".join(lines) + "\n    ]"


def _fields(it: Known) -> Iterator[tuple[str, str]]:
    yield from (("code", it.code), ("line", it.line))
    if it.marked:
        yield "marked", it.marked
    if it.context:
        yield "context", it.context


def _quoted(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:  # the name of a file that is not text
        return json.dumps(text)
    return json.dumps(text, ensure_ascii=False)


def save(baseline: Baseline) -> None:
    """Write a baseline to its file. Raises ``SettingsError`` if that is not possible."""
    from kerlint.repairs import write

    data = as_text(baseline).encode()
    try:
        if os.path.lexists(baseline.path):
            write.replace(baseline.path, data)
        else:
            with open(baseline.path, "xb") as file:
                file.write(data)
    except OSError as error:
        raise SettingsError([f"{baseline.path}: {error.strerror or error}"]) from None
