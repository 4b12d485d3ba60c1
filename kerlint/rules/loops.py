"""Training loops of the user: which calls of models a gradient goes back to, and what cuts it."""

from __future__ import annotations

from dataclasses import field

from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Gradient, LayerCall, ModelCall
from kerlint.program.values import Custom, Fact, Items
from kerlint.rules.base import View

NO_GRADIENT = frozenset(
    {"argmax", "argmin", "argsort", "ceil", "equal", "floor", "greater", "less", "numpy", "rint"}
    | {"round", "sign"}
)
"""Functions and methods of tensors that have no gradient."""


@dataclass(slots=True)
class Way:
    """The way back from the target of a gradient.

    ``reached`` are the calls on the tape of models whose weights are asked for. ``outside`` are
    their calls that no tape has recorded, and ``cuts`` what ends the way before such a call.
    ``unknown``: some of it goes through code that was not read.
    """

    reached: list[ModelCall] = field(default_factory=list)
    outside: list[ModelCall] = field(default_factory=list)
    cuts: list[LayerCall] = field(default_factory=list)
    unknown: bool = False


def way_of(gradient: Gradient, view: View) -> Way:
    """Walk back from the target of a gradient whose weights are known."""
    way = Way()
    if gradient.target is None or gradient.weights is None:
        way.unknown = True
        return way
    program = view.program
    answers = {tensor: call for call in program.model_calls for tensor in call.outputs}
    pending, met = [(gradient.target, False)], set[tuple[int, bool]]()
    cuts: dict[int, LayerCall] = {}
    while pending:
        tensor, cut = pending.pop()
        if (tensor, cut) in met:
            continue
        met.add((tensor, cut))
        call = answers.get(tensor)
        if call is not None and _concerns(call, gradient, view):
            if not gradient.first <= call.start < gradient.last:
                way.outside.append(call)
            elif not cut:
                way.reached.append(call)
            else:
                way.cuts.extend(cuts.values())
            continue
        index = program.tensors[tensor].apply
        if index is None:
            continue
        made = program.layer_calls[index]
        layer = program.layers[made.layer]
        if layer.custom or any(map(_is_function, layer.args.values())):
            way.unknown = True  # the branches of `tf.cond` use tensors that they are not given
        if index >= gradient.last or (layer.operation and _cuts(layer.type)):
            cuts.setdefault(index, made)
            pending.extend((each, True) for each in made.inputs)
        else:
            pending.extend((each, cut) for each in made.inputs)
    return way


def _is_function(fact: Fact) -> bool:
    value = fact.value
    if isinstance(value, Items):
        return any(map(_is_function, value.items))
    return isinstance(value, Custom) and value.kind in ("function", "lambda", "object")


def _cuts(name: str) -> bool:
    return name.startswith("numpy.") or name.rpartition(".")[2] in NO_GRADIENT


def _concerns(call: ModelCall, gradient: Gradient, view: View) -> bool:
    """Whether a gradient is taken of weights of the model that is called."""
    asked = gradient.weights or ()
    if call.model in asked:
        return True
    own = view.layers_in(call.model)
    return any(not own.isdisjoint(view.layers_in(model)) for model in asked)
