"""Random numbers in functions that ``map`` of a dataset calls.

Those of Python and NumPy are drawn only once, as ``map`` traces the function. Those of TensorFlow
are drawn for each sample, until a ``cache`` keeps the results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kerlint.program.model import Call
from kerlint.program.values import Fact, Site
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, Function, QualifiedName
from kerlint.reading.syntax import tree as syntax
from kerlint.reading.syntax.identifiers import LEAVES, inside

DRAWN_ONCE = "tensorflow.data.Dataset.map.drawn"
"""The name under which such a number is recorded."""

_DEPTH = 3  # functions that call each other
_MODULES = ("numpy.random.", "random.")
# What draws nothing by itself.
_NO_DRAWS = frozenset({"Generator", "PCG64", "RandomState", "SystemRandom", "default_rng", "seed"})


def note_drawn(state: State, function: Function) -> None:
    """Note the places where a mapped function draws a number."""
    if state.in_other_module or function.in_other_module:
        return
    for name, node in _drawn(function, _draws, _DEPTH):
        site = state.site(node)
        said = Fact(name, site)
        state.calls.append(
            Call(len(state.calls), DRAWN_ONCE, DRAWN_ONCE, (said,), (), state.origin(site))
        )


CACHED = "tensorflow.data.Dataset.cache.drawn"
"""The name under which a cache is recorded that keeps the images as they were augmented once."""


def augments(function: Function) -> str:
    """The function of TensorFlow that changes each image at random; empty if there is none."""
    if function.in_other_module:
        return ""
    found = _drawn(function, _of_tensorflow, _DEPTH)
    return found[0][0] if found else ""


def note_cached(state: State, name: str, site: Site) -> None:
    """Note a cache of images that such a function has changed."""
    if not state.in_other_module:
        said = Fact(name, site)
        state.calls.append(Call(len(state.calls), CACHED, CACHED, (said,), (), state.origin(site)))


def _of_tensorflow(path: str) -> bool:
    return path.startswith("tensorflow.image.random_")


def _drawn(
    function: Function, draws: Callable[[str], bool], depth: int
) -> list[tuple[str, syntax.Call]]:
    found: list[tuple[str, syntax.Call]] = []
    if not all(map(_is_traced, getattr(function.node, "decorators", ()))):
        return found
    params: Any = function.node.params
    own = {each.name.value for each in (*params.params, *params.kwonly_params)}
    pending: list[Any] = [function.node.body]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is tuple or kind is list:
            pending += item
            continue
        if kind in LEAVES or isinstance(item, (syntax.FunctionDef, syntax.ClassDef, syntax.Lambda)):
            continue  # a function within may be one for ``tf.py_function``
        if isinstance(item, (syntax.If, syntax.IfExp)) and draws is _of_tensorflow:
            return []  # perhaps not for these data
        if isinstance(item, syntax.Call):
            value = _called(function, item.func, own)
            if isinstance(value, str) and draws(value):
                found.append((value, item))
            elif isinstance(value, Function) and depth and value.owner is None:
                found += _drawn(value, draws, depth - 1)
        pending += inside(kind)(item)
    return found


def _is_traced(decorator: syntax.Decorator) -> bool:
    """Whether a decorator is ``tf.function``; others may be ``tf.py_function``."""
    node = decorator.decorator
    node = node.func if isinstance(node, syntax.Call) else node
    return isinstance(node, syntax.Attribute) and node.attr.value == "function"


def _called(function: Function, func: syntax.Expression, own: set[str]) -> str | Function | None:
    """The path or function that is called, looked up where the function was defined."""
    words: list[str] = []
    while isinstance(func, syntax.Attribute):
        words.append(func.attr.value)
        func = func.value
    if not isinstance(func, syntax.Name) or func.value in own:
        return None
    fact = function.scope.lookup(func.value)
    value: AbstractValue = fact.value if fact is not None else None
    if isinstance(value, QualifiedName):
        return ".".join((value.dotted, *reversed(words)))
    return value if isinstance(value, Function) and not words else None


def _draws(path: str) -> bool:
    return path.startswith(_MODULES) and path.rpartition(".")[2] not in _NO_DRAWS
