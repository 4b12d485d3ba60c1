"""KER931: Python code in a ``tf.function`` that runs only while it is traced."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View

_EFFECTS = {
    "tensorflow.function.print": (
        "`print()` in a `tf.function` runs only while the function is traced",
        "use `tf.print()` to print at each call",
    ),
    "tensorflow.function.append": (
        "the list grows only while the `tf.function` is traced",
        "return the value, and append it outside of the function",
    ),
    "tensorflow.function.global": (
        "the variable of Python changes only while the `tf.function` is traced",
        "use a `tf.Variable` that is made outside of the function",
    ),
}


class PythonInGraph(Rule):
    """Something in a `tf.function` happens only once: it is Python code, not TensorFlow.

    `tf.function` runs a function of Python once for each kind of arguments, to trace what it does
    with tensors. Later calls repeat these operations only. What else the function does, such as
    `print()`, `list.append()`, or counting in a global variable, does not happen again.

    Bad:
        import tensorflow as tf

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])

        @tf.function
        def predict(x):
            outputs = model(x)
            print(outputs)
            return outputs
    Good:
        import tensorflow as tf

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])

        @tf.function
        def predict(x):
            outputs = model(x)
            tf.print(outputs)
            return outputs
    Tempting:
        # A fixed text says when the function is traced.
        import tensorflow as tf

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])

        @tf.function
        def predict(x):
            print("tracing")
            return model(x)

    People say: "print only prints once in tf.function", "list is not updated in tf.function".

    When kerlint stays silent:
        - A fixed text is printed, or the text or the name of the variable has to do with tracing:
          `print("Tracing with", x)`, `traces += 1`.
        - The list is one that the function makes itself.
    """

    code = "KER931"
    severity = Severity.INFO
    default = False
    required_bytes = (b"tf.function", b"tensorflow")
    untestable = "it is the text of the function that matters, not a model"
    names = frozenset(_EFFECTS)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        found = _EFFECTS.get(call.name)
        if found is not None:
            message, help = found
            yield Finding(
                call.origin.site,
                message,
                label="not at later calls",
                help=help,
                origin=call.origin,
            )
