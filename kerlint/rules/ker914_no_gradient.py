"""KER914: a gradient that does not reach the weights, so that ``apply_gradients`` raises."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Gradient, Program
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.loops import way_of


class NoGradient(Rule):
    """The training step raises "No gradients provided for any variable".

    A `tf.GradientTape` records what happens inside its `with` block, and only operations on
    tensors. If the model is called before the block or the loss is computed after it, if
    `model.predict()` or `.numpy()` turn the output into plain numbers, or if the loss is
    computed from an `argmax` or a rounded value, all gradients are None, and `apply_gradients`
    raises an error.

    Call the model inside the block, with `model(x, training=True)`, and compute the loss there
    from its output.

    Bad:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, (64, 1))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        optimizer = keras.optimizers.Adam()
        with tf.GradientTape() as tape:
            predictions = model.predict(x)
            loss = keras.losses.BinaryCrossentropy()(y, predictions)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    Good:
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, (64, 1))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        optimizer = keras.optimizers.Adam()
        with tf.GradientTape() as tape:
            predictions = model(x, training=True)
            loss = keras.losses.BinaryCrossentropy()(y, predictions)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    Tempting:
        # The accuracy is computed from rounded values, but the loss is not.
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, (64, 1))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        optimizer = keras.optimizers.Adam()
        with tf.GradientTape() as tape:
            predictions = model(x, training=True)
            loss = keras.losses.BinaryCrossentropy()(y, predictions)
            hits = tf.reduce_sum(tf.cast(tf.round(predictions) == y, "int32"))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    People say: "No gradients provided for any variable", "all gradients are None".

    When kerlint stays silent:
        - The loss also depends on the weights in another way.
        - Code that kerlint cannot read takes part in the loss.
    """

    code = "KER914"
    severity = Severity.ERROR
    required_bytes = (b"GradientTape",)
    untestable = "TensorFlow raises the error by itself"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for gradient in program.gradients[program.own.gradients :]:
            if not gradient.origin.fails and gradient.weights:
                yield from _finding(gradient, view)


def _finding(gradient: Gradient, view: View) -> Iterator[Finding]:
    at, message, label, help = gradient.origin.site, "", "", ""
    forecast = gradient.forecast
    if forecast is not None:
        if forecast.model not in (gradient.weights or ()):
            return
        at = forecast.site
        message, label, help = _WAYS[forecast.how]
    elif gradient.target is not None:
        way = way_of(gradient, view)
        if way.unknown or way.reached:
            return
        if way.outside:
            at = way.outside[0].origin.site
            message, label, help = _WAYS["outside"]
        elif way.cuts:
            cut = way.cuts[0]
            at = cut.origin.site
            if cut.id >= gradient.last:
                message, label, help = _WAYS["after"]
            else:
                name = view.layer(cut).type.rpartition(".")[2]
                message, label, help = _WAYS["cut"]
                message = message.format(name=name)
    if message:
        yield Finding(
            at,
            message,
            label=label,
            help=help,
            related=(Note(gradient.origin.site, "all gradients are None"),),
            origin=gradient.origin,
        )


_WAYS = {
    "after": (
        "the training step raises an error: the loss is computed outside of the `GradientTape`",
        "not on the tape",
        "compute the loss inside the `with` block of the tape",
    ),
    "cut": (
        "the training step raises an error: no gradient goes back through `{name}`",
        "has no gradient",
        "compute the loss from the output of the model itself",
    ),
    "outside": (
        "the training step raises an error: the model is called outside of the `GradientTape`",
        "not on the tape",
        "call the model inside the `with` block of the tape",
    ),
    "predict": (
        "the training step raises an error: `predict()` returns numbers without a gradient",
        "not on the tape",
        "use `model(x, training=True)`",
    ),
}
