"""A few steps of gradient descent by hand: no ``fit`` and no optimizer.

Compiled only where there is a loop over time: compiling takes longer than a few steps of anything
else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerlint.execute.subject import Subject

# The length of one step, as a share of nothing: gradients are scaled to length 1 first, so that
# neither tiny nor huge ones keep the weights from moving by a size that shows.
STRIDE = 0.1


def gradients(
    subject: Subject, inputs: list[Any], targets: list[Any], *, training: bool = True
) -> list[Any]:
    """The gradient of the loss for each trainable weight; None where there is no way to it."""

    def compute(inputs: list[Any], targets: list[Any]) -> list[Any]:
        with tf.GradientTape() as tape:
            loss = subject.loss(targets, subject.outputs(inputs, training=training))
        found: list[Any] = tape.gradient(loss, _weights(subject))
        return [None if g is None else tf.convert_to_tensor(g) for g in found]

    if not subject.built.over_time:
        return compute(inputs, targets)
    key = ("gradients", training)
    if key not in subject.compiled:
        subject.compiled[key] = tf.function(compute, autograph=False, reduce_retracing=True)
    computed: list[Any] = subject.compiled[key](inputs, targets)
    return computed


def descend(
    subject: Subject,
    inputs: list[Any],
    targets: list[Any],
    steps: int,
    watch: Callable[[list[Any]], None] | None = None,
) -> None:
    """Take steps downhill, each of the same length; ``watch`` sees the gradients of each."""
    for _ in range(steps):
        found = gradients(subject, inputs, targets)
        if watch is not None:
            watch(found)
        known = [g for g in found if g is not None]
        length = float(tf.linalg.global_norm(known)) if known else 0.0
        if not 0.0 < length < float("inf"):
            return
        for weight, gradient in zip(_weights(subject), found):
            if gradient is not None:
                weight.assign_sub(gradient * (STRIDE / length))


def _weights(subject: Subject) -> list[Any]:
    return [weight.value for weight in subject.model.trainable_variables]
