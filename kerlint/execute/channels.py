"""A channels-first model with the channels last: TensorFlow has no other convolutions on a CPU.

The order of the axes of an image changes neither what a model can learn nor how: weights are drawn
independently, so that a Flatten may come in any order.
"""

from __future__ import annotations

from dataclasses import replace

from kerlint.execute.spec import CallSpec, InputSpec, LayerCall, LayerSpec, ModelSpec

FIRST, LAST = "channels_first", "channels_last"
MOVED = -1  # the axis of the channels, once they are last
NOTE = "channels last, as TensorFlow needs them on a CPU"
# What treats each number by itself, whatever its place is.
ELEMENTWISE = frozenset(
    {"Activation", "ReLU", "LeakyReLU", "ELU", "Dropout", "GaussianNoise", "GaussianDropout"}
    | {"Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Identity", "Rescaling"}
)
BY_AXIS = frozenset({"BatchNormalization", "Concatenate"})


class _Unmovable(Exception):
    """A layer whose meaning depends on the order of the axes in another way."""


def channels_last(spec: ModelSpec) -> ModelSpec:
    """The model with its channels last; as it is where they are, or where that cannot be told."""
    if not any(layer.arg("data_format") == FIRST for layer in spec.layers):
        return spec
    images = {given.name for given in spec.inputs if _is_image(given)}
    layers = spec.by_id()
    try:
        for call in spec.calls:
            if images.isdisjoint(call.inputs):
                continue
            layer = _moved(call, layers)
            layers[layer.id] = layer
            if not _flattens(layer):
                images.update(call.outputs)
    except _Unmovable:
        return spec
    if not images.isdisjoint(spec.outputs):
        return spec
    return replace(
        spec,
        layers=tuple(layers[layer.id] for layer in spec.layers),
        inputs=tuple(_turned(given) for given in spec.inputs),
        assumed=(*spec.assumed, NOTE),
    )


def _is_image(given: InputSpec) -> bool:
    return given.tokens is None and len(given.shape) > 1


def _turned(given: InputSpec) -> InputSpec:
    """The input with its first axis, the channels, as its last."""
    if not _is_image(given):
        return given
    return replace(given, shape=(*given.shape[1:], given.shape[0]))


def _moved(call: CallSpec, layers: dict[int, LayerSpec]) -> LayerSpec:
    """The layer that does the same to an image with its channels last."""
    layer = layers.get(call.layer)
    if not isinstance(call, LayerCall) or layer is None or layer.wrapped is not None or call.args:
        raise _Unmovable
    if layer.kind in ELEMENTWISE:
        return layer
    if layer.kind in BY_AXIS:
        if layer.arg("axis") not in (1, MOVED):
            raise _Unmovable
        return _with(layer, "axis", MOVED)
    if layer.kind == "Flatten":
        return _with(layer, "data_format", None)
    if layer.arg("data_format") not in (FIRST, LAST) or layer.arg("keepdims"):
        raise _Unmovable
    return _with(layer, "data_format", LAST)


def _with(layer: LayerSpec, name: str, value: int | str | None) -> LayerSpec:
    """The layer with another value for an argument, None for its default."""
    args = tuple((key, old) for key, old in layer.args if key != name)
    return replace(layer, args=args if value is None else (*args, (name, value)))


def _flattens(layer: LayerSpec) -> bool:
    return layer.kind == "Flatten" or layer.kind.startswith("Global")
