"""KER310: a tiny sigmoid layer before the output layer."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import TRAINING_TRIAL
from kerlint.program.heads import activation_of
from kerlint.program.layers import UNIT_SYMMETRIC
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import Unknown
from kerlint.program.weights import weighted_after
from kerlint.rules.base import Finding, Note, Rule, View

MAX_UNITS = 4


class TinySigmoidLayer(Rule):
    """A hidden layer of very few sigmoid units learns slowly.

    Everything that the output layer sees has to pass through these units, and a sigmoid
    passes on at most a quarter of the gradient. On data that is easy to separate, two
    sigmoid units took about 1,900 steps to a loss that two relu units reached in 1,100 and
    sixteen relu units in 200. On inputs that were not standardized, they had not reached it
    after 150 epochs.

    This rule is off by default, because such a layer does learn in the end. Turn it on with
    `--extend-select KER310`.

    Bad:
        model = keras.Sequential(
            [
                keras.Input((2,)),
                layers.Dense(2, activation="sigmoid"),
                layers.Dense(2, activation="softmax"),
            ]
        )
    Good:
        model = keras.Sequential(
            [
                keras.Input((2,)),
                layers.Dense(16, activation="relu"),
                layers.Dense(2, activation="softmax"),
            ]
        )
    Tempting:
        # Two sigmoid units as the output layer: two answers of yes or no.
        model = keras.Sequential(
            [
                keras.Input((2,)),
                layers.Dense(16, activation="relu"),
                layers.Dense(2, activation="sigmoid"),
            ]
        )
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say:
        "accuracy stuck at 0.5", "loss decreases very slowly"

    When kerlint stays silent:
        - The layer has more than 4 units, or another activation than sigmoid.
        - The layer is not directly before the output layer.
        - The layer works on each step of a sequence or each place of an image.
    """

    code = "KER310"
    severity = Severity.INFO
    default = False
    required_bytes = (b"sigmoid",)
    names = frozenset({"Dense"})
    experiments = (TRAINING_TRIAL,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        units = layer.arg("units")
        number = units.integer() if units is not None else None
        if number is None or not 1 <= number <= MAX_UNITS:
            return
        for apply in view.graph.layer_calls.get(layer.id, ()):
            activated, tensor = _activated(layer, apply, view)
            if _activation(activated, view) != "sigmoid":
                continue
            shape = view.program.tensors[tensor].shape
            if isinstance(shape, Unknown) or len(shape) != 2:
                continue  # a few units at each of many places are many numbers
            passing = UNIT_SYMMETRIC | {"Dropout"}
            next_layers = weighted_after(tensor, view.graph, passing)
            if next_layers is None or len(next_layers) != 1:
                continue
            heads = {
                head.layer.id
                for model in view.program.models
                for output in model.outputs
                for head in [view.head(output)]
                if head.layer is not None
            }
            if next_layers[0].id in heads and next_layers[0].kind == "Dense":
                yield Finding(
                    layer.origin.site,
                    f"only {number} sigmoid unit{'s' * (number > 1)} before the output layer, so "
                    "the model learns slowly",
                    label="all information passes through here",
                    help='use more units and relu, for example `Dense(16, activation="relu")`',
                    related=(Note(next_layers[0].origin.site, "the output layer"),),
                    origin=layer.origin,
                    claim=view.claim(layer),
                    repair=repair(layer, view),
                )
                return


def _activation(layer: Layer, view: View) -> str | None:
    found = activation_of(layer, view.program)
    return found.name if found is not None else None


def _activated(layer: Layer, apply: LayerCall, view: View) -> tuple[Layer, int]:
    """What applies the activation, the layer itself or ``Activation`` after it, and its output."""
    tensor = apply.outputs[0]
    if _activation(layer, view) == "linear":
        after = view.graph.consumers.get(tensor, [])
        if len(after) == 1 and view.layer(after[0]).kind == "Activation":
            return view.layer(after[0]), after[0].outputs[0]
    return layer, tensor


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """As many units as help says, with an activation that does not flatten out.

    Nothing for a layer that is not a ``Dense`` with an activation.
    """
    calls = view.graph.layer_calls.get(layer.id, ()) if layer.kind == "Dense" else ()
    for apply in calls:
        activated, _ = _activated(layer, apply, view)
        if _activation(activated, view) != "linear":
            return (SetArg(layer.id, "units", 16), SetArg(activated.id, "activation", "relu"))
    return ()
