"""KER203: one initializer for two parallel branches."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.keras_api import kind_of
from kerlint.lazy_dataclass import replace
from kerlint.program.changes import Change, SetArg
from kerlint.program.model import Layer
from kerlint.program.values import Object
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.twins import MERGES, copies, twins_before


class SharedInitializer(Rule):
    """Two parallel layers get the same weights, because they share one initializer object.

    An initializer object of Keras returns the same numbers each time it is called with the same
    shape, also without a seed. Two layers of the same size that are given one object start as
    copies of each other. If they see the same input and their outputs are added, they also get the
    same gradients: they stay copies, and two branches do no more than one.

    Give each layer an initializer of its own, or its name: for `"he_normal"`, Keras makes a new
    object for each layer.

    Bad:
        start = keras.initializers.HeNormal()
        inputs = keras.Input((8,))
        left = layers.Dense(16, activation="relu", kernel_initializer=start)(inputs)
        right = layers.Dense(16, activation="relu", kernel_initializer=start)(inputs)
        outputs = layers.Dense(1)(layers.Add()([left, right]))
        model = keras.Model(inputs, outputs)
    Good:
        inputs = keras.Input((8,))
        left = layers.Dense(16, activation="relu", kernel_initializer="he_normal")(inputs)
        right = layers.Dense(16, activation="relu", kernel_initializer="he_normal")(inputs)
        outputs = layers.Dense(1)(layers.Add()([left, right]))
        model = keras.Model(inputs, outputs)
    Tempting:
        # One after the other: equal weights do different work there.
        start = keras.initializers.HeNormal()
        model = keras.Sequential([keras.Input((16,))])
        model.add(layers.Dense(16, activation="relu", kernel_initializer=start))
        model.add(layers.Dense(16, activation="relu", kernel_initializer=start))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")

        # Joined, the branches get gradients of their own from the next layer.
        start = keras.initializers.HeNormal()
        inputs = keras.Input((8,))
        left = layers.Dense(16, activation="relu", kernel_initializer=start)(inputs)
        right = layers.Dense(16, activation="relu", kernel_initializer=start)(inputs)
        outputs = layers.Dense(1)(layers.Concatenate()([left, right]))
        model = keras.Model(inputs, outputs)
        model.compile(optimizer="adam", loss="mse")

    People say:
        "initializer is unseeded and being called multiple times",
        "two layers have the same weights"

    When kerlint stays silent:
        - The layers do not see the same input, or differ in an argument.
        - Their outputs are concatenated or used apart: then they become different.
        - Dropout lies between them and the sum.
        - The seed is a `SeedGenerator`, which gives other numbers each time.
    """

    code = "KER203"
    severity = Severity.WARNING
    required_bytes = (b"initializer",)
    names = MERGES
    untestable = "the branches are in one model, and the experiments compare the units of one layer"
    unsafe_because = "the model then starts from other weights"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        for twins in twins_before(layer, view):
            if twins.how == "instance":
                found = copies(
                    twins,
                    "they share one initializer object",
                    'give each layer its own initializer, or its name, such as `"he_normal"`',
                )
                yield replace(found, rewrite=_by_name(twins.second, view))


def _by_name(layer: Layer, view: View) -> tuple[Change, ...]:
    """The name of the initializer for all layers that share it: each then gets one of its own."""
    fact = layer.arg("kernel_initializer")
    made = fact.value if fact is not None else None
    if not isinstance(made, Object) or made.partial or set(made.args) - {"seed"}:
        return ()
    name = kind_of(made.name)
    if name is None:
        return ()
    changes: list[Change] = []
    for other in view.program.layers[view.program.own.layers :]:
        for argument, given in other.args.items():
            if isinstance(given.value, Object) and given.value.site == made.site:
                changes.append(SetArg(other.id, argument, name))
    return tuple(changes)
