"""The model under test, with what the program says of its inputs, losses, metrics and targets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

SEED = 20_240_501  # any number; always the same one
NAN = float("nan")
FEW_STEPS = 64  # of a loop over time: one pass takes less than compiling it
# Where Keras on TensorFlow keeps the values from before a softmax or sigmoid, on the tensor itself:
# a compiled function loses it.
LOGITS = "_keras_logits"
# From the table of layers, which a saved proof does not have; a test compares them.
ACTIVATION_LAYERS = {
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ReLU": "relu",
    "Softmax": "softmax",
    "ThresholdedReLU": "thresholded_relu",
}
PASSTHROUGH = frozenset(
    [
        "ActivityRegularization",
        "AlphaDropout",
        "Cropping1D",
        "Cropping2D",
        "Cropping3D",
        "Dropout",
        "Flatten",
        "GaussianDropout",
        "Identity",
        "InputLayer",
        "Masking",
        "Permute",
        "RepeatVector",
        "Reshape",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
    ]
)


@dataclass(frozen=True)
class Numbers:
    """An input of normal numbers, within the limits. ``shape`` is that of one sample."""

    shape: tuple[int, ...]
    mean: float = 0.0
    deviation: float = 1.0
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class Tokens:
    """An input of token ids below ``high``."""

    shape: tuple[int, ...]
    high: int


@dataclass(frozen=True)
class Criterion:
    """A loss or metric: what it is in one word, the class or function, arguments of an instance.

    Without ``made`` Keras chooses by the shapes what the word means: "accuracy".
    """

    kind: str
    made: Any = None
    args: dict[str, Any] = field(default_factory=dict)

    def new(self) -> Any:
        """What ``compile`` takes."""
        if self.made is None:
            return self.kind
        return self.made(**self.args) if isinstance(self.made, type) else self.made


@dataclass(frozen=True)
class Targets:
    """What is known of the targets of an output; all of it may be None.

    ``shape`` counts the samples, None for a size that is not known. ``unless_asked``: only where
    the loss leaves it open.
    """

    encoding: str | None = None
    classes: int | None = None
    shape: tuple[int | None, ...] | None = None
    lowest: float | None = None
    highest: float | None = None
    integers: bool | None = None
    unless_asked: bool = False

    @property
    def stated(self) -> bool:
        """Whether anything is known of the values, not only of the shape."""
        known = (self.encoding, self.classes, self.lowest, self.highest, self.integers)
        return any(each is not None for each in known)


@dataclass(frozen=True)
class Objective:
    """What one output is trained for."""

    loss: Criterion | None = None
    metrics: Sequence[Criterion] = ()
    targets: Targets | None = None


@dataclass
class ModelUnderTest:
    """A model with what is known of its data. ``data`` are its inputs, ``objectives`` its outputs.

    ``output``, ``layer`` and ``last`` are what the claim is about, ``raises`` is the error that it
    predicts, ``role`` what is given the labels; ``added`` are the layers that a repair has put in.
    ``assumed`` says what stands in for what is not known. ``mended``: the repair is in the labels
    that it is given.
    """

    model: Any
    data: Sequence[Numbers | Tokens]
    objectives: Sequence[Objective]
    output: int = 0
    layer: Any = None
    last: Any = None
    added: Sequence[Any] = ()
    raises: str | None = None
    role: str | None = None
    optimizer: Any = None
    assumed: Sequence[str] = ()
    builder: Callable[[], ModelUnderTest] | None = None
    notes: list[str] = field(default_factory=list)
    compiled: dict[object, Callable[..., Any]] = field(default_factory=dict)
    mended: bool = False

    @property
    def objective(self) -> Objective:
        """That of the output that the claim is about."""
        return self.objectives[self.output]

    @property
    def loss_kind(self) -> str:
        """The loss of that output in one word; empty when it is not known."""
        loss = self.objective.loss
        return loss.kind if loss is not None else ""

    @cached_property
    def losses(self) -> list[Callable[[Any, Any], Any]]:
        """The loss of each output as a function of target and prediction that gives a number."""
        known = [each.loss for each in self.objectives]
        if not any(known):
            self.notes.append("mean squared error as the loss")
            known = [Criterion("mean_squared_error", keras.losses.MeanSquaredError)] * len(known)
        return [mean_of(loss) if loss is not None else nothing for loss in known]

    def loss(self, targets: list[Any], outputs: list[Any]) -> Any:
        """The sum over the outputs, penalties of the model left out."""
        return sum(loss(y, p) for loss, y, p in zip(self.losses, targets, outputs))

    def penalty(self) -> Any:
        """What the regularizers add to the loss, for the weights and the call just made."""
        return tf.add_n([tf.constant(0.0), *map(tf.reduce_sum, self.model.losses)])

    def outputs(self, inputs: list[Any], *, training: bool) -> list[Any]:
        """What the model gives, always as a list."""
        found = self.run(self.model, inputs, training=training)
        return list(found) if isinstance(found, (list, tuple)) else [found]

    def output_of(self, inputs: list[Any], *, training: bool = False) -> Any:
        """What the model gives at the output that the claim is about."""
        return self.outputs(inputs, training=training)[self.output]

    @cached_property
    def over_time(self) -> bool:
        """Whether a layer of the model is a loop over time."""
        return any(isinstance(each, keras.layers.RNN) for each in self.model._flatten_layers())

    @property
    def long_loop(self) -> bool:
        """Whether there is a loop over so many steps that compiling it pays for one pass."""
        longest = max((each.shape[0] for each in self.data if each.shape), default=0)
        return self.over_time and longest > FEW_STEPS

    def pass_through(self, inputs: list[Any], *, training: bool) -> list[Any]:
        """The same as ``outputs``, for those who ask once: a short loop is not compiled."""
        if self.long_loop:
            return self.outputs(inputs, training=training)
        found = self.model(inputs if len(inputs) > 1 else inputs[0], training=training)
        return list(found) if isinstance(found, (list, tuple)) else [found]

    def run(self, model: Any, inputs: list[Any], *, training: bool = False) -> Any:
        """Call a model, or part of it; compiled where there is a loop over time."""
        if not self.over_time or not tf.executing_eagerly():
            return model(inputs if len(inputs) > 1 else inputs[0], training=training)
        key = (id(model), training)
        if key not in self.compiled:

            def call(given: list[Any]) -> tuple[Any, list[Any]]:
                found = model(given if len(given) > 1 else given[0], training=training)
                logits = [getattr(each, LOGITS, None) for each in keras.tree.flatten(found)]
                return found, logits

            self.compiled[key] = tf.function(call, autograph=False)
        found, logits = self.compiled[key](inputs)
        for each, before in zip(keras.tree.flatten(found), logits):
            if before is not None:
                setattr(each, LOGITS, before)
        return found

    def part(self, tensor: Any) -> Any:
        """The model from its inputs to a tensor inside of it."""
        inputs = self.model.inputs
        return keras.Model(inputs if len(inputs) > 1 else inputs[0], tensor)

    def samples(self, wanted: int) -> int:
        """As many samples as can be had without large tensors."""
        return max(8, min(wanted, int(4_000_000 // self.largest)))

    @cached_property
    def largest(self) -> int:
        """The number of elements of the largest tensor for one sample."""
        found = [tensor for call in calls_in(self.model) for tensor in call.output_tensors]
        return max(1, *(int(np.prod([s or 1 for s in tensor.shape[1:]])) for tensor in found))

    def reported(self, text: str) -> str:
        """A text with what had to be assumed."""
        notes = [*dict.fromkeys([*self.assumed, *self.notes])]
        return f"{text} (assumed: {', '.join(notes)})" if notes else text


def build(builder: Callable[[], ModelUnderTest]) -> ModelUnderTest:
    """Build a model from the same seed, whatever was built before it."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(SEED)
    made = builder()
    made.builder = builder
    return made


def again(model: ModelUnderTest) -> ModelUnderTest:
    """The same model as it was before anything was done to it."""
    assert model.builder is not None
    return build(model.builder)


def mean_of(measure: Criterion) -> Callable[[Any, Any], Any]:
    """A loss as a function of target and prediction that gives one number."""
    made = measure.new()

    def mean(target: Any, prediction: Any) -> Any:
        return tf.reduce_mean(made(target, prediction))

    return mean


def nothing(target: Any, prediction: Any) -> Any:
    """The loss of an output that has none, where another one has."""
    return tf.constant(0.0)


def stand_in(tensor: Any, shape: tuple[int, ...]) -> Any:
    """Something cheap with the output shape of a ready-made model."""
    while len(tensor.shape) > 2:
        tensor = keras.ops.mean(tensor, axis=1)
    made = keras.layers.Dense(int(np.prod(shape)), activation="relu")(tensor)
    return keras.layers.Reshape(shape)(made) if len(shape) > 1 else made


def calls_in(model: Any) -> Iterator[Any]:
    """The calls of layers and operations, from the inputs to the outputs, as Keras keeps them."""
    for depth in sorted(model._nodes_by_depth, reverse=True):
        yield from model._nodes_by_depth[depth]


def kernels(layer: Any) -> list[Any]:
    """The trainable weights of a layer or model that are more than a vector."""
    return [weight for weight in layer.trainable_variables if len(weight.shape) > 1]


def end_of(model: ModelUnderTest, output: int) -> str:
    """The activation in front of an output, in the word that Keras has for it."""
    layer = model.model.outputs[output]._keras_history.operation
    for _ in range(20):
        kind = type(layer).__name__
        activation = getattr(layer, "activation", None)
        if kind in ACTIVATION_LAYERS:
            return ACTIVATION_LAYERS[kind]
        if activation is not None:
            return str(getattr(activation, "__name__", "linear"))
        if kind not in PASSTHROUGH:
            return "linear"
        layer = layer._inbound_nodes[0].input_tensors[0]._keras_history.operation
    return "linear"
