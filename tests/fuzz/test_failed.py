"""What failed once: each file of ``failed/`` is read to its end, and its findings are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from inputs import Input
from pool import Server

import kerlint

FAILED = sorted(Path(__file__).parent.joinpath("failed").glob("*.py"))
_EXPECT = re.compile(r"#\s*expect:\s*((?:KER\d{3}\s*)+)$")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Where a crash or a hang ends only a child."""
    server = Server(1)
    yield server
    server.close()


@pytest.mark.parametrize("path", FAILED, ids=lambda path: path.stem)
def test_what_failed_once(path: Path, server: Server) -> None:
    text = path.read_text(encoding="utf-8")
    answer = server.result(Input("failed", hostile=text, settings={"select": ["ALL"]}).as_json())
    assert (answer["problem"], answer["detail"]) == ("", "")
    expected = {
        (row, code)
        for row, line in enumerate(text.splitlines(), 1)
        for match in [_EXPECT.search(line)]
        if match is not None
        for code in match[1].split()
    }
    assert expected, "names nothing that must be found"
    found = {(each.span.start.row, each.code) for each in kerlint.lint_source(text, path.name)}
    codes = {code for _, code in expected}
    assert {(row, code) for row, code in found if code in codes} == expected
