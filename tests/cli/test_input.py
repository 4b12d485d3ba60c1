"""Whatever comes in: one clear line for what cannot be read, and the others are linted."""

from __future__ import annotations

import json
import os
import random

import pytest

import kerlint as package


def test_each_bad_file_is_one_line(kerlint, project, softmax):
    bad = {
        "binary.py": bytes(range(256)),
        "encoding.py": b"s = '\xe9'\n",
        "syntax.py": b"import keras\nmodel.add(Dense(1, activation='softmax')\n",
        "utf16.py": softmax.encode("utf-16"),
    }
    for name, data in bad.items():
        (project / name).write_bytes(data)
    (project / "loop.py").symlink_to("loop.py")
    (project / "empty.py").touch()
    (project / "good.py").write_text(softmax)
    (project / "folder.py").mkdir()
    done = kerlint("--output-format", "concise", "--quiet")
    assert done.code == 1
    assert done.err == ""
    lines = done.out.splitlines()
    assert {line.split(":")[0]: line.split(" ")[2] for line in lines} == {
        **dict.fromkeys((*bad, "loop.py"), "KER000"),
        "good.py": "KER101",
    }
    assert len(lines) == len(bad) + 2


def test_a_syntax_error_without_keras_is_not_our_business(kerlint, project):
    (project / "template.py").write_text("def {{ name }}(:\n")
    assert kerlint().code == 0


def test_unreadable_code_stays_on_until_it_is_ignored_by_name(kerlint, project):
    (project / "a.py").write_bytes(b"\0")
    assert kerlint("--select", "KER101").code == 1
    assert kerlint("--ignore", "KER0").code == 1
    assert kerlint("--ignore", "KER000").code == 0
    assert kerlint("--ignore", "syntax-error").code == 0


@pytest.mark.parametrize("size", ["9" * 400 + " GB", "9" * 30])
def test_a_size_that_no_file_has_is_no_limit(kerlint_process, project, size):
    (project / "a.py").write_text("x = 1\n")
    done = kerlint_process("--max-file-size", size, "a.py")
    assert (done.code, done.err) == (0, "")
    done = kerlint_process("--max-file-size", size, "-", stdin=b"x = 1\n")
    assert (done.code, done.err) == (0, "")


def test_too_large(kerlint, project, softmax):
    (project / "numbers.py").write_text("x = 1\n" * 200)
    (project / "model.py").write_text(softmax * 200)
    done = kerlint("--max-file-size", "1 kB", "--output-format", "concise", "--quiet")
    (line,) = done.out.splitlines()
    assert line.startswith("model.py:1:1: error: KER000 could not be read: ")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end, softmax):
    (finding,) = package.lint_source(f"x = 1{line_end}{line_end}{softmax}")
    assert (finding.span.start.row, finding.span.start.column) == (3, 11)
    assert finding.lines[3] == softmax.rstrip()


def test_marks_that_end_no_line(softmax):
    (finding,) = package.lint_source(f"x = '\u2028\x0c\x85'\n{softmax}")
    assert finding.span.start.row == 2


def test_columns_count_characters(softmax):
    (finding,) = package.lint_source(f"s = '漢字é'; {softmax}")
    assert finding.span.start.column == 22


def test_text_that_no_file_could_hold():
    (finding,) = package.lint_source("import keras\nx = '\udc80'\n")
    assert (finding.code, finding.span.start.row) == ("KER000", 2)
    (finding,) = package.lint_source("import keras\0")
    assert finding.code == "KER000"


def test_a_coding_comment_in_text_means_nothing(softmax):
    (finding,) = package.lint_source(f"# coding: latin-1\ns = 'é'; {softmax}")
    assert finding.span.start.column == 20


def test_no_bytes_break_it(kerlint, project, softmax):
    chance = random.Random(7)
    good = ("import keras\n" + softmax).encode()
    for number in range(60):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (project / f"f{number}.py").write_bytes(bytes(data))
    done = kerlint("--jobs", "1", "--no-cache")
    assert done.code in (0, 1)
    assert "kerlint failed" not in done.out
    assert done.err == ""


class TestStdin:
    def test_without_a_name(self, kerlint_process, softmax):
        done = kerlint_process("-", "--output-format", "concise", stdin=softmax.encode())
        assert done.code == 1
        assert done.out.startswith("-:1:11: error: KER101 ")

    def test_with_a_name(self, kerlint_process, project, softmax):
        (project / "src").mkdir()
        (project / "src" / "kerlint.toml").write_text('[severity]\nKER101 = "info"\n')
        arguments = ["-", "--stdin-filename", "src/new.py", "--output-format", "concise"]
        done = kerlint_process(*arguments, stdin=softmax.encode())
        assert done.code == 0
        assert done.out.startswith(f"{os.path.join('src', 'new.py')}:1:11: info: KER101 ")

    def test_the_name_is_enough(self, kerlint_process, softmax):
        arguments = ["--stdin-filename", "src/new.py", "--output-format", "concise", "--quiet"]
        done = kerlint_process(*arguments, stdin=softmax.encode())
        assert (done.code, done.err) == (1, "")
        assert done.out.startswith(f"{os.path.join('src', 'new.py')}:1:11: ")
        assert done == kerlint_process(*arguments, "-", stdin=softmax.encode())

    def test_a_name_and_other_files(self, kerlint_process, project, softmax, sigmoid):
        (project / "a.py").write_text(softmax)
        arguments = ["--stdin-filename", "new.py", "a.py"]
        done = kerlint_process(*arguments, stdin=sigmoid.encode())
        assert done.code == 0
        assert done.err == (
            "kerlint: warning: --stdin-filename reads standard input, so a.py is not checked\n"
        )
        done = kerlint_process("-", *arguments, stdin=sigmoid.encode())
        assert (done.code, done.err) == (1, "")

    def test_excluded(self, kerlint_process, softmax):
        arguments = ["-", "--stdin-filename", "venv/a.py", "--quiet"]
        assert kerlint_process(*arguments, stdin=softmax.encode()).code == 1
        done = kerlint_process(*arguments, "--force-exclude", stdin=softmax.encode())
        assert (done.code, done.out) == (0, "")

    @pytest.mark.parametrize("data", [b"", b"\xff", b"\0", b"\xff\xfea\0"])
    def test_any_bytes(self, kerlint_process, data):
        done = kerlint_process("-", "--quiet", "--output-format", "concise", stdin=data)
        assert done.code == (1 if data else 0)
        assert done.out.count("\n") == len(data[:1])
        assert done.err == ""


@pytest.mark.parametrize("depth", [3_000, 100_000])
def test_how_deep_json_may_nest_does_not_depend_on_the_files_before(
    project, kerlint_process, softmax, depth
):
    cell = {"cell_type": "code", "metadata": {}, "source": f"import keras\n{softmax}"}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    deep = text.replace('"metadata": {}', f'"metadata": {"[" * depth}{"]" * depth}', 1)
    (project / "deep.ipynb").write_text(deep)
    (project / "other.py").write_text(f"import keras\n{softmax}")
    options = ("--isolated", "--no-cache", "--output-format", "concise", "--quiet")
    alone = kerlint_process(*options, "deep.ipynb").out
    after = kerlint_process(*options, "other.py", "deep.ipynb").out
    assert alone
    assert alone == "".join(line for line in after.splitlines(True) if "deep.ipynb" in line)
