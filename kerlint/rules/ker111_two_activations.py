"""KER111: another activation before the sigmoid or softmax of an output."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, Remove, SetArg
from kerlint.program.claims import OVERFIT, TRAINING_TRIAL
from kerlint.program.graph import one_input
from kerlint.program.heads import Activation, activation_of
from kerlint.program.layers import ONLY_ACTIVATION, PASSTHROUGH
from kerlint.program.model import Layer, LayerCall
from kerlint.rules.base import Finding, Note, Rule, View

_BEFORE = {
    "sigmoid": frozenset({"sigmoid", "hard_sigmoid", "softmax", "relu", "relu6", "tanh"}),
    "softmax": frozenset({"sigmoid", "hard_sigmoid", "relu", "relu6", "tanh"}),
}
"""Activations that leave a sigmoid or softmax only a part of the numbers."""

_LEFT = {
    ("sigmoid", "sigmoid"): "only gives outputs between 0.5 and 0.73",
    ("hard_sigmoid", "sigmoid"): "only gives outputs between 0.5 and 0.73",
    ("softmax", "sigmoid"): "only gives outputs between 0.5 and 0.73",
    ("tanh", "sigmoid"): "only gives outputs between 0.27 and 0.73",
    ("relu", "sigmoid"): "never gives an output below 0.5",
    ("relu6", "sigmoid"): "never gives an output below 0.5",
    ("tanh", "softmax"): "cannot give a probability close to 1",
    ("sigmoid", "softmax"): "cannot give a probability close to 1",
    ("hard_sigmoid", "softmax"): "cannot give a probability close to 1",
    ("relu", "softmax"): "gets 0 for every score below 0",
    ("relu6", "softmax"): "gets 0 for every score below 0",
}

_MILD = frozenset({("relu", "softmax"), ("relu6", "softmax")})
"""A softmax only looks at differences, so that it can still give any probabilities."""


class TwoActivations(Rule):
    """A second activation is applied before the output's sigmoid or softmax.

    A sigmoid or softmax has to get raw numbers, below 0 as well as above. After another sigmoid
    it gets numbers between 0 and 1, of which it makes 0.5 to 0.73: no answer is ever a clear no.
    After a relu it gets nothing below 0, so a sigmoid never answers less than 0.5. The loss stops
    falling early.

    It happens when the output layer has an activation, and another one is added as a layer.

    Bad:
        layers.Dense(1, activation="sigmoid")
        layers.Activation("sigmoid")
    Good:
        layers.Dense(1)
        layers.Activation("sigmoid")
    Tempting:
        # The second one has a layer of its own.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="sigmoid")])
        model.add(layers.Dense(1))
        model.add(layers.Activation("sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")

        # Weights between 0.5 and 1 inside a model, which is not its output.
        x = keras.Input((8,))
        gate = layers.Activation("sigmoid")(layers.Dense(8, activation="relu")(x))
        y = layers.Dense(1, activation="sigmoid")(layers.Multiply()([x, gate]))
        keras.Model(x, y).compile(optimizer="adam", loss="binary_crossentropy")

    People say:
        "output is always above 0.5", "predictions are between 0.5 and 0.73",
        "sigmoid output never below 0.5"

    When kerlint stays silent:
        - A layer with weights, a normalization or a pooling layer lies between the two. Some
          networks have a relu before global average pooling and a softmax.
        - The result is not an output of a model, or something in the model uses it, as attention
          weights.
        - Both are softmax: KER110 reports that.
    """

    code = "KER111"
    severity = Severity.ERROR
    required_bytes = (b"sigmoid", b"softmax", b"Softmax")
    names = ONLY_ACTIVATION | _BEFORE.keys()
    experiments = (TRAINING_TRIAL, OVERFIT)
    unsafe_because = "the model then predicts other values"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        found = _pair(layer, view)
        if found is None:
            return
        first, second = found
        words = first.name or "", second.name or ""
        twice = words[0] == words[1]
        subject = "a second sigmoid" if twice else f"{words[1]} after {words[0]}"
        yield Finding(
            layer.origin.site,
            f"{subject} {_LEFT[words]}",
            label=f"the second {words[1]}" if twice else f"gets the output of the {words[0]}",
            help=f"remove one of the two {words[0]} activations"
            if twice
            else f"remove the {words[0]}",
            related=(Note(first.layer.origin.site, f"the {'first ' * twice}{words[0]}"),),
            severity=Severity.WARNING if words in _MILD else None,
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def _pair(layer: Layer, view: View) -> tuple[Activation, Activation] | None:
    """The activation before an output's sigmoid or softmax, and that one."""
    second = _second(layer, view)
    if second is None or second.name is None:
        return None
    for apply in view.graph.layer_calls.get(layer.id, ()):
        first = _before(apply.inputs[0], view) if one_input(apply) else None
        if first is None or first.name not in _BEFORE[second.name]:
            continue
        if _is_output(apply, view):
            return first, second
    return None


def _second(layer: Layer, view: View) -> Activation | None:
    """The activation of a layer that is nothing else, where another one before it is a mistake."""
    if layer.operation and layer.kind in _BEFORE:
        return Activation(layer.kind, None, layer)
    if layer.kind not in ONLY_ACTIVATION:
        return None
    found = activation_of(layer, view.program)
    return found if found is not None and found.name in _BEFORE else None


def _is_output(apply: LayerCall, view: View) -> bool:
    """Whether what a call gives is the output of a model that is not a part of another one."""
    tensor = apply.outputs[0]
    if tensor in view.graph.outputs and view.graph.consumers.get(tensor):
        return False  # weights of something, as in attention, that can be looked at too
    if tensor not in view.graph.outputs:
        after = list(view.graph.straight(tensor))
        if not after or any(view.layer(call).kind not in PASSTHROUGH for call in after):
            return False
        tensor = after[-1].outputs[0]
        if tensor not in view.graph.outputs:
            return False
    parts = {layer.model for layer in view.program.layers if layer.model is not None}
    compiled = {each.model for each in view.program.compiles}
    return any(
        tensor in model.outputs and (model.id not in parts or model.id in compiled)
        for model in view.program.models
    )


def _before(tensor: int, view: View) -> Activation | None:
    """The activation of the first call before a tensor that does more than pass values on."""

    def passes(apply: LayerCall) -> bool:
        return one_input(apply) and view.layer(apply).kind in PASSTHROUGH

    for apply in view.graph.back(tensor, through=passes):
        if passes(apply):
            continue
        layer = view.graph.inner_layer(apply)
        return activation_of(layer, view.program) if one_input(apply) else None
    return None


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """Without the first of the two, or else the layer; nothing for one that is no output's."""
    found = _pair(layer, view)
    if found is None:
        calls = view.graph.layer_calls.get(layer.id, ())
        last = _second(layer, view) is not None and any(_is_output(c, view) for c in calls)
        return (Remove(layer.id),) if last else ()
    first = found[0].layer
    if first.kind in ONLY_ACTIVATION:
        return (Remove(first.id),)
    return (SetArg(first.id, "activation", "linear"),)
