"""The recipes of CI.md, as far as they can be run without the services."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / ".github" / "CI.md").read_text(encoding="utf-8")
RECIPES = {
    match[1]: match[2]
    for match in re.finditer(r"^<!-- ([^\n]+) -->\n```\w+\n(.*?)^```$", PAGE, re.M | re.S)
}


@pytest.fixture
def programs(project, monkeypatch):
    """A folder of programs that are found first, with kerlint in it."""
    folder = project.parent / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def add(name, text):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)

    add("kerlint", f'exec "{sys.executable}" -m kerlint "$@"')
    return add


def shell(command):
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_every_recipe_is_tested():
    assert set(RECIPES) == {"workflow", "code scanning", "gitlab", "reviewdog"}
    assert PAGE.count("```") == 2 * len(RECIPES)


@pytest.mark.parametrize("name", ["workflow", "code scanning"])
def test_workflow(name):
    action = yaml.safe_load((ROOT / ".github/actions/kerlint/action.yml").read_text())
    steps = yaml.safe_load(RECIPES[name])["jobs"]["kerlint"]["steps"]
    path = steps[-1]["uses"].removeprefix("OWNER/REPOSITORY/").removesuffix("@REF")
    assert (ROOT / path / "action.yml").is_file()
    assert set(steps[-1]["with"]) <= set(action["inputs"])


def test_inputs_are_documented():
    action = yaml.safe_load((ROOT / ".github/actions/kerlint/action.yml").read_text())
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:`(.+?)`)? *\|", PAGE, re.M)
    assert dict(rows) == {name: each["default"] for name, each in action["inputs"].items()}


def test_gitlab(project, programs, softmax):
    (project / "a.py").write_text(softmax)
    programs("pip", "exit 0")
    job = yaml.safe_load(RECIPES["gitlab"])["kerlint"]
    done = shell("\n".join(job["script"]))
    assert (done.returncode, done.stderr) == (1, "")
    assert "a.py:1:11: error: KER101" in done.stdout
    assert job["artifacts"]["when"] == "always", "kerlint fails the job"
    report = json.loads((project / job["artifacts"]["reports"]["codequality"]).read_text())
    assert [issue["check_name"] for issue in report] == ["KER101"]


def test_reviewdog(project, programs, softmax):
    (project / "a.py").write_text(softmax)
    programs("reviewdog", 'echo "$@" > arguments; cat > received')
    done = shell(RECIPES["reviewdog"])
    assert (done.returncode, done.stderr) == (1, "")
    assert "-f=rdjson" in (project / "arguments").read_text()
    (found,) = json.loads((project / "received").read_text())["diagnostics"]
    assert (found["code"]["value"], found["location"]["path"]) == ("KER101", "a.py")
