"""How many parameters layers have, worked out from arguments and input shapes without Keras."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from kerlint.program.layers import KINDS
from kerlint.program.model import Layer, Model, Program, Shape
from kerlint.program.values import Items, Unknown

_DEEPEST = 8
"""Wrappers and models inside each other; more could be a circle."""


class Parameters:
    """The numbers of parameters of the layers of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._first: dict[int, tuple[Shape | Unknown, ...]] | None = None

    def of(self, layer: Layer) -> int | None:
        """How many numbers the weights of a layer have; None when that is not known.

        Weights that are not trained count, as in ``Layer.count_params``.
        """
        try:
            return self._of(layer, self._inputs.get(layer.id, ()), 0)
        except _NotKnown:
            return None

    def of_model(self, model: Model) -> int | None:
        """How many parameters a model has; None when that is not known."""
        try:
            return self._of_model(model.id, 0)
        except _NotKnown:
            return None

    @property
    def _inputs(self) -> Mapping[int, tuple[Shape | Unknown, ...]]:
        """The shapes that each layer was built with: those of its first call."""
        if self._first is None:
            self._first = {}
            for call in self._program.layer_calls:
                shapes = tuple(self._program.tensors[tensor].shape for tensor in call.inputs)
                self._first.setdefault(call.layer, shapes)
        return self._first

    def _of(self, layer: Layer, inputs: tuple[Shape | Unknown, ...], depth: int) -> int:
        kind = layer.kind
        if layer.operation:
            return 0
        if layer.model is not None and depth < _DEEPEST:
            return self._of_model(layer.model, depth)
        known = KINDS.get(kind)
        if layer.custom or known is None or not layer.type.startswith("keras.layers."):
            raise _NotKnown
        if known.wraps:
            return self._of_wrapper(layer, inputs, depth)
        if not known.weighted:
            return 0
        if layer.partial or kind not in _COUNTED:
            raise _NotKnown
        return _COUNTED[kind](_Asked(layer, inputs))

    def _of_wrapper(self, layer: Layer, inputs: tuple[Shape | Unknown, ...], depth: int) -> int:
        if layer.wrapped is None or layer.partial or depth >= _DEEPEST:
            raise _NotKnown
        inner = self._program.layers[layer.wrapped]
        if layer.kind == "Bidirectional" and layer.arg("backward_layer") is None:
            return 2 * self._of(inner, inputs, depth + 1)
        if layer.kind == "TimeDistributed":
            each = tuple(
                shape if isinstance(shape, Unknown) else (*shape[:1], *shape[2:])
                for shape in inputs
            )
            return self._of(inner, each, depth + 1)
        raise _NotKnown

    def _of_model(self, index: int, depth: int) -> int:
        model = self._program.models[index]
        if model.gaps or model.kind not in ("sequential", "functional"):
            raise _NotKnown
        layers = dict.fromkeys(self._program.layer_calls[call].layer for call in model.graph)
        return sum(
            self._of(self._program.layers[each], self._inputs.get(each, ()), depth + 1)
            for each in layers
        )


class _NotKnown(Exception):
    """Something that the number depends on is not known."""


class _Asked:
    """The arguments and input shapes of a layer; raises ``_NotKnown`` for what is not known."""

    def __init__(self, layer: Layer, inputs: Sequence[Shape | Unknown]) -> None:
        self._layer = layer
        self._inputs = inputs

    def number(self, name: str, default: int | None = None) -> int:
        fact = self._layer.arg(name)
        found = default if fact is None or fact.value is None else fact.integer()
        if found is None:
            raise _NotKnown
        return found

    def flag(self, name: str, default: bool = True) -> bool:
        fact = self._layer.arg(name)
        if fact is None:
            return default
        if not isinstance(fact.value, bool):
            raise _NotKnown
        return fact.value

    def given(self, name: str) -> bool:
        fact = self._layer.arg(name)
        return fact is not None and fact.value is not None

    def sizes(self, name: str, count: int) -> list[int]:
        """An argument that is one number for all axes, or one for each."""
        fact = self._layer.arg(name)
        if fact is None:
            raise _NotKnown
        if not isinstance(fact.value, Items):
            return [self.number(name)] * count
        found = [item.integer() for item in fact.value.items]
        if None in found or (count and len(found) != count):
            raise _NotKnown
        return [size for size in found if size is not None]

    def axes(self, name: str, default: int) -> list[int]:
        fact = self._layer.arg(name)
        if fact is None:
            return [default]
        return self.sizes(name, 0) if isinstance(fact.value, Items) else [self.number(name)]

    def shape(self, index: int = 0) -> Shape:
        if index >= len(self._inputs):
            raise _NotKnown
        shape = self._inputs[index]
        if isinstance(shape, Unknown):
            raise _NotKnown
        return shape

    def size(self, axis: int, index: int = 0) -> int:
        shape = self.shape(index)
        if not -len(shape) <= axis < len(shape):
            raise _NotKnown
        size = shape[axis]
        if not isinstance(size, int):
            raise _NotKnown
        return size

    def channels(self, first: int = 1) -> int:
        """The size of the axis of the channels; ``first`` is that axis where they come first."""
        fact = self._layer.arg("data_format")
        if fact is None or fact.value is None or fact.value == "channels_last":
            return self.size(-1)
        if fact.value == "channels_first":
            return self.size(first)
        raise _NotKnown

    @property
    def inputs(self) -> int:
        return len(self._inputs)

    @property
    def rank(self) -> int:
        return KINDS[self._layer.kind].rank or 0


def _dense(asked: _Asked) -> int:
    units = asked.number("units")
    return units * (asked.size(-1) + asked.flag("use_bias"))


def _convolution(asked: _Asked) -> int:
    window = math.prod(asked.sizes("kernel_size", asked.rank))
    filters = asked.number("filters")
    groups = asked.number("groups", 1)
    if groups < 1:
        raise _NotKnown
    return filters * (window * (asked.channels() // groups) + asked.flag("use_bias"))


def _separable(asked: _Asked) -> int:
    window = math.prod(asked.sizes("kernel_size", asked.rank))
    between = asked.channels() * asked.number("depth_multiplier", 1)
    return between * window + asked.number("filters") * (between + asked.flag("use_bias"))


def _depthwise(asked: _Asked) -> int:
    window = math.prod(asked.sizes("kernel_size", asked.rank))
    return (
        asked.channels() * asked.number("depth_multiplier", 1) * (window + asked.flag("use_bias"))
    )


def _convolutional_recurrent(asked: _Asked) -> int:
    window = math.prod(asked.sizes("kernel_size", asked.rank - 1))
    filters = asked.number("filters")
    seen = window * (asked.channels(first=2) + filters)
    return 4 * filters * (seen + asked.flag("use_bias"))


def _recurrent(gates: int) -> Callable[[_Asked], int]:
    def counted(asked: _Asked) -> int:
        units = asked.number("units")
        biases = int(asked.flag("use_bias"))
        if gates == 3 and asked.flag("reset_after"):
            biases *= 2
        return gates * units * (asked.size(-1) + units + biases)

    return counted


def _embedding(asked: _Asked) -> int:
    if asked.given("lora_rank"):
        raise _NotKnown
    return asked.number("input_dim") * asked.number("output_dim")


def _batch_normalization(asked: _Asked) -> int:
    sizes = asked.size(asked.number("axis", -1))
    return sizes * (2 + asked.flag("scale") + asked.flag("center"))


def _layer_normalization(asked: _Asked) -> int:
    sizes = math.prod(asked.size(axis) for axis in asked.axes("axis", -1))
    if asked.given("rms_scaling"):
        raise _NotKnown
    return sizes * (asked.flag("scale") + asked.flag("center"))


def _group_normalization(asked: _Asked) -> int:
    return asked.size(asked.number("axis", -1)) * (asked.flag("scale") + asked.flag("center"))


def _rms_normalization(asked: _Asked) -> int:
    return math.prod(asked.size(axis) for axis in asked.axes("axis", -1))


def _prelu(asked: _Asked) -> int:
    shared = asked.axes("shared_axes", 0) if asked.given("shared_axes") else []
    return math.prod(asked.size(i) for i in range(1, len(asked.shape())) if i not in shared)


def _heads(asked: _Asked) -> int:
    if asked.given("output_shape"):
        raise _NotKnown
    heads, keys = asked.number("num_heads"), asked.number("key_dim")
    values, bias = asked.number("value_dim", keys), asked.flag("use_bias")
    query, value = asked.size(-1), asked.size(-1, 1)
    key = asked.size(-1, 2) if asked.inputs > 2 else value
    projected = heads * keys * (query + key + 2 * bias) + heads * values * (value + bias)
    return projected + query * (heads * values + bias)


_COUNTED: Mapping[str, Callable[[_Asked], int]] = {
    "Dense": _dense,
    **{f"Conv{rank}D": _convolution for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": _convolution for rank in (1, 2, 3)},
    **{f"SeparableConv{rank}D": _separable for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": _depthwise for rank in (1, 2)},
    **{f"ConvLSTM{rank}D": _convolutional_recurrent for rank in (1, 2, 3)},
    "SimpleRNN": _recurrent(1),
    "GRU": _recurrent(3),
    "LSTM": _recurrent(4),
    "Embedding": _embedding,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "GroupNormalization": _group_normalization,
    "RMSNormalization": _rms_normalization,
    "PReLU": _prelu,
    "MultiHeadAttention": _heads,
}
