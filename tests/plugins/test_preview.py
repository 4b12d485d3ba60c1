"""Preview rules, which are off until the setting ``preview`` is on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
MODEL = """\
from keras import Sequential, layers

model = Sequential([layers.Dense(4, "relu"), layers.Dense(1)])
"""
RULES = """\
from collections.abc import Iterator
from kerlint.plugin import *

class Stable(Rule):
    \"\"\"A layer is dense.\"\"\"
    code = "ABC100"
    severity = Severity.WARNING
    required_bytes = (b"Dense",)
    names = ("Dense",)

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        yield Finding(layer.origin.site, "it is dense")

class Fresh(Stable):
    \"\"\"A layer is dense, again.\"\"\"
    code = "ABC901"
    preview = True

class FreshToo(Fresh):
    \"\"\"A layer is dense, for the third time.\"\"\"
    code = "ABC902"
    default = False
"""


@pytest.fixture
def run(tmp_path, project):
    """Run kerlint with the three rules."""
    site = tmp_path / "site"
    info = site / "abc_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "abc_rules.py").write_text(RULES)
    (info / "METADATA").write_text("Name: abc-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[kerlint.rules]\nabc = abc_rules\n")
    (project / "a.py").write_text(MODEL)

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "kerlint", *words],
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(TOP)])},
        )

    return run


def found(done):
    return {each["code"] for each in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ([], {"ABC100"}),
        (["--preview"], {"ABC100", "ABC901"}),
        (["--preview", "--no-preview"], {"ABC100"}),
        (["--select", "ABC"], {"ABC100"}),
        (["--select", "ABC", "--preview"], {"ABC100", "ABC901", "ABC902"}),
        (["--select", "ABC901", "--preview"], {"ABC901"}),
        (["--extend-select", "ABC902", "--preview"], {"ABC100", "ABC901", "ABC902"}),
        (["--ignore", "ABC9", "--preview"], {"ABC100"}),
        (["--select", "ALL", "--ignore", "KER"], {"ABC100"}),
    ],
)
def test_on_or_off(run, words, codes):
    done = run("--output-format", "json", *words)
    assert (found(done), done.stderr) == (codes, "")


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("ABC901", "it is a preview rule"),
        ("fresh-too", "it is a preview rule"),
        ("ABC9", "it has preview rules only"),
    ],
)
def test_selected_in_vain(run, project, word, why):
    done = run("--output-format", "json", "--extend-select", word)
    assert found(done) == {"ABC100"}
    assert done.stderr == f"kerlint: warning: {word} has no effect without --preview: {why}\n"
    (project / "kerlint.toml").write_text(f'extend-select = ["{word}"]')
    assert run().stderr == done.stderr
    (project / "kerlint.toml").write_text(f'extend-select = ["{word}"]\npreview = true')
    again = run("--output-format", "json")
    assert again.stderr == ""
    assert found(again) > {"ABC100"}


def test_shown(run):
    assert "preview = false\n" in run("--show-settings").stdout
    assert "preview = true\n" in run("--show-settings", "--preview").stdout
    rows = [line.split()[:3] for line in run("rules").stdout.splitlines() if line[:3] == "ABC"]
    assert rows == [
        ["ABC100", "warning", "on"],
        ["ABC901", "warning", "preview"],
        ["ABC902", "warning", "preview"],
    ]
    page = run("explain", "ABC902").stdout
    turn_on = "turn it on with --preview --extend-select ABC902"
    assert page.startswith(f"ABC902 fresh-too (warning, preview: it may still change; {turn_on})\n")
    pages = json.loads(run("explain", "ABC", "--output-format", "json").stdout)
    assert [page["preview"] for page in pages] == [False, True, True]


def test_a_suppression_of_a_preview_rule_is_not_unused(run, project):
    (project / "a.py").write_text("import keras  # kerlint: ignore[ABC901]\n")
    assert found(run("--output-format", "json")) == set()
    assert found(run("--output-format", "json", "--preview")) == {"KER013"}
