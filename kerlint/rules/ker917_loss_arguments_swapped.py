"""KER917: a loss that is called with the output of the model in the place of the labels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Positional, Rewrite
from kerlint.program.data import Array
from kerlint.program.model import LossCall, Program
from kerlint.program.objectives import CROSSENTROPIES, measure_of
from kerlint.program.values import Fact, Site, TensorRef, Unknown, shown
from kerlint.rules.base import Finding, Note, Rule, View

# Of the other losses it does not matter which argument comes first.
_LOSSES = CROSSENTROPIES | {
    "categorical_hinge",
    "hinge",
    "kl_divergence",
    "mean_absolute_percentage_error",
    "poisson",
    "squared_hinge",
}
_LABELS = re.compile(r"(?:.*_)?(?:y|labels?|targets?|truth|y_true)(?:_.*)?")


class LossArgumentsSwapped(Rule):
    """The loss is far too high and does not go down: labels and predictions are swapped.

    The losses of Keras take the labels first: `loss(y_true, y_pred)`. Other libraries take them the
    other way round. A crossentropy with its arguments swapped takes the logarithm of the labels,
    which is cut off at the logarithm of a tiny number. The model still gets gradients, but of a
    function that does not measure how well it fits.

    Bad:
        import numpy as np
        import tensorflow as tf

        x = np.random.rand(64, 8)
        y = keras.utils.to_categorical(np.random.randint(0, 3, 64))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        optimizer = keras.optimizers.Adam()
        loss_fn = keras.losses.CategoricalCrossentropy()
        with tf.GradientTape() as tape:
            loss = loss_fn(model(x, training=True), y)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    Good:
        import numpy as np
        import tensorflow as tf

        x = np.random.rand(64, 8)
        y = keras.utils.to_categorical(np.random.randint(0, 3, 64))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        optimizer = keras.optimizers.Adam()
        loss_fn = keras.losses.CategoricalCrossentropy()
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    Tempting:
        # The order of the arguments does not matter for this loss.
        import numpy as np
        import tensorflow as tf

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        optimizer = keras.optimizers.Adam()
        loss_fn = keras.losses.MeanSquaredError()
        with tf.GradientTape() as tape:
            loss = loss_fn(model(x, training=True), y)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    People say: "crossentropy loss is too high in a custom training loop", "loss does not decrease".

    When kerlint stays silent:
        - The loss is symmetric, such as the mean squared error.
        - The second argument comes from a model too, as when one model learns from another.
        - kerlint does not know the model, or whether the second argument is the labels.
    """

    code = "KER917"
    severity = Severity.ERROR
    required_bytes = (b"GradientTape",)
    unsafe_because = "the model is then trained with another loss"
    untestable = "a loop of the user's own is not run"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        calls = program.losses[program.own.losses :]
        if not calls:
            return
        trained = {model for gradient in program.gradients for model in gradient.weights or ()}
        answers = {t: call.model for call in program.model_calls for t in call.outputs}
        told: set[Site] = set()
        for call in calls:
            kind = measure_of(call.loss, "loss").kind
            if kind not in _LOSSES or call.origin.fails or call.origin.site in told:
                continue
            first = call.labels.value
            if isinstance(first, TensorRef) and answers.get(first.tensor) in trained:
                if _are_labels(call.outputs):
                    told.add(call.origin.site)
                    yield _finding(call, kind)


def _finding(call: LossCall, kind: str) -> Finding:
    first, second = Positional(call.origin.site, 0), Positional(call.origin.site, 1)
    return Finding(
        call.origin.site,
        f"`{kind}` measures something else: the output of the model is in the place of the labels",
        label="the labels come first: `loss(y_true, y_pred)`",
        help="swap the two arguments",
        related=(Note(call.labels.site, "the output of the model"),),
        origin=call.origin,
        rewrite=(Rewrite(first, (second,)), Rewrite(second, (first,))),
    )


def _are_labels(fact: Fact) -> bool:
    value = fact.value
    if isinstance(value, Array):
        return True
    if not isinstance(value, Unknown):
        return False
    name = shown(value.symbol).rpartition(".")[2]
    return _LABELS.fullmatch(name) is not None and "pred" not in name
