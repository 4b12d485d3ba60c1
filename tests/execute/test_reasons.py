"""Why a finding is not tried: the sentence says what no experiment can know."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.tensorflow

HEAD = """\
import keras
import numpy as np
import tensorflow as tf
from keras import layers
x = np.random.rand(60, 4)
y = np.random.rand(60)
"""


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        (
            "def distance(a, b):\n"
            "    return keras.ops.mean(keras.ops.abs(a - keras.ops.reshape(b, (-1,))))\n"
            "model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
            "model.compile('adam', distance)\n"
            "model.fit(x, y)\n",
            "KER136",
            "the loss is code of the program itself, which kerlint never runs",
        ),
        (
            "(pictures, _), _ = keras.datasets.mnist.load_data()\n"
            "pictures = pictures / 255\n"
            "pictures = pictures / 255\n",
            "KER714",
            "the images are divided outside of a model, and only models are rebuilt",
        ),
        (
            "model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\n"
            "optimizer = keras.optimizers.Adam(learning_rate=5.0)\n"
            "with tf.GradientTape() as tape:\n"
            "    loss = tf.reduce_mean(model(x, training=True) ** 2)\n"
            "gradients = tape.gradient(loss, model.trainable_variables)\n"
            "optimizer.apply_gradients(zip(gradients, model.trainable_variables))\n",
            "KER601",
            "the program trains in a loop of its own, which kerlint never runs",
        ),
    ],
)
def test_the_reason_is_told(prove, text: str, code: str, reason: str) -> None:
    [finding] = [each for each in prove(HEAD + text) if each.code == code]
    assert (finding.verdict, finding.evidence) == ("unproven", reason)
