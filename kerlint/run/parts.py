"""Checks many files through an executor, such as that of a Dask cluster, some files at a time.

Each part of the files is checked in a process of its own, which the worker of the executor starts.
So a file that crashes the parser, or takes too much memory, costs the worker nothing, and what is
found is the same as on the command line. The worker needs kerlint and the files, at the same paths.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import CancelledError, Executor, Future, as_completed
from itertools import chain
from subprocess import PIPE
from typing import Any

from kerlint import __version__
from kerlint.config.settings import Layer, Settings, SettingsError, resolver
from kerlint.diagnostics import Diagnostic
from kerlint.lazy_dataclass import dataclass
from kerlint.processes.workers import bootstrap, end_with_parent, received_from, send
from kerlint.run import engine
from kerlint.sources.find import Missing, find
from kerlint.sources.source import Unreadable

FILES = 200
"""The files in a part: enough to be worth the start of a process, which takes half a second."""


@dataclass(frozen=True, slots=True)
class Part:
    """Files to be checked together, and the settings that go before those of config files.

    ``version`` is the release of kerlint whose findings are wanted.
    """

    files: tuple[str, ...]
    settings: Layer
    version: str = __version__


def findings_through(
    executor: Executor,
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
    settings: Mapping[str, object],
) -> list[Diagnostic]:
    """See ``kerlint.lint_paths``."""
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    names = [os.fspath(path) for path in paths]
    found = lint(executor, names, engine.from_keywords(settings))
    return sorted(chain.from_iterable(found), key=lambda each: each.sort_key)


def lint(
    executor: Executor,
    paths: Iterable[str],
    settings: Layer,
    *,
    files_each: int = FILES,
    warn: Callable[[str], None] = warnings.warn,
) -> Generator[list[Diagnostic], None, None]:
    """Yield the findings of each part of the files that ``paths`` name, as they come.

    Those of a part are in order. A part whose worker is lost is one finding (KER000) for each file.
    The first part is not yielded before all files are known. Raises as ``kerlint.lint_paths``.
    """
    files = _files(paths, settings, warn)
    parts = [
        Part(tuple(files[start : start + files_each]), settings)
        for start in range(0, len(files), files_each)
    ]
    waiting: dict[Future[bytes], Part] = {}
    try:
        for part in parts:
            waiting[executor.submit(lint_part, part)] = part
        for done in as_completed(waiting):
            part = waiting.pop(done)
            try:
                found = _unpacked(done.result())
            except (Exception, CancelledError) as error:
                if isinstance(error, SettingsError):  # a config file that was changed meanwhile
                    raise
                reason = (
                    f"its worker failed: {' '.join(str(error).split()) or type(error).__name__}"
                )
                found = [
                    finding
                    for file in part.files
                    for finding in engine.broke_down(file, reason, "").diagnostics
                ]
            del done  # with it, what it has brought
            yield found
    finally:
        for future in waiting:
            future.cancel()


def _files(paths: Iterable[str], given: Layer, warn: Callable[[str], None]) -> list[str]:
    """The files that are to be checked, those of one folder together."""
    files: list[str] = []
    missing: list[str] = []
    for item in find(paths, resolver(given, warn=warn), warn=warn):
        (missing if isinstance(item, Missing) else files).append(item.path)
    if missing:
        raise FileNotFoundError(f"no such file or folder: {', '.join(missing)}")
    return files


# --- on the worker -------------------------------------------------------------------------------


def lint_part(part: Part) -> bytes:
    """Check ``part`` in a new process. Returns what ``_unpacked`` reads."""
    if part.version != __version__:
        raise RuntimeError(f"it has kerlint {__version__}, not {part.version}")
    command = bootstrap("from kerlint.run.parts import serve\nserve()\n", sys.path)
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=errors) as process,
    ):
        assert process.stdout is not None
        try:
            with contextlib.suppress(BrokenPipeError):  # it has ended, and the code says why
                send(process.stdin, pickle.dumps(part))
            answer = process.stdout.read()  # stdin stays open as long as this process lives
        except BaseException:
            process.kill()
            raise
        code = process.wait()
        errors.seek(0)
        lines = errors.read().decode(errors="replace").split("\n")
    if code or not answer:
        last = next((line for line in reversed(lines) if line.strip()), "")
        raise RuntimeError(f"kerlint ended with code {code} {last}".strip())
    return answer


def serve() -> None:
    """Check the part that comes from standard input, in a process of its own."""
    part = pickle.loads(received_from(sys.stdin.buffer)[1])
    end_with_parent(sys.stdin.fileno(), True)
    answer: list[Diagnostic] | SettingsError
    try:
        answer = _findings(part)
    except SettingsError as error:
        answer = error
    sys.stdout.buffer.write(zlib.compress(pickle.dumps(answer), 1))
    sys.stdout.flush()


def _findings(part: Part) -> list[Diagnostic]:
    # Warnings were given where the files were found.
    settings_for = resolver(part.settings, warn=lambda _: None)
    run = engine.lint_paths(part.files, settings_for, jobs=1, use_cache=False, own_process=True)
    gone = [_gone(path, settings_for(os.path.dirname(path))) for path in run.missing]
    findings = (each for outcome in (*run.outcomes, *gone) for each in outcome.diagnostics)
    return sorted(findings, key=lambda each: each.sort_key)


def _gone(path: str, settings: Settings) -> Any:
    """The outcome of a file that was there when the files were listed, or is so elsewhere."""
    missing = Unreadable(path, "could not be read: the file is not there")
    return engine.lint_source(missing, b"", settings)


def _unpacked(data: bytes) -> list[Diagnostic]:
    answer = pickle.loads(zlib.decompress(data))
    if isinstance(answer, SettingsError):
        raise answer
    assert isinstance(answer, list)
    return answer
