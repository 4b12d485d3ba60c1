"""Files are checked through executors: those of Python, and of a Dask cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pytest

import kerlint as package
from kerlint.config.settings import SettingsError, layer
from kerlint.run import parts

ANY = layer({}, os.getcwd(), "")
EXAMPLE = Path(__file__).with_name("dask_folder.py")


@pytest.fixture
def folder(project, softmax):
    """Files with what can go right and wrong."""
    cell = {"cell_type": "code", "metadata": {}, "source": [softmax], "outputs": []}
    contents = {
        "a.py": softmax,
        "clean.py": "import keras\n",
        "quiet/kerlint.toml": 'ignore = ["KER101"]\n',
        "quiet/b.py": softmax,
        "deep/net.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}),
        "deep/broken.ipynb": "{",
        "deep/half.py": f"{softmax}model.add(\n",
        ".gitignore": "ignored.py\n",
        "ignored.py": softmax,
    }
    for name, content in contents.items():
        path = project / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (project / "src" / "latin.py").write_bytes(b"# \xff keras\n")
    return project / "src"


class Here(Executor):
    """Does all at once, through bytes as they go to another machine."""

    def __init__(self):
        self.given = []

    def submit(self, do, /, *arguments, **more):
        import pickle

        do, arguments = pickle.loads(pickle.dumps((do, arguments)))
        self.given += arguments
        future = Future()
        try:
            future.set_result(do(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


def test_the_findings_are_those_of_lint_paths(folder):
    executor = Here()
    found = package.lint_paths([folder], executor=executor, select=["KER"])
    assert found == package.lint_paths([folder], select=["KER"])
    assert {each.code for each in found} == {"KER000", "KER101"}
    assert [each.lines for each in found if each.code == "KER101"]
    (part,) = executor.given
    names = {os.path.relpath(path, folder) for path in part.files}
    assert "quiet/b.py" in names
    assert "ignored.py" not in names


def test_reports_are_those_of_the_command_line(folder, kerlint):
    with ThreadPoolExecutor(2) as executor:
        found = package.lint_paths(folder, executor=executor)
    package.write_reports(found, "json:parts.json,sarif:parts.sarif")
    assert kerlint("src", "--output-format", "json:all.json,sarif:all.sarif").code == 1
    for kind in ("json", "sarif"):
        assert Path(f"parts.{kind}").read_bytes() == Path(f"all.{kind}").read_bytes()


def test_write_reports_to_standard_output(folder, capsys):
    package.write_reports(package.lint_paths(folder / "a.py"), "concise")
    assert capsys.readouterr().out.startswith("src/a.py:1:11: error: KER101 ")
    package.write_reports([], "concise")
    assert capsys.readouterr().out == "All checks passed!\n"
    with pytest.raises(ValueError, match="must be one of"):
        package.write_reports([], "xml")


def test_parts(folder):
    executor = Here()
    made = list(parts.lint(executor, [str(folder)], ANY, files_each=3))
    assert [len(part.files) for part in executor.given] == [3, 3, 1]
    assert sorted(each.path for part in made for each in part) == [
        each.path for each in package.lint_paths(folder)
    ]


def test_relative_patterns_of_settings_begin_where_the_caller_is(folder, monkeypatch, tmp_path):
    settings = {"per_file_ignores": {"src/a.py": ["KER101"]}, "exclude": ["/src/deep/"]}
    executor = Broken()
    package.lint_paths("src", executor=executor, **settings)
    monkeypatch.chdir(tmp_path)  # where the worker is
    (part,) = executor.given
    assert {os.path.basename(each.path) for each in parts._findings(part)} == {"latin.py"}


def test_bad_calls(folder):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.py"):
        package.lint_paths(["nowhere.py", folder], executor=Here())
    with pytest.raises(SettingsError, match="unknown key 'selct'"):
        package.lint_paths(folder, executor=Here(), selct=["KER1"])
    (folder / "kerlint.toml").write_text("selct = []\n")
    with pytest.raises(SettingsError, match=r"kerlint\.toml"):
        package.lint_paths(folder, executor=Here())


def test_config_files_may_change_meanwhile(folder):
    executor = Here()
    found = parts.lint(executor, [str(folder)], ANY, files_each=1)
    next(found)
    part = executor.given[0]
    Path(part.files[0]).with_name("kerlint.toml").write_text("selct = []\n")
    with pytest.raises(SettingsError, match="unknown key"):
        parts._unpacked(parts.lint_part(part))


def test_files_that_are_not_there_on_the_worker(project, softmax):
    part = parts.Part((str(project / "gone.py"),), ANY)
    (finding,) = parts._unpacked(parts.lint_part(part))
    assert finding.message == "could not be read: the file is not there"


def test_another_release_on_the_worker(folder, monkeypatch):
    monkeypatch.setattr(parts, "__version__", "9.9")
    found = package.lint_paths(folder / "a.py", executor=Here())
    message = f"its worker failed: it has kerlint 9.9, not {package.__version__}"
    assert [each.message for each in found] == [f"kerlint failed on this file: {message}"]


class Broken(Here):
    """A pool that is lost with all that it was given."""

    def submit(self, do, /, *arguments, **more):
        self.given += arguments
        future = Future()
        future.set_exception(OSError("the machine\nis gone"))
        return future


def test_a_lost_worker_is_a_line_for_each_file(folder):
    found = package.lint_paths(folder, executor=Broken())
    assert {each.code for each in found} == {"KER000"}
    assert len(found) == 7
    assert found[0].message == (
        "kerlint failed on this file: its worker failed: the machine is gone"
    )
    package.write_reports(found, "sarif:report.sarif")
    (run,) = json.loads(Path("report.sarif").read_text())["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False


CRASHES = """
import os, kerlint.run.check_file as check_file
usual = check_file.diagnose
def diagnose(source, *arguments, **more):
    if source.path.endswith("a.py"):
        os.abort()
    return usual(source, *arguments, **more)
check_file.diagnose = diagnose
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="tells forked processes what to do")
def test_a_crash_costs_one_file(folder, monkeypatch):
    """Whatever happens to a file happens in a process that the worker of the executor starts."""
    usual = parts.bootstrap
    monkeypatch.setattr(parts, "bootstrap", lambda then, path: usual(CRASHES + then, path))
    found = package.lint_paths(folder, executor=Here())
    message = "kerlint failed on this file: its process crashed (SIGABRT); please report it"
    assert found[0].message == message
    assert [each for each in package.lint_paths(folder) if each.path != found[0].path] == found[1:]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_kerlint_killed_on_the_worker(folder, monkeypatch):
    command = [sys.executable, "-c", f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"]
    monkeypatch.setattr(parts, "bootstrap", lambda *_: command)
    found = package.lint_paths(folder / "a.py", executor=Here())
    assert [each.message for each in found] == [
        "kerlint failed on this file: its worker failed: kerlint ended with code -9"
    ]


WAITS = """
import os, time
from kerlint.run import parts
def wait(part):
    with open("pid", "w") as file:
        print(os.getpid(), file=file)
    time.sleep(600)
parts._findings = wait
"""
WORKER = f"""
from kerlint.run import parts
from kerlint.config.settings import layer
usual = parts.bootstrap
parts.bootstrap = lambda then, path: usual({WAITS!r} + then, path)
parts.lint_part(parts.Part(("a.py",), layer({{}}, "/", "")))
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere it ends when it is done"
)
def test_kerlint_ends_with_the_worker(project):
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], env={**os.environ, "PYTHONPATH": str(EXAMPLE.parents[2])}
    )
    file = project / "pid"
    while not (file.exists() and file.read_text().endswith("\n")):
        assert worker.poll() is None
        time.sleep(0.1)
    pid = int(file.read_text())
    worker.kill()
    worker.wait()
    while Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        time.sleep(0.1)


# --- Dask ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_dask_example(folder, kerlint_process):
    pytest.importorskip("dask.distributed")
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), "src"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(EXAMPLE.parents[2])},
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Findings: 6\n"
    assert kerlint_process("src", "--output-format", "json:a.json,sarif:a.sarif").code == 1
    assert Path("report.json").read_bytes() == Path("a.json").read_bytes()
    assert Path("report.sarif").read_bytes() == Path("a.sarif").read_bytes()


def die(_):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_dask_loses_workers(folder, monkeypatch):
    """Dask gives a part to other workers, and gives up on it when those die as well."""
    distributed = pytest.importorskip("dask.distributed")
    monkeypatch.setattr(parts, "FILES", 1)
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as it,
        distributed.Client(it) as client,
    ):
        executor = client.get_executor()

        class Dangerous(Executor):
            def submit(self, do, /, part):
                dies = part.files[0].endswith("a.py")
                return executor.submit(die if dies else do, part)

        found = list(parts.lint(Dangerous(), [str(folder)], ANY, files_each=1))
        messages = [each.message for part in found for each in part if each.path.endswith("/a.py")]
        assert len(messages) == 1
        assert "its worker failed: " in messages[0]
        others = {os.path.basename(each.path) for part in found for each in part}
        assert others == {"a.py", "net.ipynb", "broken.ipynb", "half.py", "latin.py"}


@pytest.mark.slow
def test_dask_takes_texts(softmax):
    """For what is not in files, `lint_source` and what it returns go to workers and back."""
    distributed = pytest.importorskip("dask.distributed")
    with (
        distributed.LocalCluster(n_workers=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = client.gather(client.map(package.lint_source, [softmax, "", f"{softmax}("]))
    assert [[each.code for each in one] for one in found] == [["KER101"], [], ["KER101", "KER000"]]
    assert found[0] == package.lint_source(softmax)


@pytest.mark.slow
def test_the_program_in_the_readme(project, softmax):
    pytest.importorskip("dask.distributed")
    text = (EXAMPLE.parents[2] / "README.md").read_text(encoding="utf-8")
    program = text.partition("<!-- dask -->\n```python\n")[2].partition("```")[0]
    (project / "program.py").write_text(program)
    (project / "notebooks").mkdir()
    (project / "notebooks" / "a.py").write_text(softmax)
    subprocess.run(
        [sys.executable, "program.py"],
        env={**os.environ, "PYTHONPATH": str(EXAMPLE.parents[2])},
        timeout=600,
        check=True,
    )
    assert '"KER101"' in Path("report.json").read_text()
    assert '"KER101"' in Path("report.sarif").read_text()
