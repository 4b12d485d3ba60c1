"""Training loops of the user: which loss is taken of which model, and what its gradient is for."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from kerlint import keras_api
from kerlint.lazy_dataclass import replace
from kerlint.program.model import Compile, Gradient, LossCall, ModelCall, Step
from kerlint.program.values import (
    Derivative,
    Fact,
    Forecast,
    Object,
    Site,
    Tape,
    TensorRef,
    Unknown,
    Weights,
)
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    ListValue,
    unknown,
)
from kerlint.reading.library.models import tensors_of
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import LEAVES, inside

# Attributes of models and layers that are lists of all their weights.
WEIGHTS = frozenset({"trainable_variables", "trainable_weights", "variables", "weights"})

# Functions of TensorFlow and Keras that take an average of what a loss gives, or the like.
_SUMMARIES = frozenset(
    {
        *("abs", "compute_average_loss", "mean", "reduce_mean", "reduce_sum", "square"),
        *("squared_difference", "sum"),
    }
)


# -- models ---------------------------------------------------------------------------------------


def note_model_call(
    state: State,
    model: int,
    args: Arguments,
    made: Fact | None,
    start: int,
    site: Site,
    own_call: bool = False,
) -> None:
    """Note a call of a model, once it has been followed."""
    if state.in_other_module:
        return
    named = {name: freeze(state, fact) for name, fact, _ in args.keywords}
    if len(args.positional) > 1:
        named.setdefault("1", freeze(state, args.positional[1]))
    outputs = tuple(tensors_of(made)) if made is not None else ()
    number, origin, taped = len(state.model_calls), state.origin(site), state.tapes > 0
    state.model_calls.append(
        ModelCall(number, model, outputs, named, origin, start, taped, bool(args.partial), own_call)
    )


def weights(models: tuple[int, ...], name: str, site: Site) -> Fact:
    """``model.trainable_variables``."""
    return Fact(Weights(f"the model's {name}", site, "", models), site)


def forecast_in(args: Arguments) -> Forecast | None:
    """The output of a model in plain numbers among the arguments of a call."""
    for fact in args.facts():
        if type(fact.value) is Forecast:
            return fact.value
    return None


def passed_on(dotted: str, args: Arguments, site: Site) -> Fact | None:
    """What a function gives of the output of a model in plain numbers; None: not known."""
    if dotted.rpartition(".")[2] not in _SUMMARIES:
        return None
    found = forecast_in(args)
    return Fact(found, site) if found is not None else None


# -- losses ---------------------------------------------------------------------------------------


def note_loss(state: State, loss: Fact, args: Arguments, made: Fact, site: Site) -> None:
    """Note a call of a loss of Keras."""
    labels, outputs = args.get("y_true", 0), args.get("y_pred", 1)
    if args.partial or labels is None or outputs is None or state.in_other_module:
        return
    _add_loss(state, loss, labels, outputs, made, site)


def note_loss_function(state: State, name: str, args: Arguments, made: Fact, site: Site) -> None:
    """Note a call of a function that is a loss: ``keras.losses.binary_crossentropy(y, p)``."""
    if args.partial or state.in_other_module:
        return
    taken = {"y_true", "y_pred"}
    labels, outputs = args.get("y_true", 0), args.get("y_pred", 1)
    if name.startswith(("keras.ops.", "keras.backend.")):
        taken = {"target", "output"}
        labels, outputs = args.get("target", 0), args.get("output", 1)
    if labels is None or outputs is None:
        return
    signature = keras_api.signature(name)
    names = [param.name for param in signature.params] if signature is not None else []
    given = {
        **dict(zip(names[2:], args.positional[2:])),
        **{word: fact for word, fact, _ in args.keywords if word not in taken},
    }
    kind = keras_api.kind_of(name) or name.rpartition(".")[2]
    loss = Object(
        f"keras.losses.{kind}", {word: freeze(state, fact) for word, fact in given.items()}, site
    )
    _add_loss(state, Fact(loss, site), labels, outputs, made, site)


def _add_loss(
    state: State, loss: Fact, labels: Fact, outputs: Fact, made: Fact, site: Site
) -> None:
    result = made.value.tensor if isinstance(made.value, TensorRef) else None
    state.losses.append(
        LossCall(
            len(state.losses),
            loss,
            freeze(state, labels),
            freeze(state, outputs),
            result,
            state.origin(site),
            state.tapes > 0,
        )
    )


# -- gradients ------------------------------------------------------------------------------------


def method_of_tape(state: State, tape: Tape, name: str, args: Arguments, node: syntax.Node) -> Fact:
    """Call a method of a ``tf.GradientTape``."""
    site = state.site(node)
    if name != "gradient" or state.in_other_module:
        return unknown(site, f"the result of .{name}()")
    target, sources = args.get("target", 0), args.get("sources", 1)
    of = _weights_in(sources)
    first, last = state.recorded[tape.tape]
    gradient = Gradient(
        len(state.gradients),
        _single(target),
        of,
        state.origin(site),
        first,
        last if last is not None else len(state.layer_calls),
        forecast=target.value if target is not None and type(target.value) is Forecast else None,
    )
    if of is not None or _trains(state, sources):
        becomes = _becomes(state, node)
        if becomes is _RETURNED:
            state.returned.add(gradient.id)
        gradient = replace(gradient, lost=becomes is _LOST)
    state.gradients.append(gradient)
    if of is not None and gradient.target is not None and not gradient.lost:
        _note_steps(state, gradient, of)
    return Fact(Derivative("a gradient", site, "", gradient.id), site)


def _single(fact: Fact | None) -> int | None:
    return fact.value.tensor if fact is not None and isinstance(fact.value, TensorRef) else None


def _weights_in(sources: Fact | None) -> tuple[int, ...] | None:
    value: AbstractValue = sources.value if sources is not None else None
    if isinstance(value, Weights):
        return value.models
    if isinstance(value, ListValue) and value.complete and value.items:
        parts = [_weights_in(item) for item in value.items]
        known = [part for part in parts if part is not None]
        if len(known) == len(parts):
            return tuple(dict.fromkeys(model for part in known for model in part))
    return None


def _trains(state: State, sources: Fact | None) -> bool:
    """Whether a gradient can only be meant for a step of training.

    That of the weights of a model that is not known, or of anything in a loop or function of a
    program with an optimizer. Who learns about tapes takes gradients for their own sake.
    """
    value = sources.value if sources is not None else None
    if isinstance(value, Unknown) and value.symbol.rpartition(".")[2] in WEIGHTS:
        return True
    return bool(state.functions or state.cycles or state.unbounded_loops) and any(
        call.name.startswith("keras.optimizers.") for call in state.calls
    )


def _note_steps(state: State, gradient: Gradient, trained: tuple[int, ...]) -> None:
    """Note the losses behind a gradient as what the models are trained for."""
    made_by = {call.result: call for call in state.losses if call.result is not None}
    answers = {
        tensor: (call.model, index)
        for call in state.model_calls
        for index, tensor in enumerate(call.outputs)
    }
    assert gradient.target is not None
    for tensor in _ancestors(state, gradient, gradient.target, answers):
        loss = made_by.get(tensor)
        if loss is None or not isinstance(loss.outputs.value, TensorRef):
            continue
        model, index = answers.get(loss.outputs.value.tensor, (-1, 0))
        labelled = isinstance(loss.labels.value, TensorRef) and loss.labels.value.tensor in answers
        if model in trained and not labelled:
            _note_step(state, model, index, loss, gradient)


def _ancestors(state: State, gradient: Gradient, target: int, stops: dict[int, Any]) -> list[int]:
    """The tensors on the tape that a tensor comes from, up to the outputs of models."""
    found: list[int] = []
    pending, met = [target], set[int]()
    while pending:
        tensor = pending.pop()
        if tensor in met:
            continue
        met.add(tensor)
        found.append(tensor)
        made = state.tensors[tensor].apply
        if made is None or made < gradient.first or tensor in stops:
            continue
        pending.extend(state.layer_calls[made].inputs)
    return found


def _note_step(state: State, model: int, output: int, loss: LossCall, gradient: Gradient) -> None:
    for index, other in enumerate(state.compiles):
        step = other.step
        if step is None or other.model != model or step.output != output:
            continue
        if other.args["loss"].value == loss.loss.value:
            labels = step.labels
            if loss.labels not in labels:
                labels = (*labels, loss.labels)
            state.compiles[index] = replace(other, step=replace(step, labels=labels))
            return
    state.mutations += 1
    state.compiles.append(
        Compile(
            len(state.compiles),
            model,
            {"loss": loss.loss},
            loss.origin,
            True,
            Step(output, (loss.labels,), gradient.id),
        )
    )


# -- whether something becomes of a gradient ------------------------------------------------------

_LOST, _RETURNED, _USED = "lost", "returned", "used"


def note_bound(state: State, gradient: Derivative, node: syntax.Node) -> None:
    """Note that a gradient that a function has returned is given a name."""
    if gradient.gradient in state.returned:
        root = _root(state)
        becomes = _USED if root is None else _Fate(node).of(root)
        if becomes is not _RETURNED:
            state.returned.discard(gradient.gradient)
        if becomes is _LOST:
            noted = state.gradients[gradient.gradient]
            state.gradients[gradient.gradient] = replace(noted, lost=True, bound=state.site(node))


def _becomes(state: State, node: syntax.Node) -> str:
    """What becomes of the result of a call in the function, or at the top of the file."""
    root = _root(state)
    return _USED if root is None else _Fate(node).of(root)


class _Fate:
    """Follows the names that a value is given through the code that comes after it.

    ``origin`` is the expression that makes the value, or the name that it is given first.
    """

    def __init__(self, origin: syntax.Node) -> None:
        self.origin = origin
        self.returned = False
        self.bound = False  # whether the value was given a name, or is thrown away

    def of(self, root: Any) -> str:
        try:
            self._block(root.body, frozenset())
        except _Used:
            return _USED
        if not self.bound and not self.returned:
            return _USED  # it goes somewhere else
        return _RETURNED if self.returned else _LOST

    def _block(self, body: Any, live: frozenset[str]) -> frozenset[str]:
        """Go through statements with the names that have the value before; those after."""
        for statement in body if isinstance(body, (list, tuple)) else body.body:
            live = self._statement(statement, live)
        return live

    def _statement(self, node: Any, live: frozenset[str]) -> frozenset[str]:
        kind = node.__class__
        if kind is syntax.SimpleStatementLine:
            for small in node.body:
                live = self._small(small, live)
            return live
        if kind is syntax.If:
            self._read(node.test, live)
            other = self._statement(node.orelse, live) if node.orelse is not None else live
            return self._block(node.body, live) | other
        if kind is syntax.For or kind is syntax.While:
            self._read(node.iter if kind is syntax.For else node.test, live)
            once = self._block(node.body, live)
            again = self._block(node.body, live | once)
            after = live | once | again
            return self._statement(node.orelse, after) if node.orelse is not None else after
        if kind is syntax.With:
            self._read(node.items, live)
            return self._block(node.body, live)
        if kind is syntax.Else or kind is syntax.Finally:
            return self._block(node.body, live)
        if kind is syntax.Try or kind is syntax.TryStar:
            after = live | self._block(node.body, live)
            for part in (*node.handlers, node.orelse, node.finalbody):
                if part is not None:
                    after |= self._block(part.body, after)
            return after
        if kind is syntax.FunctionDef and not any(_binds(node, name) for name in live):
            self._read(node, live)  # it may run at any time
        elif kind is not syntax.FunctionDef:
            self._read(node, live)
        return live

    def _small(self, node: Any, live: frozenset[str]) -> frozenset[str]:
        kind = node.__class__
        if kind is syntax.Assign or kind is syntax.AnnAssign:
            targets = [t.target for t in node.targets] if kind is syntax.Assign else [node.target]
            names = [_names_of(target) for target in targets]
            bound = {name for each in names for name in each or ()}
            passes = node.value is self.origin or _holds(targets, self.origin)
            if passes and node.value is not self.origin:
                assert isinstance(self.origin, syntax.Name)
                bound, names = {self.origin.value}, [[]]
            if not passes and live and node.value is not None:
                passes = self._passes_on(node.value, live)
            for target, found in zip(targets, names):
                if found is None:
                    self._read(target, live)
            if not passes:
                return live - bound
            if None in names:
                raise _Used
            self.bound = True
            return live | bound
        if kind is syntax.Return:
            parts = node.value.elements if type(node.value) is syntax.Tuple else ()
            for part in [e.value for e in parts] or [node.value]:
                if part is self.origin or (type(part) is syntax.Name and part.value in live):
                    self.returned = True
                elif part is not None:
                    self._read(part, live)
            return live
        if kind is syntax.Expr and node.value is self.origin:
            self.bound = True
        else:
            self._read(node, live)
        return live

    def _passes_on(self, value: syntax.Expression, live: frozenset[str]) -> bool:
        """Whether something is made of the value that is no use of it by itself."""
        met = any(type(n) is syntax.Name and n.value in live for n in _inside(value))
        if met:
            for part in _inside(value):
                if type(part) is syntax.Call:
                    func = part.func
                    word = func.attr if type(func) is syntax.Attribute else func
                    if type(word) is not syntax.Name or word.value not in _PREPARING:
                        raise _Used
        return met

    def _read(self, node: Any, live: frozenset[str]) -> None:
        if not live:
            return
        skipped: set[int] = set()
        for part in node if isinstance(node, (list, tuple)) else [node]:
            for item in _inside(part, skipped):
                kind = item.__class__
                if kind is syntax.Attribute:
                    skipped.add(id(item.attr))
                elif kind is syntax.Arg and item.keyword is not None:
                    skipped.add(id(item.keyword))
                elif kind is syntax.Name and item.value in live:
                    raise _Used


class _Used(Exception):
    """Something is done with the value."""


# Functions that only prepare gradients for the step.
_PREPARING = frozenset(
    {"cast", "clip_by_global_norm", "clip_by_norm", "clip_by_value", "get_unscaled_gradients"}
    | {"convert_to_tensor", "enumerate", "list", "tuple", "zip"}
)


def _inside(root: syntax.Node, skipped: Container[int] = ()) -> Iterator[Any]:
    """The nodes of a piece of code, each before what is in it."""
    pending: list[Any] = [root]
    while pending:
        item = pending.pop()
        if id(item) in skipped:
            continue
        yield item
        for part in inside(item.__class__)(item):
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part.__class__ not in LEAVES:
                pending.append(part)


def _holds(targets: list[Any], name: syntax.Node) -> bool:
    return any(element is name for target in targets for element in _targets(target))


def _targets(target: syntax.Node) -> list[syntax.Node]:
    """The names that a target binds."""
    if isinstance(target, (syntax.Tuple, syntax.List)):
        return [name for element in target.elements for name in _targets(element.value)]
    return [target] if type(target) is syntax.Name else []


def _names_of(target: syntax.Node) -> list[str] | None:
    if type(target) is syntax.Name:
        return [target.value]
    if isinstance(target, (syntax.Tuple, syntax.List)):
        found: list[str] = []
        for element in target.elements:
            names = _names_of(element.value)
            if names is None:
                return None
            found += names
        return found
    return None


def _root(state: State) -> syntax.Node | None:
    """The code in which a name is read that is bound here."""
    if not state.functions:
        return state.sites.tree
    node = state.functions[-1].node
    return None if type(node) is syntax.Lambda else node


def _binds(function: syntax.FunctionDef, name: str) -> bool:
    """Whether a function has a name of its own: a parameter, or something it assigns."""
    for item in _inside(function):
        kind = item.__class__
        if kind is syntax.Param and item.name.value == name:
            return True
        if kind is syntax.AssignTarget and name in (_names_of(item.target) or ()):
            return True
    return False
