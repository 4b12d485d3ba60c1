"""The fix of KER013 removes a comment, or the codes in it that are idle, and nothing else."""

from __future__ import annotations

import json

import pytest

from kerlint.repairs.apply import edited
from kerlint.run.engine import findings_in_text

HEAD = "from keras.layers import Dense\n"
SOFTMAX = 'Dense(1, activation="softmax")'


def fixed(text, name="a.py"):
    """``text`` after the fixes of its unused suppressions, and how freely they may be applied."""
    settings = {"select": ["KER013", "KER101", "KER102"]}
    found = [each for each in findings_in_text(text, name, settings) if each.code == "KER013"]
    edits = [edit for each in found for edit in each.fix.edits]
    data = edited(name, text.encode(), edits).decode()
    return data, {each.fix.applicability.label for each in found}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # kerlint: ignore[KER101]\n", "x = 1\n"),
        ("x = 1  # kerlint: ignore[KER101]", "x = 1"),
        ("x = 1  # kerlint: ignore[KER101]  \ny\n", "x = 1\ny\n"),
        ("x = 1  # kerlint: ignore\n", "x = 1\n"),
        ("x = 1  #kerlint:ignore[ softmax-on-one-unit ]\n", "x = 1\n"),
        ("x = 1\t# noqa: KER101\n", "x = 1\n"),
        ("x = 1 # NOQA : ker101,ker102\n", "x = 1\n"),
        ("# kerlint: ignore[KER101]\nx = 1\n", "x = 1\n"),
        ("x = 1\n    # kerlint: ignore[KER101]\n", "x = 1\n"),
        ("x = 1\n    # kerlint: ignore[KER101]", "x = 1"),
        ("# kerlint: ignore-file[KER101]\n\nx = 1\n", "\nx = 1\n"),
        ("if a:\n    # kerlint: ignore[KER101]\n    pass\n", "if a:\n    pass\n"),
        # some codes are idle
        (
            f"{SOFTMAX}  # kerlint: ignore[KER102, KER101]\n",
            f"{SOFTMAX}  # kerlint: ignore[KER101]\n",
        ),
        (
            f"{SOFTMAX}  # kerlint: ignore[KER101,KER102]\n",
            f"{SOFTMAX}  # kerlint: ignore[KER101]\n",
        ),
        (
            f"{SOFTMAX}  # kerlint: ignore[ KER102,ker101 ] it is so\n",
            f"{SOFTMAX}  # kerlint: ignore[ker101] it is so\n",
        ),
        ("x = 1  # noqa: E501, KER101\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: E501 KER101 F401\n", "x = 1  # noqa: E501 F401\n"),
        ("x = 1  # noqa: KER101,E501,F401\n", "x = 1  # noqa: E501,F401\n"),
        # other comments stay
        ("x = 1  # kerlint: ignore[KER101]  # noqa: E501\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # type: ignore  # kerlint: ignore[KER101]\n", "x = 1  # type: ignore\n"),
        (
            "x = 1  # kerlint: ignore[KER101] the labels are right\n",
            "x = 1  # the labels are right\n",
        ),
        ("# kerlint: ignore[KER101] is it?\nx = 1\n", "# is it?\nx = 1\n"),
        ("x = 1  # five  # kerlint: ignore[KER101]\n", "x = 1  # five\n"),
        ("x = '# kerlint: ignore[KER101]'  # kerlint: ignore[KER101]\n", None),
    ],
)
def test_comments(before, after):
    if after is None:
        after = before.replace("  # kerlint: ignore[KER101]", "")
    text, how = fixed(HEAD + before)
    assert text == HEAD + after
    assert how == {"safe"}
    assert fixed(text)[1] == set()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    text = f"{HEAD}# kerlint: ignore[KER101]\nx = 1  # kerlint: ignore[KER101]\nz\n"
    assert fixed(text.replace("\n", end))[0] == f"{HEAD}x = 1\nz\n".replace("\n", end)


@pytest.mark.parametrize("code", ["KER9999", "KER1O1", "sofmax-on-one-unit"])
def test_what_may_be_misspelled_is_not_safe(code):
    text, how = fixed(f"{HEAD}x = 1  # kerlint: ignore[{code}]\n")
    assert (text, how) == (f"{HEAD}x = 1\n", {"unsafe"})


def test_both_on_one_line_take_two_rounds(kerlint, project):
    path = project / "a.py"
    path.write_text(HEAD + "# kerlint: ignore[KER101] # noqa: KER102\nx = 1\n")
    assert kerlint("--fix", "a.py").code == 0
    assert path.read_text() == HEAD + "x = 1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # kerlint: ignore[KER101]", "x = 1"),
        ("# kerlint: ignore[KER101]\nx = 1", "x = 1"),
        ("x = 1\n# kerlint: ignore[KER101]", "x = 1"),
        ("# kerlint: ignore[KER101]", ""),
        ("!ls\n# kerlint: ignore[KER101]\nx = 1", "!ls\nx = 1"),
        ("if a:\n    !ls\n    x = 1  # kerlint: ignore[KER101]", "if a:\n    !ls\n    x = 1"),
    ],
)
def test_notebooks(before, after):
    def notebook(text):
        cells = [
            {"cell_type": "code", "source": HEAD.splitlines(True)},
            {"cell_type": "code", "source": text.splitlines(True)},
        ]
        return json.dumps({"cells": cells, "metadata": {}}, indent=1)

    text, how = fixed(notebook(before), "n.ipynb")
    assert how == {"safe"}
    assert json.loads(text) == json.loads(notebook(after))
