"""Programs for Keras 1 and 2 run on the installed Keras after ``kerlint migrate``.

The programs say in their first comments what they build. tf_keras, with what it lost put on top of
it again, runs them as they are.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
_EXPECTED = re.compile(r"# expect: (\w+) has (\d+) parameters, output \((.*)\)", flags=re.MULTILINE)
# What is not migrated yet, so that the program stops there.
NOT_YET: dict[str, str] = {}
_UNDECIDED = re.compile(r"# undecided: (KER\d+)", flags=re.MULTILINE)


def _expected(program: Path) -> dict[str, list[Any]]:
    found = {}
    for name, count, shape in _EXPECTED.findall(program.read_text()):
        sides = [None if side == "None" else int(side) for side in shape.split(", ")]
        found[name] = [int(count), sides]
    return found


def _results(which: str, programs: list[Path]) -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.repairs.old_keras", which, *map(str, programs)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=600,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(programs), done.stderr[-2000:]
    return {each["program"]: each for each in results}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What comes of each program after the migration; ``open`` are the codes left to decide."""
    folder = tmp_path_factory.mktemp("migrated")
    programs = [Path(shutil.copy(program, folder)) for program in PROGRAMS]
    command = [sys.executable, "-m", "kerlint", "migrate", "--output-format", "json", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1), done.stderr
    results = _results("new", programs)
    for report in json.loads(done.stdout):
        codes = [each["code"] for each in report["open"]]
        results[Path(report["filename"]).name]["open"] = codes
    return results


@pytest.fixture(scope="module")
def before() -> dict[str, dict[str, Any]]:
    pytest.importorskip("tf_keras")
    return _results("old", PROGRAMS)


def test_there_are_ten_programs_of_a_real_length():
    assert len(PROGRAMS) >= 10
    for program in PROGRAMS:
        assert len(program.read_text().splitlines()) >= 50, program.name
        assert _expected(program), program.name


def _programs() -> list[Any]:
    found = []
    for program in PROGRAMS:
        reason = NOT_YET.get(program.stem)
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        found.append(pytest.param(program, id=program.stem, marks=marks))
    return found


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("program", _programs())
def test_a_migrated_program_builds_what_it_says(program: Path, migrated):
    result = migrated[program.name]
    undecided = _UNDECIDED.findall(program.read_text())
    assert result.get("open", []) == undecided
    models = result["models"]
    for name, expected in _expected(program).items():
        assert models.get(name) == expected, result.get("error")
    assert "error" not in result


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("program", _programs())
def test_the_old_keras_built_the_same(program: Path, before, migrated):
    old, new = before[program.name], migrated[program.name]
    assert "error" not in old
    assert "error" not in new
    assert old["compiled"] == new["compiled"]
    for name, expected in _expected(program).items():
        assert old["models"][name] == expected
