"""Training for real, a little: full batches and Adam in one compiled loop, no ``fit``."""

from __future__ import annotations

import math
import time
from typing import Any

import tensorflow as tf

from kerlint.execute.support.kept import keep
from kerlint.execute.support.under_test import ModelUnderTest

CHUNK = 25
B1, B2, EPSILON = 0.9, 0.999, 1e-7  # Adam as its authors and Keras have it
# On the clocks of time.monotonic() and time.process_time(), of which both have to be over, so that
# other programs change nothing. Kerlint sets them, a saved proof has none.
DEADLINE, SPENT = math.inf, math.inf


class OutOfTime(Exception):
    """Training was not done in time; the text says how far it came."""


class Trainer:
    """Adam on one batch; Dropout is off and BatchNormalization uses its averages.

    Regularizers are left out: what is asked is whether the model can learn at all.
    """

    def __init__(
        self, model: ModelUnderTest, inputs: list[Any], targets: list[Any], rate: float
    ) -> None:
        self._model, self._inputs, self._targets, self._rate = model, inputs, targets, rate
        self._weights = [w.value for w in model.model.trainable_variables]
        self._first = [tf.Variable(tf.zeros_like(w)) for w in self._weights]
        self._second = [tf.Variable(tf.zeros_like(w)) for w in self._weights]
        self._time = tf.Variable(0.0)
        self._chunk = tf.function(self._run, autograph=False)

    def _loss(self) -> Any:
        return self._model.loss(self._targets, self._model.outputs(self._inputs, training=False))

    def _step(self, index: Any, losses: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            loss = self._loss()
        found = tape.gradient(loss, self._weights)
        self._time.assign_add(1.0)
        now = self._time.read_value()
        for w, g, m, v in zip(self._weights, found, self._first, self._second):
            if g is None:
                continue
            g = tf.convert_to_tensor(g)
            m.assign(B1 * m + (1 - B1) * g)
            v.assign(B2 * v + (1 - B2) * g * g)
            scale = self._rate * tf.sqrt(1 - B2**now) / (1 - B1**now)
            w.assign_sub(scale * m / (tf.sqrt(v) + EPSILON))
        return index + 1, losses.write(index, loss)

    def _run(self) -> Any:
        losses = tf.TensorArray(tf.float32, CHUNK, element_shape=())
        _, losses = tf.while_loop(
            lambda index, _: index < CHUNK, self._step, (0, losses), parallel_iterations=1
        )
        return losses.stack()

    def train(self, steps: int, goal: float | None = None) -> list[float]:
        """Losses before each step, until ``goal`` is reached or the steps are done.

        Raises ``OutOfTime``.
        """
        losses: list[float] = []
        while len(losses) < steps:
            if time.monotonic() > DEADLINE and time.process_time() > SPENT:
                done = f"{len(losses):,} of {steps:,}"
                raise OutOfTime(f"out of time after {done} training steps")
            losses.extend(float(loss) for loss in self._chunk().numpy())
            if goal is not None and losses[-1] <= goal:
                break
            if losses[-1] != losses[-1]:
                break  # NaN stays NaN
        keep(self._model, "losses", losses)
        return losses

    def loss(self) -> float:
        """The loss of the weights as they are now."""
        return float(self._loss())
