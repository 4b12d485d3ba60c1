"""Bytes → text, or one line that says why not."""

from __future__ import annotations

import pytest

from kerlint.sources.lines import split_lines
from kerlint.sources.read import read_bytes, to_source
from kerlint.sources.source import Source, Unreadable


def text(data: bytes) -> str:
    source = to_source("a.py", data)
    assert isinstance(source, Source), source
    return source.text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ""),
        ("é = 1\n".encode(), "é = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n"),
        (b"# coding: latin-1\n'\xe9'\n", "# coding: latin-1\n'é'\n"),
        (
            b"#!/usr/bin/python\r# -*- coding: latin-1 -*-\r'\xe9'\r",
            "#!/usr/bin/python\r# -*- coding: latin-1 -*-\r'é'\r",
        ),
        (b"x = 1\n\n# coding: latin-1\n", "x = 1\n\n# coding: latin-1\n"),
        (b"a\r\nb\rc\n", "a\r\nb\rc\n"),
    ],
)
def test_text(data, expected):
    assert text(data) == expected


@pytest.mark.parametrize(
    ("data", "reason", "place"),
    [
        (b"x = 1\r\ny = '\xe9'\n", "byte 12 is not valid UTF-8", (2, 6)),
        (b"ok = '\xc3\xa9\xff'\n", "is not valid UTF-8", (1, 8)),
        (b"x\n\0", "NUL byte", (2, 1)),
        (b"\xff\xfex\0", "UTF-16", (1, 1)),
        (b"\xfe\xff\0x", "UTF-16", (1, 1)),
        (b"# coding: nonsense\n", "unknown encoding: nonsense", (1, 1)),
        (b"# coding: rot13\nx\n", "rot13", (1, 1)),
        (b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem", (1, 1)),
    ],
)
def test_no_text(data, reason, place):
    told = to_source("a.py", data)
    assert isinstance(told, Unreadable)
    assert told.reason.startswith("could not be read: ")
    assert reason in told.reason
    assert "\n" not in told.reason
    assert (told.row, told.column) == place


def test_lines_end_where_python_says():
    assert split_lines("a\r\nb\rc\nd\x0ce\u2028f\x85g\x1dh") == [
        "a",
        "b",
        "c",
        "d\x0ce\u2028f\x85g\x1dh",
    ]


def test_too_large(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"x" * 1001)
    told = read_bytes(str(path), 1000, lambda data: True)
    assert isinstance(told, Unreadable)
    assert "1,001 bytes, more than max-file-size allows (1,000)" in told.reason
    assert read_bytes(str(path), 1000, lambda data: False) is None
    assert read_bytes(str(path), 1001, lambda data: False) == b"x" * 1001


def test_what_cannot_be_opened(tmp_path):
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "folder.py").mkdir()
    for name in ("loop.py", "folder.py", "nowhere.py", "nul\0.py"):
        told = read_bytes(str(tmp_path / name), 1000, lambda data: True)
        assert isinstance(told, Unreadable), name
        assert told.reason.startswith("could not be read: ")
