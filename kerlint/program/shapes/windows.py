"""Output shapes of the layers that work on a grid: convolution, pooling, padding, resizing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.layers import ShapeRule
from kerlint.program.model import Dim, Shape
from kerlint.program.shapes.arguments import Arguments
from kerlint.program.shapes.sizes import divided, largest, minus, nameless, plus, times
from kerlint.program.values import AXES, WINDOW, Items, Refused, Unknown, Value

Handler: TypeAlias = "Callable[[Arguments, Shape | Unknown], Shape | Unknown]"
"""Arguments and the shape of the input to the shape of the output."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A shape taken apart; ``last``: the channels are the last axis, not the second."""

    batch: Dim
    spatial: tuple[Dim, ...]
    channels: Dim
    last: bool | Unknown

    def shape(self) -> Shape:
        if isinstance(self.last, Unknown):
            return (self.batch, *([nameless(self.last)] * (len(self.spatial) + 1)))
        if self.last:
            return (self.batch, *self.spatial, self.channels)
        return (self.batch, self.channels, *self.spatial)


def grid_of(args: Arguments, shape: Shape | Unknown, rank: int) -> Grid | Unknown:
    """Take a shape apart; of an unknown shape the layer still tells the number of axes."""
    last = args.channels_last()
    if isinstance(shape, Unknown):
        unknown = nameless(shape)
        return Grid(None, (unknown,) * rank, unknown, last)
    if len(shape) != rank + 2:
        return needs(args, rank + 2, shape)
    if last is False:
        return Grid(shape[0], shape[2:], shape[1], last)
    return Grid(shape[0], shape[1:-1], shape[-1], last)


def needs(args: Arguments, axes: int, shape: Shape) -> Unknown:
    reason = f"{args.kind} needs {axes} axes, got {len(shape)}"
    return Refused(reason, fault=AXES, layer=args.kind, given=(shape,), numbers=(axes,))


def too_large(args: Arguments, reason: str, window: Dim, size: Dim, shape: Shape) -> Unknown:
    if not isinstance(window, int) or not isinstance(size, int):
        return Unknown(reason)
    numbers = (window, size)
    return Refused(reason, fault=WINDOW, layer=args.kind, given=(shape,), numbers=numbers)


def window_size(
    args: Arguments, size: Dim, kernel: Dim, stride: Dim, dilation: Dim, padding: str | Unknown
) -> Dim:
    """Number of places of a window along one axis; 0 or less: the window does not fit."""
    if isinstance(padding, Unknown):
        if kernel == 1 and stride == 1:
            return size
        return None if size is None else nameless(padding)
    if padding in ("same", "causal"):
        return size if stride == 1 else plus(divided(minus(size, 1), stride), 1)
    reach = plus(times(dilation, minus(kernel, 1)), 1)
    if isinstance(size, int) and isinstance(reach, int) and size < reach:
        return 0
    return plus(divided(minus(size, reach), stride), 1)


def convolved(args: Arguments, grid: Grid, kernel: tuple[int | Unknown, ...]) -> Grid | Unknown:
    rank = len(grid.spatial)
    return _swept(
        args,
        grid,
        kernel,
        args.sizes("strides", rank, 1),
        args.sizes("dilation_rate", rank, 1),
        ("valid", "same", "causal") if rank == 1 else ("valid", "same"),
    )


def _swept(
    args: Arguments,
    grid: Grid,
    kernel: tuple[int | Unknown, ...],
    strides: tuple[int | Unknown, ...],
    dilation: tuple[int | Unknown, ...],
    paddings: tuple[str, ...],
) -> Grid | Unknown:
    padding = args.word("padding", "valid")
    if not isinstance(padding, Unknown) and padding not in paddings:
        return Unknown(f"{args.kind}: padding={padding!r} is not one of {', '.join(paddings)}")
    assert padding is not None
    sizes = tuple(
        window_size(args, *axis, padding)
        for axis in zip(grid.spatial, kernel, strides, dilation, strict=True)
    )
    for before, after, reach in zip(grid.spatial, sizes, kernel, strict=True):
        if isinstance(after, int) and after <= 0 and not isinstance(grid.last, Unknown):
            reason = f"{args.kind}: a window of {reach} does not fit into a size of {before}"
            return too_large(args, reason, reach, before, grid.shape())
    return replace(grid, spatial=sizes)


def _closed(grid: Grid | Unknown) -> Shape | Unknown:
    return grid if isinstance(grid, Unknown) else grid.shape()


def convolution(rank: int) -> Handler:
    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        grid = convolved(args, grid, args.sizes("kernel_size", rank))
        if isinstance(grid, Unknown):
            return grid
        return replace(grid, channels=args.size("filters")).shape()

    return shape_after


def depthwise(rank: int) -> Handler:
    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        channels = times(grid.channels, args.size("depth_multiplier", 1))
        grid = convolved(args, grid, args.sizes("kernel_size", rank))
        if isinstance(grid, Unknown):
            return grid
        return replace(grid, channels=channels).shape()

    return shape_after


def transposed(rank: int) -> Handler:
    """Source of the sizes: keras/src/backend/common/backend_utils.py."""

    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        padding = args.word("padding", "valid")
        if not isinstance(padding, Unknown) and padding not in ("valid", "same"):
            return Unknown(f"{args.kind}: padding={padding!r} is neither valid nor same")
        assert padding is not None
        extra = args.value("output_padding", None)
        extras: tuple[Dim, ...] = (None,) * rank
        if extra is not None:
            extras = args.as_sizes("output_padding", extra, rank, least=0)
        axes = zip(
            grid.spatial,
            args.sizes("kernel_size", rank),
            args.sizes("strides", rank, 1),
            args.sizes("dilation_rate", rank, 1),
            extras,
            strict=True,
        )
        sizes = tuple(_transposed_size(*axis, padding) for axis in axes)
        return replace(grid, spatial=sizes, channels=args.size("filters")).shape()

    return shape_after


def _transposed_size(
    size: Dim, kernel: Dim, stride: Dim, dilation: Dim, extra: Dim, padding: str | Unknown
) -> Dim:
    """``extra`` is the output padding; None: as much as Keras takes by itself."""
    if size is None:
        return None
    if isinstance(padding, Unknown):
        return nameless(padding)
    kernel = plus(times(minus(kernel, 1), dilation), 1)
    if padding == "valid":
        base = times(minus(size, 1), stride)
        if extra is None:
            return plus(base, largest(kernel, stride))
        return plus(plus(base, kernel), extra)
    if extra is None:
        return times(size, stride)
    if not isinstance(kernel, int):
        return nameless(kernel) if kernel is not None else None
    return plus(plus(times(minus(size, 1), stride), kernel % 2), extra)


def pooling(rank: int) -> Handler:
    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        window = args.sizes("pool_size", rank, 2)
        strides = args.value("strides", None)
        steps = window if strides is None else args.as_sizes("strides", strides, rank)
        return _closed(_swept(args, grid, window, steps, (1,) * rank, ("valid", "same")))

    return shape_after


def adaptive_pooling(rank: int) -> Handler:
    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return Unknown(grid.reason)  # Keras builds the layer all the same
        return replace(grid, spatial=args.sizes("output_size", rank)).shape()

    return shape_after


def global_pooling(rank: int) -> Handler:
    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        keep = args.flag("keepdims", False)
        if isinstance(keep, Unknown):
            return nameless(keep)
        if keep:
            return replace(grid, spatial=(1,) * rank).shape()
        if isinstance(grid.last, Unknown):
            return (grid.batch, nameless(grid.last))
        return (grid.batch, grid.channels)

    return shape_after


def _pairs(
    args: Arguments, name: str, rank: int, default: int
) -> tuple[tuple[int | Unknown, int | Unknown], ...]:
    """Before and after, per axis: ``1``, ``(1, 2)`` or ``((1, 1), (2, 2))``."""
    value: Value = args.value(name, default)
    if rank == 1:
        before, after = args.as_sizes(name, value, 2, least=0)
        return ((before, after),)
    if isinstance(value, Items) and value.complete and len(value.items) == rank:
        pairs = []
        for item in value.items:
            before, after = args.as_sizes(name, item.value, 2, least=0)
            pairs.append((before, after))
        return tuple(pairs)
    return tuple((size, size) for size in args.as_sizes(name, value, rank, least=0))


def cropping(rank: int) -> Handler:
    default = 0 if rank == 2 else 1

    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        sizes: list[Dim] = []
        pairs = _pairs(args, "cropping", rank, default)
        for size, (before, after) in zip(grid.spatial, pairs, strict=True):
            left = minus(size, plus(before, after))
            if isinstance(left, int) and left <= 0 and not isinstance(grid.last, Unknown):
                reason = f"{args.kind} takes {before} and {after} off a size of {size}"
                return too_large(args, reason, plus(before, after), size, grid.shape())
            sizes.append(left)
        return replace(grid, spatial=tuple(sizes)).shape()

    return shape_after


def zero_padding(rank: int) -> Handler:
    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        pairs = _pairs(args, "padding", rank, 1)
        sizes = tuple(
            plus(size, plus(before, after))
            for size, (before, after) in zip(grid.spatial, pairs, strict=True)
        )
        return replace(grid, spatial=sizes).shape()

    return shape_after


def up_sampling(rank: int) -> Handler:
    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, rank)
        if isinstance(grid, Unknown):
            return grid
        factors = args.sizes("size", rank, 2)
        sizes = tuple(times(size, by) for size, by in zip(grid.spatial, factors, strict=True))
        return replace(grid, spatial=sizes).shape()

    return shape_after


def resized(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    """Images get the height and width that the layer names; one image without batch works too."""
    size = (args.size("height"), args.size("width"))
    if isinstance(shape, tuple) and len(shape) == 3:
        last = args.channels_last()
        if isinstance(last, Unknown):
            return (nameless(last),) * 3
        return (*size, shape[2]) if last else (shape[0], *size)
    grid = grid_of(args, shape, 2)
    return grid if isinstance(grid, Unknown) else replace(grid, spatial=size).shape()


def stretched(axis: int) -> Handler:
    """``RandomHeight`` and ``RandomWidth``: the size is another one for every batch."""

    def shape_after(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
        grid = grid_of(args, shape, 2)
        if isinstance(grid, Unknown):
            return grid
        sizes = tuple(None if i == axis else size for i, size in enumerate(grid.spatial))
        return replace(grid, spatial=sizes).shape()

    return shape_after


def mel_spectrogram(args: Arguments, shape: Shape | Unknown) -> Shape | Unknown:
    if isinstance(shape, Unknown):
        return shape
    if len(shape) not in (1, 2):
        return needs(args, 2, shape)
    stride = args.size("sequence_stride", 512)
    frames = divided(plus(plus(shape[-1], stride), 1), stride)
    return (*shape[:-1], args.size("num_mel_bins", 128), frames)


# Rules for one number of axes.
RULES: dict[ShapeRule, Handler] = {
    "resize": resized,
    "stretched height": stretched(0),
    "stretched width": stretched(1),
    "mel spectrogram": mel_spectrogram,
}
# Rules for any number of axes.
RULES_BY_RANK: dict[ShapeRule, Callable[[int], Handler]] = {
    "convolution": convolution,
    "transposed convolution": transposed,
    "depthwise": depthwise,
    "pooling": pooling,
    "global pooling": global_pooling,
    "adaptive pooling": adaptive_pooling,
    "cropping": cropping,
    "zero padding": zero_padding,
    "up-sampling": up_sampling,
}
