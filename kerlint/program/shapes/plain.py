"""Output shapes of the layers with one input that look at no grid, no time and no second tensor."""

from __future__ import annotations

from kerlint.program.layers import ShapeRule
from kerlint.program.model import Dim, Shape
from kerlint.program.shapes.arguments import Arguments, shape_of
from kerlint.program.shapes.sizes import differ, nameless, product, quotient, text
from kerlint.program.shapes.windows import Handler, needs
from kerlint.program.values import COUNT, Custom, Entries, Items, Refused, Unknown


def unchanged(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    return shape


def dense(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    if isinstance(shape, Unknown):
        return shape
    if len(shape) < 2:
        return needs(args, 2, shape)
    return (*shape[:-1], args.size("units", Unknown("units is missing"), "output_dim"))


def highway(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    """Two axes in, the same two out."""
    if isinstance(shape, tuple) and len(shape) != 2:
        return needs(args, 2, shape)
    return shape


def maxout(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    if isinstance(shape, Unknown):
        return (None, args.size("output_dim"))
    if len(shape) != 2:
        return needs(args, 2, shape)
    return (shape[0], args.size("output_dim"))


def einsum_dense(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    """``"abc,cd->abd"`` with ``output_shape`` saying the axes that follow the batch.

    The axes of ``...`` keep the sizes of the input.
    """
    equation = args.value("equation")
    if isinstance(equation, Unknown):
        return equation
    if not isinstance(equation, str):
        return Unknown(f"{args.kind}: the equation is no string")
    ends = equation.replace(" ", "").split("->")
    terms = ends[0].split(",")
    if len(ends) != 2 or len(terms) != 2:
        return Unknown(f"{args.kind}: the equation is not of the form 'ab,bc->ac'")
    source, target = terms[0], ends[1]
    stated = shape_of(args.value("output_shape"), "output_shape")
    if isinstance(shape, Unknown) and not isinstance(stated, Unknown):
        shape = (None, *[nameless(shape)] * max(0, len(source.replace("...", "")) - 1))
        if "..." in source:
            return Unknown(f"{args.kind}: the number of axes is not known")
    if isinstance(shape, Unknown):
        return shape
    letters = _letters(source, len(shape))
    if letters is None or len(set(letters)) != len(letters):
        return Unknown(f"{args.kind}: {equation} does not fit {text(shape)}")
    if ("..." in source) != ("..." in target) or not target.replace("...", "").isalpha():
        return Unknown(f"{args.kind}: {equation} is not understood")
    sizes = dict(zip(letters, shape, strict=True))
    start, _, end = target.partition("...")
    out = [*start, *(letter for letter in letters if letter.isdigit()), *end]
    if isinstance(stated, Unknown):
        tail: list[Dim] = [stated] * (len(out) - 1)
    elif len(stated) == len(out) - 1:
        tail = list(stated)
    elif len(stated) < len(out) - 1:
        tail = [None] * (len(out) - 1 - len(stated)) + list(stated)
    else:
        return Unknown(f"{args.kind}: output_shape has not {len(out) - 1} sizes")
    result: list[Dim] = [sizes.get(out[0])]
    for letter, size in zip(out[1:], tail, strict=True):
        if differ(size, sizes.get(letter)):
            return Unknown(f"{args.kind}: {equation} of {text(shape)} is not {size} wide")
        # Keras leaves a size free that output_shape leaves free, whatever the input is, and states
        # the axes of ``...`` in another order than it computes them.
        hidden = letter.isdigit() and sum(map(str.isdigit, letters)) > 2
        known = Unknown(f"{args.kind}: an axis of ...") if hidden else sizes.get(letter)
        result.append(known if letter.isdigit() else size)
    return tuple(result)


def _letters(term: str, rank: int) -> list[str] | None:
    """The letters of a term; the axes of ``...`` are digits. None when they are not ``rank``."""
    if "..." not in term:
        return list(term) if len(term) == rank and term.isalpha() else None
    start, _, end = term.partition("...")
    hidden = rank - len(start) - len(end)
    if hidden < 0 or hidden > 9 or not (start + end).isalpha():
        return None
    return [*start, *(str(i) for i in range(hidden)), *end]


def embedding(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    """One axis more, of ``output_dim`` sizes."""
    if isinstance(shape, Unknown):
        return shape
    return (*shape, args.size("output_dim"))


def flatten(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    if isinstance(shape, Unknown):
        return (None, nameless(shape))
    if not shape:
        return needs(args, 2, shape)
    return (shape[0], product(shape[1:]))


def reshape(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    target = shape_of(
        args.value("target_shape", Unknown("target_shape is missing")), "target_shape"
    )
    if isinstance(target, Unknown):
        return nameless(target)
    batch: Dim = None if isinstance(shape, Unknown) else shape[0] if shape else None
    inner = reshaped(
        args.kind, nameless(shape) if isinstance(shape, Unknown) else shape[1:], target
    )
    return inner if isinstance(inner, Unknown) else (batch, *inner)


def reshaped(kind: str, shape: Shape | Unknown, target: Shape) -> Shape | Unknown:
    """Give ``shape`` the sizes of ``target``, of which one may be None (written as -1)."""
    holes = [i for i, size in enumerate(target) if size is None]
    if len(holes) > 1:
        return Unknown(f"{kind}: more than one -1 in the target shape")
    if not holes:
        if isinstance(shape, tuple):
            before, after = product(shape), product(target)
            if isinstance(before, int) and isinstance(after, int) and before != after:
                reason = f"{kind}: {text(shape)} has not the size of {text(target)}"
                return _miscounted(reason, kind, shape, target, (before, after))
        return target
    others = [size for size in target if size is not None]
    if isinstance(shape, Unknown):
        missing: Dim = nameless(shape)
    else:
        missing = quotient(shape, others)
        if all(isinstance(size, int) for size in (*shape, *others)) and not isinstance(
            missing, int
        ):
            reason = f"{kind}: the size of {text(shape)} does not divide into {text(target)}"
            return _miscounted(reason, kind, shape, target, ())
    return tuple(missing if size is None else size for size in target)


def _miscounted(
    reason: str, kind: str, shape: Shape, target: Shape, numbers: tuple[int, ...]
) -> Refused:
    return Refused(reason, fault=COUNT, layer=kind, given=(shape, target), numbers=numbers)


def permute(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    dims = args.wholes("dims")
    if dims is None or isinstance(dims, Unknown):
        return Unknown(f"{args.kind}: dims is not known")
    if sorted(dims) != list(range(1, len(dims) + 1)):
        return Unknown(f"{args.kind}: dims={dims} is no order of the axes from 1")
    if isinstance(shape, Unknown):
        return (None, *[nameless(shape)] * len(dims))
    if len(shape) != len(dims) + 1:
        return needs(args, len(dims) + 1, shape)
    return (shape[0], *(shape[dim] for dim in dims))


def repeat_vector(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    if isinstance(shape, Unknown):
        return (None, args.size("n"), nameless(shape))
    if len(shape) != 2:
        return needs(args, 2, shape)
    return (shape[0], args.size("n"), shape[1])


def anonymous(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    """A ``Lambda``: only what its ``output_shape`` says, which has no batch axis."""
    stated = args.value("output_shape", None)
    if stated is None or isinstance(stated, (Unknown, Custom, Entries)):
        return Unknown(f"{args.kind}: the shape that the function gives is not known")
    if isinstance(stated, Items) and any(isinstance(i.value, Items) for i in stated.items):
        return Unknown(f"{args.kind}: several outputs")
    sizes = shape_of(stated, "output_shape")
    if isinstance(sizes, Unknown):
        return nameless(sizes)
    return (shape[0] if isinstance(shape, tuple) and shape else None, *sizes)


def category_encoding(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    return _encoded(args, shape, args.word("output_mode", "multi_hot"), args.size("num_tokens"))


def hashing(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    mode = args.word("output_mode", "int")
    depth = args.size("num_bins")
    if mode == "one_hot" and isinstance(shape, tuple) and shape:
        return (*shape[:-1], depth)
    return _encoded(args, shape, mode, depth)


def discretization(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    mode = args.word("output_mode", "int")
    boundaries = args.value("bin_boundaries", None)
    depth: int | Unknown
    if boundaries is None:
        depth = args.size("num_bins")
    elif isinstance(boundaries, Items) and boundaries.complete:
        depth = len(boundaries.items) + 1
    else:
        depth = Unknown(f"{args.kind}: the number of bins is not known")
    if mode in ("multi_hot", "count"):
        if isinstance(shape, Unknown) or len(shape) < 2:
            return nameless(shape) if isinstance(shape, Unknown) else (depth,)
        return (shape[0], *shape[2:], depth)
    return _encoded(args, shape, mode, depth)


def lookup(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    return _encoded(args, shape, args.word("output_mode", "int"), _depth(args))


def _depth(args: Arguments) -> int | Unknown:
    if args.flag("pad_to_max_tokens", False) is True:
        return args.size("max_tokens")
    return Unknown(f"{args.kind}: the size of the vocabulary is not known")


def _encoded(
    args: Arguments, shape: Shape | Unknown, mode: str | Unknown | None, depth: int | Unknown
) -> Shape | Unknown:
    if isinstance(mode, Unknown):
        return nameless(mode)
    if isinstance(shape, Unknown):
        return shape
    if mode == "int":
        return shape
    if mode == "one_hot":
        if len(shape) > 1 and isinstance(shape[-1], Unknown):
            return Unknown(f"{args.kind}: one-hot adds an axis unless the last has one size")
        return (*shape[:-1], depth) if len(shape) > 1 and shape[-1] == 1 else (*shape, depth)
    if mode in ("multi_hot", "count", "tf_idf", "tf-idf", "binary"):
        return (*shape[:-1], depth)
    return Unknown(f"{args.kind}: output_mode={mode!r} is not known to Keras")


def text_vectorization(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    mode = args.word("output_mode", "int")
    if isinstance(mode, Unknown):
        return nameless(mode)
    batch = None if isinstance(shape, Unknown) or not shape else shape[0]
    if mode == "int":
        length = args.value("output_sequence_length", None)
        return (batch, None if length is None else args.as_size("output_sequence_length", length))
    if mode not in ("multi_hot", "count", "tf_idf", "tf-idf", "binary"):
        return Unknown(f"{args.kind}: output_mode={mode!r} is not known to Keras")
    split = args.value("split", "whitespace")
    if isinstance(shape, Unknown) or isinstance(split, Unknown):
        return Unknown(f"{args.kind}: the shape of the texts is not known")
    if split is None:
        return (*(shape if len(shape) > 1 else (*shape, 1))[:-1], _depth(args))
    return (*shape, _depth(args))


RULES: dict[ShapeRule, Handler] = {
    "unchanged": unchanged,
    "dense": dense,
    "maxout": maxout,
    "highway": highway,
    "einsum": einsum_dense,
    "embedding": embedding,
    "flatten": flatten,
    "reshape": reshape,
    "permute": permute,
    "repeat": repeat_vector,
    "lambda": anonymous,
    "category encoding": category_encoding,
    "hashing": hashing,
    "discretization": discretization,
    "lookup": lookup,
    "text vectorization": text_vectorization,
}
