"""Files that cannot have findings are not parsed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerlint import gate
from kerlint.diagnose import diagnose
from kerlint.settings import combine, layer
from kerlint.sources.source import Source


def settings(**raw):
    return combine("/", [layer({k.replace("_", "-"): v for k, v in raw.items()}, "/", "")])


@pytest.mark.parametrize(
    "text",
    [
        b"import keras\n",
        b"from tensorflow import keras as k\n",
        b"import tensorflow as tf\n",
        b"model.add(Dense(1, activation='softmax'))\n",
        b"m = Sequential()\n",
        b"model.compile(loss='mse')\n",
        b"x = to_categorical(y)\n",
    ],
)
def test_keras(text):
    assert gate.names_keras(text)


@pytest.mark.parametrize(
    "text", [b"", b"import os\n", b"from torch import nn\nnn.Linear(1, 1)\n", b"re.compile('x')\n"]
)
def test_no_keras(text):
    assert not gate.names_keras(text)
    assert not gate.codes_possible(text, settings(select=["ALL"]))


def test_rule_by_rule():
    text = b"model.add(Dense(1, activation='softmax'))\n"
    assert gate.codes_possible(text, settings(select=["KER101"]))
    assert not gate.codes_possible(text.replace(b"softmax", b"relu"), settings(select=["KER101"]))
    assert not gate.codes_possible(text, settings(select=[]))


def test_own_codes_need_no_parsing():
    text = b"import keras\n"
    assert not gate.codes_possible(text, settings(select=["KER000", "KER013"]))


FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.py")), ids=lambda path: path.name)
def test_the_gate_hides_no_finding(path):
    """What is found without the gate comes through it, when that one rule is asked for too."""
    data = path.read_bytes()
    source = Source(str(path), data.decode())
    for finding in diagnose(source, settings(select=["ALL"])).diagnostics:
        if finding.code != "KER000":
            assert gate.codes_possible(data, settings(select=[finding.code])), finding
