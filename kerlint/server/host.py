"""The process that reads code for the server, and that a crash or a hang of a file cannot end.

It imports everything once. Where it can be forked, a forked process does the work, one piece after
the other. One that crashes, or that is told to stop, is replaced within milliseconds.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import select
import signal
import struct
import sys
from typing import IO, NoReturn

from kerlint.processes import interrupts, workers
from kerlint.server.work import answer, prepare, size_of

MESSAGE = struct.Struct("!BQ")
"""Before each message: what it is, and its size in bytes."""
WORK, STOP = 0, 1
ANSWER, LAST, LOST = 0, 1, 2
"""``LAST`` is an answer after which the process that gave it ends."""

_TASK = workers.Task(answer, prepare, size_of)
_IDLE_SECONDS = 0.5
"""After so long without work there is time to collect garbage."""


def serve() -> None:
    """Do what comes from standard input until it ends; in a process of its own."""
    interrupts.heed()
    work = os.dup(0)
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    prepare()
    gc.collect()
    gc.freeze()
    if workers.can_fork():
        _Host(work, answers).run()
    else:
        _serve_alone(os.fdopen(work, "rb"), os.fdopen(answers, "wb"))
    os._exit(0)


def _serve_alone(work: IO[bytes], answers: IO[bytes]) -> None:
    """Do all work in this process. Whoever wants it to stop has to end the process."""
    at_start = workers.peak()
    while header := work.read(MESSAGE.size):
        what, size = MESSAGE.unpack(header)
        data = work.read(size)
        if what != WORK:
            continue
        made, last = workers.answer(_TASK, pickle.loads(data), at_start)
        answers.write(_message(made, last))
        answers.flush()
        if last:
            return


def _message(made: bytes, last: bool) -> bytes:
    made = made[workers.HEADER.size :]
    return MESSAGE.pack(LAST if last else ANSWER, len(made)) + made


class _Host:
    """Passes work on to a forked process, and its answers back."""

    def __init__(self, work: int, answers: int) -> None:
        self._work = work
        self._answers = answers
        self._child: _Child | None = None
        self._received = bytearray()

    def run(self) -> None:
        """Serve until the server hangs up."""
        self._child = _fork()
        while True:
            child = self._child
            watched = [self._work] if child is None else [self._work, child.answers]
            ready, _, _ = select.select(watched, [], [])
            if child is not None and child.answers in ready:
                self._take(child)
            if self._work in ready and not self._read():
                break
        if self._child is not None:
            self._child.end()

    def _read(self) -> bool:
        """Read what the server has to say. Returns whether it is still there."""
        data = os.read(self._work, 1 << 20)
        self._received += data
        while len(self._received) >= MESSAGE.size:
            what, size = MESSAGE.unpack_from(self._received)
            end = MESSAGE.size + size
            if len(self._received) < end:
                break
            message = bytes(self._received[:end])
            del self._received[:end]
            if what == WORK:
                self._give(message)
            elif self._child is not None and self._child.busy:
                self._child.end()
                self._child = None
                self._say(LOST, b"it was stopped")
        return bool(data)

    def _give(self, message: bytes) -> None:
        if self._child is None:
            self._child = _fork()
        self._child.busy = True
        with contextlib.suppress(BrokenPipeError):  # it has died, which reading its answer shows
            _write(self._child.work, message)

    def _take(self, child: _Child) -> None:
        """Read from the worker, and pass on an answer that is complete."""
        data = os.read(child.answers, 1 << 20)
        if not data:
            reason = child.reason()
            self._child = None
            if child.busy:
                self._say(LOST, reason.encode())
            return
        child.received += data
        if len(child.received) < MESSAGE.size:
            return
        what, size = MESSAGE.unpack_from(child.received)
        if len(child.received) >= MESSAGE.size + size:
            made = bytes(child.received[MESSAGE.size :])
            child.received.clear()
            child.busy = False
            if what == LAST:
                child.end()
                self._child = None
            self._say(ANSWER, made)

    def _say(self, what: int, data: bytes) -> None:
        with contextlib.suppress(BrokenPipeError):
            _write(self._answers, MESSAGE.pack(what, len(data)) + data)


class _Child:
    """The forked process as the host sees it."""

    def __init__(self, pid: int, work: int, answers: int) -> None:
        self.pid = pid
        self.work = work
        self.answers = answers
        self.busy = False
        self.received = bytearray()

    def end(self) -> None:
        self._hang_up()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def reason(self) -> str:
        """Why it has died, as the end of a sentence."""
        self._hang_up()
        try:
            return workers.cause_of_death(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            return workers.cause_of_death(None)

    def _hang_up(self) -> None:
        for descriptor in (self.work, self.answers):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def _fork() -> _Child:
    work, to_child = os.pipe()
    from_child, answers = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(to_child)
        os.close(from_child)
        _serve_forked(work, answers)
    os.close(work)
    os.close(answers)
    return _Child(pid, to_child, from_child)


def _serve_forked(work: int, answers: int) -> NoReturn:
    """Do what the host passes on, until it hangs up."""
    code = 1
    try:
        at_start = workers.peak()
        workers.leave_open(work, answers)
        while True:
            if not select.select([work], [], [], _IDLE_SECONDS)[0]:
                gc.collect()
            header = _exactly(work, MESSAGE.size)
            data = _exactly(work, MESSAGE.unpack(header)[1])
            workers.end_with_parent(work, True)
            made, last = workers.answer(_TASK, pickle.loads(data), at_start)
            workers.end_with_parent(work, False)
            _write(answers, _message(made, last))
            if last:
                break
        code = 0
    except EOFError:
        code = 0
    except MemoryError:
        code = workers.OUT_OF_MEMORY
    except BaseException:
        if os.environ.get("KERLINT_DEBUG"):
            sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _exactly(descriptor: int, size: int) -> bytes:
    parts = []
    while size:
        data = os.read(descriptor, min(size, 1 << 20))
        if not data:
            raise EOFError
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
