"""What the reader takes values to be, held against CPython.

A long run: ``python tests/reading/test_against_python.py 20000`` prints each program that is read
wrongly and how many values were known; ``... 20000 40000`` takes other programs.
"""

from __future__ import annotations

import heapq
import resource
import signal
import sys
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from hypothesis import HealthCheck, given, settings
from programs import program, programs

from kerlint.program.values import Fact
from kerlint.reading import read
from kerlint.reading.interpreter.conversion import NotKnown, concrete
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.state import BranchKey, State
from kerlint.reading.interpreter.values import DictValue, Instance, ListValue
from kerlint.reading.paths.execution import ModuleExecution
from kerlint.reading.syntax.quick_nodes import make_nodes_quickly
from kerlint.sources.source import Source

MAX_WAYS = 64  # ways through a program that are read to find the one that Python takes


class Elsewhere:
    """The module ``elsewhere``, which the reader cannot find: it returns what it likes."""

    def __init__(self) -> None:
        self.calls = 0

    def unread(self, *given: object) -> bool:
        self.calls += 1
        return self.calls * 7 % 5 < 2

    def unread_list(self, *given: object) -> list[int]:
        self.calls += 1
        return [4, 1, 6][: self.calls % 4]


def executed(text: str) -> dict[str, object] | None:
    """The names that a program binds under CPython; None when it ends with an exception."""
    names: dict[str, object] = {"__name__": "__main__"}
    before = sys.modules.get("elsewhere")
    sys.modules["elsewhere"] = Elsewhere()  # type: ignore[assignment]
    try:
        exec(compile(text, "a.py", "exec"), names)
    except Exception:
        return None
    finally:
        del sys.modules["elsewhere"]
        if before is not None:
            sys.modules["elsewhere"] = before
    return names


def compared(fact: Fact, value: object, count: Counter[str], depth: int = 0) -> bool:
    """Whether what is known of a value is true of it; ``count`` says how much is known."""
    known = fact.value
    if depth > 6:
        return True
    if isinstance(known, Instance):
        count["object"] += 1
        if known.cls.members is not None:
            return getattr(value, "name", None) == known.attributes["name"].value
        if type(value).__name__ != known.cls.name:
            return False
        return all(
            hasattr(value, name) and compared(inner, getattr(value, name), count, depth + 1)
            for name, inner in known.attributes.items()
        )
    if isinstance(known, ListValue) and known.kind in ("list", "tuple") and known.complete:
        if not isinstance(value, (list, tuple)) or isinstance(value, list) != (
            known.kind == "list"
        ):
            return False
        return len(known.items) == len(value) and all(
            compared(item, inner, count, depth + 1) for item, inner in zip(known.items, value)
        )
    if isinstance(known, DictValue) and known.complete:
        return (
            isinstance(value, dict)
            and list(known.entries) == list(value)
            and [*map(repr, known.entries)] == [*map(repr, value)]
            and all(compared(known.entries[key], value[key], count, depth + 1) for key in value)
        )
    try:
        plain = concrete(State(Sites(), INTERPRETER), fact)
    except NotKnown:
        count["unknown"] += 1
        return True
    count["known"] += 1
    return type(plain) is type(value) and (
        plain == value if isinstance(plain, (set, frozenset)) else repr(plain) == repr(value)
    )


def wrong(run: State, names: dict[str, object], count: Counter[str]) -> list[str]:
    """The names of which something is known that is not true.

    A name that does not exist is left out: who uses it gets an exception, whatever it may be.
    """
    assert run.module is not None
    found: list[str] = []
    for name, fact in run.module.names.items():
        if name in names:
            if not compared(fact, names[name], count):
                found.append(f"{name} is {names[name]!r}, not {fact.value!r:.200}")
    return found


def misread(text: str, count: Counter[str]) -> list[str]:
    """What the reader gets wrong on the way that comes closest; empty when there is a right one.

    Where a condition is not known, the way that Python takes has to be among those that are read.
    """
    names = executed(text)
    if names is None:
        count["raised"] += 1
        return []
    count["programs"] += 1
    reading = read(Source("a.py", text))
    assert reading.parsed.tree is not None, text
    pending: list[tuple[int, int, dict[BranchKey, bool]]] = [(0, 0, {})]
    seen: set[frozenset[tuple[BranchKey, bool]]] = set()
    best: list[str] = []
    for number in range(MAX_WAYS):
        if not pending:
            return best
        _, _, decisions = heapq.heappop(pending)
        file = ModuleExecution(reading.parsed.tree, reading.sites, reading.project)
        run, _ = file._read(decisions)
        told: Counter[str] = Counter()
        found = wrong(run, names, told)
        if not found:
            count.update(told)
            count["with unknown conditions"] += bool(run.outcomes)
            return []
        best = found if not best or len(found) < len(best) else best
        arms = {key: run.decisions[index].outcome for key, index in run.outcomes.items()}
        for key in arms.keys() - decisions.keys():
            other = {**decisions, key: not arms[key]}
            if frozenset(other.items()) not in seen:
                seen.add(frozenset(other.items()))
                heapq.heappush(pending, (len(found), number * 100 + len(seen), other))
    count["too many conditions"] += 1
    return []


ALWAYS_THE_SAME = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@settings(ALWAYS_THE_SAME, max_examples=60)
@given(programs())
def test_programs(text: str) -> None:
    found = misread(text, Counter())
    assert not found, "\n".join([text, *found])


@pytest.mark.slow
@settings(ALWAYS_THE_SAME, max_examples=600)
@given(programs())
def test_many_programs(text: str) -> None:
    found = misread(text, Counter())
    assert not found, "\n".join([text, *found])


MAX_MEMORY = 3 << 30  # bytes; a random program may multiply lists or numbers without end
MAX_SECONDS = 30  # for one program


def _too_long(*given: object) -> None:
    raise TimeoutError("the program takes too long")


def main(examples: int, start: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    signal.signal(signal.SIGALRM, _too_long)
    make_nodes_quickly()
    count: Counter[str] = Counter()
    bad = 0
    for number in range(start, start + examples):
        text = program(Random(number).randrange)
        signal.alarm(MAX_SECONDS)
        try:
            found = misread(text, count)
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        signal.alarm(0)
        if found:
            bad += 1
            print(f"# program {number}", text, *found, "-" * 80, sep="\n", flush=True)
    print(f"{bad} of {examples} programs misread", dict(count))


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(*[*numbers, *(1000, 0)[len(numbers) :]])
