"""What a model's output really is: the layer that makes it, its activation and its width."""

from __future__ import annotations

from kerlint import keras_api
from kerlint.lazy_dataclass import dataclass
from kerlint.program.graph import Graph, one_input
from kerlint.program.layers import KINDS, LayerKind, width_argument
from kerlint.program.model import Dim, Layer, Program, Shape
from kerlint.program.values import Custom, External, Fact, LayerRef, Object, Ref, Site, Unknown

# Modules whose functions are called as Keras calls its activations, and compute the same.
BACKENDS = frozenset(
    {
        "keras.ops",
        "keras.ops.nn",
        "tensorflow",
        "tensorflow.compat.v1",
        "tensorflow.compat.v1.math",
        "tensorflow.compat.v1.nn",
        "tensorflow.math",
        "tensorflow.nn",
    }
)

_UNKNOWN = LayerKind("")


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation: ``name`` in one word (``softmax``, ``linear``), None when it is not known.

    ``fact`` is where it is written, None for a default; ``layer`` says it.
    """

    name: str | None
    fact: Fact | None
    layer: Layer


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a model before one output.

    ``layer`` is the last layer with weights (None when there is something else);
    ``activations`` are those between it and the output, the last one applied first; empty: linear.
    ``known`` is False when something in between is not understood. ``arranging`` are the layers
    after the activation that only rearrange; ``rearranged``: there are some before it, so that the
    output has another width than the layer. ``shape`` is the output's.
    """

    tensor: int
    layer: Layer | None
    activations: tuple[Activation, ...]
    known: bool
    arranging: tuple[Layer, ...]
    shape: Shape | Unknown
    rearranged: bool = False

    @property
    def activation(self) -> str | None:
        """The activation that shapes the output, ``"linear"`` for none, None when not known."""
        if not self.known:
            return None
        if not self.activations:
            return "linear"
        return self.activations[0].name

    @property
    def width(self) -> Dim:
        """The size of the output's last axis; None when not known."""
        if isinstance(self.shape, Unknown):
            return self._units()
        last = self.shape[-1] if len(self.shape) > 1 else None
        return last if last is not None else self._units()

    def _units(self) -> Dim:
        if self.layer is None or self.arranging or self.rearranged:
            return None
        fact = width_argument(self.layer)
        if fact is None:
            return None
        return fact.value if isinstance(fact.value, Unknown) else fact.integer()

    @property
    def rank(self) -> int | None:
        return None if isinstance(self.shape, Unknown) else len(self.shape)

    @property
    def site(self) -> Site:
        """The place to point at: where the activation is applied, else the layer."""
        if self.activations and self.activations[0].name not in (None, "linear"):
            return self.activations[0].layer.origin.site
        if self.layer is not None:
            return self.layer.origin.site
        return Site(-1)


def activation_word(value: object) -> str | None:
    """An activation, whichever way it is given, in one word; None when unknown."""
    if value is None:
        return "linear"
    if isinstance(value, str):
        name = keras_api.resolve_string("activation", value)
        return keras_api.kind_of(name) if name is not None else None
    if isinstance(value, External):
        return _function_word(value.path)
    if isinstance(value, (Ref, Object)):
        return keras_api.kind_of(value.name) or _function_word(value.name)
    return None


def _function_word(path: str) -> str | None:
    """A function of a backend that is used as an activation: ``tf.nn.relu6``, ``ops.softmax``."""
    module, _, name = path.rpartition(".")
    if module not in BACKENDS:
        return None
    return keras_api.kind_of(f"keras.activations.{name}")


def activation_of(layer: Layer, program: Program) -> Activation | None:
    """The activation that a layer applies to its own output; None for layers that have none."""
    stated = _stated(layer)
    if stated is None:
        return None
    name, fact = stated
    return Activation(name if fact is None else _word(fact, program), fact, layer)


def _stated(layer: Layer) -> tuple[str | None, Fact | None] | None:
    """The activation of a layer by its name, or the argument that gives it; None without any."""
    if layer.custom or layer.operation:
        return None
    if layer.kind == "Activation":
        return None, layer.arg("activation")
    kind = KINDS.get(layer.kind, _UNKNOWN)
    if kind.activation is not None:
        return kind.activation, None
    if kind.default_activation is None:
        return None
    return None if layer.partial else kind.default_activation, layer.arg("activation")


def _word(fact: Fact, program: Program) -> str | None:
    value = fact.value
    while isinstance(value, LayerRef):  # a layer given as the activation of another
        stated = _stated(program.layers[value.layer])
        if stated is None:
            return None
        name, inner = stated
        if inner is None:
            return name
        value = inner.value
    return None if isinstance(value, Custom) else activation_word(value)


OPERATION_ACTIVATIONS = {
    "softmax": "softmax",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "log_softmax": "log_softmax",
    "softplus": "softplus",
}


def head_of(tensor: int, graph: Graph) -> Head:
    """Walk back from an output to the layer that makes it."""
    program = graph.program
    activations: list[Activation] = []
    arranging: list[Layer] = []
    rearranged = False
    shape = program.tensors[tensor].shape
    for apply in graph.back(tensor, into_models=True):
        layer = graph.inner_layer(apply)
        if layer.model is not None:
            break
        if layer.operation:
            short = layer.type.rpartition(".")[2]
            word = OPERATION_ACTIVATIONS.get(short)
            if word is None or not one_input(apply):
                return _stopped(tensor, None, activations, arranging, shape)
            activations.append(Activation(word, None, layer))
            continue
        if layer.custom or not one_input(apply):
            return _stopped(tensor, None, activations, arranging, shape)
        kind = KINDS.get(layer.kind, _UNKNOWN)
        if kind.passthrough:
            if not activations:
                arranging.append(layer)
            elif kind.rearranges:
                rearranged = True
            continue
        found = activation_of(layer, program)
        if found is None:
            return _stopped(tensor, None, activations, arranging, shape)
        if found.name != "linear":
            activations.append(found)
        if kind.default_activation is not None:
            known = all(activation.name is not None for activation in activations)
            behind = tuple(arranging)
            return Head(tensor, layer, tuple(activations), known, behind, shape, rearranged)
    return Head(tensor, None, tuple(activations), False, tuple(arranging), shape)


def _stopped(
    tensor: int,
    layer: Layer | None,
    activations: list[Activation],
    arranging: list[Layer],
    shape: Shape | Unknown,
) -> Head:
    """Something without an activation of its own: what came after it is still known."""
    known = bool(activations) and activations[0].name is not None
    return Head(tensor, layer, tuple(activations), known, tuple(arranging), shape)
