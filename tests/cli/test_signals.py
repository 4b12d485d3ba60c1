"""Signals at any moment: all processes go, and what others wait for is let go.

``KERLINT_MOMENTS=20 pytest tests/cli/test_signals.py`` tries twenty moments each.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pytest

from kerlint.run.engine import POOL_BYTES_FORKED

# The second is the option -P, which came with Python 3.11.
OF_THIS = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONSAFEPATH": "1"}
MOMENTS = int(os.environ.get("KERLINT_MOMENTS", "1"))
MARK = "KERLINT_TEST_MARK"
PATIENCE = 600  # seconds, for what takes some milliseconds on a machine that is not busy

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

PROGRAM = """\
import keras
model = keras.Sequential()
model.add(keras.layers.Dense(1, activation="softmax"))
"""
FILLING = "x{0} = keras.layers.Dense({0}, activation='relu')\n"


class Started:
    """A run of kerlint, and all processes that it started."""

    def __init__(self, folder: Path, *arguments: str, temporary: Path, before=None) -> None:
        self._mark = uuid.uuid4().hex
        env = {**os.environ, **OF_THIS, MARK: self._mark, "TMPDIR": str(temporary)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kerlint", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            cwd=folder,
            start_new_session=True,
            preexec_fn=before or heed,
        )

    def wait_until_it_heeds(self) -> None:
        """Wait for the handlers of kerlint: until then a signal ends Python in its own way."""
        wanted = sum(1 << (number - 1) for number in (signal.SIGTERM, signal.SIGHUP))

        def heeds() -> bool:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
            (caught,) = (x for x in status.splitlines() if x.startswith("SigCgt:"))
            return int(caught.split()[1], 16) & wanted == wanted

        assert wait_for(heeds)

    def wait_until_it_works(self, processes: int = 1) -> None:
        """Wait until it has started so many processes, or has ended already."""
        assert wait_for(lambda: len(self.others()) >= processes or self.process.poll() is not None)

    def others(self) -> list[int]:
        """The processes but for the first that are alive."""
        found = []
        for entry in os.scandir("/proc"):
            if entry.name.isdecimal() and int(entry.name) != self.process.pid:
                try:
                    state = Path(entry.path, "stat").read_text().rpartition(")")[2].split()[0]
                    if (
                        state != "Z"
                        and self._mark.encode() in Path(entry.path, "environ").read_bytes()
                    ):
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    def wait_for_others(self) -> list[int]:
        """Wait until the others have ended; those that have not."""
        quiet = 0
        # One look is not enough: it misses a process whose parent ends meanwhile.
        limit = time.monotonic() + PATIENCE
        while quiet < 3 and time.monotonic() < limit:
            quiet = 0 if self.others() else quiet + 1
            time.sleep(0.02)
        return self.others()

    def wait(self) -> tuple[int, bytes, bytes]:
        """Wait for the end of the first process and of what it prints, then for the others."""
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
            assert self.wait_for_others() == []
            return self.process.returncode, out, err
        finally:
            for pid in (*self.others(), self.process.pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue


def wait_for(condition) -> bool:
    limit = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def heed() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def ignore_hang_up() -> None:
    heed()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@pytest.fixture
def temporary():
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """Enough to take a second or two."""
    folder = tmp_path_factory.mktemp("tree")
    (folder / "setup.cfg").touch()
    filling = "".join(FILLING.format(number) for number in range(1, 160))
    for number in range(30):
        (folder / f"f{number:02}.py").write_text(PROGRAM + filling)
    assert 30 * len(filling) > POOL_BYTES_FORKED, "enough for several processes"
    return folder


@pytest.fixture(scope="module")
def whole(tree):
    """The lines of a run that nothing disturbs, and the seconds that it takes."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        started = Started(tree, "--no-cache", "-q", *CONCISE, temporary=Path(temporary))
        code, out, err = started.wait()
    assert (code, err) == (1, b"")
    assert len(out.splitlines()) == 30
    return out.splitlines(), time.monotonic() - begun


CONCISE = ("--output-format", "concise")


@pytest.mark.parametrize("jobs", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_a_worker_that_is_killed_loses_one_file(tree, whole, temporary, jobs):
    lines, seconds = whole
    moments = random.Random(10)
    lost_lines = 0
    for _ in range(MOMENTS + 2):
        started = Started(tree, "--no-cache", "-q", *CONCISE, "-j", jobs, temporary=temporary)
        started.wait_until_it_works()
        others = started.others()
        time.sleep(moments.uniform(0, seconds / 2))
        others = started.others() or others
        for pid in moments.sample(others, min(1, len(others))):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        code, out, err = started.wait()
        got = out.splitlines()
        lost = [line for line in got if b"KER000" in line]
        assert len(lost) <= 1
        assert all(b"its process was killed" in line for line in lost)
        names = {line.split(b":")[0] for line in lost}
        assert [x for x in got if x not in lost] == [
            x for x in lines if x.split(b":")[0] not in names
        ]
        assert (code, err) == (2 if lost else 1, b"")
        lost_lines += len(lost)
    assert lost_lines or MOMENTS < 10, "none was killed while it worked"


# Without ``-m slow`` each signal, each way and each number of processes once or twice.
SENT = [
    (name, send, jobs)
    for name in ("SIGTERM", "SIGHUP", "SIGINT")
    for send in ("kill", "killpg")
    for jobs in ("1", "2")
]
SAMPLE = [("SIGTERM", "kill", "2"), ("SIGHUP", "kill", "1"), ("SIGINT", "killpg", "2")]


@pytest.mark.parametrize(
    ("name", "send", "jobs"),
    [each if each in SAMPLE else pytest.param(*each, marks=pytest.mark.slow) for each in SENT],
)
def test_nothing_is_left(tree, whole, temporary, jobs, name, send):
    _, seconds = whole
    cache = temporary / "cache"
    number = signal.Signals[name]
    moments = random.Random(f"{jobs}{name}{send}")
    for _ in range(MOMENTS):
        started = Started(tree, "-q", "-j", jobs, "--cache-dir", str(cache), temporary=temporary)
        started.wait_until_it_heeds()
        time.sleep(moments.uniform(0, seconds))
        getattr(os, send)(started.process.pid, number)
        code, out, err = started.wait()
        if code != 1:  # it was ready
            assert (code, out, err) == (128 + number, b"", b"")
        assert not list(cache.rglob("*.new"))
        shutil.rmtree(cache, ignore_errors=True)
        assert list(temporary.iterdir()) == []


def test_several_signals_at_once(tree, whole, temporary):
    started = Started(tree, "--no-cache", "-q", "-j", "2", temporary=temporary)
    started.wait_until_it_works()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        os.kill(started.process.pid, number)
    code, out, err = started.wait()
    if code != 1:  # it was ready
        # Which of those that wait is handled first is up to the system.
        assert code in (143, 130, 129)
        assert (out, err) == (b"", b"")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_killed(tree, whole, temporary, jobs):
    """Nobody tells the workers, and still they do not hold what others wait for."""
    started = Started(tree, "--no-cache", "-q", "-j", jobs, temporary=temporary)
    started.wait_until_it_works(int(jobs))
    started.process.kill()
    code, out, _ = started.wait()
    if code != 1:  # it was ready
        assert (code, out) == (-signal.SIGKILL, b"")


def test_nohup(tree, whole, temporary):
    lines, _ = whole
    started = Started(
        tree, "--no-cache", "-q", *CONCISE, temporary=temporary, before=ignore_hang_up
    )
    for _ in range(5):
        time.sleep(0.2)
        try:
            os.killpg(started.process.pid, signal.SIGHUP)
        except ProcessLookupError:
            break
    code, out, _ = started.wait()
    assert (code, out.splitlines()) == (1, lines)


def test_while_reading_standard_input(project, temporary):
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint", "-"],
        stdin=read,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **OF_THIS},
        preexec_fn=heed,
    )
    os.close(read)
    try:
        state = Path(f"/proc/{process.pid}/wchan")
        assert wait_for(lambda: b"pipe" in state.read_bytes() or process.poll() is not None)
        process.terminate()
        assert process.communicate(timeout=PATIENCE) == (b"", b"")
        assert process.returncode == 143
    finally:
        process.kill()
        os.close(write)


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "name",
    [
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("SIGTERM", "SIGHUP")),
        "SIGINT",
        "SIGKILL",
    ],
)
def test_the_worker_that_runs_tensorflow(project, temporary, name):
    """It goes with its folder, also when its parent was killed and could not see to that."""
    (project / "a.py").write_text(PROGRAM)
    number = signal.Signals[name]
    moments = random.Random(name)
    for _ in range(MOMENTS):
        started = Started(project, "-q", "--no-cache", "--execute", temporary=temporary)
        assert wait_for(lambda: list(temporary.iterdir()))
        time.sleep(moments.uniform(0.5, 6))
        started.process.send_signal(number)
        code, out, err = started.wait()
        if code != 1:  # it was ready
            expected = -number if name == "SIGKILL" else 128 + number
            assert (code, out, err) == (expected, b"", b"")
        # A process of its own removes the folder after the worker has ended.
        wait_for(lambda: not list(temporary.iterdir()))
        assert list(temporary.iterdir()) == []
