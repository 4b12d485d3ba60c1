"""KER204: one seed in two parallel branches."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.twins import MERGES, copies, twins_before


class SameSeed(Rule):
    """Two parallel layers get the same weights, because their initializers have the same seed.

    With the same seed, an initializer gives the same numbers for the same shape. Two layers of the
    same size that see the same input then start as copies of each other. If their outputs are
    added, they also get the same gradients: they stay copies, and two branches do no more than one.

    Give each layer another seed, or call `keras.utils.set_random_seed(42)` once: runs are then
    repeatable, and all layers start differently.

    Bad:
        inputs = keras.Input((8,))
        left = layers.Dense(16, kernel_initializer=keras.initializers.HeNormal(seed=42))(inputs)
        right = layers.Dense(16, kernel_initializer=keras.initializers.HeNormal(seed=42))(inputs)
        outputs = layers.Dense(1)(layers.Activation("relu")(layers.Add()([left, right])))
        model = keras.Model(inputs, outputs)
    Good:
        keras.utils.set_random_seed(42)
        inputs = keras.Input((8,))
        left = layers.Dense(16, kernel_initializer="he_normal")(inputs)
        right = layers.Dense(16, kernel_initializer="he_normal")(inputs)
        outputs = layers.Dense(1)(layers.Activation("relu")(layers.Add()([left, right])))
        model = keras.Model(inputs, outputs)
    Tempting:
        # One after the other: equal weights do different work there.
        model = keras.Sequential([keras.Input((16,))])
        for _ in range(2):
            start = keras.initializers.HeNormal(seed=42)
            model.add(layers.Dense(16, activation="relu", kernel_initializer=start))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")

    People say:
        "two layers have the same weights", "branches of the model learn the same"

    When kerlint stays silent:
        - The layers do not see the same input, or differ in an argument.
        - Their outputs are concatenated or used apart: then they become different.
        - Dropout lies between them and the sum.
        - They share one initializer object: KER203 reports that.
    """

    code = "KER204"
    severity = Severity.WARNING
    required_bytes = (b"seed",)
    names = MERGES
    untestable = "the branches are in one model, and the experiments compare the units of one layer"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        for twins in twins_before(layer, view):
            if twins.how == "seed":
                yield copies(
                    twins,
                    "their initializers have the same seed",
                    "give each layer another seed, or call `keras.utils.set_random_seed` once",
                )
