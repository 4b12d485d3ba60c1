"""Watch mode: checks once, and again whenever a file changes that the findings depend on.

Every round is a whole run; the cache sees to it that only what has changed is parsed again, and
what imports it. Events only say when to look: what counts is whether the files differ from those
that were there before the last run. So nothing is missed that changes during a run, and what
``--fix`` writes does not start another one.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from kerlint.config.settings import CONFIG_NAMES, Settings, SettingsError
from kerlint.lazy_dataclass import dataclass
from kerlint.processes import interrupts
from kerlint.reports.report import listed, printable, shown_path
from kerlint.run.cache import Stamp, stamp_of
from kerlint.sources.find import Missing, find
from kerlint.sources.modules import forget_roots
from kerlint.sources.read import READERS

if TYPE_CHECKING:
    from kerlint.repairs.files import Fixed
    from kerlint.run.engine import Run

INSTALL = "--watch needs watchfiles: pip install 'kerlint[watch]'"

Round = Callable[[Callable[["Run", "Fixed | None"], None]], int]
"""A run: it tells what was checked and fixed, and returns the exit code."""

_SETTINGS = (*CONFIG_NAMES, ".gitignore")
_DURING_THE_RUN: Stamp = (-2, -2)  # of a file that may have been changed after it was read
_CLEAR = "\x1b[2J\x1b[H"
# Milliseconds: as long as editors take to replace a file; the longest to wait while changes go on;
# how often to look for a signal.
_STEP, _DEBOUNCE, _WAKE = 100, 1_600, 1_000


@dataclass(frozen=True, slots=True)
class _State:
    """The files that a run depends on, and the folders in which others may appear."""

    stamps: dict[str, Stamp]
    folders: frozenset[str]


def watch(
    run: Round,
    paths: Iterable[str],
    resolve: Callable[[], Callable[[str], Settings]],
    *,
    others: Iterable[str] = (),
    quiet: bool = False,
    complain: Callable[[str], None],
) -> int:
    """Call ``run`` now and after each change, until somebody interrupts it; then return 0.

    ``resolve`` reads the settings anew. ``others`` are files that the findings depend on as well.
    Wrong settings and missing paths end the first run with 2; later, they are waited out.
    """
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        complain(INSTALL)
        return 2
    interrupts.raise_again()
    try:
        return _watch(run, list(paths), resolve, set(map(os.path.abspath, others)), quiet, complain)
    except KeyboardInterrupt as error:
        code = interrupts.code_of(error)
        try:
            interrupts.check()  # watchfiles does not say which signal it was
        except KeyboardInterrupt as first:
            code = interrupts.code_of(first)
        return 0 if code == 128 + signal.SIGINT else code


def _watch(
    run: Round,
    paths: list[str],
    resolve: Callable[[], Callable[[str], Settings]],
    others: set[str],
    quiet: bool,
    complain: Callable[[str], None],
) -> int:
    cwd = os.getcwd()
    stdout = _identity(sys.stdout.fileno())
    needed: set[str] = set()
    fixed: set[str] = set()

    def tell(done: Run, fixes: Fixed | None) -> None:
        needed.update(each for outcome in done.outcomes for each in outcome.dependencies)
        if done.missing and first:
            raise _Missing
        if fixes is not None and not fixes.diffs:
            fixed.update(finding.path for finding in fixes.fixed)

    first = True
    changed: list[str] = []
    state = _state(paths, resolve, others, None)
    while True:
        if not first and sys.stdout.isatty():
            _clear()
        if changed and not quiet:
            _say(f"Changed: {_named(changed, cwd)}.")
        fixed.clear()
        started, began = time.monotonic(), time.time_ns()
        try:
            code = run(tell)
        except _Missing:
            return 2
        except SettingsError as error:
            for problem in error.problems:
                complain(problem)
            code = 2
            if first:
                return code
        first = False
        if _identity(sys.stdout.fileno()) != stdout:  # nobody reads on
            return code
        state.stamps.update((path, stamp_of(path)) for path in fixed)
        for path in needed - state.stamps.keys():
            stamp = stamp_of(path)
            state.stamps[path] = stamp if stamp[0] < began else _DURING_THE_RUN
        if not quiet:
            seconds = time.monotonic() - started
            _say(f"Checked in {seconds:.1f} s. Waiting for changes; press Ctrl-C to stop.")
        gc.collect()
        forget_roots()
        before = state
        try:
            state = _wait(before, partial(_state, paths, resolve, others | needed, before))
        except OSError as error:  # the system has a limit
            complain(f"cannot watch the files: {error}; WATCHFILES_FORCE_POLLING=1 may help")
            return 2
        changed = sorted(
            path
            for path in before.stamps.keys() | state.stamps.keys()
            if before.stamps.get(path) != state.stamps.get(path)
            and (path in state.stamps or not os.path.lexists(path))  # or it is ignored now
        )


class _Missing(Exception):
    """There is no such path: probably a slip, and nothing to wait for."""


def _identity(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


def _clear() -> None:
    if os.name == "nt":
        os.system("cls")
    elif os.environ.get("TERM") != "dumb":
        sys.stdout.write(_CLEAR)
        sys.stdout.flush()


def _say(what: str) -> None:
    """Print a line with the time, where it is not among the findings."""
    with contextlib.suppress(OSError):
        print(f"[{time.strftime('%H:%M:%S')}] {printable(what)}", file=sys.stderr, flush=True)


def _named(changed: list[str], cwd: str) -> str:
    names = [shown_path(path, cwd) for path in changed]
    if len(names) > 3:
        names[2:] = [f"{len(names) - 2:,} other files"]
    return listed(names)


# --- what there is -------------------------------------------------------------------------------


def _state(
    paths: Iterable[str],
    resolve: Callable[[], Callable[[str], Settings]],
    others: Iterable[str],
    before: _State | None,
) -> _State:
    stamps: dict[str, Stamp] = {}
    folders: set[str] = set()
    tops: set[str] = set()
    try:
        settings_for = resolve()
        for item in find(paths, settings_for, entered=folders.add):
            if not isinstance(item, Missing):
                stamps[item.path] = stamp_of(item.path)
        for folder in tuple(folders):
            settings = settings_for(folder)
            tops.add(settings.root)
            others = [*others, *filter(None, (settings.config, settings.baseline))]
    except SettingsError:  # the run says what is wrong, and somebody will mend it
        if before is not None:
            stamps.update((path, stamp_of(path)) for path in before.stamps)
            folders |= before.folders
    for path in paths:
        here = os.path.abspath(path)
        folders.add(here if os.path.isdir(here) else os.path.dirname(here))
    for path in others:
        stamps[path] = stamp_of(path)
        folders.add(os.path.dirname(path))
    for folder in tuple(folders):
        folders.update(_upward(folder, tops))
    for folder in folders:
        for name in _SETTINGS:
            path = os.path.join(folder, name)
            if os.path.lexists(path):
                stamps[path] = stamp_of(path)
    return _State(stamps, frozenset(filter(os.path.isdir, folders)))


def _upward(folder: str, tops: set[str]) -> Iterator[str]:
    """The folders above ``folder``, up to the top of its project and to one that is there."""
    while folder not in tops or not os.path.isdir(folder):
        above = os.path.dirname(folder)
        if above == folder:
            return
        yield above
        folder = above


# --- waiting -------------------------------------------------------------------------------------


def _wait(before: _State, look: Callable[[], _State]) -> _State:
    """Wait until the files differ from those in ``before``, and return what there is then.

    Only the folders in which files are found are watched, so what happens in an environment or a
    repository costs nothing.
    """
    from watchfiles import watch as changes

    state = look()
    while state.stamps == before.stamps:
        unwatched = True  # until now
        watching = changes(
            *state.folders,
            watch_filter=None,
            recursive=False,
            debounce=_DEBOUNCE,
            step=_STEP,
            rust_timeout=_WAKE,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        with contextlib.suppress(FileNotFoundError):  # a folder that has gone meanwhile
            for events in watching:
                interrupts.check()
                if not unwatched and not any(_matters(path, state) for _, path in events):
                    continue
                unwatched = False
                now = look()
                if now != state or now.stamps != before.stamps:
                    break
        state = look()
    return state


def _matters(path: str, state: _State) -> bool:
    """Whether an event at ``path`` is a reason to look at the files again."""
    name = os.path.basename(path)
    return (
        path in state.stamps
        or path in state.folders
        or name in _SETTINGS
        or name.lower().endswith(tuple(READERS))
        or os.path.isdir(path)
    )
