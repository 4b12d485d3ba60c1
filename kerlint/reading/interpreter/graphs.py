"""Functions that ``tf.function`` traces: what they do once and not at each call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import Arguments, Function
from kerlint.reading.library import keras_objects
from kerlint.reading.syntax.identifiers import LEAVES, dotted, inside

VARIABLE = "tensorflow.function.Variable"
"""The name under which a variable is recorded that each trace of a function makes anew."""

_EFFECTS = "tensorflow.function."
_GROWING = frozenset({"add", "append", "extend", "insert", "update"})


def note(state: State, function: Function) -> None:
    """Note what a traced function does in Python: it prints, or changes something outside."""
    if state.in_other_module or type(function.node) is not cst.FunctionDef:
        return
    node = function.node
    own: set[str] = {param.name.value for param in _all(node.params, cst.Param)}
    outer: set[str] = set()
    for target in _all(node.body, cst.AssignTarget, cst.AnnAssign, cst.For, cst.NamedExpr):
        own |= {name.value for name in _all(target.target, cst.Name)}
    for named in _all(node.body, cst.Global, cst.Nonlocal):
        outer |= {each.name.value for each in named.names}
    for statement in _all(node.body, cst.Expr):
        call = statement.value
        if type(call) is not cst.Call:
            continue
        func = call.func
        if type(func) is cst.Name and func.value == "print":
            said = any(_about_tracing(arg.value) for arg in call.args)
            if any(map(_varies, call.args)) and not said:
                _record(state, "print", call)
        elif type(func) is cst.Attribute and func.attr.value in _GROWING and len(call.args) == 1:
            root = dotted(func.value).partition(".")[0]
            known = function.scope.lookup(root)
            if root and type(func.value) is cst.Name and known is not None:
                if (root not in own or root in outer) and _is_list(known.value):
                    _record(state, "append", call)
    for change in _all(node.body, cst.AugAssign):
        if type(change.target) is not cst.Name or _about_tracing(change.target):
            continue
        if change.target.value in outer:
            _record(state, "global", change)


def note_variable(state: State, args: Arguments, node: cst.CSTNode) -> None:
    """Note ``tf.Variable(...)`` in a traced function, where nothing keeps it from running again."""
    function = state.functions[-1]
    if not function.graph or state.in_other_module or type(function.node) is not cst.FunctionDef:
        return
    if _runs_always(function.node.body, node):
        keras_objects.record(state, VARIABLE, VARIABLE, args, state.site(node))


def _record(state: State, word: str, node: cst.CSTNode) -> None:
    name = f"{_EFFECTS}{word}"
    keras_objects.record(state, name, name, Arguments([], []), state.site(node))


def _varies(arg: cst.Arg) -> bool:
    """Whether more than a fixed text is printed."""
    return type(arg.value) is not cst.SimpleString and arg.keyword is None


def _about_tracing(node: cst.CSTNode) -> bool:
    """Whether a text or name, such as ``"Tracing with"`` or ``num_traces``, says what is meant."""
    if type(node) is cst.FormattedString:
        return any(map(_about_tracing, node.parts))
    text = getattr(node, "value", "")  # of a name, a string or a part of one
    return type(text) is str and "trac" in text.lower()


def _is_list(value: Any) -> bool:
    return getattr(value, "kind", "") == "list" or type(value).__name__ == "DictValue"


_CONDITIONAL = (cst.If, cst.IfExp, cst.Try, cst.FunctionDef, cst.Lambda, cst.ClassDef)
_KEPT = (cst.BooleanOperation, cst.With, cst.While, cst.For)


def _runs_always(body: cst.CSTNode, node: cst.CSTNode) -> bool:
    """Whether an expression is evaluated each time, outside of any ``with`` and condition."""
    return any(each is node for each in _walk(body, _CONDITIONAL + _KEPT))


def _all(node: Any, *kinds: type) -> Iterator[Any]:
    return (each for each in _walk(node, (cst.ClassDef,)) if each.__class__ in kinds)


def _walk(node: Any, stops: tuple[type, ...]) -> Iterator[Any]:
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if item.__class__ in stops:
            continue
        yield item
        for part in inside(item.__class__)(item):
            if part.__class__ is tuple or part.__class__ is list:
                pending += part
            elif part.__class__ not in LEAVES:
                pending.append(part)
