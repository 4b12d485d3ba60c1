"""A model of a program as plain JSON data that the worker can build, or why it cannot be built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kerlint import keras_api
from kerlint.execute.sizes import StandIns
from kerlint.program.changes import Change, SetLoss, SetMetrics, SetOptimizer, applied
from kerlint.program.data import Array
from kerlint.program.model import Apply, Layer, Model, Own, Program
from kerlint.program.objectives import Measure, Objective, measure_of, objectives
from kerlint.program.values import (
    Entries,
    External,
    Fact,
    Items,
    LayerRef,
    Object,
    Ref,
    TensorRef,
    Unknown,
    Value,
)

SIZES = {
    "units": "units",
    "filters": "units",
    "kernel_size": "units",
    "pool_size": "units",
    "input_dim": "features",
    "output_dim": "units",
    "n": "steps",
    "num_heads": "units",
    "key_dim": "units",
}
# Arguments without which the layer is the same for every claim.
DROPPED = frozenset(
    {
        "name",
        "dtype",
        "seed",
        "weights",
        "trainable",
        "input_shape",
        "batch_input_shape",
        "batch_shape",
        "batch_size",
        "input_length",
        "autocast",
    }
)
OPTIONAL_UNKNOWN = frozenset(
    {
        "activity_regularizer",
        "bias_constraint",
        "bias_regularizer",
        "kernel_constraint",
        "kernel_regularizer",
        "recurrent_regularizer",
        "embeddings_regularizer",
        "embeddings_initializer",
        "momentum",
        "epsilon",
    }
)
ALLOWED_KINDS = frozenset(
    {"layer", "initializer", "regularizer", "constraint", "activation", "loss", "metric"}
    | {"optimizer", "schedule", "application"}
)
# What only running the user's code or data could tell.
OPERATIONS = {
    "tensorflow.nn.relu": "keras.ops.relu",
    "tensorflow.nn.sigmoid": "keras.ops.sigmoid",
    "tensorflow.nn.softmax": "keras.ops.softmax",
    "tensorflow.nn.tanh": "keras.ops.tanh",
    "tensorflow.concat": "keras.ops.concatenate",
    "tensorflow.reduce_mean": "keras.ops.mean",
    "tensorflow.reduce_sum": "keras.ops.sum",
    "tensorflow.reduce_max": "keras.ops.max",
    "tensorflow.reshape": "keras.ops.reshape",
    "tensorflow.squeeze": "keras.ops.squeeze",
    "tensorflow.expand_dims": "keras.ops.expand_dims",
}
UNBUILDABLE = {
    "keras.layers.Lambda": "a Lambda layer runs custom code",
    "keras.layers.TextVectorization": "its vocabulary comes from the user's data",
    "keras.layers.StringLookup": "its vocabulary comes from the user's data",
    "keras.layers.IntegerLookup": "its vocabulary comes from the user's data",
    "keras.layers.TFSMLayer": "it comes from a file",
    "keras.layers.TorchModuleWrapper": "it runs code of another framework",
    "keras.layers.JaxLayer": "it runs custom code",
    "keras.layers.FlaxLayer": "it runs custom code",
}


class Undescribable(Exception):
    """The model cannot be built from its description; the text is the reason."""


@dataclass(slots=True)
class _Writer:
    program: Program
    stand_ins: StandIns
    layers: dict[int, dict[str, Any]] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    tensors: dict[int, str] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)


def describe(
    program: Program,
    model: int,
    changes: Iterable[Change | SetOptimizer] = (),
    compiled: int | None = None,
) -> dict[str, Any]:
    """Describe a model with changes applied.

    Returns a dictionary with ``layers``, ``nodes`` (applications in order), ``inputs`` (shape and
    kind of each), ``outputs``, ``losses``, ``metrics``, ``targets`` (one for each output,
    None where there is none), ``optimizer`` (None when it is not known) and ``assumed`` (what had
    to be assumed, in words).
    Raises ``Undescribable``.
    """
    changes = tuple(changes)
    changed = applied(program, (each for each in changes if not isinstance(each, SetOptimizer)))
    described = changed.models[model]
    if described.gaps:
        raise Undescribable(described.gaps[0].reason)
    if not described.outputs:
        raise Undescribable("the model could not be read completely")
    writer = _Writer(changed, StandIns())
    inputs = [_input(writer, tensor) for tensor in described.inputs]
    for position, tensor in enumerate(described.inputs):
        writer.tensors[tensor] = f"in{position}"
    _graph(writer, described, {})
    outputs = []
    for tensor in described.outputs:
        if tensor not in writer.tensors:
            raise Undescribable("an output of the model could not be read")
        outputs.append(writer.tensors[tensor])
    judged = [o for o in objectives(_whole(program)) if o.model.id == model]
    if compiled is not None:
        judged = [o for o in judged if program.compiles.index(o.compiled) == compiled]
    losses: list[Any] = [None] * len(outputs)
    metrics: list[list[Any]] = [[] for _ in outputs]
    targets: list[Any] = [None] * len(outputs)
    for objective in judged:
        losses[objective.index] = _measure(objective.loss)
        metrics[objective.index] = [_measure(metric) for metric in objective.metrics]
        targets[objective.index] = _target(objective, writer)
    for change in changes:
        if isinstance(change, SetLoss):
            losses[change.output] = _measure(measure_of(Fact(change.value), "loss"))
        elif isinstance(change, SetMetrics):
            given = [measure_of(Fact(value), "metric") for value in change.values]
            metrics[change.output] = [_measure(measure) for measure in given]
    if compiled is None:
        own = [index for index, each in enumerate(program.compiles) if each.model == model]
        compiled = own[-1] if own else None
    optimizer = _given_optimizer(program, compiled)
    for change in changes:
        if isinstance(change, SetOptimizer) and change.compiled == compiled:
            optimizer = change.value
    assumed = [f"{name} = {number}" for name, number in sorted(writer.stand_ins.numbers.items())]
    return {
        "layers": {str(key): value for key, value in writer.layers.items()},
        "nodes": writer.nodes,
        "inputs": inputs,
        "outputs": outputs,
        "losses": losses,
        "metrics": metrics,
        "targets": targets,
        "optimizer": _optimizer(writer, optimizer),
        "assumed": writer.assumed + assumed,
    }


def _whole(program: Program) -> Program:
    """The program without the mark that leaves out what the surrounding file built."""
    return replace(program, own=Own())


# -- inputs ---------------------------------------------------------------------------------------


def _input(writer: _Writer, tensor: int) -> dict[str, Any]:
    shape = writer.program.tensors[tensor].shape
    if isinstance(shape, Unknown):
        shape = _shape_from_consumers(writer, tensor)
    sizes: list[int] = []
    rank = len(shape)
    for position, size in enumerate(shape[1:], 1):
        use = _use(position, rank)
        if isinstance(size, Unknown):
            sizes.append(writer.stand_ins.of(size, use))
        elif size is None:
            sizes.append({"pixels": 32, "steps": 12, "channels": 3}.get(use, 6))
        else:
            sizes.append(size)
    made: dict[str, Any] = {"shape": sizes, "kind": "numbers"}
    high = _tokens(writer, tensor, 0)
    if high is not None:
        made["kind"] = "tokens"
        made["high"] = high
    return made


def _use(position: int, rank: int) -> str:
    if rank == 2:
        return "features"
    if position == rank - 1:
        return "channels" if rank > 3 else "features"
    return "steps" if rank == 3 else "pixels"


def _shape_from_consumers(writer: _Writer, tensor: int) -> tuple[Any, ...]:
    """An input whose shape nobody states: what takes it in says how many axes it needs."""
    for apply in writer.program.applies:
        if tensor in apply.inputs:
            kind = writer.program.layers[apply.layer].kind
            writer.assumed.append("the shape of the input")
            if kind in ("Conv2D", "MaxPooling2D", "SeparableConv2D", "DepthwiseConv2D"):
                return (None, 32, 32, 3)
            if kind in ("Conv1D", "LSTM", "GRU", "SimpleRNN", "Bidirectional", "MaxPooling1D"):
                return (None, 12, 6)
            if kind == "Embedding":
                return (None, 12)
            if kind == "Dense":
                return (None, 6)
            break
    raise Undescribable("the shape of the input is not known")


def _tokens(writer: _Writer, tensor: int, depth: int) -> int | None:
    """The number of different token ids when an input goes into an Embedding."""
    if depth > 6:
        return None
    for apply in writer.program.applies:
        if tensor not in apply.inputs:
            continue
        layer = writer.program.layers[apply.layer]
        if layer.model is not None:
            inner = writer.program.models[layer.model]
            if len(inner.inputs) == 1:
                found = _tokens(writer, inner.inputs[0], depth + 1)
                if found is not None:
                    return found
        if layer.kind == "Embedding":
            size = layer.arg("input_dim")
            if size is None:
                return 10
            if isinstance(size.value, Unknown):
                return writer.stand_ins.of(size.value, "features")
            return size.integer() or 10
        if layer.kind in ("Reshape", "Flatten", "Dropout", "SpatialDropout1D", "Masking"):
            found = _tokens(writer, apply.outputs[0], depth + 1)
            if found is not None:
                return found
    return None


# -- layers and applications ----------------------------------------------------------------------


def _graph(writer: _Writer, model: Model, renamed: dict[int, str]) -> None:
    for index in model.graph:
        apply = writer.program.applies[index]
        layer = writer.program.layers[apply.layer]
        names = [_name_of(writer, tensor) for tensor in apply.inputs]
        if layer.model is not None and layer.type not in ("",):
            inner = writer.program.models[layer.model]
            if inner.kind != "application":
                _inlined(writer, inner, apply, names)
                continue
        if layer.operation:
            _operation(writer, layer)
            args: dict[str, Any] = {}
        else:
            _layer(writer, layer)
            _in_inference(writer, model, layer, apply)
            args = _call_arguments(writer, apply)
            named = [
                each
                for value in args.values()
                if isinstance(value, dict)
                for each in value["tensors"]
            ]
            names = names[: len(names) - len(named)] if named else names
        made = f"t{len(writer.nodes)}"
        node = {"layer": layer.id, "inputs": names, "output": made, "args": args}
        sizes = _output_sizes(writer, apply)
        if sizes and layer.type.startswith("keras.applications."):
            writer.assumed.append(f"a small stand-in for {layer.kind}")
            node["stand_in"] = sizes
        elif layer.model is not None:
            raise Undescribable(f"the output shape of {layer.kind} is not known")
        writer.nodes.append(node)
        for position, tensor in enumerate(apply.outputs):
            writer.tensors[tensor] = made if len(apply.outputs) == 1 else f"{made}.{position}"


def _output_sizes(writer: _Writer, apply: Apply) -> list[int]:
    """The output shape of a ready-made model, if it is known, else an empty list.

    What claims are about lies in front of such a model or behind it: any other does as well.
    """
    shape = writer.program.tensors[apply.outputs[0]].shape
    sizes = [] if isinstance(shape, Unknown) else [s for s in shape[1:] if isinstance(s, int)]
    known = not isinstance(shape, Unknown) and len(sizes) == len(shape) - 1
    return sizes if known and len(apply.outputs) == 1 else []


def _name_of(writer: _Writer, tensor: int) -> str:
    if tensor not in writer.tensors:
        raise Undescribable("a tensor comes from code that could not be read")
    return writer.tensors[tensor]


def _inlined(writer: _Writer, inner: Model, apply: Apply, names: list[str]) -> None:
    """A model used as a layer: its own applications, on the tensors it was given."""
    if inner.gaps:
        raise Undescribable(inner.gaps[0].reason)
    if len(inner.inputs) != len(names):
        raise Undescribable("a model is called with the wrong number of inputs")
    saved = dict(writer.tensors)
    for tensor, name in zip(inner.inputs, names):
        writer.tensors[tensor] = name
    _graph(writer, inner, {})
    outputs = [_name_of(writer, tensor) for tensor in inner.outputs]
    writer.tensors = saved
    for tensor, name in zip(apply.outputs, outputs):
        writer.tensors[tensor] = name


def _in_inference(writer: _Writer, model: Model, layer: Layer, apply: Apply) -> None:
    """A BatchNormalization that ``call`` of a user's model calls with ``training=False``.

    It never takes the statistics of a batch, as if it were frozen. A functional model passes its
    own ``training`` on, whatever was written in the call.
    """
    training = apply.args.get("training")
    if model.kind != "subclassed" or layer.kind != "BatchNormalization" or training is None:
        return
    if training.value is False:
        writer.layers[layer.id]["args"]["trainable"] = False


def _call_arguments(writer: _Writer, apply: Apply) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, fact in apply.args.items():
        value = fact.value
        if name in ("training", "mask"):
            continue
        if isinstance(value, (bool, int, float, str)):
            kept[name] = value
        elif isinstance(value, TensorRef):
            kept[name] = {"tensors": [_name_of(writer, value.tensor)]}
        elif isinstance(value, Items) and all(isinstance(i.value, TensorRef) for i in value.items):
            found = [
                _name_of(writer, i.value.tensor)
                for i in value.items
                if isinstance(i.value, TensorRef)
            ]
            kept[name] = {"tensors": found, "listed": True}
        elif value is not None:
            raise Undescribable(f"the argument {name}= of a layer call is not known")
    return kept


# Operations on tensors that are rebuilt: those of Keras, and the operators of Python by the name
# that ``keras.ops`` has for them.
OPERATORS = {
    "operator.add": "keras.ops.add",
    "operator.sub": "keras.ops.subtract",
    "operator.mul": "keras.ops.multiply",
    "operator.truediv": "keras.ops.true_divide",
    "operator.matmul": "keras.ops.matmul",
    "operator.neg": "keras.ops.negative",
    "operator.pow": "keras.ops.power",
}
NO_OPERATIONS = frozenset({"keras.ops.map", "keras.ops.scan", "keras.ops.while_loop"})


def _operation(writer: _Writer, layer: Layer) -> None:
    """Describe an operation: the slots of its arguments, tensors in the order of the inputs."""
    name = OPERATORS.get(layer.type, layer.type)
    name = OPERATIONS.get(name, name)
    if layer.partial or not name.startswith("keras.ops.") or name in NO_OPERATIONS:
        raise Undescribable(f"kerlint cannot rebuild the operation {layer.type}")
    slots: list[Any] = []
    args: dict[str, Any] = {}
    for key, fact in layer.args.items():
        value = fact.value
        if isinstance(value, TensorRef):
            slot: Any = "tensor"
        elif isinstance(value, Items) and any(isinstance(i.value, TensorRef) for i in value.items):
            if not all(isinstance(i.value, TensorRef) for i in value.items):
                raise Undescribable(f"kerlint cannot rebuild the operation {layer.type}")
            slot = {"tensors": len(value.items)}
        else:
            slot = _value(writer, value, f"{layer.type}({key}=...)", key)
        if key.isdigit() or isinstance(slot, dict) or slot == "tensor":
            slots.append(slot)
        else:
            args[key] = slot
    writer.layers[layer.id] = {"class": name, "operation": slots, "args": args}


def _layer(writer: _Writer, layer: Layer) -> None:
    if layer.id in writer.layers:
        return
    if layer.custom:
        raise Undescribable(f"{layer.kind} is a custom layer")
    if layer.partial:
        raise Undescribable(f"some arguments of {layer.kind} are not known")
    if layer.type in UNBUILDABLE:
        raise Undescribable(f"{layer.kind}: {UNBUILDABLE[layer.type]}")
    symbol = keras_api.symbol(layer.type)
    if symbol is None or symbol.kind not in ALLOWED_KINDS:
        raise Undescribable(f"{layer.type} is not a Keras layer")
    made: dict[str, Any] = {"class": layer.type, "args": {}}
    writer.layers[layer.id] = made
    if layer.wrapped is not None:
        _layer(writer, writer.program.layers[layer.wrapped])
        made["wrapped"] = layer.wrapped
    frozen = layer.args.get("trainable")
    if layer.kind == "BatchNormalization" and frozen is not None and frozen.value is False:
        made["args"]["trainable"] = False  # it then takes its averages while training, too
    for name, fact in layer.args.items():
        if name in DROPPED or (name == "layer" and layer.wrapped is not None):
            if name != "input_shape" or symbol.kind != "application":
                continue
        if name == "input_dim" and layer.kind != "Embedding":
            continue  # the old way to state an input shape
        if not _taken(layer.type, name):
            continue  # gone from Keras: the baseline is what Keras makes of the rest
        made["args"][name] = _argument(writer, layer, name, fact)
    made["args"] = {key: value for key, value in made["args"].items() if value is not _ABSENT}


def _taken(name: str, argument: str) -> bool:
    """Whether today's Keras has the argument."""
    signature = keras_api.signature(name)
    if signature is None or argument in signature.named:
        return True
    return argument in (keras_api.accepted_kwargs(name, keras_api.LATEST) or ())


_ABSENT = object()


def _argument(writer: _Writer, layer: Layer, name: str, fact: Fact) -> Any:
    value = fact.value
    if name in SIZES and (
        isinstance(value, Array) or (isinstance(value, Unknown) and not value.expr)
    ):
        # ``np.max(words) + 1``, and what has no name either.
        value = Unknown("a number from the data", fact.site, f"{name} of {layer.kind}")
    if isinstance(value, Unknown):
        if name in SIZES:
            return writer.stand_ins.of(value, SIZES[name])
        if name == "rate":
            writer.assumed.append(f"{layer.kind}(rate=0.25)")
            return 0.25
        if name in OPTIONAL_UNKNOWN:
            writer.assumed.append(f"{layer.kind} without {name}")
            return _ABSENT
        raise Undescribable(f"{layer.kind}({name}=...) is not known: {value.reason}")
    return _value(writer, value, f"{layer.kind}({name}=...)", name)


def _value(writer: _Writer, value: Value, where: str, name: str = "") -> Any:
    """A value as JSON: names of Keras and instances become small dictionaries."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Items):
        if not value.complete:
            raise Undescribable(f"{where} is only partly known")
        items = [_value(writer, item.value, where, name) for item in value.items]
        return {"tuple": items} if value.kind == "tuple" else items
    if isinstance(value, Unknown):
        if name in ("target_shape", "kernel_size", "pool_size", "strides", "shape"):
            return writer.stand_ins.of(value, "units")
        raise Undescribable(f"{where} is not known: {value.reason}")
    if isinstance(value, External) or (isinstance(value, Ref) and ".ops." in value.name):
        # ``tf.nn.relu`` and ``keras.ops.relu``, where Keras has an activation of that name.
        path = value.path if isinstance(value, External) else value.name
        if name.endswith("activation") and path.startswith(("tensorflow.", "keras.ops.")):
            value = Ref(f"keras.activations.{path.rpartition('.')[2]}")
    if isinstance(value, Ref):
        _allowed(value.name, where)
        return {"name": value.name}
    if isinstance(value, Object):
        _allowed(value.name, where)
        if value.partial:
            raise Undescribable(f"some arguments of {where} are not known")
        args = {
            key: _value(writer, fact.value, where, key)
            for key, fact in value.args.items()
            if key not in ("name", "dtype", "seed")
        }
        return {"object": value.name, "args": args}
    if isinstance(value, LayerRef):
        inner = writer.program.layers[value.layer]
        _layer(writer, inner)
        return {"layer": value.layer}
    if isinstance(value, Entries):
        raise Undescribable(f"{where} is a dictionary")
    raise Undescribable(f"{where} is custom code or data")


def _allowed(name: str, where: str) -> None:
    symbol = keras_api.symbol(name)
    if symbol is None or symbol.kind not in ALLOWED_KINDS | {"function"}:
        raise Undescribable(f"{where}: kerlint cannot rebuild {name}")
    if symbol.kind == "function" and not name.startswith(
        ("keras.activations.", "keras.losses.", "keras.metrics.", "keras.initializers.")
    ):
        raise Undescribable(f"{where}: kerlint cannot rebuild {name}")


# -- losses, metrics, targets ---------------------------------------------------------------------


def _measure(measure: Measure | None) -> Any:
    """A loss or metric: its word, its arguments as plain values; None when it is not known."""
    if measure is None or measure.word is None or measure.partial:
        return None
    for fact in measure.args.values():
        if not isinstance(fact.value, (bool, int, float, str)) and fact.value is not None:
            return None
    args = {
        name: fact.value
        for name, fact in measure.args.items()
        if isinstance(fact.value, (bool, int, float, str)) and name not in ("name", "dtype")
    }
    return {"word": measure.word, "name": measure.name, "args": args}


def _given_optimizer(program: Program, compiled: int | None) -> Value:
    """What a compile call was given; where it was given none, what Keras takes."""
    if compiled is None:
        return None
    call = program.compiles[compiled]
    fact = call.args.get("optimizer")
    if fact is not None:
        return fact.value
    return None if call.partial else "rmsprop"


def _optimizer(writer: _Writer, value: Value) -> Any:
    """An optimizer by its name and its arguments; None when it is not known."""
    if isinstance(value, str):
        found = keras_api.resolve_string("optimizer", value)
        value = Ref(found) if found is not None else None
    args: Mapping[str, Fact] = {}
    if isinstance(value, Object) and not value.partial:
        args = value.args
    elif not isinstance(value, Ref):
        return None
    name = value.name.replace("keras.optimizers.legacy.", "keras.optimizers.")
    symbol, signature = keras_api.symbol(name), keras_api.signature(name)
    if symbol is None or symbol.kind != "optimizer" or signature is None:
        return None
    given = {}
    for key, fact in args.items():
        renamed = keras_api.renamed_argument(symbol.name, key)
        key = renamed.name if renamed is not None and renamed.name is not None else key
        if key not in signature.named or key == "name":
            continue
        try:
            given[key] = _value(writer, fact.value, f"{name}({key}=...)", key)
        except Undescribable:
            return None
    rate = given.get("learning_rate")
    if isinstance(rate, int):
        given["learning_rate"] = float(rate)  # Keras 3 takes no whole number
    return {"object": symbol.name, "args": given}


def _target(objective: Objective, writer: _Writer) -> Any:
    target = objective.target
    if not isinstance(target, Array):
        return None
    shape: list[int | None] | None = None
    if target.shape is not None:
        shape = [
            writer.stand_ins.of(size, "classes") if isinstance(size, Unknown) else size
            for size in target.shape
        ]
    return {
        "encoding": target.encoding.name if target.encoding is not None else None,
        "classes": target.classes,
        "shape": shape,
        "lowest": target.lowest,
        "highest": target.highest,
        "integers": target.integers,
        "origin": target.origin,
    }
