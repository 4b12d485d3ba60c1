"""What is parsed without typer means what typer would have made of it."""

from __future__ import annotations

import pytest
import typer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kerlint.command import typed
from kerlint.command.options import COMMANDS, EXPLAIN, LINT, RULES, parse

WORDS = {
    name: [
        *(flag for option in command.options for flag in option.flags),
        *(option.off for option in command.options if option.off),
    ]
    for name, command in COMMANDS.items()
}
VALUES = ["a", "-", "", "-x", "KER1,KER2", "--", "a=b", "-j", "--quiet", "4"]


kept = []
TYPER = {
    name: typer.main.get_command(typed.app([command], lambda _, values: kept.append(values)))
    for name, command in COMMANDS.items()
}


def asked(name, words):
    """What typer makes of the words; None when it complains, or shows the help."""
    kept.clear()
    try:
        spelled_out = [*typed._with_empty_values([COMMANDS[name]], words)]
        TYPER[name].main(args=spelled_out, standalone_mode=False)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
    return kept[0] if kept else None


def alike(values):
    """typer gives an empty tuple, an empty list or None for nothing, depending on its release."""
    return {name: value or None for name, value in values.items()}


@st.composite
def command_lines(draw):
    name = draw(st.sampled_from(sorted(COMMANDS)))
    flags = st.sampled_from([*WORDS[name], "--no-such", "-h", "-qj", "-q4", "-j4", "-ofile", "-jq"])
    word = flags | st.sampled_from(VALUES) | st.builds("{}={}".format, flags, st.text(max_size=3))
    return name, draw(st.lists(word, max_size=6))


@settings(max_examples=150, deadline=None)
@given(command_lines())
@example(("check", ["--select=", "--select", "KER1", "--", "--quiet"]))
@example(("check", ["--respect-gitignore", "--no-respect-gitignore", "a", "-j4", "b"]))
@example(("check", ["--no-force-exclude=1"]))
@example(("check", ["--add-ignore"]))
@example(("check", ["--select", "--add-ignore", "--select", "--", "--add-ignore"]))
@example(("check", ["-q=1"]))
@example(("check", ["-j=4"]))
@example(("explain", ["--output-format", "json", "KER1", "-"]))
def test_the_same_as_typer(line):
    name, words = line
    values = parse(COMMANDS[name], words)
    if values is not None:
        by_typer = asked(name, words)
        assert by_typer is not None, words
        assert alike(values) == alike(by_typer)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (LINT, ["--help"]),
        (LINT, ["a.py", "-h"]),
        (LINT, ["--selct", "KER1"]),
        (LINT, ["--quiet=yes"]),
        (LINT, ["--select"]),
        (LINT, ["-x"]),
        (LINT, ["-qV"]),
        (RULES, ["KER101"]),
        (EXPLAIN, []),
    ],
)
def test_what_is_left_to_typer(command, words):
    assert parse(command, words) is None


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["src", "-", "a.py"],
        ["--select", "KER1", "--select=KER2", "--quiet", "-o", "out.txt", "--jobs=2", "src"],
        ["--output-format", "json", "--stdin-filename", "a.py", "-"],
        ["--", "--help"],
        ["-j4", "-q"],
    ],
)
def test_what_is_not(words):
    assert parse(LINT, words) is not None


def test_several_short_options_in_one_word(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    assert kerlint("-qj", "2", "a.py") == kerlint("-q", "-j", "2", "a.py")
