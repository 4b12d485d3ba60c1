"""Whether a model leaves the code that is read, so that somebody else may train it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kerlint.program.fate import MEASURING
from kerlint.program.values import Fact, ModelRef
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    DictValue,
    Function,
    Instance,
    ListValue,
    Partial,
)
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import dotted, parts_of

# Calls of Keras and of libraries that look at a model without training it.
_LOOKING = frozenset({"clone_model", "model_to_dot", "plot_model", "print", "print_summary"})

# What is taken from a model without training it, or giving it to somebody who could.
_HARMLESS = frozenset(
    {
        "count_params",
        "get_config",
        "get_layer",
        "get_weights",
        "input",
        "input_shape",
        "inputs",
        "layers",
        "load_weights",
        "name",
        "output",
        "output_shape",
        "outputs",
        "set_weights",
        "summary",
        "trainable",
        "weights",
    }
)
_PREDICTING = frozenset({"__call__", "predict", "predict_classes", "predict_on_batch"})


def hand_on(state: State, facts: Iterable[Fact]) -> None:
    """Note that models, also inside containers and objects, get out of sight."""
    if not state.models:  # asked at every call of code that is not read
        return
    pending: list[AbstractValue] = [fact.value for fact in facts]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        kind = type(value)
        if kind is ModelRef:
            state.models[value.model].handed_on = True
            continue
        if kind not in (ListValue, DictValue, Instance) or id(value) in seen:
            continue
        seen.add(id(value))
        if kind is ListValue:
            pending += [fact.value for fact in value.items]
        elif kind is DictValue:
            pending += [fact.value for fact in value.entries.values()]
        else:
            if value.model is not None:
                state.models[value.model].handed_on = True
            pending += [fact.value for fact in value.attributes.values()]


def hand_on_arguments(state: State, name: str, args: Arguments) -> None:
    """The same for what a function is given that is not read."""
    if state.models and name.rpartition(".")[2] not in _LOOKING:
        hand_on(state, args.facts())


def hand_over_functions(state: State, name: str, args: Arguments) -> None:
    """Note functions of the user that others will call, and the arguments that these name.

    ``KerasClassifier(build, units=3)``, ``SKLearnClassifier(build, model_kwargs={"units": 3})``;
    a search over settings names what it varies: ``GridSearchCV(..., {"model__units": [3, 5]})``.
    """
    facts = args.facts()
    if name.endswith("SearchCV"):
        for fact in facts:
            value: AbstractValue = fact.value
            tables = [each.value for each in value.items] if type(value) is ListValue else [value]
            for table in tables:
                if type(table) is DictValue:
                    state.searched |= {str(key).rpartition("__")[2] for key in table.entries}
        return
    for fact in facts:
        value = fact.value
        if type(value) is not Function and type(value) is not Partial:
            continue
        given: tuple[str, ...] = ()
        while type(value) is Partial:
            given += tuple(keyword for keyword, _, _ in value.keywords)
            value = value.callee.value
        if type(value) is Function and value.owner is None:
            named = {keyword for keyword, _, _ in args.keywords} | {*given}
            for other in facts:
                if type(other.value) is DictValue:
                    named |= {str(key) for key in other.value.entries}
            named = {word.rpartition("__")[2] for word in named}
            state.handed.setdefault(id(value.node), []).append(frozenset(named))


def look_for_uses(state: State) -> None:
    """Note what functions that nobody calls do with the models of the file.

    A module may build a model whose function ``predict`` a server calls; another one leaves the
    training to whoever imports it.
    """
    if state.module is None:
        return
    names = _idle(state, state.module.names)
    for function in state.defined if names else ():
        _note_uses(state, function, names)
    for fact in list(state.module.names.values()):
        if isinstance(fact.value, Instance):
            look_for_uses_of(state, fact.value)


def look_for_uses_of(state: State, instance: Instance) -> None:
    """The same for the models that an object keeps, and the methods that nobody calls."""
    names = _idle(state, instance.attributes)
    if names:
        owned = {f"self.{name}": model for name, model in names.items()}
        for fact in instance.cls.scope.names.values():
            if isinstance(fact.value, Function):
                _note_uses(state, fact.value, owned)


def _idle(state: State, facts: Mapping[str, Fact]) -> dict[str, int]:
    """The compiled models among some values that are not trained as far as is seen."""
    trained = {fit.model for fit in state.fits if fit.method in MEASURING}
    return {
        name: fact.value.model
        for name, fact in facts.items()
        if isinstance(fact.value, ModelRef)
        and fact.value.model not in trained
        and state.models[fact.value.model].compiled is not None
    }


def _note_uses(state: State, function: Function, names: Mapping[str, int]) -> None:
    if id(function.node) in state.called or function.in_other_module:
        return
    pending: list[Any] = [function.node]
    while pending:
        item = pending.pop()
        kind = type(item)
        if kind is syntax.Attribute and (model := names.get(dotted(item.value))) is not None:
            building = state.models[model]
            if item.attr.value in _PREDICTING:
                building.predicts = True
            elif item.attr.value not in _HARMLESS:
                building.handed_on, building.loaded = True, False
            continue
        if (
            kind in (syntax.Name, syntax.Attribute)
            and (model := names.get(dotted(item))) is not None
        ):
            state.models[model].handed_on, state.models[model].loaded = True, False
            continue
        if kind is syntax.Attribute:
            pending.append(item.value)
            continue
        for part in parts_of(item.__class__):
            inner = getattr(item, part)
            if isinstance(inner, (tuple, list)):
                pending += inner
            elif isinstance(inner, syntax.Node):
                pending.append(inner)
