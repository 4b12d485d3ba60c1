"""A few steps of gradient descent by hand: no ``fit`` and no optimizer.

Compiled only where there is a loop over time: compiling takes longer than a few steps of anything
else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerlint.execute.support.under_test import ModelUnderTest

# The length of one step, as a share of nothing: gradients are scaled to length 1 first, so that
# neither tiny nor huge ones keep the weights from moving by a size that shows.
STRIDE = 0.1


def gradients(
    model: ModelUnderTest, inputs: list[Any], targets: list[Any], *, training: bool = True
) -> list[Any]:
    """The gradient of the loss for each trainable weight; None where there is no way to it."""

    def compute(inputs: list[Any], targets: list[Any]) -> list[Any]:
        with tf.GradientTape() as tape:
            loss = model.loss(targets, model.outputs(inputs, training=training))
        found: list[Any] = tape.gradient(loss, trained_values(model))
        return [None if g is None else tf.convert_to_tensor(g) for g in found]

    if not model.over_time:
        return compute(inputs, targets)
    key = ("gradients", training)
    if key not in model.compiled:
        model.compiled[key] = tf.function(compute, autograph=False, reduce_retracing=True)
    computed: list[Any] = model.compiled[key](inputs, targets)
    return computed


def descend(
    model: ModelUnderTest,
    inputs: list[Any],
    targets: list[Any],
    steps: int,
    watch: Callable[[list[Any]], None] | None = None,
) -> None:
    """Take steps downhill, each of the same length; ``watch`` sees the gradients of each."""
    for _ in range(steps):
        found = gradients(model, inputs, targets)
        if watch is not None:
            watch(found)
        known = [g for g in found if g is not None]
        length = float(tf.linalg.global_norm(known)) if known else 0.0
        if not 0.0 < length < float("inf"):
            return
        for weight, gradient in zip(trained_values(model), found):
            if gradient is not None:
                weight.assign_sub(gradient * (STRIDE / length))


def trained_values(model: ModelUnderTest) -> list[Any]:
    """The trainable weights as TensorFlow has them."""
    return [weight.value for weight in model.model.trainable_variables]
