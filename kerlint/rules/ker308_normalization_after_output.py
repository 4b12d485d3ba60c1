"""KER308: a normalization layer as the last layer of a classifier."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, InsertAfter, Remove
from kerlint.program.claims import OUTPUT_RANGE
from kerlint.program.graph import one_input
from kerlint.program.heads import Head
from kerlint.program.layers import PASSTHROUGH, where
from kerlint.program.model import LayerCall
from kerlint.program.objectives import BINARY, CROSSENTROPIES, Objective
from kerlint.rules.base import Finding, Note, Rule, View

_NORMALIZATIONS = where(lambda kind: kind.normalizes)
_PROBABILITIES = frozenset({"softmax", "sigmoid", "hard_sigmoid"})


class NormalizationAfterOutput(Rule):
    """After a normalization layer, the outputs of a classifier are no longer probabilities.

    BatchNormalization gives each output a mean of 0 and a standard deviation of 1, whatever the
    softmax or sigmoid before it has made of it: the rows of one model summed to anything between
    -0.6 and 2.4. The crossentropy cuts off what is below 0 or above 1, where it has no gradient.
    The same model reached a loss of 9.6 with the layer and 0.012 without it.

    BatchNormalization belongs before the activation of a hidden layer or after it.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.add(layers.BatchNormalization())
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.BatchNormalization()])
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        model.add(layers.BatchNormalization())  # before the activation
        model.add(layers.Activation("softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say:
        "probabilities do not sum to 1", "negative probabilities",
        "loss does not decrease with batch normalization"

    When kerlint stays silent:
        - The loss is not a crossentropy, as for an embedding that ends in a normalization layer.
        - The loss has `from_logits=True`.
    """

    code = "KER308"
    severity = Severity.ERROR
    required_bytes = (b"Normalization",)
    experiments = (OUTPUT_RANGE,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss = objective.loss
        if loss is None or loss.kind not in CROSSENTROPIES:
            return
        if loss.flag("from_logits", False) is not False:
            return
        last = _last(objective, view)
        if last is None:
            return
        layer = view.graph.inner_layer(last)
        head = view.head(last.inputs[0])
        activation = head.activation
        related: tuple[Note, ...] = (Note(loss.fact.site, f"{loss.kind} needs probabilities"),)
        if activation in _PROBABILITIES:
            message = f"`{layer.kind}` after the {activation}: the outputs are not probabilities"
            help = f"remove `{layer.kind}`, or move it before the output layer"
            related = (Note(head.site, f"the {activation}"), *related)
        else:
            message = f"the model ends with `{layer.kind}`, so its outputs are not probabilities"
            help = f'add `Activation("{_fitting(objective)}")` after it'
        yield Finding(
            layer.origin.site,
            message,
            label="this is the output of the model",
            help=help,
            related=related,
            origin=layer.origin,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _last(objective: Objective, view: View) -> LayerCall | None:
    """The call of a normalization layer that makes an output."""
    for apply in view.graph.back(objective.head.tensor, into_models=True):
        layer = view.graph.inner_layer(apply)
        if layer.kind in _NORMALIZATIONS and not layer.custom and one_input(apply):
            return apply
        if layer.kind not in PASSTHROUGH or layer.custom or layer.operation:
            return None
    return None


def _fitting(objective: Objective) -> str:
    """The activation that makes probabilities of raw values for a loss."""
    loss = objective.loss
    return "sigmoid" if loss is not None and loss.kind in BINARY else "softmax"


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The model without the layer, or with an activation after it; nothing without the layer."""
    last = _last(objective, view)
    if last is None or objective.loss is None or objective.loss.kind not in CROSSENTROPIES:
        return ()
    layer = view.graph.inner_layer(last)
    head: Head = view.head(last.inputs[0])
    if head.activation in _PROBABILITIES:
        return (Remove(layer.id),)
    made = {"activation": _fitting(objective)}
    return (InsertAfter(layer.id, "keras.layers.Activation", made),)
