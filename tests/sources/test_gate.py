"""Files that cannot have findings are not parsed."""

from __future__ import annotations

import pytest

from kerlint import gate
from kerlint.settings import combine, layer


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
    assert not gate.can_have_findings(text, settings(select=["ALL"]))


def test_rule_by_rule():
    text = b"model.add(Dense(1, activation='softmax'))\n"
    assert gate.can_have_findings(text, settings(select=["KER101"]))
    assert not gate.can_have_findings(
        text.replace(b"softmax", b"relu"), settings(select=["KER101"])
    )
    assert not gate.can_have_findings(text, settings(select=[]))


def test_own_codes_need_no_parsing():
    text = b"import keras\n"
    assert not gate.can_have_findings(text, settings(select=["KER000", "KER013"]))
