"""Models under construction: layers applied to tensors, stacked, wired and nested."""

from __future__ import annotations

from kerlint.program import shapes
from kerlint.program.model import Shape
from kerlint.program.values import Fact, LayerRef, ModelRef, Site, TensorRef, Unknown
from kerlint.reading.interpreter.freezing import freeze
from kerlint.reading.interpreter.state import MAX_ITEMS, Building, State
from kerlint.reading.interpreter.values import (
    AbstractValue,
    Arguments,
    DictValue,
    Instance,
    ListValue,
)

INPUT_LAYER = "keras.layers.InputLayer"
UNKNOWN_LAYER = "unknown"


def tensors_of(fact: Fact) -> list[int]:
    """The tensors inside a value, in order."""
    value: AbstractValue = fact.value
    kind = type(value)
    if kind is TensorRef:
        return [value.tensor]
    return [
        inner.value.tensor
        for inner in (_inside(fact) if kind in _CONTAINERS else ())
        if type(inner.value) is TensorRef
    ]


def _inside(fact: Fact) -> list[Fact]:
    """What is in lists and dictionaries, and in those within them; what they share, each time.

    Ends after ``MAX_ITEMS``: lists that share their parts can mean any number.
    """
    found: list[Fact] = []
    barren: set[int] = set()  # containers with nothing in them, or that are being looked into

    def look(fact: Fact) -> None:
        value: AbstractValue = fact.value
        if type(value) not in _CONTAINERS:
            found.append(fact)
        elif id(value) not in barren and len(found) < MAX_ITEMS:
            barren.add(id(value))
            before = len(found)
            for item in value.items if type(value) is ListValue else value.entries.values():
                look(item)
            if len(found) > before:
                barren.discard(id(value))

    look(fact)
    return found


_CONTAINERS = frozenset({ListValue, DictValue})


def holds_tensor(fact: Fact) -> bool:
    """Whether a value is a symbolic tensor, or a container with one inside."""
    value: AbstractValue = fact.value
    if type(value) not in _CONTAINERS:
        return type(value) is TensorRef
    seen: set[int] = set()
    pending: list[AbstractValue] = [value]
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        for item in value.items if type(value) is ListValue else value.entries.values():
            kind = type(item.value)
            if kind is TensorRef:
                return True
            if kind in _CONTAINERS:
                pending.append(item.value)
    return False


def placeholder(state: State, fact: Fact) -> int:
    """A tensor that stands for an unknown value, the same one each time it is used."""
    value = fact.value
    expr = value.symbol if isinstance(value, Unknown) else ""
    site = value.site if isinstance(value, Unknown) else fact.site
    key = (expr, site)
    if key not in state.placeholders:
        reason = value.reason if isinstance(value, Unknown) else "not a tensor kerlint knows"
        state.placeholders[key] = state.add_tensor(Unknown(reason, site, ""), site).id
    return state.placeholders[key]


def inputs_of(state: State, fact: Fact) -> tuple[int, ...]:
    """The tensors a layer is called on; unknown values become placeholders."""
    value = fact.value
    if isinstance(value, TensorRef):
        return (value.tensor,)
    return tuple(
        inner.value.tensor if isinstance(inner.value, TensorRef) else placeholder(state, inner)
        for inner in _inside(fact)
    )


def result(state: State, outputs: tuple[int, ...], site: Site) -> Fact:
    """One tensor, or a list of several."""
    if len(outputs) == 1:
        return Fact(TensorRef(outputs[0]), site)
    items = [Fact(TensorRef(output), site) for output in outputs]
    return Fact(ListValue("list", items, True, state.unbounded_loops), site)


def layer_of_model(state: State, model: int, site: Site) -> int:
    """The layer that a model is when it is used as one."""
    if model not in state.model_layers:
        building = state.models[model]
        state.model_layers[model] = state.add_layer(building.type, {}, site, model=model).id
    return state.model_layers[model]


def model_shapes(state: State, model: int) -> tuple[Shape | Unknown, ...]:
    """The shapes that a model's outputs have."""
    outputs = state.models[model].outputs
    if not outputs:
        return (Unknown("the output of a model that kerlint could not read"),)
    return tuple(state.tensors[output].shape for output in outputs)


def apply_layer(
    state: State,
    layer: int,
    inputs: tuple[int, ...],
    site: Site,
    args: dict[str, Fact] | None = None,
) -> Fact:
    """Apply a layer to tensors and return what comes out."""
    made = state.layers[layer]
    given = tuple(state.tensors[tensor].shape for tensor in inputs)
    known: tuple[Shape | Unknown, ...]
    if made.model is not None:
        known = model_shapes(state, made.model)
    elif made.custom:
        known = (Unknown(f"the output of {made.kind}, which is not a layer of Keras"),)
    else:
        known = shapes.output_shapes(made, given, state.layers, args or {})
    if state.unbounded_loops:
        known = tuple(_loosened(shape, given) for shape in known)
    apply = state.add_apply(layer, inputs, known, site, args)
    return result(state, apply.outputs, site)


def build(state: State, building: Building, shape: Shape) -> None:
    """Work out the shapes of a model that states no input shape, as Keras does at the first call.

    ``shape`` is that of the data, batch axis first.
    """
    if building.kind != "sequential" or building.gaps or len(building.inputs) != 1:
        return
    source = state.tensors[building.inputs[0]]
    if source.apply is not None or isinstance(source.shape, tuple):
        return
    if state.unbounded_loops > building.depth:
        return
    state.mutations += 1
    state.replace_shape(source.id, (None, *shape[1:]))
    for layer, tensor in building.stack:
        made, index = state.layers[layer], state.tensors[tensor].apply
        if index is None:
            return
        call = state.layer_calls[index]
        given = tuple(state.tensors[each].shape for each in call.inputs)
        if made.custom:
            return
        if made.model is not None:
            if isinstance(given[0], tuple):
                build(state, state.models[made.model], given[0])
            known = model_shapes(state, made.model)
        else:
            known = shapes.output_shapes(made, given, state.layers, call.args)
        for output, found in zip(call.outputs, known):
            state.replace_shape(output, found)


def _loosened(shape: Shape | Unknown, given: tuple[Shape | Unknown, ...]) -> Shape | Unknown:
    """A shape inside a loop of unknown length: only what does not depend on the turns."""
    if isinstance(shape, Unknown) or (len(given) == 1 and shape == given[0]):
        return shape
    middle = tuple(Unknown("changes in a loop of unknown length") for _ in shape[1:-1])
    return (shape[0], *middle, shape[-1]) if len(shape) > 1 else shape


# -- Sequential -----------------------------------------------------------------------------------


def append(state: State, building: Building, fact: Fact, site: Site) -> None:
    """``Sequential.add``: put a layer on top of the stack."""
    state.mutations += 1
    state.allocations += 1
    if state.unbounded_loops > building.depth:
        building.gap("layers are added in a loop of unknown length", site)
    value = fact.value
    if isinstance(value, Instance):
        if value.layer is not None:
            value = LayerRef(value.layer)
        elif value.model is not None:
            value = ModelRef(value.model)
    if isinstance(value, TensorRef) and not building.stack:
        building.inputs = [value.tensor]
        building.outputs = [value.tensor]
        return
    if isinstance(value, ModelRef):
        layer = layer_of_model(state, value.model, site)
    elif isinstance(value, LayerRef):
        layer = value.layer
    else:
        reason = value.reason if isinstance(value, Unknown) else "something that is not a layer"
        building.gap(f"a layer is not known: {reason}", site)
        layer = state.add_layer(UNKNOWN_LAYER, {}, site, custom=True).id
    made = state.layers[layer]
    if not building.outputs:
        stated = shapes.layer_input_shape(made)
        if stated is None and made.wrapped is not None:
            stated = shapes.layer_input_shape(state.layers[made.wrapped])
        if stated is None and made.model is not None and state.models[made.model].inputs:
            shape = state.tensors[state.models[made.model].inputs[0]].shape
            stated = None if isinstance(shape, Unknown) else shape
        missing = Unknown("the code does not state the input shape", site)
        tensor = state.add_tensor(stated if stated is not None else missing, site)
        building.inputs = [tensor.id]
        building.outputs = [tensor.id]
    if made.type == INPUT_LAYER:
        return
    fact = apply_layer(state, layer, tuple(building.outputs), site)
    building.outputs = tensors_of(fact)
    building.stack.append((layer, building.outputs[0]))


def pop(state: State, building: Building, site: Site) -> None:
    """``Sequential.pop``: take the topmost layer off."""
    state.mutations += 1
    if not building.stack:
        building.gap("pop() of a layer that is not known", site)
        return
    layer, _ = building.stack.pop()
    # It is part of no model any more, so nothing is to be said of it.
    state.replace_layer(layer, args={}, partial=True)
    building.outputs = [building.stack[-1][1]] if building.stack else list(building.inputs)


# What costs as much as this many elements, in memory or in the time of the rules:
_APPLIED = 8  # a layer that is applied
_WALKED = 4  # a layer of one more model that has it
_JUDGED = 32  # an input or output


def sequential(state: State, building: Building, layers: Fact | None, site: Site) -> None:
    """Fill a Sequential model from its list of layers."""
    if layers is None or layers.value is None:
        return
    value = layers.value
    if not isinstance(value, ListValue):
        reason = value.reason if isinstance(value, Unknown) else "it is not a list"
        building.gap(f"the list of layers is not known: {reason}", layers.site)
        return
    if not state.has_room(_APPLIED * len(value.items)):
        building.gap("the list of layers is too long for kerlint to follow", layers.site)
        return
    for item in value.items:
        append(state, building, item, item.site)
    if not value.complete:
        building.gap("the list of layers is only partly known", layers.site)


# -- functional and subclassed --------------------------------------------------------------------


def functional(
    state: State, building: Building, inputs: Fact | None, outputs: Fact | None, site: Site
) -> None:
    """Fill a functional model from its inputs and outputs."""
    building.kind = "functional"
    for fact, side, kept in (
        (inputs, "inputs", building.inputs),
        (outputs, "outputs", building.outputs),
    ):
        if fact is None:
            building.gap(f"the {side} are not known", site)
            continue
        found = tensors_of(fact)
        value = fact.value
        whole = found and _whole(fact)
        if not whole:
            reason = value.reason if isinstance(value, Unknown) else "not all of them are tensors"
            building.gap(f"the {side} are not known: {reason}", fact.site)
        if not state.has_room(_JUDGED * len(found)):
            building.gap(f"there are more {side} than kerlint follows", fact.site)
            found = []
        kept.extend(found)
    building.structure = freeze(state, outputs) if outputs is not None else None
    limit = state.room() // _WALKED
    graph = state.graph_of(building, limit)
    if len(graph) > limit or not state.has_room(_WALKED * len(graph)):
        state.has_room(state.room(), few=False)  # to find that out again would take too long
        building.gap("the model is too large for kerlint to follow", site)
        building.outputs, graph = [], ()
    reached = {tensor for index in graph for tensor in state.layer_calls[index].inputs}
    reached |= set(building.outputs)
    for tensor in sorted(reached):
        made = state.tensors[tensor]
        if made.apply is None and tensor not in building.inputs:
            reason = made.shape.reason if isinstance(made.shape, Unknown) else "not an input"
            building.gap(f"a tensor comes from outside the model: {reason}", made.site)


def _whole(fact: Fact) -> bool:
    """Whether a value is a tensor, or a container of which all is known and a tensor."""
    seen: set[int] = set()
    pending: list[AbstractValue] = [fact.value]
    while pending:
        value = pending.pop()
        if type(value) is TensorRef or id(value) in seen:
            continue
        if type(value) not in _CONTAINERS or not value.complete:
            return False
        seen.add(id(value))
        held = value.items if type(value) is ListValue else value.entries.values()
        pending.extend(item.value for item in held)
    return True


def initialise(state: State, building: Building, args: Arguments, site: Site) -> None:
    """What ``Model.__init__`` and ``Sequential.__init__`` do with their arguments."""
    name = args.get("name")
    if name is not None and isinstance(name.value, str):
        building.name = name.value
    if building.kind == "sequential":
        sequential(state, building, args.get("layers", 0), site)
        return
    inputs = args.get("inputs", 0) or args.get("input")
    outputs = args.get("outputs", 1) or args.get("output")
    if inputs is not None or outputs is not None:
        functional(state, building, inputs, outputs, site)
    elif args.partial:
        building.gap("the arguments of the model are not known", site)
