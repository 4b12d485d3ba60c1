"""KER919: a layer that is made each time a layer or model is called."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.layers import where
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View


class LayerMadeInCall(Rule):
    """A layer that is made in `call` is a new one, with new weights, each time.

    Keras runs `call` more than once. In `fit` it raises an error when the second layer makes its
    weights: `tf.function only supports singleton tf.Variables created on the first call`, or `You
    cannot add new elements of state to a layer that is already built`. Where it does not raise, the
    new weights are random, and never trained.

    Bad:
        class Block(layers.Layer):
            def call(self, x):
                return layers.Dense(8, activation="relu")(x)

        model = keras.Sequential([keras.Input((16,)), Block(), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
    Good:
        class Block(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(8, activation="relu")

            def call(self, x):
                return self.dense(x)

        model = keras.Sequential([keras.Input((16,)), Block(), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
    Tempting:
        class Block(layers.Layer):
            def build(self, input_shape):
                self.dense = layers.Dense(8)
                self.dense.build(input_shape)

            def call(self, x):
                return layers.ReLU()(layers.Flatten()(self.dense(x)))  # these have no weights

        model = keras.Sequential([keras.Input((16,)), Block(), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")

    People say:
        "tf.function only supports singleton tf.Variables created on the first call",
        "tf.function-decorated function tried to create variables on non-first call",
        "You cannot add new elements of state (variables or sub-layers) to a layer that is built"

    When kerlint stays silent:
        - The layer has no weights. Dropout has a state of its own in Keras 3, but not in Keras 2,
          nor with a rate of 0 or one that is not known.
        - It is made under a condition, such as `if not self.built`.
    """

    code = "KER919"
    severity = Severity.ERROR
    required_bytes = (b"def call(",)
    names = frozenset({"keras.layers.Layer.call.created"})
    untestable = "the layer is code of the program, which kerlint never runs"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        layer = view.program.layers[call.layer] if call.layer is not None else None
        if layer is None or layer.kind not in _WITH_STATE:
            return
        if layer.kind in _DROPPING:
            rate = layer.arg("rate")
            if not view.target.is_keras_3:
                return  # it draws from the global state there
            if rate is None or not rate.number():
                return  # it has a state only if it drops something
        what = "a new state" if layer.kind in _DROPPING else "new weights"
        yield Finding(
            call.origin.site,
            f"each call makes another `{layer.kind}` layer with {what}, and `fit` raises an error",
            label="a new layer at each call",
            help="make the layer in `__init__`, and only call it here",
            origin=call.origin,
        )


_DROPPING = where(lambda kind: kind.drops)
_WITH_STATE = where(lambda kind: kind.weighted and not kind.wraps) | _DROPPING
