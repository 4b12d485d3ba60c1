"""A model with averages in place of maxima: the gradient of a maximum is full of holes."""

from __future__ import annotations

from kerlint.execute.spec import LayerSpec, ModelSpec
from kerlint.lazy_dataclass import replace


def averaging(spec: ModelSpec) -> ModelSpec:
    """The model with each maximum over a window, or over everything, as an average."""
    return replace(spec, layers=tuple(map(_averaging, spec.layers)))


def _averaging(layer: LayerSpec) -> LayerSpec:
    if not layer.kind.startswith(("MaxPool", "GlobalMaxPool")):
        return layer
    args = layer.args
    if not layer.kind.startswith("Global") and layer.arg("pool_size") is None:
        args = (*args, ("pool_size", 2))  # an average has no default
    return replace(layer, type=layer.type.replace("MaxPool", "AveragePool"), args=args)
