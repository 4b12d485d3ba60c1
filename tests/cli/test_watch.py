"""`kerlint --watch`, in a process of its own, while files change below it."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytest.importorskip("watchfiles")

HERE = Path(__file__).resolve().parents[2]
TIME = r"\[\d\d:\d\d:\d\d\] "
CHANGED = re.compile(TIME + r"Changed: (.*)\.")
WAITING = re.compile(TIME + r"Checked in \d+\.\d s\. Waiting for changes; press Ctrl-C to stop\.")


def _heed_interrupts() -> None:
    """Undo that a shell lets what it starts in the background ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Watching:
    """A process that watches. ``next`` waits for a round and returns what it printed."""

    def __init__(self, folder: Path, *arguments: str, **more):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kerlint", "--watch", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(HERE), **more},
            preexec_fn=_heed_interrupts,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def next(self) -> tuple[str, str]:
        """What the next round reported, and why there was one."""
        report = why = ""
        while line := self._lines.get(timeout=100):
            if WAITING.fullmatch(line.rstrip()):
                return report, why
            if match := CHANGED.fullmatch(line.rstrip()):
                why = match[1]
            else:
                report += line
        raise AssertionError(f"it has ended: {report}")

    def end(self, number=signal.SIGINT) -> tuple[str, int]:
        """What is printed at the end, and the exit code."""
        self.process.send_signal(number)
        return self.rest()

    def rest(self) -> tuple[str, int]:
        rest = ""
        while line := self._lines.get(timeout=100):
            rest += line
        return rest, self.process.wait(timeout=100)


@pytest.fixture
def watching(project):
    started = []

    def start(*arguments: str, **more) -> Watching:
        started.append(Watching(project, "--output-format", "concise", *arguments, **more))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()
        each.process.stdout.close()


def codes(report: str) -> set[str]:
    return set(re.findall(r"KER\d{3}", report.partition("Found ")[0]))


def files(report: str) -> set[str]:
    return set(re.findall(r"^(\S+?):\d", report, re.M))


def test_files_come_change_and_go(project, watching, softmax, sigmoid):
    (project / "src").mkdir()
    (project / "src" / "a.py").write_text(softmax)
    it = watching("src")
    report, why = it.next()
    assert (files(report), why) == ({"src/a.py"}, "")
    assert "Found 1 error in 1 file." in report

    (project / "src" / "a.py").write_text(sigmoid)
    report, why = it.next()
    assert (files(report), why) == (set(), "src/a.py")
    assert "All checks passed!" in report

    # A new folder, and a file in it.
    (project / "src" / "deep" / "er").mkdir(parents=True)
    (project / "src" / "deep" / "er" / "b.py").write_text(softmax)
    report, why = it.next()
    assert (files(report), why) == ({"src/deep/er/b.py"}, "src/deep/er/b.py")

    # Editors write another file and put it in the place of the first.
    (project / "src" / "a.py.tmp").write_text(softmax)
    os.replace(project / "src" / "a.py.tmp", project / "src" / "a.py")
    report, why = it.next()
    assert (files(report), why) == ({"src/a.py", "src/deep/er/b.py"}, "src/a.py")

    os.rename(project / "src" / "a.py", project / "src" / "c.py")
    report, why = it.next()
    assert files(report) == {"src/c.py", "src/deep/er/b.py"}
    assert why == "src/a.py and src/c.py"

    shutil.rmtree(project / "src")
    report = ""
    while "src: no such file or folder" not in report:  # it may have been seen half empty
        report, why = it.next()
        assert files(report) <= {"src/c.py", "src/deep/er/b.py"}
    (project / "src").mkdir()
    (project / "src" / "a.py").write_text(softmax)
    while files(report) != {"src/a.py"}:
        report, why = it.next()
    assert it.end() == ("", 0)


def test_settings_and_ignored_files(project, watching, softmax):
    (project / ".git").mkdir()
    (project / "src").mkdir()
    (project / "src" / "a.py").write_text(softmax)
    (project / "src" / "old.py").write_text(softmax)
    it = watching("src")
    assert files(it.next()[0]) == {"src/a.py", "src/old.py"}

    (project / "src" / ".gitignore").write_text("old.py\n")
    report, why = it.next()
    assert (files(report), why) == ({"src/a.py"}, "src/.gitignore")

    # Neither of these is checked. The round that follows is about the third change.
    (project / "src" / "old.py").write_text(softmax * 2)
    (project / "src" / ".venv").mkdir()
    (project / "src" / ".venv" / "lib.py").write_text(softmax)
    (project / "src" / "notes.txt").write_text(softmax)
    (project / "kerlint.toml").write_text('ignore = ["KER101"]\n')
    report, why = it.next()
    assert (files(report), why) == (set(), "kerlint.toml")

    (project / "kerlint.toml").write_text("ignore = [\n")
    report, why = it.next()
    assert "kerlint.toml: not valid TOML" in report
    (project / "kerlint.toml").unlink()
    report, why = it.next()
    assert (files(report), why) == ({"src/a.py"}, "kerlint.toml")
    assert it.end() == ("", 0)


def test_files_that_others_import(project, watching):
    """What a finding depends on may be outside of what is checked."""
    (project / "lib").mkdir()
    (project / "src").mkdir()
    (project / "lib" / "__init__.py").touch()
    (project / "lib" / "names.py").write_text('import keras\nACT = "softmax"\n')
    (project / "src" / "a.py").write_text(
        "import keras\nfrom lib.names import ACT\n"
        "model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation=ACT)])\n"
    )
    it = watching("src")
    assert codes(it.next()[0]) == {"KER101"}
    (project / "lib" / "names.py").write_text('import keras\nACT = "sigmoid"\n')
    report, why = it.next()
    assert (codes(report), why) == (set(), "lib/names.py")
    (project / "lib" / "names.py").write_text('import keras\nACT = "softmax"\n')
    assert codes(it.next()[0]) == {"KER101"}
    assert it.end() == ("", 0)


OLD = "import keras\nrate = keras.optimizers.SGD(lr=0.1)\n"
NEW = OLD.replace("lr", "learning_rate")


def test_fixes_do_not_start_another_round(project, watching, softmax):
    (project / "a.py").write_text(OLD)
    it = watching("--fix")
    report, _ = it.next()
    assert "Fixed 1 finding in 1 file; none remain." in report
    assert (project / "a.py").read_text() == NEW
    (project / "b.py").write_text(OLD + softmax)
    report, why = it.next()
    assert why == "b.py"
    assert "Fixed 1 finding" in report
    assert codes(report) == {"KER101"}
    (project / "c.py").write_text(softmax)
    report, why = it.next()
    assert why == "c.py", "and not again because of what was fixed"
    assert it.end() == ("", 0)


def test_one_file(project, watching, softmax, sigmoid):
    """A named file may have any name; others beside it do not count."""
    (project / "train.txt").write_text(softmax)
    it = watching("train.txt")
    assert files(it.next()[0]) == {"train.txt"}
    (project / "other.py").write_text(softmax)
    (project / "new").write_text(sigmoid)
    os.replace(project / "new", project / "train.txt")
    report, why = it.next()
    assert (files(report), why) == (set(), "train.txt")
    assert it.end() == ("", 0)


def test_many_at_once(project, watching, softmax):
    it = watching()
    it.next()
    for number in range(30):
        (project / f"a{number:02}.py").write_text(softmax)
    report, why = it.next()
    while len(files(report)) < 30:
        report, why = it.next()
    assert re.fullmatch(r"a\d\d\.py, a\d\d\.py and \d+ other files", why)
    assert it.end() == ("", 0)


def test_json(project, softmax):
    """Standard output has reports only."""
    (project / "a.py").write_text(softmax)
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--watch", "--output-format", "json-lines"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        preexec_fn=_heed_interrupts,
    )
    try:
        assert '"KER101"' in process.stdout.readline()
        assert WAITING.fullmatch(process.stderr.readline().rstrip())
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=100) == ("", "")
    finally:
        process.kill()
        process.communicate()


def test_signals(project, watching):
    it = watching()
    it.next()
    assert it.end(signal.SIGTERM) == ("", 128 + signal.SIGTERM)


def test_nobody_reads(project, softmax):
    (project / "a.py").write_text(softmax)
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--watch", "--output-format", "concise"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        preexec_fn=_heed_interrupts,
    )
    try:
        process.stderr.readline()
        process.stdout.close()
        (project / "a.py").write_text(softmax * 2)
        assert process.wait(timeout=100) == 1
        assert CHANGED.fullmatch(process.stderr.read().rstrip())
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_what_is_wrong_from_the_start(project, kerlint_process, softmax):
    done = kerlint_process("--watch", "scr/")
    assert (done.code, done.out, done.err) == (2, "", "kerlint: scr/: no such file or folder\n")
    done = kerlint_process("--watch", "--select", "KER999")
    assert done.code == 2
    (project / "kerlint.toml").write_text("ignore = [\n")
    done = kerlint_process("--watch")
    assert done.code == 2
    assert "not valid TOML" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["-"],
        ["--stdin-filename", "a.py"],
        ["--show-files"],
        ["--show-settings"],
        ["--show-unknown"],
        ["--add-ignore"],
        ["--write-baseline", "b"],
        ["--write-proof", "p"],
    ],
    ids=lambda words: words[0],
)
def test_what_cannot_be_watched(project, kerlint, words):
    done = kerlint("--watch", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"kerlint: --watch cannot be combined with {words[0]}\n"


def test_without_watchfiles(project, kerlint_process):
    (project / "hide").mkdir()
    (project / "hide" / "watchfiles.py").write_text("raise ModuleNotFoundError('watchfiles')\n")
    path = os.pathsep.join([str(project / "hide"), str(HERE)])
    done = kerlint_process("--watch", env={"PYTHONPATH": path})
    assert (done.code, done.out) == (2, "")
    assert done.err == "kerlint: --watch needs watchfiles: pip install 'kerlint[watch]'\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_terminal(project, softmax, sigmoid):
    """On a terminal, the screen is cleared before each round but the first."""
    import pty

    (project / "a.py").write_text(softmax)
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--watch"],
        stdin=child,
        stdout=child,
        stderr=child,
        env={**os.environ, "PYTHONPATH": str(HERE), "TERM": "xterm"},
        preexec_fn=_heed_interrupts,
    )
    os.close(child)
    shown = b""

    def until(text: bytes) -> bytes:
        nonlocal shown
        while text not in shown:
            shown += os.read(parent, 1000)
        before, _, shown = shown.partition(text)
        return before

    try:
        first = until(b"Ctrl-C to stop.")
        assert b"KER101" in first
        assert b"\x1b[2J" not in first
        (project / "a.py").write_text(sigmoid)
        assert b"\x1b[2J\x1b[H[" in until(b"All checks passed!")
        until(b"Ctrl-C to stop.")
        os.write(parent, b"\x03")
        process.send_signal(signal.SIGINT)  # the terminal is not the controlling one
        assert process.wait(timeout=100) == 0
    finally:
        process.kill()
        process.wait()
        os.close(parent)
