"""Colours, pipes and terminals."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from kerlint.reports import formats

HERE = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def one_finding(project, softmax):
    (project / "a.py").write_text(softmax)


def test_plain_in_a_pipe(kerlint_process):
    assert "\x1b" not in kerlint_process().out


@pytest.mark.parametrize(
    ("env", "arguments", "coloured"),
    [
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": ""}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"FORCE_COLOR": "1"}, ("--output-format", "json"), False),
    ],
)
def test_colour_when_asked(kerlint_process, env, arguments, coloured):
    assert ("\x1b" in kerlint_process(*arguments, env=env).out) is coloured


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize(
    ("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_on_a_terminal(project, env, coloured):
    import pty

    parent, child = pty.openpty()
    surroundings = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(HERE), **env}
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint"], stdout=child, stderr=child, env=surroundings
    )
    os.close(child)
    out = b""
    while True:
        try:
            piece = os.read(parent, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        out += piece
    assert process.wait() == 1
    assert b"KER101" in out
    assert (b"\x1b[" in out) is coloured


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize("interrupted", [False, True])
def test_progress_of_a_long_run(
    kerlint, project, softmax, monkeypatch, in_this_process, interrupted
):
    import pty

    from kerlint.run.check_file import Diagnosis

    clock = iter(range(1000))

    def diagnose(source, settings, **options):
        if interrupted and source.path.endswith("f4.py"):
            raise KeyboardInterrupt
        return Diagnosis(())

    for number in range(6):
        (project / f"f{number}.py").write_text(softmax)
    monkeypatch.setattr("kerlint.run.check_file.diagnose", diagnose)
    monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))
    monkeypatch.setenv("TERM", "xterm")
    parent, child = pty.openpty()
    with open(child, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        done = kerlint("--no-cache", "--jobs", "1", "--quiet")
        shown = ""
        while select.select([parent], [], [], 0.5)[0]:
            shown += os.read(parent, 4096).decode()
    os.close(parent)
    assert (done.code, done.out) == (130 if interrupted else 0, "")
    assert "Checking files" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "the cursor is shown again"


DEAD = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((4,))])
model.add(layers.Dense(8, activation="relu", kernel_initializer="zeros"))
model.add(layers.Dense(1))
model.compile(loss="mse", optimizer="adam")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
@pytest.mark.parametrize("stdin", [False, True])
def test_experiments_show_progress_before_the_first_result(kerlint, project, monkeypatch, stdin):
    """Also for a single file: importing TensorFlow alone takes longer than people wait."""
    import io
    import pty
    from types import SimpleNamespace

    from kerlint.execute.prove import Prover
    from kerlint.execute.spec import Answer

    (project / "a.py").unlink()
    (project / "dead.py").write_text(DEAD)
    parent, child = pty.openpty()
    shown = bytearray()

    def attempt(self, job):
        while b"Testing findings" not in shown and select.select([parent], [], [], 5)[0]:
            shown.extend(os.read(parent, 4096))
        seen_before.append(b"Testing findings" in shown)
        return Answer("refuted", "not so")

    seen_before: list[bool] = []
    monkeypatch.setattr(Prover, "_attempt", attempt)
    monkeypatch.setenv("TERM", "xterm")
    with open(child, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        if stdin:
            given = SimpleNamespace(buffer=io.BytesIO(DEAD.encode()))
            monkeypatch.setattr("sys.stdin", given)
        done = kerlint("--execute", "--no-cache", "-" if stdin else "dead.py")
        while select.select([parent], [], [], 0.2)[0]:
            shown.extend(os.read(parent, 4096))
    os.close(parent)
    assert seen_before
    assert all(seen_before)
    assert done.code == 0
    assert "[refuted]" in done.out
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l"), "the cursor is shown again"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_no_space_left(project):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kerlint"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(HERE)},
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "kerlint: cannot write: No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="shell of POSIX")
def test_closed_streams(project):
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    command = f"{sys.executable} -m kerlint >&- 2>&-"
    assert subprocess.run(command, shell=True, env=environment, check=False).returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder cannot go there")
def test_a_current_folder_that_is_gone(project, kerlint_process):
    (project / "a.py").unlink()
    (project / "setup.cfg").unlink()
    project.rmdir()
    done = kerlint_process()
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


# One that is written line by line, one that is one text, and that of people.
SAMPLE = ("concise", "full", "json")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize(
    "name",
    [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in formats()],
)
def test_broken_pipe(project, softmax, name):
    (project / "a.py").write_text(softmax * 1000)
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--output-format", name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), err) == (1, b"")


def test_a_terminal_without_the_signs(kerlint_process, project, softmax):
    (project / "a.py").write_text(f"s = '漢字'; {softmax}", encoding="utf-8")
    done = kerlint_process(env={"PYTHONIOENCODING": "ascii"})
    assert (done.code, done.err) == (1, "")
    assert "\\u6f22" in done.out


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are always text")
@pytest.mark.parametrize(
    "names", [SAMPLE, pytest.param({*formats()} - {*SAMPLE}, marks=pytest.mark.slow)], ids=len
)
def test_a_file_name_that_is_no_text(kerlint_process, project, softmax, names):
    Path(os.fsdecode(b"\xff.py")).write_text(softmax)
    for name in names:
        done = kerlint_process("--output-format", name)
        assert (done.code, done.err) == (1, ""), name
