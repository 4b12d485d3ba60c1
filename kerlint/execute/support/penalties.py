"""The gradient of the loss and that of the regularizers' penalty, apart from one another."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerlint.execute.support.under_test import ModelUnderTest


def apart(
    model: ModelUnderTest, inputs: list[Any], targets: list[Any]
) -> tuple[float, float, list[Any], list[Any]]:
    """Loss and penalty, and the gradient of each for the trainable weights, in training mode.

    A weight without a way to it has a gradient of 0.
    """
    weights = [weight.value for weight in model.model.trainable_variables]

    def compute(inputs: list[Any], targets: list[Any]) -> list[Any]:
        with tf.GradientTape(persistent=True) as tape:
            loss = model.loss(targets, model.pass_through(inputs, training=True))
            penalty = model.penalty()
        gradients = [
            [
                tf.zeros_like(weight) if gradient is None else tf.convert_to_tensor(gradient)
                for weight, gradient in zip(weights, tape.gradient(value, weights))
            ]
            for value in (loss, penalty)
        ]
        return [loss, penalty, *gradients]

    run = tf.function(compute, autograph=False) if model.long_loop else compute
    loss, penalty, of_loss, of_penalty = run(inputs, targets)
    return float(loss), float(penalty), of_loss, of_penalty
