"""KER812: code that a model file brings with it is run when it is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, reaches_keras_3
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.saving import LOADING, SAVING, lambda_layer, saved, saved_before


class CodeInSavedModel(Rule):
    """Code from a model file is run, or has to be, to load the model.

    A `Lambda` layer is saved with the code of its lambda. `load_model` runs such code only with
    ``safe_mode=False``, and then it runs whatever is in the file. So a model that you save with a
    lambda can only be loaded by those who trust you, and loading a model of others in this way lets
    them run any code on your machine.

    Bad:
        import keras

        model = keras.models.load_model("downloaded.keras", safe_mode=False)
    Good:
        import keras

        model = keras.models.load_model("downloaded.keras")
    Tempting:
        # The program loads what it has saved itself.
        import keras
        from keras import layers

        double = layers.Lambda(lambda t: t * 2)
        model = keras.Sequential([keras.Input((8,)), double, layers.Dense(1)])
        model.save("model.keras")
        again = keras.models.load_model("model.keras", safe_mode=False)

    People say: "is it safe to load a Keras model with safe_mode=False", "arbitrary code execution
    load_model", "Lambda layer cannot be loaded on another machine".

    When kerlint stays silent:
        - The program loads what it has saved itself.
        - The function of the `Lambda` layer is not a Python lambda.
        - The code is not certain to run with Keras 3.
    """

    code = "KER812"
    severity = Severity.WARNING
    required_bytes = (b"safe_mode", b"Lambda")
    names = LOADING | SAVING
    untestable = "it is about what others put into a file"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded or not reaches_keras_3(call, view):
            return
        if call.name in LOADING:
            safe = argument(call, view, "safe_mode")
            if safe is None or safe.fact.value is not False or saved_before(call, view) is not None:
                return
            yield Finding(
                safe.site,
                "`safe_mode=False` runs any code that is in the file",
                label="for files of your own only",
                help="leave it out, and pass what the model needs as `custom_objects`",
                origin=call.origin,
            )
            return
        written = next((each for each in saved(view) if each.call is call), None)
        layer = lambda_layer(written.model, view) if written is not None else None
        if layer is None or view.target.registers:
            return
        if any(name in LOADING for name in view.names_called):
            return  # how it is loaded is another matter
        yield Finding(
            layer.origin.site,
            "a model with this lambda can only be loaded with `safe_mode=False`",
            label="saved as code",
            help="replace the `Lambda` by a function of `keras.ops` or a registered layer class",
            related=(Note(call.origin.site, "saved here"),),
            origin=layer.origin,
        )
