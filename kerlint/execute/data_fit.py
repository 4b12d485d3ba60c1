"""Whether the user's data belong to a model, and what they say of its inputs and targets."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kerlint.execute.spec import InputSpec, MeasureSpec, TargetSpec
from kerlint.execute.user_data import ArrayFacts, UserData
from kerlint.lazy_dataclass import replace
from kerlint.program.data import Array, Encoding
from kerlint.program.model import Program
from kerlint.program.objectives import Objective, objectives
from kerlint.program.values import Unknown

Shape = tuple[int | Unknown | None, ...]

MANY_CLASSES = 100  # from here on whole numbers are amounts, unless the loss is one for classes
ROUNDING = 0.01  # of the range of targets that the text states
# Within these, inputs are as good as standardised, as those are that experiments make.
STANDARD_MEAN, STANDARD_DEVIATION = 0.5, (0.5, 2.0)


def misfit(data: UserData, program: Program, model: int, compiled: int | None) -> str:
    """Why the data cannot be those of a model; empty when they can."""
    described = program.models[model]
    for arrays, tensors, what in (
        (data.inputs, described.inputs, "input"),
        (data.targets, described.outputs, "output"),
    ):
        if len(arrays) != len(tensors):
            return (
                f"the model has {_counted(len(tensors), what)}, and --data names "
                f"{_counted(len(arrays), 'array')} for them"
            )
    for array, tensor in zip(data.inputs, described.inputs):
        shape = program.tensors[tensor].shape
        if array.strings and not isinstance(shape, Unknown):
            return f"the model takes numbers, and {array.name} contains strings"
        if not isinstance(shape, Unknown) and _aligned(array.shape[1:], shape[1:]) is None:
            return (
                f"the model takes inputs of shape {_shown(shape[1:])}, and the samples in "
                f"{array.name} have the shape {_shown(array.shape[1:])}"
            )
    for objective in _of_model(program, model, compiled):
        reason = _contradiction(data.targets[objective.index], objective)
        if reason:
            return reason
    return ""


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _of_model(program: Program, model: int, compiled: int | None) -> Iterator[Objective]:
    for objective in objectives(program):
        if objective.model.id == model:
            if compiled is None or program.compiles.index(objective.compiled) == compiled:
                yield objective


def _contradiction(facts: ArrayFacts, objective: Objective) -> str:
    """What the text knows of the targets that is not true of the file."""
    known = objective.target
    if not isinstance(known, Array):
        return ""
    rows = facts.zeros_and_ones and len(facts.shape) > 1 and facts.shape[-1] > 1
    wanted = known.encoding
    if wanted in (Encoding.ONE_HOT, Encoding.MULTI_HOT) and not rows:
        return f"the program trains on {wanted.value} targets, and {facts.name} has none"
    if wanted is Encoding.INTEGER and facts.one_per_row and rows:
        return f"the program trains on class numbers, and {facts.name} has one-hot rows"
    if wanted is Encoding.BINARY and not facts.zeros_and_ones:
        return f"the program trains on targets of 0 and 1, and {facts.name} has others"
    if known.lowest is None or known.highest is None:
        return ""
    if facts.lowest is None or facts.highest is None:
        return ""
    slack = ROUNDING * (known.highest - known.lowest)
    if facts.lowest < known.lowest - slack or facts.highest > known.highest + slack:
        return (
            f"the program trains on targets from {known.lowest:g} to {known.highest:g}, and those "
            f"in {facts.name} go from {facts.lowest:g} to {facts.highest:g}"
        )
    return ""


# -- shapes ---------------------------------------------------------------------------------------


def _aligned(given: tuple[int, ...], wanted: Shape) -> tuple[int, ...] | None:
    """The shape of a sample as the model takes it; None where Keras does not take it.

    Keras adds or removes a last axis of size 1.
    """
    if len(given) == len(wanted) - 1 and wanted[-1] in (1, None):
        given = (*given, 1)
    elif len(given) == len(wanted) + 1 and given[-1] == 1:
        given = given[:-1]
    if len(given) != len(wanted):
        return None
    if any(isinstance(size, int) and size != own for own, size in zip(given, wanted)):
        return None
    return given


def _shown(shape: Shape) -> str:
    sizes = [
        str(size) if isinstance(size, int) else size.symbol if isinstance(size, Unknown) else "None"
        for size in shape
    ]
    return f"({', '.join(size or 'None' for size in sizes)}{',' * (len(sizes) == 1)})"


def input_shape(facts: ArrayFacts, shape: Shape | None) -> tuple[int, ...]:
    """The shape of one sample, for a model whose input has a shape (None: of which none is known).

    Inputs of which nothing is known have one number at least.
    """
    if shape is None:
        return facts.shape[1:] or (1,)
    return _aligned(facts.shape[1:], shape) or facts.shape[1:]


def sizes(
    data: UserData, program: Program, model: int, compiled: int | None
) -> Iterator[tuple[str, int]]:
    """The sizes that have a name in the text and a value in the data: ``n_features``, 30."""
    described = program.models[model]
    for array, tensor in zip(data.inputs, described.inputs):
        shape = program.tensors[tensor].shape
        if not isinstance(shape, Unknown):
            given = _aligned(array.shape[1:], shape[1:]) or ()
            for size, own in zip(shape[1:], given):
                yield from _named(size, own)
    losses = {each.index: each.loss for each in _of_model(program, model, compiled)}
    for place, (array, tensor) in enumerate(zip(data.targets, described.outputs)):
        shape = program.tensors[tensor].shape
        if isinstance(shape, Unknown) or not shape:
            continue
        loss = losses.get(place)
        if loss is not None and (loss.kind or "").startswith("sparse_"):
            if array.integers and array.highest is not None:
                yield from _named(shape[-1], max(2, int(array.highest) + 1))
        elif len(array.shape) == len(shape) and array.shape[-1] > 1:
            yield from _named(shape[-1], array.shape[-1])


def _named(size: int | Unknown | None, value: int) -> Iterator[tuple[str, int]]:
    if isinstance(size, Unknown) and size.symbol:
        try:
            tree = ast.parse(size.symbol, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return
        if isinstance(tree, (ast.Name, ast.Attribute, ast.Subscript)):
            yield ast.unparse(tree), value


# -- what the data say ----------------------------------------------------------------------------


def with_range(given: InputSpec, facts: ArrayFacts) -> InputSpec:
    """The input with numbers like those of the array; ids of tokens stay what they are."""
    if given.tokens is not None or facts.mean is None or facts.deviation is None:
        return given
    low, high = STANDARD_DEVIATION
    if abs(facts.mean) <= STANDARD_MEAN and low <= facts.deviation <= high:
        return given
    return replace(
        given,
        mean=_rounded(facts.mean),
        deviation=_rounded(facts.deviation),
        lowest=facts.lowest,
        highest=facts.highest,
    )


def _rounded(value: float) -> float:
    """Three digits: the data are like those of the user, and not the same."""
    return float(f"{value:.3g}")


def with_targets(
    known: TargetSpec | None, facts: ArrayFacts, loss: MeasureSpec | None, rank: int | None
) -> TargetSpec:
    """What is known of targets, the text first, then the file.

    ``rank`` is that of the output, samples included, None when it is not known.
    """
    known = known or TargetSpec()
    encoding = known.encoding or encoding_of(facts, loss.kind if loss is not None else "", rank)
    shape: tuple[int | None, ...] = (None, *facts.shape[1:])
    return TargetSpec(
        encoding=encoding,
        classes=known.classes if known.classes is not None else _classes(facts, encoding),
        shape=known.shape if known.shape is not None else shape,
        lowest=known.lowest if known.lowest is not None else facts.lowest,
        highest=known.highest if known.highest is not None else facts.highest,
        integers=known.integers if known.integers is not None else facts.integers,
    )


def encoding_of(facts: ArrayFacts, loss: str, rank: int | None) -> str:
    if facts.zeros_and_ones:
        # The last axis is that of the classes, unless the model has one more for those.
        rows = len(facts.shape) > 1 and facts.shape[-1] > 1 and rank != len(facts.shape) + 1
        if not rows:
            return Encoding.BINARY.name
        return (Encoding.ONE_HOT if facts.one_per_row else Encoding.MULTI_HOT).name
    if facts.integers and facts.lowest is not None and facts.highest is not None:
        every = facts.classes == facts.highest - facts.lowest + 1 and facts.lowest in (0.0, 1.0)
        few = facts.classes is not None and facts.classes <= MANY_CLASSES
        if "crossentropy" in loss or (every and few):
            return Encoding.INTEGER.name
    return Encoding.CONTINUOUS.name


def _classes(facts: ArrayFacts, encoding: str) -> int | None:
    if encoding in (Encoding.ONE_HOT.name, Encoding.MULTI_HOT.name):
        return facts.shape[-1]
    if encoding in (Encoding.INTEGER.name, Encoding.BINARY.name):
        return facts.classes
    return None
