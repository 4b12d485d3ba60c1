"""Nothing of a linted file is imported or executed, not even with --execute."""

from __future__ import annotations

import pytest

MARKERS = """\
import pathlib
pathlib.Path({marker!r}).write_text("imported")

import keras
from keras import layers

@keras.saving.register_keras_serializable()
class Mine(layers.Layer):
    def call(self, x):
        pathlib.Path({marker!r}).write_text("called")
        return x

def loss(y, p):
    pathlib.Path({marker!r}).write_text("loss")
    return 0.0

def start(shape, dtype=None):
    pathlib.Path({marker!r}).write_text("initializer")
    return 0.0
"""

PROGRAMS = {
    "plain": 'layers.Dense(1, activation="softmax")',
    "a Lambda": "layers.Lambda(lambda x: pathlib.Path({marker!r}).touch() or x), "
    'layers.Dense(1, activation="softmax")',
    "an own layer": 'Mine(), layers.Dense(1, activation="softmax")',
    "an own initializer": "layers.Dense(4, kernel_initializer=start), "
    'layers.Dense(1, activation="softmax")',
    "a name that is looked up": 'layers.Dense(4, activation="os.system"), '
    'layers.Dense(1, activation="softmax")',
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("given_loss", ['"mse"', "loss"])
def test_no_marker_is_written(prove, tmp_path, name, given_loss):
    marker = str(tmp_path / "marker")
    text = MARKERS.format(marker=marker)
    text += (
        f"model = keras.Sequential([keras.Input((4,)), {PROGRAMS[name].format(marker=marker)}])\n"
    )
    text += f'model.compile(loss={given_loss}, optimizer="adam")\n'
    [finding] = [f for f in prove(text) if f.code == "KER101"]
    # What cannot be built lies before the last layer, which is tried without it.
    assert finding.verdict == "confirmed", finding.evidence
    assert not (tmp_path / "marker").exists()
