"""Fuzzes kerlint: ``python tests/fuzz/run.py 200000 [--seed N] [--jobs N]``.

Every input is made from the seed and its number, and run twice, in processes with different hash
seeds and in opposite orders. Inputs that fail are made small and written to a folder.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import mutators
from inputs import PYTHON, Input
from pool import Answer, Server
from shrinking import shrunk

CHUNK = 200
PROBLEMS = (
    "exception", "crash", "slow", "hang", "memory", "difference", "lost", "odd place",
    "odd message", "odd report", "exit code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    number: int
    problem: str
    detail: str


@dataclass(slots=True)
class Tally:
    """What a run has seen: counts by mutator, and the inputs that failed."""

    inputs: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    megabytes: float = 0.0

    def add(self, given: Input, number: int, first: Answer, second: Answer | None) -> None:
        failure = failure_of(number, first, second)
        self.inputs[given.mutator] += 1
        self.refused[given.mutator] += bool(first.get("refused"))
        self.seconds = max(self.seconds, float(first.get("seconds", 0)))  # type: ignore[arg-type]
        self.megabytes = max(self.megabytes, float(first.get("megabytes", 0)))  # type: ignore[arg-type]
        if failure is not None:
            self.problems[given.mutator, failure.problem] += 1
            self.failures.append(failure)

    def table(self) -> str:
        seen = [each for each in PROBLEMS if any(each == problem for _, problem in self.problems)]
        rows = [["mutator", "inputs", "refused", *seen]]
        for name in sorted(self.inputs):
            counts = [self.problems[name, problem] for problem in seen]
            rows.append([name, *map(str, (self.inputs[name], self.refused[name], *counts))])
        sums = [sum(n for (_, p), n in self.problems.items() if p == problem) for problem in seen]
        total = self.inputs.total(), self.refused.total(), *sums
        rows.append(["all", *map(str, total)])
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths)) for row in rows]
        peak = f"slowest {self.seconds:.1f} s, largest {self.megabytes:.0f} MB"
        return "\n".join((*lines, f"failures: {len(self.failures)}, {peak}"))


def failure_of(number: int, first: Answer, second: Answer | None) -> Failure | None:
    for answer in (first, second or {}):
        if answer.get("problem"):
            return Failure(number, str(answer["problem"]), str(answer["detail"]))
    if second and first["digest"] != second["digest"]:
        return Failure(number, "difference", "two processes have different results")
    return None


@dataclass(frozen=True, slots=True)
class Run:
    """What is run; ``twice`` compares each input between two processes.

    No more than ``numbers``, and no new chunk of them after ``seconds``.
    """

    seed: int
    numbers: range
    only: tuple[str, ...] = ()
    jobs: int = 1
    twice: bool = True
    seconds: float = float("inf")

    def tally(self, tell: Callable[[Tally, Failure | None], None] = lambda *_: None) -> Tally:
        tally = Tally()
        lock = threading.Lock()
        end = time.monotonic() + self.seconds
        chunks = iter([self.numbers[at : at + CHUNK] for at in range(0, len(self.numbers), CHUNK)])
        chunks = itertools.takewhile(lambda _: time.monotonic() < end, chunks)
        errors: list[BaseException] = []

        def work() -> None:
            try:
                for numbers, first, second in self._results(chunks, lock):
                    with lock:
                        for index, number in enumerate(numbers):
                            given = mutators.input_of(self.seed, number, self.only)
                            before = len(tally.failures)
                            tally.add(
                                given, number, first[index], second[index] if second else None
                            )
                            for failure in tally.failures[before:]:
                                tell(tally, failure)
                        tell(tally, None)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(self.jobs)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return tally

    def _results(
        self, chunks: Iterator[range], lock: threading.Lock
    ) -> Iterator[tuple[range, list[Answer], list[Answer]]]:
        servers = [Server(hash_seed) for hash_seed in ((1, 2) if self.twice else (1,))]
        try:
            while True:
                with lock:
                    numbers = next(chunks, None)
                if numbers is None:
                    return
                first = list(servers[0].results(self.seed, numbers, self.only))
                second: list[Answer] = []
                if self.twice:
                    backwards = servers[1].results(self.seed, numbers[::-1], self.only, again=True)
                    second = list(backwards)[::-1]
                yield numbers, first, second
        finally:
            for server in servers:
                server.close()


# -- failures -------------------------------------------------------------------------------------


def signature(failure: Failure, given: Input) -> str:
    """What failures of one kind share; only a few of each kind are made small."""
    words = re.sub(r"(?<!KER)\b\d+", "N", failure.detail)
    if failure.problem in ("exception", "odd report", "odd message", "exit code"):
        return f"{failure.problem} {words[:60]}"
    return f"{failure.problem} {given.mutator} {words[:20]}"


def write(folder: Path, failure: Failure, seed: int, given: Input, small: Input | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{failure.problem}-{given.mutator}-{seed}-{failure.number}".replace(" ", "-")
    for kind, each in (("", given), ("-small", small)):
        if each is None:
            continue
        suffix = Path(each.file_name).suffix if each.form != PYTHON else ".py"
        folder.joinpath(f"{name}{kind}{suffix}").write_bytes(each.data)
        folder.joinpath(f"{name}{kind}.json").write_text(json.dumps(each.as_json(), indent=1))
    folder.joinpath(f"{name}.txt").write_text(f"{failure.detail}\n", errors="replace")


def made_small(failure: Failure, given: Input) -> Input:
    servers = [Server(1)] + ([Server(2)] if failure.problem == "difference" else [])
    kind = signature(failure, given)

    def fails(each: Input) -> bool:
        answers = [server.result(each.as_json()) for server in servers]
        other = failure_of(0, answers[0], answers[1] if len(answers) > 1 else None)
        return other is not None and signature(other, each) == kind

    try:
        return shrunk(given, fails) if fails(given) else given
    finally:
        for server in servers:
            server.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, help="how many inputs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], choices=mutators.NAMES)
    parser.add_argument("--skip", action="append", default=[], choices=mutators.NAMES)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    parser.add_argument("--once", action="store_true", help="do not compare two processes")
    parser.add_argument(
        "--failures", type=Path, default=Path(tempfile.gettempdir(), "kerlint-fuzz")
    )
    parser.add_argument("--small", type=int, default=2, help="make so many of each kind small")
    given = parser.parse_args()
    only = tuple(given.only or [name for name in mutators.NAMES if name not in given.skip])
    run = Run(
        given.seed,
        range(given.first, given.first + given.count),
        only,
        given.jobs,
        not given.once,
        given.seconds,
    )
    begun = told = time.monotonic()

    def tell(tally: Tally, failure: Failure | None) -> None:
        nonlocal told
        if failure is not None:
            made = mutators.input_of(run.seed, failure.number, run.only)
            print(
                f"{failure.number}: {made.mutator}: {failure.problem}: {failure.detail}", flush=True
            )
        elif time.monotonic() - told > 30:
            told = time.monotonic()
            done = tally.inputs.total()
            print(f"... {done} inputs, {done / (told - begun):.0f}/s", file=sys.stderr, flush=True)

    tally = run.tally(tell)
    kinds: Counter[str] = Counter()
    for failure in tally.failures:
        made = mutators.input_of(run.seed, failure.number, run.only)
        kind = signature(failure, made)
        kinds[kind] += 1
        if kinds[kind] <= given.small:
            write(given.failures, failure, run.seed, made, made_small(failure, made))
    for kind, count in kinds.most_common():
        print(f"{count:6}  {kind}")
    print(tally.table())
    print(f"{time.monotonic() - begun:.0f} s; the inputs that failed are in {given.failures}")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
