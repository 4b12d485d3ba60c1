"""KER507: a stride that is larger than the window."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import UNREAD_PIXELS
from kerlint.program.layers import KINDS, where
from kerlint.program.model import Layer
from kerlint.program.values import Fact, Items, Unknown
from kerlint.rules.base import Finding, Rule, View

_WINDOWS = where(
    lambda kind: kind.shape in ("convolution", "depthwise", "pooling") and not kind.legacy
)


class StrideOverWindow(Rule):
    """A stride larger than the window skips parts of the input.

    A convolution or pooling moves its window by `strides`. If that is more than the size of the
    window, the pixels or steps between two positions are never read: a kernel of 3 with strides of
    5 reads 36 % of an image. What is in the other 64 % cannot influence the model.

    Use strides of at most the size of the window. To shrink an image further, use a second layer
    or a larger window.

    Bad:
        model = keras.Sequential(
            [
                keras.Input((32, 32, 3)),
                layers.Conv2D(16, 3, strides=5, activation="relu"),
                layers.Flatten(),
                layers.Dense(1),
            ]
        )
    Good:
        model = keras.Sequential(
            [
                keras.Input((32, 32, 3)),
                layers.Conv2D(16, 3, strides=2, activation="relu"),
                layers.Flatten(),
                layers.Dense(1),
            ]
        )
    Tempting:
        # Patches: the stride is the size of the window. And a shortcut as in ResNet.
        model = keras.Sequential(
            [
                keras.Input((32, 32, 3)),
                layers.Conv2D(16, 4, strides=4, activation="relu"),
                layers.Conv2D(32, 1, strides=2),
                layers.Flatten(),
                layers.Dense(1),
            ]
        )
        model.compile(optimizer="adam", loss="mse")

    People say:
        "output shape is smaller than expected", "low accuracy with large strides"

    When kerlint stays silent:
        - The window is a single pixel or step (1x1 with a stride of 2, as in ResNet).
        - The input is no larger than the window.
        - The size of the window or of the stride is not known.
    """

    code = "KER507"
    severity = Severity.WARNING
    required_bytes = (b"Conv", b"Pool")
    names = _WINDOWS
    experiments = (UNREAD_PIXELS,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        found = _skipping(layer, view)
        if found is None:
            return
        window, stride = found
        yield Finding(
            layer.origin.site,
            f"this `{layer.kind}` never reads parts of its input: its window is {window}, but it "
            f"moves in steps of {stride}",
            label=f"skips {stride - window} of every {stride} positions",
            help=f"use strides of at most {window}, or a larger window",
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """Strides no larger than the window; nothing for a window of one position."""
    if "strides" not in layer.args or layer.kind not in _WINDOWS or layer.custom:
        return ()
    windows = _windows(layer)
    smallest = min((side for side in windows if side is not None), default=1)
    return (SetArg(layer.id, "strides", smallest),) if smallest > 1 else ()


def _skipping(layer: Layer, view: View) -> tuple[int, int] | None:
    """The sides of the window and of the stride on the first axis where the latter is larger."""
    strides = layer.arg("strides")
    if strides is None or layer.kind not in _WINDOWS or layer.custom:
        return None
    rank = KINDS[layer.kind].rank or 0
    dilation = layer.arg("dilation_rate")
    if layer.partial or (dilation is not None and dilation.value != 1):
        return None
    windows = _windows(layer)
    steps = _sides(strides, rank, None)
    if len(windows) != rank or len(steps) != rank:
        return None
    given = _input_sides(layer, rank, view)
    for window, step, side in zip(windows, steps, given):
        if window is None or step is None or window < 2 or step <= window:
            continue
        if side is None or side >= window + step:
            return window, step
    return None


def _windows(layer: Layer) -> list[int | None]:
    """The sides of the window of a layer."""
    kind = KINDS[layer.kind]
    pools = kind.shape == "pooling"
    size = layer.arg("pool_size" if pools else "kernel_size")
    return _sides(size, kind.rank or 0, 2 if pools else None)


def _sides(fact: Fact | None, rank: int, default: int | None) -> list[int | None]:
    """The size along each axis, as Keras reads one number or one for each."""
    if fact is None:
        return [default] * rank
    if isinstance(fact.value, Items):
        return [item.integer() for item in fact.value.items] if fact.value.complete else []
    return [fact.integer()] * rank


def _input_sides(layer: Layer, rank: int, view: View) -> list[int | None]:
    """The sides of the input; None where one is not known."""
    nothing: list[int | None] = [None] * rank
    calls = view.graph.layer_calls.get(layer.id, ())
    if len(calls) != 1 or len(calls[0].inputs) != 1 or "data_format" in layer.args:
        return nothing
    shape = view.program.tensors[calls[0].inputs[0]].shape
    if isinstance(shape, Unknown) or len(shape) != rank + 2:
        return nothing
    return [side if isinstance(side, int) else None for side in shape[1:-1]]
