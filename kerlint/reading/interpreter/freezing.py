"""From abstract values of the interpreter to the plain values that rules see."""

from __future__ import annotations

from kerlint import keras_api
from kerlint.program.values import (
    NOWHERE,
    Custom,
    Entries,
    External,
    Fact,
    Items,
    LayerRef,
    ModelRef,
    Object,
    Ref,
    Unknown,
)
from kerlint.reading.interpreter.conversion import NEW
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    BoundMethod,
    Builtin,
    Class,
    DictValue,
    Field,
    Function,
    Instance,
    ListValue,
    Manager,
    Partial,
    QualifiedName,
    Super,
    TupleType,
)

MAX_DEPTH = 12  # containers inside containers; beyond that a value is not looked into


_KINDS = {"tuple": "tuple", "set": "set", "frozenset": "set"}


def freeze(state: State, fact: Fact, depth: int = 0) -> Fact:
    """Return the fact with a plain value; a container that is too large becomes unknown."""
    value = _plain(state, fact.value, depth)
    return fact if value is fact.value else Fact(value, fact.site, fact.copied_through)


def _plain(state: State, value: AbstractValue, depth: int) -> AbstractValue:
    if isinstance(value, (str, int, float, bool, type(None), Unknown, Object)):
        return value
    if depth > MAX_DEPTH:
        return Unknown("nested too deeply")
    if isinstance(value, ListValue):
        if not state.has_room(len(value.items), few=not depth):
            return Unknown("more elements than kerlint looks into")
        items = tuple(freeze(state, item, depth + 1) for item in value.items)
        kind = _KINDS.get(value.kind, "list")
        return Items(kind, items, value.complete and not value.sources and value.born < 0)
    if isinstance(value, DictValue):
        if not state.has_room(NEW * len(value.entries), few=not depth):
            return Unknown("more elements than kerlint looks into")
        entries = {key: freeze(state, item, depth + 1) for key, item in value.entries.items()}
        return Entries(entries, value.complete)
    if isinstance(value, QualifiedName):
        located = keras_api.locate(value.dotted)
        if located is not None and located.name is not None:
            return Ref(located.name)
        return External(value.dotted)
    if isinstance(value, Function):
        kind = "lambda" if value.name == "<lambda>" else "function"
        return Custom(kind, value.name, value.site)
    if isinstance(value, (Class, TupleType)):
        return Custom("class", value.name, getattr(value, "site", NOWHERE))
    if isinstance(value, Field):
        return Unknown("a field of a data class")
    if isinstance(value, Instance):
        if value.model is not None:
            return ModelRef(value.model)
        if value.layer is not None:
            return LayerRef(value.layer)
        return Custom("object", value.cls.name, value.site)
    if isinstance(value, Partial):
        inner = freeze(state, value.callee, depth + 1).value
        if isinstance(inner, Ref):
            return Custom("function", f"partial of {inner.name.rpartition('.')[2]}")
        return Custom("function", "functools.partial")
    if isinstance(value, BoundMethod):
        return Custom("function", value.name)
    if isinstance(value, Builtin):
        return External(f"builtins.{value.name}")
    if isinstance(value, Manager):
        return Unknown("a context manager")
    if isinstance(value, Super):
        return Unknown("super()")
    return value
