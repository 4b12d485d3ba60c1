"""Several processes give what one gives, and go when they are told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kerlint.run.check_file
from kerlint.processes import workers

pytestmark = pytest.mark.usefixtures("forks")

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def many(project, softmax, number=8, lines=2000):
    for index in range(number):
        (project / f"f{index}.py").write_text(softmax + f"x = {index}\n" * lines)


def test_the_same_findings_in_the_same_order(kerlint, project, softmax, monkeypatch):
    monkeypatch.setattr("kerlint.run.engine.POOL_BYTES_FORKED", 1)
    monkeypatch.setattr("kerlint.run.engine.POOL_BYTES_SPAWNED", 1)
    many(project, softmax, lines=10)
    alone = kerlint("--jobs", "1", "--no-cache")
    together = kerlint("--jobs", "3", "--no-cache")
    assert together == alone
    assert alone.out.count("error: KER101") == 8


def test_few_bytes_need_no_second_process(kerlint, project, softmax, monkeypatch):
    started = []
    fork = os.fork
    monkeypatch.setattr("os.fork", lambda: started.append(None) or fork())
    many(project, softmax, lines=10)
    assert kerlint("--jobs", "3", "--no-cache").code == 1
    assert len(started) <= 1  # one so that a crash does not end the run


@pytest.mark.skipif(sys.platform == "win32", reason="the patch reaches forked processes only")
def test_a_process_that_dies(kerlint, project, softmax, monkeypatch):
    if not workers.can_fork():
        pytest.skip("the patch reaches forked processes only")
    diagnose = kerlint_diagnose()

    def die(source, settings, **options):
        if source.path.endswith("f3.py"):
            os._exit(9)
        return diagnose(source, settings, **options)

    monkeypatch.setattr("kerlint.run.check_file.diagnose", die)
    monkeypatch.setattr("kerlint.run.engine.POOL_BYTES_FORKED", 1)
    many(project, softmax, lines=10)
    done = kerlint("--jobs", "2", "--no-cache", "--output-format", "concise", "--quiet")
    assert done.code == 2
    lines = {line.split(":")[0]: line for line in done.out.splitlines()}
    assert (
        "kerlint failed on this file: its process ended with code 9; please report it"
        in lines.pop("f3.py")
    )
    assert len(lines) == 7
    assert all(" KER101 " in line for line in lines.values())


def heed_ctrl_c():
    # A shell starts what it puts into the background with SIGINT ignored, and that is inherited.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("send", ["killpg", "kill"])  # a terminal, and who only knows the parent
def test_ctrl_c(project, softmax, jobs, send):
    many(project, softmax, number=1000, lines=3000)
    env = {**os.environ, "PYTHONPATH": HERE}
    process = subprocess.Popen(
        [sys.executable, "-m", "kerlint", "--no-cache", "--jobs", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=env,
        preexec_fn=heed_ctrl_c,
    )
    # However busy the machine is: past the imports, and before the end.
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while not children.read_text():
        assert process.poll() is None
        time.sleep(0.01)
    getattr(os, send)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=600)
    assert (process.returncode, out, err) == (130, b"", b"")


# Ctrl-C at the very moment when a module is looked for, by one that catches whatever goes wrong.
WHILE_IMPORTING = """
import os, signal, sys
from kerlint.__main__ import run

MAIN = os.getpid()  # the process that imports may be a worker

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            try:
                os.kill(MAIN, signal.SIGINT)
            except BaseException:
                pass

sys.meta_path.insert(0, Finder())
sys.argv = ["kerlint", "--no-cache", "--jobs", "1"]
signal.signal(signal.SIGINT, signal.{handler})
run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    "module",
    ["kerlint.command.options", "kerlint.rules", "libcst", "kerlint.reading.interpreter.calls"],
)
@pytest.mark.parametrize(
    ("handler", "code"),
    [("default_int_handler", 130), ("SIG_IGN", 1)],  # ignored, as a shell does in the background
)
def test_ctrl_c_while_importing(project, softmax, module, handler, code):
    (project / "a.py").write_text(softmax)
    script = WHILE_IMPORTING.format(module=module, handler=handler)
    env = {**os.environ, "PYTHONPATH": HERE}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=env, timeout=600)
    assert (done.returncode, done.stderr) == (code, b"")
    assert (b"KER101" in done.stdout) == (code == 1)


def kerlint_diagnose():
    return kerlint.run.check_file.diagnose
