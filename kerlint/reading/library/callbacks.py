"""What a callback of the user does to the weights of the model that it is given to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kerlint.program.values import Custom, Fact, Object, Unknown
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    BoundMethod,
    Class,
    Function,
    Instance,
    ListValue,
)
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import dotted, parts_of

if TYPE_CHECKING:
    from kerlint.reading.interpreter.state import State

_SETTING = frozenset({"assign", "assign_add", "assign_sub", "load_weights", "set_weights"})
_VALUES = frozenset({"batch_set_value", "set_value"})  # of keras.backend: what is set comes first


def give_weights(callbacks: Fact) -> bool:
    """Whether one of the callbacks of a training loads or sets weights of other origin.

    Those that only put back what they have taken from the model before do not count.
    """
    pending: list[AbstractValue] = [callbacks.value]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if type(value) is ListValue:
            pending += [item.value for item in value.items]
        elif type(value) is Instance:
            pending.append(value.cls)
        elif type(value) is Class:
            pending += [base.value for base in value.bases]
            if _sets_weights(value.node):
                return True
    return False


def may_log(callbacks: Fact) -> bool:
    """Whether the callbacks of a training may add to what is logged."""
    value: AbstractValue = callbacks.value
    if value is None:
        return False
    if type(value) is ListValue and not value.complete:
        return True
    for item in value.items if type(value) is ListValue else [callbacks]:
        if type(item.value) is Object and not item.value.name.endswith(".LambdaCallback"):
            continue
        if type(item.value) is not Instance or _classes_log(item.value.cls):
            return True
    return False


def _classes_log(cls: Class) -> bool:
    """Whether a class or one of its bases changes the logs, or lets other code do so."""
    for each in cls.ancestry():
        if any(type(base.value) is Unknown for base in each.bases):
            return True
        for fact in each.scope.names.values():
            method: AbstractValue = fact.value
            if type(method) is Function and method.name.startswith("on_") and _logs(method.node):
                return True
    return False


_READERS = frozenset({"dict", "len", "list", "print", "sorted", "str"})


def _logs(node: Any) -> bool:
    """Whether a method of a callback changes its argument ``logs``, or hands it on."""
    params = node.params.params
    logs = params[-1].name.value if params else ""
    pending: list[Any] = [node.body]
    while pending:
        item = pending.pop()
        kind = type(item)
        if kind in (syntax.AssignTarget, syntax.AugAssign):
            if type(item.target) is syntax.Subscript and _is_name(item.target.value, logs):
                return True
        elif kind is syntax.Assign and _is_name(item.value, logs):
            return True
        elif kind is syntax.Call:
            func = item.func
            if type(func) is syntax.Attribute and _is_name(func.value, logs):
                if func.attr.value in ("pop", "setdefault", "update"):
                    return True
            elif any(_is_name(arg.value, logs) for arg in item.args):
                base = type(func) is syntax.Attribute and func.attr.value.startswith("on_")
                if not base and _name_of(func) not in _READERS:
                    return True
        for part in parts_of(item.__class__):
            inner = getattr(item, part)
            if isinstance(inner, (tuple, list)):
                pending += inner
            elif isinstance(inner, syntax.Node):
                pending.append(inner)
    return False


def keys_of_logs(state: State, callbacks: Fact) -> Iterator[tuple[str, syntax.Node]]:
    """The keys that the callbacks of a training look up in ``logs`` at the end of an epoch.

    Keys that are asked for first, or that have a default, do not count.
    """
    value: AbstractValue = callbacks.value
    items = value.items if type(value) is ListValue else [callbacks]
    for item in items:
        function: AbstractValue = None
        if type(item.value) is Instance and item.value.cls.keras == "keras.callbacks.Callback":
            found = item.value.cls.scope.names.get("on_epoch_end")
            function = found.value if found is not None else None
        elif type(item.value) is Object and item.value.name.endswith(".LambdaCallback"):
            given = item.value.args.get("on_epoch_end")
            if given is not None and isinstance(given.value, Custom) and given.value.site >= 0:
                yield from _keys_in(state.sites.node(given.value.site))
        if type(function) is Function and not function.in_other_module:
            yield from _keys_in(function.node)


def _keys_in(node: Any) -> Iterator[tuple[str, syntax.Node]]:
    params = getattr(getattr(node, "params", None), "params", ())
    if not params:
        return
    logs = params[-1].name.value
    asked: set[str] = set()
    found: list[tuple[str, syntax.Node]] = []
    pending: list[Any] = [node.body]
    while pending:
        item = pending.pop()
        kind = type(item)
        if kind is syntax.Comparison:
            for target in item.comparisons:
                if isinstance(target.operator, (syntax.In, syntax.NotIn, syntax.Is, syntax.IsNot)):
                    asked |= {_key(part) for part in (item.left, *_arguments(item.left))}
        elif kind is syntax.Subscript and _is_name(item.value, logs) and len(item.slice) == 1:
            part = item.slice[0].slice
            if type(part) is syntax.Index and _key(part.value):
                found.append((_key(part.value), part.value))
        elif kind is syntax.Call and type(item.func) is syntax.Attribute and len(item.args) == 1:
            if item.func.attr.value == "get" and _is_name(item.func.value, logs):
                if _key(item.args[0].value):
                    found.append((_key(item.args[0].value), item.args[0].value))
        elif kind is syntax.AssignTarget and type(item.target) is syntax.Subscript:
            if _is_name(item.target.value, logs):  # the callback adds to the logs
                return
        for part in parts_of(item.__class__):
            inner = getattr(item, part)
            if isinstance(inner, (tuple, list)):
                pending += inner
            elif isinstance(inner, syntax.Node):
                pending.append(inner)
    yield from ((key, place) for key, place in found if key not in asked)


def _arguments(node: Any) -> list[Any]:
    return [arg.value for arg in node.args] if type(node) is syntax.Call else []


def _key(node: Any) -> str:
    value = node.value if type(node) is syntax.SimpleString else ""
    return value if isinstance(value, str) else ""


def _is_name(node: Any, name: str) -> bool:
    return type(node) is syntax.Name and node.value == name


def set_weights(name: str, args: Arguments) -> bool:
    """Whether a call sets weights, or makes a callback that does."""
    word = name.rpartition(".")[2]
    if word == "LambdaCallback":
        functions = (*args.positional, *(fact for _, fact, _ in args.keywords))
        return any(
            type(fact.value) is Function and _sets_weights(fact.value.node) for fact in functions
        )
    if word == "set_value" and args.positional:
        value = args.positional[0].value
        if isinstance(value, BoundMethod):
            return not _is_setting(value.name)
        return isinstance(value, Unknown) and not _is_setting(f"{value.reason} {value.symbol}")
    return False


def _sets_weights(node: syntax.Node) -> bool:
    sets = keeps = False
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if type(item) is syntax.Attribute:
            keeps = keeps or item.attr.value in ("get_weights", "save_weights")
            sets = sets or (item.attr.value in _SETTING and not _of_optimizer(item.value))
        elif type(item) is syntax.Call and _name_of(item.func) in _VALUES and item.args:
            sets = sets or not _of_optimizer(item.args[0].value)
        for part in parts_of(item.__class__):
            inner = getattr(item, part)
            if isinstance(inner, (tuple, list)):
                pending += inner
            elif isinstance(inner, syntax.Node):
                pending.append(inner)
    return sets and not keeps


def _of_optimizer(node: syntax.Expression) -> bool:
    """Whether what is set is a rate or another setting of the optimizer."""
    return _is_setting(dotted(node) or "")


def _is_setting(text: str) -> bool:
    return any(word in text for word in ("optimizer", "learning_rate", "lr", "momentum"))


def _name_of(node: syntax.Expression) -> str:
    return (dotted(node) or "").rpartition(".")[2]
