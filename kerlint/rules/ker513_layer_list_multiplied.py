"""KER513: a list with a layer in it that is multiplied."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import RepeatItem
from kerlint.program.layers import KINDS
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Note, Rule, View


class LayerListMultiplied(Rule):
    """Multiplying a list of layers repeats the same layer instead of making new ones.

    `[layers.Dense(64)] * 3` is a list with one `Dense` layer in it three times. The model looks as
    if it had three layers, but all three places share one kernel and one bias, and the model has a
    third of the weights that were meant. Keras shows no warning.

    A list comprehension makes a new layer in each turn.

    Bad:
        hidden = [layers.Dense(64, activation="relu")] * 3
        model = keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(1)])
    Good:
        hidden = [layers.Dense(64, activation="relu") for _ in range(3)]
        model = keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(1)])
    Tempting:
        # The same layer three times, on purpose: it has a name.
        shared = layers.Dense(64, activation="relu")
        model = keras.Sequential([keras.Input((64,)), *[shared] * 3, layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")

        # Dropout and activations have no weights to share.
        inputs = keras.Input((64,))
        x = inputs
        for drop in [layers.Dropout(0.2)] * 2:
            x = layers.Dense(64, activation="relu")(drop(x))
        model = keras.Model(inputs, layers.Dense(1)(x))
        model.compile(optimizer="adam", loss="mse")

    People say:
        "model has fewer parameters than expected", "summary shows the same layer several times",
        "layers share weights"

    When kerlint stays silent:
        - The layer has a name before it is put into the list: then it may be shared on purpose.
        - The layer has no weights.
        - It is a layer of your own that makes no layers of Keras in `__init__`.
    """

    code = "KER513"
    severity = Severity.WARNING
    required_bytes = (b"]*", b"] *", b"*[", b"* [")
    unsafe_because = "each layer then has weights of its own"
    untestable = "a shared layer is built as it is written, and only the author knows what is meant"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        place = view.program.multiplied.get(layer.id)
        if place is None:
            return
        kind = KINDS.get(layer.kind)
        if not layer.custom and (kind is None or not (kind.weighted or kind.states or kind.wraps)):
            return
        yield Finding(
            place,
            f"every entry of this list is the same `{layer.kind}`, so they all share their weights",
            label="repeats one layer",
            help="make a new layer in each turn: `[... for _ in range(n)]`",
            related=(Note(layer.origin.site, "made once"),),
            origin=layer.origin,
            rewrite=(RepeatItem(place),),
        )
