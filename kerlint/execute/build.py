"""A description → a ``keras.Model``, from an allow-list of Keras objects with plain arguments.

Sizes are judged before anything is built.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerlint import keras_api
from kerlint.execute.describe import ALLOWED_KINDS
from kerlint.execute.shrink import number, wrapped
from kerlint.execute.verdicts import in_a_line

MAX_PARAMETERS = 50_000_000
MAX_TENSOR_BYTES = 200_000_000
MAX_LAYERS = 1_000
BATCH = 16  # samples that the limit on tensors is meant for

SPREAD = frozenset({"MultiHeadAttention", "GroupQueryAttention"})
RECURRENT = frozenset({"SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "RNN"})
GATES = {"LSTM": 4, "GRU": 3}


class Refused(Exception):
    """The model cannot be built; the text is the reason."""


class TooLarge(Refused):
    """The model is larger than what is built; the text has the numbers."""


@dataclass
class Built:
    """A model with its layers by their key in the description.

    ``tensors`` are the symbolic ones by name, ``calls`` the name of what a layer gives, ``largest``
    the number of elements of the largest tensor for one sample.
    """

    model: Any
    layers: dict[str, Any]
    tensors: dict[str, Any]
    calls: dict[str, list[str]]
    largest: int
    parameters: int
    over_time: bool
    notes: list[str] = field(default_factory=list)


# -- names and values -----------------------------------------------------------------------------


def resolve(name: str) -> Any:
    """The object of Keras with a canonical name that is on the allow-list."""
    symbol = keras_api.symbol(name)
    if symbol is None or symbol.kind not in ALLOWED_KINDS | {"function"}:
        raise Refused(f"kerlint cannot rebuild {name}")
    if not symbol.name.startswith("keras."):
        raise Refused(f"{name} is not part of Keras")
    found: Any = keras
    for part in symbol.name.split(".")[1:]:
        found = getattr(found, part, None)
        if found is None:
            raise Refused(f"the installed Keras has no {name}")
    return found


def plain_measure(name: str, args: Mapping[str, Any]) -> Callable[[Any, Any], Any]:
    """A loss by its canonical name, as a function of target and prediction that gives a number."""
    found = resolve(name)
    made = found(**args) if isinstance(found, type) else found

    def measure(target: Any, prediction: Any) -> Any:
        return tf.reduce_mean(made(target, prediction))

    return measure


def optimizer(description: Mapping[str, Any]) -> Any:
    """The optimizer of a description, new and not built; None when it is not known."""
    said = description.get("optimizer")
    return _value(said, {}) if said is not None else None


def _value(value: Any, layers: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_value(item, layers) for item in value]
    if isinstance(value, dict):
        if "tuple" in value:
            return tuple(_value(item, layers) for item in value["tuple"])
        if "name" in value:
            return resolve(value["name"])
        if "object" in value:
            args = {key: _value(item, layers) for key, item in value.get("args", {}).items()}
            return resolve(value["object"])(**args)
        if "layer" in value:
            return layers[str(value["layer"])]
        raise Refused("an argument is not known")
    return value


# -- building -------------------------------------------------------------------------------------


def build(description: dict[str, Any]) -> Built:
    """Build a description as it is; raises ``Refused`` with the reason in words."""
    if len(description["nodes"]) > MAX_LAYERS:
        count = len(description["nodes"])
        raise TooLarge(f"it has {count:,} layers, more than the {MAX_LAYERS:,} that kerlint builds")
    inputs = []
    tensors: dict[str, Any] = {}
    for index, size in enumerate(description["inputs"]):
        _judge_tensor("the input", (None, *size["shape"]))
        kind = "int32" if size.get("kind") == "tokens" else "float32"
        made = keras.Input(shape=tuple(size["shape"]), dtype=kind)
        inputs.append(made)
        tensors[f"in{index}"] = made
    layers: dict[str, Any] = {}
    calls: dict[str, list[str]] = {}
    notes = list(description.get("notes", ()))
    largest = max(_elements(tensor.shape) for tensor in inputs)
    parameters = 0
    for node in description["nodes"]:
        given = [tensors[name] for name in node["inputs"]]
        parameters += _estimate(node, given, description, layers)
        if parameters > MAX_PARAMETERS:
            raise TooLarge(
                f"it has {parameters:,} parameters, more than the {MAX_PARAMETERS:,} that kerlint "
                "builds"
            )
        try:
            found = _applied(node, given, description, layers, tensors)
        except Refused:
            raise
        except Exception as error:
            raise Refused(f"Keras rejects it: {in_a_line(error)}") from None
        outputs = list(found) if isinstance(found, (list, tuple)) else [found]
        for position, output in enumerate(outputs):
            _judge_tensor("a layer's output", output.shape)
            largest = max(largest, _elements(output.shape))
            tensors[f"{node['output']}.{position}"] = output
        tensors[node["output"]] = outputs[0]
        for key in (str(node["layer"]), *wrapped(str(node["layer"]), description)):
            calls.setdefault(key, []).append(node["output"])
    ends = [tensors[name] for name in description["outputs"]]
    try:
        model = keras.Model(inputs, ends)
    except Exception as error:
        raise Refused(f"Keras rejects it: {in_a_line(error)}") from None
    over_time = any(
        said["class"].rpartition(".")[2] in RECURRENT for said in description["layers"].values()
    )
    return Built(model, layers, tensors, calls, largest, parameters, over_time, notes)


def _applied(
    node: dict[str, Any],
    given: list[Any],
    description: dict[str, Any],
    layers: dict[str, Any],
    tensors: Mapping[str, Any],
) -> Any:
    key = str(node["layer"])
    kind = description["layers"][key]["class"].rpartition(".")[2]
    if "operation" in description["layers"][key]:
        return _operation(description["layers"][key], given)
    if node.get("stand_in"):
        return _stand_in(node["stand_in"], given[0])
    layer = _layer(key, description, layers)
    args = {}
    for name, value in node["args"].items():
        if isinstance(value, dict) and "tensors" in value:
            found = [tensors[each] for each in value["tensors"]]
            args[name] = found if value.get("listed") else found[0]
        else:
            args[name] = value
    if kind in SPREAD:
        return layer(*given, **args)
    if kind in RECURRENT and len(given) > 1:
        return layer(given[0], initial_state=given[1:], **args)
    return layer(given if len(given) > 1 else given[0], **args)


def _layer(key: str, description: dict[str, Any], layers: dict[str, Any]) -> Any:
    if key in layers:
        return layers[key]
    said = description["layers"][key]
    for value in _parts(said.get("args", {})):
        _layer(str(value), description, layers)
    args = {name: _value(value, layers) for name, value in said.get("args", {}).items()}
    if said.get("wrapped") is not None:
        args["layer"] = _layer(str(said["wrapped"]), description, layers)
    found = resolve(said["class"])
    symbol = keras_api.symbol(said["class"])
    if symbol is not None and symbol.kind == "application":
        args["weights"] = None
    layers[key] = found(**args)
    return layers[key]


def _stand_in(shape: list[int], given: Any) -> Any:
    """Something cheap with the output shape of a ready-made model."""
    while len(given.shape) > 2:
        given = keras.ops.mean(given, axis=1)
    made = keras.layers.Dense(math.prod(shape), activation="relu")(given)
    return keras.layers.Reshape(tuple(shape))(made) if len(shape) > 1 else made


def _operation(said: dict[str, Any], given: list[Any]) -> Any:
    """An operation on tensors: ``keras.ops`` and Python's operators, nothing else."""
    name = said["class"].removeprefix("keras.ops.")
    function = getattr(keras.ops, name, None)
    if function is None:
        raise Refused(f"the installed Keras has no {said['class']}")
    args = {key: _value(value, {}) for key, value in said.get("args", {}).items()}
    values = iter(given)
    positional = []
    for slot in said["operation"]:
        if slot == "tensor":
            positional.append(next(values))
        elif isinstance(slot, dict) and "tensors" in slot:
            positional.append([next(values) for _ in range(slot["tensors"])])
        else:
            positional.append(_value(slot, {}))
    return function(*positional, **args)


def _parts(value: Any) -> Iterator[Any]:
    """Layers that are arguments of another."""
    if isinstance(value, dict):
        if "layer" in value:
            yield value["layer"]
        else:
            for item in value.values():
                yield from _parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)


# -- sizes ----------------------------------------------------------------------------------------


def _elements(shape: Any) -> int:
    return math.prod(size if isinstance(size, int) else 1 for size in tuple(shape)[1:])


def _judge_tensor(what: str, shape: Any) -> None:
    size = _elements(shape) * 4 * BATCH
    if size > MAX_TENSOR_BYTES:
        shown = " x ".join(str(s) for s in tuple(shape)[1:])
        raise TooLarge(
            f"{what} has {shown} numbers for each sample, which need more than "
            f"{MAX_TENSOR_BYTES // 1_000_000} MB"
        )


def _estimate(
    node: dict[str, Any], given: list[Any], description: dict[str, Any], made: Mapping[str, Any]
) -> int:
    """About how many parameters a layer is going to have."""
    key = str(node["layer"])
    if key in made:
        return 0
    factor = 1
    said = description["layers"][key]
    while said.get("wrapped") is not None:
        factor *= 2 if said["class"].endswith("Bidirectional") else 1
        said = description["layers"][str(said["wrapped"])]
    args, kind = said.get("args", {}), said["class"].rpartition(".")[2]
    if kind == "Embedding":
        return number(args.get("input_dim")) * number(args.get("output_dim"))
    width = number(args.get("units"), args.get("filters"), default=0)
    shape = tuple(given[0].shape) if given else ()
    last = next((size for size in reversed(shape) if isinstance(size, int)), 1)
    if kind in SPREAD:
        heads = number(args.get("num_heads")) * number(args.get("key_dim"))
        return 4 * last * heads
    kernel = args.get("kernel_size", 1)
    kernel = kernel.get("tuple", 1) if isinstance(kernel, dict) else kernel
    if isinstance(kernel, list):
        window = math.prod(number(size) for size in kernel)
    else:
        axes = next((int(kind[i - 1]) for i in (kind.find("D"),) if kind[i - 1 : i].isdigit()), 1)
        window = number(kernel) ** axes
    if not width:
        return last * window if "kernel_size" in args else 0
    total = (last * window + 1) * width
    if kind in RECURRENT:
        total = GATES.get(kind, 1) * (total + width * width * window)
    return factor * total


def standard_deviation(array: Any) -> float:
    """The largest standard deviation over samples among the elements of an output."""
    flat = np.asarray(array, "float64").reshape(len(array), -1)
    return float(flat.std(axis=0).max())
