"""``--add-ignore``: comments in the files, a line that counts them, and what is left."""

from __future__ import annotations

import json
import os

import pytest

COMMENT = "  # kerlint: ignore[KER101]"


def test_files_are_changed_and_counted(kerlint, project, softmax, sigmoid):
    (project / "a.py").write_text(softmax + softmax)
    (project / "b.py").write_text(softmax)
    (project / "c.py").write_text(sigmoid)
    done = kerlint("--add-ignore")
    assert (done.code, done.out, done.err) == (0, "Suppressed 3 findings in 2 files.\n", "")
    assert (project / "a.py").read_text().count(COMMENT) == 2
    assert (project / "c.py").read_text() == sigmoid
    again = kerlint()
    assert again.code == 0
    third = kerlint("--add-ignore")
    assert (third.code, third.err) == (0, "")
    assert third.out.startswith("All checks passed!")


@pytest.mark.parametrize(
    "words", [["a.py", "--add-ignore=of 2019"], ["--add-ignore=of 2019", "-q"]]
)
def test_a_reason(kerlint, project, softmax, words):
    (project / "a.py").write_text(softmax)
    assert kerlint(*words).code == 0
    assert f"{COMMENT} of 2019\n" in (project / "a.py").read_text()


@pytest.mark.parametrize("words", [["--add-ignore", "a.py"], ["-qj1", "--add-ignore", "a.py"]])
def test_a_path_is_not_a_reason(kerlint, project, softmax, words):
    (project / "a.py").write_text(softmax)
    (project / "b.py").write_text(softmax)
    assert kerlint(*words).code == 0
    assert f"{COMMENT}\n" in (project / "a.py").read_text()
    assert COMMENT not in (project / "b.py").read_text()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--add-ignore=a\nb"], "takes a reason that fits on a line, not 'a\\nb'"),
        (["--add-ignore=# noqa"], "takes a reason, not a suppression of its own: '# noqa'"),
        (["--add-ignore=kerlint: ignore-file"], "takes a reason, not a suppression"),
        (["--add-ignore", "--diff"], "so only one of them can be given"),
    ],
)
def test_what_is_no_reason(kerlint, project, softmax, words, problem):
    (project / "a.py").write_text(softmax)
    done = kerlint(*words)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert problem in line
    assert (project / "a.py").read_text() == softmax


def test_only_what_is_selected(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    done = kerlint("--add-ignore", "--select", "KER2")
    assert done.code == 0
    assert (project / "a.py").read_text() == softmax


def test_the_help_says_that_the_reason_is_optional(kerlint):
    assert "  --add-ignore[=REASON]  " in kerlint("--help").out


def test_standard_input(kerlint_process, project, softmax):
    done = kerlint_process("--add-ignore", "-", stdin=softmax.encode())
    assert done.out == softmax.rstrip("\n") + f"{COMMENT}\n"
    assert (done.code, done.err) == (0, "Suppressed 1 finding in 1 file.\n")


def test_a_notebook(kerlint, project, softmax):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    lines = softmax.splitlines(keepends=True)
    content = {"cells": [{**cell, "source": lines}], "metadata": {}, "nbformat": 4}
    (project / "a.ipynb").write_text(json.dumps(content, indent=1))
    assert kerlint("--add-ignore").out == "Suppressed 1 finding in 1 file.\n"
    row = next(i for i, line in enumerate(lines) if "softmax" in line)
    lines[row] = lines[row].rstrip("\n") + COMMENT + "\n" * lines[row].endswith("\n")
    assert (project / "a.ipynb").read_text() == json.dumps(content, indent=1)
    assert kerlint().code == 0


def test_what_is_left_is_said(kerlint, project, sigmoid):
    text = sigmoid.rstrip("\n") + f"{COMMENT}\n"
    (project / "a.py").write_text(text)
    done = kerlint("--add-ignore")
    assert (done.code, done.out) == (1, "Suppressed nothing.\n")
    assert "KER013 was not suppressed, because it is about a comment" in done.err
    assert kerlint("--add-ignore", "--exit-zero").code == 0
    assert (project / "a.py").read_text() == text


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_a_read_only_file(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    (project / "b.py").write_text(softmax)
    (project / "a.py").chmod(0o444)
    done = kerlint("--add-ignore")
    assert (done.code, done.out) == (2, "Suppressed 1 finding in 1 file.\n")
    assert done.err == "kerlint: a.py: nothing was suppressed: the file is read-only\n"
    assert (project / "a.py").read_text() == softmax


def test_after_fixes(kerlint, project, softmax, sigmoid):
    text = softmax + sigmoid.rstrip("\n") + f"{COMMENT}\n"
    (project / "a.py").write_text(text)
    done = kerlint("--fix", "--add-ignore")
    assert done.code == 0
    assert done.out.startswith("Fixed 1 finding in 1 file.")
    assert done.out.endswith("\nSuppressed 1 finding in 1 file.\n")
    assert kerlint().code == 0
    assert (project / "a.py").read_text().count(COMMENT) == 1
