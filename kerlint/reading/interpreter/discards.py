"""Statements that are only an expression: what they compute, or name, and nobody keeps."""

from __future__ import annotations

from typing import Any

from kerlint import keras_api
from kerlint.program.data import Array
from kerlint.program.model import GIVEN_TO_ASSIGN, Discarded
from kerlint.program.values import LayerRef, ModelRef, Object, Unknown
from kerlint.reading.interpreter.guards import guards_call
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import AbstractValue, Instance, QualifiedName, Scope
from kerlint.reading.library import keras_objects
from kerlint.reading.library.datasets import DATASET
from kerlint.reading.syntax import tree as syntax

_OF_DATASETS = frozenset(
    {"batch", "cache", "concatenate", "filter", "interleave", "map", "padded_batch", "prefetch"}
    | {"ragged_batch", "repeat", "shard", "shuffle", "skip", "take", "unbatch", "window", "zip"}
)
_OF_ARRAYS = frozenset(
    {"astype", "clip", "flatten", "ravel", "repeat", "reshape", "round", "squeeze", "swapaxes"}
    | {"transpose"}
)
# The same for functions; the array comes first.
_FUNCTIONS = frozenset(
    {
        *(f"numpy.{name}" for name in ("append", "clip", "delete", "expand_dims", "ravel")),
        *(f"numpy.{name}" for name in ("repeat", "reshape", "squeeze", "swapaxes", "transpose")),
        *(f"tensorflow.{name}" for name in ("cast", "expand_dims", "one_hot", "reshape")),
        *("tensorflow.squeeze", "tensorflow.transpose"),
        *("numpy.flip", "numpy.random.permutation", "numpy.roll", "numpy.sort"),
        # ``numpy.random.shuffle`` and ``random.shuffle`` change what they are given.
        *("keras.random.shuffle", "sklearn.utils.shuffle", "tensorflow.random.shuffle"),
        *("keras.utils.to_categorical", "keras.utils.normalize"),
        *("keras.preprocessing.sequence.pad_sequences", "keras.utils.pad_sequences"),
    }
)
# Those that nobody calls with anything else.
_OF_LABELS = frozenset({"keras.utils.to_categorical"})
_LAST_WORDS = frozenset(name.rpartition(".")[2] for name in _FUNCTIONS)
# Nothing has attributes of these names that do something when they are only read.
_NAMED = frozenset({"compile", "fit", "fit_generator"})
_RATES = frozenset({"learning_rate", "lr"})


def note(state: State, node: syntax.Expression, scope: Scope) -> None:
    """Note a statement whose value is lost; called before it is executed."""
    called = type(node) is syntax.Call
    func = node.func if isinstance(node, syntax.Call) else node
    if type(func) is not syntax.Attribute or state.in_other_module:
        if (
            isinstance(node, syntax.Call)
            and type(func) is syntax.Name
            and func.value in _LAST_WORDS
        ):
            _note_function(state, node, func, scope)
        return
    word = func.attr.value
    if not called:
        _note_method(state, func, word, scope)
    elif word == "assign" and type(func.value) is syntax.Attribute:
        if func.value.attr.value in _RATES and _is_plain(func.value.value):
            base = state.interpreter.evaluate(state, func.value.value, scope)
            name = func.value.attr.value
            site = state.site(func.value)
            fact = state.unknown(node, GIVEN_TO_ASSIGN)
            keras_objects.note_attribute(state, base.value, name, fact, site)
    elif word in _OF_DATASETS or word in _OF_ARRAYS or word in _LAST_WORDS:
        owner, words = _before(func.value)
        if not _is_plain(owner):
            return
        if isinstance(_root(func, scope), QualifiedName):
            if isinstance(node, syntax.Call):
                _note_function(state, node, func, scope)
            return
        value: AbstractValue = state.interpreter.evaluate(state, owner, scope).value
        words.add(word)
        if isinstance(value, Object) and value.name == DATASET:
            if words <= _OF_DATASETS:
                _add(state, word, "dataset", node)
        elif isinstance(value, Array):
            if words <= _OF_ARRAYS and not _in_place(node):
                _add(state, word, "array", node)


def _before(node: syntax.Expression) -> tuple[syntax.Expression, set[str]]:
    """What a chain of such methods begins with, and their names: ``data.shuffle(9).batch(3)``."""
    words: set[str] = set()
    while isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        word = node.func.attr.value
        if word not in _OF_DATASETS and (word not in _OF_ARRAYS or _in_place(node)):
            break
        words.add(word)
        node = node.func.value
    return node, words


def _note_function(state: State, node: syntax.Call, func: syntax.Expression, scope: Scope) -> None:
    value: AbstractValue = state.interpreter.evaluate(state, func, scope).value
    if not isinstance(value, QualifiedName) or not node.args or _in_place(node):
        return
    located = keras_api.locate(value.dotted)
    name = located.name if located is not None and located.name is not None else value.dotted
    if name in _FUNCTIONS and _is_plain(node.args[0].value):
        given: AbstractValue = state.interpreter.evaluate(state, node.args[0].value, scope).value
        if isinstance(given, Array) or (name in _OF_LABELS and isinstance(given, Unknown)):
            _add(state, value.dotted.rpartition(".")[2], "function", node)


def _note_method(state: State, func: syntax.Attribute, word: str, scope: Scope) -> None:
    """A method that is only named: ``model.compile``."""
    if not _is_plain(func.value) or isinstance(_root(func, scope), QualifiedName):
        return
    value: AbstractValue = state.interpreter.evaluate(state, func.value, scope).value
    if isinstance(value, Instance):
        known = value.model is not None and word not in value.attributes
    elif isinstance(value, ModelRef):
        known = word not in state.models[value.model].own_methods
    elif isinstance(value, Unknown):
        if word in _NAMED:
            _add(state, word, "unknown", func)
        return
    else:
        known = isinstance(value, (LayerRef, Object)) and word in _NAMED
    named = keras_api.signature(f"keras.Model.{word}") is not None
    if known and word == "add" and isinstance(value, ModelRef):
        named = state.models[value.model].kind == "sequential"
    if known and named:
        model = value.model if isinstance(value, (Instance, ModelRef)) else None
        _add(state, word, "model", func, model)


def _root(node: syntax.Expression, scope: Scope) -> AbstractValue:
    """The value of the name that a plain expression begins with."""
    while isinstance(node, syntax.Attribute):
        node = node.value
    fact = scope.lookup(node.value) if isinstance(node, syntax.Name) else None
    return fact.value if fact is not None else None


def _is_plain(node: syntax.Node) -> bool:
    """Whether an expression is a name or an attribute of one: reading it twice does nothing."""
    while type(node) is syntax.Attribute:
        node = node.value
    return type(node) is syntax.Name


def _in_place(node: Any) -> bool:
    """Whether a result goes somewhere else: ``out=``, ``inplace=True``."""
    return any(
        arg.star or (arg.keyword is not None and arg.keyword.value in ("inplace", "out", "copy"))
        for arg in node.args
    )


def _add(state: State, word: str, of: str, node: syntax.Node, model: int | None = None) -> None:
    state.discarded.append(
        Discarded(
            len(state.discarded),
            word,
            of,
            state.origin(state.site(node)),
            model,
            guards_call(state.guards, word),
        )
    )
