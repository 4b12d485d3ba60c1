"""KER514: a layer that is called for nothing: its output goes nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.layers import KINDS
from kerlint.program.model import Layer, LayerCall
from kerlint.rules.base import Finding, Rule, View


class LayerBypassed(Rule):
    """A layer is called, but nothing uses its output, so it is not part of the model.

    `Model(inputs, outputs)` follows the layers back from the outputs. A layer whose output goes
    into a variable that nobody reads, or that is overwritten at once, is left out: it is not
    trained, it is not in `summary()`, and Keras does not mention it. Often the next layer
    was called on the wrong variable.

    Bad:
        inputs = keras.Input((8,))
        x = layers.Dense(64, activation="relu")(inputs)
        y = layers.Dense(64, activation="relu")(x)
        outputs = layers.Dense(1)(x)
        model = keras.Model(inputs, outputs)
    Good:
        inputs = keras.Input((8,))
        x = layers.Dense(64, activation="relu")(inputs)
        y = layers.Dense(64, activation="relu")(x)
        outputs = layers.Dense(1)(y)
        model = keras.Model(inputs, outputs)
    Tempting:
        # The second output is used by a model of its own.
        inputs = keras.Input((8,))
        x = layers.Dense(64, activation="relu")(inputs)
        features = layers.Dense(4)(x)
        outputs = layers.Dense(1)(x)
        model = keras.Model(inputs, outputs)
        model.compile(optimizer="adam", loss="mse")
        extractor = keras.Model(inputs, features)

    People say:
        "layer is missing in model.summary()", "layer not in model",
        "adding a layer changes nothing"

    When kerlint stays silent:
        - The name is read anywhere later, also in another branch or in a function.
        - The name begins with an underscore.
        - The layer is also used in a model, or is a layer of your own.
    """

    code = "KER514"
    severity = Severity.WARNING
    required_bytes = (b"Model",)
    names = KINDS
    untestable = "the layer is not in the model, so there is nothing to measure"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if not view.program.idle or layer.custom or layer.operation or layer.kind not in KINDS:
            return
        calls = view.graph.layer_calls.get(layer.id, ())
        if len(calls) != 1 or calls[0].id not in view.program.idle or calls[0].repeated:
            return
        call = calls[0]
        if call.layer != layer.id or not _beside_a_model(call, view):
            return
        yield Finding(
            call.origin.site,
            f"nothing uses the output of this `{layer.kind}`, so the layer is not in the model",
            label="the output goes nowhere",
            help="call the next layer on this output, or remove the layer",
            origin=call.origin,
        )


def _beside_a_model(call: LayerCall, view: View) -> bool:
    """Whether what the layer is called on is part of a model, and the layer is not."""
    for model in view.program.models:
        if model.kind not in ("functional", "subclassed"):
            continue
        graph = set(model.graph)
        if call.id in graph:
            return False
        given = list(call.inputs)
        for tensor in given:
            if tensor in model.inputs:
                return True
            if any(
                before.id in graph for before in view.graph.back(tensor, through=lambda _: True)
            ):
                return True
    return False
