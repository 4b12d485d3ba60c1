"""KER412: selu with ordinary dropout, and AlphaDropout without selu."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import SetClass, SourceChange
from kerlint.program.graph import one_input
from kerlint.program.heads import activation_of
from kerlint.program.layers import LINEAR_BY_DEFAULT, ONLY_ACTIVATION, PASSTHROUGH, where
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Note, Rule, View

_DROPPING = where(lambda kind: kind.drops)
_PASSED = PASSTHROUGH - _DROPPING - {"AlphaDropout", "GaussianDropout"}


class DropoutForSelu(Rule):
    """`selu` needs `AlphaDropout`, and `AlphaDropout` needs `selu`.

    A network of selu layers keeps the mean of its values near 0 and their standard deviation near
    1, which makes normalization layers unnecessary. Ordinary dropout changes the standard
    deviation: with a rate of 0.5 it is 1.4 in training and 1 in prediction. `AlphaDropout` sets
    values to the lower limit of selu instead of 0 and leaves mean and standard deviation as they
    are. After relu and other activations that limit means nothing: `AlphaDropout` then adds large
    negative numbers to values that are never negative.

    This rule is off by default, because such networks do learn. Turn it on with
    `--extend-select KER412`.

    Bad:
        model = keras.Sequential([keras.Input((8,))])
        model.add(layers.Dense(32, activation="selu", kernel_initializer="lecun_normal"))
        model.add(layers.Dropout(0.5))
        model.add(layers.Dense(1))
    Good:
        model = keras.Sequential([keras.Input((8,))])
        model.add(layers.Dense(32, activation="selu", kernel_initializer="lecun_normal"))
        model.add(layers.AlphaDropout(0.5))
        model.add(layers.Dense(1))
    Tempting:
        model = keras.Sequential([keras.Input((8,))])
        model.add(layers.Dense(32, activation="elu"))  # not selu
        model.add(layers.Dropout(0.5))
        model.add(layers.Dense(1))
        model.compile(loss="mse", optimizer="adam")

    People say: "selu dropout", "AlphaDropout or Dropout", "self-normalizing network does not work".

    When kerlint stays silent:
        - The activation before the dropout is not known.
        - The rate is less than 0.1.
    """

    code = "KER412"
    severity = Severity.INFO
    default = False
    required_bytes = (b"selu", b"AlphaDropout")
    names = _DROPPING | {"AlphaDropout"}
    untestable = "the values drift by a few percent, and the model learns anyway"
    unsafe_because = "the model then trains differently"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        rate = layer.arg("rate")
        number = rate.number() if rate is not None else None
        if number is None or not 0.1 <= number < 1:
            return
        found = _activation(layer, view)
        if found is None:
            return
        word, before = found
        alpha = layer.kind == "AlphaDropout"
        if alpha is (word == "selu"):
            return
        name = "the linear layer" if word == "linear" else word
        yield Finding(
            layer.origin.site,
            f"`AlphaDropout` is made for selu, and {name} comes before it"
            if alpha
            else f"`{layer.kind}` changes the standard deviation that selu keeps at 1",
            label="the wrong dropout for this activation",
            help="use `Dropout`" if alpha else "use `AlphaDropout`",
            related=(Note(before.origin.site, f"{word} is applied here"),),
            origin=layer.origin,
            rewrite=_with(layer, "Dropout" if alpha else "AlphaDropout"),
        )


def _with(layer: Layer, kind: str) -> tuple[SourceChange, ...]:
    """A layer of another class with the same arguments."""
    if layer.kind not in ("AlphaDropout", "Dropout"):
        return ()
    return (SetClass(layer.origin.site, f"keras.layers.{kind}"),)


def _activation(layer: Layer, view: View) -> tuple[str, Layer] | None:
    """The activation whose values a layer drops, and the layer that applies it."""
    calls = view.graph.layer_calls.get(layer.id, ())
    if len(calls) != 1 or len(calls[0].inputs) != 1:
        return None
    for call in view.graph.back(calls[0].inputs[0], into_models=True):
        before = view.graph.inner_layer(call)
        if before.custom or before.operation or not one_input(call):
            return None
        if before.kind in _PASSED:
            continue
        if before.kind not in ONLY_ACTIVATION | LINEAR_BY_DEFAULT:
            return None
        found = activation_of(before, view.program)
        if found is None or found.name is None:
            return None
        if found.name == "linear" and before.kind in ONLY_ACTIVATION:
            continue
        return found.name, before
    return None
