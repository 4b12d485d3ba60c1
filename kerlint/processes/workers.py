"""Worker processes that take one piece of work at a time, so that a crash costs one piece.

A parser may crash, and what a file computes may outgrow memory or never end. Each worker has limits
on memory and on processor time. A worker that dies loses the piece that it was working on, and
another takes its place.

Where processes can be forked, a worker costs a few milliseconds and is used even for one file.
Elsewhere it starts as a new Python that imports everything anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import struct
import sys
import warnings
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import field
from typing import IO, TYPE_CHECKING, Generic, NoReturn, TypeVar

from kerlint.lazy_dataclass import dataclass
from kerlint.processes import interrupts

if TYPE_CHECKING:
    import subprocess
    from pickle import dumps, loads
else:
    try:
        # What pickle itself uses. Importing pickle takes 17 ms, because it looks for Jython.
        from _pickle import dumps, loads
    except ImportError:
        from pickle import dumps, loads

Work = TypeVar("Work")
Result = TypeVar("Result")

MEMORY = 2_000_000_000
"""Bytes that a worker may take for a piece of work, beyond what it has at the start."""
SECONDS = 60.0
"""Processor time that a worker may take for a piece of work."""
STEP = 10_000_000
"""Both limits grow with the work: so many bytes of source are worth another MEMORY and SECONDS."""

# A process gives little of its memory back, so one that has once grown by this much is replaced.
_GROWN = 500_000_000
OUT_OF_MEMORY = 86  # an exit code that nothing else uses
HEADER = struct.Struct("!?Q")  # is this the worker's last answer; the size of the answer
_INDEX = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Lost:
    """What comes instead of a result; ``reason`` is the end of a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Task(Generic[Work, Result]):
    """What workers do. All of it can be pickled.

    ``prepare`` does what all pieces of work need, such as imports. ``size`` is a piece of work in
    bytes of source, on which its limits depend.
    """

    do: Callable[[Work], Result]
    prepare: Callable[[], None]
    size: Callable[[Work], int]


def can_fork() -> bool:
    """Whether a worker is cheap.

    On macOS, a forked process must not use the system's libraries. Where TensorFlow runs, a forked
    process that collects garbage may wait for ever for threads that only its parent has.
    """
    return (
        hasattr(os, "fork")
        and sys.platform not in ("darwin", "emscripten", "wasi")
        and "tensorflow" not in sys.modules
    )


def results(
    work: Sequence[Work], task: Task[Work, Result], jobs: int
) -> Generator[tuple[Work, Result | Lost], None, None]:
    """Yield each piece of ``work`` with its result, as they are ready; ``jobs`` work at once.

    Close the iterator to end all workers at once.
    """
    run = _from_forked if can_fork() else _from_spawned
    return run(work, task, max(1, min(jobs, len(work))))


# --- the worker ----------------------------------------------------------------------------------


def _limit(size: int) -> None:
    """Set the limits for the next piece of work, where the system has such limits."""
    factor = 1 + size // STEP
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, native code included
        signal.setitimer(signal.ITIMER_PROF, SECONDS * factor)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as statm:
            limit = int(statm.read().split()[0]) * resource.getpagesize() + MEMORY * factor
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _unlimit() -> None:
    """Take back the limits on what follows: the memory for the answer, the time to wait."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, 0)
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def peak() -> int:
    """The most memory that this process has taken so far, in bytes; 0 where nobody can tell.

    A forked process starts with what its parent has: it may be large without having grown.
    """
    try:
        import resource
    except ImportError:
        return 0
    factor = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * factor


def answer(task: Task[Work, Result], work: Work, at_start: int) -> tuple[bytes, bool]:
    """The bytes to send back, and whether this process should end now.

    ``at_start``: what ``peak`` was when this process began.
    """
    _limit(task.size(work))
    try:
        result = task.do(work)
    finally:
        _unlimit()
    made = dumps(result)
    last = peak() - at_start > _GROWN
    return HEADER.pack(last, len(made)) + made, last


def end_with_parent(descriptor: int, on: bool) -> None:
    """Let a hang-up of the pipe from the parent end this process, even in native code.

    The system sends SIGIO, which ends a process, when something happens to a pipe that has
    O_ASYNC. While work is done, all that can happen is that the parent is gone.
    """
    try:
        import fcntl

        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        if on:
            signal.signal(signal.SIGIO, signal.SIG_DFL)
            fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
        flags = flags | os.O_ASYNC if on else flags & ~os.O_ASYNC
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)
    except (ImportError, AttributeError, OSError):
        return  # it ends when it wants to answer


# --- forked workers ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Forked:
    """A worker as its parent sees it. ``index`` is the work it does, ``received`` its answer."""

    pid: int
    jobs: int
    answers: int
    index: int = -1
    received: bytearray = field(default_factory=bytearray)

    def give(self, index: int) -> None:
        self.index, self.received = index, bytearray()
        with contextlib.suppress(BrokenPipeError):  # it has died, which reading its answer shows
            os.write(self.jobs, _INDEX.pack(index))

    def read(self) -> bool | None:
        """Read what is there. Returns whether the answer is complete; None when it has died."""
        data = os.read(self.answers, 1 << 20)
        if not data:
            return None
        self.received += data
        if len(self.received) < HEADER.size:
            return False
        size: int = HEADER.unpack_from(self.received)[1]
        return len(self.received) >= HEADER.size + size

    def end(self) -> None:
        """End the process, without waiting for the system to take its memory back (20 ms)."""
        self._hang_up()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        _ended.append(self.pid)

    def status(self) -> int | None:
        """The wait status of a process that has died by itself, None when that is unknown."""
        self._hang_up()
        try:
            return os.waitpid(self.pid, 0)[1]
        except ChildProcessError:  # whoever started kerlint ignores SIGCHLD
            return None

    def _hang_up(self) -> None:
        for descriptor in (self.jobs, self.answers):
            with contextlib.suppress(OSError):
                os.close(descriptor)


_ended: list[int] = []  # processes that were told to end, and of which the system keeps a record


def _forget_ended() -> None:
    for pid in tuple(_ended):
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                continue
        _ended.remove(pid)


def _from_forked(
    work: Sequence[Work], task: Task[Work, Result], jobs: int
) -> Generator[tuple[Work, Result | Lost], None, None]:
    waiting = deque(range(len(work)))
    crew: dict[int, _Forked] = {}  # by the descriptor of their answers
    poll = select.poll()
    prepared = jobs > 1  # a single worker prepares itself, while this process is still small
    if prepared:
        task.prepare()

    def hire() -> None:
        with interrupts.held_back():
            worker = _fork(work, task)
            crew[worker.answers] = worker
        poll.register(worker.answers, select.POLLIN)
        worker.give(waiting.popleft())

    def leave(worker: _Forked) -> None:
        poll.unregister(worker.answers)
        del crew[worker.answers]

    try:
        with contextlib.suppress(OSError):  # no more processes: go on with those that there are
            for _ in range(jobs):
                hire()
        interrupts.raise_again()
        while crew or waiting:
            if not crew:
                task.prepare()
                each = work[waiting.popleft()]
                yield each, task.do(each)
            for descriptor, _ in poll.poll() if crew else ():
                interrupts.check()
                worker = crew[descriptor]
                complete = worker.read()
                if complete is False:
                    continue
                each = work[worker.index]
                result: Result | Lost
                if complete:
                    last, _ = HEADER.unpack_from(worker.received)
                    result = loads(memoryview(worker.received)[HEADER.size :])
                    if waiting and not last:
                        worker.give(waiting.popleft())
                    else:
                        leave(worker)
                        worker.end()
                else:
                    leave(worker)
                    result = Lost(cause_of_death(worker.status()))
                if waiting and descriptor not in crew:
                    if not prepared:
                        task.prepare()
                        prepared = True
                    with contextlib.suppress(OSError):
                        hire()
                yield each, result
    finally:
        for worker in crew.values():
            worker.end()
        _forget_ended()


def _fork(work: Sequence[Work], task: Task[Work, Result]) -> _Forked:
    jobs, to_worker = os.pipe()
    try:
        from_worker, answers = os.pipe()
        try:
            with warnings.catch_warnings():
                # The thread that talks to TensorFlow may be there when a worker is replaced. The
                # new one uses nothing that this thread locks.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
        except OSError:
            os.close(from_worker)
            os.close(answers)
            raise
    except OSError:
        os.close(jobs)
        os.close(to_worker)
        raise
    if pid == 0:
        _serve_forked(jobs, answers, work, task)
    os.close(jobs)
    os.close(answers)
    return _Forked(pid, to_worker, from_worker)


def _serve_forked(
    jobs: int, answers: int, work: Sequence[Work], task: Task[Work, Result]
) -> NoReturn:
    """Do what is asked until the parent hangs up."""
    code = 1
    at_start = peak()
    try:
        leave_open(jobs, answers)
        interrupts.heed()
        while index := os.read(jobs, _INDEX.size):
            end_with_parent(jobs, True)
            task.prepare()
            made, last = answer(task, work[_INDEX.unpack(index)[0]], at_start)
            end_with_parent(jobs, False)
            view = memoryview(made)
            while view:
                view = view[os.write(answers, view) :]
            if last:
                break
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    except BaseException:
        if os.environ.get("KERLINT_DEBUG"):
            sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def leave_open(*descriptors: int) -> None:
    """Close what was inherited: whoever reads from a pipe waits until nobody can write to it.

    Errors are printed only for debugging: the parent has one line for each death.
    """
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc/self/fd"):
            if int(name) > 2 and int(name) not in descriptors:
                with contextlib.suppress(OSError):
                    os.close(int(name))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1) if os.environ.get("KERLINT_DEBUG") else (0, 1, 2):
        os.dup2(nowhere, standard)


def cause_of_death(status: int | None) -> str:
    if status is None:
        return "its process ended"
    if os.WIFEXITED(status):
        code = os.WEXITSTATUS(status)
        return _NO_MEMORY if code == OUT_OF_MEMORY else f"its process ended with code {code}"
    number = os.WTERMSIG(status)
    if number == signal.SIGPROF:
        return "it takes more processor time than the limit allows"
    if number == signal.SIGKILL:
        return "its process was killed, perhaps because memory ran out"
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return f"its process crashed ({name})"


_NO_MEMORY = "it needs more memory than the limit allows"


# --- workers that are started anew ---------------------------------------------------------------

# A new Python looks for modules in the current folder first; it must not find those of the user.
BOOTSTRAP = """\
import importlib.util, json, sys
path, package = json.loads(sys.argv[1])
sys.path[:] = path
spec = importlib.util.spec_from_file_location(
    "kerlint", package + "/__init__.py", submodule_search_locations=[package])
module = importlib.util.module_from_spec(spec)
sys.modules["kerlint"] = module
spec.loader.exec_module(module)
"""
"""The first lines of a Python that finds kerlint in its folder and all else on a given path."""


def bootstrap(then: str, path: Sequence[str]) -> list[str]:
    """The command that runs ``then`` in a new Python that has kerlint and the modules on ``path``.

    It runs in isolated mode: nothing is imported from the current folder.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return [sys.executable, "-I", "-c", BOOTSTRAP + then, json.dumps([path, package])]


def _from_spawned(
    work: Sequence[Work], task: Task[Work, Result], jobs: int
) -> Generator[tuple[Work, Result | Lost], None, None]:
    import queue
    import subprocess
    import threading

    start = dumps(task)
    command = bootstrap(
        "from kerlint.processes.workers import serve_spawned\nserve_spawned()\n", sys.path
    )
    waiting = deque(work)
    done: queue.Queue[tuple[Work, Result | Lost]] = queue.Queue()
    processes: set[subprocess.Popen[bytes]] = set()
    lock = threading.Lock()

    def spawn() -> subprocess.Popen[bytes] | None:
        with lock, contextlib.suppress(OSError):
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("KERLINT_DEBUG") else subprocess.DEVNULL,
            )
            processes.add(process)
            return process
        return None

    def tend() -> None:
        """Give work to one process after the other; in a thread."""
        process = None
        while waiting:
            try:
                each = waiting.popleft()
            except IndexError:
                break
            result: Result | Lost
            try:
                if process is None:
                    process = spawn()
                    if process is None:
                        done.put((each, Lost("no process could be started")))
                        continue
                    send(process.stdin, start)
                send(process.stdin, dumps(each))
                last, answer = received_from(process.stdout)
                result = loads(answer)
                if last:
                    _end(process)
                    process = None
            except (OSError, EOFError):
                assert process is not None
                process.wait()
                code = process.returncode
                result = Lost(cause_of_death(-code if code < 0 else code << 8))
                process = None
            done.put((each, result))
        if process is not None:
            _end(process)

    threads = [threading.Thread(target=tend, daemon=True) for _ in range(jobs)]
    interrupts.raise_again()
    try:
        for thread in threads:
            thread.start()
        for _ in range(len(work)):
            while True:
                interrupts.check()
                with contextlib.suppress(queue.Empty):
                    each, result = done.get(
                        timeout=1.0
                    )  # Windows has no other way to be interrupted
                    break
            yield each, result
    finally:
        waiting.clear()
        with lock:
            for process in processes:
                process.kill()
        for thread in threads:
            thread.join()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def send(pipe: IO[bytes] | None, data: bytes) -> None:
    assert pipe is not None
    pipe.write(HEADER.pack(False, len(data)) + data)
    pipe.flush()


def received_from(pipe: IO[bytes] | None) -> tuple[bool, bytes]:
    assert pipe is not None
    header = pipe.read(HEADER.size)
    if len(header) < HEADER.size:
        raise EOFError
    last, size = HEADER.unpack(header)
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return last, data


def serve_spawned() -> None:
    """Do what comes from standard input until it ends; in a process of its own."""
    answers = os.fdopen(os.dup(1), "wb")
    jobs = os.fdopen(os.dup(0), "rb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    interrupts.heed()
    at_start = peak()
    try:
        task = loads(received_from(jobs)[1])
        while True:
            work = loads(received_from(jobs)[1])
            task.prepare()
            made, last = answer(task, work, at_start)
            answers.write(made)
            answers.flush()
            if last:
                break
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, OSError):
        os._exit(0)  # the parent is gone
