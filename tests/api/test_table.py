"""Findings in a notebook: a table in HTML that says what the terminal says."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

import kerlint
from kerlint import Diagnostic, Findings, Position, Related, Severity, Span

CODE = """\
import keras
from keras import layers
model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(1, "softmax")])
model.compile(loss="mse", metrics=["accuracy"])
"""
VOID = {"br"}


class Parsed(HTMLParser):
    """The rows of the table; fails where tags do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.text: dict[str, str] = {}
        self.tags: set[str] = set()
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] != "style" and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data
        for tag in self.open:
            self.text[tag] = self.text.get(tag, "") + data


def test_rows():
    findings = kerlint.lint_source(CODE)
    it = Parsed(findings._repr_html_())
    head, *rows = it.rows
    assert head == ["Line", "Severity", "Rule", "Finding"]
    assert {row[2] for row in rows} == {finding.code for finding in findings}
    assert len(rows) == len(findings)
    first = next(row for row in rows if row[2] == "KER101")
    (finding,) = (each for each in findings if each.code == "KER101")
    assert first[0] == f"{finding.span.start.row}:{finding.span.start.column}"
    assert first[1] == "error"
    assert first[3].startswith(finding.message)
    assert "^^^^" in first[3]
    assert finding.help in first[3]
    assert it.text["caption"].startswith("kerlint: 1 error and ")
    assert not it.tags & {"script", "img", "link", "iframe"}
    assert "\x1b" not in findings._repr_html_()


def test_files_and_cells(project, softmax):
    for name in ("a.py", "b.py"):
        (project / name).write_text(softmax)
    found = kerlint.lint_paths(".")
    head, *rows = Parsed(found._repr_html_()).rows
    assert head[:2] == ["File", "Line"]
    assert [row[0] for row in rows] == ["a.py", "b.py"]
    it = Parsed(found[:1]._repr_html_())
    assert it.rows[0][0] == "Line"
    assert it.text["caption"] == "kerlint: 1 error in a.py"
    cell = '{"cells": [{"cell_type": "code", "source": "model.add(Dense(1, \'softmax\'))"}]}'
    (project / "c.ipynb").write_text(cell)
    head, row = Parsed(kerlint.lint_paths("c.ipynb")._repr_html_()).rows
    assert (head[:2], row[:2]) == (["Cell", "Line"], ["1", "1:11"])


def test_models_have_layers(softmax):
    (finding,) = kerlint.lint_source(softmax)
    of_layer = replace(finding, layer="out<put>")
    head, row = Parsed(Findings([of_layer])._repr_html_()).rows
    assert (head[0], row[0]) == ("Layer", "out<put>")
    head, *rows = Parsed(Findings([replace(finding, layer=""), finding])._repr_html_()).rows
    assert (head[0], [row[0] for row in rows]) == ("Place", ["", "1:11"])


def test_nothing_found():
    it = Parsed(Findings()._repr_html_())
    assert it.text["div"].endswith("No findings")
    assert not it.rows


EVIL = "</pre><script>alert('x')</script>&amp;\x1b[31m\u202e\x00"


@pytest.mark.parametrize("field", ["message", "path", "label", "help", "evidence", "name"])
def test_text_is_escaped(field):
    given = {
        "code": "KER101",
        "name": "name",
        "severity": Severity.ERROR,
        "message": "message",
        "path": "a.py",
        "span": Span(Position(1, 2), Position(1, 3)),
        "verdict": "confirmed",
        "lines": {1: EVIL},
        field: EVIL,
        "related": (Related(Span(Position(9, 1), Position(9, 2)), EVIL, EVIL, EVIL),),
    }
    html = Findings([Diagnostic(**given)])._repr_html_()
    assert "<script" not in html
    assert "\x1b" not in html
    assert "\x00" not in html
    Parsed(html)
