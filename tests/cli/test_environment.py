"""Environment variables in place of options: a flag wins over them, and they over a config file."""

from __future__ import annotations

import json

import pytest

from kerlint.command.environment import filled, given_for, variables_of
from kerlint.command.options import COMMANDS, LINT

NAMES = [
    *("SELECT", "EXTEND_SELECT", "IGNORE", "PER_FILE_IGNORES", "PREVIEW", "TARGET_KERAS"),
    *("BACKEND", "EXCLUDE", "EXTEND_EXCLUDE", "FORCE_EXCLUDE", "NO_FOLD", "RESPECT_GITIGNORE"),
    *("MAX_FILE_SIZE", "OUTPUT_FORMAT", "OUTPUT_FILE", "QUIET", "COLOR", "FIX", "UNSAFE_FIXES"),
    *("FIX_ONLY", "FIXABLE", "UNFIXABLE", "BASELINE", "FAIL_ON", "EXIT_ZERO"),
    *("EXIT_NON_ZERO_ON_FIX", "EXECUTE", "EXECUTE_TIMEOUT", "CONFIG", "ISOLATED", "JOBS"),
    *("NO_CACHE", "CACHE_DIR"),
]


def test_which_there_are():
    found = {variable for variable, _ in variables_of(LINT)}
    assert {f"KERLINT_{name}" for name in NAMES} <= found
    assert not {"KERLINT_VERSION", "KERLINT_DIFF", "KERLINT_SHOW_FILES"} & found


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda each: each.name)
def test_each_fits_its_option(command):
    for variable, option in variables_of(command):
        (value,) = given_for(command, {variable: "1"}).values()
        assert value == (["1"] if option.repeated else "1" if option.metavar else True)
        assert given_for(command, {variable: ""}) == {}


@pytest.mark.parametrize(
    ("variable", "text", "codes"),
    [
        ("KERLINT_SELECT", "KER1", ["KER101"]),
        ("KERLINT_SELECT", "KER2,KER3", []),
        ("KERLINT_IGNORE", "KER101", []),
        ("KERLINT_PER_FILE_IGNORES", "a.py:KER1", []),
        ("KERLINT_EXCLUDE", "a.py", []),
        ("KERLINT_QUIET", "1", ["KER101"]),
    ],
)
def test_used(kerlint, project, softmax, monkeypatch, variable, text, codes):
    (project / "a.py").write_text(softmax)
    monkeypatch.setenv(variable, text)
    monkeypatch.setenv("KERLINT_OUTPUT_FORMAT", "json")
    done = kerlint(".")
    assert [each["code"] for each in json.loads(done.out)] == codes


def test_what_wins(kerlint, project, softmax, monkeypatch):
    """An option over a variable over the config file."""
    (project / "a.py").write_text(softmax)
    (project / "kerlint.toml").write_text('output-format = "json"\nfail-on = "error"\n')
    assert kerlint("a.py").out.startswith("[")
    monkeypatch.setenv("KERLINT_OUTPUT_FORMAT", "concise")
    assert kerlint("a.py").out.startswith("a.py:1:11: error")
    assert kerlint("a.py", "--output-format", "github").out.startswith("::error")
    # Several short options in one word are for typer.
    assert kerlint("a.py", "-qj1").out.startswith("a.py:1:11: error")
    assert kerlint("a.py", "-qj1", "--output-format=github").out.startswith("::error")


def test_a_list_is_replaced(kerlint, project, softmax, monkeypatch):
    (project / "a.py").write_text(softmax)
    monkeypatch.setenv("KERLINT_SELECT", "KER2")
    assert kerlint("a.py").code == 0
    assert kerlint("a.py", "--select", "KER1").code == 1
    assert kerlint("a.py", "--select", "KER3", "--select", "KER1").code == 1
    assert kerlint("a.py", "--extend-select", "KER1").code == 1


@pytest.mark.parametrize("word", ["1", "true", "YES", " on "])
def test_a_flag(kerlint, project, softmax, monkeypatch, word):
    (project / "a.py").write_text(softmax)
    monkeypatch.setenv("KERLINT_EXIT_ZERO", word)
    assert kerlint("a.py").code == 0
    monkeypatch.setenv("KERLINT_EXIT_ZERO", "0")
    assert kerlint("a.py").code == 1


def test_a_flag_with_a_contrary(kerlint, project, monkeypatch):
    (project / "a.py").write_text("import keras.src\nfrom keras.layers.core import Dense\n")
    before = (project / "a.py").read_text()
    monkeypatch.setenv("KERLINT_FIX", "1")
    kerlint("a.py", "--no-fix")
    kerlint("a.py", "--no-fix", "-qj1")
    assert (project / "a.py").read_text() == before
    kerlint("a.py")
    assert (project / "a.py").read_text() != before


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        ("KERLINT_NO_CACHE", "maybe", "must be 1 or 0, not 'maybe'"),
        ("KERLINT_JOBS", "0", "must be a whole number of 1 or more, not '0'"),
        ("KERLINT_TARGET_KERAS", "9", 'must be "3", "2", "tf_keras" or a release such as "3.8"'),
        ("KERLINT_SELECT", "KER1O1", ": unknown rule 'KER1O1'"),
        ("KERLINT_COLOR", "blue", "must be auto, always or never, not 'blue'"),
        ("KERLINT_EXECUTE_TIMEOUT", "x", "must be a number of seconds from 0.1 to 86400"),
        ("KERLINT_PER_FILE_IGNORES", "x", "takes PATTERN:RULE"),
        ("KERLINT_FAIL_ON", "x", 'must be "error", "warning" or "info", not'),
        ("KERLINT_OUTPUT_FORMAT", "x", ""),
        ("KERLINT_MAX_FILE_SIZE", "x", "must be a number of bytes, or a size"),
    ],
)
def test_a_bad_value(kerlint, project, softmax, monkeypatch, variable, text, problem):
    (project / "a.py").write_text(softmax)
    monkeypatch.setenv(variable, text)
    for words in (["a.py"], ["a.py", "-qj1"] if "JOBS" not in variable else ["a.py", "-q"]):
        done = kerlint(*words)
        assert (done.code, done.out) == (2, "")
        (line,) = done.err.splitlines()
        assert line.startswith(f"kerlint: {variable}")
        assert problem in line
    option = "--" + variable.removeprefix("KERLINT_").lower().replace("_", "-")
    if "NO_CACHE" not in variable:  # the complaint is about what was given on the command line
        assert kerlint("a.py", f"{option}=y").err.startswith(f"kerlint: {option}")


def test_a_warning(kerlint, project, softmax, monkeypatch):
    (project / "a.py").write_text(softmax)
    monkeypatch.setenv("KERLINT_EXCLUDE", "[z-a]")
    done = kerlint("a.py", "--exit-zero")
    if done.err:
        assert done.err.startswith("kerlint: warning: KERLINT_EXCLUDE: ")


def test_other_commands(kerlint, project, monkeypatch):
    """Formats of reports are not those of ``rules``."""
    monkeypatch.setenv("KERLINT_OUTPUT_FORMAT", "sarif")
    assert kerlint("rules").out.startswith("Code")
    (project / "a.py").write_text("import keras\n")
    (project / "bad.toml").write_text("selct = []")
    monkeypatch.setenv("KERLINT_CONFIG", "bad.toml")
    done = kerlint("migrate", "a.py")
    assert done.err == "kerlint: bad.toml: unknown key 'selct'; did you mean 'select'?\n"


def test_in_the_help(kerlint, monkeypatch):
    help = " ".join(kerlint("--help").out.split())
    assert "Environment variables: KERLINT_SELECT is the same as --select" in help
    assert "for all options but --add-ignore, --data, --diff," in help


def test_what_typer_makes_of_nothing():
    usual = {option.name: option.default for option in LINT.options}
    given = {"select": ["KER1"], "quiet": True, "fix": True}
    for nothing in (None, [], ()):
        made = filled({**usual, "select": nothing}, given, LINT)
        assert (made["select"], made["quiet"], made["fix"]) == (["KER1"], True, True)
    made = filled({**usual, "select": ["A"], "fix": False}, given, LINT)
    assert (made["select"], made["fix"]) == (["A"], False)
