"""Images whose channels come first, although the layers take them last."""

from __future__ import annotations

from kerlint.program.images import looks_channels_first
from kerlint.program.layers import KINDS, where
from kerlint.program.model import Layer, LayerCall, Model, Shape
from kerlint.program.values import Fact, Items, Unknown
from kerlint.rules.base import View

_ON_IMAGES = where(lambda kind: kind.rank == 2 and kind.weighted and not kind.recurrent)
_WINDOWS = where(lambda kind: kind.rank == 2 and not kind.recurrent)
# What images pass on their way to the first convolution.
_BEFORE = where(lambda kind: kind.shape == "unchanged") | where(
    lambda kind: kind.shape == "zero padding" and kind.rank == 2
)
"""The fewest rows and columns of an image; anything smaller is a series or a spectrum."""


def channels_first(tensor: int, view: View) -> LayerCall | None:
    """The layer that takes the channels of an input for its rows, and its columns for channels."""
    shape = view.program.tensors[tensor].shape
    if isinstance(shape, Unknown) or not looks_channels_first(shape):
        return None
    for call in view.graph.forward(tensor, through=lambda call: _keeps(call, view)):
        layer = view.layer(call)
        if layer.model is not None and not _keeps(call, view):
            taken = _input_of(view.program.models[layer.model], view)
            if isinstance(taken, tuple) and len(taken) == 4:
                return call if taken[-1] == shape[1] and taken[1] != shape[1] else None
        if layer.custom or layer.operation or layer.model is not None:
            continue
        if layer.kind in _WINDOWS and layer.kind not in _BEFORE:
            return call if _takes_rows(layer, shape) else None
        if layer.type.startswith("keras.applications."):
            return call
    return None


def _input_of(model: Model, view: View) -> Shape | Unknown | None:
    """The shape that a model takes which has a single input."""
    return view.program.tensors[model.inputs[0]].shape if len(model.inputs) == 1 else None


def _keeps(call: LayerCall, view: View) -> bool:
    """Whether a call leaves the order of the axes: a layer, an operation or a model of layers."""
    if len(call.inputs) != 1:
        return False
    layer = view.layer(call)
    if layer.operation:
        shapes = (view.program.tensors[t].shape for t in (call.inputs[0], call.outputs[0]))
        return len({shape if isinstance(shape, tuple) else None for shape in shapes}) == 1
    if layer.model is None:
        return layer.kind in _BEFORE
    inner = view.program.models[layer.model]
    if inner.gaps or inner.kind != "sequential":
        return False
    return all(view.layer(view.program.layer_calls[i]).kind in _BEFORE for i in inner.graph)


def _takes_rows(layer: Layer, shape: Shape) -> bool:
    """Whether a layer is not set to take channels first, nor made for one to three rows."""
    record = KINDS[layer.kind]
    layout = layer.arg("data_format")
    if layer.partial or (layout is not None and layout.value not in (None, "channels_last")):
        return False
    if layer.kind not in _ON_IMAGES:
        return True
    size = layer.arg("kernel_size")
    if record.shape not in ("convolution", "depthwise") or size is None:
        return False
    sides = size.value
    if isinstance(sides, Items):
        if not sides.complete or len(sides.items) != 2:
            return False
        rows, columns = (item.integer() for item in sides.items)
    else:
        rows = columns = Fact(sides).integer()
    if rows is None or columns is None:
        return False
    # A kernel of one row is made for rows that are series; one as high as wide is for images.
    return rows == columns
