"""Output shapes of the layers that walk along time, with their states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from kerlint.lazy_dataclass import replace
from kerlint.program.layers import KINDS, LayerKind, where
from kerlint.program.model import Dim, Layer, Shape
from kerlint.program.shapes.arguments import Arguments
from kerlint.program.shapes.sizes import nameless, times
from kerlint.program.shapes.windows import Grid, convolved, grid_of, needs
from kerlint.program.values import Fact, Items, LayerRef, Object, Unknown, Value

Outputs: TypeAlias = "tuple[Shape | Unknown, ...]"
Recurrent: TypeAlias = "Callable[[Arguments, Shape | Unknown, Sequence[Layer]], Outputs]"
_CELLS = where(lambda kind: kind.states and not kind.recurrent)


def find(layers: Sequence[Layer], id: int | None) -> Layer | None:
    """The layer of this id, which is usually also its place."""
    if id is None:
        return None
    if 0 <= id < len(layers) and layers[id].id == id:
        return layers[id]
    return next((layer for layer in layers if layer.id == id), None)


def recurrent(states: int) -> Recurrent:
    """A layer of ``units`` with so many state tensors of the same size."""

    def shapes_after(
        args: Arguments, shape: Shape | Unknown, layers: Sequence[Layer]
    ) -> tuple[Shape | Unknown, ...]:
        units = args.size("units", Unknown("units is missing"), "output_dim")
        return _walked(args, shape, units, (units,) * states)

    return shapes_after


def with_cell(
    args: Arguments, shape: Shape | Unknown, layers: Sequence[Layer]
) -> tuple[Shape | Unknown, ...]:
    """``RNN(cell)``; a list of cells is a stack, whose last cell gives the output."""
    cell = args.value("cell", Unknown(f"{args.kind}: the cell is not known"))
    cells = _cells(cell, layers)
    if isinstance(cells, Unknown):
        return _walked(args, shape, cells, (cells,))
    units: Dim = Unknown(f"{args.kind}: no cell")
    states: list[Dim] = []
    for kind, cell_args, partial in cells:
        units = Arguments(kind, cell_args, partial).size("units")
        known = KINDS[kind].states if kind in _CELLS else 0
        if not known:
            units = Unknown(f"{args.kind}: the output of {kind} is not known")
        # the states of one cell in a stack come as one list
        nested = len(cells) > 1 or not known
        states += [Unknown("states of stacked cells")] if nested else [units] * known
    return _walked(args, shape, units, tuple(states))


def _cells(
    value: Value, layers: Sequence[Layer], depth: int = 0
) -> list[tuple[str, Mapping[str, Fact], bool]] | Unknown:
    if isinstance(value, Items) and value.complete and depth < 5:
        found: list[tuple[str, Mapping[str, Fact], bool]] = []
        for item in value.items:
            inner = _cells(item.value, layers, depth + 1)
            if isinstance(inner, Unknown):
                return inner
            found += inner
        return found
    if isinstance(value, LayerRef):
        layer = find(layers, value.layer)
        if layer is not None:
            return _unstacked(layer.kind, layer.args, layer.partial, layers, depth)
    if isinstance(value, Object):
        kind = value.name.rpartition(".")[2]
        return _unstacked(kind, value.args, value.partial, layers, depth)
    return Unknown("a cell that is not known")


def _unstacked(
    kind: str, args: Mapping[str, Fact], partial: bool, layers: Sequence[Layer], depth: int
) -> list[tuple[str, Mapping[str, Fact], bool]] | Unknown:
    if kind == "StackedRNNCells" and depth < 5:
        cells = Arguments(kind, args, partial).value("cells")
        return _cells(cells, layers, depth + 1)
    return [(kind, args, partial)]


def _walked(
    args: Arguments, shape: Shape | Unknown, units: Dim, states: tuple[Dim, ...]
) -> tuple[Shape | Unknown, ...]:
    if isinstance(shape, tuple) and len(shape) != 3:
        return (needs(args, 3, shape),)
    batch = shape[0] if isinstance(shape, tuple) else None
    length = shape[1] if isinstance(shape, tuple) else nameless(shape)
    output: Shape | Unknown
    match args.flag("return_sequences", False):
        case True:
            output = (batch, length, units)
        case False:
            output = (batch, units)
        case unknown:
            output = nameless(unknown)
    return _with_states(args, output, tuple((batch, size) for size in states))


def _with_states(args: Arguments, output: Shape | Unknown, states: Outputs) -> Outputs:
    """Unknown ``return_state``: nothing is known, not even how many outputs there are."""
    returned = args.flag("return_state", False)
    if isinstance(returned, Unknown):
        return (nameless(returned),)
    return (output, *states) if returned else (output,)


def convolutional(rank: int) -> Recurrent:
    """``ConvLSTM``: a convolution at every step of time."""

    def shapes_after(
        args: Arguments, shape: Shape | Unknown, layers: Sequence[Layer]
    ) -> tuple[Shape | Unknown, ...]:
        if isinstance(shape, tuple) and len(shape) != rank + 3:
            return (needs(args, rank + 3, shape),)
        step = (shape[0], *shape[2:]) if isinstance(shape, tuple) else shape
        grid = grid_of(args, step, rank)
        if isinstance(grid, Grid) and isinstance(shape, tuple) and None in grid.spatial:
            return (Unknown(f"{args.kind} takes no size that is free"),)
        if not isinstance(grid, Unknown):
            grid = convolved(args, grid, args.sizes("kernel_size", rank))
        if isinstance(grid, Unknown):
            return (grid,)
        state = replace(grid, channels=args.size("filters")).shape()
        length = shape[1] if isinstance(shape, tuple) else nameless(shape)
        output: Shape | Unknown
        match args.flag("return_sequences", False):
            case True:
                output = (state[0], length, *state[1:])
            case False:
                output = state
            case unknown:
                output = nameless(unknown)
        return _with_states(args, output, (state, state))

    return shapes_after


def both_ways(args: Arguments, inner: Layer, outputs: Outputs) -> Outputs:
    """``Bidirectional`` around a layer that alone gives ``outputs``."""
    inner_args = Arguments(inner.kind, inner.args, inner.partial)
    returned = inner_args.flag("return_state", False)
    if isinstance(returned, Unknown):
        return (nameless(returned),)
    output, states = outputs[0], outputs[1:]
    mode = args.word("merge_mode", "concat")
    if mode is None:
        return (output, output, *states, *states)
    if isinstance(mode, Unknown):
        return (nameless(mode),)
    if mode == "concat":
        if isinstance(output, tuple) and output:
            last = inner_args.channels_last() if "Conv" in inner.kind else True
            if last is not True:
                output = Unknown(f"{args.kind}: channels are not the last axis")
            else:
                output = (*output[:-1], times(output[-1], 2))
    elif mode not in ("sum", "mul", "ave"):
        output = Unknown(f"{args.kind}: merge_mode={mode!r} is not known to Keras")
    return (output, *states, *states)


def rule_of(kind: LayerKind) -> Recurrent:
    """The rule for the shapes that a kind of recurrent layer gives."""
    if kind.shape == "recurrent cell":
        return with_cell
    if kind.shape == "convolutional recurrent":
        assert kind.rank is not None
        return convolutional(kind.rank - 1)
    return recurrent(kind.states)
