"""A description built: the Keras model under test, with what experiments ask of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerlint.execute import data
from kerlint.execute.build import Built, build, plain_measure

SEED = 20_240_501  # any number; always the same one
FEW_STEPS = 64  # of a loop over time: one pass takes less than compiling it
# Where Keras on TensorFlow keeps the values from before a softmax or sigmoid, on the tensor itself:
# a compiled function loses it.
LOGITS = "_keras_logits"


@dataclass
class Subject:
    """One model, its data and its losses. Every use starts from the same seed."""

    description: dict[str, Any]
    built: Built
    notes: list[str] = field(default_factory=list)
    compiled: dict[object, Callable[..., Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, description: dict[str, Any]) -> Subject:
        keras.utils.set_random_seed(SEED)
        keras.backend.clear_session()
        built = build(description)
        return cls(description, built, list(description.get("assumed", ())))

    @property
    def model(self) -> Any:
        return self.built.model

    def layer(self, key: str | None) -> Any:
        """The Keras layer of a claim; None when the model has no such layer (any more)."""
        return self.built.layers.get(key) if key is not None else None

    def inputs(self, samples: int) -> list[Any]:
        """A seeded batch for each input."""
        random = np.random.default_rng(SEED)
        return [tf.constant(data.inputs(each, samples, random)) for each in self.sizes]

    @property
    def sizes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.description["inputs"]
        return found

    def targets(self, inputs: list[Any]) -> list[Any]:
        """Targets for each output, in the encoding that is known or that the loss asks for."""
        return [tf.constant(array) for array, _ in self.targets_in_words(inputs)]

    def targets_in_words(self, inputs: list[Any]) -> list[tuple[Any, str]]:
        """The same as arrays, each with its family in words."""
        random = np.random.default_rng(SEED + 1)
        made = []
        for index, tensor in enumerate(self.model.outputs):
            loss = self.description["losses"][index]
            shape = tuple(tensor.shape[1:])
            target = self._target(index)
            made.append(data.targets(target, loss, shape, [x.numpy() for x in inputs], random))
        return made

    def _target(self, output: int) -> dict[str, Any] | None:
        """What is known of the targets of an output, or else assumed."""
        shape = tuple(self.model.outputs[output].shape[1:])
        known: dict[str, Any] | None = self.description["targets"][output]
        if data.stated(known):
            return known
        return data.assumed(self.end(output), shape[-1] if shape else 1)

    def family(self, output: int) -> str:
        """The encoding of the targets of an output; see ``data.family``."""
        shape = tuple(self.model.outputs[output].shape[1:])
        loss = self.description["losses"][output]
        return data.family(self._target(output), loss, shape[-1] if shape else 1)

    def end(self, output: int) -> str:
        """The activation in front of an output, in the word that Keras has for it."""
        layer = self.model.outputs[output]._keras_history.operation
        for _ in range(20):
            kind = type(layer).__name__
            activation = getattr(layer, "activation", None)
            if kind in ("ReLU", "Softmax"):
                return kind.lower()
            if activation is not None:
                return str(getattr(activation, "__name__", "linear"))
            if kind not in ("Reshape", "Flatten", "Dropout", "Permute", "Identity"):
                return "linear"
            layer = layer._inbound_nodes[0].input_tensors[0]._keras_history.operation
        return "linear"

    @cached_property
    def losses(self) -> list[Callable[[Any, Any], Any]]:
        """The loss of each output as a function of target and prediction."""
        found = []
        known = [loss is not None for loss in self.description["losses"]]
        for loss in self.description["losses"]:
            if loss is None:
                if not any(known):
                    self.notes.append("mean squared error as the loss")
                    found.append(plain_measure("keras.losses.MeanSquaredError", {}))
                else:
                    found.append(_nothing)
                continue
            found.append(plain_measure(loss["name"], loss.get("args", {})))
        return found

    def loss(self, targets: list[Any], outputs: list[Any]) -> Any:
        """The sum over the outputs, penalties of the model left out."""
        return sum(loss(y, p) for loss, y, p in zip(self.losses, targets, outputs))

    def penalty(self) -> Any:
        """What the regularisers add to the loss, for the weights and the call just made."""
        return tf.add_n([tf.constant(0.0), *map(tf.reduce_sum, self.model.losses)])

    def outputs(self, inputs: list[Any], *, training: bool) -> list[Any]:
        """What the model gives, always as a list."""
        found = self.run(self.model, inputs, training=training)
        return list(found) if isinstance(found, (list, tuple)) else [found]

    @property
    def long_loop(self) -> bool:
        """Whether there is a loop over so many steps that compiling it pays for one pass."""
        longest = max((size["shape"][0] for size in self.sizes if size["shape"]), default=0)
        return self.built.over_time and longest > FEW_STEPS

    def pass_through(self, inputs: list[Any], *, training: bool) -> list[Any]:
        """The same as ``outputs``, for those who ask once: a short loop is not compiled."""
        if self.long_loop:
            return self.outputs(inputs, training=training)
        found = self.model(inputs if len(inputs) > 1 else inputs[0], training=training)
        return list(found) if isinstance(found, (list, tuple)) else [found]

    def run(self, model: Any, inputs: list[Any], *, training: bool = False) -> Any:
        """Call a model, or part of it; compiled where there is a loop over time."""
        if not self.built.over_time or not tf.executing_eagerly():
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

    def samples(self, wanted: int) -> int:
        """As many samples as can be had without large tensors."""
        largest = max(1, self.built.largest)
        return max(8, min(wanted, int(4_000_000 // largest)))

    def said(self, text: str) -> str:
        """A text with what had to be assumed."""
        notes = [*dict.fromkeys([*self.built.notes, *self.notes])]
        return f"{text} (assumed: {', '.join(notes)})" if notes else text


def _nothing(target: Any, prediction: Any) -> Any:
    return tf.constant(0.0)
