"""Formats are found as files; several reports can be written in one run."""

from __future__ import annotations

import json
import re

import pytest

import kerlint.reports
from kerlint.reports import destinations, formats, renderer

# A process forked from one that runs TensorFlow may die, and other tests here may have loaded it.
pytestmark = pytest.mark.usefixtures("in_this_process")

# Read by programs and browsers; all others are lines of text for people.
DATA = ("github", "gitlab", "html", "json", "json-lines", "junit", "rdjson", "sarif")
TEXT = tuple(name for name in formats() if name not in DATA)


def test_all_formats():
    assert {"concise", "full", "grouped"} <= set(TEXT)
    assert formats() == tuple(sorted((*TEXT, *DATA)))


def test_a_new_format_is_one_file(tmp_path, monkeypatch, kerlint, project, softmax):
    (tmp_path / "short_list.py").write_text(
        "def render(report):\n"
        "    for finding in report.findings:\n"
        "        yield f'{finding.code}!\\n'\n"
    )
    monkeypatch.setattr(kerlint_reports(), "__path__", [*kerlint_reports().__path__, str(tmp_path)])
    (project / "a.py").write_text(softmax)
    assert "short-list" in formats()
    done = kerlint("--output-format", "short-list")
    assert (done.code, done.out) == (1, "KER101!\n")
    done = kerlint("--output-format", "short-list", "--statistics")
    assert done.code == 2
    assert "not with short-list" in done.err


def kerlint_reports():
    return kerlint.reports


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xml",
        "report",
        "colours",
        "repository",
        "__init__",
        "json_lines",
        "Full",
        "full,",
        "../x",
    ],
)
def test_what_is_not_a_format(text):
    with pytest.raises(ValueError, match="must be one of concise, full, github"):
        destinations(text)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("full", [("full", None)]),
        ("json:out.json,full", [("json", "out.json"), ("full", None)]),
        (" sarif:a b.sarif , junit:x.xml", [("sarif", "a b.sarif"), ("junit", "x.xml")]),
        ("json:C:\\out.json", [("json", "C:\\out.json")]),
    ],
)
def test_destinations(text, pairs):
    assert list(destinations(text)) == pairs


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("json:", "needs a file name after 'json:'"),
        ("json,full", "only one report to standard output"),
        ("json:a,sarif:a", "names the file 'a' twice"),
    ],
)
def test_mistakes(kerlint, project, text, problem):
    done = kerlint("--output-format", text)
    assert (done.code, done.out) == (2, "")
    assert problem in done.err
    assert "--output-format" in done.err
    assert done.err.count("\n") == 1


def test_all_reports_of_one_run(kerlint, project, softmax):
    (project / "a.py").write_text(softmax)
    wanted = ",".join(f"{name}:out.{name}" for name in formats())
    done = kerlint("--output-format", wanted)
    assert (done.code, done.out, done.err) == (1, "", "")
    for name in formats():
        written = (project / f"out.{name}").read_text()
        assert written == kerlint("--output-format", name, "--color", "never").out, name
        assert "KER101" in written


@pytest.mark.parametrize("name", formats())
def test_nothing_found(kerlint, project, sigmoid, name):
    (project / "a.py").write_text(sigmoid)
    done = kerlint("--output-format", name)
    assert (done.code, done.err) == (0, "")
    if name in ("json", "gitlab", "rdjson", "sarif"):
        json.loads(done.out)
    assert ("All checks passed!" in done.out) is (name in (*TEXT, "junit"))
    if name in TEXT:
        assert kerlint("--output-format", name, "--quiet").out == ""


@pytest.mark.parametrize("name", [*TEXT, "github", "json", "json-lines"])
def test_statistics(kerlint, project, softmax, name):
    (project / "a.py").write_text(softmax * 3)
    done = kerlint("--statistics", "--output-format", name, "--quiet")
    assert done.code == 1
    assert done.out.count("KER101") == 1
    assert "3" in done.out
    assert "a.py" not in done.out


@pytest.mark.parametrize("name", ["sarif", "junit", "gitlab"])
def test_no_statistics(kerlint, project, softmax, name):
    """It is said before anything is read or written."""
    (project / "a.py").write_text(softmax)
    done = kerlint("--statistics", "--output-format", f"{name}:out,json:out.json")
    assert (done.code, done.out) == (2, "")
    able = re.fullmatch(rf"kerlint: --statistics works with (.*), not with {name}\n", done.err)
    assert {*TEXT, "github", "json", "json-lines"} == set(able[1].split(", "))
    assert not (project / "out.json").exists()


def test_grouped(kerlint, project, softmax):
    (project / "a.py").write_text("\n" * 99 + softmax + "x = 1  # kerlint: ignore[KER101]\n")
    (project / "b.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": softmax}], "metadata": {}})
    )
    done = kerlint("--output-format", "grouped")
    message = "softmax over a single unit always outputs 1.0, whatever the input"
    *lines, _ = done.out.splitlines()
    lines = [line for line in lines if "KER013" not in line]
    assert lines == [
        "a.py",
        f"  100:11  error    KER101  {message}",
        "",
        "b.ipynb",
        f"  cell 1, 1:11  error    KER101  {message}",
        "",
    ]
    assert "  101:8   warning  KER013  " in done.out


def test_a_renderer_for_each():
    for name in formats():
        assert callable(renderer(name))
