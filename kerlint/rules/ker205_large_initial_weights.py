"""KER205: weights that start far too large."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import LOSS_AT_START
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.scales import BOUNDED, SCALED, UNBOUNDED, Step, defaults, steps_from

LARGE = 0.4
"""A spread that is never usual: RandomNormal and RandomUniform have .05 and .03 by default."""
SATURATED, EXPLODED = 10.0, 20.0


class LargeInitialWeights(Rule):
    """The weights start so large that the first outputs are far off, and training starts badly.

    The default initializers make weights smaller the more inputs a layer has, so that the values
    stay of the same size from layer to layer. `RandomNormal(stddev=1.0)` does not: with 64
    inputs, the sums are eight times as large as the inputs, and after two such layers 64
    times. Sigmoid, tanh and softmax then saturate: the model is certain of wrong answers, and
    hardly any gradient is left. With three classes, where guessing has a loss of 1.1, it started
    at 69 after two layers with a `stddev` of 1.

    Leave the initializer out, or use `"he_normal"`, which takes the number of inputs into account.

    Bad:
        start = keras.initializers.RandomNormal(stddev=1.0)
        model = keras.Sequential(
            [
                keras.Input((20,)),
                layers.Dense(64, activation="relu", kernel_initializer=start),
                layers.Dense(64, activation="relu", kernel_initializer=start),
                layers.Dense(3, activation="softmax", kernel_initializer=start),
            ]
        )
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential(
            [
                keras.Input((20,)),
                layers.Dense(64, activation="relu", kernel_initializer="he_normal"),
                layers.Dense(64, activation="relu", kernel_initializer="he_normal"),
                layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Tempting:
        # With three inputs, the sums are not much larger than the inputs.
        start = keras.initializers.RandomNormal(stddev=0.5)
        model = keras.Sequential(
            [
                keras.Input((3,)),
                layers.Dense(4, activation="tanh", kernel_initializer=start),
                layers.Dense(2, activation="softmax", kernel_initializer=start),
            ]
        )
        model.compile(optimizer="adam", loss="categorical_crossentropy")

    People say:
        "loss is very high at the start", "loss: nan", "accuracy does not change"

    When kerlint stays silent:
        - The layers have few inputs, so that the sums stay of a usual size.
        - A normalization follows, or something that kerlint does not know.
        - The weights are frozen, constrained, or loaded afterwards.
    """

    code = "KER205"
    severity = Severity.WARNING
    required_bytes = (b"andom", b"runcated", b"niform", b"ormal(")
    names = SCALED
    experiments = (LOSS_AT_START,)
    unsafe_because = "the model then starts from other weights"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        steps = steps_from(layer, view)
        times = _too_large(steps)
        if times is None:
            return
        others = {step.layer.origin.site for step in steps if (step.spread or 0) >= LARGE} - {
            layer.origin.site
        }
        yield Finding(
            layer.origin.site,
            f"the initial weights are so large that values become some {times:.2g} times too large",
            label="too large for the number of inputs",
            help='remove the initializer, or use `kernel_initializer="he_normal"`',
            related=tuple(Note(site, "large initial weights too") for site in sorted(others)[:3]),
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """The default initializers in this row of layers."""
    return defaults(steps_from(layer, view))


def _too_large(steps: list[Step]) -> float | None:
    """How many times too large the values become; None when they do not."""
    scale = 1.0
    large = False
    for step in steps:
        large = large or (step.spread or 0.0) >= LARGE
        scale *= step.gain
        if step.activation in BOUNDED:
            if large and scale >= SATURATED:
                return scale
            scale, large = 1.0, False
        elif step.activation not in UNBOUNDED:
            return None
        if step.last:
            return scale if large and scale >= EXPLODED else None
    return None
