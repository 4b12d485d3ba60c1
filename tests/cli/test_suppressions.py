"""Comments that silence findings, and comments that silence nothing."""

from __future__ import annotations

import pytest

import kerlint
from kerlint.run.suppressions import _comments_in

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
        ("# kerlint: ignore[KER101]", "KER101 is not reported on this line"),
        ("# kerlint: ignore[softmax-on-one-unit]", "softmax-on-one-unit is not reported on this"),
        ("# noqa: KER101", "KER101 is not reported on this line"),
        ("# kerlint: ignore", "kerlint reports nothing on this line"),
        ("# kerlint: ignore-file[KER101]", "KER101 is not reported in this file"),
        ("# kerlint: ignore[KER101, KER102]", "KER101 and KER102 are not reported on this line"),
        ("# kerlint: ignore[KER999]", "there is no rule KER999"),
        ("# noqa: E501, KER999", "there is no rule KER999"),
        ("# kerlint: ignore[softmax-on-one-unti]", "(did you mean softmax-on-one-unit?)"),
        ("# type: ignore[attr-defined] # kerlint: ignore[KER101]", "KER101 is not reported"),
    ],
)
def test_of_no_use(comment, words):
    (finding,) = kerlint.lint_source(f"x = 1\n{GOOD}  {comment}\n")
    assert finding.code == "KER013"
    assert words in finding.message
    assert finding.span.start.row == 2
    assert finding.span.start.column == len(GOOD) + 3 + comment.rindex("#")
    assert finding.help == "remove the comment" or "E501" in comment


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
    assert finding.help == "remove KER999 from the comment"


def test_of_no_use_in_a_file_without_keras():
    assert codes("x = 1  # kerlint: ignore[KER101]\n") == ["KER013"]


def test_nothing_is_called_useless_in_a_file_that_is_not_understood():
    text = f"import keras\n{BAD}\ndef f(:\n{GOOD}  # kerlint: ignore[KER101]\n"
    assert "KER013" not in codes(text)


def test_can_be_ignored():
    assert codes("x = 1  # kerlint: ignore[KER101]\n", ignore=["KER013"]) == []


# -- words about suppressions are not suppressions ------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '# Write "# kerlint: ignore[KER101]" at the end of a line to silence it.',
        "# Write `# kerlint: ignore-file` at the top of a file.",
        "#: ``# noqa: KER101`` works too.",
        "# In the first line: # kerlint: ignore-file",
        '"""Use # kerlint: ignore-file to skip a file."""',
        "def f():\n    r'''Example::\n\n        Dense(1)  # kerlint: ignore[KER101]\n    '''",
        "# model.add(Dense(1))  # kerlint: ignore[KER101]",
        'text = f"{x!r:>{width}} # kerlint: ignore[KER101]"',
    ],
)
def test_documentation_suppresses_nothing_and_is_not_unused(text):
    assert codes(f"{text}\n{BAD}\n") == ["KER101"]


BROKEN = [
    "print 'ratio', 07\n",  # Python 2
    "%matplotlib inline\n",
    "cost = 3$\n",
    "text = 'not closed\n",
    "def f(:\n        pass\n    x = 1\n  y = 2\n",
]


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("quote", ['"""', "'''"])
def test_strings_are_known_after_a_syntax_error(broken, quote):
    text = f"{broken}s = {quote}\n# kerlint: ignore-file\n{quote}\nt = '# noqa'; {BAD}\n"
    assert "KER101" in codes(text)


@pytest.mark.parametrize("broken", BROKEN)
def test_comments_are_known_after_a_syntax_error(broken):
    assert "KER101" not in codes(f"{broken}x = '''#'''\n{BAD}  # kerlint: ignore[KER101]\n")
    assert "KER101" not in codes(f"{broken}\n\n# kerlint: ignore-file[KER101]\n{BAD}\n")


def test_the_place_of_a_comment_after_a_syntax_error():
    text = "a'#'  # one\n\n'''\n#\n''' # two\n# three"
    comments = list(_comments_in(text.split("\n")))
    assert comments == [(1, 1, 6, "# one"), (5, 3, 4, "# two"), (6, 1, 0, "# three")]


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# pylint: skip-file # kerlint: ignore-file", True),
        ("# type: ignore[attr-defined]  # kerlint: ignore-file", True),
        ("# kerlint: ignore-file because it is generated", True),
        ("# to skip a file: # kerlint: ignore-file", False),
    ],
)
def test_a_whole_file_after_other_pragmas(comment, silent):
    assert codes(f"{comment}\n{BAD}\n") == ([] if silent else ["KER101"])


def test_a_comment_without_a_space_before_it():
    assert codes(f"{BAD};s='a'# kerlint: ignore[KER101]\n") == []


def test_a_comment_within_a_call_that_explains_itself():
    text = (
        'Dense(\n    1,\n    # one class  # kerlint: ignore[KER101]\n    activation="softmax",\n)\n'
    )
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "BAD; s = '''\n#\n'''  # kerlint: ignore[KER101]\n",
        "s = '''\n#\n'''; BAD; t = '''\n'''  # kerlint: ignore[KER101]\n",
        "BAD; \\\n  x = 1  # kerlint: ignore[KER101]\n",
        "x = '\\\n'; BAD; \\\n  x = '''\n'''; \\\n\\\ny = 1  # kerlint: ignore[KER101]\n",
        "f(BAD, '''\n''',  # kerlint: ignore[KER101]\n)\n",
    ],
)
def test_after_a_string_or_backslash_that_joins_lines(text):
    assert codes(text.replace("BAD", BAD)) == []


@pytest.mark.parametrize(
    "text",
    [
        "BAD\ns = '''\n'''  # kerlint: ignore[KER101]\n",
        "BAD  # \\\nx = 1  # kerlint: ignore[KER101]\n",
        "BAD; s = '''\n'''\nx = 1  # kerlint: ignore[KER101]\n",
        "f(BAD, '''\n''',\n  x)  # kerlint: ignore[KER101]\n",
    ],
)
def test_not_after_lines_that_are_not_joined(text):
    assert "KER101" in codes(text.replace("BAD", BAD))
