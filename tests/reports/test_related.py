"""Places in other files and cells are shown with their code, from the cache too."""

from __future__ import annotations

import json
import os
import time

import pytest

NET = """\
from keras import Sequential, layers

def build(classes):
\tmodel = Sequential([layers.Input((8,))])
\tmodel.add(layers.Dense(classes, activation="softmax"))
\treturn model
"""
TRAIN = """\
from lib.net import build

model = build(10)
model.compile(optimizer="adam", loss="binary_crossentropy")
"""


@pytest.fixture
def two_files(project):
    (project / "lib").mkdir()
    for name, text in (("lib/__init__.py", ""), ("lib/net.py", NET), ("train.py", TRAIN)):
        (project / name).write_text(text)
        long_ago = time.time_ns() - 3600 * 10**9
        os.utime(project / name, ns=(long_ago, long_ago))
    return project


def test_another_file(kerlint, two_files):
    for _ in range(2):  # the second time from the cache
        lines = kerlint("--quiet").out.splitlines()
        at = lines.index(" ::: lib/net.py:5:12")
        assert lines[at + 2] == '5 |     model.add(layers.Dense(classes, activation="softmax"))'
        assert lines[at + 3].startswith(
            "  |               ------------------------------------------- "
        )


def test_another_file_as_data(kerlint, two_files):
    (finding,) = json.loads(kerlint("--output-format", "json").out)
    assert finding["filename"] == str(two_files / "train.py")
    (related,) = finding["related"]
    assert related["filename"] == str(two_files / "lib" / "net.py")
    assert related["location"] == {"row": 5, "column": 12}


def test_the_other_file_changes(kerlint, two_files):
    assert "::: lib/net.py:5:12" in kerlint().out
    (two_files / "lib" / "net.py").write_text("# one more line\n" + NET)
    lines = kerlint().out.splitlines()
    at = lines.index(" ::: lib/net.py:6:12")
    assert lines[at + 2] == '6 |     model.add(layers.Dense(classes, activation="softmax"))'


def test_another_cell(kerlint, project):
    cells = [NET, "# prose", TRAIN.replace("from lib.net import build\n", "")]
    notebook = {
        "cells": [
            {"cell_type": "markdown" if "prose" in text else "code", "source": text}
            for text in cells
        ],
        "metadata": {},
    }
    (project / "a.ipynb").write_text(json.dumps(notebook))
    for _ in range(2):
        lines = kerlint("--quiet").out.splitlines()
        assert lines[0].startswith("a.ipynb:3:38: warning: KER107 [cell 3] ")
        at = lines.index(" ::: a.ipynb:5:12 [cell 1]")
        assert lines[at + 2] == '5 |     model.add(layers.Dense(classes, activation="softmax"))'
