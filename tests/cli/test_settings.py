"""Configuration files, options, and which of them wins."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kerlint as package
from kerlint.config.settings import (
    KEYS,
    Selection,
    Settings,
    SettingsError,
    combine,
    from_toml,
    layer,
    nearest,
    resolver,
)
from kerlint.config.show import as_toml
from kerlint.diagnostics import Severity

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
        ('per-file-ignores = ["a"]', "per-file-ignores must be a table"),
        ("per-file-ignores = { a = 1 }", "per-file-ignores must be a table"),
        ("target-keras = 3.8", 'target-keras must be in quotes: "3.8"'),
        ('target-keras = "4"', "target-keras must be"),
        ('backend = "theano"', "backend must be one of tensorflow"),
        ('fail-on = "never"', 'fail-on must be "error", "warning" or "info", not \'never\''),
        ('max-file-size = "huge"', "max-file-size must be a number of bytes"),
        ("max-file-size = true", "max-file-size must be"),
        ("max-file-size = 0", "max-file-size must be"),
        ('max-file-size = "0 kB"', "max-file-size must be"),
        ("line-length = 100", "unknown key 'line-length'\n"),
        ("fail_on = 1", "unknown key 'fail_on'; did you mean 'fail-on'?"),
        ("respect-gitignore = 1", "respect-gitignore must be true or false"),
        ('output-format = "xml"', "output-format must be one of concise, full"),
        (
            'severity = { KER101 = "bad" }',
            'severity must be "error", "warning" or "info", not \'bad\'',
        ),
        ("= 1", "not valid TOML"),
    ],
)
def test_mistakes_are_one_line_each(kerlint, project, softmax, line, problem):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text(line + "\n")
    done = kerlint("a.py")
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert done.err.startswith(f"kerlint: {project / 'kerlint.toml'}: ")
    assert problem in done.err


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('ignore = ["KER9999"]', "ignore: unknown rule 'KER9999'\n"),
        ('ignore = ["softmax-on-one-unti"]', "did you mean 'softmax-on-one-unit'?\n"),
        ('per-file-ignores = { a = ["X1"] }', "per-file-ignores: unknown rule 'X1'\n"),
        ('severity = { KER999 = "info" }', "severity: unknown rule 'KER999'\n"),
        ('extend-select = ["KER101", "KER1000"]', "extend-select: unknown rule 'KER1000'\n"),
    ],
)
def test_an_unknown_rule_in_a_file_is_a_warning(kerlint, project, softmax, line, problem):
    for path in ("a.py", "deep/b.py", "deeper/still/c.py"):
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(softmax)
    (project / "kerlint.toml").write_text(line + "\n")
    done = kerlint("--output-format", "concise")
    assert done.code == 1
    assert done.out.count("KER101 ") == 3
    assert done.err.startswith(f"kerlint: warning: {project / 'kerlint.toml'}: ")
    assert done.err.endswith(problem)
    assert done.err.count("\n") == 1
    assert kerlint("--quiet").err == ""


def test_a_file_that_selects_unknown_rules_only(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text('select = ["KER9999"]\n')
    done = kerlint()
    assert done.code == 0
    assert "unknown rule 'KER9999'" in done.err
    assert done.err.endswith("select: none of these rules exists, so no rule is checked\n")


def test_an_unknown_rule_on_the_command_line_is_an_error(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("--ignore", "KER9999")
    assert (done.code, done.out) == (2, "")
    assert done.err == "kerlint: --ignore: unknown rule 'KER9999'\n"


def test_an_unknown_rule_in_a_file_from_python(project, softmax):
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text('ignore = ["KER9999"]\n')
    with pytest.warns(UserWarning, match="unknown rule 'KER9999'"):
        (finding,) = package.lint_paths(["a.py"])
    assert finding.code == "KER101"


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("KRE101", ["KER101", "KER110"], "KER101"),
        ("ker-101", ["KER101"], "KER101"),
        ("KER111", ["KER101", "KER110"], None),  # another number is another rule
        ("KER999", ["KER099", "KER998"], None),
        ("E501", ["KER501"], None),
        ("softmax-one-unit", ["softmax-on-one-unit", "softmax-twice"], "softmax-on-one-unit"),
        ("softmax", ["softmax-on-one-unit", "softmax-twice"], None),
        ("slect", ["select", "severity"], "select"),
        ("extend_ignore", ["extend-ignore"], "extend-ignore"),
        ("quiet", ["exclude", "select"], None),
        ("", ["select"], None),
    ],
)
def test_only_near_names_are_proposed(word, known, meant):
    assert nearest(word, known) == meant


def test_codes_in_lower_case(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    assert kerlint("--select", "ker102").code == 0
    assert kerlint("--select", "Ker1").code == 1
    (project / "kerlint.toml").write_text('ignore = ["all"]\n')
    assert kerlint().code == 0
    (project / "kerlint.toml").write_text('severity = { ker101 = "info" }\n')
    assert kerlint().code == 0


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


def shown_settings(kerlint, *words):
    """The output of --show-settings, read back as a config file."""
    done = kerlint("--show-settings", *words)
    assert (done.code, done.err) == (0, "")
    return done.out, from_toml(done.out)


def test_show_settings(kerlint, project):
    (project / "kerlint.toml").write_text('target-keras = "3.8"\nignore = ["KER101"]\n')
    text, table = shown_settings(kerlint)
    assert table["target-keras"] == "3.8"
    assert f"# Config file: {project / 'kerlint.toml'}\n" in text
    assert "KER101" not in table["select"]
    assert "KER102" in table["select"]
    assert "backend" not in table


HARD = 'a "quoted" \\\\ name\x7f\u00e9\U0001f600'


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("", []),
        ('extend-select = ["KER138"]\nexclude = ["/a", "b/**"]\n', ["--extend-exclude", "c"]),
        ('severity = { KER1 = "info", softmax-twice = "warning" }\n', ["--fail-on", "error"]),
        (
            '[per-file-ignores]\n"tests/" = ["KER1", "KER2"]\n"!src/" = ["ALL"]\n',
            ["--per-file-ignores", "tests/:KER502,x.py:KER1"],
        ),
        ('backend = "jax"\ncache-dir = "~/x"\nmax-file-size = "2 MB"\n', ["--select", "KER5"]),
        ("", ["--extend-exclude", HARD, "--per-file-ignores", f"{HARD}:KER1"]),
        ("", ["--extend-exclude", "it's", "--output-format", "json:a\tb.json,full"]),
        ('target-keras = "tf_keras"\nrespect-gitignore = false\n', ["no-such-folder/a.py"]),
        ("", ["--ignore", "ALL"]),
    ],
)
def test_shown_settings_can_be_read_back(kerlint, project, config, words):
    (project / "kerlint.toml").write_text(config)
    _, table = shown_settings(kerlint, *words)
    assert set(table) <= set(KEYS)
    restored = combine(str(project), [layer(table, str(project), "")])
    assert from_toml("\n".join(as_toml(str(project), restored))) == table


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


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"import keras", "not bytes; decode it first"),
        (bytearray(b"x"), "not bytearray; decode it first"),
        (Path("a.py"), "; use lint_paths() for files"),
        (None, "takes source code as a str, not NoneType$"),
        (["a.py"], "not list$"),
    ],
)
def test_source_that_is_not_text(source, message):
    with pytest.raises(TypeError, match=re.escape(message).replace(r"\$", "$")):
        package.lint_source(source)


def test_a_name_may_be_a_path(softmax):
    (finding,) = package.lint_source(softmax, Path("x.py"))
    assert finding.path == "x.py"
