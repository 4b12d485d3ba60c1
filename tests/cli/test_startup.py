"""What a run imports: nothing heavy unless it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
HEAVY = {"libcst", "tensorflow", "keras", "rich", "numpy"}
RUN = (
    "import sys\n"
    "from kerlint.command.cli import main\n"
    "code = main(sys.argv[1:])\n"
    "print(code, *sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr)\n"
)


def loaded(program, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        check=True,
    )
    code, *modules = done.stderr.split()
    return int(code), set(modules) & HEAVY


def test_importing_kerlint_is_light():
    program = (
        "import sys, kerlint\n"
        "print(0, *sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr)\n"
        "assert not any(n.startswith('kerlint.') for n in sys.modules), sys.modules"
    )
    assert loaded(program) == (0, set())


def test_a_tree_without_keras(project):
    (project / "a.py").write_text("import os\n")
    (project / "b.py").write_text("def broken(:\n")
    assert loaded(RUN, "--no-cache") == (0, set())


def test_rules_that_cannot_fire(project, sigmoid):
    (project / "a.py").write_text(sigmoid)
    assert loaded(RUN, "--no-cache", "--select", "KER101") == (0, set())


def test_a_second_run(project, softmax):
    (project / "a.py").write_text(softmax)
    assert imported() == {"libcst"}
    assert imported() == set()


def imported():
    """The heavy packages that the command imports, in the process that parses as well."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kerlint"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE), "KERLINT_DEBUG": "1"},  # keeps its stderr open
        check=False,
    )
    assert done.returncode == 1
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    return modules & HEAVY


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("check", "-h"),
        ("rules",),
        ("rules", "--output-format", "json"),
        ("explain", "KER1"),
        ("explain", "-h"),
        ("--show-settings",),
    ],
    ids=" ".join,
)
def test_words_only(project, arguments):
    assert loaded(RUN, *arguments) == (0, set())


def test_never_tensorflow(project, softmax):
    (project / "a.py").write_text("import tensorflow as tf\nimport keras\n" + softmax)
    assert imported() == {"libcst"}
