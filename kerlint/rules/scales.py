"""How large the values in a fresh model are, layer by layer, as far as initializers say so."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kerlint.lazy_dataclass import dataclass
from kerlint.program.changes import Change, DropArg
from kerlint.program.heads import activation_of
from kerlint.program.layers import CONVOLUTIONS, KINDS, ONLY_ACTIVATION, where
from kerlint.program.model import Layer, LayerCall
from kerlint.program.weights import initial_spread, values_seen
from kerlint.rules.base import View
from kerlint.rules.ker202_zero_kernel_relu import weights_given

SCALED = CONVOLUTIONS | {"Dense"}
BOUNDED = frozenset({"sigmoid", "tanh", "softmax", "hard_sigmoid", "softsign"})
UNBOUNDED = frozenset({"linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus"})
_ANY_SCALE = where(lambda kind: kind.merges) | {"Lambda", "Rescaling"}
FEW_INPUTS = 16
"""Values of the data that count as independent: many may be zeros, as in one-hot data."""


@dataclass(frozen=True, slots=True)
class Step:
    """A layer with a kernel: its spread where it is stated, and its sums for inputs of scale 1.

    ``activation`` is what is applied to the sums, None when not known; ``last``: an output of a
    model.
    """

    layer: Layer
    spread: float | None
    gain: float
    activation: str | None
    last: bool


def steps_from(layer: Layer, view: View) -> list[Step]:
    """The layers with kernels from here on, up to a branch or a normalization.

    Empty where the layer states no spread, or where one before it in the same row does.
    """
    calls = view.graph.layer_calls.get(layer.id, ())
    if layer.kind not in SCALED or initial_spread(layer) is None or len(calls) != 1:
        return []
    call = calls[0]
    if view.graph.inner_layer(call) is not layer or weights_given(call, view):
        return []
    before = list(_kernels(view.graph.back(call.inputs[0]), view))
    if any(initial_spread(view.graph.inner_layer(each)) is not None for each in before):
        return []
    found = [_step(call, view, first=not before)]
    for each in _kernels(view.graph.straight(call.outputs[0]), view):
        found.append(_step(each, view))
    return found


def defaults(steps: list[Step]) -> tuple[Change, ...]:
    """The initializers that Keras has for these layers."""
    stated = [step.layer for step in steps if step.spread is not None]
    return tuple(DropArg(layer.id, "kernel_initializer") for layer in stated)


def _step(call: LayerCall, view: View, *, first: bool = False) -> Step:
    layer = view.graph.inner_layer(call)
    spread = initial_spread(layer)
    seen = values_seen(layer, view.program.tensors[call.inputs[0]].shape)
    gain = 1.0
    if spread is not None:
        if seen is None or first:
            seen = min(seen or 1, FEW_INPUTS)
        gain = spread * math.sqrt(seen)
    found = activation_of(layer, view.program)
    word = found.name if found is not None else None
    tensor = call.outputs[0]
    if word == "linear":
        after = view.graph.only_consumer(tensor)
        if after is not None and view.layer(after).kind in ONLY_ACTIVATION:
            applied = activation_of(view.layer(after), view.program)
            word, tensor = applied.name if applied is not None else None, after.outputs[0]
    return Step(layer, spread, gain, word, view.graph.is_end(tensor))


def _kernels(calls: Iterator[LayerCall], view: View) -> Iterator[LayerCall]:
    """The calls of layers with kernels in a row, up to something that sets the scale anew."""
    for call in calls:
        layer = view.graph.inner_layer(call)
        kind = KINDS.get(layer.kind)
        if layer.custom or layer.operation or kind is None or call.repeated:
            return
        if layer.kind in SCALED:
            yield call
        elif kind.normalizes or kind.weighted or kind.wraps or layer.kind in _ANY_SCALE:
            return
