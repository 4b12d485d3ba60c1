"""Which exception a statement raises, and which handler takes it."""

from __future__ import annotations

import builtins
from typing import Any

from kerlint.reading.interpreter.values import Class, Scope
from kerlint.reading.syntax import tree as syntax


def raised_by(node: syntax.Raise, scope: Scope) -> type[BaseException] | Class | None:
    """The class that ``raise`` raises; None when that is not known."""
    raised = node.exc
    if type(raised) is syntax.Call:
        raised = raised.func
    return _class_of(raised, scope)


def _class_of(node: Any, scope: Scope) -> type[BaseException] | Class | None:
    if type(node) is not syntax.Name:
        return None
    fact = scope.lookup(node.value)
    if fact is not None:
        return fact.value if isinstance(fact.value, Class) else None
    found = getattr(builtins, node.value, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def takes(handler: Any, raised: object, scope: Scope) -> bool | None:
    """Whether a handler takes what was raised; None when that is not known."""
    kind = handler.type
    if kind is None:
        return True
    nodes = [element.value for element in kind.elements] if type(kind) is syntax.Tuple else [kind]
    answers = [_is_a(raised, _class_of(node, scope)) for node in nodes]
    if True in answers:
        return True
    return None if None in answers else False


def _is_a(raised: object, wanted: type[BaseException] | Class | None) -> bool | None:
    if raised is None or wanted is None:
        return None
    if isinstance(raised, type):
        return issubclass(raised, wanted) if isinstance(wanted, type) else False
    assert isinstance(raised, Class)
    line = raised.ancestry()
    if wanted in line:
        return True
    answers: list[bool | None] = []
    for cls in line:
        if not cls.bases:
            answers.append(None)
        for base, arg in zip(cls.bases, cls.node.bases):
            if not isinstance(base.value, Class):
                known = _class_of(arg.value, cls.scope)
                answers.append(_is_a(known, wanted) if isinstance(known, type) else None)
    if True in answers:
        return True
    return None if None in answers or not answers else False
