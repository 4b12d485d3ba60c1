"""Ctrl-C: at once while there is nothing to be cleaned up, later as Python has it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

CODE = 130
"""The exit code, as shells have it: 128 and the number of the signal."""


def end_at_once() -> None:
    """Let Ctrl-C end this process without a word, until ``raise_again`` is called.

    That is for the time of imports. An exception that comes up in the middle of one is lost where
    a module catches whatever goes wrong, and where it breaks off an ``exec()`` CPython 3.11 still
    kills itself at the end, although it was caught. Whoever ignores Ctrl-C goes on to ignore it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_again() -> None:
    """Let Ctrl-C raise ``KeyboardInterrupt``, so that what is open can be closed."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Let Ctrl-C wait while processes are started, until they can heed it.

    A process that was just forked runs hooks in which whatever is raised is lost; it would go on to
    work for a parent that is gone. Each calls ``heed`` when it has come so far.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def heed() -> None:
    """In a process that was started for this one: go quietly, the parent has the word."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(CODE)
