"""KER403: dropout after the output layer."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, Remove
from kerlint.program.claims import TRAIN_EVAL_MODE
from kerlint.program.layers import PASSTHROUGH, where
from kerlint.program.model import Layer
from kerlint.program.objectives import CROSSENTROPIES, REGRESSION, Objective
from kerlint.rules.base import Finding, Note, Rule, View

DROPPING = where(lambda kind: kind.drops)
_LOSSES = CROSSENTROPIES | REGRESSION | {"hinge", "kl_divergence", "poisson", "squared_hinge"}

_MEANT = 0.2  # some models drop a few logits on purpose


class DropoutAfterOutput(Rule):
    """Dropout after the output layer replaces predictions with 0 in training.

    The loss then compares zeros with the labels, and the predictions that are left are scaled up.
    A regression with a rate of 0.5 had half of its outputs set to 0, and a loss of 56 where the
    same model without the dropout reached 0.007. A classifier can get a loss from probabilities
    that do not sum to 1. Predictions are not dropped, so the loss in training is much higher than
    the one in validation.

    Dropout belongs between hidden layers.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dense(1))
        model.add(layers.Dropout(0.3))
        model.compile(optimizer="adam", loss="mse")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dropout(0.3))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
    Tempting:
        # Dropout ends an encoder, whose output goes through another layer.
        encoder = keras.Sequential([keras.Input((8,)), layers.Dense(32), layers.Dropout(0.3)])
        model = keras.Sequential([keras.Input((8,)), encoder, layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")

    People say: "training loss much higher than validation loss", "training accuracy lower than
    validation accuracy", "predictions are zero during training".

    When kerlint stays silent:
        - The model is not compiled with a loss of Keras that compares outputs with labels.
        - The softmax comes after the dropout, or the loss has `from_logits=True` and the rate is at
          most 0.2. Some models drop a few logits on purpose.
        - The rate is 0 or not known.
    """

    code = "KER403"
    severity = Severity.WARNING
    required_bytes = (b"Dropout",)
    names = DROPPING
    experiments = (TRAIN_EVAL_MODE,)
    unsafe_because = "the model then trains differently"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        rate = layer.arg("rate")
        number = rate.number() if rate is not None else None
        if number is None or not 0 < number < 1:
            return
        for objective in view.judged:
            if layer not in objective.head.arranging or not _compares(objective, number):
                continue
            head = objective.head
            after = "the output layer" if head.activation == "linear" else f"the {head.activation}"
            yield Finding(
                layer.origin.site,
                f"dropout after {after} replaces {number:.0%} of the predictions with 0 in "
                "training",
                label="this is the output of the model",
                help="move the dropout before the output layer, or remove it",
                related=(Note(head.site, "the output layer"),),
                origin=layer.origin,
                claim=view.claim(layer),
                repair=repair(layer, view),
            )
            return


def _compares(objective: Objective, rate: float) -> bool:
    """Whether the loss compares the output itself with the labels."""
    loss = objective.loss
    if loss is None or loss.kind not in _LOSSES:
        return False
    logits = loss.flag("from_logits", False)
    return logits is False or (logits is True and rate > _MEANT)


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """The model without the dropout; nothing for a layer that is followed by one with weights."""
    if layer.kind not in DROPPING:
        return ()
    for apply in view.graph.layer_calls.get(layer.id, ()):
        after = view.graph.forward(apply.outputs[0])
        if all(view.layer(each).kind in PASSTHROUGH for each in after):
            return (Remove(layer.id),)
    return ()
