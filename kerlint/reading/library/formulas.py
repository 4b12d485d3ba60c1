"""Losses and metrics of the user: called with symbolic tensors, they become tables of operations.

This happens once for each that is given to ``compile``. What the call does to the rest of the
program is undone, but for its tensors, which objects of the program may hold.
"""

from __future__ import annotations

from typing import Any

from kerlint import keras_api
from kerlint.lazy_dataclass import replace
from kerlint.program.formulas import Formula, Trace
from kerlint.program.model import Shape
from kerlint.program.values import Custom, Entries, Fact, Items, Site, TensorRef, Unknown
from kerlint.reading.interpreter import classes
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.state import BranchKey, Building, Exhausted, Raised, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    Class,
    DictValue,
    Function,
    Instance,
    ListValue,
    Partial,
)
from kerlint.reading.syntax import tree as syntax

MAX_STEPS = 2_000  # of one way through one of them
MAX_TRACES = 4  # ways through one of them
MAX_FORMULAS = 12  # of one ``compile``

# What Keras calls of the user's classes, by what they derive from.
_METHODS = {"loss": "call", "metric": "update_state"}
_OWN = (Function, Instance, Partial, Class)


def with_formulas(
    state: State, found: dict[str, Fact], args: Arguments, built: Building, site: Site
) -> dict[str, Fact]:
    """Arguments of ``compile`` in which the user's losses and metrics lead to their formulas."""
    result = found
    for index, name in enumerate(("", "loss", "metrics", "weighted_metrics")):
        frozen = found.get(name)
        if frozen is None or not _holds_own(frozen):
            continue
        given = next((fact for fact in args.facts() if fact.site == frozen.site), None)
        if given is not None:
            reader = _Reader(state, name != "loss", built, site)
            if result is found:
                result = dict(found)
            output = 0 if len(built.outputs) == 1 else None
            place = _argument(state.sites.node(site), name, index)
            result[name] = reader.read(given, frozen, output, place)
    return result


def _argument(call: syntax.Node, name: str, index: int) -> syntax.Node:
    """Where an argument is in a call; the whole call when that is not known."""
    for position, arg in enumerate(call.args if isinstance(call, syntax.Call) else ()):
        if arg.star:
            break
        if position == index if arg.keyword is None else arg.keyword.value == name:
            return arg.value
    return call


def _elements(place: syntax.Node, count: int) -> list[syntax.Node]:
    """Where the items of a list are, if it is written there."""
    if isinstance(place, (syntax.List, syntax.Tuple)) and len(place.elements) == count:
        return [element.value for element in place.elements]
    return [place] * count


def _holds_own(fact: Fact) -> bool:
    value = fact.value
    if isinstance(value, Items):
        return any(map(_holds_own, value.items))
    if isinstance(value, Entries):
        return any(map(_holds_own, value.entries.values()))
    return isinstance(value, Custom)


class _Reader:
    """Reads the losses or metrics of one ``compile``."""

    def __init__(self, state: State, metric: bool, built: Building, site: Site) -> None:
        self._state = state
        self._metric = metric
        self._node = state.sites.node(site)
        self._outputs = built.outputs
        self._left = MAX_FORMULAS

    def read(self, given: Fact, frozen: Fact, output: int | None, place: syntax.Node) -> Fact:
        """The same argument, in which each ``Custom`` has a formula."""
        value: AbstractValue = given.value
        plain = frozen.value
        if isinstance(value, ListValue) and isinstance(plain, Items):
            for_each = output is None and len(value.items) == len(self._outputs)
            places = _elements(place, len(value.items))
            items = tuple(
                self.read(item, before, index if for_each else output, places[index])
                for index, (item, before) in enumerate(zip(value.items, plain.items))
            )
            return Fact(replace(plain, items=items), frozen.site, frozen.copied_through)
        if isinstance(value, DictValue) and isinstance(plain, Entries):
            entries = {
                key: self.read(value.entries[key], before, output, place)
                for key, before in plain.entries.items()
                if key in value.entries
            }
            entries = {**plain.entries, **entries}
            return Fact(replace(plain, entries=entries), frozen.site, frozen.copied_through)
        if not isinstance(plain, Custom) or not isinstance(value, _OWN) or self._left <= 0:
            return frozen
        self._left -= 1
        state = self._state
        formula = _formula(state, given, self._metric, self._shape(output), self._node)
        if formula is None:
            return frozen
        formula = replace(formula, id=len(state.formulas), given_at=state.site(place))
        state.formulas.append(formula)
        made = replace(plain, formula=formula.id)
        return Fact(made, frozen.site, frozen.copied_through)

    def _shape(self, output: int | None) -> Shape | Unknown:
        if output is None or output >= len(self._outputs):
            return Unknown("one of several outputs")
        return self._state.tensors[self._outputs[output]].shape


def of_function(state: State, given: Fact | None, site: Site) -> int:
    """The formula of a function of one tensor, such as an activation; -1 where it is not read."""
    value: AbstractValue = given.value if given is not None else None
    if given is None or type(value) is not Function or value.opaque or state.tracing:
        return -1
    tensor = state.add_tensor(Unknown("what a function of one tensor is given"), site)
    args = Arguments([Fact(TensorRef(tensor.id), site)], [])
    traces = _traces(state, given, args, state.sites.node(site))
    made = Formula(len(state.formulas), False, value.name, value.site, site, -1, tensor.id, traces)
    state.formulas.append(made)
    return made.id


def _formula(
    state: State, given: Fact, metric: bool, shape: Shape | Unknown, node: syntax.Node
) -> Formula | None:
    value: AbstractValue = given.value
    callee, function = given, value
    is_class = False
    if isinstance(value, Instance):
        name = value.cls.keras or ""
        symbol = keras_api.symbol(name)
        kind = symbol.kind if symbol is not None else ""
        is_class = kind in _METHODS
        if value.layer is not None or value.model is not None or (name and not is_class):
            return None
        if is_class and classes.find_member(value.cls, "__call__") is not None:
            return None  # which then decides what else is called
        member = classes.find_member(value.cls, _METHODS.get(kind, "__call__"))
        if member is None or not isinstance(member[1].value, Function):
            return None
        function = member[1].value
        callee = Fact(Partial(member[1], (given,), ()), given.site)
    elif isinstance(value, Class):
        return None
    elif isinstance(value, Partial):
        function = value.callee.value
    if isinstance(function, Function) and function.opaque:
        return None
    site = given.site
    labels = state.add_tensor(Unknown("the labels that a loss is given"), site)
    output = state.add_tensor(shape, site)
    arguments = [Fact(TensorRef(tensor.id), site) for tensor in (labels, output)]
    formula = Formula(
        -1,
        metric,
        getattr(function, "name", ""),
        getattr(function, "site", site),
        site,
        labels.id,
        output.id,
        _traces(state, callee, Arguments(arguments, []), node),
        is_class=is_class,
    )
    if isinstance(function, Function) and not (isinstance(value, Partial) and value.keywords):
        bound = len(callee.value.positional) if isinstance(callee.value, Partial) else 0
        if function.wraps in ("", "staticmethod"):
            formula = _with_parameters(formula, function.node.params, bound)
    return formula


def _with_parameters(formula: Formula, params: syntax.Parameters, bound: int) -> Formula:
    names = [*params.posonly_params, *params.params][bound:]
    required = sum(param.default is None for param in (*names, *params.kwonly_params))
    most = -1 if type(params.star_arg) is syntax.Param else len(names)
    return replace(
        formula,
        parameters=tuple(param.name.value for param in names),
        required=required,
        most=most,
    )


def _traces(state: State, callee: Fact, args: Arguments, node: syntax.Node) -> tuple[Trace, ...]:
    """All ways through the code; none when there are too many, or one cannot be followed."""
    found: list[Trace] = []
    pending: list[dict[BranchKey, bool]] = [{}]
    while pending:
        assumed = pending.pop()
        if len(found) >= MAX_TRACES:
            return ()
        made, decided = _trace(state, callee, args, assumed, node)
        if made is None:
            return ()
        found.append(made)
        new = [key for key in decided if key not in assumed]
        before = dict(assumed)
        for key in new:
            pending.append({**before, key: not decided[key]})
            before[key] = decided[key]
    return tuple(found)


# What the call adds to, and what is put back after it.
_GROWING = (
    "assignments",
    "calls",
    "classes",
    "decisions",
    "defined",
    "discarded",
    "gradients",
    "losses",
    "model_calls",
    "recorded",
    "scalings",
)
_CHANGING = (
    "allocations",
    "called",
    "first_asked_at",
    "flags",
    "last_asked_at",
    "last_choice",
    "noted",
    "open_decisions",
    "outcomes",
    "used",
    "uses",
)


def _trace(
    state: State,
    callee: Fact,
    args: Arguments,
    assumed: dict[BranchKey, bool],
    node: syntax.Node,
) -> tuple[Trace | None, dict[BranchKey, bool]]:
    """One way through the code, and the outcomes of the branches that are its own."""
    lengths = {name: len(getattr(state, name)) for name in _GROWING}
    kept: dict[str, Any] = {}
    for name in _CHANGING:
        value = kept[name] = getattr(state, name)
        setattr(state, name, value.copy() if type(value) in (dict, list, set) else value)
    assumptions, limit, tracing = state.assumptions, state.limit, state.tracing
    state.tracing = True
    state.assumptions = {**assumptions, **assumed}
    state.limit = min(limit, state.steps + MAX_STEPS)
    first = len(state.layer_calls)
    result: Fact | None = None
    try:
        result = state.interpreter.call(state, callee, args, node)
        result = freeze(state, result)
    except (Exhausted, Raised):
        pass
    finally:
        decided = {
            key: state.decisions[index].outcome
            for key, index in state.outcomes.items()
            if key not in kept["outcomes"]
        }
        for name, length in lengths.items():
            del getattr(state, name)[length:]
        for name, value in kept.items():
            setattr(state, name, value)
        state.assumptions, state.limit, state.tracing = assumptions, limit, tracing
    if result is None:
        return None, decided
    return Trace(first, len(state.layer_calls), result), decided
