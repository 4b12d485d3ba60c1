"""What weights layers start with, as far as initializers say so, and which weights come next."""

from __future__ import annotations

import math

from kerlint import keras_api
from kerlint.program.graph import Graph, one_input
from kerlint.program.layers import KINDS, RECURRENT, UNIT_SYMMETRIC
from kerlint.program.model import Layer, LayerCall, Shape
from kerlint.program.values import Fact, Items, Object, Ref, Unknown


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
    word = keras_api.kind_of(name) if name is not None else None
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


def weighted_after(
    tensor: int, graph: Graph, passing: frozenset[str] = UNIT_SYMMETRIC
) -> list[Layer] | None:
    """The layers that take a tensor in, with only ``passing`` layers between.

    None when the tensor (or what comes of it) is an output of a model, when nothing takes it in, or
    when something on the way is not one of the ``passing`` layers and has no weights of its own
    kind: then nothing can be said.
    """

    def passes(apply: LayerCall) -> bool:
        return graph.layer(apply).kind in passing

    if graph.is_end(tensor):
        return None
    found: list[Layer] = []
    for apply in graph.forward(tensor, through=passes):
        layer = graph.layer(apply)
        if layer.custom or layer.operation or not one_input(apply) or apply.repeated:
            return None
        if not passes(apply):
            found.append(layer)
            continue
        ends = any(graph.is_end(output) for output in apply.outputs)
        if ends or (KINDS[layer.kind].normalizes and not _starts_even(layer)):
            return None
    return found


def _starts_even(layer: Layer) -> bool:
    """Whether a normalization scales and shifts all units alike at first."""
    if layer.partial:
        return False
    given = [layer.arg("beta_initializer"), layer.arg("gamma_initializer")]
    return all(fact is None or constant_of(fact) is not None for fact in given)


def initial_spread(layer: Layer) -> float | None:
    """How large the kernel weights of a layer are at first (their root mean square).

    None unless an initializer says so by itself, whatever the size of the layer is, as
    ``RandomNormal(stddev=1.0)`` does; and when the weights are given, frozen or constrained.
    """
    if layer.partial or any(name in layer.args for name in ("weights", "kernel_constraint")):
        return None
    trainable = layer.arg("trainable")
    fact = layer.arg("kernel_initializer")
    if fact is None or (trainable is not None and trainable.value is not True):
        return None
    value = fact.value
    if not isinstance(value, Object) or value.partial:
        return None
    word = keras_api.kind_of(value.name)

    def argument(name: str, default: float) -> float | None:
        given = value.args.get(name)
        number = given.number() if given is not None else default
        return float(number) if number is not None else None

    if word in ("random_normal", "truncated_normal"):
        mean, deviation = argument("mean", 0.0), argument("stddev", 0.05)
        if mean is None or deviation is None:
            return None
        return math.hypot(mean, deviation * (0.88 if word == "truncated_normal" else 1.0))
    if word == "random_uniform":
        low, high = argument("minval", -0.05), argument("maxval", 0.05)
        if low is None or high is None:
            return None
        return math.sqrt((low * low + low * high + high * high) / 3)
    return None


def values_seen(layer: Layer, shape: Shape | Unknown) -> int | None:
    """How many values each unit of a Dense layer or convolution sees; None when not known."""
    if isinstance(shape, Unknown) or len(shape) < 2 or not isinstance(shape[-1], int):
        return None
    if layer.kind == "Dense":
        return shape[-1]
    kind, size = KINDS[layer.kind], layer.arg("kernel_size")
    if not kind.convolution or size is None or "data_format" in layer.args:
        return None
    if isinstance(size.value, Items):
        sides = [item.integer() for item in size.value.items]
    else:
        sides = [size.integer()] * (kind.rank or 0)
    count = shape[-1]
    for side in sides:
        if side is None:
            return None
        count *= side
    return count
