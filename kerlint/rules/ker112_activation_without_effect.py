"""KER112: an activation that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Remove
from kerlint.program.graph import one_input
from kerlint.program.heads import activation_of
from kerlint.program.layers import ONLY_ACTIVATION, where
from kerlint.program.model import Layer, LayerCall
from kerlint.rules.base import Finding, Note, Rule, View

_PASSING = where(lambda kind: kind.returns_input) | {"Dropout"}
_NEVER_NEGATIVE = frozenset(
    {"relu", "relu6", "sigmoid", "hard_sigmoid", "softmax", "softplus", "exponential"}
)
_KEEPS_POSITIVE = frozenset({"relu", "leaky_relu", "elu", "prelu"})
"""Activations that return a number that is not negative as it is."""


class ActivationWithoutEffect(Rule):
    """An activation is applied to values that it does not change.

    A relu after a relu gets nothing below 0, so it changes nothing, and neither does
    `Activation("linear")`. It does no harm. But a `LeakyReLU` after a layer with a relu does
    nothing either, and that is probably not what was meant.

    This rule is off by default. Turn it on with `--extend-select KER112`.

    Bad:
        layers.Dense(16, activation="relu")
        layers.LeakyReLU()
    Good:
        layers.Dense(16)
        layers.LeakyReLU()
    Tempting:
        layers.Dense(16, activation="relu")
        layers.Dense(16)
        layers.LeakyReLU()

    When kerlint stays silent:
        - A layer that changes the values lies between the two.
        - The layer has arguments: `ReLU(max_value=6)`, or `Activation("linear", dtype="float32")`,
          which ends a model of mixed precision.
    """

    code = "KER112"
    severity = Severity.INFO
    default = False
    required_bytes = (b"Activation", b"ReLU", b"ELU")
    names = ONLY_ACTIVATION
    unsafe_because = "the output of the model then has another name"
    untestable = "that the values stay the same is certain from the text"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if layer.kind not in ONLY_ACTIVATION or layer.partial:
            return
        found = activation_of(layer, view.program)
        if found is None or found.name is None or set(layer.args) - {"activation", "name"}:
            return
        if found.name == "linear":
            yield Finding(
                layer.origin.site,
                'a layer with the activation "linear" changes nothing',
                help="remove it",
                origin=layer.origin,
                repair=(Remove(layer.id),),
                fix=_applicability(layer, view),
            )
            return
        if found.name not in _KEEPS_POSITIVE:
            return
        calls = view.graph.layer_calls.get(layer.id, ())
        before = [_before(apply, view) for apply in calls]
        if not before or any(each is None for each in before):
            return
        first = before[0]
        assert first is not None
        word = activation_of(first, view.program)
        yield Finding(
            layer.origin.site,
            f"this activation changes nothing: no value is negative after {_word(word)}",
            help="remove one of the two activations",
            related=(Note(first.origin.site, f"the {_word(word)}"),),
            origin=layer.origin,
            repair=(Remove(layer.id),),
            fix=_applicability(layer, view),
        )


def _applicability(layer: Layer, view: View) -> Applicability:
    """Safe where nothing can ask for the layer by its name, or for the output that it gives."""
    calls = view.graph.layer_calls.get(layer.id, ())
    if "name" in layer.args or any(view.graph.is_end(call.outputs[0]) for call in calls):
        return Applicability.UNSAFE
    return Applicability.SAFE


def _word(activation: object) -> str:
    return getattr(activation, "name", None) or "activation"


def _before(apply: LayerCall, view: View) -> Layer | None:
    """The layer before, if nothing that it returns is negative."""

    def passes(call: LayerCall) -> bool:
        return one_input(call) and view.layer(call).kind in _PASSING

    if not one_input(apply):
        return None
    for call in view.graph.back(apply.inputs[0], through=passes):
        if passes(call):
            continue
        layer = view.graph.inner_layer(call)
        found = activation_of(layer, view.program)
        return layer if found is not None and found.name in _NEVER_NEGATIVE else None
    return None
