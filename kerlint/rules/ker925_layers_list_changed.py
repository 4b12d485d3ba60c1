"""KER925: ``model.layers.pop()``, which removes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import RenameMethod, SkipAttribute, SourceChange
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import only_keras_3, releases_reached

_PREFIX = "keras.Model.layers."


class LayersListChanged(Rule):
    """The list ``model.layers`` is changed, and the model is not.

    ``model.layers`` is a new list each time. ``model.layers.pop()`` takes the last layer out of
    that list, and the model still has it. In early Keras 2 this removed the layer from a
    ``Sequential`` model, and in a functional model it never changed the output.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(3)])
        model.layers.pop()
    Good:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(3)])
        model.pop()
    Tempting:
        # A list of the program's own is changed, and used for a new model.
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(3)])
        layers = list(model.layers)
        layers.pop()
        shorter = keras.Sequential(layers)

    People say: "model.layers.pop() doesn't remove the last layer", "model.layers.pop() not
    working".

    When kerlint stays silent:
        - The code is for Keras 2.
        - kerlint does not know that the object is a model.
    """

    code = "KER925"
    severity = Severity.ERROR
    required_bytes = (b"layers.pop", b"layers.append", b"layers.insert", b"layers.remove")
    unsafe_because = "the model then has other layers"
    untestable = "the list is not part of the model"

    def concerns(self, name: str) -> bool:
        return name.startswith(_PREFIX)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded or call.model is None:
            return
        if not only_keras_3(releases_reached(call, view)):
            return
        method = call.name[len(_PREFIX) :]
        rewrite: tuple[SourceChange, ...] = ()
        model = view.program.models[call.model]
        if method in ("append", "insert"):
            help = "call `model.add()`" if model.kind == "sequential" else "make a new model"
            what = "adds no layer to the model"
            if method == "append" and model.kind == "sequential":
                rewrite = (SkipAttribute(call.origin.site), RenameMethod(call.origin.site, "add"))
        else:
            sequential = model.kind == "sequential" and method == "pop"
            what = "removes no layer from the model"
            if sequential and not (call.positional or call.keywords):
                rewrite = (SkipAttribute(call.origin.site),)
            help = (
                "call `model.pop()`"
                if sequential
                else "make a new model: `keras.Model(model.inputs, model.layers[-2].output)`"
            )
        yield Finding(
            call.origin.site,
            f"`model.layers.{method}()` {what}, because `layers` is a new list each time",
            label="changes only the list",
            help=help,
            origin=call.origin,
            rewrite=rewrite,
        )
