"""Which models a statement can reach that takes too many steps: what is known of them may be wrong.

Whoever gave up following the statement knows its text, and what the names in it stand for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kerlint.program.data import Array
from kerlint.program.values import Fact, LayerRef, ModelRef, Object, TensorRef, Unknown
from kerlint.reading.interpreter.conversion import PLAIN
from kerlint.reading.interpreter.effects import changes_of
from kerlint.reading.interpreter.state import Building, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Builtin,
    Class,
    DictValue,
    Function,
    Instance,
    ListValue,
    Partial,
    QualifiedName,
    Scope,
)
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import identifiers

MAX_VALUES = 2_000  # that are looked at; more of them may lead to any model

# Python's own functions that lead to more than their arguments.
_ANYTHING = frozenset({"__globals__", "eval", "exec", "gc", "globals", "locals", "sys", "vars"})


def models_of(
    state: State, statement: syntax.Node, scope: Scope, names: int, models: int
) -> Iterable[Building]:
    """The models that a statement of the file can have changed, as far as it was followed or not.

    ``names`` and ``models`` are how many of them there were before it.
    """
    reached = _Reached()
    before = set([*scope.names][:names])
    if not reached.follow(state, statement, scope, before):
        return state.models
    for building in state.models:
        if not before.isdisjoint(building.labels) and not reached.words.isdisjoint(building.labels):
            reached.models.add(building.id)
    return _all_with(state, reached, models)


def _all_with(state: State, reached: _Reached, models: int) -> list[Building]:
    """The models that were reached or built since, and those that share a layer with them."""
    own = {building.id: _layers_of(state, building) for building in state.models}
    found = {building.id for building in state.models[models:]} | reached.models
    layers = set(reached.layers)
    while True:
        for index in found:
            layers |= own[index]
        more = {index for index, of in own.items() if not layers.isdisjoint(of)} - found
        inner = {state.layers[index].model for index in layers} - found - {None}
        more.update(index for index in inner if index is not None)
        if not more:
            return [building for building in state.models if building.id in found]
        found |= more


def _layers_of(state: State, building: Building) -> set[int]:
    layers = {layer for layer, _ in building.stack}
    return layers | {state.layer_calls[index].layer for index in state.graph_of(building)}


class _Reached:
    """What is found from the names in some code, in the functions that they stand for as well."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.models: set[int] = set()
        self.layers: set[int] = set()
        self._seen: set[int] = set()
        self._alive: list[object] = []  # so that no id() is given twice

    def follow(self, state: State, statement: syntax.Node, scope: Scope, before: set[str]) -> bool:
        """Look at everything; False when there may be more than can be seen."""
        pending: list[AbstractValue] = [(statement, scope)]
        while pending:
            value = pending.pop()
            if type(value) is tuple:
                node, where = value
                words = identifiers(node, until=_ANYTHING.__contains__)
                if words is None:
                    return False
                changes = changes_of(state, node)
                bound = changes.local if node is statement else set()
                if any(_may_have_led(name, scope) for name in (bound | changes.rebound) & before):
                    return False  # what these names stood for cannot be seen any more
                self.words |= words
                found = (where.lookup(word) for word in words)
                pending += [fact.value for fact in found if fact is not None]
            elif isinstance(value, _CLOSED):
                continue
            elif id(value) not in self._seen:
                self._seen.add(id(value))
                self._alive.append(value)
                if len(self._seen) > MAX_VALUES or not self._open(state, value, pending):
                    return False
        return True

    def _open(self, state: State, value: AbstractValue, pending: list[Any]) -> bool:
        """Go on with what a value leads to; False when that is not known."""
        facts: Iterable[Fact] = ()
        if isinstance(value, ModelRef):
            self.models.add(value.model)
        elif isinstance(value, LayerRef):
            self.layers.add(value.layer)
        elif isinstance(value, TensorRef):
            apply = state.tensors[value.tensor].apply
            if apply is not None:
                self.layers.add(state.layer_calls[apply].layer)
        elif isinstance(value, Function):
            pending.append((value.node, value.scope))
            facts = value.defaults.values()
        elif isinstance(value, Class):
            pending.append((value.node, value.scope))
            facts = value.bases
        elif isinstance(value, Instance):
            pending.append(value.cls)
            if value.model is not None:
                self.models.add(value.model)
            if value.layer is not None:
                self.layers.add(value.layer)
            facts = value.attributes.values()
        elif isinstance(value, Partial):
            given = [fact for _, fact, _ in value.keywords]
            facts = [value.callee, *value.positional, *given]
        elif isinstance(value, ListValue):
            facts = value.items
        elif isinstance(value, DictValue):
            facts = value.entries.values()
        else:
            return False
        pending += [fact.value for fact in facts]
        return True


def _may_have_led(name: str, scope: Scope) -> bool:
    """Whether a name that was bound anew may have stood for anything; a counter stays one."""
    fact = scope.names.get(name)
    return fact is None or not isinstance(fact.value, PLAIN)


# What leads to no model. An unknown value may be a container that has one, but then the model was
# given to code that was not read.
_CLOSED = (*PLAIN, Array, Builtin, Object, QualifiedName, Unknown)
