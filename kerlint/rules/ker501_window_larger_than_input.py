"""KER501: a window that is larger than what is left of the image or the sequence."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Layer
from kerlint.program.values import Refused
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.refusals import UNTESTABLE, code_of, in_words, refusals


class WindowLargerThanInput(Rule):
    """A convolution or pooling window is larger than its input.

    Convolutions without `padding="same"` and pooling layers make images smaller, and each pooling
    layer halves them. After a few of them, the next window does not fit: Keras raises an error
    while it builds the model.

    Bad:
        model = keras.Sequential([keras.Input((28, 28, 1))])
        model.add(layers.Conv2D(16, 5, activation="relu"))
        model.add(layers.MaxPooling2D(3))
        model.add(layers.Conv2D(32, 5, activation="relu"))
        model.add(layers.MaxPooling2D(3))
        model.add(layers.Conv2D(64, 3, activation="relu"))
    Good:
        model = keras.Sequential([keras.Input((28, 28, 1))])
        model.add(layers.Conv2D(16, 5, activation="relu"))
        model.add(layers.MaxPooling2D(3))
        model.add(layers.Conv2D(32, 5, activation="relu", padding="same"))
        model.add(layers.MaxPooling2D(2))
        model.add(layers.Conv2D(64, 3, activation="relu"))
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input((8, 8, 1))])
        model.add(layers.Conv2D(16, 3, activation="relu"))
        model.add(layers.Conv2D(16, 9, activation="relu", padding="same"))  # padded to fit
        model.add(layers.Flatten())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(40, 8, 8, 1), np.random.rand(40, 1))

    People say:
        "Negative dimension size caused by subtracting 3 from 1",
        "Computed output size would be negative",
        "The computed output size would be zero or negative"

    When kerlint stays silent:
        - A size of the input is not known or may vary, as in `Input((None, None, 3))`.
        - The channels come first in the input shape: KER506 reports that.
    """

    code = "KER501"
    severity = Severity.ERROR
    required_bytes = (b"Conv", b"Pool", b"Crop")
    untestable = UNTESTABLE

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        for call, refused in refusals(layer, view):
            if code_of(call, refused, view) != self.code:
                continue
            window, size = refused.numbers
            if size < 1:
                continue
            yield Finding(
                layer.origin.site,
                _message(refused, window, size),
                label="Keras raises an error here",
                help=_help(refused),
                origin=layer.origin,
            )
            return


def _message(refused: Refused, window: int, size: int) -> str:
    given = in_words(refused.given[0])
    if refused.layer.startswith("Crop"):
        return f"`{refused.layer}` cuts off {window} of {size}, so nothing is left of `{given}`"
    return f"a window of {window} does not fit into the input of `{refused.layer}`, `{given}`"


def _help(refused: Refused) -> str:
    if refused.layer.startswith("Crop"):
        return "crop less"
    return 'use a smaller window, fewer pooling layers before it, or `padding="same"`'
