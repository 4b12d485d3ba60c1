"""KER918: weights that a Lambda layer uses, and Keras does not see."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.layers import where
from kerlint.program.model import Call, Layer
from kerlint.program.values import LayerRef
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.keywords import only_keras_3, releases_reached


class WeightsInLambda(Rule):
    """A part of the model never trains: Keras does not know that its weights are there.

    A `Lambda` layer does not know which layers and variables its function uses. Their weights
    are not among the weights of the model: `fit` does not change them, `save` does not save them,
    and `summary` does not count them.

    The same happens to a `tf.Variable` that is an attribute of a layer or model of your own. Keras
    2 trained it, and Keras 3 trains only what `add_weight` or `keras.Variable` makes.

    Bad:
        projection = layers.Dense(8)
        model = keras.Sequential([keras.Input((16,))])
        model.add(layers.Lambda(lambda x: projection(x) * 0.5))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
    Good:
        model = keras.Sequential([keras.Input((16,))])
        model.add(layers.Dense(8))
        model.add(layers.Lambda(lambda x: x * 0.5))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
    Tempting:
        scale = 0.5
        flatten = layers.Flatten()
        model = keras.Sequential([keras.Input((4, 4))])
        model.add(layers.Lambda(lambda x: flatten(x) * scale))  # nothing that could train
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")

    People say:
        "Lambda layer weights not trainable", "variables were used in a Lambda layer's call but are
        not present in its tracked objects", "weights missing after save", "tf.Variable not in
        trainable_variables"

    When kerlint stays silent:
        - The layer is also used outside of the `Lambda`, so the model has it.
        - The layer has no weights, is not trainable, or is given its weights.
        - An attribute of an object is used, such as `self.dense`.
        - A `tf.Variable` is not trainable, is a whole number, is assigned somewhere, or is given to
          an optimizer or a tape by name.
    """

    code = "KER918"
    severity = Severity.WARNING
    required_bytes = (b"Lambda", b".Variable(")
    names = frozenset({"keras.layers.Lambda.captured", "tensorflow.Variable.attribute"})
    untestable = "the function is code of the program, which kerlint never runs"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.name == "tensorflow.Variable.attribute":
            if not call.guarded and only_keras_3(releases_reached(call, view)):
                name = str(call.positional[0].value)
                yield Finding(
                    call.origin.site,
                    f"`{name}` never trains: Keras 3 does not see a `tf.Variable`",
                    label="is not among the weights",
                    help=f'make it with `self.add_weight(shape=..., name="{name}")`',
                    origin=call.origin,
                )
            return
        known = frozenset().union(*(view.layers_in(model.id) for model in view.program.models))
        if call.layer not in known:
            return
        for fact in call.positional:
            layer = None
            if isinstance(fact.value, LayerRef):
                layer = view.program.layers[fact.value.layer]
                if layer.id in known or not _trains(layer):
                    continue
            what = f"a `{layer.kind}` layer" if layer is not None else "a variable"
            made = layer.origin.site if layer is not None else fact.site
            yield Finding(
                call.origin.site,
                f"{what} that this `Lambda` uses never trains: the model does not have its weights",
                label="does not know which weights it uses",
                help=(
                    "call the layer outside of the `Lambda`"
                    if layer is not None
                    else "write a subclass of `keras.layers.Layer` that makes it with `add_weight`"
                ),
                related=(Note(made, "is not in the model"),),
                origin=call.origin,
            )


_WEIGHTED = where(lambda kind: kind.weighted)


def _trains(layer: Layer) -> bool:
    if layer.kind not in _WEIGHTED or "weights" in layer.args:
        return False
    trainable = layer.arg("trainable")
    return trainable is None or trainable.value is True
