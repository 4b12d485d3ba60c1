"""Options are taken as they are written: numbers are checked, lists add up, nothing is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]

BAD = [
    *(("--jobs", text) for text in ("0", "x", "-1", "1.5", "", " ", "1e3", "²", "+-1")),
    *(
        ("--execute-timeout", text)
        for text in ("0", "a", "nan", "inf", "-inf", "1e99", "-1", "", "0x10", "1,5")
    ),
]


@pytest.mark.parametrize(("option", "text"), BAD)
def test_no_number(kerlint, project, sigmoid, option, text):
    (project / "a.py").write_text(sigmoid)
    done = kerlint(f"{option}={text}", "a.py")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith(f"kerlint: {option} must be ")
    assert repr(text) in line


@pytest.mark.parametrize("option", ["--jobs", "-j", "--execute-timeout"])
def test_no_value_at_all(kerlint, project, option):
    done = kerlint(option)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"kerlint: option '{option}' requires an argument\nRun 'kerlint --help' for help.\n"
    )


def test_a_negative_number_apart(kerlint, project):
    done = kerlint("--jobs", "-1")
    assert (done.code, done.out) == (2, "")
    assert "'-1'" in done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--slect", "KER1"], "no such option: --slect; did you mean '--select'?"),
        (["--output-fromat=json"], "no such option: --output-fromat; did you mean"),
        (["--fixx"], "no such option: --fixx; did you mean '--fix'?\n"),
        (["--unsafe"], "no such option: --unsafe\n"),
        (["explain"], "missing argument 'RULES'"),
        (["rules", "KER101"], "unexpected argument (KER101)\n"),
        (["rules", "--output-format", "xml"], "--output-format must be text or json, not 'xml'\n"),
        (["explain", "--output-fromat", "json", "KER1"], "; did you mean '--output-format'?"),
        (
            ["--per-file-ignores", "m.py"],
            "--per-file-ignores takes PATTERN:RULE, such as 'tests/*:KER101', not 'm.py'\n",
        ),
        (["--per-file-ignores", "m.py:"], "--per-file-ignores takes PATTERN:RULE"),
        (["--per-file-ignores", ":KER1"], "--per-file-ignores takes PATTERN:RULE"),
        (["--per-file-ignores", "m.py:KER999"], "unknown rule 'KER999'\n"),
        (["--color", "sometimes"], "--color must be auto, always or never, not 'sometimes'\n"),
        (["--config", "nowhere.toml"], "nowhere.toml: No such file or directory\n"),
        (["explian", "KER101"], "explian: no such file or folder; did you mean `kerlint explain`?"),
        (
            ["KER101"],
            "no such file or folder; to read about the rule, run `kerlint explain KER101`",
        ),
        (["rule"], "rule: no such file or folder; did you mean `kerlint rules`?\n"),
        (["nowhere"], "nowhere: no such file or folder\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_calls(kerlint, project, words, message):
    done = kerlint(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("kerlint: ")
    assert message in done.err


@pytest.mark.parametrize("option", ["--jobs", "--execute-timeout"])
def test_what_is_wrong_is_told_before_anything_is_read(kerlint, project, option):
    done = kerlint(option, "many", "nowhere.py")
    assert done.code == 2
    assert "nowhere.py" not in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["--jobs", "1"],
        ["--jobs=2"],
        ["-j", "1"],
        ["-j2"],
        ["--jobs", "007"],
        ["--execute-timeout", "0.1"],
        ["--execute-timeout=20"],
        ["--execute-timeout", "1e3"],
        ["--execute-timeout", "86400"],
        ["--jobs", "0", "--jobs", "1"],
    ],
    ids=" ".join,
)
def test_numbers(kerlint, project, softmax, words):
    (project / "a.py").write_text(softmax)
    done = kerlint(*words, "a.py")
    assert (done.code, done.err) == (1, "")
    assert "KER101" in done.out


# -- lists ----------------------------------------------------------------------------------------


def found(done):
    return sorted(
        {(each["filename"].rpartition("/")[2], each["code"]) for each in json.loads(done.out)}
    )


@pytest.fixture
def three(project, softmax):
    """Three files with KER101 and KER013 each."""
    for name in ("a.py", "b.py", "c.py"):
        (project / name).write_text(softmax + "x = 1  # kerlint: ignore[KER101]\n")
    return project


JSON = ("--output-format", "json", "--quiet")


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ([], {"KER101", "KER013"}),
        (["--select", "KER101"], {"KER101"}),
        (["--select", "KER101,KER013"], {"KER101", "KER013"}),
        (["--select", "KER101", "--select", "KER013"], {"KER101", "KER013"}),
        (["--select", "KER101", "--extend-select", "KER013"], {"KER101", "KER013"}),
        (
            ["--select=KER102", "--extend-select=KER101", "--extend-select=KER013"],
            {"KER101", "KER013"},
        ),
        (["--ignore", "KER013"], {"KER101"}),
        (["--ignore", "KER013", "--ignore", "KER101"], set()),
        (["--ignore", " KER013 , KER101 ,"], set()),
    ],
)
def test_codes_add_up(kerlint, three, words, codes):
    assert {code for _, code in found(kerlint(*JSON, *words))} == codes


@pytest.mark.parametrize(
    ("words", "files"),
    [
        ([], {"a.py", "b.py", "c.py"}),
        (["--exclude", "a.py"], {"b.py", "c.py"}),
        (["--exclude", "a.py", "--exclude", "b.py"], {"c.py"}),
        (["--exclude", "a.py", "--extend-exclude", "b.py", "--extend-exclude", "c.py"], set()),
        (["--per-file-ignores", "a.py:KER1", "--per-file-ignores", "c.py:KER101"], {"b.py"}),
        (["--per-file-ignores", "a.py:KER1,c.py:KER1"], {"b.py"}),
    ],
)
def test_patterns_add_up(kerlint, three, words, files):
    assert {file for file, code in found(kerlint(*JSON, *words)) if code == "KER101"} == files


def test_paths_add_up(kerlint, three):
    assert {file for file, _ in found(kerlint(*JSON, "a.py", "c.py"))} == {"a.py", "c.py"}
    assert {file for file, _ in found(kerlint("a.py", *JSON, "c.py"))} == {"a.py", "c.py"}


def test_what_comes_last_counts(kerlint, three):
    done = kerlint("--output-format", "json", "--output-format", "concise", "a.py")
    assert done.out.startswith("a.py:1:11: error: KER101")


def test_two_dashes_end_the_options(kerlint, project, softmax):
    for name in ("--quiet", "-j", "rules"):
        (project / name).mkdir()
        (project / name / "a.py").write_text(softmax)
    done = kerlint(*JSON, "--", "--quiet", "-j", "rules")
    assert done.code == 1
    assert len(json.loads(done.out)) == 3
    assert kerlint("--quiet", "--", "--select").err == (
        "kerlint: --select: no such file or folder\n"
    )
    assert len(json.loads(kerlint(*JSON, "--").out)) == 3


def test_two_dashes_before_a_rule(kerlint):
    assert kerlint("explain", "--", "KER101").out == kerlint("explain", "KER101").out


def test_flags_have_two_sides(kerlint, project, softmax):
    (project / ".gitignore").write_text("a.py\n")
    (project / "a.py").write_text(softmax)
    assert kerlint().code == 0
    assert kerlint("--no-respect-gitignore").code == 1
    assert kerlint("--no-respect-gitignore", "--respect-gitignore").code == 0


# -- what a run imports ---------------------------------------------------------------------------

RUN = (
    "import sys\n"
    "from kerlint.command.cli import main\n"
    "code = main(sys.argv[1:])\n"
    "loaded = {name.partition('.')[0] for name in sys.modules}\n"
    "print(code, *sorted(loaded & {'pydantic', 'pydantic_core', 'annotated_types'}))\n"
)


@pytest.mark.parametrize(
    "words",
    [
        ["--select", "KER101", "--jobs", "1", "--execute-timeout", "5", "a.py"],
        ["--per-file-ignores", "b.py:KER1", "--exclude", "b.py", "--no-cache"],
        ["--show-settings"],
        ["rules"],
        ["explain", "KER101"],
        ["--help"],
        ["--version"],
        ["--jobs", "none"],
    ],
    ids=" ".join,
)
def test_no_validators_are_imported(project, sigmoid, words):
    (project / "a.py").write_text(sigmoid)
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        check=True,
    )
    assert done.stdout.splitlines()[-1] == ("2" if "none" in words else "0")
