"""Values that are given a name for nothing: no code that may run afterwards reads the name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import LEAVES, inside

# Functions that may read a name without naming it, and IPython's way to run text.
READ_ANY = frozenset({"dir", "eval", "exec", "get_ipython", "globals", "locals", "vars"})

_DEFERRED = (syntax.FunctionDef, syntax.ClassDef, syntax.Lambda)
_REPEATING = (syntax.For, syntax.While, syntax.Try, syntax.TryStar)
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")


def unread(tree: syntax.Module, wanted: Collection[int]) -> set[int]:
    """Those of the expressions, by ``id()``, whose value gets a name that nobody reads."""
    found: set[int] = set()
    for statement, rest, around in _statements(tree):
        if not isinstance(statement, syntax.Assign) or id(statement.value) not in wanted:
            continue
        target = statement.targets[0].target
        if len(statement.targets) == 1 and isinstance(target, syntax.Name):
            name = target.value
            if not name.startswith("_") and not _is_read(name, rest, around, tree):
                found.add(id(statement.value))
    return found


_Around = tuple[tuple[Any, tuple[Any, ...]], ...]
"""The compound statements around a statement, outermost first, each with what follows it."""


def _statements(tree: syntax.Module) -> Iterator[tuple[Any, tuple[Any, ...], _Around]]:
    """Every small statement of a file with the rest of its block, and what is around that."""
    pending: list[tuple[Any, _Around]] = [(tree, ())]
    while pending:
        holder, around = pending.pop()
        for part in _BLOCKS:
            block = getattr(holder, part, None)
            if part == "body" and isinstance(block, syntax.IndentedBlock):
                block = block.body
            if isinstance(block, syntax.Node):
                pending.append((block, around))  # ``else``, ``elif`` or ``finally``
                continue
            if not isinstance(block, Sequence):
                continue
            statements = tuple(_flat(block))
            for index, statement in enumerate(statements):
                rest = statements[index + 1 :]
                if isinstance(statement, syntax.SmallStatement):
                    yield statement, rest, around
                else:
                    pending.append((statement, (*around, (statement, rest))))


def _flat(block: Sequence[Any]) -> Iterator[Any]:
    for statement in block:
        if isinstance(statement, syntax.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def _is_read(name: str, rest: tuple[Any, ...], around: _Around, tree: syntax.Module) -> bool:
    """Whether code that may run after a statement may read a name before it is bound anew."""
    whole: syntax.Node = tree
    inner = around
    for index, (holder, _) in enumerate(around):
        if isinstance(holder, (syntax.ClassDef, syntax.FunctionDef)):
            whole, inner = holder, around[index + 1 :]
    if isinstance(whole, syntax.ClassDef):
        return True  # an attribute of the class
    if isinstance(whole, syntax.FunctionDef):
        whole = whole.body
    for statement in rest:
        if _names(statement, name):
            return True
        if _binds(statement, name):
            return False
    for holder, following in reversed(inner):
        if isinstance(holder, _REPEATING) and _names(holder, name):
            return True
        for statement in following:
            if _names(statement, name):
                return True
    return _names(whole, name, deferred=True)


def _binds(statement: Any, name: str) -> bool:
    if not isinstance(statement, syntax.Assign):
        return False
    return any(
        isinstance(each.target, syntax.Name) and each.target.value == name
        for each in statement.targets
    )


def _names(node: Any, name: str, *, deferred: bool = False) -> bool:
    """Whether a piece of code may read a name, which need not be that very variable.

    ``deferred``: only in functions and classes within, which may run at any time, and where the
    name is not one of their own.
    """
    pending: list[tuple[Any, bool]] = [(node, not deferred)]
    while pending:
        item, counts = pending.pop()
        kind = item.__class__
        if kind is syntax.Name:
            if counts and (item.value == name or item.value in READ_ANY):
                return True
            continue
        if kind is syntax.AssignTarget and item.target.__class__ is syntax.Name:
            continue
        if kind in _DEFERRED and not counts:
            if kind is syntax.FunctionDef and _is_local(item, name):
                continue
            counts = True
        for part in inside(kind)(item):
            if part.__class__ is tuple or part.__class__ is list:
                pending += [(each, counts) for each in part]
            elif part.__class__ not in LEAVES:
                pending.append((part, counts))
    return False


def _is_local(function: syntax.FunctionDef, name: str) -> bool:
    """Whether a name is a parameter of a function, or bound first by its own body."""
    params = function.params
    if any(each.name.value == name for each in (*params.posonly_params, *params.params)):
        return True
    if not isinstance(function.body, syntax.IndentedBlock):
        return False
    for statement in _flat(function.body.body):
        if isinstance(statement, (syntax.Global, syntax.Nonlocal)) or _names(statement, name):
            return False
        if _binds(statement, name):
            return True
    return False
