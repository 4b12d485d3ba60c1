"""The worker as its parent sees it: started once, asked in lines, killed when it takes too long.

It runs in an empty folder with an environment of its own, so that nothing of the user's project is
imported or written: Python's isolated mode, no variables for Python, Keras or TensorFlow, a module
path without the current folder.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable

from kerlint.execute.spec import Answer, Ready, Request
from kerlint.execute.wire import decode, encode
from kerlint.lazy_dataclass import replace
from kerlint.processes.workers import bootstrap

START_SECONDS = 180.0  # TensorFlow on a cold disk and a busy machine
START_ATTEMPTS = 3
PATIENCE = 5  # times as long, where other programs keep the processor busy

WORKER = "from kerlint.execute.worker import main\nmain()\n"


class Broken(Exception):
    """The worker cannot be used at all; the text is one line for people."""


class Died(Exception):
    """The worker ended in the middle of a job."""


class TookTooLong(Exception):
    """The worker did not answer in time, and was killed."""


class Worker:
    """One worker process. ``start`` returns at once; the first job waits until it is ready."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.folder: str | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._ready = False
        self._started = 0.0
        self._closed = False
        self._starting = threading.Lock()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process, if it does not run yet; it imports TensorFlow by itself."""
        with self._starting:
            if self._closed:
                raise Broken("kerlint was stopped")
            if self._process is None:
                self._start()

    def _start(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="kerlint-")
        self._ready = False
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            bootstrap(WORKER, module_path()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("KERLINT_DEBUG") else subprocess.DEVNULL,
            cwd=self.folder,
            env=environment(self.folder),
            text=True,
            encoding="utf-8",
            # Signals are for the parent, which ends the worker in its own time.
            start_new_session=True,
        )

    def ask(self, request: Request) -> Answer:
        """Send a request and wait for its answer.

        What is known when the time is over is kept. Raises ``TookTooLong`` and ``Died``, after
        which the next call starts a new process, and ``Broken`` when no process can be started.
        """
        self._wait_until_ready()
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode(request) + "\n")
            self._process.stdin.flush()
        except OSError:
            self.stop()
            raise Died from None
        limit = _Limit(self._process.pid, request.seconds)
        kept: Answer | None = None
        while True:
            try:
                line = self._line(limit.left(), limit.left)
            except TookTooLong:
                if kept is None:
                    raise
                return replace(kept, in_time=False, final=True)
            kept = decode(line, Answer)
            if kept.final:
                return kept

    def _wait_until_ready(self) -> None:
        for _ in range(START_ATTEMPTS):
            self.start()
            if self._ready:
                return
            assert self._process is not None
            self._answers = queue.Queue()
            thread = threading.Thread(
                target=_read_lines, args=(self._process, self._answers), daemon=True
            )
            thread.start()
            try:
                left = START_SECONDS - (time.monotonic() - self._started)
                ready = decode(self._line(max(left, 1.0)), Ready)
            except (Died, TookTooLong):
                continue
            if ready.trouble:
                self.stop()
                raise Broken(f"TensorFlow does not import: {ready.trouble}")
            self._ready = True
            return
        raise Broken(f"the process that runs TensorFlow failed to start {START_ATTEMPTS} times")

    def _line(self, seconds: float, more: Callable[[], float] = lambda: 0.0) -> str:
        """The next answer; ``more`` is how long to wait on when the seconds are over."""
        while True:
            try:
                line = self._answers.get(timeout=seconds)
                break
            except queue.Empty:
                seconds = more()
                if seconds <= 0.0:
                    self.stop()
                    raise TookTooLong from None
        if line is None:
            self.stop()
            raise Died
        return line

    def close(self) -> None:
        """End the process for good, whatever another thread is waiting for."""
        with self._starting:
            self._closed = True
            if self._process is not None:
                with contextlib.suppress(OSError):
                    self._process.kill()

    def stop(self) -> None:
        """End the process and remove its folder; does nothing when there is none."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


class _Limit:
    """The time that an answer may take: so many seconds by the clock and of the processor.

    Both have to be over, so that a verdict does not depend on what else the machine does.
    """

    def __init__(self, pid: int, seconds: float) -> None:
        self._pid, self._seconds = pid, seconds
        self._start, self._used = time.monotonic(), processor_time(pid)

    def left(self) -> float:
        """For how long to wait now."""
        passed = time.monotonic() - self._start
        used = processor_time(self._pid)
        if passed < self._seconds or used is None or self._used is None:
            return max(self._seconds - passed, 0.0)
        spare = min(self._seconds - (used - self._used), PATIENCE * self._seconds - passed)
        return max(spare, 0.0)


def processor_time(pid: int) -> float | None:
    """The seconds that a process has used of the processor; None where the system does not say."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (AttributeError, OSError, ValueError, IndexError):
        return None


def _read_lines(process: subprocess.Popen[str], answers: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):
        for line in process.stdout:
            answers.put(line)
    answers.put(None)


def environment(folder: str) -> dict[str, str]:
    """The worker's environment: nothing of the user's that steers Python, Keras or TensorFlow."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "KERAS", "TF_", "XLA_", "TENSORFLOW", "CUDA_", "GRPC_"))
    }
    return {
        **kept,
        "HOME": folder,
        "TMPDIR": folder,
        "KERAS_HOME": folder,
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def module_path() -> list[str]:
    """This process's module path without the current folder and folders of the user's sources."""
    here = os.path.realpath(os.getcwd())
    return [
        entry
        for entry in sys.path
        if entry and os.path.realpath(entry) != here and _holds_libraries(entry)
    ]


def _holds_libraries(entry: str) -> bool:
    """Whether a folder of the path belongs to Python or to what was installed for it."""
    name = os.path.basename(entry.rstrip("/\\"))
    if name in ("site-packages", "dist-packages", "lib-dynload") or name.endswith(".zip"):
        return True
    if os.path.isdir(os.path.join(entry, "tensorflow")):
        return True
    standard = os.path.dirname(os.path.realpath(os.__file__))
    return os.path.realpath(entry) in (standard, os.path.join(sys.base_prefix, "DLLs"))
