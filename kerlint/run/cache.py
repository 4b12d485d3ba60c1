"""Outcomes of earlier runs, one JSON file for each project and its settings.

An entry is valid for a file with the same time stamp and size, or else the same content, whose
dependencies have not changed either. A file that was not parsed depends on all that it imports,
directly or not; those files are kept in one list for all, for looking at such a file again costs
little. A damaged cache is ignored and written anew. The cache file is
replaced as a whole, so two runs at once can only lose entries.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from kerlint import __version__
from kerlint.config.settings import Settings
from kerlint.diagnostics import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Position,
    Related,
    Severity,
    Span,
)
from kerlint.files import forget_old, read_file
from kerlint.outcome import Coverage, Outcome, numbers_of
from kerlint.plugins.scan import plugins

Stamp = tuple[int, int]
"""Time of the last change in nanoseconds, and size in bytes."""

# Clocks of file systems tick slowly: a file that was changed just before it was read may change
# again without a new stamp. Such a file is recognised by its content only.
_TICK_NS = 2_000_000_000
_MAX_FILE = 500_000_000
NO_STAMP: Stamp = (-1, -1)


def stamp_of(path: str) -> Stamp:
    """The stamp of the file at ``path``, as it is now; one that nothing has when there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return NO_STAMP
    return status.st_mtime_ns, status.st_size


def digest_of(data: bytes) -> str:
    import hashlib

    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _digest_of_file(path: str) -> str:
    """The digest of the file at ``path``; empty when it cannot be read."""
    try:
        return digest_of(read_file(path, _MAX_FILE))
    except (OSError, ValueError):
        return ""


class Cache:
    """The entries of one project, in memory between ``open`` and ``save``."""

    def __init__(self, file: str, key: str) -> None:
        self._file = file
        self._key = key
        self._entries: dict[str, Any] = {}
        self._seen: set[str] = set()
        self._changed = False
        self._around: dict[str, Any] = {}
        self._looked_at: dict[str, Stamp] = {}
        # Many files rest on the same few: each of those is looked at once.
        self._stamp_of = functools.cache(stamp_of)
        self._digest_of = functools.cache(_digest_of_file)
        with contextlib.suppress(OSError, ValueError, RecursionError):
            content = json.loads(read_file(file, _MAX_FILE).decode("utf-8"))
            if isinstance(content, dict) and content.get("key") == key:
                files = content.get("files")
                self._entries = files if isinstance(files, dict) else {}
                around = content.get("around")
                self._around = around if isinstance(around, dict) else {}

    @classmethod
    def open(cls, settings: Settings) -> Cache:
        """The cache of the files that ``settings`` are for."""
        added = plugins()
        others = "" if added is None else added.fingerprint
        key = json.dumps(
            [__version__, _sources_of_kerlint(), sys.version, settings.fingerprint, others]
        )
        folder = os.path.join(settings.cache_dir or default_folder(), __version__)
        return cls(os.path.join(folder, digest_of(key.encode()) + ".json"), key)

    def by_stamp(self, path: str, stamp: Stamp) -> Outcome | None:
        """The outcome of ``path`` when it has not been touched since."""
        entry = self._entry(path)
        if entry is None or entry["stamp"] != list(stamp) or stamp == NO_STAMP:
            return None
        return self._outcome(path, entry)

    def by_content(self, path: str, stamp: Stamp, digest: str) -> Outcome | None:
        """The outcome of ``path`` when it has been touched but not changed."""
        entry = self._entry(path)
        if entry is None or entry["digest"] != digest:
            return None
        outcome = self._outcome(path, entry)
        if outcome is not None:
            now = list(trusted(stamp))
            if entry["stamp"] != now:
                entry["stamp"] = now
                self._changed = True
        return outcome

    def _entry(self, path: str) -> dict[str, Any] | None:
        """What is stored for ``path``, when it is as this module writes it."""
        entry = self._entries.get(path)
        return entry if _is_entry()(entry) else None

    @functools.cached_property
    def _all_as_before(self) -> bool:
        """Whether no file has changed that files import which were not parsed."""
        return all(
            stamp == list(self._stamp_of(path)) and stamp != list(NO_STAMP)
            for path, stamp in self._around.items()
        )

    def _outcome(self, path: str, entry: dict[str, Any]) -> Outcome | None:
        if entry["prefiltered"] and not self._all_as_before:
            return None
        for dependency, stamp, digest in entry["needs"]:
            if tuple(stamp) != NO_STAMP and self._stamp_of(dependency) == tuple(stamp):
                continue
            if self._digest_of(dependency) != digest:
                return None
        try:
            findings = tuple(_diagnostic(path, each) for each in entry["findings"])
        except ValueError:  # a severity that there is not
            return None
        self._seen.add(path)
        return Outcome(
            path,
            findings,
            dependencies=tuple(each[0] for each in entry["needs"]),
            coverage=Coverage(*entry["coverage"]),
        )

    def store(
        self, outcome: Outcome, stamp: Stamp, digest: str, *, prefiltered: bool = False
    ) -> None:
        """Remember the findings of the content with ``digest``; ``stamp`` is from before reading.

        ``prefiltered``: it was not parsed, because of what the files are that it imports.
        Reports on models are left out: the runs that show them do without the cache.
        """
        entry: dict[str, Any] = {
            "stamp": list(trusted(stamp)),
            "digest": digest,
            "coverage": list(numbers_of(outcome.coverage)),
            "findings": [_packed(each) for each in outcome.diagnostics],
            "needs": [
                [path, list(trusted(self._stamp_of(path))), self._digest_of(path)]
                for path in outcome.dependencies
            ],
            "prefiltered": prefiltered,
        }
        self._entries[outcome.path] = entry
        self._seen.add(outcome.path)
        self._changed = True

    def looked_at(self, stamps: Mapping[str, Stamp]) -> None:
        """Remember the files that were looked at because others import them."""
        self._looked_at.update(stamps)

    def save(self) -> None:
        """Write the entries, when there are new ones; a failure to write is not an error."""
        if not self._changed:
            return
        import tempfile

        kept = {p: e for p, e in self._entries.items() if p in self._seen or os.path.exists(p)}
        around = self._around
        if not self._all_as_before:
            around = {}
            kept = {
                path: entry
                for path, entry in kept.items()
                if path in self._seen
                or (self._entry(path) is not None and not entry["prefiltered"])
            }
        around.update((path, list(stamp)) for path, stamp in self._looked_at.items())
        folder = os.path.dirname(self._file)
        temporary = None
        try:
            os.makedirs(folder, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=folder, suffix=".new", delete=False
            ) as file:
                temporary = file.name
                json.dump(
                    {"key": self._key, "files": kept, "around": around}, file, separators=(",", ":")
                )
            os.replace(temporary, self._file)
            temporary = None
            forget_old(folder, os.path.dirname(folder))
        except (OSError, ValueError):
            return
        finally:  # after a signal as well
            if temporary is not None:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)


def default_folder() -> str:
    """The folder for caches that the user's system provides."""
    import platformdirs

    return platformdirs.user_cache_dir("kerlint", appauthor=False)


def trusted(stamp: Stamp) -> Stamp:
    """``stamp``, taken now, if a change from now on will show in it."""
    return stamp if time.time_ns() - stamp[0] > _TICK_NS else NO_STAMP


@functools.lru_cache(maxsize=1)
def _sources_of_kerlint() -> str:
    """Changes whenever a file of the installed kerlint does."""
    stamps = []
    waiting = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while waiting:
        with os.scandir(waiting.pop()) as scan:
            for entry in scan:
                if entry.is_dir():
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                elif entry.name.endswith((".py", ".json")):
                    status = entry.stat()
                    stamps.append((entry.path, status.st_mtime_ns, status.st_size))
    return digest_of(repr(sorted(stamps)).encode("utf-8", "surrogateescape"))


# --- findings as JSON ----------------------------------------------------------------------------


# The form of an entry: a type, a tuple of forms for a list of so many items, a list with the form
# of any number of items, a table of forms. A form that may be None as well stands in a set.
_SPAN = (int, int, int, int, frozenset({int}))
_RELATED = (_SPAN, str, frozenset({str}), frozenset({str}))
_FIX = (int, str, [(_SPAN, str)], str)
_FINDING = (
    str,
    str,
    int,
    str,
    _SPAN,
    str,
    str,
    [_RELATED],
    frozenset({str}),
    frozenset({str}),
    str,
    int,
    [_FIX],
    [(int, str)],
)
_ENTRY = {
    "stamp": (int, int),
    "digest": str,
    "coverage": (int,) * len(Coverage.__match_args__),
    "findings": [_FINDING],
    "needs": [(str, (int, int), str)],
    "prefiltered": bool,
}


_Check: TypeAlias = Callable[[Any], bool]


@functools.lru_cache(maxsize=1)
def _is_entry() -> _Check:
    return _check_of(_ENTRY)


def _check_of(form: object) -> _Check:
    """What tells whether a value, read from JSON, has that form; a cache may hold anything."""
    if isinstance(form, type):
        return lambda value: type(value) is form
    if isinstance(form, frozenset):
        (kind,) = form
        return lambda value: value is None or type(value) is kind
    if isinstance(form, list):
        each = _check_of(form[0])
        return lambda value: type(value) is list and all(map(each, value))
    if isinstance(form, dict):
        checks = {key: _check_of(part) for key, part in form.items()}
        return lambda value: (
            type(value) is dict
            and value.keys() == checks.keys()
            and all(check(value[key]) for key, check in checks.items())
        )
    assert isinstance(form, tuple)
    kinds = [part if isinstance(part, type) else None for part in form]
    others = [(i, _check_of(part)) for i, part in enumerate(form) if not isinstance(part, type)]
    return lambda value: _is_record(value, kinds, others)


def _is_record(value: Any, kinds: list[type | None], others: list[tuple[int, _Check]]) -> bool:
    if type(value) is not list or len(value) != len(kinds):
        return False
    for item, kind in zip(value, kinds):
        if kind is not None and type(item) is not kind:
            return False
    return all(check(value[i]) for i, check in others)


def _packed_span(span: Span) -> list[int | None]:
    return [span.start.row, span.start.column, span.end.row, span.end.column, span.cell]


def _span(packed: Iterable[Any]) -> Span:
    row, column, end_row, end_column, cell = packed
    return Span(Position(row, column), Position(end_row, end_column), cell)


def _packed(it: Diagnostic) -> list[Any]:
    return [
        it.code,
        it.name,
        int(it.severity),
        it.message,
        _packed_span(it.span),
        it.label,
        it.help,
        [[_packed_span(r.span), r.message, r.path, r.line] for r in it.related],
        it.verdict,
        it.evidence,
        it.group,
        it.stage,
        [] if it.fix is None else [_packed_fix(it.fix)],
        list(it.lines.items()),
    ]


def _packed_fix(fix: Fix) -> list[Any]:
    edits = [[_packed_span(edit.span), edit.content] for edit in fix.edits]
    return [int(fix.applicability), fix.message, edits, fix.why]


def _fix(packed: list[Any]) -> Fix:
    applicability, message, edits, why = packed
    made = tuple(Edit(_span(span), content) for span, content in edits)
    return Fix(Applicability(applicability), message, made, why)


def _diagnostic(path: str, packed: list[Any]) -> Diagnostic:
    code, name, severity, message, span, label, help_, related, *rest = packed
    verdict, evidence, group, stage, fixes, lines = rest
    return Diagnostic(
        code,
        name,
        Severity(severity),
        message,
        path,
        _span(span),
        label,
        help_,
        tuple(Related(_span(r[0]), *r[1:]) for r in related),
        verdict,
        evidence,
        group,
        stage,
        _fix(fixes[0]) if fixes else None,
        dict(lines),
    )
