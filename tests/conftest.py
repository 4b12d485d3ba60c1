"""What all tests share: a command line to run, and a cache that is thrown away."""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

HERE = Path(__file__).parent
SOFTMAX = 'model.add(Dense(1, activation="softmax"))\n'
SIGMOID = 'model.add(Dense(1, activation="sigmoid"))\n'


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


# All but those that are for the tests themselves.
IS_OPTION = re.compile(r"KERLINT_(?!UPDATE_README|NOTEBOOKS|MOMENTS)")

CACHES = itertools.count()

# A test that asks for one of these runs TensorFlow, here or in another process.
NEEDS_TENSORFLOW = {"keras", "prover"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs TensorFlow where it is not installed."""
    missing = importlib.util.find_spec("tensorflow") is None
    for item in items:
        if NEEDS_TENSORFLOW.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.tensorflow)
        if missing and item.get_closest_marker("tensorflow") is not None:
            item.add_marker(pytest.mark.skip(reason="TensorFlow is not installed"))


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """No test reads or writes the cache of the person who runs it, or depends on the terminal."""
    # A number of our own: pytest would look through all folders that are there for the last one.
    folder = tmp_path_factory.getbasetemp() / f"cache{next(CACHES)}"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    for name in ("NO_COLOR", "FORCE_COLOR", *filter(IS_OPTION.match, os.environ)):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def keras() -> Any:
    """The installed Keras."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return importlib.import_module("keras")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one; nothing above it is part of the project."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "setup.cfg").touch()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def kerlint(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run the command line in this process."""
    from kerlint.command.cli import main

    def run(*arguments: str | Path) -> Result:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse here, as where processes cannot be forked, so that a test sees what is called."""
    monkeypatch.setattr("kerlint.processes.workers.can_fork", lambda: False)


@pytest.fixture(scope="module")
def passed_elsewhere(request: pytest.FixtureRequest) -> bool:
    """Whether the tests of this file have run in another process, because TensorFlow runs here."""
    if "tensorflow" not in sys.modules:
        return False
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(request.path)],
        cwd=HERE.parent,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return True


@pytest.fixture
def forks(passed_elsewhere: bool) -> None:
    """For tests of forked processes: nothing is forked where TensorFlow runs."""
    if passed_elsewhere:
        pytest.skip("passed in a process without TensorFlow")


@pytest.fixture
def kerlint_process(project: Path) -> Callable[..., Result]:
    """Run the command line in a process of its own."""

    def run(
        *arguments: str | Path, stdin: bytes | None = None, env: dict[str, str] | None = None
    ) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "kerlint", *map(str, arguments)],
            input=stdin if stdin is not None else b"",
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(HERE.parent), **(env or {})},
            timeout=600,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def softmax() -> str:
    """A line with one finding, KER101 at column 11."""
    return SOFTMAX


@pytest.fixture
def sigmoid() -> str:
    """A line with no finding."""
    return SIGMOID
