"""KER206: weights that start far too small."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import FAINT_GRADIENT
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.scales import SCALED, Step, defaults, steps_from

SMALL = 2e-3
MIN_LAYERS = 2
LOST = 1e-3
THROUGH_ZERO = frozenset({"linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh"})


class SmallInitialWeights(Rule):
    """The weights of several layers start so small that hardly any signal gets through.

    Each hidden layer with weights of about 0.001 makes the values some hundred times smaller. After
    two or three of them the output is the same for every input, and so are the gradients on the
    way back: next to 0. Training begins with a long plateau.

    Leave the initializer out. The default takes the number of inputs into account.

    Bad:
        small = keras.initializers.RandomNormal(stddev=0.0001)
        model = keras.Sequential(
            [
                keras.Input((8,)),
                layers.Dense(32, activation="relu", kernel_initializer=small),
                layers.Dense(32, activation="relu", kernel_initializer=small),
                layers.Dense(32, activation="relu", kernel_initializer=small),
                layers.Dense(3, activation="softmax", kernel_initializer=small),
            ]
        )
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Good:
        model = keras.Sequential(
            [
                keras.Input((8,)),
                layers.Dense(32, activation="relu"),
                layers.Dense(32, activation="relu"),
                layers.Dense(32, activation="relu"),
                layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile(optimizer="adam", loss="categorical_crossentropy")
    Tempting:
        # Small weights in the output layer alone: the first predictions are near 0.
        small = keras.initializers.RandomUniform(-0.003, 0.003)
        model = keras.Sequential(
            [
                keras.Input((8,)),
                layers.Dense(32, activation="relu"),
                layers.Dense(32, activation="relu"),
                layers.Dense(1, activation="tanh", kernel_initializer=small),
            ]
        )
        model.compile(optimizer="adam", loss="mse")

    People say:
        "loss does not decrease at first", "same output for every input", "loss stuck at 0.693"

    When kerlint stays silent:
        - Only one hidden layer starts small, or only the output layer.
        - A normalization follows, or something that kerlint does not know.
        - The weights are frozen, constrained, or loaded afterwards.
    """

    code = "KER206"
    severity = Severity.WARNING
    required_bytes = (b"andom", b"runcated", b"niform", b"ormal(")
    names = SCALED
    experiments = (FAINT_GRADIENT,)
    unsafe_because = "the model then starts from other weights"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        steps = steps_from(layer, view)
        small = _small(steps)
        if not small:
            return
        sites = dict.fromkeys(step.layer.origin.site for step in small)
        sites.pop(layer.origin.site, None)
        yield Finding(
            layer.origin.site,
            f"the weights of {len(small)} hidden layers start so small that hardly any signal gets "
            "through",
            label="too small for the number of inputs",
            help="remove the initializer; the default fits the number of inputs",
            related=tuple(Note(site, "small initial weights too") for site in list(sites)[:3]),
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """The default initializers in this row of layers."""
    return defaults(steps_from(layer, view))


def _small(steps: list[Step]) -> list[Step]:
    """The hidden layers through which the signal is lost."""
    scale = 1.0
    small: list[Step] = []
    for step in steps:
        if step.last or step.activation not in THROUGH_ZERO:
            break
        scale *= step.gain
        if step.spread is not None and step.spread <= SMALL:
            small.append(step)
    return small if len(small) >= MIN_LAYERS and scale <= LOST else []
