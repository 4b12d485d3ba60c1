"""Havoc: forgetting what code may change that is not executed iteration by iteration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any

from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import Array
from kerlint.program.values import Fact, LayerRef, ModelRef, Site, TensorRef, Unknown
from kerlint.reading.interpreter import classes, containers
from kerlint.reading.interpreter.conversion import PLAIN
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    Class,
    DictValue,
    FileModule,
    Function,
    Instance,
    ListValue,
    Partial,
    Scope,
)
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import NAMELESS, inside

_MUTATORS = frozenset(
    {"add", "append", "clear", "difference_update", "discard", "extend", "insert"}
    | {"intersection_update", "pop", "popitem", "remove", "reverse", "setdefault", "sort"}
    | {"symmetric_difference_update", "update"}
)
# What a loop does to these is told by where they are used: layers, arrays and models are not
# numbers that a rule compares.
KEPT = (Array, LayerRef, ModelRef, TensorRef)


@dataclass(slots=True)
class Effects:
    """What a piece of code may change, by its text alone; functions in it are not looked into."""

    names: dict[str, int] = field(default_factory=dict)
    """Names that are bound, and how often."""
    attributes: list[syntax.Attribute] = field(default_factory=list)
    containers: list[Any] = field(default_factory=list)
    """Expressions whose values are changed in place."""
    calls: list[syntax.Call] = field(default_factory=list)
    shared: list[Any] = field(default_factory=list)
    """Expressions whose values are given a further name, or whose elements are."""
    outer: set[str] = field(default_factory=set)
    """Names declared global or nonlocal."""
    leaves: bool = False
    """Whether a break, continue or return is among it."""
    returns: bool = False
    """Whether something else than None is returned, as far as the text shows."""
    skips: bool = False
    """Whether a continue is."""
    yields: bool = False


def effects_of(state: State, *nodes: Any) -> Effects:
    """The effects of statements or expressions; each is looked at once."""
    known = state.sites.effects.get(id(nodes[0]))
    if known is None:
        known = state.sites.effects[id(nodes[0])] = _collect(nodes)
    return known


def _collect(nodes: Iterable[Any]) -> Effects:
    found = Effects()
    _gather(found, [*nodes], False)
    return found


def _gather(found: Effects, pending: list[Any], again: bool) -> None:
    """Note what some nodes do and what is in them; ``again``: a loop does it more than once."""
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind in _NOTED:
            if again:
                names, found.names = found.names, {}
                _note(found, node, kind)
                for name in found.names:
                    names[name] = names.get(name, 0) + 2
                found.names = names
            else:
                _note(found, node, kind)
            if kind is syntax.FunctionDef or kind is syntax.ClassDef:
                continue
        elif kind is syntax.Lambda:
            continue
        repeats = not again and (kind is syntax.For or kind is syntax.While)
        inner = [] if repeats else pending
        for part in inside(kind)(node):
            if part.__class__ is tuple or part.__class__ is list:
                inner += part
            elif part.__class__ not in NAMELESS:
                inner.append(part)
        if repeats:
            _gather(found, inner, True)


_NOTED = frozenset(
    {
        syntax.AnnAssign,
        syntax.AsName,
        syntax.Assign,
        syntax.AugAssign,
        syntax.Break,
        syntax.Call,
        syntax.ClassDef,
    }
    | {
        syntax.Continue,
        syntax.Del,
        syntax.For,
        syntax.FunctionDef,
        syntax.Global,
        syntax.Import,
        syntax.ImportFrom,
    }
    | {
        syntax.MatchAs,
        syntax.MatchMapping,
        syntax.MatchStar,
        syntax.NamedExpr,
        syntax.Nonlocal,
        syntax.Return,
    }
    | {syntax.Yield}
)


def _note(found: Effects, node: Any, kind: type[syntax.Node]) -> None:
    """Note what one node does, without what is in it; a loop binds its target again and again."""
    if kind is syntax.FunctionDef or kind is syntax.ClassDef:
        _bind(found, node.name)
    elif kind is syntax.Assign:
        for target in node.targets:
            _bind(found, target.target)
        _share(found, node.value)
    elif kind in (syntax.AnnAssign, syntax.NamedExpr, syntax.For):
        if kind is not syntax.AnnAssign or node.value is not None:
            _bind(found, node.target)
            _share(found, node.iter if kind is syntax.For else node.value)
            if kind is syntax.For:
                _bind(found, node.target)
    elif kind is syntax.AugAssign:
        _bind(found, node.target)
        found.containers.append(node.target)
    elif kind is syntax.Del:
        _bind(found, node.target)
    elif kind is syntax.AsName or kind is syntax.MatchAs or kind is syntax.MatchStar:
        if node.name is not None:
            _bind(found, node.name)
    elif kind is syntax.MatchMapping and node.rest is not None:
        _bind(found, node.rest)
    elif kind is syntax.Call:
        found.calls.append(node)
        func = node.func
        if func.__class__ is syntax.Attribute and func.attr.value in _MUTATORS:
            found.containers.append(func.value)
    elif kind is syntax.Import or kind is syntax.ImportFrom:
        if not isinstance(node.names, syntax.ImportStar):
            for alias in node.names:
                if alias.asname is None:
                    first = alias.name
                    while first.__class__ is syntax.Attribute:
                        first = first.value
                    _bind(found, first)
    elif kind is syntax.Global or kind is syntax.Nonlocal:
        found.outer.update(item.name.value for item in node.names)
    elif kind in (syntax.Break, syntax.Continue, syntax.Return):
        found.leaves = True
        given = node.value if kind is syntax.Return else None
        if given is not None and not (type(given) is syntax.Name and given.value == "None"):
            found.returns = True
        found.skips = found.skips or kind is syntax.Continue
    elif kind is syntax.Yield:
        found.yields = True


def _bind(found: Effects, target: Any) -> None:
    kind = target.__class__
    if kind is syntax.Name:
        found.names[target.value] = found.names.get(target.value, 0) + 1
    elif kind is syntax.Tuple or kind is syntax.List:
        for element in target.elements:
            _bind(found, element.value)
    elif kind is syntax.StarredElement:
        _bind(found, target.value)
    elif kind is syntax.Attribute:
        found.attributes.append(target)
    elif kind is syntax.Subscript:
        found.containers.append(target.value)


def _share(found: Effects, value: Any) -> None:
    kind = value.__class__
    if kind is syntax.Name or kind is syntax.Attribute or kind is syntax.Subscript:
        found.shared.append(value)
    elif kind is syntax.Tuple or kind is syntax.List:
        for element in value.elements:
            _share(found, element.value)
    elif kind is syntax.IfExp:
        _share(found, value.body)
        _share(found, value.orelse)
    elif kind is syntax.BooleanOperation:
        _share(found, value.left)
        _share(found, value.right)
    elif kind is syntax.Call:  # ``enumerate(rows)``, ``rows.values()``
        for arg in value.args:
            _share(found, arg.value)
        if value.func.__class__ is syntax.Attribute:
            _share(found, value.func.value)


def havoc(state: State, effects: Effects, scope: Scope, but: Iterable[str] = ()) -> None:
    """Forget everything that code with these effects may change; ``but``: names left alone."""
    if scope.yielded is not None and effects.yields:
        scope.yielded.complete = False
    shaken = _Shaken()
    _shake(state, effects, scope, {}, shaken)
    shaken.settle(state)
    kept = set(but)
    for name in effects.names:
        if name not in kept:
            holder = scope.outer.get(name, scope)
            _forget(state, holder.names, name)


def _forget(state: State, table: dict[str, Fact], name: str) -> None:
    fact = table.get(name)
    if fact is None or isinstance(fact.value, KEPT):
        return
    if isinstance(fact.value, Instance) and (
        fact.value.model is not None or fact.value.layer is not None
    ):
        return
    if isinstance(fact.value, (ListValue, DictValue)) and _holds_keras(fact.value):
        return
    # It may still be changed by this name, which does not lead to it any more.
    containers.blur(fact.value, True)
    _let_loose(state, fact.value)
    table[name] = Fact(Unknown("changes in each iteration of a loop", fact.site), fact.site)


def _let_loose(state: State, value: AbstractValue, depth: int = 0) -> None:
    """Note the objects that an unknown value leads to from now on."""
    if isinstance(value, Instance):
        if all(value is not other for other in state.loose):
            state.loose.append(value)
    elif isinstance(value, (ListValue, DictValue)) and depth < 3:
        items = value.items if isinstance(value, ListValue) else list(value.entries.values())
        for item in items[:8]:
            _let_loose(state, item.value, depth + 1)


def set_on_unknown(state: State, name: str) -> None:
    """An attribute of a value that is not known is set: it may be one of the objects let loose."""
    for instance in state.loose:
        _forget_attribute(state, instance, name)


def called_on_unknown(state: State, method: str, site: Site) -> None:
    """A method of such a value is called."""
    for instance in state.loose:
        if method in _MUTATORS:  # of a list that an object has
            for item in instance.attributes.values():
                containers.blur(item.value, True)
        found = classes.find_member(instance.cls, method)
        if found is not None and isinstance(found[1].value, Function):
            havoc_call(
                state, Fact(Partial(found[1], (Fact(instance, site),), ()), site), NO_ARGUMENTS
            )


NO_ARGUMENTS = Arguments([], [])


def _holds_keras(value: AbstractValue, depth: int = 0) -> bool:
    items = value.items if isinstance(value, ListValue) else list(value.entries.values())
    return depth < 3 and any(
        isinstance(item.value, KEPT)
        or (isinstance(item.value, (ListValue, DictValue)) and _holds_keras(item.value, depth + 1))
        for item in items[:8]
    )


@dataclass(slots=True)
class _Shaken:
    """What changing things in place comes across, in the functions that are called as well."""

    seen: set[int] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    """Names whose values are changed in place."""
    attributes: set[str] = field(default_factory=set)
    rebound: set[str] = field(default_factory=set)
    shared: list[Fact] = field(default_factory=list)

    def settle(self, state: State) -> None:
        """What a name stood for when that was changed may be whatever was given a further name."""
        if not self.changed.isdisjoint(self.rebound):
            for fact in self.shared:
                containers.blur(fact.value, True)
                for name in self.attributes:
                    _forget_attribute(state, fact.value, name)


def _shake(
    state: State, effects: Effects, scope: Scope, local: dict[str, Fact | None], shaken: _Shaken
) -> None:
    """Forget what is changed in place; ``local``: the names of a function, with what is given."""

    def look(node: Any) -> Fact | None:
        return _peek(node, scope, local)

    for target in effects.attributes:
        base = look(target.value)
        if base is not None:
            _forget_attribute(state, base.value, target.attr.value)
        shaken.attributes.add(target.attr.value)
        if target.value.__class__ is syntax.Name:
            shaken.changed.add(target.value.value)
    for node in effects.containers:
        deep = node.__class__ is syntax.Subscript
        while node.__class__ is syntax.Subscript:
            node = node.value
        found = look(node)
        if found is not None:
            containers.blur(found.value, deep)
        while node.__class__ is syntax.Attribute:
            node = node.value
        if node.__class__ is syntax.Name:
            shaken.changed.add(node.value)
    shaken.rebound.update(effects.names)
    for node in effects.shared:
        while node.__class__ is syntax.Subscript:
            node = node.value
        found = look(node)
        if found is not None:
            shaken.shared.append(found)
    for call in effects.calls:
        called = look(call.func)
        if called is None or called.value.__class__ not in _FOLLOWED:
            continue
        given = [look(arg.value) for arg in call.args]
        named = {
            arg.keyword.value: fact
            for arg, fact in zip(call.args, given)
            if arg.keyword is not None
        }
        _shake_call(state, called, given, named, shaken)


MANY_FUNCTIONS = 8  # that are looked into, one from another, as if that cost nothing

# Calls of anything else change nothing that is seen here.
_FOLLOWED = frozenset({Class, Function, Instance, Partial})


def _shake_call(
    state: State,
    called: Fact,
    given: list[Fact | None],
    named: dict[str, Fact | None],
    shaken: _Shaken,
) -> None:
    value: AbstractValue = called.value
    while isinstance(value, Partial):
        given = [*value.positional, *given]
        value = value.callee.value
    if isinstance(value, Class):
        found = classes.find_member(value, "__init__")
        if found is None:
            return
        value, given = found[1].value, [None, *given]
    elif isinstance(value, Instance):
        found = classes.find_member(value.cls, "__call__")
        if found is None:
            return
        value, given = found[1].value, [called, *given]
    if not isinstance(value, Function) or id(value.node) in shaken.seen:
        return
    shaken.seen.add(id(value.node))
    if len(shaken.seen) > MANY_FUNCTIONS:
        state.steps += 2  # which is what it costs
    effects = effects_of(state, value.node.body)
    params = value.node.params
    local: dict[str, Fact | None] = dict.fromkeys(effects.names)
    names = [param.name.value for param in (*params.posonly_params, *params.params)]
    local.update(dict.fromkeys(names))
    local.update(dict.fromkeys(param.name.value for param in params.kwonly_params))
    local.update(zip(names, given))
    local.update(named)
    for name in effects.outer:
        local.pop(name, None)
        holder = value.scope
        while holder.parent is not None and name not in holder.names:
            holder = holder.parent
        if name in effects.names:
            _forget(state, holder.names, name)
    _shake(state, effects, value.scope, local, shaken)


def _forget_attribute(state: State, owner: AbstractValue, name: str) -> None:
    if isinstance(owner, Instance):
        if name in owner.attributes:
            _forget(state, owner.attributes, name)
        elif classes.find_member(owner.cls, name) is not None:
            site = owner.site
            owner.attributes[name] = Fact(
                Unknown("changes in each iteration of a loop", site), site
            )
    elif isinstance(owner, Class):
        _forget(state, owner.scope.names, name)


def _peek(node: Any, scope: Scope, local: dict[str, Fact | None]) -> Fact | None:
    """What a name or attribute stands for, without doing anything."""
    kind = node.__class__
    if kind is syntax.Name:
        return local[node.value] if node.value in local else scope.lookup(node.value)
    if kind is syntax.Attribute:
        base = _peek(node.value, scope, local)
        if base is None:
            return None
        value: AbstractValue = base.value
        name = node.attr.value
        if isinstance(value, Instance):
            fact = value.attributes.get(name)
            if fact is not None:
                return fact
            found = classes.find_member(value.cls, name)
            if found is None:
                return None
            if isinstance(found[1].value, Function) and found[1].value.wraps != "staticmethod":
                return Fact(Partial(found[1], (base,), ()), base.site)
            return found[1]
        if isinstance(value, Class):
            found = classes.find_member(value, name)
            return found[1] if found is not None else None
        if isinstance(value, FileModule):
            return value.scope.names.get(name)
    return None


def differ(one: Fact, other: Fact) -> bool:
    """Whether two values are not certainly the same."""
    a, b = one.value, other.value
    return not (a is b or (type(a) is type(b) and isinstance(a, PLAIN) and a == b))


def havoc_call(state: State, called: Fact, args: Arguments, scope: Scope | None = None) -> None:
    """Forget what a call that is not followed may change; ``scope``: of one that was, too early."""
    shaken = _Shaken()
    if scope is None:
        _shake_call(state, called, list(args.positional), dict(args.named()), shaken)
    elif isinstance(called.value, Function):
        _shake(state, effects_of(state, called.value.node.body), scope, {}, shaken)
    shaken.settle(state)
    if scope is not None and isinstance(called.value, Function):
        for name in effects_of(state, called.value.node.body).outer:
            holder = scope.outer.get(name)
            if holder is not None:
                _forget(state, holder.names, name)
