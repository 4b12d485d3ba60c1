"""Configuration files, options, and which of them wins."""

from __future__ import annotations

import json

import pytest

import kerlint as package
from kerlint.diagnostics import Severity
from kerlint.settings import (
    Selection,
    Settings,
    SettingsError,
    combine,
    layer,
    resolver,
)

NOTHING = layer({}, "/", "")


def selects(code, name="a-name", default=True, **raw):
    raw = {key.replace("_", "-"): value for key, value in raw.items()}
    values = {key: tuple(value) for key, value in raw.items()}
    layers = [layer({}, "/", "")]
    settings = combine("/", layers)
    chosen = Selection(
        values.get("select"), values.get("extend-select", ()), values.get("ignore", ())
    )
    return Settings("/", selections=(*settings.selections, chosen)).selects(code, name, default)


@pytest.mark.parametrize(
    ("raw", "default", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"select": ["KER1"]}, False, True),
        ({"select": ["KER2"]}, True, False),
        ({"select": []}, True, False),
        ({"select": ["ALL"]}, False, True),
        ({"select": ["a-name"]}, False, True),
        ({"extend_select": ["KER101"]}, False, True),
        ({"extend_select": ["KER2"]}, True, True),
        ({"ignore": ["KER10"]}, True, False),
        ({"ignore": ["a-name"]}, True, False),
        ({"select": ["KER1"], "ignore": ["KER1"]}, True, False),
        ({"select": ["KER101"], "ignore": ["KER1"]}, True, True),
        ({"select": ["KER1"], "ignore": ["KER101"]}, True, False),
        ({"select": ["ALL"], "ignore": ["KER1"]}, True, False),
        ({"ignore": ["ALL"], "extend_select": ["KER101"]}, False, True),
    ],
)
def test_selection(raw, default, expected):
    assert selects("KER101", default=default, **raw) is expected


def test_the_command_line_beats_the_file(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text('ignore = ["KER101"]\n')
    assert kerlint("a.py").code == 0
    assert kerlint("a.py", "--select", "KER101").code == 1
    assert kerlint("a.py", "--isolated").code == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.kerlint]\nignore = ["KER101"]\n'),
        ("kerlint.toml", 'ignore = ["KER101"]\n'),
        (".kerlint.toml", 'ignore = ["softmax-on-one-unit"]\n'),
    ],
)
def test_places_of_configuration(kerlint, project, softmax, name, text):
    (project / "deep" / "down").mkdir(parents=True)
    (project / "deep" / "down" / "a.py").write_text(softmax)
    (project / name).write_text(text)
    assert kerlint(".").code == 0


def test_the_closest_configuration_wins_alone(kerlint, project, softmax):
    inner = project / "inner"
    inner.mkdir()
    (project / "pyproject.toml").write_text('[tool.kerlint]\nignore = ["KER101"]\n')
    (project / "a.py").write_text(softmax)
    (inner / "b.py").write_text(softmax)
    (inner / "pyproject.toml").write_text("[project]\nname = 'kerlint-is-not-configured-here'\n")
    assert kerlint(".").code == 0
    (inner / "pyproject.toml").write_text("[tool.kerlint]\n")
    assert kerlint(".", "--output-format", "concise").out.startswith(
        "inner/b.py:1:11: error: KER101"
    )


def test_named_configuration(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text('ignore = ["KER101"]\n')
    (project / "other.toml").write_text("")
    assert kerlint("a.py", "--config", "other.toml").code == 1
    done = kerlint("a.py", "--config", "nowhere.toml")
    assert done.code == 2
    assert done.err == "kerlint: nowhere.toml: No such file or directory\n"


def test_per_file_ignores(kerlint, project, softmax):
    (project / "tests").mkdir()
    for path in ("tests/a.py", "tests/b.py", "c.py"):
        (project / path).write_text(softmax)
    config = project / "kerlint.toml"
    config.write_text('[per-file-ignores]\n"tests/" = ["KER101"]\n')
    done = kerlint("--output-format", "concise", "--quiet")
    assert [line.split(":")[0] for line in done.out.splitlines()] == ["c.py"]
    config.write_text('[per-file-ignores]\n"!tests/a.py" = ["softmax-on-one-unit"]\n')
    done = kerlint("--output-format", "concise", "--quiet")
    assert [line.split(":")[0] for line in done.out.splitlines()] == ["tests/a.py"]
    done = kerlint("--per-file-ignores", "tests/*:KER101,c.py:KER1", "--isolated")
    assert done.code == 0


def test_what_a_file_ignores_needs_no_suppression(kerlint, project, softmax):
    (project / "a.py").write_text(softmax.rstrip() + "  # kerlint: ignore[KER101]\n")
    assert kerlint("--per-file-ignores", "a.py:KER101").code == 0


def test_severity(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text('[severity]\nKER1 = "info"\nKER101 = "warning"\n')
    (finding,) = json.loads(kerlint("a.py", "--output-format", "json").out)
    assert finding["severity"] == "warning"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('selct = ["KER1"]', "unknown key 'selct'; did you mean 'select'?"),
        ('select = "KER1"', "select must be a list of strings"),
        ("select = [1]", "select must be a list of strings"),
        ('select = ["KER9999"]', "select: unknown rule 'KER9999'"),
        ('select = ["softmax-on-one-unti"]', "did you mean 'softmax-on-one-unit'?"),
        ('per-file-ignores = ["a"]', "per-file-ignores must be a table"),
        ("per-file-ignores = { a = 1 }", "per-file-ignores must be a table"),
        ('per-file-ignores = { a = ["X1"] }', "per-file-ignores: unknown rule 'X1'"),
        ("target-keras = 3.8", 'target-keras must be a string: "3.8"'),
        ('target-keras = "4"', "target-keras must be"),
        ('backend = "theano"', "backend must be one of tensorflow"),
        ('fail-on = "never"', "fail-on not a severity: 'never'"),
        ('max-file-size = "huge"', "max-file-size must be a number of bytes"),
        ("max-file-size = true", "max-file-size must be"),
        ("respect-gitignore = 1", "respect-gitignore must be true or false"),
        ('output-format = "xml"', "output-format must be one of concise, full"),
        ('severity = { KER101 = "bad" }', "severity not a severity: 'bad'"),
        ("= 1", "not valid TOML"),
    ],
)
def test_mistakes_are_one_line_each(kerlint, project, softmax, line, problem):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text(line + "\n")
    done = kerlint("a.py")
    assert done.code == 2
    assert done.out == ""
    (told,) = done.err.splitlines()
    assert told.startswith(f"kerlint: {project / 'kerlint.toml'}: ")
    assert problem in told


def test_all_mistakes_are_told():
    with pytest.raises(SettingsError) as caught:
        layer({"selct": 1, "ignore": 2, "backend": "x"}, "/", "")
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("value", "size"), [(10, 10), ("10", 10), ("2 kB", 2000), ("1.5MB", 1_500_000), ("1g", 10**9)]
)
def test_sizes(value, size):
    assert layer({"max-file-size": value}, "/", "").values["max-file-size"] == size


@pytest.mark.parametrize("target", ["3", "3.8", "3.15.1", "2", "2.12", "tf_keras"])
def test_targets(target):
    assert layer({"target-keras": target}, "/", "").values["target-keras"] == target


def test_the_root_is_where_the_project_begins(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    assert resolver(NOTHING)(str(deep)).root == str(tmp_path)
    (tmp_path / "a" / "kerlint.toml").touch()
    assert resolver(NOTHING)(str(deep)).root == str(tmp_path / "a")


def test_one_settings_object_for_each_project(tmp_path):
    (tmp_path / "kerlint.toml").touch()
    (tmp_path / "a").mkdir()
    settings_for = resolver(NOTHING)
    assert settings_for(str(tmp_path)) is settings_for(str(tmp_path / "a"))


def test_equal_fingerprints_mean_equal_findings():
    base = combine("/x", [NOTHING])
    other = combine("/x", [layer({"ignore": ["KER101"]}, "/", "")])
    shown = combine("/x", [layer({"fail-on": "info", "output-format": "json"}, "/", "")])
    assert base.fingerprint != other.fingerprint
    assert base.fingerprint == shown.fingerprint


def test_show_settings(kerlint, project):
    (project / "kerlint.toml").write_text('target-keras = "3.8"\nignore = ["KER101"]\n')
    done = kerlint("--show-settings")
    assert done.code == 0
    assert 'target-keras = "3.8"' in done.out
    assert str(project / "kerlint.toml") in done.out
    assert '"KER101"' not in done.out


def test_from_python(project, softmax):
    (project / "a.py").write_text(softmax)
    (finding,) = package.lint_paths(["a.py"])
    assert (finding.code, finding.severity) == ("KER101", Severity.ERROR)
    assert package.lint_paths("a.py") == package.lint_paths(project) == [finding]
    assert package.lint_paths([project], select=["KER013"]) == []
    assert package.lint_source(softmax, filename="x.py")[0].path == "x.py"
    with pytest.raises(FileNotFoundError, match=r"nowhere\.py"):
        package.lint_paths(["nowhere.py"])
    with pytest.raises(SettingsError, match="did you mean 'select'"):
        package.lint_source("", slect=["KER101"])
