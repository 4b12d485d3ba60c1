# silent: KER003 KER011: pytest.raises among several items of one with, and nested
import contextlib
import io

import keras
import pytest


def test_quiet():
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(ValueError):
        print("building")
        keras.layers.Conv2D(3, 3, border="same")


def test_nested():
    with pytest.raises(ValueError):
        with keras.name_scope("inner"):
            for units in (1, 2):
                keras.layers.Dense(units, initial="zeros")
