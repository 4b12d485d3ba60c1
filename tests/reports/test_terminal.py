"""Colours, pipes and terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("name", ["full", "concise", "json", "json-lines"])
def test_broken_pipe(project, softmax, name):
    (project / "a.py").write_text(softmax * 3000)
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
def test_a_file_name_that_is_no_text(kerlint_process, project, softmax):
    Path(os.fsdecode(b"\xff.py")).write_text(softmax)
    for name in ("full", "concise", "json", "json-lines"):
        done = kerlint_process("--output-format", name)
        assert (done.code, done.err) == (1, "")
