"""Output shapes of operations on symbolic tensors: ``keras.ops``, ``tf``, ``+``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from kerlint.program.model import Shape
from kerlint.program.shapes.arguments import Arguments, shape_of
from kerlint.program.shapes.merging import broadcast, concatenated
from kerlint.program.shapes.plain import reshaped
from kerlint.program.shapes.sizes import differ, nameless, product, text, times
from kerlint.program.values import Fact, Items, TensorRef, Unknown, Value

Operation: TypeAlias = "Callable[[Arguments, tuple[Shape | Unknown, ...]], Shape | Unknown]"
_Single: TypeAlias = "Callable[[Arguments, Shape], Shape | Unknown]"

_PLAIN = {"name", "dtype", "training", "data_format"}
"""Arguments that change no shape in any operation of this module."""

_REDUCING = """
    all amax amin any argmax argmin count_nonzero euclidean_norm logsumexp max mean median min prod
    std sum var variance
"""
_KEEPING = """
    argsort bias_add cast cumprod cumsum dropout flip identity l2_normalize log_softmax normalize
    ones_like reverse softmax sort stop_gradient zeros_like
"""
_ELEMENTWISE = """
    abs absolute acos add add_n and_ arccos arcsin arctan arctan2 asin atan atan2 ceil celu clip
    clip_by_value cos cosh div divide divide_no_nan elu eq equal erf exp expm1 floor floor_divide
    floordiv ge gelu greater greater_equal gt hard_sigmoid hard_silu hard_swish hard_tanh invert
    isfinite isinf isnan le leaky_relu less less_equal log log10 log1p log2 log_sigmoid logical_and
    logical_not logical_or logical_xor lt maximum minimum mish mod mul multiply nan_to_num ne neg
    negative not_equal or_ pow power reciprocal relu relu6 round rsqrt selu sigmoid sign silu sin
    sinh softplus softsign sqrt square squared_difference sub subtract swish tan tanh true_divide
    truediv xor
"""

_SCALARS = _PLAIN | {
    "alpha",
    "approximate",
    "beta",
    "clip_value_max",
    "clip_value_min",
    "epsilon",
    "max_value",
    "min_value",
    "negative_slope",
    "noise_shape",
    "rate",
    "seed",
    "threshold",
    "x_max",
    "x_min",
}


def operation_shape(
    name: str, inputs: tuple[Shape | Unknown, ...], args: Mapping[str, Fact]
) -> Shape | Unknown:
    """The shape that the operation of this dotted name makes of tensors of these shapes.

    ``args`` are by parameter name; those that hold the tensors themselves are passed over. An
    argument that this operation is not known to have makes the result unknown. Never raises.
    """
    kind = name.rpartition(".")[2]
    found = _OPERATIONS.get(kind)
    if found is None or not inputs or name == "tensorflow.linalg.normalize":  # gives the norm too
        return Unknown(f"the shape that {kind} gives is not known")
    understood, operation = found
    rest = {key: fact for key, fact in args.items() if not _tensors(fact.value)}
    strange = next((key for key in rest if understood is not None and key not in understood), None)
    if strange is not None:
        return Unknown(f"{kind}: {strange} is not understood")
    if kind in ("argmax", "argmin") and "axis" not in rest and not name.startswith("keras.ops."):
        return Unknown(f"{kind}: the axis is not known")
    return operation(Arguments(kind, rest), inputs)


def _tensors(value: Value) -> bool:
    if isinstance(value, Items):
        return bool(value.items) and all(isinstance(i.value, TensorRef) for i in value.items)
    return isinstance(value, TensorRef)


def _elementwise(args: Arguments, inputs: tuple[Shape | Unknown, ...]) -> Shape | Unknown:
    """Tensors and constants; a constant that is no number is an array of some shape."""
    shapes = list(inputs)
    for key, fact in args.args.items():
        if key in _SCALARS:
            continue
        shape = _constant(fact.value)
        if shape is None:
            return Unknown(f"{args.kind}: the shape of an operand is not known")
        shapes.append(shape)
    return broadcast(args.kind, shapes)


def _constant(value: Value) -> Shape | None:
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        return ()
    if isinstance(value, Items) and value.complete and value.kind != "set":
        if not value.items:
            return (0,)
        inner = _constant(value.items[0].value)
        return None if inner is None else (len(value.items), *inner)
    return None


def _first(operation: _Single) -> Operation:
    def shape_after(args: Arguments, inputs: tuple[Shape | Unknown, ...]) -> Shape | Unknown:
        if len(inputs) != 1:
            return Unknown(f"{args.kind} of {len(inputs)} tensors")
        shape = inputs[0]
        return nameless(shape) if isinstance(shape, Unknown) else operation(args, shape)

    return shape_after


def _unchanged(args: Arguments, shape: Shape) -> Shape | Unknown:
    return shape


def _axes(args: Arguments, rank: int, *names: str) -> list[int] | Unknown | None:
    """Axes counted from 0; None when all are meant."""
    axes = args.wholes("axis", None, *names)
    if axes is None or isinstance(axes, Unknown):
        return axes
    if any(not -rank <= axis < rank for axis in axes):
        return Unknown(f"{args.kind}: no axis {axes} in {rank} axes")
    return [axis % rank for axis in axes]


def _reduced(args: Arguments, shape: Shape) -> Shape | Unknown:
    axes = _axes(args, len(shape), "reduction_indices")
    keep = args.flag("keepdims", False, "keep_dims")
    if isinstance(axes, Unknown) or isinstance(keep, Unknown):
        return nameless(axes) if isinstance(axes, Unknown) else Unknown(f"{args.kind}: keepdims?")
    gone = range(len(shape)) if axes is None else axes
    if keep:
        return tuple(1 if i in gone else size for i, size in enumerate(shape))
    return tuple(size for i, size in enumerate(shape) if i not in gone)


def _expanded(args: Arguments, shape: Shape) -> Shape | Unknown:
    axis = args.whole("axis", -1 if "axis" in args.args else Unknown("the axis is missing"))
    if isinstance(axis, Unknown):
        return nameless(axis)
    if not -len(shape) - 1 <= axis <= len(shape):
        return Unknown(f"{args.kind}: no axis {axis} beside {text(shape)}")
    at = axis % (len(shape) + 1)
    return (*shape[:at], 1, *shape[at:])


def _squeezed(args: Arguments, shape: Shape) -> Shape | Unknown:
    axes = _axes(args, len(shape), "squeeze_dims")
    if isinstance(axes, Unknown):
        return nameless(axes)
    if axes is None:
        if any(isinstance(size, Unknown) for size in shape):
            return Unknown(f"{args.kind}: which sizes are 1 is not known")
        return tuple(size for size in shape if size != 1)
    if any(differ(shape[axis], 1) for axis in axes):
        return Unknown(f"{args.kind}: an axis of {text(shape)} that is not 1")
    return tuple(size for i, size in enumerate(shape) if i not in axes)


def _transposed(args: Arguments, shape: Shape) -> Shape | Unknown:
    order = args.wholes("axes", None, "perm", "pattern")
    if isinstance(order, Unknown):
        return nameless(order)
    if order is None:
        return shape[::-1]
    if sorted(order) != list(range(len(shape))):
        return Unknown(f"{args.kind}: {order} is no order of {len(shape)} axes")
    return tuple(shape[axis] for axis in order)


def _swapped(args: Arguments, shape: Shape) -> Shape | Unknown:
    one, two = args.whole("axis1"), args.whole("axis2")
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return Unknown(f"{args.kind}: an axis is not known")
    if not (-len(shape) <= one < len(shape) and -len(shape) <= two < len(shape)):
        return Unknown(f"{args.kind}: no such axis in {text(shape)}")
    result = list(shape)
    result[one], result[two] = result[two], result[one]
    return tuple(result)


def _reshape(args: Arguments, shape: Shape) -> Shape | Unknown:
    target = shape_of(args.value("newshape", Unknown("the shape is missing"), "shape"), "newshape")
    return nameless(target) if isinstance(target, Unknown) else reshaped(args.kind, shape, target)


def _flat(args: Arguments, shape: Shape) -> Shape | Unknown:
    return (product(shape),)


def _batch_flat(args: Arguments, shape: Shape) -> Shape | Unknown:
    return (shape[0], product(shape[1:])) if shape else Unknown(f"{args.kind} of a number")


def _one_hot(args: Arguments, shape: Shape) -> Shape | Unknown:
    axis = args.whole("axis", -1)
    if axis != -1:
        return Unknown(f"{args.kind}: only the last axis is understood")
    return (*shape, args.size("num_classes", Unknown("the classes are missing"), "depth"))


def _tiled(args: Arguments, shape: Shape) -> Shape | Unknown:
    value = args.value("repeats", Unknown("the repeats are missing"), "multiples", "n")
    if not isinstance(value, Items) or not value.complete or len(value.items) != len(shape):
        return Unknown(f"{args.kind}: not one repeat for each axis of {text(shape)}")
    repeats = args.as_sizes("repeats", value, len(shape))
    return tuple(times(size, by) for size, by in zip(shape, repeats, strict=True))


def _repeated(args: Arguments, shape: Shape) -> Shape | Unknown:
    axis = args.value("axis", None)
    number = Fact(axis).integer()
    if number is None or not -len(shape) <= number < len(shape):
        return Unknown(f"{args.kind}: the axis is not known")
    by = args.size("repeats", Unknown("the repeats are missing"), "rep")
    result = list(shape)
    result[number] = times(result[number], by)
    return tuple(result)


def _resized(args: Arguments, shape: Shape) -> Shape | Unknown:
    if len(shape) not in (3, 4):
        return Unknown(f"{args.kind} needs 3 or 4 axes, got {len(shape)}")
    return (*shape[:-3], *args.sizes("size", 2), shape[-1])


def _concatenated(args: Arguments, inputs: tuple[Shape | Unknown, ...]) -> Shape | Unknown:
    default = Unknown("the axis is missing")
    ways: Value = default if args.kind == "concat" else -1 if args.kind == "concatenate" else 0
    return concatenated(args.kind, args.whole("axis", ways), inputs)


def _stacked(args: Arguments, inputs: tuple[Shape | Unknown, ...]) -> Shape | Unknown:
    known = next((shape for shape in inputs if isinstance(shape, tuple)), None)
    if known is None:
        return nameless(inputs[0]) if isinstance(inputs[0], Unknown) else inputs[0]
    axis = args.whole("axis", 0)
    if isinstance(axis, Unknown) or not -len(known) - 1 <= axis <= len(known):
        return Unknown(f"{args.kind}: the axis is not known")
    at = axis % (len(known) + 1)
    widened = [s if isinstance(s, Unknown) else (*s[:at], 1, *s[at:]) for s in inputs]
    joined = concatenated(args.kind, at, [s for s in widened if isinstance(s, tuple)])
    if isinstance(joined, Unknown):
        return joined
    return (*joined[:at], len(inputs), *joined[at + 1 :])


def _multiplied(args: Arguments, inputs: tuple[Shape | Unknown, ...]) -> Shape | Unknown:
    if len(inputs) != 2:
        return Unknown(f"{args.kind} with something that is no symbolic tensor")
    one, two = inputs
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return Unknown(f"{args.kind}: the shape of an operand is not known")
    for name, which in (("transpose_a", 0), ("transpose_b", 1)):
        turned = args.flag(name, False)
        if isinstance(turned, Unknown):
            return nameless(turned)
        if turned and which == 0:
            one = (*one[:-2], *one[:-3:-1])
        elif turned:
            two = (*two[:-2], *two[:-3:-1])
    if len(one) < 2 or len(two) < 2:
        return Unknown(f"{args.kind} of {text(one)} and {text(two)}")
    if differ(one[-1], two[-2]):
        return Unknown(f"{args.kind}: {text(one)} and {text(two)} do not go together")
    outer = broadcast(args.kind, (one[:-2], two[:-2]))
    return outer if isinstance(outer, Unknown) else (*outer, one[-2], two[-1])


_REDUCED = _PLAIN | {"axis", "keepdims", "keep_dims", "reduction_indices"}
_OPERATIONS: dict[str, tuple[set[str] | None, Operation]] = {
    "expand_dims": (_PLAIN | {"axis"}, _first(_expanded)),
    "squeeze": (_PLAIN | {"axis", "squeeze_dims"}, _first(_squeezed)),
    "transpose": (_PLAIN | {"axes", "perm", "conjugate"}, _first(_transposed)),
    "permute_dimensions": (_PLAIN | {"pattern"}, _first(_transposed)),
    "swapaxes": (_PLAIN | {"axis1", "axis2"}, _first(_swapped)),
    "reshape": (_PLAIN | {"newshape", "shape"}, _first(_reshape)),
    "flatten": (_PLAIN, _first(_flat)),
    "ravel": (_PLAIN, _first(_flat)),
    "batch_flatten": (_PLAIN, _first(_batch_flat)),
    "one_hot": (
        _PLAIN | {"num_classes", "depth", "axis", "on_value", "off_value", "sparse"},
        _first(_one_hot),
    ),
    "tile": (_PLAIN | {"repeats", "multiples", "n"}, _first(_tiled)),
    "repeat": (_PLAIN | {"repeats", "axis"}, _first(_repeated)),
    "repeat_elements": (_PLAIN | {"rep", "axis"}, _first(_repeated)),
    "resize": (
        {"size", "method", "interpolation", "antialias", "name"},
        _first(_resized),
    ),
    "concat": (_PLAIN | {"axis"}, _concatenated),
    "concatenate": (_PLAIN | {"axis"}, _concatenated),
    "stack": (_PLAIN | {"axis"}, _stacked),
    "matmul": (_PLAIN | {"transpose_a", "transpose_b"}, _multiplied),
}
for _name in _REDUCING.split():
    _OPERATIONS[_name] = _OPERATIONS[f"reduce_{_name}"] = (_REDUCED, _first(_reduced))
for _name in _KEEPING.split():
    _OPERATIONS[_name] = (_SCALARS | {"axis", "axes", "direction", "exclusive"}, _first(_unchanged))
for _name in _ELEMENTWISE.split():
    _OPERATIONS[_name] = (None, _elementwise)
OPERATIONS = tuple(sorted(_OPERATIONS))
"""All operations, by the last word of their names, whose shapes are known."""
