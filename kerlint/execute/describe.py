"""A model of a program as typed data that the worker can build, or why it cannot be built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from kerlint import keras_api
from kerlint.execute.builder import is_name
from kerlint.execute.data_fit import input_shape, sizes, with_range, with_targets
from kerlint.execute.spec import (
    Args,
    Argument,
    CallSpec,
    InputSpec,
    LayerCall,
    LayerSpec,
    Made,
    MeasureSpec,
    ModelSpec,
    Named,
    ObjectiveSpec,
    OperationCall,
    OtherLayer,
    Plain,
    Several,
    StandInCall,
    TargetSpec,
    Tensors,
    is_plain,
)
from kerlint.execute.stand_ins import StandIns
from kerlint.execute.user_data import ArrayFacts, UserData
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.changes import Change, SetLoss, SetMetrics, SetOptimizer, applied
from kerlint.program.data import Array
from kerlint.program.graph import Graph
from kerlint.program.layers import KINDS, PASSTHROUGH
from kerlint.program.model import Layer, Model, Own, Program
from kerlint.program.model import LayerCall as ProgramCall
from kerlint.program.objectives import Criterion, Objective, measure_of, objectives
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
FUNCTIONS = ("keras.activations.", "keras.losses.", "keras.metrics.", "keras.initializers.")
# Layers that take whole numbers from 0 on, with the argument that says below which.
VOCABULARIES = {
    "Embedding": "input_dim",
    "CategoryEncoding": "num_tokens",
    "one_hot": "num_classes",
}
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
INPUT_LAYER = "keras.layers.InputLayer"
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
    layers: dict[int, LayerSpec] = field(default_factory=dict)
    calls: list[CallSpec] = field(default_factory=list)
    tensors: dict[int, str] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    made: int = 0

    def new_tensor(self) -> str:
        self.made += 1
        return f"x{self.made}"


def spec_of(
    program: Program,
    model: int,
    changes: Iterable[Change] = (),
    compiled: int | None = None,
    data: UserData | None = None,
) -> ModelSpec:
    """Describe a model with changes applied; raises ``Undescribable``.

    ``data`` are the user's, where they belong to this model.
    """
    changes = tuple(changes)
    changed = applied(program, changes)
    described = changed.models[model]
    if described.gaps:
        raise Undescribable(described.gaps[0].reason)
    if not described.outputs:
        raise Undescribable("the model could not be read completely")
    writer = _writer(changed, program, model, compiled, data)
    inputs = []
    for place, tensor in enumerate(described.inputs, 1):
        facts = None if data is None else data.inputs[place - 1]
        inputs.append(_input(writer, tensor, f"input_{place}", facts=facts))
        writer.tensors[tensor] = inputs[-1].name
    _graph(writer, described)
    outputs = []
    for tensor in described.outputs:
        if tensor not in writer.tensors:
            raise Undescribable("an output of the model could not be read")
        outputs.append(writer.tensors[tensor])
    ends = (tuple(inputs), tuple(outputs))
    return _specified(writer, program, model, changes, compiled, *ends, data)


def _writer(
    changed: Program, program: Program, model: int, compiled: int | None, data: UserData | None
) -> _Writer:
    """A writer that knows the sizes that the data tell."""
    known = {} if data is None else dict(sizes(data, _whole(program), model, compiled))
    return _Writer(changed, StandIns(known=known))


def head_of(
    program: Program,
    model: int,
    output: int,
    changes: Iterable[Change] = (),
    compiled: int | None = None,
    data: UserData | None = None,
) -> ModelSpec:
    """Describe one output of a model from the last layer with a kernel on.

    That layer is one of the program's own; what it takes in is the input of the new model. Layers
    are numbered in the order of their calls. Raises ``Undescribable``.
    """
    changes = tuple(changes)
    changed = applied(program, changes)
    outputs = changed.models[model].outputs
    if output >= len(outputs):
        raise Undescribable("the output of the model could not be read")
    calls = _last_calls(Graph(changed), outputs[output], len(program.layers))
    writer = _writer(changed, program, model, compiled, data)
    first = calls[0].inputs[0]
    given = _input(writer, first, "input_1", calls[0])
    name = _in_a_row(writer, changed.models[model], calls, given)
    made = _specified(writer, program, model, changes, compiled, (given,), (name,), data)
    return replace(made, objectives=(made.objectives[output],))


def chain_of(
    program: Program,
    model: int,
    first: int,
    last: int,
    changes: Iterable[Change] = (),
    compiled: int | None = None,
    *,
    roomy: bool = False,
) -> ModelSpec:
    """Describe what a model is from one layer to another, without anything before and after.

    ``roomy``: sizes of the input that are not known are those of some steps of the first layer.
    Raises ``Undescribable``.
    """
    changes = tuple(changes)
    changed = applied(program, changes)
    graph = Graph(changed)
    calls = _calls_between(graph, first, last)
    writer = _Writer(changed, StandIns())
    given = _input(writer, calls[0].inputs[0], "input_1", calls[0])
    if roomy:
        given = _with_room(given, calls[0].inputs[0], changed, program.layers[first])
    name = _in_a_row(writer, changed.models[model], calls, given)
    made = _specified(writer, program, model, changes, compiled, (given,), (name,), None)
    made = replace(made, objectives=(ObjectiveSpec(),))
    if not roomy:
        return made
    shape = changed.tensors[calls[0].inputs[0]].shape
    known = not isinstance(shape, Unknown) and all(isinstance(size, int) for size in shape[1:-1])
    return replace(made, assumed=() if known else ("the size of the input",))


def _with_room(given: InputSpec, tensor: int, program: Program, layer: Layer) -> InputSpec:
    """An input on which a layer makes four steps at least, along axes of an unknown size."""
    shape = program.tensors[tensor].shape
    known = (None,) * (len(given.shape) + 1) if isinstance(shape, Unknown) else shape
    strides = layer.arg("strides")
    sides = strides.value.items if strides is not None and isinstance(strides.value, Items) else ()
    steps = [each.integer() or 1 for each in (sides or ((strides,) if strides else ()))]
    least = 4 * max(steps, default=1)
    sizes = [
        size if isinstance(before, int) else max(size, least)
        for size, before in zip(given.shape[:-1], known[1:])
    ]
    return replace(given, shape=(*sizes, given.shape[-1]))


def _calls_between(graph: Graph, first: int, last: int) -> list[ProgramCall]:
    """The calls from one layer to another, which lie in a row."""
    found: list[ProgramCall] = []
    calls = graph.layer_calls.get(last, ())
    for apply in graph.back(calls[0].outputs[0]) if len(calls) == 1 else ():
        if len(apply.inputs) != 1 or len(apply.outputs) != 1:
            break
        found.append(apply)
        if apply.layer == first:
            return found[::-1]
    raise Undescribable("the layers do not lie in a row")


def _in_a_row(writer: _Writer, model: Model, calls: Iterable[ProgramCall], given: InputSpec) -> str:
    """Write calls that take one another's output; the name of the last one's."""
    name = given.name
    for apply in calls:
        writer.tensors[apply.inputs[0]] = name
        (name,) = outputs = (writer.new_tensor(),)
        names = (writer.tensors[apply.inputs[0]],)
        writer.calls.append(_call(writer, model, apply, names, outputs))
    return name


def _last_calls(graph: Graph, tensor: int, own: int) -> list[ProgramCall]:
    """The calls from the last layer with a kernel to a tensor; ``own``: so many were written."""
    found: list[ProgramCall] = []
    for apply in graph.back(tensor, into_models=True):
        layer = graph.layer(apply)
        if len(apply.inputs) != 1 or len(apply.outputs) != 1 or layer.model is not None:
            break
        found.append(apply)
        inner = layer
        while inner.wrapped is not None:
            inner = graph.program.layers[inner.wrapped]
        kind = KINDS.get(inner.kind)
        if kind is not None and kind.weighted and inner.kind != "BatchNormalization":
            if layer.id < own:
                return found[::-1]
    raise Undescribable("the last layer with a kernel could not be read")


def _specified(
    writer: _Writer,
    program: Program,
    model: int,
    changes: tuple[Change, ...],
    compiled: int | None,
    inputs: tuple[InputSpec, ...],
    outputs: tuple[str, ...],
    data: UserData | None,
) -> ModelSpec:
    """What was written down of a model, with what it is trained for."""
    judged = [o for o in objectives(_whole(program)) if o.model.id == model]
    if compiled is not None:
        judged = [o for o in judged if program.compiles.index(o.compiled) == compiled]
    found = [ObjectiveSpec() for _ in program.models[model].outputs]
    for each in judged:
        found[each.index] = ObjectiveSpec(
            _measure(each.loss),
            _measures(each.metrics),
            _target(each, writer),
        )
    for change in changes:
        if isinstance(change, SetLoss):
            loss = _measure(measure_of(Fact(change.value), "loss"))
            found[change.output] = replace(found[change.output], loss=loss)
        elif isinstance(change, SetMetrics):
            given = [measure_of(Fact(value), "metric") for value in change.values]
            found[change.output] = replace(found[change.output], metrics=_measures(given))
    if data is not None:
        for place, (tensor, facts) in enumerate(zip(program.models[model].outputs, data.targets)):
            size = program.tensors[tensor].shape
            rank = None if isinstance(size, Unknown) else len(size)
            objective = found[place]
            targets = with_targets(objective.targets, facts, objective.loss, rank)
            found[place] = replace(objective, targets=targets)
    if compiled is None:
        own = [index for index, each in enumerate(program.compiles) if each.model == model]
        compiled = own[-1] if own else None
    optimizer = _given_optimizer(program, compiled)
    for change in changes:
        if isinstance(change, SetOptimizer) and change.compiled == compiled:
            optimizer = change.value
    made = _optimizer(writer, optimizer)
    writer.assumed.extend(_other_precision(program))
    numbers = sorted(writer.stand_ins.numbers.items())
    assumed = [*writer.assumed, *(f"{name} = {number}" for name, number in numbers)]
    return ModelSpec(
        layers=tuple(writer.layers.values()),
        calls=tuple(writer.calls),
        inputs=inputs,
        outputs=outputs,
        objectives=tuple(found),
        optimizer=made,
        assumed=tuple(map(_printable, assumed)),
    )


PRECISIONS = (".set_floatx", ".set_dtype_policy", ".set_global_policy")


def _other_precision(program: Program) -> Iterator[str]:
    """A note where the program computes in other numbers than the experiments do."""
    for call in program.calls:
        if call.name.endswith(PRECISIONS) and call.positional:
            given = call.positional[0].value
            if given != "float32":
                yield f"float32 instead of {given}" if isinstance(given, str) else "float32"


def _printable(text: str) -> str:
    """A text of the user's in one line that any terminal and any file can take."""
    return "".join(c if c.isprintable() else " " for c in text)


def _whole(program: Program) -> Program:
    """The program without the mark that leaves out what the surrounding file built."""
    return replace(program, own=Own())


# -- inputs ---------------------------------------------------------------------------------------


def _input(
    writer: _Writer,
    tensor: int,
    name: str,
    taker: ProgramCall | None = None,
    facts: ArrayFacts | None = None,
) -> InputSpec:
    """An input; ``taker`` is the call that takes it where that is in another model."""
    shape = writer.program.tensors[tensor].shape
    if facts is not None:
        known = None if isinstance(shape, Unknown) else shape[1:]
        given = InputSpec(name, input_shape(facts, known), _ids(writer, tensor))
        return with_range(given, facts)
    if isinstance(shape, Unknown):
        takers = (
            writer.program.layer_calls if taker is None else (replace(taker, inputs=(tensor,)),)
        )
        shape = _shape_from_consumers(writer, tensor, takers)
    found: list[int] = []
    rank = len(shape)
    for position, size in enumerate(shape[1:], 1):
        use = _use(position, rank)
        if isinstance(size, Unknown):
            found.append(writer.stand_ins.of(size, use))
        elif size is None:
            found.append({"pixels": 32, "steps": 12, "channels": 3}.get(use, 6))
        else:
            found.append(size)
    return InputSpec(name, tuple(found), _ids(writer, tensor))


def _ids(writer: _Writer, tensor: int) -> int | None:
    """Below which number an input of whole numbers stays; None for any other."""
    tokens = _tokens(writer, tensor, 0)
    if tokens is None and _whole_numbers(writer.program, tensor):
        return FEW_NUMBERS
    return tokens


FEW_NUMBERS = 10  # different ones, in an input of whole numbers that nothing else is known of


def _whole_numbers(program: Program, tensor: int) -> bool:
    """Whether an ``Input`` is one of whole numbers by its ``dtype``."""
    made = program.tensors[tensor]
    if made.apply is not None:
        return False
    given = (
        fact.value
        for call in program.calls
        if call.origin.site == made.site and call.name in ("keras.Input", INPUT_LAYER)
        for name, fact, _ in call.keywords
        if name == "dtype"
    )
    names = (
        value.path.rpartition(".")[2] if isinstance(value, External) else value for value in given
    )
    return any(isinstance(name, str) and name.startswith(("int", "uint")) for name in names)


def _use(position: int, rank: int) -> str:
    if rank == 2:
        return "features"
    if position == rank - 1:
        return "channels" if rank > 3 else "features"
    return "steps" if rank == 3 else "pixels"


def _shape_from_consumers(
    writer: _Writer, tensor: int, takers: Iterable[ProgramCall]
) -> tuple[int | None, ...]:
    """An input whose shape nobody states: what takes it in says how many axes it needs."""
    for apply in takers:
        if tensor in apply.inputs:
            layer = writer.program.layers[apply.layer]
            if layer.kind == "Bidirectional" and layer.wrapped is not None:
                layer = writer.program.layers[layer.wrapped]
            writer.assumed.append("the shape of the input")
            kind = KINDS.get(layer.kind)
            if kind is not None and kind.rank in TAKEN:
                return TAKEN[kind.rank]
            if kind is not None and kind.shape == "embedding":
                return (None, 12)
            if kind is not None and kind.shape == "dense":
                return (None, 6)
            break
    raise Undescribable("the shape of the input is not known")


# What a layer is given that takes so many axes between the samples and the features.
TAKEN: Mapping[int | None, tuple[int | None, ...]] = {
    1: (None, 12, 6),
    2: (None, 32, 32, 3),
    3: (None, 16, 16, 16, 3),
}


def _tokens(writer: _Writer, tensor: int, depth: int) -> int | None:
    """The number of different token ids when an input goes into a layer that takes such ids."""
    if depth > 6:
        return None
    for apply in writer.program.layer_calls:
        if tensor not in apply.inputs:
            continue
        layer = writer.program.layers[apply.layer]
        if layer.model is not None:
            inner = writer.program.models[layer.model]
            if len(inner.inputs) == 1:
                found = _tokens(writer, inner.inputs[0], depth + 1)
                if found is not None:
                    return found
        if layer.kind in VOCABULARIES:
            size = layer.arg(VOCABULARIES[layer.kind])
            if size is None:
                return 10
            value = _named_size(size, VOCABULARIES[layer.kind], layer)
            if isinstance(value, Unknown):
                return writer.stand_ins.of(value, "features")
            return size.integer() or 10
        if layer.kind in PASSTHROUGH:
            found = _tokens(writer, apply.outputs[0], depth + 1)
            if found is not None:
                return found
    return None


# -- layers and applications ----------------------------------------------------------------------


def _graph(writer: _Writer, model: Model) -> None:
    for index in model.graph:
        apply = writer.program.layer_calls[index]
        layer = writer.program.layers[apply.layer]
        names = tuple(_name_of(writer, tensor) for tensor in apply.inputs)
        if layer.model is not None and layer.type not in ("",):
            inner = writer.program.models[layer.model]
            if inner.kind != "application":
                _inlined(writer, inner, apply, names)
                continue
        outputs = tuple(writer.new_tensor() for _ in apply.outputs)
        writer.calls.append(_call(writer, model, apply, names, outputs))
        writer.tensors.update(zip(apply.outputs, outputs))


def _call(
    writer: _Writer,
    model: Model,
    apply: ProgramCall,
    names: tuple[str, ...],
    outputs: tuple[str, ...],
) -> CallSpec:
    layer = writer.program.layers[apply.layer]
    if layer.operation:
        return _operation(writer, layer, names, outputs)
    _layer(writer, layer)
    _in_inference(writer, model, layer, apply)
    args = _call_arguments(writer, apply)
    named = sum(len(value.names) for _, value in args if isinstance(value, Tensors))
    shape = _output_sizes(writer, apply)
    if shape and layer.type.startswith("keras.applications."):
        writer.assumed.append(f"a small stand-in for {layer.kind}")
        return StandInCall(layer.id, names[0], shape, outputs[0])
    if layer.model is not None:
        raise Undescribable(f"the output shape of {layer.kind} is not known")
    return LayerCall(layer.id, names[: len(names) - named], outputs, args)


def _output_sizes(writer: _Writer, apply: ProgramCall) -> tuple[int, ...]:
    """The output shape of a ready-made model, if it is known, else nothing.

    What claims are about lies before or after such a model: any other does as well.
    """
    shape = writer.program.tensors[apply.outputs[0]].shape
    given = () if isinstance(shape, Unknown) else tuple(s for s in shape[1:] if isinstance(s, int))
    known = not isinstance(shape, Unknown) and len(given) == len(shape) - 1
    return given if known and len(apply.outputs) == 1 else ()


def _name_of(writer: _Writer, tensor: int) -> str:
    if tensor not in writer.tensors:
        raise Undescribable("a tensor comes from code that could not be read")
    return writer.tensors[tensor]


def _inlined(writer: _Writer, inner: Model, apply: ProgramCall, names: tuple[str, ...]) -> None:
    """A model used as a layer: its own applications, on the tensors it was given."""
    if inner.gaps:
        raise Undescribable(inner.gaps[0].reason)
    if len(inner.inputs) != len(names):
        raise Undescribable("a model is called with the wrong number of inputs")
    saved = dict(writer.tensors)
    for tensor, name in zip(inner.inputs, names):
        writer.tensors[tensor] = name
    _graph(writer, inner)
    outputs = [_name_of(writer, tensor) for tensor in inner.outputs]
    writer.tensors = saved
    for tensor, name in zip(apply.outputs, outputs):
        writer.tensors[tensor] = name


def _in_inference(writer: _Writer, model: Model, layer: Layer, apply: ProgramCall) -> None:
    """A BatchNormalization that ``call`` of a user's model calls with ``training=False``.

    It never takes the statistics of a batch, as if it were frozen. A functional model passes its
    own ``training`` on, whatever was written in the call.
    """
    training = apply.args.get("training")
    if model.kind != "subclassed" or layer.kind != "BatchNormalization" or training is None:
        return
    if training.value is False:
        spec = writer.layers[layer.id]
        kept = tuple((name, value) for name, value in spec.args if name != "trainable")
        writer.layers[layer.id] = replace(spec, args=(*kept, ("trainable", False)))


def _call_arguments(
    writer: _Writer, apply: ProgramCall
) -> tuple[tuple[str, Argument | Tensors], ...]:
    kept: list[tuple[str, Argument | Tensors]] = []
    for name, fact in apply.args.items():
        value = fact.value
        if not is_name(name):
            raise Undescribable("an argument of a layer call has no usable name")
        if name in ("training", "mask"):
            continue
        if isinstance(value, (bool, int, float, str)):
            kept.append((name, _value(writer, value, f"the argument {name}= of a layer call")))
            continue
        tensors = _tensors(writer, value)
        if tensors is not None:
            kept.append((name, tensors))
        elif value is not None:
            raise Undescribable(f"the argument {name}= of a layer call is not known")
    return tuple(kept)


def _tensors(writer: _Writer, value: Value) -> Tensors | None:
    """A tensor, or a list of nothing but tensors; None for anything else."""
    if isinstance(value, TensorRef):
        return Tensors((_name_of(writer, value.tensor),))
    if isinstance(value, Items):
        found = [i.value.tensor for i in value.items if isinstance(i.value, TensorRef)]
        if len(found) == len(value.items):
            return Tensors(tuple(_name_of(writer, tensor) for tensor in found), listed=True)
    return None


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


def _operation(
    writer: _Writer, layer: Layer, names: tuple[str, ...], outputs: tuple[str, ...]
) -> OperationCall:
    """Describe an operation: its arguments, the tensors among them in the order of the inputs."""
    name = OPERATORS.get(layer.type, layer.type)
    name = OPERATIONS.get(name, name)
    if layer.partial or not name.startswith("keras.ops.") or name in NO_OPERATIONS:
        raise Undescribable(f"kerlint cannot rebuild the operation {layer.type}")
    slots: list[Argument | Tensors] = []
    args: list[tuple[str, Argument]] = []
    left = list(names)
    for key, fact in layer.args.items():
        value = fact.value
        if isinstance(value, TensorRef):
            slots.append(Tensors((left.pop(0),)))
        elif isinstance(value, Items) and any(isinstance(i.value, TensorRef) for i in value.items):
            if not all(isinstance(i.value, TensorRef) for i in value.items):
                raise Undescribable(f"kerlint cannot rebuild the operation {layer.type}")
            taken, left = left[: len(value.items)], left[len(value.items) :]
            slots.append(Tensors(tuple(taken), listed=True))
        else:
            slot = _value(writer, value, f"{layer.type}({key}=...)", key)
            if key.isdigit() or isinstance(slot, (Several, Named, Made, OtherLayer)):
                slots.append(slot)
            else:
                args.append((key, slot))
    return OperationCall(layer.id, name, tuple(slots), outputs, _named(args, layer.type))


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
    # First, so that a layer that is an argument of itself ends here.
    writer.layers[layer.id] = LayerSpec(layer.id, symbol.name)
    if layer.wrapped is not None:
        _layer(writer, writer.program.layers[layer.wrapped])
    args: list[tuple[str, Argument]] = []
    frozen = layer.args.get("trainable")
    if layer.kind == "BatchNormalization" and frozen is not None and frozen.value is False:
        args.append(("trainable", False))  # it then takes its averages while training, too
    for name, fact in layer.args.items():
        if name in DROPPED or (name == "layer" and layer.wrapped is not None):
            if name != "input_shape" or symbol.kind != "application":
                continue
        if name == "input_dim" and layer.kind != "Embedding":
            continue  # the old way to state an input shape
        if not _taken(layer.type, name):
            continue  # gone from Keras: the baseline is what Keras makes of the rest
        if not _left_out(writer, layer, name, fact):
            args.append((name, _argument(writer, layer, name, fact)))
    if symbol.kind == "application":
        args.append(("weights", None))
    # Last in the order of the layers: after those that it is made of.
    del writer.layers[layer.id]
    named = _named(args, layer.kind)
    writer.layers[layer.id] = LayerSpec(layer.id, symbol.name, named, layer.wrapped)


def _taken(name: str, argument: str) -> bool:
    """Whether today's Keras has the argument."""
    signature = keras_api.signature(name)
    if signature is None or argument in signature.named:
        return True
    return argument in (keras_api.accepted_kwargs(name, keras_api.LATEST) or ())


def _left_out(writer: _Writer, layer: Layer, name: str, fact: Fact) -> bool:
    """Whether an unknown argument is one that the model does as well without."""
    if not isinstance(fact.value, Unknown) or name not in OPTIONAL_UNKNOWN or name in SIZES:
        return False
    writer.assumed.append(f"{layer.kind} without {name}")
    return True


def _argument(writer: _Writer, layer: Layer, name: str, fact: Fact) -> Argument:
    value = _named_size(fact, name, layer) if name in SIZES else fact.value
    if isinstance(value, Unknown):
        if name in SIZES:
            return writer.stand_ins.of(value, SIZES[name])
        if name == "rate":
            writer.assumed.append(f"{layer.kind}(rate=0.25)")
            return 0.25
        raise Undescribable(f"{layer.kind}({name}=...) is not known: {value.reason}")
    if name == "target_shape" and isinstance(value, Items):
        value = _with_rest(value)
    return _value(writer, value, f"{layer.kind}({name}=...)", name)


def _named_size(fact: Fact, name: str, layer: Layer) -> Value:
    """A size with a name of its own where it has none: ``np.max(words) + 1``."""
    value = fact.value
    if isinstance(value, Array) or (isinstance(value, Unknown) and not value.symbol):
        return Unknown("a number from the data", fact.site, f"{name} of {layer.kind}")
    return value


def _with_rest(shape: Items) -> Items:
    """A shape in which the only size that is not known is what is left over: -1."""
    unknown = [item for item in shape.items if isinstance(item.value, Unknown)]
    if len(unknown) != 1 or any(item.value == -1 for item in shape.items):
        return shape
    rest = tuple(replace(i, value=-1) if i is unknown[0] else i for i in shape.items)
    return replace(shape, items=rest)


def _named(args: Iterable[tuple[str, Argument]], where: str) -> Args:
    """Arguments by names that can be written down: those of a dictionary may be anything."""
    found = tuple(args)
    if not all(is_name(name) for name, _ in found):
        raise Undescribable(f"an argument of {where} has no usable name")
    return found


def _value(writer: _Writer, value: Value, where: str, name: str = "") -> Argument:
    """A value as data."""
    if is_plain(value):
        return value
    if isinstance(value, float):
        raise Undescribable(f"{where} is NaN")
    if isinstance(value, int):
        raise Undescribable(f"{where} is too large a number")
    if isinstance(value, Items):
        if not value.complete:
            raise Undescribable(f"{where} is only partly known")
        items = tuple(_value(writer, item.value, where, name) for item in value.items)
        return Several(items, value.kind == "tuple")
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
        return Named(_allowed(value.name, where))
    if isinstance(value, Object):
        known = _allowed(value.name, where)
        if value.partial:
            raise Undescribable(f"some arguments of {where} are not known")
        args: Args = tuple(
            (key, _value(writer, fact.value, where, key))
            for key, fact in value.args.items()
            if key not in ("name", "dtype", "seed")
        )
        return Made(known, _named(args, where))
    if isinstance(value, LayerRef):
        _layer(writer, writer.program.layers[value.layer])
        return OtherLayer(value.layer)
    if isinstance(value, Entries):
        raise Undescribable(f"{where} is a dictionary")
    raise Undescribable(f"{where} is custom code or data")


def _allowed(name: str, where: str) -> str:
    """The canonical name of an object of Keras that may be built."""
    symbol = keras_api.symbol(name)
    if symbol is None or not is_allowed(symbol):
        raise Undescribable(f"{where}: kerlint cannot rebuild {name}")
    return symbol.name


def is_allowed(symbol: keras_api.Symbol) -> bool:
    """Whether an object of Keras may be built, or handed to what is built."""
    if symbol.kind == "function":
        return symbol.name.startswith(FUNCTIONS)
    return symbol.kind in ALLOWED_KINDS


# -- losses, metrics, targets ---------------------------------------------------------------------


def _measure(measure: Criterion | None) -> MeasureSpec | None:
    """A loss or metric with its arguments as plain values; None when it is not known."""
    if measure is None or measure.kind is None or measure.partial:
        return None
    args: list[tuple[str, Plain | Several]] = []
    for name, fact in measure.args.items():
        value = fact.value
        if name in ("name", "dtype") or value is None:
            continue
        if isinstance(value, Items) and value.complete:
            parts = [item.value for item in value.items]
            if not all(map(is_plain, parts)):
                return None
            args.append((name, Several(tuple(filter(is_plain, parts)))))
        elif is_plain(value):
            args.append((name, value))
        else:
            return None
    symbol = keras_api.symbol(measure.name) if measure.name is not None else None
    return MeasureSpec(measure.kind, symbol.name if symbol is not None else None, tuple(args))


def _measures(measures: Iterable[Criterion]) -> tuple[MeasureSpec, ...]:
    """Those metrics that are known."""
    return tuple(found for found in map(_measure, measures) if found is not None)


def _given_optimizer(program: Program, compiled: int | None) -> Value:
    """What a compile call was given; where it was given none, what Keras takes."""
    if compiled is None:
        return None
    call = program.compiles[compiled]
    fact = call.args.get("optimizer")
    if fact is not None:
        return fact.value
    return None if call.partial else "rmsprop"


def _optimizer(writer: _Writer, value: Value) -> Made | None:
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
    given: dict[str, Argument] = {}
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
    return Made(symbol.name, _named(given.items(), name))


def _target(objective: Objective, writer: _Writer) -> TargetSpec | None:
    target = objective.target
    if not isinstance(target, Array):
        return None
    shape: tuple[int | None, ...] | None = None
    if target.shape is not None:
        shape = tuple(
            writer.stand_ins.of(size, "classes") if isinstance(size, Unknown) else size
            for size in target.shape
        )
    return TargetSpec(
        encoding=target.encoding.name if target.encoding is not None else None,
        classes=target.classes,
        shape=shape,
        lowest=target.lowest,
        highest=target.highest,
        integers=target.integers,
    )
