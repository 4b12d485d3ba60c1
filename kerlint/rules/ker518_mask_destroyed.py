"""KER518: a mask that a layer drops before the layer that would use it."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.layers import KINDS, RECURRENT
from kerlint.program.model import Layer, LayerCall
from kerlint.rules.base import Finding, Note, Rule, View

PASSING = frozenset(
    {
        "Activation",
        "BatchNormalization",
        "Dense",
        "Dropout",
        "ELU",
        "GaussianDropout",
        "GaussianNoise",
        "LayerNormalization",
        "LeakyReLU",
        "Masking",
        "PReLU",
        "ReLU",
        "SpatialDropout1D",
    }
)
"""Layers after which the mask is still there."""

DROPPING = frozenset(
    {
        "AveragePooling1D",
        "Conv1D",
        "Conv1DTranspose",
        "Cropping1D",
        "DepthwiseConv1D",
        "EinsumDense",
        "Lambda",
        "MaxPooling1D",
        "Permute",
        "Reshape",
        "SeparableConv1D",
        "UpSampling1D",
        "ZeroPadding1D",
    }
)
"""Layers that do not support masks: Keras drops the mask there, with a warning."""

USING = RECURRENT | {"Bidirectional", "GlobalAveragePooling1D"}


class MaskDestroyed(Rule):
    """A mask is made, but a layer in between drops it, so padding is read as data.

    `mask_zero=True` and `Masking` mark the padding of sequences, and recurrent layers skip what is
    marked. Convolutions, poolings, `Reshape` and `Lambda` do not support masks: Keras warns that
    the mask is destroyed there, and the layers after it read the padding like any other step.

    Put the recurrent layer first, or pass the mask on yourself: `embedding.compute_mask(inputs)`
    gives it, and recurrent layers take `mask=`. If the padding does not matter, leave the mask out.

    Bad:
        model = keras.Sequential([keras.Input((80,)), layers.Embedding(1000, 16, mask_zero=True)])
        model.add(layers.Conv1D(32, 3, padding="same", activation="relu"))
        model.add(layers.LSTM(32))
        model.add(layers.Dense(1, activation="sigmoid"))
    Good:
        model = keras.Sequential([keras.Input((80,)), layers.Embedding(1000, 16, mask_zero=True)])
        model.add(layers.LSTM(32))
        model.add(layers.Dense(1, activation="sigmoid"))
    Tempting:
        # These layers pass the mask on.
        model = keras.Sequential([keras.Input((80,)), layers.Embedding(1000, 16, mask_zero=True)])
        model.add(layers.SpatialDropout1D(0.2))
        model.add(layers.Dense(16, activation="relu"))
        model.add(layers.LSTM(32))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say:
        "does not support masking and will therefore destroy the mask information",
        "was passed an input with a mask attached to it"

    When kerlint stays silent:
        - No layer after it would use the mask, as in `Embedding`, `Flatten`, `Dense`.
        - The layer that uses it is given `mask=`.
        - A layer of your own, a branch or a merge lies in between.
        - The code is meant for Keras 2.
    """

    code = "KER518"
    severity = Severity.WARNING
    required_bytes = (b"mask_zero", b"Masking")
    names = frozenset({"Embedding", "Masking"})
    untestable = (
        "Keras shows the warning itself, and the experiments feed sequences without padding"
    )

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if layer.custom or layer.partial or not view.target.is_keras_3:
            return
        if layer.kind == "Embedding":
            masks = layer.arg("mask_zero")
            if masks is None or masks.value is not True:
                return
        for apply in view.graph.layer_calls.get(layer.id, ()):
            found = _dropped(apply, view)
            if found is None:
                continue
            dropping, using = found
            yield Finding(
                dropping.origin.site,
                f"`{dropping.kind}` drops the mask, so `{using.kind}` reads the padding as data",
                label="does not support masks",
                help=f"put `{using.kind}` before `{dropping.kind}`, or pass it the mask: `mask=`",
                related=(
                    Note(layer.origin.site, "the mask is made here"),
                    Note(using.origin.site, "would use it"),
                ),
                origin=dropping.origin,
            )
            return


def _dropped(apply: LayerCall, view: View) -> tuple[Layer, Layer] | None:
    """The layer that drops the mask, and the one after it that would use it."""
    dropping: Layer | None = None
    for call in view.graph.straight(apply.outputs[0]):
        layer = view.layer(call)
        if layer.custom or layer.operation or layer.partial or "mask" in call.args:
            return None
        if layer.kind in USING:
            return (dropping, layer) if dropping is not None else None
        if layer.kind in DROPPING:
            if layer.kind == "Lambda" and ("mask" in layer.args or "output_mask" in layer.args):
                return None
            dropping = dropping or layer
        elif layer.kind not in PASSING and (dropping is None or layer.kind not in KINDS):
            return None
    return None
