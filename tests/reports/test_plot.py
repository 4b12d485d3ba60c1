"""What experiments measured, as rows of characters on a terminal."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest
from test_html import HERE, LAYERS, MEASURED, PROVEN, units

from kerlint.measured import (
    GradientLength,
    Histogram,
    LossCurve,
    Measured,
    ModelMeasured,
)
from kerlint.reports.blocks import BLOCKS, PLAIN, characters, rows
from kerlint.reports.full import render
from kerlint.reports.report import Report

pytestmark = pytest.mark.usefixtures("in_this_process")

BARE = ModelMeasured(LAYERS, 9)


def drawn(written=BARE, repaired=None, levels=BLOCKS):
    return rows(Measured("overfit", written, repaired), levels)


def test_all_of_it():
    assert rows(MEASURED, BLOCKS) == [
        "gradients in dense  as written  ▁▁▁▁▁▁▁▁"
        "                                  none of 8 gets a gradient",
        "                    repaired    ▂▂▃▄▅▆▇█                                  8 of 8 distinct",
        f"gradients in two    as written  {'▂' * 40}  all 40 get the same",
        "                    repaired    ▂▂▂▂▂▂▃▃▃▃▃▃▄▄▄▄▄▄▅▅▅▅▅▆▆▆▆▆▆▇▇▇▇▇▇█████  "
        "40 of 40 distinct",
        "outputs             as written  ▁▁▁█                                      always 1",
        "                    repaired    ▅██▁                                      "
        "from -0.9 to 0.4; 1 are NaN or infinite",
        "loss in training    as written  ████████████████████████????????          "
        "3 at first, NaN or infinite after 9 steps",
        "                    repaired    ████████▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▁▁▁▁▁▁▁▁          "
        "from 3 to 0.001 in 9 steps",
        "gradient by layer   as written  ▁█                                        "
        "1e-09 in dense, 0.5 in two",
        "                    repaired    ██                                        "
        "0.25 in dense, 0.5 in two",
    ]


def test_ascii_has_the_same_heights():
    plain = rows(MEASURED, PLAIN)
    assert "".join(plain).isascii()
    assert [line.translate(str.maketrans(PLAIN, BLOCKS)) for line in plain] == [
        line.translate(str.maketrans(PLAIN, BLOCKS)) for line in rows(MEASURED, BLOCKS)
    ]
    assert len(set(PLAIN)) == len(BLOCKS)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", BLOCKS), ("cp437", PLAIN), ("latin-1", PLAIN), ("ascii", PLAIN), (None, PLAIN)],
)
def test_characters_that_the_terminal_has(encoding, expected):
    assert characters(encoding) == expected


def test_it_is_below_the_proof_and_only_if_it_is_wanted():
    plain = "".join(render(Report((PROVEN,), HERE)))
    assert not set(BLOCKS) & set(plain)
    lines = "".join(render(Report((PROVEN,), HERE, plot=BLOCKS))).splitlines()
    place = next(i for i, line in enumerate(lines) if "= proof:" in line)
    assert lines[place + 1].strip() == "output std 0"
    assert lines[place + 2].startswith("    gradients in dense  as written  ▁▁")
    # Nothing else is different.
    assert [line for line in lines if not set(BLOCKS) & set(line)] == plain.splitlines()


def test_a_wide_layer_and_many_layers():
    wide = replace(BARE, units=(units("wide", [*range(100)]),))
    [line] = drawn(wide)
    assert line.endswith("100 of 100 distinct; the first 64 are shown")
    assert len(line) < 150
    deep = replace(BARE, units=tuple(units(f"d{i}", [0, 0, i % 2]) for i in range(20)))
    found = drawn(deep)
    assert len(found) == 7
    assert found[-1] == "gradients in 14 more layers"
    assert all("all 3 get the same" in line for line in found[:-1]), "what is wrong comes first"


def test_names_cannot_steer_the_terminal():
    evil = replace(BARE, units=(units("\x1b[31m\u202e" + "x" * 99, [0, 1]),))
    [line] = drawn(evil)
    assert line.isprintable()
    assert "..." in line


def test_training_that_ends_early_is_shorter():
    long = LossCurve("mse", (0, 500, 999), (2.0, 1.5, 1.0), 1_000)
    short = LossCurve("mse", (0, 50, 99), (2.0, 1.5, 1.0), 100)
    found = drawn(replace(BARE, losses=long), replace(BARE, losses=short))
    assert [sum(c in BLOCKS for c in line) for line in found] == [32, 3]


@pytest.mark.parametrize(
    "model",
    [
        replace(BARE, losses=LossCurve("", (0,), (float("nan"),), 1)),
        replace(BARE, losses=LossCurve("", (0, 1), (0.0, 0.0), 2)),
        replace(BARE, losses=LossCurve("", (0, 1), (-3.0, -3e5), 2)),
        replace(BARE, lengths=(GradientLength("a", 0.0), GradientLength("b", float("inf")))),
        replace(BARE, outputs=Histogram("", 0.0, 1.0, (0, 0), 0.0, 0.0, 9)),
        replace(BARE, units=(units("none", []),)),
        BARE,
    ],
)
def test_odd_numbers(model):
    for levels in (BLOCKS, PLAIN):
        drawn(model, None, levels)
        drawn(None, model, levels)
        drawn(model, MEASURED.repaired, levels)


def test_the_option(kerlint, project, monkeypatch):
    """It implies --execute, measures, and is drawn for the encoding of the stream."""
    from kerlint.execute.prove import Prover
    from kerlint.execute.spec import Answer

    asked = []

    def attempt(self, job):
        asked.append(self._measure)
        return Answer("confirmed", "so", "constant_output", 0, measured=MEASURED)

    monkeypatch.setattr(Prover, "_attempt", attempt)
    (project / "a.py").write_text(
        "import keras\nfrom keras import layers\n"
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation='softmax')])\n"
        "model.compile(loss='mse')\n"
    )
    done = kerlint("--plot", "--select", "KER101", "--no-cache")
    assert "none of 8 gets a gradient" in done.out
    assert asked == [True]
    assert kerlint("--execute", "--select", "KER101", "--no-cache").out.count("gradient") == 0
    assert asked == [True, False]
    kerlint("--execute", "--select", "KER101", "--no-cache", "--output-format", "html:a.html")
    assert asked == [True, False, True]
    assert "none of 8 gets a gradient" in (project / "a.html").read_text("ascii")
    for encoding, levels in (("utf-8", BLOCKS), ("ascii", PLAIN)):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        kerlint("--plot", "--select", "KER101", "--no-cache")
        stream.flush()
        assert f"{levels[0] * 8}  " in stream.buffer.getvalue().decode(encoding)
        monkeypatch.undo()
        monkeypatch.chdir(project)
        monkeypatch.setattr(Prover, "_attempt", attempt)
