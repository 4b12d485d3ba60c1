"""What the worker is asked to build and to try: plain typed data, from which all code is written.

Nothing in here is code or a piece of code. Names are looked up on the allow-list before they are
written down, values are numbers, strings, and lists and tuples of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, TypeGuard

from kerlint.lazy_dataclass import dataclass, replace
from kerlint.measured import Measured
from kerlint.program.claims import LabelError, Role

Plain: TypeAlias = bool | int | float | str | None


LARGEST = 2**63  # of the whole numbers that Keras can make anything of


def is_plain(value: object) -> TypeGuard[Plain]:
    """Whether a value can be written down as it is: anything but a huge whole number."""
    if isinstance(value, int):
        return abs(value) < LARGEST
    return value is None or isinstance(value, (float, str))


@dataclass(frozen=True, slots=True)
class Named:
    """A function or class of Keras itself, by its canonical name: ``keras.activations.relu``."""

    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """An instance of a Keras class: an optimizer, an initializer, a regularizer."""

    name: str
    args: Args = ()


@dataclass(frozen=True, slots=True)
class Several:
    """A list, or a tuple."""

    items: tuple[Argument, ...]
    is_tuple: bool = False


@dataclass(frozen=True, slots=True)
class OtherLayer:
    """Another layer of the model as an argument: the cell of an RNN."""

    layer: int


Argument: TypeAlias = Plain | Named | Made | Several | OtherLayer
Args: TypeAlias = tuple[tuple[str, Argument], ...]


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A layer: its class by canonical name, its arguments, and the layer that it wraps."""

    id: int
    type: str
    args: Args = ()
    wrapped: int | None = None

    @property
    def kind(self) -> str:
        return self.type.rpartition(".")[2]

    def arg(self, name: str) -> Argument:
        return dict(self.args).get(name)


@dataclass(frozen=True, slots=True)
class Tensors:
    """Tensors as an argument of a call, by their names; ``listed``: as a list."""

    names: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class LayerCall:
    """A layer applied to tensors. ``inputs`` and ``outputs`` are names."""

    layer: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    args: tuple[tuple[str, Argument | Tensors], ...] = ()


@dataclass(frozen=True, slots=True)
class OperationCall:
    """A function of ``keras.ops``. ``layer`` is the layer that it is in the program."""

    layer: int
    function: str
    positional: tuple[Argument | Tensors, ...]
    outputs: tuple[str, ...]
    args: Args = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        found = [slot.names for slot in self.positional if isinstance(slot, Tensors)]
        return tuple(name for names in found for name in names)


@dataclass(frozen=True, slots=True)
class StandInCall:
    """Something cheap with the output shape of a ready-made model."""

    layer: int
    input: str
    shape: tuple[int, ...]
    output: str

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)

    @property
    def outputs(self) -> tuple[str, ...]:
        return (self.output,)


CallSpec: TypeAlias = LayerCall | OperationCall | StandInCall


@dataclass(frozen=True, slots=True)
class InputSpec:
    """An input without its batch axis: normal numbers, or ids of tokens below ``tokens``.

    Numbers lie between ``lowest`` and ``highest``, where those are known.
    """

    name: str
    shape: tuple[int, ...]
    tokens: int | None = None
    mean: float = 0.0
    deviation: float = 1.0
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True, slots=True)
class MeasureSpec:
    """A loss or metric: what it is in one word, the object of Keras, the arguments of an instance.

    ``name`` is None where Keras chooses by the shapes: ``"accuracy"``.
    """

    kind: str
    name: str | None
    args: tuple[tuple[str, Plain | Several], ...] = ()


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """What is known of the targets of an output; ``encoding`` is the name of an ``Encoding``.

    ``shape`` counts the samples axis first, None for a size that is not known.
    """

    encoding: str | None = None
    classes: int | None = None
    shape: tuple[int | None, ...] | None = None
    lowest: float | None = None
    highest: float | None = None
    integers: bool | None = None


@dataclass(frozen=True, slots=True)
class ObjectiveSpec:
    """What one output is trained for."""

    loss: MeasureSpec | None = None
    metrics: tuple[MeasureSpec, ...] = ()
    targets: TargetSpec | None = None


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model: its layers, the calls of them in order, and what it is trained for.

    ``outputs`` are names of tensors, with one objective each. ``optimizer`` is None where it is
    not known. ``assumed`` says in words what stands in for what the text does not tell.
    """

    layers: tuple[LayerSpec, ...]
    calls: tuple[CallSpec, ...]
    inputs: tuple[InputSpec, ...]
    outputs: tuple[str, ...]
    objectives: tuple[ObjectiveSpec, ...]
    optimizer: Made | None = None
    assumed: tuple[str, ...] = ()

    def by_id(self) -> dict[int, LayerSpec]:
        return {layer.id: layer for layer in self.layers}


def within(layer: LayerSpec, layers: dict[int, LayerSpec]) -> Iterator[LayerSpec]:
    """The layers inside of a wrapper, the outermost first."""
    while layer.wrapped is not None:
        layer = layers[layer.wrapped]
        yield layer


def renumbered(spec: ModelSpec, order: dict[int, int]) -> ModelSpec:
    """The model with other ids for its layers."""

    def argument(value: Argument) -> Argument:
        if isinstance(value, OtherLayer):
            return OtherLayer(order[value.layer])
        if isinstance(value, Several):
            return replace(value, items=tuple(map(argument, value.items)))
        if isinstance(value, Made):
            return replace(value, args=tuple((name, argument(each)) for name, each in value.args))
        return value

    layers = tuple(
        replace(
            layer,
            id=order[layer.id],
            args=tuple((name, argument(value)) for name, value in layer.args),
            wrapped=None if layer.wrapped is None else order[layer.wrapped],
        )
        for layer in spec.layers
    )
    calls = tuple(replace(call, layer=order.get(call.layer, -1)) for call in spec.calls)
    return replace(spec, layers=layers, calls=calls)


# -- what is tried --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelTrial:
    """A claim about a model: the model as written and, where a repair is known, repaired.

    ``experiments`` are tried in order, until one confirms. ``layer`` and ``last`` are layers of the
    claim, ``output`` is the place of its output, ``lowest`` and ``highest`` the range of
    its targets that it names, ``raises`` the error that it predicts, ``role`` what is given the
    labels. ``head`` is the same claim about the end of the model alone, where that is enough.
    ``last_resort``: only where the whole model cannot be built.
    """

    experiments: tuple[str, ...]
    baseline: ModelSpec
    repaired: ModelSpec | None
    output: int = 0
    layer: int | None = None
    last: int | None = None
    lowest: float | None = None
    highest: float | None = None
    raises: LabelError | None = None
    role: Role | None = None
    head: ModelTrial | None = None
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class CallTrial:
    """A claim about a call; see ``ExistenceClaim`` for what its parts are."""

    experiments: tuple[str, ...]
    callee: str
    keyword: str | None = None
    renamed: str | None = None
    value: Plain = None
    ignored: bool = False
    refused: bool = False
    numpy: bool = False
    setting: str = ""


OTHERWISE_REPAIRED = "the repairs of the other findings about the model"
"""What ``assumed`` says where both models of a trial have these."""

Trial: TypeAlias = ModelTrial | CallTrial


@dataclass(frozen=True, slots=True)
class Request:
    """What the worker is sent: a trial, and the seconds that it may take.

    ``measure``: what can be drawn of the experiment is wanted, too.
    """

    trial: Trial
    seconds: float
    measure: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """What the worker says first: the reason why it cannot work, empty when it can."""

    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the worker says to a request.

    ``experiment`` is the one that decided. ``level`` tells how far the models were shrunk for it,
    None where no experiment ran to its end. ``shown``: the defect was seen in the program as it is
    written. ``in_time``: another time it would be the same. ``final``: no further answer
    to the same request follows. ``measured`` is what can be drawn, if it was asked for.
    """

    word: str
    evidence: str
    experiment: str = ""
    level: int | None = None
    shown: bool = False
    in_time: bool = True
    final: bool = True
    measured: Measured | None = None
