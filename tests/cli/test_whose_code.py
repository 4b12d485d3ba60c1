"""Files beside the code to check are never run, whatever they are called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import kerlint
from kerlint.processes import workers

HERE = Path(kerlint.__file__).parents[1]
# What kerlint imports, directly or not. `python -m` itself has imported some of the rest by then.
NAMES = (
    *("__future__", "ast", "bisect", "dataclasses", "fnmatch", "hashlib", "inspect", "json"),
    *("multiprocessing", "pickle", "platform", "random", "select", "signal", "socket", "string"),
    *("struct", "subprocess", "tempfile", "textwrap", "threading", "tokenize", "typing"),
    *("libcst", "pathspec", "platformdirs", "typer", "rich", "sitecustomize", "usercustomize"),
    *("tensorflow", "keras", "numpy", "resource", "queue", "symtable", "difflib"),
)


@pytest.fixture
def trap(project, softmax):
    """A folder whose modules leave a trace when they are imported."""
    for name in NAMES:
        (project / f"{name}.py").write_text(
            f"open({str(project / 'traces')!r}, 'a').write({name + ' '!r})\n"
        )
    (project / "kerlint").mkdir()
    (project / "kerlint" / "cli.py").write_text("raise SystemExit(77)\n")
    (project / "a.py").write_text(softmax)
    return project


def run(*command, folder, env=None):
    env = {**os.environ, "PYTHONPATH": str(HERE), **(env or {})}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=env, timeout=600)
    traces = folder / "traces"
    return done.returncode, done.stderr, traces.read_text() if traces.exists() else ""


COMMAND = (sys.executable, "-m", "kerlint", "-q", "a.py")


def test_the_current_folder(trap):
    assert run(*COMMAND, folder=trap) == (1, "", "")


def test_several_processes(trap, softmax):
    for number in range(4):
        (trap / f"b{number}.py").write_text(softmax + "x = 1\n" * 20_000)
    assert run(*COMMAND, "-j", "2", "--no-cache", *("b0.py", "b1.py"), folder=trap) == (1, "", "")


def test_processes_that_start_anew(trap):
    """Here a new Python, as on Windows."""
    script = (
        "import sys; sys.path.pop(0)\n"
        "from kerlint.processes import workers\n"
        "task = workers.Task(len, int, len)\n"
        "print(list(workers._from_spawned(['ab', 'c'], task, 2)), file=sys.stderr)\n"
    )
    code, err, traces = run(sys.executable, "-c", script, folder=trap)
    assert (code, traces) == (0, "")
    assert "('ab', 2)" in err


@pytest.mark.parametrize("flag", ["-P", "-I"])
def test_where_python_leaves_it_out_itself(trap, flag):
    if flag == "-P" and sys.version_info < (3, 11):
        pytest.skip("came with 3.11")
    start = f"import sys; sys.path.append({str(HERE)!r})\nimport runpy\n"
    start += "sys.argv = ['kerlint', '-q', 'a.py']\n"
    start += "runpy.run_module('kerlint', run_name='__main__', alter_sys=True)\n"
    assert run(sys.executable, flag, "-c", start, folder=trap) == (1, "", "")


def test_a_folder_on_the_path_on_purpose(trap):
    """PYTHONPATH is what somebody asked for, even if it is the current folder."""
    for each in trap.iterdir():
        if each.suffix == ".py" and each.stem not in ("a", "typer"):
            each.unlink()
    shutil.rmtree(trap / "kerlint")
    path = os.pathsep.join([str(trap), str(HERE)])
    code, _, traces = run(*COMMAND, "--help", folder=trap, env={"PYTHONPATH": path})
    assert (code, traces) == (1, "typer "), "it is imported, and is not typer"


def test_in_a_checkout(tmp_path, softmax):
    shutil.copytree(HERE / "kerlint", tmp_path / "kerlint")
    (tmp_path / "a.py").write_text(softmax)
    (tmp_path / "typing.py").write_text("raise SystemExit(77)\n")
    env = {"PYTHONPATH": ""}
    assert run(*COMMAND, folder=tmp_path, env=env) == (1, "", "")
    package = tmp_path / "kerlint" / "__init__.py"
    package.write_text(package.read_text() + '__version__ = "from here"\n')
    command = [sys.executable, "-m", "kerlint", "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "kerlint from here\n"


def test_a_zip_archive(tmp_path, softmax):
    archive = tmp_path / "kerlint.pyz"
    with zipfile.ZipFile(archive, "w") as out:
        for file in (HERE / "kerlint").rglob("*"):
            if file.suffix in (".py", ".json"):
                out.write(file, file.relative_to(HERE))
        out.writestr("__main__.py", "from kerlint.__main__ import run\nrun()\n")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "json.py").write_text("raise SystemExit(77)\n")
    done = run(sys.executable, str(archive), "--version", folder=folder, env={"PYTHONPATH": ""})
    assert done == (0, "", "")


def test_the_command_that_starts_a_worker(trap):
    """That of --execute, without TensorFlow."""
    command = workers.bootstrap("import kerlint.catalogue.codes, json, tensorflow\n", ["/nowhere"])
    code, err, traces = run(*command, folder=trap)
    assert (code, traces) == (1, "")
    assert "No module named" in err
