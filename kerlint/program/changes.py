"""Changes to a program: what a rule says would be right, as data, and the program with it applied.

A repair is said once, as changes, and used twice: to build the repaired twin of a model, and to
edit the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.model import Layer, LayerCall, Program, Tensor
from kerlint.program.values import NOWHERE, Fact, Site, Unknown, Value


@dataclass(frozen=True, slots=True)
class SetArg:
    """Give an argument of a layer another value."""

    layer: int
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class DropArg:
    """Leave an argument of a layer to its default."""

    layer: int
    name: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a layer out: what it got goes straight to what came after it."""

    layer: int


@dataclass(frozen=True, slots=True)
class InsertBefore:
    """Insert a new layer before a layer."""

    layer: int
    type: str
    args: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class InsertAfter:
    """Insert a new layer after a layer: its consumers take the output of the new one."""

    layer: int
    type: str
    args: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Swap:
    """Let two layers trade places, each of which is called once."""

    layer: int
    other: int


@dataclass(frozen=True, slots=True)
class SetLoss:
    """Train one output (by its place) of a compiled model with another loss.

    ``compiled`` is the index of the compile call. The value is a name or an ``Object``.
    """

    compiled: int
    output: int
    value: Value


@dataclass(frozen=True, slots=True)
class SetMetrics:
    """Measure one output of a compiled model with these metrics instead."""

    compiled: int
    output: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class SetOptimizer:
    """Train a compiled model with another optimizer, or with the same at another learning rate.

    ``compiled`` is the index of the compile call. The value is a name or an ``Object``.
    """

    compiled: int
    value: Value


Change: TypeAlias = (
    SetArg
    | DropArg
    | Remove
    | InsertBefore
    | InsertAfter
    | Swap
    | SetLoss
    | SetMetrics
    | SetOptimizer
)


@dataclass(frozen=True, slots=True)
class Named:
    """Something of Keras by its canonical name, to be spelled as the file imports it."""

    name: str


@dataclass(frozen=True, slots=True)
class Outside:
    """Something of NumPy or TensorFlow by its path, to be spelled as the file imports it."""

    path: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is to be written out, with the quotes of the file."""

    value: Value


@dataclass(frozen=True, slots=True)
class Positional:
    """The argument of a call at a position."""

    call: Site
    index: int


At: TypeAlias = "Site | Positional"
"""A place in the code: a node (for a keyword argument, its value) or a positional argument."""

Written: TypeAlias = "tuple[str | At | Constant | Named | Outside, ...]"
"""Code to be written: text, values, the code that a place has now, and names of packages."""


@dataclass(frozen=True, slots=True)
class SetArgument:
    """Give an argument of a call another value, or add it; ``call`` is the site of the call."""

    call: Site
    name: str
    value: Written


@dataclass(frozen=True, slots=True)
class DropArgument:
    """Remove a keyword argument of a call."""

    call: Site
    name: str


@dataclass(frozen=True, slots=True)
class RenameArgument:
    """Give a keyword argument of a call another name."""

    call: Site
    name: str
    new: str


@dataclass(frozen=True, slots=True)
class RenameMethod:
    """Call another method of the same object."""

    call: Site
    new: str


@dataclass(frozen=True, slots=True)
class SetMade:
    """Give an argument of a call of Keras another value, where the present one is written."""

    call: Site
    callee: str
    name: str
    value: Value
    old: Fact | None = None


@dataclass(frozen=True, slots=True)
class SetClass:
    """Make an object of another class of Keras with the same arguments."""

    call: Site
    name: str


@dataclass(frozen=True, slots=True)
class RenameAttribute:
    """Write something else after the dot of ``model.input``, such as ``inputs[0]``."""

    at: Site
    new: str


@dataclass(frozen=True, slots=True)
class Enclose:
    """Write something before and after an expression."""

    at: Site
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SetText:
    """Write another text in place of a literal, in the same quotes."""

    at: Site
    text: str


@dataclass(frozen=True, slots=True)
class DropStatement:
    """Remove an expression that is a statement of its own."""

    at: Site


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Write something else in place of an expression, or of the value of a keyword argument.

    What is there stays untouched where the new code has ``at`` in it.
    """

    at: At
    code: Written


@dataclass(frozen=True, slots=True)
class Move:
    """Take something of Keras from where it is today.

    ``at`` is the site of an ``ApiReference``, in an import or an expression, and ``path`` what it
    names. Its uses are changed with it where they have to be.
    """

    at: Site
    path: str
    release: str


@dataclass(frozen=True, slots=True)
class NameArgument:
    """Give an argument by its name that is given by its position.

    ``unless``: a word that tells that it is something else, where it is in the argument.
    """

    at: At
    name: str
    unless: str = ""


@dataclass(frozen=True, slots=True)
class NameByParameters:
    """Name an argument, and those after it, as the parameters of ``call`` of the user's class."""

    at: Site
    of: str


@dataclass(frozen=True, slots=True)
class SwapParameters:
    """Let the first two parameters of a function change places."""

    at: Site


@dataclass(frozen=True, slots=True)
class DropPositional:
    """Remove an argument that is given by its position."""

    call: Site
    index: int


@dataclass(frozen=True, slots=True)
class JoinArguments:
    """Put arguments that are given one by one, from one position to another, into a tuple."""

    call: Site
    first: int
    last: int
    brackets: str = "()"


@dataclass(frozen=True, slots=True)
class SetValue:
    """Write another value in place of a literal: in a call, or where its variable gets it."""

    at: At
    value: Value


@dataclass(frozen=True, slots=True)
class MakeTuple:
    """Make an argument a tuple with this one item."""

    at: At


@dataclass(frozen=True, slots=True)
class TupleForList:
    """Write a list that is written out as a tuple."""

    at: At


@dataclass(frozen=True, slots=True)
class MakeWhole:
    """Make a quotient a whole number, with ``//`` where it is divided here."""

    at: At


@dataclass(frozen=True, slots=True)
class DivideBy:
    """Divide what is written at a place, without a remainder, by what is written at another."""

    at: At
    by: At | Constant


@dataclass(frozen=True, slots=True)
class KeepAxis:
    """Give a call a batch of one sample as its argument of this name, in place of the sample."""

    call: Site
    name: str


@dataclass(frozen=True, slots=True)
class RepeatItem:
    """Make the item of a list anew for each place: ``[x for _ in range(n)]`` for ``[x] * n``."""

    at: At


@dataclass(frozen=True, slots=True)
class AssignResult:
    """Assign the result of a call to what the method was called on.

    ``argument``: to the first argument instead, because it is the call of a function.
    """

    call: Site
    argument: bool = False


@dataclass(frozen=True, slots=True)
class RenameResult:
    """Assign the result of a call to another name, or to nothing, as it replaces the object."""

    call: Site
    name: str = ""


@dataclass(frozen=True, slots=True)
class DropFirst:
    """Leave out the first item of a shape."""

    at: At


@dataclass(frozen=True, slots=True)
class SkipAttribute:
    """Call the method of the object itself: ``model.pop()`` for ``model.layers.pop()``."""

    call: Site


@dataclass(frozen=True, slots=True)
class InputFirst:
    """State the shape in an ``Input`` before the first layer, and not as its argument.

    ``name`` is that of the argument, ``new`` that of ``Input``.
    """

    call: Site
    name: str
    new: str


@dataclass(frozen=True, slots=True)
class RenameFile:
    """Call a file otherwise: in the ``literals`` that are its name now, or the end of it.

    ``uses`` are all arguments that get the name. There must not be other ones.
    """

    literals: tuple[At, ...]
    uses: tuple[At, ...]
    old: str
    name: str


SourceChange: TypeAlias = (
    SetArgument
    | DropArgument
    | RenameArgument
    | RenameMethod
    | SetMade
    | SetClass
    | NameArgument
    | RenameAttribute
    | Enclose
    | SetText
    | DropStatement
    | Rewrite
    | Move
    | DropPositional
    | JoinArguments
    | MakeTuple
    | TupleForList
    | MakeWhole
    | KeepAxis
    | RepeatItem
    | AssignResult
    | RenameResult
    | RenameFile
    | DropFirst
    | SkipAttribute
    | SetValue
    | InputFirst
    | DivideBy
    | NameByParameters
    | SwapParameters
)
"""A change of what is written that does not change the model, or of which the model shows nothing.

Where the same is a ``Change``, it is that: experiments only know the model.
"""


def applied(program: Program, changes: Iterable[Change]) -> Program:
    """The program with the changes made; shapes are not worked out again.

    ``SetLoss``, ``SetMetrics`` and ``SetOptimizer`` concern how a model is judged and trained, not
    what it is: they are left to whoever reads the compile call.
    """
    layers = list(program.layers)
    tensors = list(program.tensors)
    layer_calls = list(program.layer_calls)
    models = list(program.models)
    for change in changes:
        if isinstance(change, SetArg):
            layer = layers[change.layer]
            fact = Fact(change.value, NOWHERE)
            layers[change.layer] = replace(layer, args={**layer.args, change.name: fact})
        elif isinstance(change, DropArg):
            layer = layers[change.layer]
            args = {name: fact for name, fact in layer.args.items() if name != change.name}
            layers[change.layer] = replace(layer, args=args)
        elif isinstance(change, Remove):
            for apply in list(layer_calls):
                if apply.layer == change.layer and len(apply.inputs) == len(apply.outputs) == 1:
                    moved = {apply.outputs[0]: apply.inputs[0]}
                    layer_calls = [
                        replace(other, inputs=_moved(other.inputs, moved)) for other in layer_calls
                    ]
                    models = [
                        replace(
                            model,
                            outputs=_moved(model.outputs, moved),
                            graph=tuple(index for index in model.graph if index != apply.id),
                        )
                        for model in models
                    ]
        elif isinstance(change, Swap):
            traded = {change.layer: change.other, change.other: change.layer}
            layer_calls = [
                replace(apply, layer=traded.get(apply.layer, apply.layer)) for apply in layer_calls
            ]
        elif isinstance(change, InsertBefore):
            facts = {name: Fact(value, NOWHERE) for name, value in change.args.items()}
            origin = layers[change.layer].origin
            made = Layer(len(layers), change.type, facts, origin)
            layers.append(made)
            for apply in list(layer_calls):
                if apply.layer != change.layer or len(apply.inputs) != 1:
                    continue
                index = len(layer_calls)
                unknown = Unknown("not computed for the repaired model")
                tensor = Tensor(len(tensors), unknown, index, origin.site)
                tensors.append(tensor)
                layer_calls.append(LayerCall(index, made.id, apply.inputs, (tensor.id,), origin))
                layer_calls[apply.id] = replace(apply, inputs=(tensor.id,))
                models = [
                    replace(model, graph=_before(model.graph, apply.id, index)) for model in models
                ]
        elif isinstance(change, InsertAfter):
            facts = {name: Fact(value, NOWHERE) for name, value in change.args.items()}
            origin = layers[change.layer].origin
            made = Layer(len(layers), change.type, facts, origin)
            layers.append(made)
            for apply in list(layer_calls):
                if apply.layer != change.layer or len(apply.outputs) != 1:
                    continue
                index = len(layer_calls)
                unknown = Unknown("not computed for the repaired model")
                tensor = Tensor(len(tensors), unknown, index, origin.site)
                tensors.append(tensor)
                moved = {apply.outputs[0]: tensor.id}
                layer_calls = [
                    replace(each, inputs=_moved(each.inputs, moved)) for each in layer_calls
                ]
                layer_calls.append(LayerCall(index, made.id, apply.outputs, (tensor.id,), origin))
                models = [
                    replace(
                        model,
                        outputs=_moved(model.outputs, moved),
                        graph=_after(model.graph, apply.id, index),
                    )
                    for model in models
                ]
    return replace(
        program,
        layers=tuple(layers),
        tensors=tuple(tensors),
        layer_calls=tuple(layer_calls),
        models=tuple(models),
    )


def _moved(tensors: tuple[int, ...], moved: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(moved.get(tensor, tensor) for tensor in tensors)


def _before(graph: tuple[int, ...], place: int, new: int) -> tuple[int, ...]:
    if place not in graph:
        return graph
    index = graph.index(place)
    return (*graph[:index], new, *graph[index:])


def _after(graph: tuple[int, ...], place: int, new: int) -> tuple[int, ...]:
    if place not in graph:
        return graph
    index = graph.index(place) + 1
    return (*graph[:index], new, *graph[index:])
