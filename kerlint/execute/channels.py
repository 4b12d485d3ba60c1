"""Images with their channels first, as a CPU can take them: transposed around each convolution."""

from __future__ import annotations

from kerlint.execute.spec import CallSpec, LayerCall, LayerSpec, ModelSpec, Several
from kerlint.lazy_dataclass import replace

# What TensorFlow computes on a GPU only; other layers take the channels first on a CPU too.
AXES = {
    "Conv1D": 1,
    "Conv1DTranspose": 1,
    "Conv2D": 2,
    "Conv2DTranspose": 2,
    "Conv3DTranspose": 3,
}
_MADE = 1_000_000  # from here on are the ids of the layers that are put in, as in no program


def transposed(spec: ModelSpec) -> ModelSpec:
    """The same model, in which no convolution gets its channels first."""
    moved = {
        layer.id: AXES[layer.kind]
        for layer in spec.layers
        if layer.kind in AXES and layer.arg("data_format") == "channels_first"
    }
    called = [call for call in spec.calls if isinstance(call, LayerCall) and call.layer in moved]
    if not called:
        return spec
    layers: list[LayerSpec] = []
    for layer in spec.layers:
        if layer.id in {call.layer for call in called}:
            axes = moved[layer.id]
            last, first = (*range(2, axes + 2), 1), (axes + 1, *range(1, axes + 1))
            kept = {**dict(layer.args), "data_format": "channels_last"}
            layers.append(_permute(_MADE + 2 * layer.id, last))
            layers.append(replace(layer, args=tuple(kept.items())))
            layers.append(_permute(_MADE + 2 * layer.id + 1, first))
        else:
            layers.append(layer)
    calls: list[CallSpec] = []
    for call in spec.calls:
        if isinstance(call, LayerCall) and call.layer in moved:
            start, end = f"{call.outputs[0]}_last", f"{call.outputs[0]}_made"
            before, after = _MADE + 2 * call.layer, _MADE + 2 * call.layer + 1
            calls.append(LayerCall(before, call.inputs, (start,)))
            calls.append(replace(call, inputs=(start,), outputs=(end,)))
            calls.append(LayerCall(after, (end,), call.outputs))
        else:
            calls.append(call)
    return replace(spec, layers=tuple(layers), calls=tuple(calls))


def _permute(key: int, axes: tuple[int, ...]) -> LayerSpec:
    return LayerSpec(key, "keras.layers.Permute", (("dims", Several(axes, is_tuple=True)),))
