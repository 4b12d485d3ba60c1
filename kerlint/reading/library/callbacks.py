"""What a callback of the user does to the weights of the model that it is given to."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint.program.values import Fact, Unknown
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    BoundMethod,
    Class,
    Function,
    Instance,
    ListValue,
)
from kerlint.reading.syntax.identifiers import dotted, parts_of

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


def _sets_weights(node: cst.CSTNode) -> bool:
    sets = keeps = False
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        if type(item) is cst.Attribute:
            keeps = keeps or item.attr.value in ("get_weights", "save_weights")
            sets = sets or (item.attr.value in _SETTING and not _of_optimizer(item.value))
        elif type(item) is cst.Call and _name_of(item.func) in _VALUES and item.args:
            sets = sets or not _of_optimizer(item.args[0].value)
        for part in parts_of(item.__class__):
            inner = getattr(item, part)
            if isinstance(inner, (tuple, list)):
                pending += inner
            elif isinstance(inner, cst.CSTNode):
                pending.append(inner)
    return sets and not keeps


def _of_optimizer(node: cst.BaseExpression) -> bool:
    """Whether what is set is a rate or another setting of the optimizer."""
    return _is_setting(dotted(node) or "")


def _is_setting(text: str) -> bool:
    return any(word in text for word in ("optimizer", "learning_rate", "lr", "momentum"))


def _name_of(node: cst.BaseExpression) -> str:
    return (dotted(node) or "").rpartition(".")[2]
