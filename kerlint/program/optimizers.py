"""What a model is trained with: the optimizer, its learning rate, its schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Fact, Object, Value

DEFAULT = "rmsprop"
"""What ``compile`` takes when it is given no optimizer."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """The optimizer of a compile call.

    ``kind`` in one word (``adam``) and ``name``, the canonical one, are None when it is not known.
    ``rate`` is the learning rate where that is one number, written or by default; None under a
    ``schedule`` and when it is not known. ``fact`` is the argument, None where it was left out.
    """

    kind: str | None = None
    name: str | None = None
    rate: float | None = None
    schedule: Object | None = None
    args: Mapping[str, Fact] = field(default_factory=dict)
    fact: Fact | None = None
    partial: bool = False


def optimizer_of(args: Mapping[str, Fact], partial: bool) -> Optimizer:
    """Read the optimizer among the arguments of ``compile``; ``partial``: some were not read."""
    fact = args.get("optimizer")
    if fact is None and partial:
        return Optimizer()
    value: Value = DEFAULT if fact is None else fact.value
    if isinstance(value, str):
        name = keras_api.resolve_string("optimizer", value)
        return _named(name, {}, fact, False) if name is not None else Optimizer(fact=fact)
    if isinstance(value, Object):
        return _named(value.name, value.args, fact, value.partial)
    return Optimizer(fact=fact)


def _named(name: str, args: Mapping[str, Fact], fact: Fact | None, partial: bool) -> Optimizer:
    symbol, kind = keras_api.symbol(name), keras_api.kind_of(name)
    if symbol is None or symbol.kind != "optimizer" or kind is None:
        return Optimizer(fact=fact)
    given = args.get("learning_rate")
    if given is None:
        rate = None if partial else _default_rate(symbol.name)
        return Optimizer(kind, symbol.name, rate, None, args, fact, partial)
    number, schedule = given.number(), _schedule(given.value)
    rate = float(number) if number is not None else None
    return Optimizer(kind, symbol.name, rate, schedule, args, fact, partial)


def _default_rate(name: str) -> float | None:
    # Today's Keras does not show what its legacy optimizers take.
    for release in (keras_api.LATEST, keras_api.LEGACY):
        signature = keras_api.signature(name, release)
        for param in signature.params if signature is not None else ():
            if param.name == "learning_rate" and isinstance(param.default, float):
                return param.default
    return None


def _schedule(value: Value) -> Object | None:
    if not isinstance(value, Object):
        return None
    symbol = keras_api.symbol(value.name)
    return value if symbol is not None and symbol.kind == "schedule" else None
