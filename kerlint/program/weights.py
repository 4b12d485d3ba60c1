"""What weights a layer starts with, as far as its initializers say so."""

from __future__ import annotations

from kerlint import keras_api
from kerlint.program.layers import RECURRENT
from kerlint.program.model import Layer
from kerlint.program.values import Fact, Object, Ref


def constant_of(fact: Fact | None) -> float | None:
    """The number that an initializer fills every weight with; None when it does not, or unknown.

    ``Constant`` of an array is a given matrix, not one number.
    """
    if fact is None:
        return None
    value = fact.value
    args: dict[str, Fact] = {}
    if isinstance(value, str):
        name = keras_api.resolve_string("initializer", value)
    elif isinstance(value, (Object, Ref)):
        name = value.name
        if isinstance(value, Object):
            if value.partial:
                return None
            args = dict(value.args)
    else:
        return None
    word = keras_api.meaning(name) if name is not None else None
    if word == "zeros":
        return 0.0
    if word == "ones":
        return 1.0
    if word == "constant":
        given = args.get("value")
        if given is None:
            return 0.0
        number = given.number()
        return float(number) if number is not None else None
    return None


def constant_kernel(layer: Layer) -> tuple[float, Fact] | None:
    """The one number that all kernel weights of a layer start with, and the argument that says so.

    For a recurrent layer both kernels must be constant. None when the weights are random, given
    otherwise, not known, or frozen.
    """
    if layer.partial or "weights" in layer.args:
        return None
    trainable = layer.arg("trainable")
    if trainable is not None and trainable.value is not True:
        return None  # not meant to learn: a fixed blur, a plain sum
    fact = layer.arg("kernel_initializer")
    number = constant_of(fact)
    if fact is None or number is None:
        return None
    if layer.kind in RECURRENT and constant_of(layer.arg("recurrent_initializer")) is None:
        return None
    return number, fact


def bias_start(layer: Layer) -> float | None:
    """The number that every bias of a layer starts with: 0 by default or without a bias."""
    if layer.partial:
        return None
    fact = layer.arg("bias_initializer")
    uses = layer.arg("use_bias")
    if fact is None or (uses is not None and uses.value is False):
        return 0.0
    return constant_of(fact)
