"""Weights that the user's code makes or uses where Keras does not see them."""

from __future__ import annotations

from typing import Any

from kerlint import keras_api
from kerlint.program.data import Array
from kerlint.program.values import Fact, LayerRef, Object, Site, Unknown
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, Class, Function
from kerlint.reading.syntax import tree as syntax
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


def _names(node: syntax.Node) -> list[str]:
    """The names in a piece of code, without those of attributes and keywords."""
    found: dict[str, None] = {}
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is syntax.Name:
            found[item.value] = None
        elif kind is syntax.Attribute or kind is syntax.Arg:
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
    if not isinstance(made, syntax.Call) or not dotted(made.func).endswith("Variable"):
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
_PERHAPS = frozenset(
    {
        syntax.If,
        syntax.IfExp,
        syntax.Try,
        syntax.BooleanOperation,
        syntax.FunctionDef,
        syntax.Lambda,
    }
)


def _always(body: syntax.Node, wanted: syntax.Node) -> bool:
    """Whether code is executed whenever a body is."""
    pending: list[Any] = [body]
    while pending:
        item = pending.pop()
        if item is wanted:
            return True
        kind = item.__class__
        if kind is tuple or kind is list:
            pending += item
        elif kind not in LEAVES and kind is not syntax.Name and kind not in _PERHAPS:
            pending += inside(kind)(item)
    return False


# -- variables of TensorFlow that a layer or model of Keras 3 has as attributes --------------------

_MAKING = frozenset({"__init__", "build"})
_BY_HAND = frozenset({"append", "extend", "gradient", "jacobian", "minimize", "watch"})
_TRAINED_BY_HAND = frozenset({"train_step", "trainable_variables", "trainable_weights"})


def plain_variables(cls: Class, sites: Sites) -> list[tuple[str, syntax.Call]]:
    """Attributes ``self.name = tf.Variable(...)`` that nothing changes, and that ``call`` uses."""
    body = cls.node.body.body
    methods = {each.name.value: each for each in body if isinstance(each, syntax.FunctionDef)}
    if "call" not in methods or not _TRAINED_BY_HAND.isdisjoint(methods):
        return []
    made = {
        name: value
        for method in _MAKING & methods.keys()
        for name, value in _assigned(methods[method])
        if _may_train(value)
    }
    if not made:
        return []
    used = made.keys() & _attributes(methods["call"])
    if used and sites.tree is not None and sites.handled is None:
        sites.handled = handled(sites.tree)
    spared = sites.handled if sites.handled is not None else handled(cls.node)
    return [(name, made[name]) for name in sorted(used - spared)]


def _assigned(method: syntax.FunctionDef) -> list[tuple[str, syntax.Call]]:
    found: list[tuple[str, syntax.Call]] = []
    for item in _all(method.body):
        if type(item) is syntax.Assign and type(item.value) is syntax.Call:
            target = item.targets[0].target
            if type(target) is syntax.Attribute and dotted(target.value) == "self":
                if dotted(item.value.func) in ("tf.Variable", "tensorflow.Variable"):
                    found.append((target.attr.value, item.value))
    return found


def _may_train(made: syntax.Call) -> bool:
    """Whether a variable is made to be trained: not a counter, a table or a flag."""
    if not made.args or any(arg.star for arg in made.args):
        return False
    names = {arg.keyword.value: arg.value for arg in made.args if arg.keyword is not None}
    trainable = names.get("trainable")
    if trainable is not None and dotted(trainable) != "True":
        return False
    words = {word for arg in made.args for word in _words(arg.value)}
    first = made.args[0].value
    return not isinstance(first, syntax.Integer) and not any(
        word.startswith(("int", "uint", "bool", "string")) or word in ("False", "True")
        for word in words
        if word != "True" or trainable is None
    )


def _words(node: syntax.Node) -> list[str]:
    found = []
    for item in _all(node):
        if type(item) is syntax.Name:
            found.append(item.value)
        elif type(item) is syntax.SimpleString:
            found.append(str(item.value))
    return found


def _attributes(node: syntax.Node) -> set[str]:
    return {item.attr.value for item in _all(node) if item.__class__ is syntax.Attribute}


def handled(tree: syntax.Node) -> frozenset[str]:
    """The attributes that any code assigns to in place, or trains by hand."""
    found: set[str] = set()

    def note(node: syntax.Node) -> None:
        if type(node) is syntax.Attribute:
            found.add(node.attr.value)

    for item in _all(tree):
        kind = item.__class__
        if kind is syntax.Attribute:
            if item.attr.value.startswith(("assign", "scatter", "load")):
                note(item.value)
        elif kind is syntax.Element:
            note(item.value)
        elif kind is syntax.AugAssign:
            note(item.target)
        elif kind is syntax.Call and type(item.func) is syntax.Attribute:
            if item.func.attr.value in _BY_HAND:
                for arg in item.args:
                    note(arg.value)
    return frozenset(found)


def _all(node: syntax.Node) -> list[Any]:
    """All nodes of a piece of code."""
    found: list[Any] = []
    pending: list[Any] = [node]
    while pending:
        item = pending.pop()
        kind = item.__class__
        if kind is tuple or kind is list:
            pending += item
        elif kind is syntax.Name:
            found.append(item)
        elif kind not in LEAVES:
            found.append(item)
            pending += inside(kind)(item)
    return found
