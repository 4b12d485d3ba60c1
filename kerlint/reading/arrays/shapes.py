"""Shapes of data arrays: broadcasting, reshaping, joining, reducing and looking up parts."""

from __future__ import annotations

from typing import TypeAlias

from kerlint.program.values import Unknown

Dim: TypeAlias = "int | Unknown | None"
Shape: TypeAlias = "tuple[Dim, ...]"


def broadcast(left: Shape | None, right: Shape | None) -> Shape | None:
    """The shape of an element-wise operation; None when it is not known (or Python would raise)."""
    if left is None or right is None:
        return None
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    lead = len(longer) - len(shorter)
    result = list(longer[:lead])
    for a, b in zip(longer[lead:], shorter):
        if a == b or b == 1:
            result.append(a)
        elif a == 1:
            result.append(b)
        elif isinstance(a, int) and isinstance(b, int):
            return None
        elif isinstance(a, int):
            result.append(a)  # b is 1 or the same
        elif isinstance(b, int):
            result.append(b)
        else:
            result.append(None)
    return tuple(result)


def product(shape: Shape) -> int | None:
    total = 1
    for size in shape:
        if not isinstance(size, int):
            return None
        total *= size
    return total


def same(left: Dim, right: Dim) -> Dim:
    """The size that two alternatives agree on."""
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return left if left.symbol and left.symbol == right.symbol else None
    return left if left == right else None


def reshape(shape: Shape | None, wanted: Shape | None) -> Shape | None:
    """``array.reshape(wanted)``, the -1 worked out where that is possible."""
    if wanted is None:
        return None
    holes = [i for i, size in enumerate(wanted) if size == -1]
    if not holes:
        return wanted
    if len(holes) > 1:
        return None
    sizes = list(wanted)
    sizes[holes[0]] = None
    rest = product(tuple(size for i, size in enumerate(wanted) if i != holes[0]))
    if shape is not None and rest:
        total = product(shape)
        if total is not None:
            if total % rest == 0:
                sizes[holes[0]] = total // rest
        elif (
            shape[1:] == tuple(sizes[1:])
            and holes[0] == 0
            or holes[0] == 0
            and product(shape[1:]) == rest
        ):
            sizes[0] = shape[0]
        elif holes[0] == len(sizes) - 1 and len(sizes) == 2 and shape[:1] == (sizes[0],):
            inner = product(shape[1:])
            if inner is not None:
                sizes[1] = inner
    return tuple(sizes)


def axis_of(axis: int, rank: int) -> int | None:
    """A non-negative axis; None when there is no such axis."""
    if -rank <= axis < rank:
        return axis % rank
    return None


def expand(shape: Shape | None, axis: int | None) -> Shape | None:
    if shape is None or axis is None:
        return None
    place = axis_of(axis, len(shape) + 1)
    return None if place is None else (*shape[:place], 1, *shape[place:])


def squeeze(shape: Shape | None, axis: int | None) -> Shape | None:
    if shape is None:
        return None
    if axis is not None:
        place = axis_of(axis, len(shape))
        return None if place is None else (*shape[:place], *shape[place + 1 :])
    # The samples axis is no 1 in practice, other unknown sizes may be one.
    if any(not isinstance(size, int) for size in shape[1:]):
        return None
    return tuple(size for size in shape if size != 1)


def reduce(shape: Shape | None, axes: tuple[int, ...] | None, keep: bool) -> Shape | None:
    """Without the reduced axes; ``axes`` None: all of them."""
    if axes is None and not keep:
        return ()
    if shape is None:
        return None
    if axes is None:
        return tuple(1 for _ in shape)
    places = {axis_of(axis, len(shape)) for axis in axes}
    if None in places:
        return None
    if keep:
        return tuple(1 if i in places else size for i, size in enumerate(shape))
    return tuple(size for i, size in enumerate(shape) if i not in places)


def concatenate(shapes: list[Shape | None], axis: int | None) -> Shape | None:
    if axis is None or not shapes or any(shape is None for shape in shapes):
        return None
    known = [shape for shape in shapes if shape is not None]
    rank = len(known[0])
    place = axis_of(axis, rank)
    if place is None or any(len(shape) != rank for shape in known):
        return None
    result: list[Dim] = []
    for i in range(rank):
        column = [shape[i] for shape in known]
        if i == place:
            whole = [size for size in column if isinstance(size, int)]
            result.append(sum(whole) if len(whole) == len(column) else None)
        else:
            # All have to agree: one that is known speaks for the others.
            result.append(next((size for size in column if isinstance(size, int)), column[0]))
    return tuple(result)


def stack(shapes: list[Shape | None], count: int | None, axis: int | None) -> Shape | None:
    if axis is None or not shapes or any(shape is None for shape in shapes):
        return None
    first = concatenate(shapes, 0) if shapes[0] else ()
    if first is None:
        return None
    inner: Shape = () if shapes[0] == () else (shapes[0][0], *first[1:])  # type: ignore[index]
    place = axis_of(axis, len(inner) + 1)
    return None if place is None else (*inner[:place], count, *inner[place:])


def sliced(size: Dim, low: int | None, high: int | None, step: int | None, first: bool) -> Dim:
    """The length of ``axis[low:high:step]``; bounds that are None were left out.

    Columns that are asked for by number are taken to exist; samples are not.
    """
    if step == 0 or (isinstance(size, int) and size < 0):
        return None
    if isinstance(size, int):
        return len(range(*slice(low, high, step).indices(size)))
    if low is None and high is None and step in (None, 1, -1):
        return size
    if first:
        return None
    start = low or 0
    if high is not None and step in (None, 1) and (start >= 0) == (high > 0) and high > start:
        return high - start
    if high is None and start < 0 and step in (None, 1):
        return -start
    return None
