"""Whatever ends a worker ends one piece of work and nothing else."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import closing

import pytest

from kerlint.processes import workers

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
    pytest.mark.usefixtures("forks"),
]


def behave(what):
    """What a worker is asked to do: to end well or badly."""
    if what == "crash":
        ctypes.string_at(0)
    if what == "exit":
        sys.exit(1)
    if what == "raise":
        raise LookupError("no such luck")
    if what == "no memory":
        raise MemoryError
    if what == "hoard":
        return len(b"x" * (workers.MEMORY * 2))
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "endless":
        while True:
            pass
    if what == "endless in C":
        return 3 ** (3**19)
    if what == "large":
        return "x" * 3_000_000
    return what.upper()


def prepare():
    pass


def size(what):
    return len(what)


TASK = workers.Task(behave, prepare, size)
LOST = {
    "crash": "its process crashed (SIGSEGV)",
    "exit": "its process ended with code 1",
    "raise": "its process ended with code 1",
    "no memory": "it needs more memory than the limit allows",
    "die": "its process was killed, perhaps because memory ran out",
}


def done(work, jobs):
    found = {}
    with closing(workers.results(work, TASK, jobs)) as results:
        for each, result in results:
            assert each not in found
            found[each] = result
    return found


@pytest.fixture(params=["forked", "spawned"])
def either(request, monkeypatch):
    if request.param == "spawned":
        monkeypatch.setattr(workers, "can_fork", lambda: False)
    elif not workers.can_fork():
        pytest.skip("no fork")


@pytest.mark.parametrize("jobs", [1, 3])
def test_all_results(either, jobs):
    work = [f"w{number}" for number in range(20)]
    assert done([*work, "large"], jobs) == {
        **{each: each.upper() for each in work},
        "large": "x" * 3_000_000,
    }


@pytest.mark.parametrize("jobs", [1, 2])
def test_only_what_dies_is_lost(either, jobs):
    work = ["a", *LOST, "b", "c"]
    found = done(work, jobs)
    assert {each: found.pop(each) for each in "abc"} == {"a": "A", "b": "B", "c": "C"}
    assert found == {what: workers.Lost(reason) for what, reason in LOST.items()}


def test_the_only_piece_of_work(either):
    assert done(["crash"], 1) == {"crash": workers.Lost(LOST["crash"])}


@pytest.mark.parametrize("what", ["endless", "endless in C"])
def test_time(monkeypatch, what):
    if not workers.can_fork():
        pytest.skip("the patch reaches forked processes only")
    monkeypatch.setattr(workers, "SECONDS", 0.2)
    found = done(["a", what, "b"], 1)
    reason = "it takes more processor time than the limit allows"
    assert found == {"a": "A", what: workers.Lost(reason), "b": "B"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems don't limit it")
def test_memory(monkeypatch):
    monkeypatch.setattr(workers, "MEMORY", 100_000_000)
    found = done(["a", "hoard", "b"], 1)
    assert found == {"a": "A", "hoard": workers.Lost(LOST["no memory"]), "b": "B"}


def test_larger_work_may_take_more(monkeypatch):
    if sys.platform != "linux":
        pytest.skip("other systems don't limit it")
    if not workers.can_fork():
        pytest.skip("the patch reaches forked processes only")
    monkeypatch.setattr(workers, "MEMORY", 100_000_000)
    monkeypatch.setattr(workers, "STEP", 1)
    assert done(["hoard"], 1) == {"hoard": 200_000_000}


def test_a_process_that_has_grown_is_replaced(monkeypatch):
    if not workers.can_fork():
        pytest.skip("the patch reaches forked processes only")
    started = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: started.append(None) or fork())
    monkeypatch.setattr(workers, "_GROWN", -1)
    assert len(done(["a", "b", "c"], 1)) == 3
    assert len(started) == 3


def test_no_process_can_be_started(monkeypatch):
    if not workers.can_fork():
        pytest.skip("nothing is forked")

    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert done(["a", "b"], 2) == {"a": "A", "b": "B"}


def test_closing_ends_all(either):
    before = os.times()
    results = workers.results(["a", "endless", "b", "c"], TASK, 2)
    next(results)
    results.close()
    assert os.times().children_user - before.children_user < workers.SECONDS / 2


def test_a_large_process_keeps_its_workers(monkeypatch):
    """What a worker has from the process that it was forked from is not its own growth."""
    if not workers.can_fork():
        pytest.skip("nothing is forked here")
    started = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: started.append(None) or fork())
    monkeypatch.setattr(workers, "_GROWN", 20_000_000)
    ballast = bytearray(os.urandom(1 << 20)) * 100
    assert len(done(["a", "b", "c"], 1)) == 3
    assert len(started) == 1
    assert len(ballast) > 20_000_000
