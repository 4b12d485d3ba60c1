"""Which entries of a mask are 1, through what is done to it on its way to an attention layer."""

from __future__ import annotations

import pytest

from kerlint.program.data import FUTURE, IDS, PADDING, PAST
from kerlint.reading import read
from kerlint.sources.source import Source

HEAD = """\
import numpy as np
import tensorflow as tf
import keras
from keras import layers, ops

ids = np.load("ids.npy")
lower = np.tril(np.ones((8, 8)))
ahead = np.triu(np.ones((8, 8)), k=1)
x = keras.Input((8, 4))
"""


def mask(expression: str) -> str:
    text = f"{HEAD}y = layers.MultiHeadAttention(2, 4)(x, x, attention_mask={expression})\n"
    program = next(iter(read(Source("a.py", text)).entry_points())).execute({}).program
    (call,) = program.layer_calls
    return getattr(call.args["attention_mask"].value, "mask", "")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("lower", PAST),
        ("ahead", FUTURE),
        ("np.tri(8)", PAST),
        ("ops.tril(ops.ones((8, 8)))", PAST),
        ("tf.linalg.band_part(tf.ones((8, 8)), -1, 0)", PAST),
        ("1 - lower", FUTURE),
        ("1.0 - tf.cast(ahead, tf.float32)", PAST),
        ("tf.subtract(1.0, lower)", FUTURE),
        ("lower.astype(bool)", PAST),
        ("~lower.astype(bool)", FUTURE),
        ("np.logical_not(ahead)", PAST),
        ("lower == 0", FUTURE),
        ("ahead < 1", PAST),
        ("lower > 0", PAST),
        ("lower[np.newaxis, :, :]", PAST),
        ("ahead[None, ...]", FUTURE),
        ("tf.expand_dims(ahead, 0)", FUTURE),
        ("np.reshape(ahead, (1, 8, 8))", FUTURE),
        ("np.arange(8)[:, None] >= np.arange(8)", PAST),
        ("tf.range(8)[:, tf.newaxis] < tf.range(8)", FUTURE),
        ("tf.range(8) <= tf.range(8)[:, None]", PAST),
        ("tf.range(8)[None] > tf.range(8)[:, None]", FUTURE),
        ("tf.math.equal(ids, 0)", PADDING),
        ("(ids != 0)[:, None, :]", IDS),
        ("1 - tf.cast(tf.equal(ids, 0), tf.int32)", IDS),
    ],
)
def test_a_mask_is_followed(expression, expected):
    assert mask(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "np.triu(np.ones((8, 8)))",
        "np.tril(np.ones((8, 8)), k=-1)",
        "np.tril(ids)",
        "np.transpose(lower)",
        "ahead.T",
        "np.fliplr(ahead)",
        "ahead[::-1]",
        "lower - 1",
        "(lower - 1) * -1",
        "ahead * -1e9",
        "np.maximum(ahead, lower)",
        "ahead + lower",
        "ids == 1",
        "np.arange(8)[:, None] > np.arange(8)",
        "np.arange(8)[:, None] <= np.arange(8)",
        "np.arange(8) < np.arange(8)",
        "np.arange(8)[:, None] < np.arange(8) + 1",
        "tf.linalg.band_part(tf.ones((8, 8)), 0, -1)",
    ],
)
def test_what_may_be_turned_round_is_not_known(expression):
    assert mask(expression) == ""
