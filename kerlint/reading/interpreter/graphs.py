"""Functions that ``tf.function`` traces: what they do once and not at each call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import Arguments, Function
from kerlint.reading.library import keras_objects
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import LEAVES, inside

VARIABLE = "tensorflow.function.Variable"
"""The name under which a variable is recorded that each trace of a function makes anew."""

_EFFECTS = "tensorflow.function."
_GROWING = frozenset({"add", "append", "extend", "insert", "update"})


def note(state: State, function: Function) -> None:
    """Note what a traced function does in Python: it prints, or changes something outside."""
    node = function.node
    if state.in_other_module or type(node) is not syntax.FunctionDef:
        return
    effects = state.sites.traced.get(id(node))
    if effects is None:
        effects = state.sites.traced[id(node)] = _effects(node)
    for word, at, changed in effects:
        known = function.scope.lookup(changed) if changed else None
        if not changed or (known is not None and _is_list(known.value)):
            _record(state, word, at)


def _effects(node: syntax.FunctionDef) -> list[tuple[str, syntax.Node, str]]:
    """What a function does in Python, where, and what it changes if that is a list outside."""
    own: set[str] = {param.name.value for param in _all(node.params, syntax.Param)}
    outer: set[str] = set()
    statements: list[Any] = []
    changes: list[Any] = []
    for item in _walk(node.body, (syntax.ClassDef,)):
        kind = item.__class__
        if kind is syntax.Expr:
            statements.append(item)
        elif kind is syntax.AugAssign:
            changes.append(item)
        elif kind in _BINDING:
            own |= {name.value for name in _all(item.target, syntax.Name)}
        elif kind is syntax.Global or kind is syntax.Nonlocal:
            outer |= {each.name.value for each in item.names}
    found: list[tuple[str, syntax.Node, str]] = []
    for statement in statements:
        call = statement.value
        if type(call) is not syntax.Call:
            continue
        func = call.func
        if type(func) is syntax.Name and func.value == "print":
            said = any(_about_tracing(arg.value) for arg in call.args)
            if any(map(_varies, call.args)) and not said:
                found.append(("print", call, ""))
        elif type(func) is syntax.Attribute and func.attr.value in _GROWING and len(call.args) == 1:
            if type(func.value) is syntax.Name:
                name = func.value.value
                if name not in own or name in outer:
                    found.append(("append", call, name))
    for change in changes:
        if type(change.target) is syntax.Name and change.target.value in outer:
            if not _about_tracing(change.target):
                found.append(("global", change, ""))
    return found


_BINDING = frozenset({syntax.AssignTarget, syntax.AnnAssign, syntax.For, syntax.NamedExpr})


def note_variable(state: State, args: Arguments, node: syntax.Node) -> None:
    """Note ``tf.Variable(...)`` in a traced function, where nothing keeps it from running again."""
    function = state.functions[-1]
    if not function.graph or state.in_other_module or type(function.node) is not syntax.FunctionDef:
        return
    if _runs_always(function.node.body, node):
        keras_objects.record(state, VARIABLE, VARIABLE, args, state.site(node))


def _record(state: State, word: str, node: syntax.Node) -> None:
    name = f"{_EFFECTS}{word}"
    keras_objects.record(state, name, name, Arguments([], []), state.site(node))


def _varies(arg: syntax.Arg) -> bool:
    """Whether more than a fixed text is printed."""
    return type(arg.value) is not syntax.SimpleString and arg.keyword is None


def _about_tracing(node: syntax.Node) -> bool:
    """Whether a text or name, such as ``"Tracing with"`` or ``num_traces``, says what is meant."""
    if type(node) is syntax.FormattedString:
        return any(map(_about_tracing, node.parts))
    text = getattr(node, "value", "")  # of a name, a string or a part of one
    return type(text) is str and "trac" in text.lower()


def _is_list(value: Any) -> bool:
    return getattr(value, "kind", "") == "list" or type(value).__name__ == "DictValue"


_CONDITIONAL = (
    syntax.If,
    syntax.IfExp,
    syntax.Try,
    syntax.FunctionDef,
    syntax.Lambda,
    syntax.ClassDef,
)
_KEPT = (syntax.BooleanOperation, syntax.With, syntax.While, syntax.For)


def _runs_always(body: syntax.Node, node: syntax.Node) -> bool:
    """Whether an expression is evaluated each time, outside of any ``with`` and condition."""
    return any(each is node for each in _walk(body, _CONDITIONAL + _KEPT))


def _all(node: Any, *kinds: type) -> Iterator[Any]:
    return (each for each in _walk(node, (syntax.ClassDef,)) if each.__class__ in kinds)


def _walk(node: Any, stops: tuple[type, ...]) -> Iterator[Any]:
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is tuple or kind is list:
            pending += item
        elif kind is syntax.Name:
            yield item
        elif kind not in LEAVES and kind not in stops:
            yield item
            pending += inside(kind)(item)
