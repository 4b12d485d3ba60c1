"""Snapshots of interpreter state: take, restore, compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kerlint.lazy_dataclass import replace
from kerlint.program.data import Array
from kerlint.program.values import Fact, Object, Unknown
from kerlint.reading.interpreter.conversion import PLAIN
from kerlint.reading.interpreter.state import BranchKey, Building, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    BoundMethod,
    Class,
    DictValue,
    FileModule,
    Function,
    Instance,
    ListValue,
    Partial,
    Scope,
    Super,
)

# The tables that decide what the code does next. To the others (calls, uses) a path only adds.
_STATE = (
    "layers",
    "tensors",
    "layer_calls",
    "models",
    "compiles",
    "fits",
    "assignments",
    "scalings",
    "formulas",
    "discarded",
    "multiplied",
    "defined",
    "classes",
    "subclassed",
    "exposed",
    "loose",
    "patched",
    "configured",
    "fit_state",
    "files",
    "placeholders",
    "some_layer",
    "model_layers",
    "layer_models",
    "model_calls",
    "losses",
    "gradients",
    "returned",
    "recorded",
    "guards",
)


class SnapshotTooLarge(Exception):
    """So much is held that reading again costs less than comparing."""


class Snapshot:
    """The state between two statements of a module, with everything reachable from its names.

    Most of that never changes (functions, layers, numbers), so it is the containers that are noted:
    scopes, lists, dictionaries, objects. ``roots`` are values to start from in addition to what
    the state knows itself. Raises ``SnapshotTooLarge`` when they hold more than ``limit`` values in
    all.
    """

    __slots__ = ("instances", "left", "mappings", "scopes", "sequences", "state")

    def __init__(self, state: State, *roots: AbstractValue, limit: int | None = None) -> None:
        self.state = copy(state)
        self.left = limit
        self.scopes: dict[int, tuple[Scope, dict[str, Fact]]] = {}
        self.sequences: dict[int, tuple[ListValue, list[Fact], bool]] = {}
        self.mappings: dict[int, tuple[DictValue, dict[str | int, Fact], bool]] = {}
        self.instances: dict[int, tuple[Instance, dict[str, Fact], bool]] = {}
        pending: list[AbstractValue] = [*roots, *state.defined, *state.classes]
        _lead_on(pending, state.files.values())
        _lead_on(pending, state.subclassed)
        _lead_on(pending, state.configured.values())
        seen: set[int] = set()
        while pending:
            value = pending.pop()
            if id(value) not in seen:
                seen.add(id(value))
                self._note(value, pending)

    def _spend(self, number: int) -> None:
        if self.left is not None:
            self.left -= number
            if self.left < 0:
                raise SnapshotTooLarge

    def _note(self, value: AbstractValue, pending: list[AbstractValue]) -> None:
        kind = type(value)
        if kind is Scope:
            if id(value) not in self.scopes:
                self.scopes[id(value)] = (value, dict(value.names))
                _lead_on(pending, value.names.values())
                if value.parent is not None:
                    pending.append(value.parent)
        elif kind is Function:
            if id(value.scope) not in self.scopes:
                pending.append(value.scope)
            _lead_on(pending, value.defaults.values())
            if value.owner is not None and id(value.owner.scope) not in self.scopes:
                pending.append(value.owner)
        elif kind is Class:
            pending.append(value.scope)
            _lead_on(pending, value.bases)
        elif kind is ListValue:
            if id(value) not in self.sequences:
                self._spend(len(value.items))
                self.sequences[id(value)] = (value, list(value.items), value.complete)
                _lead_on(pending, value.items)
        elif kind is DictValue:
            if id(value) not in self.mappings:
                self._spend(len(value.entries))
                self.mappings[id(value)] = (value, dict(value.entries), value.complete)
                _lead_on(pending, value.entries.values())
        elif kind is Instance:
            if id(value) not in self.instances:
                self.instances[id(value)] = (value, dict(value.attributes), value.open)
                pending.append(value.cls)
                _lead_on(pending, value.attributes.values())
        elif kind is FileModule:
            pending.append(value.scope)
        elif kind is BoundMethod:
            _lead_on(pending, (value.receiver,))
        elif kind is Super:
            _lead_on(pending, (value.instance,))
            pending.append(value.owner)
        elif kind is Partial:
            _lead_on(pending, (value.callee, *value.positional))
            _lead_on(pending, (fact for _, fact, _ in value.keywords))

    def resume(self, decisions: Mapping[BranchKey, bool]) -> State:
        """Restore the state and return a copy that goes on from there with these decisions."""
        self.restore()
        state = copy(self.state)
        state.assumptions = decisions
        return state

    def restore(self) -> None:
        """Let every container hold what it held."""
        for scope, names in self.scopes.values():
            # In place: ``vars(thing)`` is the very table of the thing.
            _refill(scope.names, names)
            scope.returned = None
            scope.yielded = None
        for sequence, items, complete in self.sequences.values():
            sequence.items[:] = items
            sequence.complete = complete
        for mapping, entries, complete in self.mappings.values():
            _refill(mapping.entries, entries)
            mapping.complete = complete
        for instance, attributes, opened in self.instances.values():
            _refill(instance.attributes, attributes)
            instance.open = opened

    def equivalent_to(
        self, state: State, start: Snapshot, is_read_later: Callable[[str], bool]
    ) -> bool:
        """Whether another state equals this one, so that both go on in the same way.

        Both came from ``start``: containers that were there are compared one by one, those made
        since by what they hold. Unknown values are alike when the same text stands for them,
        whatever made them unknown. Names of the module that are not read later may have different
        plain values.
        """
        for name in _STATE:
            then, now = getattr(self.state, name), getattr(state, name)
            if len(then) != len(now):
                return False
            if isinstance(then, dict):
                if then.keys() != now.keys():
                    return False
                then, now = list(then.values()), [now[key] for key in then]
            if not all(map(_equal, then, now)):
                return False
        alike = StateComparison(self, start)
        if all(map(alike.still, start.containers())):
            return True
        # Only now: which names are read later takes a look at all of the code.
        alike = StateComparison(self, start, is_read_later)
        return all(map(alike.still, start.containers()))

    def containers(self) -> list[AbstractValue]:
        """Every container that was noted."""
        return [
            *(scope for scope, _ in self.scopes.values()),
            *(sequence for sequence, _, _ in self.sequences.values()),
            *(mapping for mapping, _, _ in self.mappings.values()),
            *(instance for instance, _, _ in self.instances.values()),
        ]


class StateComparison:
    """Compares what a snapshot noted with what is there now."""

    __slots__ = ("_is_read_later", "_old", "_pairs", "_then")

    def __init__(
        self,
        then: Snapshot,
        start: Snapshot,
        is_read_later: Callable[[str], bool] | None = None,
    ) -> None:
        self._then = then
        self._is_read_later = is_read_later  # a name of the module; None: all are
        self._old = {id(container) for container in start.containers()}
        # Containers made since the start: each of then with the one of now, and back.
        self._pairs: dict[int, int] = {}

    def still(self, container: AbstractValue) -> bool:
        """Whether a container that was there at the start holds the same in both."""
        return self._contents(container, container)

    def _contents(self, then: AbstractValue, now: AbstractValue) -> bool:
        kind = type(then)
        if kind is Scope:
            noted = self._then.scopes.get(id(then))
            if noted is None:
                return True
            if self._is_read_later is not None and then is self._then.state.module:
                return self._named_alive(self._is_read_later, noted[1], now.names)
            return self._named(noted[1], now.names)
        if kind is ListValue:
            held = self._then.sequences.get(id(then))
            return held is None or (
                (then.kind, then.depth, held[2]) == (now.kind, now.depth, now.complete)
                and len(held[1]) == len(now.items)
                and all(map(self._facts, held[1], now.items))
            )
        if kind is DictValue:
            kept = self._then.mappings.get(id(then))
            return kept is None or (
                (then.depth, kept[2]) == (now.depth, now.complete)
                and self._in_order(kept[1], now.entries)
            )
        known = self._then.instances.get(id(then))
        return known is None or (
            (then.cls, then.site, then.model, then.layer, known[2])
            == (now.cls, now.site, now.model, now.layer, now.open)
            and self._in_order(known[1], now.attributes)
        )

    def _in_order(self, then: dict[Any, Fact], now: dict[Any, Fact]) -> bool:
        return list(then) == list(now) and self._named(then, now)

    def _named(self, then: dict[Any, Fact], now: dict[Any, Fact]) -> bool:
        return then.keys() == now.keys() and all(
            self._facts(fact, now[name]) for name, fact in then.items()
        )

    def _named_alive(
        self, is_read_later: Callable[[str], bool], then: dict[Any, Fact], now: dict[Any, Fact]
    ) -> bool:
        for name in then.keys() | now.keys():
            before, after = then.get(name), now.get(name)
            if before is after:
                continue
            if _is_plain(before) and _is_plain(after) and not is_read_later(name):
                continue
            if before is None or after is None or not self._facts(before, after):
                return False
        return True

    def _facts(self, then: Fact, now: Fact) -> bool:
        if then is now:
            return True
        a: AbstractValue = then.value
        b: AbstractValue = now.value
        kind = type(a)
        if kind is not type(b):
            return False
        if kind is Unknown:
            return bool(a.symbol == b.symbol and (a.symbol or a.site == b.site))
        if then.site != now.site or then.copied_through != now.copied_through:
            return False
        return self._values(a, b)

    def _values(self, a: AbstractValue, b: AbstractValue) -> bool:
        kind = type(a)
        if kind in (ListValue, DictValue, Instance):
            if id(a) in self._old or id(b) in self._old:
                return a is b  # compared on its own
            if id(a) in self._pairs or id(b) in self._pairs:
                return self._pairs.get(id(a)) == id(b)
            self._pairs[id(a)], self._pairs[id(b)] = id(b), id(a)
            return self._contents(a, b)
        if kind is BoundMethod:
            return a.name == b.name and self._facts(a.receiver, b.receiver)
        if kind is Partial:
            return (
                self._facts(a.callee, b.callee)
                and len(a.positional) == len(b.positional)
                and all(map(self._facts, a.positional, b.positional))
                and [(name, site) for name, _, site in a.keywords]
                == [(name, site) for name, _, site in b.keywords]
                and all(self._facts(x[1], y[1]) for x, y in zip(a.keywords, b.keywords))
            )
        if kind in _SINGLE:
            return a is b
        return _equal(a, b)


def _is_plain(fact: Fact | None) -> bool:
    return fact is None or type(fact.value) is Unknown or isinstance(fact.value, PLAIN)


# What changes as a whole, wherever it is held: arrays in place, encoders when they are fitted.
_SINGLE = frozenset({Array, Object})


def _equal(a: AbstractValue, b: AbstractValue) -> bool:
    """Equal, and of the same types: 1 is neither 1.0 nor True."""
    # Only numbers and what holds them; the text of a function would be its whole syntax tree.
    return a is b or bool(a == b and (type(a) not in _NUMBERS or repr(a) == repr(b)))


_NUMBERS = frozenset({bool, int, float, complex, tuple, list, dict, set, frozenset})


def _refill(table: dict[Any, Fact], noted: dict[Any, Fact]) -> None:
    table.clear()
    table.update(noted)


def copy(state: State) -> State:
    """A state with copies of all tables."""
    copy = State(state.sites, state.interpreter, state.assumptions, state.project)
    for name, value in vars(state).items():
        setattr(copy, name, value.copy() if type(value) in (list, dict, set) else value)
    copy.models = [copied(building) for building in state.models]
    return copy


def copied(building: Building) -> Building:
    return replace(
        building,
        inputs=list(building.inputs),
        outputs=list(building.outputs),
        stack=list(building.stack),
        gaps=list(building.gaps),
        labels=list(building.labels),
    )


_LEADING = frozenset(
    {BoundMethod, Class, FileModule, Function, Instance, DictValue, Partial, ListValue, Super}
)


def _lead_on(pending: list[AbstractValue], facts: Iterable[Fact]) -> None:
    """Add the values that hold further ones."""
    for fact in facts:
        value: AbstractValue = fact.value
        if type(value) in _LEADING:
            pending.append(value)
