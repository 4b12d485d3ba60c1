"""KER110: a softmax on top of a softmax."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, Remove, SetArg
from kerlint.program.claims import OVERFIT, TRAINING_TRIAL
from kerlint.program.graph import one_input
from kerlint.program.heads import activation_of
from kerlint.program.layers import ONLY_ACTIVATION, where
from kerlint.program.model import Layer, LayerCall
from kerlint.rules.base import Finding, Note, Rule, View

PASSING = where(lambda kind: kind.returns_input) | {"Dropout"}
_DROPPING = where(lambda kind: kind.drops)


class SoftmaxTwice(Rule):
    """After a second softmax, no probability can get close to 1.

    The first softmax gives numbers between 0 and 1. The second one treats these as raw scores, and
    because they are so close together, its results are almost equal: for three classes, even a
    certain answer (1, 0, 0) becomes (0.58, 0.21, 0.21). The loss stops falling early, at 0.55 for
    three classes, however good the model is.

    Bad:
        layers.Dense(3, activation="softmax")
        layers.Softmax()
    Good:
        layers.Dense(3)
        layers.Softmax()
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.add(layers.Dense(3))  # new values for the second softmax
        model.add(layers.Softmax())
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say:
        "loss stuck", "probabilities are all about the same"

    When kerlint stays silent:
        - A layer with weights lies between the two.
        - One of the two runs along another axis than the last one.
    """

    code = "KER110"
    severity = Severity.ERROR
    required_bytes = (b"softmax", b"Softmax")
    experiments = (TRAINING_TRIAL, OVERFIT)
    unsafe_because = "the model then predicts other values"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        # A layer with weights makes new values: only what is an activation and nothing else.
        if layer.kind not in ONLY_ACTIVATION or not _over_last_axis(layer, view):
            return
        for apply in view.graph.layer_calls.get(layer.id, ()):
            if not one_input(apply):
                continue
            below = _before(apply.inputs[0], view)
            if below is None or not _over_last_axis(view.layer(below), view):
                continue
            first = view.layer(below)
            yield Finding(
                layer.origin.site,
                "softmax is applied twice, so no probability can get close to 1",
                label="the second softmax",
                help="remove one of the two softmax activations",
                related=(Note(first.origin.site, "the first softmax"),),
                origin=layer.origin,
                claim=view.claim(layer),
                repair=repair(layer, view),
            )
            return


def _dropping_before(layer: Layer, view: View) -> Iterator[Remove]:
    """The dropout between the two: it would be left at the end of the model."""
    for apply in view.graph.layer_calls.get(layer.id, ()):
        for before in view.graph.back(apply.inputs[0]):
            if view.layer(before).kind not in _DROPPING:
                return
            yield Remove(view.layer(before).id)


def _before(tensor: int, view: View) -> LayerCall | None:
    """The first call before a tensor that does more than pass values on."""

    def passes(apply: LayerCall) -> bool:
        layer = view.layer(apply)
        return one_input(apply) and (layer.kind in PASSING or _does_nothing(layer, view))

    calls = view.graph.back(tensor, through=passes)
    return next((apply for apply in calls if not passes(apply)), None)


def _over_last_axis(layer: Layer, view: View) -> bool:
    found = activation_of(layer, view.program)
    if found is None or found.name != "softmax":
        return False
    axis = layer.arg("axis")
    return axis is None or axis.integer() == -1


def _does_nothing(layer: Layer, view: View) -> bool:
    if layer.kind != "Activation":
        return False
    found = activation_of(layer, view.program)
    return found is not None and found.name == "linear"


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """One softmax fewer; nothing for a layer that is not a softmax."""
    found = activation_of(layer, view.program)
    if found is None or found.name != "softmax":
        return ()
    if layer.kind in ONLY_ACTIVATION:
        return (Remove(layer.id), *_dropping_before(layer, view))
    return (SetArg(layer.id, "activation", "linear"),)
