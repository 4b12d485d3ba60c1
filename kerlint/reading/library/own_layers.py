"""Weights that the user's code makes or uses where Keras does not see them."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kerlint import keras_api
from kerlint.program.data import Array
from kerlint.program.values import Fact, LayerRef, Object, Site, Unknown
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, Function
from kerlint.reading.syntax.identifiers import LEAVES, dotted, inside


def captured(state: State, given: Fact | None) -> list[Fact]:
    """The layers and variables that the function of a ``Lambda`` uses without being given them."""
    function: AbstractValue = given.value if given is not None else None
    if type(function) is not Function or function.owner is not None:
        return []
    own = function.node.params
    bound = {param.name.value for param in (*own.params, *own.posonly_params, *own.kwonly_params)}
    found: list[Fact] = []
    for name in _names(function.node.body):
        fact = function.scope.lookup(name) if name not in bound else None
        if fact is not None and _has_weights(state, fact):
            found.append(fact)
    return found


def _names(node: cst.CSTNode) -> list[str]:
    """The names in a piece of code, without those of attributes and keywords."""
    found: dict[str, None] = {}
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is cst.Name:
            found[item.value] = None
        elif kind is cst.Attribute or kind is cst.Arg:
            pending.append(item.value)
        elif kind is tuple or kind is list:
            pending += item
        elif kind not in LEAVES:
            pending += inside(kind)(item)
    return list(found)


def _has_weights(state: State, fact: Fact) -> bool:
    value: AbstractValue = fact.value
    if type(value) is LayerRef:
        layer = state.layers[value.layer]
        return layer.type.startswith("keras.layers.") and not layer.custom and not layer.partial
    if type(value) is Object:
        return value.name == "keras.Variable" and not value.partial
    # ``tf.Variable`` gives what it was given, where that is known.
    made = state.sites.node(fact.site) if isinstance(value, (Array, Unknown)) else None
    if not isinstance(made, cst.Call) or not dotted(made.func).endswith("Variable"):
        return False
    keywords = (arg.keyword.value for arg in made.args if arg.keyword is not None)
    return not any(arg.star for arg in made.args) and "trainable" not in keywords


def made_in_call(state: State, site: Site) -> bool:
    """Whether the ``call`` of the user's own layer or model comes here each time it is called."""
    function = state.functions[-1] if state.functions else None
    if function is None or function.name != "call" or function.owner is None:
        return False
    name = function.owner.keras
    symbol = keras_api.symbol(name) if name is not None else None
    if symbol is None or not (
        symbol.kind == "layer" or name in ("keras.Model", "keras.Sequential")
    ):
        return False
    return _always(function.node.body, state.sites.node(site))


# Code inside one of these is not executed each time.
_PERHAPS = (cst.If, cst.IfExp, cst.Try, cst.BooleanOperation, cst.FunctionDef, cst.Lambda)


def _always(body: cst.CSTNode, wanted: cst.CSTNode) -> bool:
    """Whether code is executed whenever a body is."""
    pending: list[Any] = [body]
    while pending:
        item = pending.pop()
        if item is wanted:
            return True
        kind = item.__class__
        if kind is tuple or kind is list:
            pending += item
        elif kind not in LEAVES and kind is not cst.Name and not isinstance(item, _PERHAPS):
            pending += inside(kind)(item)
    return False
