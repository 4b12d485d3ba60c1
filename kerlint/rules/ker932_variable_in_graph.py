"""KER932: a ``tf.Variable`` that a ``tf.function`` makes each time it is traced."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View

_NAME = "tensorflow.function.Variable"


class VariableInGraph(Rule):
    """The call raises "tf.function only supports singleton tf.Variables".

    A function decorated with `tf.function` may make a variable only the first time it is called.
    TensorFlow traces it a second time to see whether it does, and raises an error if it makes
    another one.

    Make the variable outside of the function.

    Bad:
        import tensorflow as tf

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])

        @tf.function
        def scaled(x):
            factor = tf.Variable(0.5)
            return factor * model(x)
    Good:
        import tensorflow as tf

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        factor = tf.Variable(0.5)

        @tf.function
        def scaled(x):
            return factor * model(x)
    Tempting:
        # The variable is made at the first call only.
        import tensorflow as tf

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        factor = None

        @tf.function
        def scaled(x):
            global factor
            if factor is None:
                factor = tf.Variable(0.5)
            return factor * model(x)

    People say: "tf.function only supports singleton tf.Variables created on the first call",
    "ValueError: tf.function-decorated function tried to create variables on non-first call".

    When kerlint stays silent:
        - The variable is made under a condition, or in a `with` block such as that of
          `tf.init_scope()`.
        - The code expects the error.
    """

    code = "KER932"
    severity = Severity.ERROR
    required_bytes = (b"Variable",)
    untestable = "TensorFlow raises the error by itself"
    names = frozenset({_NAME})

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.name == _NAME and not call.guarded:
            yield Finding(
                call.origin.site,
                "the call raises an error: the `tf.function` makes a new `tf.Variable` each time",
                label="made in each trace",
                help="make the variable outside of the function",
                origin=call.origin,
            )
