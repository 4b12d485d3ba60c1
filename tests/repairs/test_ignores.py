"""Comments that suppress what is there: where they go, and that nothing is found after them."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerlint.config.settings import combine
from kerlint.diagnostics import Diagnostic, Position, Severity, Span
from kerlint.repairs.ignores import suppress
from kerlint.run import engine
from kerlint.run.suppressions import suppressions_in
from kerlint.sources.lines import split_lines
from kerlint.sources.read import to_source

FIXTURES = Path(__file__).parents[2] / "fixtures"
SETTINGS = combine(str(FIXTURES), [])
BAD = 'model.add(Dense(1, activation="softmax"))'


def lint(path, data):
    return engine.lint_source(to_source(path, data), data, SETTINGS).diagnostics


def suppressed(text, reason="", path="a.py"):
    data = text.encode()
    done = suppress(path, data, lint(path, data), reason)
    assert not done.left
    assert not lint(path, done.data)
    return done.data.decode()


def at(text, row, code="KER101", end_row=None):
    """A finding that somebody may have on a line."""
    lines = {row: split_lines(text)[row - 1]}
    span = Span(Position(row, 1), Position(end_row or row, 2))
    return Diagnostic(code, "a-name", Severity.ERROR, "m", "a.py", span, lines=lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BAD, f"{BAD}  # kerlint: ignore[KER101]"),
        (f"{BAD}\n", f"{BAD}  # kerlint: ignore[KER101]\n"),
        (f"{BAD}\r\n", f"{BAD}  # kerlint: ignore[KER101]\r\n"),
        (f"{BAD} \t\n", f"{BAD}  # kerlint: ignore[KER101]\n"),
        (f"{BAD}  # head\n", f"{BAD}  # head  # kerlint: ignore[KER101]\n"),
        (f"{BAD}  # noqa: E501\n", f"{BAD}  # noqa: E501  # kerlint: ignore[KER101]\n"),
        (
            f"{BAD}  # kerlint: ignore[KER999] x\n".replace("999", "110"),
            f"{BAD}  # kerlint: ignore[KER101, KER110] x\n",
        ),
        (f"x = '#'; {BAD}\n", f"x = '#'; {BAD}  # kerlint: ignore[KER101]\n"),
        (
            'model.add(Dense(\n    1,\n    activation="softmax",\n))\n',
            'model.add(Dense(  # kerlint: ignore[KER101]\n    1,\n    activation="softmax",\n))\n',
        ),
        (f"x = 1; \\\n{BAD}\n", f"x = 1; \\\n{BAD}  # kerlint: ignore[KER101]\n"),
        (
            'model.add( \\\n  Dense(1, activation="softmax") \\\n)\n',
            'model.add( \\\n  Dense(1, activation="softmax") \\\n)  # kerlint: ignore[KER101]\n',
        ),
        (f"{BAD}; s = '''\n#\n'''\n", f"{BAD}; s = '''\n#\n'''  # kerlint: ignore[KER101]\n"),
        (f"{BAD}; s = '\\\n'\n", f"{BAD}; s = '\\\n'  # kerlint: ignore[KER101]\n"),
    ],
)
def test_where_the_comment_goes(before, after):
    data = before.encode()
    findings = [each for each in lint("a.py", data) if each.code == "KER101"]
    done = suppress("a.py", data, findings)
    assert not done.left
    assert done.data.decode() == after
    assert not [each for each in lint("a.py", done.data) if each.code == "KER101"]


def test_a_reason():
    assert suppressed(f"{BAD}\n", "old model") == f"{BAD}  # kerlint: ignore[KER101] old model\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# kerlint: ignore[KER110]", "# kerlint: ignore[KER101, KER110] old"),
        ("# kerlint:ignore[ KER110 ]  ", "# kerlint:ignore[KER101, KER110] old"),
        ("# kerlint: ignore[KER110] new", "# kerlint: ignore[KER101, KER110] new; old"),
        ("# kerlint: ignore[KER110] as old", "# kerlint: ignore[KER101, KER110] as old"),
        ("# kerlint: ignore[KER110]  # x", "# kerlint: ignore[KER101, KER110] old  # x"),
        ("# kerlint: ignore[ker110, x-y]", "# kerlint: ignore[KER101, ker110, x-y] old"),
    ],
)
def test_a_reason_in_a_comment_that_is_there(before, after):
    text = f"{BAD}  {before}\n"
    done = suppress("a.py", text.encode(), [at(text, 1)], "old")
    assert done.data.decode() == f"{BAD}  {after}\n".replace("old  \n", "old\n")


def test_several_on_a_line():
    text = "a = b\n"
    codes = ["KER303", "KER101", "KER202", "KER101"]
    done = suppress("a.py", text.encode(), [at(text, 1, code) for code in codes])
    assert done.data == b"a = b  # kerlint: ignore[KER101, KER202, KER303]\n"
    assert len(done.findings) == 4


@pytest.mark.parametrize(
    ("text", "finding", "reason"),
    [
        ("a = '''\n", lambda t: at(t, 1), "a comment is not possible there"),
        ("a \\", lambda t: at(t, 1), "a comment is not possible there"),
        ("a\n", lambda t: at("b\n", 1), "the file was changed in the meantime"),
        ("a\n", lambda t: at("a\nb\nc", 3), "the file was changed in the meantime"),
        ("a\n", lambda t: at(t, 1, "KER013"), "it is about a comment that suppresses nothing"),
        ("a\0\n", lambda t: at(t, 1), "the file was not read"),
    ],
)
def test_what_cannot_be_suppressed(text, finding, reason):
    done = suppress("a.py", text.encode(), [finding(text)])
    assert done.data == text.encode()
    assert not done.findings
    ((_, why),) = done.left
    assert reason in why


@pytest.mark.skipif(sys.version_info < (3, 12), reason="older versions of Python have no such text")
def test_nothing_is_written_into_strings():
    # kerlint's own look at strings takes this for two.
    text = 'x = f"""{f"""\nmodel\n"""}"""\ny = 1\n'
    done = suppress("a.py", text.encode(), [at(text, 2), at(text, 4)])
    assert b"model\n" in done.data
    assert b"y = 1  # kerlint: ignore[KER101]\n" in done.data


def test_a_notebook():
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    rows = ["%time " + BAD + "\n", "!ls\n", BAD + "\n", BAD]
    content = {"cells": [{**cell, "source": rows}], "metadata": {}, "nbformat": 4}
    before = json.dumps(content, indent=1)
    comment = "  # kerlint: ignore[KER101] why"
    found = [row.rstrip("\n") + comment * ("!" not in row) + "\n" for row in rows]
    found[-1] = found[-1].rstrip("\n")
    content["cells"][0]["source"] = found
    assert suppressed(before, "why", "a.ipynb") == json.dumps(content, indent=1)


# Lines that join others, and lines with all kinds of signs in them.
LINES = st.sampled_from(
    [
        *(
            "x = 1",
            "x = 'a'  # '\"",
            "f(",
            ")",
            "[",
            "]",
            "x = 1 + \\",
            "",
            "    y",
            "if x:",
            "pass",
        ),
        *(
            "''' #'",
            's = """',
            '"""',
            "s = '''#",
            "''' + \\",
            "# c \\",
            "'open",
            "r'\\'",
            "t = '\\",
        ),
        *("x  # kerlint: ignore[KER110]", "x # noqa: KER110", "s = f'{x!r}'  ", "\tx\t", "'# no'"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(LINES, min_size=1, max_size=12), st.sampled_from(["\n", "\r\n"]), st.data())
def test_random_lines(lines, end, data):
    text = end.join(lines)
    rows = data.draw(st.lists(st.integers(1, len(lines)), max_size=4))
    findings = [at(text, row) for row in rows]
    done = suppress("a.py", text.encode(), findings)
    new = done.data.decode()
    assert len(done.findings) + len(done.left) == len(findings)
    assert new.count(end) == text.count(end)
    silenced = suppressions_in(to_source("a.py", done.data))
    for each in done.findings:
        assert any(comment.covers(each) for comment in silenced)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    assert ast.dump(ast.parse(new)) == ast.dump(tree)
    assert not done.left


def files():
    for path in sorted(FIXTURES.rglob("*")):
        if path.suffix in (".py", ".ipynb"):
            yield pytest.param(path, id=path.relative_to(FIXTURES).as_posix())


@pytest.mark.parametrize("path", [*files()])
def test_nothing_is_found_in_a_fixture_any_more(path):
    data = path.read_bytes()
    findings = lint(str(path), data)
    done = suppress(str(path), data, findings, "because")
    # Unused comments stay, and so does an error where a comment would be part of a string.
    assert {each.code for each, _ in done.left} <= {"KER000", "KER013"}
    assert len(done.findings) + len(done.left) == len(findings)
    after = lint(str(path), done.data)
    assert {(e.code, e.span.cell, e.span.start.row) for e in after} == {
        (e.code, e.span.cell, e.span.start.row) for e, _ in done.left
    }
    before = to_source(str(path), data)
    new = to_source(str(path), done.data)
    for old_line, new_line in zip(split_lines(before.shown), split_lines(new.shown), strict=True):
        assert new_line == old_line or "# kerlint: ignore[" in new_line
