"""Comments that silence findings, and comments that silence nothing."""

from __future__ import annotations

import pytest

import kerlint

BAD = 'model.add(Dense(1, activation="softmax"))'
GOOD = 'model.add(Dense(1, activation="sigmoid"))'


def codes(text, **settings):
    return [finding.code for finding in kerlint.lint_source(text, **settings)]


@pytest.mark.parametrize(
    "comment",
    [
        "# kerlint: ignore",
        "# kerlint: ignore[KER101]",
        "# kerlint: ignore[ker101]",
        "# kerlint: ignore[KER1]",
        "# kerlint:ignore [ KER101 ] and why",
        "# kerlint: ignore[softmax-on-one-unit]",
        "# type: ignore # kerlint: ignore[KER101]",
        "# noqa",
        "# NOQA",
        "# noqa: KER101",
        "# noqa:E501,KER101",
        "# noqa: E501 KER101",
        "#noqa : KER101",
    ],
)
def test_silenced(comment):
    assert codes(f"{BAD}  {comment}\n") == []


@pytest.mark.parametrize("comment", ["# noqa: E501", "# kerlint", "# do not ignore[KER101]"])
def test_not_silenced(comment):
    assert codes(f"{BAD}  {comment}\n") == ["KER101"]


def test_only_on_its_line():
    assert codes(f"{BAD}  # noqa: KER101\n{BAD}\n") == ["KER101"]


def test_any_line_of_the_finding_will_do():
    text = 'model.add(Dense(\n    1,  # kerlint: ignore[KER101]\n    activation="softmax",\n))\n'
    assert codes(text) == []


def test_not_in_a_string():
    text = f's = """\n# kerlint: ignore-file\n"""\nt = "# noqa: KER101"; {BAD}\n'
    assert codes(text) == ["KER101"]


@pytest.mark.parametrize("position", ["first", "last"])
def test_whole_file(position):
    lines = [BAD, BAD]
    lines.insert(0 if position == "first" else 2, "# kerlint: ignore-file")
    assert codes("\n".join(lines)) == []


def test_whole_file_for_one_code():
    assert codes(f"# kerlint: ignore-file[KER101]\n{BAD}\n{BAD}\n") == []
    assert codes(f"# kerlint: ignore-file[KER000]\n{BAD}\n")[-1] == "KER101"


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# kerlint: ignore[KER101]", "KER101 suppresses nothing"),
        ("# kerlint: ignore[softmax-on-one-unit]", "softmax-on-one-unit suppresses nothing"),
        ("# noqa: KER101", "KER101 suppresses nothing"),
        ("# kerlint: ignore", "suppresses nothing"),
        ("# kerlint: ignore[KER999]", "KER999 is no rule"),
        ("# noqa: E501, KER999", "KER999 is no rule"),
        ("# kerlint: ignore[softmax-on-one-unti]", "did you mean softmax-on-one-unit?"),
    ],
)
def test_of_no_use(comment, words):
    (finding,) = kerlint.lint_source(f"x = 1\n{GOOD}  {comment}\n")
    assert finding.code == "KER013"
    assert words in finding.message
    assert finding.span.start.row == 2
    assert finding.span.start.column == len(GOOD) + 3 + comment.index("#")


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",  # may be meant for others
        "# noqa: E501",
        "# kerlint: ignore-file",
        "# kerlint: ignore[KER013]",
        "# kerlint: ignore[KER101, KER013]",
    ],
)
def test_of_no_use_but_left_alone(comment):
    assert codes(f"{GOOD}  {comment}\n") == []


def test_a_code_that_is_not_selected_is_left_alone():
    text = f"{GOOD}  # kerlint: ignore[KER101]\n"
    assert codes(text, ignore=["KER101"]) == []
    assert codes(text, select=["KER013"]) == []
    assert codes(text) == ["KER013"]


def test_half_of_no_use():
    (finding,) = kerlint.lint_source(f"{BAD}  # kerlint: ignore[KER101, KER999]\n")
    assert "KER999" in finding.message
    assert "KER101" not in finding.message


def test_of_no_use_in_a_file_without_keras():
    assert codes("x = 1  # kerlint: ignore[KER101]\n") == ["KER013"]


def test_nothing_is_called_useless_in_a_file_that_is_not_understood():
    text = f"import keras\n{BAD}\ndef f(:\n{GOOD}  # kerlint: ignore[KER101]\n"
    assert "KER013" not in codes(text)


def test_can_be_ignored():
    assert codes("x = 1  # kerlint: ignore[KER101]\n", ignore=["KER013"]) == []
