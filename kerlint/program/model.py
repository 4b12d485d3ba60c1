"""Layers, tensors and models, and what is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from kerlint.lazy_dataclass import dataclass
from kerlint.program.formulas import Formula
from kerlint.program.optimizers import Optimizer, optimizer_of
from kerlint.program.values import (
    NOWHERE,
    Fact,
    Forecast,
    LayerRef,
    ModelRef,
    Object,
    Site,
    Unknown,
)

Dim: TypeAlias = "int | Unknown | None"
"""A size: known, unknown but named, or free (the batch axis, a variable length)."""

Shape: TypeAlias = "tuple[Dim, ...]"
"""Sizes with the batch axis first, as Keras writes them: ``(None, 28, 28, 1)``."""


@dataclass(slots=True, unsafe_hash=True)
class Origin:
    """Where something was made. Nobody changes one; not frozen, as ``Fact``.

    ``calls`` are the call sites that led there, outermost first, when it happened inside a function
    of the file; ``turn`` numbers the turn of an unrolled loop.
    ``fails``: it is inside a block that is expected to raise, so nothing comes of it.
    """

    site: Site
    calls: tuple[Site, ...] = ()
    turn: int | None = None
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer object.

    ``type`` is the canonical name (``keras.layers.Dense``); for a class of the user its own name,
    and ``custom`` is True; for an operation on tensors that is no layer (``x + y``,
    ``keras.ops.reshape``) its name, and ``operation`` is True. ``args`` holds what was written, by
    parameter name; defaults are absent. ``partial``: some arguments could not be read.
    ``wrapped`` is the layer inside a wrapper (``TimeDistributed``, ``Bidirectional``).
    ``model`` is the model that this layer is, when a model is used as a layer.
    """

    id: int
    type: str
    args: Mapping[str, Fact]
    origin: Origin
    custom: bool = False
    operation: bool = False
    partial: bool = False
    wrapped: int | None = None
    model: int | None = None

    @property
    def kind(self) -> str:
        """The last word of the type: ``Dense``."""
        return self.type.rpartition(".")[2]

    def arg(self, name: str) -> Fact | None:
        """The argument as written, None when it was left to its default."""
        return self.args.get(name)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A symbolic tensor: what an ``Input`` or the application of a layer gives.

    ``shape`` is an ``Unknown`` when not even the rank is known. ``apply`` is the index of the
    application that made it, None for an ``Input``; ``site`` is where.
    """

    id: int
    shape: Shape | Unknown
    apply: int | None
    site: Site


@dataclass(frozen=True, slots=True)
class LayerCall:
    """One application of a layer: a shared layer has several.

    ``repeated``: inside a loop of unknown length.
    """

    id: int
    layer: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    origin: Origin
    repeated: bool = False
    args: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something about a model that the reader does not know."""

    reason: str
    site: Site


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it stands when the program has been read.

    ``kind``: "sequential", "functional", "subclassed", "application" (a ready-made backbone) or
    "unknown" (``load_model``). ``graph`` lists the applications from inputs to outputs in an order
    in which every input is made before it is used. ``gaps`` is empty when it was read completely.
    """

    id: int
    kind: str
    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    graph: tuple[int, ...]
    origin: Origin
    gaps: tuple[Gap, ...] = ()
    labels: tuple[str, ...] = ()
    """Names the code gives it: variables, attributes, and the function that builds it."""
    weights_given: bool = False
    """Weights are loaded or set: what the initializers say does not last."""
    loaded: bool = False
    """The file itself loads or sets its weights."""
    predicts: bool = False
    """It is called on data, or functions that nobody in the file calls predict with it."""
    handed_on: bool = False
    """It is saved, returned, or given to code that was not read: others may train it."""
    type: str = ""
    """Canonical name or that of the user's own class: ``keras.Sequential``, ``MyModel``."""
    rebuilt: bool = False
    """Its configuration was taken to make another model from it, perhaps after an edit."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of something of Keras, as it was written.

    ``name`` is canonical (``keras.layers.Dense``, ``keras.Model.fit``), ``path`` as it was spelled
    after resolving imports. ``keywords`` keeps the order and the site of each keyword;
    ``partial``: there were ``*args`` or ``**kwargs`` that could not be read. ``receiver`` is the
    model or layer of a method call.
    """

    id: int
    name: str
    path: str
    positional: tuple[Fact, ...]
    keywords: tuple[tuple[str, Fact, Site], ...]
    origin: Origin
    partial: bool = False
    model: int | None = None
    layer: int | None = None
    guarded: bool = False
    """As for ``ApiReference``: the author has thought of another Keras."""
    receiver: Fact | None = None
    """What a method was called on, where that is neither a model nor a layer."""
    variables: Mapping[Site, str] = field(default_factory=dict)
    """The names of the variables with numbers and texts that it was given, by their place."""
    aliased: bool = False
    """It is called by a name of the project's own, for which the settings have an alias; or it is a
    method of an object that was made so. The project may have given it other arguments."""
    unpacked: tuple[str, ...] = ()
    """The names that its result is unpacked into at once: those of inner pairs one after another,
    and an empty string for any other target."""


@dataclass(slots=True, unsafe_hash=True)
class ApiReference:
    """A Keras path that the code names: in an import, as an attribute chain or as a bare name.

    Nobody changes one; not frozen, as ``Fact``.
    """

    path: str
    site: Site
    imported: bool
    guarded: bool = False
    """Inside ``try: ... except ImportError`` or a version check: the author knows."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of training that the program takes itself, with a ``tf.GradientTape``.

    It is for one output of the model. ``labels`` are what the loss is called with at the same
    place, once for each call. ``gradient`` is the index of the gradient.
    """

    output: int
    labels: tuple[Fact, ...]
    gradient: int


@dataclass(frozen=True, slots=True)
class Compile:
    """A ``compile`` call of a model; ``args`` by parameter name as for ``Layer``.

    With a ``step`` it is none: ``args`` has the loss of a training step of the program's own, and
    ``origin`` is the place where that loss is called.
    """

    id: int
    model: int
    args: Mapping[str, Fact]
    origin: Origin
    partial: bool = False
    step: Step | None = None

    @property
    def optimizer(self) -> Optimizer:
        """What the model is trained with."""
        return optimizer_of(self.args, self.partial)


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A call of a model: ``model(x, training=True)``.

    ``outputs`` are empty where it is called on data outside of any tape. ``start`` is the number of
    layer calls before it, and ``tape`` that of the tapes that record it. ``own_call``: the class of
    the model is the user's, and ``args`` are those of its ``call``.
    """

    id: int
    model: int
    outputs: tuple[int, ...]
    args: Mapping[str, Fact]
    origin: Origin
    start: int
    taped: bool
    partial: bool = False
    own_call: bool = False


@dataclass(frozen=True, slots=True)
class LossCall:
    """A call of a loss of Keras on tensors: ``loss_fn(y, model(x))``.

    ``loss`` is an ``Object`` whatever form it is written in; ``result`` is the tensor that comes
    out, None where nothing is known of it.
    """

    id: int
    loss: Fact
    labels: Fact
    outputs: Fact
    result: int | None
    origin: Origin
    taped: bool


@dataclass(frozen=True, slots=True)
class Gradient:
    """A call of ``tape.gradient``.

    ``target`` is the tensor whose gradient is taken, ``weights`` are the models whose weights it is
    taken of; None for what is not known. ``first`` and ``last`` bound the layer calls that the tape
    has recorded, the last one excluded. ``lost``: nothing is done with the result; ``bound`` is
    then the place where it gets a name, if a function has returned it first. ``forecast``: the
    target comes from the output of a model, but in plain numbers.
    """

    id: int
    target: int | None
    weights: tuple[int, ...] | None
    origin: Origin
    first: int
    last: int
    lost: bool = False
    bound: Site = NOWHERE
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """A call that trains or measures a model on data: ``method`` is its name.

    ``compiled``: the id of the compile call in force, None when none was seen. ``dataset``: what
    was given as ``x``, when that is data and labels together; ``args`` then has the two apart.
    """

    id: int
    model: int
    method: str
    args: Mapping[str, Fact]
    origin: Origin
    partial: bool = False
    compiled: int | None = None
    """The id of the compile call in force, None when none was seen."""
    dataset: Object | None = None
    drawn_from: Fact | None = None
    """The function of Python whose iterator was given as ``x``: ``builtins.zip``."""
    places: Mapping[str, Site] = field(default_factory=dict)
    """Where ``x`` and ``validation_data`` are in the call."""
    apart: bool = False
    """What happened to the model before is not known: code that was not read was given it, or
    another function has made it and nothing shows what runs in between."""
    batch: Fact | None = None
    """What a generator yields, or the ``__getitem__`` of the user's ``PyDataset`` returns."""
    logs_more: bool = False
    """Its callbacks may log something themselves."""

    def place(self, name: str) -> Site:
        """Where an argument is in the call; the whole call when that is not known."""
        return self.places.get(name, self.origin.site)


@dataclass(frozen=True, slots=True)
class Scaling:
    """A call of a method of a scaler of scikit-learn.

    ``data`` is what it is called on, and ``named`` the name at the beginning of how that is
    written; ``whole``: that is all of it. ``discarded``: the call is a statement of its own, so
    that its result is lost.
    ``kept_as``: the name that the result is given, when it is given one at once.
    """

    scaler: Object
    method: str
    data: Fact
    named: str
    whole: bool
    origin: Origin
    discarded: bool = False
    kept_as: str = ""


Part: TypeAlias = Literal["", "all", "slice", "chosen"]
"""Layers of a model that a loop passes: all, a slice, or those that the loop chooses."""


GIVEN_TO_ASSIGN = "what assign() is given"
"""The reason why a value is not known: ``optimizer.learning_rate.assign(value)``."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """``owner.name = value`` or ``setattr(owner, "name", value)``, where Keras made the owner.

    ``owner`` is a layer, a model, or the ``Object`` of an optimizer, loss, callback and so on;
    ``model.optimizer`` is the one that the model was compiled with, and
    ``keras.optimizers.Optimizer`` where that is not known. It is an ``Unknown`` for what may be
    anything, such as a parameter. ``origin`` is the place of the target.
    ``compiles``, ``fits`` and ``layers`` are how many of these of the program came before it.
    """

    id: int
    owner: LayerRef | ModelRef | Object | Unknown
    name: str
    value: Fact
    origin: Origin
    compiles: int
    fits: int
    guarded: bool = False
    """As for ``ApiReference``: the author has thought of another Keras."""
    of_model: int | None = None
    """The owner is not known, but one of the layers of this model."""
    part: Part = ""
    """Which of its layers a loop does this to; empty without a loop."""
    layers: int = 0


@dataclass(frozen=True, slots=True)
class Discarded:
    """A statement that is only an expression, and so does nothing.

    ``of`` says what ``name`` belongs to. "dataset" and "array": a method that returns a new one.
    "function": a function that returns a new array. "model" and "unknown": a method that is not
    called, of a model or of something that is not known.
    """

    id: int
    name: str
    of: str
    origin: Origin
    model: int | None = None
    guarded: bool = False
    """As for ``ApiReference``: the author has thought of another Keras."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An undecided branch and its outcome; ``parent``: the decision that it is nested in.

    ``tests_known_value``: it asks something of which kerlint knows a part (data, a model, a
    layer), so that one of its outcomes may be impossible because of what is known. ``typed``: it
    asks for the type; ``release``: which Keras is installed.
    """

    site: Site
    outcome: bool
    parent: int | None = None
    tests_known_value: bool = False
    typed: bool = False
    release: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """Where the layers, models, ... that a program makes itself begin in its tables.

    Those before were made by the file around a function that is analysed on its own, and are judged
    with the file.
    """

    layers: int = 0
    models: int = 0
    compiles: int = 0
    fits: int = 0
    calls: int = 0
    assignments: int = 0
    discarded: int = 0
    gradients: int = 0
    losses: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """What one execution path builds and does, in the order in which it happens.

    The ``id`` of a layer, tensor, ... is its place in the table.
    """

    layers: tuple[Layer, ...] = ()
    tensors: tuple[Tensor, ...] = ()
    layer_calls: tuple[LayerCall, ...] = ()
    models: tuple[Model, ...] = ()
    compiles: tuple[Compile, ...] = ()
    fits: tuple[Fit, ...] = ()
    calls: tuple[Call, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    discarded: tuple[Discarded, ...] = ()
    multiplied: Mapping[int, Site] = field(default_factory=dict)
    """Layers that a list repeats which is multiplied, ``[layer] * 3``, with the place of that."""
    idle: frozenset[int] = frozenset()
    """Calls of layers whose output gets a name that nothing reads."""
    uses: tuple[ApiReference, ...] = ()
    scalings: tuple[Scaling, ...] = ()
    formulas: tuple[Formula, ...] = ()
    model_calls: tuple[ModelCall, ...] = ()
    losses: tuple[LossCall, ...] = ()
    gradients: tuple[Gradient, ...] = ()
    decisions: tuple[Decision, ...] = ()
    own: Own = Own()
    classes: frozenset[str] = frozenset()
    """The user's own layers, models, losses and so on that are not registered for loading."""
    adapts: int = 0
    """How often the text of the file adapts a layer to data, or gives it a vocabulary."""
    imports_code: bool = False
    """Whether the file imports files of the project, or packages that may be built on Keras."""
    entry: Site = NOWHERE
    """The definition of the function or class that is the entry point; not set for a module."""
    module_calls: int = 0
    """How many of the calls are those of the module before the entry point was executed."""
    asked_for_layout: bool = False
    """Whether code in another file asks in which order Keras takes the axes of images."""


def asks_for_layout(name: str) -> bool:
    """Whether a function of Keras tells in which order it takes the axes of images."""
    asks = name.endswith(("image_data_format", "image_dim_ordering"))
    return asks and not name.rpartition(".")[2].startswith("set_")
