"""Whoever interrupts ``--fix`` finds each file old or new, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEAD = "from keras.layers import Dense\n" + "# " + "x" * 5_000 + "\n"
OLD = HEAD + "x = 1  # kerlint: ignore[KER101]\n"
NEW = HEAD + "x = 1\n"
FILES = 150


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("files", [1, FILES // 3])
def test_each_file_is_old_or_new(project, number, files):
    names = [f"m{index}.py" for index in range(FILES)]
    for name in names:
        (project / name).write_text(OLD)
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--fix", "--select", "KER013,KER101", "--jobs", "2"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if sum((project / name).read_text() == NEW for name in names) >= files:
            break
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    if process.returncode not in (0, 1):  # it was not done already
        expected = (128 + number, -number) if number == signal.SIGKILL else (128 + number,)
        assert process.returncode in expected
        assert (out, err) == (b"", b"")
    assert {(project / name).read_text() for name in names} <= {OLD, NEW}
    if number != signal.SIGKILL:
        assert sorted(os.listdir(project)) == sorted([*names, "setup.cfg"])
