"""What the text of a model may contain: calls of objects of Keras on the allow-list, plain values.

The text is written by kerlint from checked data. That it holds nothing else is asked of the text
itself, before it is run: whatever a name or a string of the user's may do to the one who writes, it
does not get past the one who reads.
"""

from __future__ import annotations

import ast

import keras

from kerlint import keras_api
from kerlint.execute.describe import is_allowed

MODELS = frozenset({"keras.Input", "keras.Model"})
# What a text may use besides, from ``kerlint.execute.support.under_test``.
SUPPORT = frozenset(
    {"ModelUnderTest", "Numbers", "Tokens", "Objective", "Criterion", "Targets", "stand_in", "NAN"}
)


class Refused(Exception):
    """The model cannot be built; the text is the reason."""


class Forbidden(Exception):
    """A text with something in it that kerlint never writes."""


def check(text: str) -> None:
    """Raise ``Refused`` for what Keras has not, ``Forbidden`` for what is not allowed at all."""
    for function in ast.parse(text).body:
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            raise Forbidden(_shown(function))
        if ast.unparse(function.args) or function.returns is not None:
            raise Forbidden(_shown(function))
        _check_body(function.body)


def _check_body(body: list[ast.stmt]) -> None:
    known = set(SUPPORT)
    for place, statement in enumerate(body):
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            _check(statement.value, known)
            known.update(_bound(statement.targets[0]))
        elif isinstance(statement, ast.Return) and statement.value is not None:
            _check(statement.value, known)
        elif place or not isinstance(statement, ast.Expr) or not _is_text(statement.value):
            raise Forbidden(_shown(statement))


def _bound(target: ast.expr) -> list[str]:
    """The variables that an assignment sets."""
    if isinstance(target, ast.Name):
        if target.id in SUPPORT or target.id.startswith("__") or target.id == "keras":
            raise Forbidden(_shown(target))
        return [target.id]
    if isinstance(target, ast.Tuple):
        return [name for element in target.elts for name in _bound(element)]
    if isinstance(target, ast.Starred):
        return _bound(target.value)
    raise Forbidden(_shown(target))


def _check(node: ast.expr, known: set[str]) -> None:
    """Check one expression; ``known`` are the variables that are set."""
    if isinstance(node, ast.Call):
        _check(node.func, known)
        for each in (*node.args, *(keyword.value for keyword in node.keywords)):
            _check(each, known)
        if any(keyword.arg is None for keyword in node.keywords):
            raise Forbidden(_shown(node))
    elif isinstance(node, (ast.List, ast.Tuple)):
        for each in node.elts:
            _check(each, known)
    elif isinstance(node, ast.Dict):
        for key, each in zip(node.keys, node.values, strict=True):
            if key is None or not _is_text(key):
                raise Forbidden(_shown(node))
            _check(each, known)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        if not isinstance(node.operand, ast.Constant):
            raise Forbidden(_shown(node))
    elif isinstance(node, ast.Attribute):
        resolve(_dotted(node))
    elif isinstance(node, ast.Name):
        if node.id not in known:
            raise Forbidden(_shown(node))
    elif not isinstance(node, ast.Constant):
        raise Forbidden(_shown(node))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name) and node.id == "keras":
        return node.id
    raise Forbidden(_shown(node))


def _shown(node: ast.AST) -> str:
    return f"{ast.unparse(node)[:80]} is not allowed in the text of a model"


def resolve(name: str) -> object:
    """The object of Keras with a name that is on the allow-list."""
    symbol = keras_api.symbol(name)
    operation = name.startswith("keras.ops.") and name.count(".") == 2
    if name not in MODELS and not operation:
        if symbol is None or not is_allowed(symbol):
            raise Refused(f"kerlint cannot rebuild {name}")
        if symbol.name != name or not name.startswith("keras."):
            raise Refused(f"{name} is not part of Keras")
    found: object = keras
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
        if found is None or part.startswith("_"):
            raise Refused(f"the installed Keras has no {name}")
    return found
