"""KER915: a gradient that is computed, and nothing is done with it."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Gradient, Program
from kerlint.program.values import NOWHERE
from kerlint.rules.base import Finding, Note, Rule, View


class GradientNotApplied(Rule):
    """The loss never changes: the gradient is computed, but the weights are not updated.

    `tape.gradient()` only computes the gradients of the weights. The training step is taken by
    `optimizer.apply_gradients()`. Without it, the loop runs over all of the data, and the model
    stays as it was initialized.

    Bad:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        optimizer = keras.optimizers.Adam()
        for epoch in range(5):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((y - model(x, training=True)) ** 2)
            gradients = tape.gradient(loss, model.trainable_variables)
            print(epoch, float(loss))
    Good:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        optimizer = keras.optimizers.Adam()
        for epoch in range(5):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((y - model(x, training=True)) ** 2)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            print(epoch, float(loss))
    Tempting:
        # The weights are updated by hand.
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((y - model(x, training=True)) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        for weight, gradient in zip(model.trainable_variables, gradients):
            weight.assign_sub(0.01 * gradient)

    People say: "loss does not change in a custom training loop", "the loss stays the same".

    When kerlint stays silent:
        - Anything is done with the gradients, even if they are only printed.
        - The gradient is not that of all weights of a model, but of an image, for example.
    """

    code = "KER915"
    severity = Severity.ERROR
    required_bytes = (b"GradientTape",)
    untestable = "a loop of the user's own is not run"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for gradient in program.gradients[program.own.gradients :]:
            if gradient.lost and not gradient.origin.fails:
                bound = gradient.bound != NOWHERE
                related = [Note(gradient.origin.site, "computed here")] if bound else []
                related += _applied(gradient, view)
                yield Finding(
                    gradient.bound if bound else gradient.origin.site,
                    "the loss does not change: the gradient is computed, but never applied",
                    label="nothing is done with the result",
                    help="call `optimizer.apply_gradients(zip(gradients, "
                    "model.trainable_variables))`",
                    related=tuple(related),
                    origin=gradient.origin,
                )


def _applied(gradient: Gradient, view: View) -> list[Note]:
    """Where other gradients of the same step are applied."""
    return [
        Note(call.origin.site, "other gradients are applied here")
        for call in view.program.calls
        if call.name.endswith(".apply_gradients") and call.origin.calls == gradient.origin.calls
    ][:2]
