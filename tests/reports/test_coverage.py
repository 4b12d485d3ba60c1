"""How much was read is counted: files, models, and the models that are known only in part."""

from __future__ import annotations

import json
import os
import time

import pytest

MODELS = """\
from elsewhere import make
from keras import Sequential, layers

def known(units):
    return Sequential([layers.Input((3,)), layers.Dense(units)])

def unknown():
    return Sequential([layers.Input((3,)), make(), layers.Dense(1)])

first, second = known(2), known(3)
"""
NET = """\
from keras import Sequential, layers

def build(units):
    model = Sequential([layers.Input((3,))])
    model.add(layers.Dense(units))
    return model
"""
MAIN = """\
from keras import Sequential, layers
from net import build

model = build(3)
other = Sequential([layers.Input((3,)), layers.Dense(2)])
"""


def last(done):
    return done.out.splitlines()[-1]


def test_models_are_counted_where_they_are_built(kerlint, project):
    (project / "a.py").write_text(MODELS)
    assert last(kerlint("a.py")) == (
        "No problems found. Read 1 file and 2 models (1 only in part; see --show-unknown)."
    )
    assert (
        kerlint("--show-unknown", "a.py").out.splitlines()[-1] == "Read completely: 1 of 2 models."
    )


def test_models_of_other_files_count_there(kerlint, project):
    (project / "net.py").write_text(NET)
    (project / "main.py").write_text(MAIN)
    assert last(kerlint()) == "All checks passed! Read 2 files and 2 models."
    assert last(kerlint("main.py")) == "All checks passed! Read 1 file and 1 model."


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_from_processes_and_from_the_cache(kerlint, project, softmax, monkeypatch, jobs):
    monkeypatch.setattr("kerlint.run.engine.POOL_BYTES_FORKED", 1)
    texts = {
        "a.py": MODELS,
        "main.py": MAIN,
        "net.py": NET,
        "fragment.py": softmax,
        "plain.py": "x = 1\n",
        "quiet.py": f"# kerlint: ignore-file\n{MAIN}",
        "bad.py": "\0",
        "table.py": "x = 1\n" * 2000,
        "a.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": NET}], "metadata": {}}),
    }
    long_ago = time.time_ns() - 3600 * 10**9
    for name, text in texts.items():
        (project / name).write_text(text)
        os.utime(project / name, ns=(long_ago, long_ago))
    expected = (
        "Found 2 errors in 2 files. Read 8 files and 5 "
        "models (1 only in part; see --show-unknown); 1 file skipped because of an ignore-file "
        "comment; 1 file could not be read. To learn more, run `kerlint explain KER000`."
    )
    for options in (("--no-cache",), (), ()):
        assert last(kerlint("--jobs", jobs, "--max-file-size", "10 kB", *options)) == expected


def test_a_file_that_does_not_parse_at_all_was_not_read(kerlint, project, softmax):
    (project / "a.py").write_text("import keras\n" + "def (:\n" * 60 + softmax)
    (project / "b.py").write_text(softmax)
    assert "Read 1 file; 1 file could not be read." in last(kerlint("--select", "KER101"))


def test_statements_that_were_left_out(kerlint, project):
    (project / "a.py").write_text(NET + "print 'built'\n")
    assert "Read 1 file and 1 model; 1 statement could not be read." in last(kerlint())
    assert last(kerlint("--ignore", "KER000")) == (
        "No problems found. Read 1 file and 1 model; 1 statement could not be read."
    )


def test_files_that_no_selected_rule_can_fire_on_are_not_parsed_for_the_count(kerlint, project):
    (project / "a.py").write_text(NET)
    assert last(kerlint("--select", "KER110")) == "All checks passed! Read 1 file."


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--ignore", "ALL"), "Nothing was checked: no rules are selected."),
        (("--select", "KER000"), "Nothing was checked: no rules are selected."),
        (("--select", "KER013"), "All checks passed! Read 1 file."),
    ],
)
def test_no_rules(kerlint, project, options, line):
    (project / "a.py").write_text(NET)
    done = kerlint(*options)
    assert (done.code, done.out) == (0, f"{line}\n")


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.txt", "", "no Python files or notebooks found"),
        ("a.py", "x = 1\n", "the file does not use Keras"),
        (
            "a.py",
            "# kerlint: ignore-file\nimport keras\nkeras.layers.Dense(1)\n",
            "the only file that uses Keras has an ignore-file comment",
        ),
    ],
)
def test_nothing_was_checked(kerlint, project, name, text, line):
    (project / name).write_text(text)
    done = kerlint()
    assert (done.code, done.out) == (0, f"Nothing was checked: {line}.\n")


def test_unreadable_files_count_when_they_are_ignored(kerlint, project):
    (project / "a.py").write_text("\0")
    done = kerlint("--ignore", "KER000")
    assert (done.code, done.out) == (0, "Nothing was checked: 1 file could not be read.\n")


def test_standard_input(kerlint_process):
    assert last(kerlint_process("-", stdin=NET.encode())) == (
        "All checks passed! Read 1 file and 1 model."
    )


@pytest.mark.parametrize(
    ("target", "named"),
    [("3", ""), ("3.8", " for Keras 3.8"), ("2", " for Keras 2 (tf_keras)")],
)
def test_the_target_is_named(kerlint, project, target, named):
    (project / "net.py").write_text(NET)
    done = kerlint("--target-keras", target)
    assert last(done) == f"All checks passed{named}! Read 1 file and 1 model."
