"""The steps of the GitHub Action do what its inputs say, and nothing else that is in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
if shutil.which("bash") is None:
    pytest.skip("needs bash", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / ".github" / "actions" / "kerlint" / "action.yml"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")


@pytest.fixture(scope="module")
def action():
    return yaml.safe_load(ACTION.read_text(encoding="utf-8"))


@pytest.fixture
def runner(action, project, tmp_path):
    """Run one step as GitHub does, with inputs; returns the process and the outputs of the step."""
    temp = tmp_path / "temp"
    (temp / "kerlint" / "bin").mkdir(parents=True)
    program = temp / "kerlint" / "bin" / "kerlint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kerlint "$@"\n')
    program.chmod(0o755)

    def run(name: str, folder: Path = ACTION.parent, **inputs: str):
        given = {key: str(each.get("default", "")) for key, each in action["inputs"].items()}
        given.update({key.replace("_", "-"): value for key, value in inputs.items()})
        (step,) = [each for each in action["runs"]["steps"] if each["name"] == name]

        def value(match: re.Match[str]) -> str:
            return given[match[1].strip().removeprefix("inputs.")]

        env = {key: EXPRESSION.sub(value, text) for key, text in step["env"].items()}
        output = tmp_path / "output"
        output.write_text("")
        assert step["shell"] == "bash"
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env={
                **{key: value for key, value in os.environ.items() if key != "PYTHONHOME"},
                **env,
                "PYTHONPATH": str(ROOT) if name == "Run kerlint" else "",
                "RUNNER_TEMP": str(temp),
                "GITHUB_ACTION_PATH": str(folder),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_WORKSPACE": str(project),
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done, outputs

    run.temp = temp
    return run


def test_inputs_are_never_part_of_a_command(action):
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
    for each in action["inputs"].values():
        assert each["description"]
        assert isinstance(each["default"], str)


def test_findings_are_annotations(runner, project, softmax):
    (project / "src").mkdir()
    (project / "src" / "a.py").write_text(softmax)
    done, outputs = runner("Run kerlint")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error title=KER101 ")
    assert "file=src/a.py,line=1" in done.stdout
    assert outputs == {"sarif-file": ""}
    (project / "src" / "a.py").write_text("import keras\n")
    assert runner("Run kerlint")[0].returncode == 0


def test_paths_and_arguments(runner, project, softmax):
    for name in ("a.py", "with space.py", "-c.py", "d.py", "old/e.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(softmax)
    done, _ = runner(
        "Run kerlint",
        paths='a.py "with space.py"\n-c.py\nold/',
        args="--select KER1 --per-file-ignores 'old/*:KER101' --exit-zero",
        output_format="concise",
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = re.findall(r"^(.*?):1:11: error", done.stdout, re.MULTILINE)
    assert sorted(found) == ["-c.py", "a.py", "with space.py"]


def test_sarif(runner, project, softmax):
    (project / "a.py").write_text(softmax)
    done, outputs = runner("Run kerlint", sarif_file="out put.sarif")
    assert done.returncode == 1
    assert outputs == {"sarif-file": "out put.sarif"}
    assert done.stdout.startswith("::error ")
    (run,) = json.loads((project / "out put.sarif").read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["KER101"]
    done, outputs = runner("Run kerlint", upload_sarif="true")
    assert outputs == {"sarif-file": str(runner.temp / "kerlint.sarif")}
    assert (runner.temp / "kerlint.sarif").is_file()


@pytest.mark.parametrize(
    "name",
    [
        "paths",
        "args",
        "output_format",
        "sarif_file",
        pytest.param("version", marks=pytest.mark.slow),  # makes an environment each time
    ],
)
def test_nothing_is_injected(runner, project, name):
    marker = project / "injected"
    (project / "a.py").touch()
    for text in (
        f"a.py; touch {marker}",
        f"$(touch {marker})",
        f"`touch {marker}`",
        f'a.py" && touch {marker} && echo "',
        f"a.py\ntouch {marker}\n",
        f"a.py' ; touch {marker} ; '",
    ):
        runner("Run kerlint" if name != "version" else "Install kerlint", **{name: text})
        assert not marker.exists(), text


def test_one_output_only(runner, project):
    """A line end in an input does not make another output."""
    _, outputs = runner("Run kerlint", sarif_file="a.sarif\nevil=1")
    assert set(outputs) == {"sarif-file"}


def test_quotes_that_do_not_close_are_an_error(runner, project):
    done, _ = runner("Run kerlint", args="--select 'KER1")
    assert done.returncode != 0
    assert "quote" in done.stderr


@pytest.mark.slow
def test_install(runner, tmp_path, action):
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "-qq", "-d", tmp_path, "pathspec"],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("no package index")
    shutil.rmtree(runner.temp / "kerlint")
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, checkout, ignore=ignored)
    done, _ = runner("Install kerlint", checkout / ".github" / "actions" / "kerlint")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("kerlint ")
    done, _ = runner("Install kerlint", version="next week")
    assert done.returncode == 2
    assert done.stdout == "::error::version must be a release of kerlint, not 'next week'\n"
