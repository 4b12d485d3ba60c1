"""Output shapes of what takes several tensors: merges, dot products, attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeAlias

from kerlint.program.layers import ShapeRule
from kerlint.program.model import Dim, Shape
from kerlint.program.shapes.arguments import Arguments
from kerlint.program.shapes.sizes import agreed, differ, nameless, plus, same, text
from kerlint.program.shapes.windows import needs
from kerlint.program.values import MERGE, Items, Refused, Unknown

Merger: TypeAlias = "Callable[[Arguments, Sequence[Shape | Unknown]], Shape | Unknown]"
"""Arguments and the shapes of all inputs to the shape of the output."""


def broadcast(
    kind: str, inputs: Sequence[Shape | Unknown], *, free: bool = False
) -> Shape | Unknown:
    """Join shapes as numpy does: aligned at the last axis, a size of 1 gives way.

    ``free``: a free size stays free, although another input shows what it must be.
    """
    if not inputs:
        return Unknown(f"{kind} without inputs")
    return reduce(lambda a, b: _broadcast_two(kind, a, b, free), inputs)


def _broadcast_two(
    kind: str, a: Shape | Unknown, b: Shape | Unknown, free: bool
) -> Shape | Unknown:
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        if a == () or b == ():
            return b if a == () else a
        unknown = a if isinstance(a, Unknown) else b
        assert isinstance(unknown, Unknown)
        return nameless(unknown)
    if len(a) < len(b):
        a, b = b, a
    joined: list[Dim] = list(a[: len(a) - len(b)])
    for left, right in zip(a[len(joined) :], b, strict=True):
        if differ(left, right) and left != 1 and right != 1:
            return _unjoinable(kind, f"{text(a)} and {text(b)} do not go together", (a, b))
        if free and None in (left, right) and 1 not in (left, right):
            joined.append(None)
            continue
        joined.append(_joined(left, right))
    return tuple(joined)


def _joined(a: Dim, b: Dim) -> Dim:
    if a == 1:
        return b
    if b == 1:
        return a
    if isinstance(a, int) or same(a, b):
        return a
    if isinstance(b, int):
        return b
    # neither is a number: either may be 1 and give way to the other
    if a is None or b is None:
        return None
    return Unknown(a.reason, a.site)


def _unjoinable(kind: str, wrong: str, inputs: Sequence[Shape | Unknown]) -> Refused:
    given = tuple(shape for shape in inputs if isinstance(shape, tuple))
    return Refused(f"{kind}: {wrong}", fault=MERGE, layer=kind, given=given)


def elementwise(args: Arguments, inputs: Sequence[Shape | Unknown]) -> Shape | Unknown:
    """Merge layers: like ``broadcast``, but the batch axes belong together whatever the ranks."""
    if not inputs:
        return Unknown(f"{args.kind} without inputs")
    if any(shape == () for shape in inputs):
        return broadcast(args.kind, inputs)
    batch: Dim = None
    inner: list[Shape | Unknown] = []
    for shape in inputs:
        if isinstance(shape, tuple):
            if differ(batch, shape[0]):
                return Unknown(f"{args.kind}: batches of {batch} and {shape[0]}")
            batch = agreed(batch, shape[0])
            inner.append(shape[1:])
        else:
            inner.append(shape)
    result = broadcast(args.kind, inner, free=True)
    return result if isinstance(result, Unknown) else (batch, *result)


def subtraction(args: Arguments, inputs: Sequence[Shape | Unknown]) -> Shape | Unknown:
    if len(inputs) != 2:
        return Unknown(f"{args.kind} needs 2 inputs, got {len(inputs)}")
    return elementwise(args, inputs)


def concatenation(args: Arguments, inputs: Sequence[Shape | Unknown]) -> Shape | Unknown:
    axis = args.whole("axis", -1, "concat_axis")
    return concatenated(args.kind, axis, inputs)


def concatenated(
    kind: str, axis: int | Unknown, inputs: Sequence[Shape | Unknown]
) -> Shape | Unknown:
    shapes = [shape for shape in inputs if isinstance(shape, tuple)]
    unknown = next((shape for shape in inputs if isinstance(shape, Unknown)), None)
    if not shapes:
        return nameless(unknown) if unknown else Unknown(f"{kind} without inputs")
    rank = len(shapes[0])
    if any(len(shape) != rank for shape in shapes):
        given = " and ".join(text(shape) for shape in shapes[:2])
        return _unjoinable(kind, f"{given} have not the same number of axes", shapes)
    if isinstance(axis, Unknown):
        return tuple(_common(sizes, nameless(axis)) for sizes in zip(*shapes, strict=True))
    if not -rank <= axis < rank:
        return _unjoinable(kind, f"no axis {axis} in {text(shapes[0])}", shapes)
    axis %= rank
    result: list[Dim] = []
    for i, sizes in enumerate(zip(*shapes, strict=True)):
        if i == axis:
            total: Dim = reduce(plus, sizes)
            result.append(nameless(unknown) if unknown else total)
            continue
        known = {size for size in sizes if isinstance(size, int)}
        if len(known) > 1:
            given = " and ".join(text(shape) for shape in shapes[:3])
            return _unjoinable(kind, f"{given} differ in axis {i}, not only in axis {axis}", shapes)
        # Keras states the size of the first input, also where it is free and another is not.
        result.append(None if sizes[0] is None else reduce(agreed, sizes))
    return tuple(result)


def _common(sizes: tuple[Dim, ...], unknown: Unknown) -> Dim:
    """A size along an axis of which one does not know whether it is the joined one."""
    if len(sizes) == 1 or sizes[0] is None:
        return sizes[0]
    return unknown


def dot(args: Arguments, inputs: Sequence[Shape | Unknown]) -> Shape | Unknown:
    if len(inputs) != 2:
        return Unknown(f"{args.kind} needs 2 inputs, got {len(inputs)}")
    axes = args.wholes("axes")
    one, two = inputs
    if isinstance(one, Unknown):
        return nameless(one)
    if isinstance(two, Unknown):
        return nameless(two)
    if axes is None or isinstance(axes, Unknown) or len(axes) not in (1, 2):
        return Unknown(f"{args.kind}: axes is not known")
    first, second = axes[0], axes[-1]
    if not (-len(one) <= first < len(one) and -len(two) <= second < len(two)) or not two:
        return Unknown(f"{args.kind}: no axes {first} and {second} in {text(one)} and {text(two)}")
    first, second = first % len(one), second % len(two)
    if differ(one[first], two[second]):
        wrong = f"{one[first]} and {two[second]} are not the same size"
        return _unjoinable(args.kind, wrong, inputs)
    left = [size for i, size in enumerate(one) if i != first]
    right = [size for i, size in enumerate(two) if i != second][1:]
    result = [*left, *right]
    return tuple(result if len(result) != 1 else [*result, 1])


def attention(args: Arguments, inputs: Sequence[Shape | Unknown]) -> Shape | Unknown:
    """Query, value and perhaps key: the axes of the query, the features of the value."""
    if len(inputs) not in (2, 3):
        return Unknown(f"{args.kind} needs 2 or 3 inputs, got {len(inputs)}")
    query, value = inputs[:2]
    if isinstance(query, Unknown):
        return query
    if len(query) < 2 or (isinstance(value, tuple) and len(value) < 2):
        return needs(args, 3, query)
    features = value[-1] if isinstance(value, tuple) else nameless(value)
    return (*query[:-1], features)


def attention_scores(query: Shape | Unknown, key: Shape | Unknown, heads: Dim) -> Shape | Unknown:
    """One score per place of the query and of the key, per head when there are any (else None)."""
    if isinstance(query, Unknown) or len(query) < 2:
        return query if isinstance(query, Unknown) else Unknown("the query has too few axes")
    if isinstance(key, Unknown) or len(key) < 2:
        length: Dim = nameless(key) if isinstance(key, Unknown) else Unknown("no key")
    else:
        length = key[-2]
    if heads is None:
        return (*query[:-1], length)
    if not same(length, query[-2]):
        # Keras states the length of the query, and the scores have that of the key.
        length = Unknown("the number of scores")
    return (query[0], heads, query[-2], length)


def heads_attention(args: Arguments, inputs: Sequence[Shape | Unknown]) -> Shape | Unknown:
    """The query's shape; ``output_shape`` of ``MultiHeadAttention`` replaces the features."""
    if not inputs:
        return Unknown(f"{args.kind} without inputs")
    query = inputs[0]
    if isinstance(query, Unknown):
        return query
    if len(query) < 3:
        return needs(args, 3, query)
    stated = args.value("output_shape", None)
    if stated is None or args.kind not in ("MultiHeadAttention",):
        return query
    if isinstance(stated, Items):
        if not stated.complete:
            return Unknown(f"{args.kind}: output_shape is a list of unknown length")
        sizes = (args.as_size("output_shape", item.value) for item in stated.items)
        return (*query[:-1], *sizes)
    if isinstance(stated, Unknown):
        return (*query[:-1], stated)
    return (*query[:-1], args.as_size("output_shape", stated))


RULES: dict[ShapeRule, Merger] = {
    "elementwise": elementwise,
    "subtract": subtraction,
    "concatenate": concatenation,
    "dot": dot,
    "attention": attention,
    "heads attention": heads_attention,
}
