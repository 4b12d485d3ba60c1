"""The changes that several rules propose: another activation at the end, another loss."""

from __future__ import annotations

from kerlint import keras_api
from kerlint.program.changes import Change, InsertAfter, Remove, SetArg, SetLoss
from kerlint.program.heads import Head
from kerlint.program.layers import LINEAR_BY_DEFAULT, RECURRENT
from kerlint.program.model import Layer
from kerlint.program.objectives import Criterion, Objective
from kerlint.program.values import NOWHERE, Fact, Object, Value

CLASSES = {
    "binary_crossentropy": "keras.losses.BinaryCrossentropy",
    "categorical_crossentropy": "keras.losses.CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "keras.losses.SparseCategoricalCrossentropy",
}


def with_activation(head: Head, name: str) -> tuple[Change, ...]:
    """Give a head another activation; nothing where that needs more than an argument."""
    if not head.activations:
        layer = head.layer
        if layer is None or layer.kind not in LINEAR_BY_DEFAULT:
            return ()
        return (SetArg(layer.id, "activation", name),)
    layer = head.activations[0].layer
    if layer.operation or len(head.activations) > 1:
        return ()
    if layer.kind == "Activation" or _written(layer):
        return (SetArg(layer.id, "activation", name),)
    if head.layer is not None and head.layer.kind in LINEAR_BY_DEFAULT and layer is not head.layer:
        # A layer that is one activation and no other: ReLU, Softmax.
        return (Remove(layer.id), SetArg(head.layer.id, "activation", name))
    return ()


def dense_after(head: Head, activation: str) -> tuple[Change, ...]:
    """A Dense layer of the same width after a recurrent layer that ends a model."""
    layer, width = head.layer, head.width
    if layer is None or layer.kind not in RECURRENT or not isinstance(width, int):
        return ()
    last = head.activations[0].layer if head.activations else layer
    if last.operation:
        return ()
    args: dict[str, Value] = {"units": width}
    if activation != "linear":
        args["activation"] = activation
    return (InsertAfter(last.id, "keras.layers.Dense", args),)


def _written(layer: Layer) -> bool:
    return layer.kind in LINEAR_BY_DEFAULT and "activation" in layer.args


def with_loss(objective: Objective, name: str) -> tuple[Change, ...]:
    """Train an objective with another loss, by the name of it."""
    return (SetLoss(objective.compiled.id, objective.index, name),)


def with_crossentropy(objective: Objective, name: str) -> tuple[Change, ...]:
    """Another crossentropy with the arguments of the one before, so far as it takes them."""
    loss = objective.loss
    value: Value = name
    signature = keras_api.signature(CLASSES[name])
    taken = signature.named if signature is not None else ()
    kept = {} if loss is None else {word: fact for word, fact in loss.args.items() if word in taken}
    if kept:
        value = Object(CLASSES[name], kept, NOWHERE)
    return (SetLoss(objective.compiled.id, objective.index, value),)


def on_probabilities(objective: Objective, loss: Criterion) -> tuple[Change, ...]:
    """The same crossentropy without ``from_logits``."""
    if loss.name is None or loss.partial:
        return ()
    kept: dict[str, Fact] = {n: fact for n, fact in loss.args.items() if n != "from_logits"}
    value = Object(loss.name, kept, NOWHERE)
    return (SetLoss(objective.compiled.id, objective.index, value),)


def with_units(head: Head, units: int, activation: str) -> tuple[Change, ...]:
    """As many units as there are classes, with the activation that goes with them."""
    layer = head.layer
    activated = with_activation(head, activation)
    if layer is None or "units" not in layer.args or not activated:
        return ()
    return (SetArg(layer.id, "units", units), *activated)
