"""KER809: a model with a lambda in a ``Lambda`` layer is saved and loaded."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, reaches_keras_3
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.saving import LOADING, lambda_layer, saved_before


class LambdaNotLoaded(Rule):
    """A saved model cannot be loaded, because it has a `Lambda` layer with a Python lambda.

    `save` stores the lambda as code, and `load_model` refuses to run code from a file ("Requested
    the deserialization of a `Lambda` layer whose `function` is a Python lambda"). Passing
    ``custom_objects`` does not help. A layer class of your own, registered, or a function of
    ``keras.ops`` in place of the layer, is saved without any code.

    Bad:
        import keras
        from keras import layers

        double = layers.Lambda(lambda t: t * 2)
        model = keras.Sequential([keras.Input((8,)), double, layers.Dense(1)])
        model.save("model.keras")
        again = keras.models.load_model("model.keras")
    Good:
        import keras
        from keras import layers

        double = layers.Rescaling(2.0)
        model = keras.Sequential([keras.Input((8,)), double, layers.Dense(1)])
        model.save("model.keras")
        again = keras.models.load_model("model.keras")
    Tempting:
        # The file is allowed to run its code.
        import keras
        from keras import layers

        double = layers.Lambda(lambda t: t * 2)
        model = keras.Sequential([keras.Input((8,)), double, layers.Dense(1)])
        model.save("model.keras")
        again = keras.models.load_model("model.keras", safe_mode=False)

    People say: "Requested the deserialization of a `Lambda` layer whose `function` is a Python
    lambda", "This carries a potential risk of arbitrary code execution", "load_model Lambda layer
    error".

    When kerlint stays silent:
        - ``safe_mode=False`` is given, or the whole program allows unsafe loading.
        - It is not certain that the file is the one that was saved.
        - The code is not certain to run with Keras 3.
    """

    code = "KER809"
    severity = Severity.ERROR
    required_bytes = (b"load_model",)
    names = LOADING
    untestable = "Keras raises the error by itself"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if argument(call, view, "safe_mode") is not None or call.guarded or view.target.registers:
            return
        written = saved_before(call, view)
        layer = lambda_layer(written.model, view) if written is not None else None
        if written is None or layer is None or not reaches_keras_3(call, view):
            return
        yield Finding(
            call.origin.site,
            "`load_model()` raises an error: the model has a `Lambda` layer with a Python lambda",
            label="refuses to run the lambda",
            help="replace the `Lambda` by a function of `keras.ops` or a registered layer class",
            related=(
                Note(layer.origin.site, "the layer"),
                Note(written.call.origin.site, "saved here"),
            ),
            origin=call.origin,
        )
