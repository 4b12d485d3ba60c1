"""KER304: softmax as the activation of a hidden layer."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, Remove, SetArg
from kerlint.program.claims import TRAINING_TRIAL
from kerlint.program.heads import activation_of
from kerlint.program.layers import (
    KINDS,
    LINEAR_BY_DEFAULT,
    RECURRENT,
    UNIT_SYMMETRIC,
    width_argument,
)
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import Unknown
from kerlint.program.weights import weighted_after
from kerlint.rules.base import Finding, Note, Rule, View

PASSING = UNIT_SYMMETRIC | {"Dropout", "GaussianNoise", "SpatialDropout1D", "SpatialDropout2D"}
TAKING = LINEAR_BY_DEFAULT | RECURRENT | {"Activation", "Softmax"}
FEW = 2
"""Units: softmax over two is a sigmoid and its complement."""


class HiddenSoftmax(Rule):
    """A softmax in a hidden layer lets little through to the next layer.

    The outputs of a softmax sum to 1. In a layer of 64 units, each is about 1/64 at first, whatever
    the input is: the differences between samples almost vanish, and so do the gradients. Training
    is slow, or stops at a poor result. Softmax belongs to the output layer of a classifier.

    Use relu in hidden layers.

    Bad:
        model = keras.Sequential(
            [
                keras.Input((20,)),
                layers.Dense(64, activation="softmax"),
                layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential(
            [
                keras.Input((20,)),
                layers.Dense(64, activation="relu"),
                layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Tempting:
        # Attention: the shares are multiplied with what they weigh.
        inputs = keras.Input((6, 8))
        scores = layers.Dense(8, activation="softmax")(inputs)
        weighed = layers.Multiply()([inputs, scores])
        outputs = layers.Dense(1)(layers.GlobalAveragePooling1D()(weighed))
        model = keras.Model(inputs, outputs)
        model.compile(optimizer="adam", loss="mse")

    People say:
        "accuracy does not change", "loss decreases very slowly", "same output for every input"

    When kerlint stays silent:
        - The shares are multiplied with something or joined with other values, as in attention, in
          a gate or in a mixture of experts.
        - The layer is also an output of a model, or something that kerlint does not know takes its
          output.
        - The next layer is linear and has no bias: then it mixes its weights by these shares.
        - The output layer follows and has as many units: then it corrects the shares, as in a model
          of label noise.
        - The model has outputs of the same shape as its inputs, and the layer is narrower: its
          shares are the code of an autoencoder, as in a topic model.
        - The layer has one unit (KER101) or two.
    """

    code = "KER304"
    severity = Severity.WARNING
    required_bytes = (b"oftmax",)
    names = TAKING
    experiments = (TRAINING_TRIAL,)
    unsafe_because = "the model then predicts other values"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if not _is_softmax(layer, view):
            return
        calls = view.graph.layer_calls.get(layer.id, ())
        after: list[Layer] = []
        for apply in calls:
            found = _into_layers(apply, view)
            if not found:
                return
            after += found
        if not after or _is_code(layer, view):
            return
        yield Finding(
            layer.origin.site,
            "this hidden softmax makes all units share a total of 1, so little gets through",
            label="each unit is a small share of 1",
            help='use `activation="relu"` in hidden layers, and softmax in the output layer',
            related=(Note(after[0].origin.site, "the next layer sees only these shares"),),
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """Relu instead; nothing for a layer without softmax."""
    if not _is_softmax(layer, view):
        return ()
    if layer.kind != "Softmax":
        return (SetArg(layer.id, "activation", "relu"),)
    for apply in view.graph.layer_calls.get(layer.id, ()):
        for before in view.graph.back(apply.inputs[0]):
            linear = view.graph.inner_layer(before)
            if linear.kind in LINEAR_BY_DEFAULT:
                return (Remove(layer.id), SetArg(linear.id, "activation", "relu"))
            break
    return ()


def _is_softmax(layer: Layer, view: View) -> bool:
    """Whether a layer applies softmax to its last axis."""
    if layer.custom or layer.partial or layer.operation or layer.kind not in TAKING:
        return False
    if layer.kind == "Softmax" and "axis" in layer.args:
        return False
    found = activation_of(layer, view.program)
    return found is not None and found.name == "softmax"


def _into_layers(apply: LayerCall, view: View) -> list[Layer] | None:
    """The layers that take the shares; None when they may be used as such."""
    tensor = apply.outputs[0]
    if len(apply.outputs) != 1 or apply.repeated:
        return None
    shape = view.program.tensors[tensor].shape
    if isinstance(shape, Unknown):
        units = width_argument(view.graph.inner_layer(apply))
        width = units.integer() if units is not None else None
    else:
        width = shape[-1] if isinstance(shape[-1], int) else None
    if width is None or width <= FEW:
        return None
    after = weighted_after(tensor, view.graph, PASSING)
    if after is None or any(not _mixes(layer, view) for layer in after):
        return None
    return None if any(_corrects(layer, width, view) for layer in after) else after


def _is_code(layer: Layer, view: View) -> bool:
    """Whether the shares are what an autoencoder learns, as in a topic model."""
    units = width_argument(layer)
    width = units.integer() if units is not None else None
    tensors = view.program.tensors
    for model in view.program.models:
        if width is None or layer.id not in view.layers_in(model.id):
            continue
        given = {tensors[tensor].shape for tensor in model.inputs}
        made = {tensors[tensor].shape for tensor in model.outputs}
        for shape in given & made:
            if not isinstance(shape, Unknown) and isinstance(shape[-1], int) and width < shape[-1]:
                return True
    return False


def _corrects(layer: Layer, width: int, view: View) -> bool:
    """Whether a layer makes as many classes of the shares as there were: a model of label noise."""
    heads = [view.head(output) for model in view.program.models for output in model.outputs]
    return any(head.layer is layer and head.width == width for head in heads)


def _mixes(layer: Layer, view: View) -> bool:
    """Whether a layer is one of those that learn from features, not one that looks up by shares."""
    if layer.kind in ("TimeDistributed", "Bidirectional") and layer.wrapped is not None:
        layer = view.program.layers[layer.wrapped]
    kind = KINDS.get(layer.kind)
    if kind is None or not kind.weighted or kind.default_activation is None or layer.partial:
        return False
    bias = layer.arg("use_bias")
    found = activation_of(layer, view.program)
    return bias is None or bias.value is True or (found is not None and found.name != "linear")
