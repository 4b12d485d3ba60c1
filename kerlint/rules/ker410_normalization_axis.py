"""KER410: batch normalization over another axis than the channels of a convolution."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, DropArg
from kerlint.program.claims import CHANNEL_STATISTICS
from kerlint.program.graph import one_input
from kerlint.program.layers import KINDS, ONLY_ACTIVATION, PASSTHROUGH, where
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Note, Rule, View

_GRIDS = where(
    lambda kind: (
        kind.rank in (1, 2, 3) and kind.default_activation is not None and not kind.recurrent
    )
)
_POOLING = where(lambda kind: kind.shape in ("pooling", "zero padding", "up-sampling"))
_PASSED = (
    (PASSTHROUGH - where(lambda kind: kind.rearranges or kind.shape == "input"))
    | ONLY_ACTIVATION
    | _POOLING
    | {"BatchNormalization", "PReLU"}
)


class NormalizationAxis(Rule):
    """`BatchNormalization(axis=1)` after a convolution normalizes rows instead of channels.

    `axis` is the axis of the features. The output of a convolution has the shape
    `(batch, rows, columns, channels)`, so its features are on the last axis, the default. With
    `axis=1` each row of the image gets its own mean and variance, and all channels share them:
    channels stayed at standard deviations between 0.03 and 1.7 instead of 1.

    `axis=1` is right for images with `data_format="channels_first"`.

    Bad:
        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(16, 3)])
        model.add(layers.BatchNormalization(axis=1))
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
    Good:
        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(16, 3)])
        model.add(layers.BatchNormalization())
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
    Tempting:
        model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(16, 3)])
        model.add(layers.BatchNormalization(axis=3))  # the channels
        model.add(layers.ReLU())
        model.add(layers.Flatten())
        model.add(layers.Dense(32, activation="relu"))
        model.add(layers.BatchNormalization(axis=1))  # after Dense, the only axis there is
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say: "BatchNormalization axis=1 or -1", "number of parameters of BatchNormalization",
    "batch normalization makes accuracy worse".

    When kerlint stays silent:
        - The layers have `data_format="channels_first"`, or the program asks for the data format
          that Keras uses.
        - The input is an image with its channels first (KER506 is about those).
        - The layer before it is not a convolution.
    """

    code = "KER410"
    severity = Severity.WARNING
    required_bytes = (b"axis",)
    names = frozenset({"BatchNormalization"})
    experiments = (CHANNEL_STATISTICS,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        axis = layer.arg("axis")
        number = axis.integer() if axis is not None else None
        if axis is None or number in (None, -1) or view.asks_for_layout:
            return
        assert number is not None
        for apply in view.graph.layer_calls.get(layer.id, ()):
            shape = view.program.tensors[apply.inputs[0]].shape if apply.inputs else ()
            if not isinstance(shape, Unknown) and shape and number % len(shape) == len(shape) - 1:
                continue
            before = _convolution(apply, view)
            if before is None:
                continue
            convolution = view.graph.inner_layer(before)
            rank = (KINDS[convolution.kind].rank or 0) + 2
            if not 0 < number % rank < rank - 1 or _is_channels_first(before, view):
                continue
            names = {3: "steps", 4: "rows or columns", 5: "planes"}
            part = "rows" if (rank, number % rank) == (4, 1) else names[rank]
            yield Finding(
                layer.origin.site,
                f"`axis={number}` normalizes the {part} instead of the channels of "
                f"`{convolution.kind}`",
                label="the channels are on the last axis",
                help=f"remove `axis={number}`",
                related=(Note(convolution.origin.site, "its channels come last"),),
                origin=layer.origin,
                claim=view.claim(layer),
                repair=repair(layer, view),
            )
            return


def _convolution(apply: LayerCall, view: View) -> LayerCall | None:
    """The convolution whose channels a layer gets, which has them on the last axis."""

    def passes(call: LayerCall) -> bool:
        layer = view.graph.inner_layer(call)
        return one_input(call) and layer.kind in _PASSED and not layer.custom

    if len(apply.inputs) != 1:
        return None
    for call in view.graph.back(apply.inputs[0], through=passes, into_models=True):
        if passes(call):
            continue
        layer = view.graph.inner_layer(call)
        if layer.kind not in _GRIDS or layer.custom or layer.partial or layer.operation:
            return None
        layout = layer.arg("data_format")
        if layout is not None and layout.value not in (None, "channels_last", "tf"):
            return None
        return call
    return None


def _is_channels_first(apply: LayerCall, view: View) -> bool:
    """Whether what a convolution is made of is an image with its channels first."""
    return not view.made_of_channels_first.isdisjoint(apply.inputs)


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """The default axis, the last one; nothing without an axis, or not after a convolution."""
    calls = view.graph.layer_calls.get(layer.id, ())
    if layer.kind != "BatchNormalization" or layer.arg("axis") is None:
        return ()
    if all(_convolution(apply, view) is None for apply in calls):
        return ()
    return (DropArg(layer.id, "axis"),)
