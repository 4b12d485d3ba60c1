"""Ctrl-C, SIGTERM and SIGHUP: at once while there is nothing to be cleaned up, in order later."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = tuple(
    signal.Signals[name]
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if name in signal.Signals.__members__
)
"""The signals that ask a process to end. Windows has no SIGHUP."""

# Whoever closes a terminal or stops a service sends several signals at once. They must not break
# off the cleaning up; somebody who sends another one after this time does not want to wait for it.
_ONCE_SECONDS = 1.0

_received: tuple[int, float] | None = None  # the first signal, and when it came


class Interrupted(KeyboardInterrupt):
    """Raised for each of ``SIGNALS``, so that whatever copes with Ctrl-C copes with all."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__()
        self.number = number


def code_of(error: BaseException | None) -> int:
    """The exit code for a ``KeyboardInterrupt``, as shells have it: 128 and the signal's number."""
    return 128 + (error.number if isinstance(error, Interrupted) else signal.SIGINT)


def end_at_once() -> None:
    """Let a signal end this process without a word, until ``raise_again`` is called.

    That is for the time of imports. An exception that comes up in the middle of one is lost where
    a module catches whatever goes wrong, and where it breaks off an ``exec()`` CPython 3.11 still
    kills itself at the end, although it was caught. Whoever ignores a signal goes on to ignore it.
    """
    for number in SIGNALS:
        if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
            signal.signal(number, _end)


def raise_again() -> None:
    """Let a signal raise ``Interrupted``, so that what is open can be closed."""
    for number in SIGNALS:
        if signal.getsignal(number) is _end:
            signal.signal(number, _raise)


def check() -> None:
    """Raise ``Interrupted`` once more if there was a signal.

    Python drops an exception that comes up in a finalizer or in a callback of the collector.
    """
    if _received is not None:
        raise Interrupted(_received[0])


@contextmanager
def held_back() -> Iterator[None]:
    """Let signals wait while processes are started, until they can heed them.

    A process that was just forked runs hooks in which whatever is raised is lost; it would go on to
    work for a parent that is gone. Each calls ``heed`` when it has come so far.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def heed() -> None:
    """In a process that was started for this one: go quietly, the parent has the word."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(128 + number)


def _raise(number: int, frame: FrameType | None) -> None:
    global _received
    now = time.monotonic()
    if _received is None:
        _received = number, now
        raise Interrupted(number)
    if now - _received[1] > _ONCE_SECONDS:
        os._exit(128 + number)
