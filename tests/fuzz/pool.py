"""Runs inputs where a crash, a hang or too much memory ends only the process of that input.

A server is a Python process with a hash seed of its own. It forks a child for each range of
numbers; the child makes the inputs, checks them, and writes one line for each. When the child
dies, the number that it had begun is the guilty one, and another child goes on with the next.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

MAX_SECONDS = 10  # of processor time for one input
MAX_WAIT = 300  # seconds by the clock, for what sleeps or waits
MAX_KEPT_MEGABYTES = 150
MAX_ADDRESS_SPACE = 3_000_000_000  # guards the machine; checks.py looks at what is really used

Answer = dict[str, object]


class Server:
    """The side of the caller."""

    def __init__(self, hash_seed: int) -> None:
        self._hash_seed = hash_seed
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": str(self._hash_seed), "NO_COLOR": "1"},
        )

    def results(
        self, seed: int, numbers: Sequence[int], only: Sequence[str], *, again: bool = False
    ) -> Iterator[Answer]:
        """The results of the inputs ``numbers`` of a run; ``again`` as in checks.py."""
        task = {"seed": seed, "numbers": list(numbers), "only": list(only), "again": again}
        yield from self._ask(task)

    def result(self, given: dict[str, object]) -> Answer:
        """The result of one input that is given as its fields."""
        (answer,) = self._ask({"input": given, "numbers": [0]})
        return answer

    def _ask(self, task: dict[str, object]) -> Iterator[Answer]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task).encode() + b"\n")
        self._process.stdin.flush()
        for _ in task["numbers"]:  # type: ignore[attr-defined]
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError("the server of the fuzzer ended")
            yield json.loads(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


# -- the side of the server -----------------------------------------------------------------------


def serve() -> None:
    import checks  # imported once, before any child is forked
    import corpus
    import mutators  # noqa: F401

    corpus.parsed_programs()
    corpus.notebooks()
    checks.all_rules()
    out = os.dup(1)
    os.dup2(2, 1)  # so that nothing else gets between the answers
    with tempfile.TemporaryDirectory(prefix="kerlint-fuzz-") as folder:
        os.chdir(folder)  # no other file is to be taken for a part of the project
        for line in sys.stdin.buffer:
            task = json.loads(line)
            left = list(task["numbers"])
            while left:
                left = _with_a_child(task, left, out)


def _with_a_child(task: dict[str, object], numbers: list[int], out: int) -> list[int]:
    """Run ``numbers`` in one child; return those that are left when it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _work(task, numbers, writing)
    os.close(writing)
    left = list(numbers)
    pending = b""
    waited = False
    while left:
        ready, _, _ = select.select([reading], [], [], MAX_WAIT)
        if not ready:
            waited = True
            os.kill(child, signal.SIGKILL)
            break
        data = os.read(reading, 1 << 16)
        if not data:
            break
        pending += data
        *lines, pending = pending.split(b"\n")
        for line in lines:
            os.write(out, line + b"\n")
            del left[0]
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if left and status:
        answer: Answer = {"number": left.pop(0), **_death(status, waited)}
        os.write(out, json.dumps(answer).encode() + b"\n")
    return left


def _death(status: int, waited: bool) -> Answer:
    if waited:
        return {"problem": "hang", "detail": f"no answer for {MAX_WAIT} s"}
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        if name == "SIGPROF":
            return {"problem": "slow", "detail": f"more than {MAX_SECONDS} s"}
        return {"problem": "crash", "detail": name}
    return {"problem": "crash", "detail": f"exit code {os.waitstatus_to_exitcode(status)}"}


def _work(task: dict[str, object], numbers: list[int], writing: int) -> None:
    """What a child does; it never returns."""
    code = 1
    try:
        import mutators
        from checks import check
        from inputs import Input

        resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        for number in numbers:
            if "input" in task:
                given = Input(**task["input"])  # type: ignore[arg-type]
            else:
                given = mutators.input_of(task["seed"], number, tuple(task["only"]))  # type: ignore[arg-type]
            signal.setitimer(signal.ITIMER_PROF, MAX_SECONDS)
            result = check(given, again=bool(task.get("again")))
            signal.setitimer(signal.ITIMER_PROF, 0)
            answer = {"number": number, **result.as_json()}
            os.write(writing, json.dumps(answer).encode() + b"\n")
            if result.megabytes > MAX_KEPT_MEGABYTES:
                break  # what is not given back must not count for the next
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    serve()
