"""What is usual of learning rates, and the models that an optimizer trains, for the rules."""

from __future__ import annotations

import re

from kerlint import keras_api
from kerlint.program.changes import Change, SetMade, SetOptimizer, SourceChange
from kerlint.program.claims import ModelClaim
from kerlint.program.layers import KINDS
from kerlint.program.model import Call, Compile
from kerlint.program.values import Fact, Items, Object, Unknown, Value, text_of
from kerlint.rules.base import View

# The rate that is usual with an optimizer, where the default of Keras is not: it is far below what
# the papers and other libraries use, or far above.
_USUAL = {"adadelta": 1.0, "adagrad": 0.01, "ftrl": 0.05, "muon": 0.02, "lamb": 0.01, "lion": 1e-4}
_USUAL["adafactor"] = 0.01
_DEFAULT = 0.001


def usual_rate(kind: str, name: str) -> float:
    """The learning rate that one would begin with."""
    if kind in _USUAL:
        return _USUAL[kind]
    signature = keras_api.signature(name)
    for param in signature.params if signature is not None else ():
        if param.name == "learning_rate" and isinstance(param.default, float):
            return param.default
    return 0.01 if kind == "sgd" else _DEFAULT


_INITIAL = "initial_learning_rate"
_SCHEDULES = {
    "CosineDecay": (_INITIAL, "warmup_target"),
    "CosineDecayRestarts": (_INITIAL,),
    "ExponentialDecay": (_INITIAL,),
    "InverseTimeDecay": (_INITIAL,),
    "PolynomialDecay": (_INITIAL, "end_learning_rate"),
}


def written_rate(given: Fact) -> Fact | None:
    """The highest rate that a value of ``learning_rate=`` begins with; None when it is not known.

    For a schedule that is its initial rate, for one that warms up the rate at the end of that.
    """
    value = given.value
    if not isinstance(value, Object):
        return given if given.number() is not None else None
    if value.partial:
        return None
    schedule = value.name.rpartition(".")[2]
    if schedule == "PiecewiseConstantDecay":
        values = value.args.get("values")
        items = values.value if values is not None else None
        facts = items.items if isinstance(items, Items) and items.complete else ()
    else:
        found = [value.args.get(name) for name in _SCHEDULES.get(schedule, ())]
        facts = tuple(fact for fact in found if fact is not None)
    if not facts or any(fact.number() is None for fact in facts):
        return None
    return max(facts, key=lambda fact: fact.number() or 0)


def made_optimizer(call: Call) -> keras_api.Symbol | None:
    """The class of the optimizer that a call makes; None for any other call."""
    if not call.name.startswith("keras.optimizers."):
        return None
    symbol = keras_api.symbol(call.name)
    return symbol if symbol is not None and symbol.kind == "optimizer" else None


def trained_with(call: Call, view: View) -> Compile | None:
    """The compile call that is given the optimizer that a call makes."""
    for compiled in view.program.compiles:
        fact = compiled.args.get("optimizer")
        if fact is not None and isinstance(fact.value, Object):
            if fact.value.site == call.origin.site:
                return compiled
    return None


NOT_COMPILED = "kerlint could read no model that is compiled with this optimizer"


def claim(call: Call, view: View) -> ModelClaim | None:
    """A claim about the training with an optimizer; None where no model is compiled with it."""
    compiled = trained_with(call, view)
    return None if compiled is None else training_claim(compiled)


def training_claim(compiled: Compile) -> ModelClaim:
    """A claim about the training that follows a compile call."""
    return ModelClaim(model=compiled.model, compiled=compiled.id)


def with_value(call: Call, view: View, name: str, value: Value) -> tuple[Change, ...]:
    """The optimizer that a call makes, with another value for one argument."""
    compiled = trained_with(call, view)
    if compiled is None or compiled.optimizer.name is None:
        return ()
    args = {**compiled.optimizer.args, name: Fact(value)}
    made = Object(compiled.optimizer.name, args, call.origin.site)
    return (SetOptimizer(compiled.id, made),)


def with_argument(call: Call, name: str, value: Value, old: Fact) -> tuple[SourceChange, ...]:
    """The same where no model is compiled with it."""
    return (SetMade(call.origin.site, call.name, name, value, old),)


def with_rate(given: Fact | None, rate: float) -> Fact:
    """Another learning rate: that of the start, where it is a schedule."""
    made = given.value if given is not None else None
    if isinstance(made, Object) and not made.partial and _INITIAL in made.args:
        return Fact(Object(made.name, {**made.args, _INITIAL: Fact(rate)}, made.site))
    return Fact(rate)


def sets_rate(compiled: Compile, view: View) -> bool:
    """Whether the learning rate of a model is set while it is trained."""
    if view.sets_rates:
        return True
    for fit in view.program.fits:
        callbacks = fit.args.get("callbacks") if fit.compiled == compiled.id else None
        if callbacks is None or callbacks.value is None:
            continue
        given = callbacks.value
        if not isinstance(given, (Items, Object)):
            return True
        for item in given.items if isinstance(given, Items) else (callbacks,):
            if _SETTING.search(text_of(item.value)):
                return True
    return False


# Names of callbacks that set learning rates: those of this file have been looked into.
_SETTING = re.compile(r"(?i:lr|rate|sched|warm|cycl|anneal)(?<!ReduceLR)")

_SMALL = 16  # units


def is_small(model: int, view: View) -> bool:
    """Whether a model has a few units only, each with a few inputs as far as that is known.

    Weights of such layers start large, so that the same step is small for them.
    """
    for index in view.layers_in(model):
        layer = view.program.layers[index]
        if layer.custom or layer.operation or layer.model is not None:
            return False
        kind = KINDS.get(layer.kind)
        if kind is not None and (not kind.weighted or kind.keeps_shape):
            continue
        units = layer.arg("units")
        number = units.integer() if units is not None else None
        if kind is None or not (layer.kind == "Dense" or kind.recurrent):
            return False
        if number is None or number > _SMALL:
            return False
        for call in view.graph.layer_calls.get(index, ()):
            shape = view.program.tensors[call.inputs[0]].shape if call.inputs else ()
            last = shape[-1] if not isinstance(shape, Unknown) and shape else None
            if isinstance(last, int) and last > _SMALL:
                return False
    return True
