"""The input shape that a layer states by its own arguments."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kerlint.program.layers import where
from kerlint.program.model import Layer, Shape
from kerlint.program.shapes.arguments import Arguments, shape_of
from kerlint.program.values import Fact, Unknown, Value

NAMES = (
    "input_shape",
    "batch_input_shape",
    "batch_shape",
    "shape",
    "input_dim",
    "input_length",
)

# ``input_dim`` of these is the size of each step, also without ``input_length``.
_OF_SEQUENCES = where(lambda kind: kind.recurrent and kind.rank == 1)


def input_shape(
    args: Mapping[str, Fact], *, shape_names: Collection[str] = NAMES
) -> Shape | Unknown | None:
    """The shape, batch axis first, that the arguments state; None when they state none.

    ``shape_names`` leaves out names that mean something else in this layer: ``input_dim`` of an
    ``Embedding`` is its vocabulary. ``input_length`` with ``input_dim`` is a sequence of vectors,
    alone it is a sequence of numbers.
    """

    def stated(name: str) -> Value:
        fact = args.get(name) if name in shape_names else None
        return None if fact is None else fact.value

    for name in ("batch_input_shape", "batch_shape"):
        value = stated(name)
        if value is not None:
            return shape_of(value, name)
    batch = _batch(args)
    for name in ("input_shape", "shape"):
        value = stated(name)
        if value is not None:
            shape = shape_of(value, name)
            return shape if isinstance(shape, Unknown) else (batch, *shape)
    dim, length = stated("input_dim"), stated("input_length")
    if dim is None and length is None:
        return None
    sizes: Shape = ()
    for name, value in (("input_length", length), ("input_dim", dim)):
        if value is not None:
            shape = shape_of(value, name)
            if isinstance(shape, Unknown):
                # the axis is there whatever its size
                shape = (shape,)
            sizes += shape
    return (batch, *sizes)


def layer_input_shape(layer: Layer) -> Shape | Unknown | None:
    """``input_shape`` with the names that this layer gives the meaning of a shape."""
    names = set(NAMES) - ({"input_dim"} if layer.kind.endswith("Embedding") else set())
    if layer.kind not in ("Input", "InputLayer"):
        names -= {"shape"}
    shape = input_shape(layer.args, shape_names=names)
    walks = layer.kind in _OF_SEQUENCES
    if walks and "input_dim" in layer.args and isinstance(shape, tuple) and len(shape) == 2:
        return (shape[0], None, shape[1])
    return shape


def _batch(args: Mapping[str, Fact]) -> int | Unknown | None:
    value = Arguments("Input", args).value("batch_size", None)
    if value is None:
        return None
    return Arguments("Input", args).as_size("batch_size", value)
