"""KER810: a model with code of the user is loaded without that code."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, reaches_keras_3
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.saving import (
    LOADING,
    lambda_layer,
    own_objects,
    own_training,
    saved_before,
)


class ObjectsNotKnown(Rule):
    """`load_model` does not know a layer, loss or metric of your own.

    The file of a model has the names of its layers, losses and metrics, and not their code. Keras
    finds its own by their names. Yours have to be registered with
    ``@keras.saving.register_keras_serializable()``, or passed as ``custom_objects``. A loss or a
    metric is not needed to predict, so ``compile=False`` helps too.

    Bad:
        import keras
        from keras import layers, ops

        def absolute(y_true, y_pred):
            return ops.mean(ops.abs(y_true - y_pred), axis=-1)

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", loss=absolute)
        model.save("model.keras")
        again = keras.models.load_model("model.keras")
    Good:
        import keras
        from keras import layers, ops

        def absolute(y_true, y_pred):
            return ops.mean(ops.abs(y_true - y_pred), axis=-1)

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", loss=absolute)
        model.save("model.keras")
        known = {"absolute": absolute}
        again = keras.models.load_model("model.keras", custom_objects=known)
    Tempting:
        # A loss is not needed to predict.
        import keras
        from keras import layers, ops

        def absolute(y_true, y_pred):
            return ops.mean(ops.abs(y_true - y_pred), axis=-1)

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", loss=absolute)
        model.save("model.keras")
        again = keras.models.load_model("model.keras", compile=False)

    People say: "Unknown layer: 'MyLayer'. Please ensure you are using a
    `keras.utils.custom_object_scope`", "Could not locate function 'my_loss'", "Could not locate
    class".

    When kerlint stays silent:
        - ``custom_objects`` is given, or the file registers objects or opens a scope for them.
        - It is not certain that the file is the one that was saved.
        - The code is not certain to run with Keras 3.
    """

    code = "KER810"
    severity = Severity.ERROR
    required_bytes = (b"load_model",)
    names = LOADING
    untestable = "Keras raises the error by itself"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if (
            argument(call, view, "custom_objects") is not None
            or call.guarded
            or view.target.registers
        ):
            return
        written = saved_before(call, view)
        if written is None or lambda_layer(written.model, view) is not None:
            return
        found = list(own_objects(written.model, view))
        compiling = argument(call, view, "compile")
        compiles = [each for each in view.program.compiles if each.model == written.model]
        if compiles and (compiling is None or compiling.fact.value is True):
            found += own_training(compiles[-1], view.program.classes)
        if not found or not reaches_keras_3(call, view):
            return
        name, place = found[0]
        yield Finding(
            call.origin.site,
            f"`load_model()` raises an error: it does not know `{name}`",
            label="knows only what belongs to Keras",
            help=f'pass `custom_objects={{"{name}": {name}}}`, or register `{name}` with '
            "`@keras.saving.register_keras_serializable()`",
            related=(Note(place, "used here"), Note(written.call.origin.site, "saved here")),
            origin=call.origin,
        )
