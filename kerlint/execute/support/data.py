"""Seeded synthetic batches in the shapes, ranges and encodings that the program knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.support.under_test import (
    SEED,
    Criterion,
    ModelUnderTest,
    Targets,
    Tokens,
    end_of,
)

CLASS_LIKE = frozenset({"BINARY", "INTEGER", "ONE_HOT", "MULTI_HOT"})


def inputs_for(model: ModelUnderTest, samples: int) -> list[Any]:
    """A seeded batch for each input: token ids where it goes into an Embedding, else numbers."""
    random = np.random.default_rng(SEED)
    made = []
    for each in model.data:
        shape = (samples, *each.shape)
        if isinstance(each, Tokens):
            found = random.integers(0, max(1, each.high), shape).astype("int32")
        else:
            found = each.mean + each.deviation * random.standard_normal(shape)
            if each.lowest is not None and each.highest is not None:
                found = np.clip(found, each.lowest, each.highest)
        made.append(tf.constant(found if isinstance(each, Tokens) else found.astype("float32")))
    return made


def targets_for(model: ModelUnderTest, inputs: list[Any]) -> list[Any]:
    """Targets for each output, in the encoding that is known or that the loss asks for."""
    return [tf.constant(array) for array, _ in described_targets(model, inputs)]


def described_targets(model: ModelUnderTest, inputs: list[Any]) -> list[tuple[Any, str]]:
    """The same as arrays, each with its family in words."""
    random = np.random.default_rng(SEED + 1)
    made = []
    for output, tensor in enumerate(model.model.outputs):
        shape = tuple(tensor.shape[1:])
        loss = model.objectives[output].loss
        arrays = [x.numpy() for x in inputs]
        made.append(learnable(known_targets(model, output), loss, shape, arrays, random))
    return made


def known_targets(model: ModelUnderTest, output: int) -> Targets:
    """What is known of the targets of an output, or else assumed."""
    shape = tuple(model.model.outputs[output].shape[1:])
    known = model.objectives[output].targets
    if known is not None and known.stated:
        return known
    return assumed_targets(end_of(model, output), shape[-1] if shape else 1)


def family_of(model: ModelUnderTest, output: int) -> str:
    """The encoding of the targets of an output; see ``family``."""
    shape = tuple(model.model.outputs[output].shape[1:])
    loss = model.objectives[output].loss
    return family(known_targets(model, output), loss, shape[-1] if shape else 1)


def family(target: Targets, loss: Criterion | None, width: int) -> str:
    """The encoding of the targets: what is known of them, else what the loss asks for."""
    kind = loss.kind if loss is not None else ""
    known = target.encoding
    if kind.startswith("sparse_"):
        return "INTEGER"  # whether the program's own labels fit is asked on the first batch
    asked = "crossentropy" in kind or "hinge" in kind
    if known is not None and known != "STRINGS" and not (asked and target.unless_asked):
        return known
    if kind.startswith(("categorical_", "kl_")) and width > 1:
        return "ONE_HOT"
    if kind.startswith("binary_"):
        return "BINARY" if width == 1 else "MULTI_HOT"
    if kind.startswith("categorical_"):
        return "BINARY"
    if kind in ("hinge", "squared_hinge"):
        return "BINARY"
    return "CONTINUOUS"


def assumed_targets(end: str, width: int) -> Targets:
    """What to take for targets of which nothing is known: what the output could learn, if any.

    Only where the loss leaves it open; a softmax over one unit can learn nothing at all.
    """
    if end == "softmax" and width > 1:
        return Targets(encoding="ONE_HOT", unless_asked=True)
    if end in ("sigmoid", "hard_sigmoid"):
        return Targets(lowest=0.0, highest=1.0, unless_asked=True)
    return Targets()


def learnable(
    target: Targets,
    loss: Criterion | None,
    shape: tuple[int, ...],
    batches: Sequence[Any],
    random: np.random.Generator,
) -> tuple[Any, str]:
    """Targets for one output that can be learned from the inputs, and their family in words.

    ``shape`` is the output's without the batch axis. Classes are those of a random linear teacher.
    """
    samples = len(batches[0])
    width = shape[-1] if shape else 1
    kind = family(target, loss, width)
    scores = teacher(batches, shape, random)
    if kind == "INTEGER" and loss is not None and loss.kind.startswith("sparse_"):
        classes = min(target.classes or width, width) or 1
        return scores[..., :classes].argmax(-1).astype("int32"), f"{classes} class numbers"
    if kind == "INTEGER":
        classes = target.classes or max(width, 3)
        ranks = np.argsort(np.argsort(scores[..., :1].reshape(-1)))
        numbers = (ranks * classes // max(1, ranks.size)).reshape(scores[..., :1].shape)
        if target.lowest is not None and target.highest is not None:
            spread = target.highest - target.lowest
            numbers = target.lowest + numbers * spread / max(1, classes - 1)
        return np.broadcast_to(numbers, scores.shape).astype("float32"), f"{classes} class numbers"
    if kind == "ONE_HOT":
        classes = min(target.classes or width, width)
        labels = scores[..., :classes].argmax(-1)
        return np.eye(width, dtype="float32")[labels], f"one-hot rows of {classes} classes"
    if kind in ("BINARY", "MULTI_HOT"):
        middle = np.median(scores.reshape(samples, -1), axis=0).reshape(scores.shape[1:])
        return (scores > middle).astype("float32"), "targets 0 and 1"
    low, high = target.lowest, target.highest
    if low is not None and high is not None and high > low:
        flat = np.argsort(np.argsort(scores.reshape(-1))) / max(1, scores.size - 1)
        made = low + (high - low) * flat.reshape(scores.shape)
        return made.astype("float32"), f"numbers from {low:g} to {high:g}"
    spread = scores / (np.abs(scores).max() + 1e-9)
    return (3.0 + 2.0 * spread).astype("float32"), "numbers from 1 to 5"


def labels_as_stated(target: Targets, samples: int) -> Any:
    """Labels as the program has them: their own encoding and shape, whatever the loss asks for."""
    random = np.random.default_rng(SEED)
    kind = target.encoding or ("INTEGER" if target.integers else None)
    shape = [size if isinstance(size, int) else 1 for size in (target.shape or (0,))[1:]]
    lowest = int(target.lowest or 0)
    if kind in ("INTEGER", "BINARY"):
        highest = target.highest
        if highest is None:
            highest = lowest + (2 if kind == "BINARY" else target.classes or 3) - 1
        made = random.integers(lowest, int(highest) + 1, (samples, *shape))
        made.flat[0], made.flat[-1] = lowest, int(highest)
        return made.astype("int32")
    if kind in ("ONE_HOT", "MULTI_HOT"):
        width = target.classes or (shape[-1] if shape and shape[-1] > 1 else 3)
        rows = random.integers(0, width, (samples, *shape[:-1]))
        return np.eye(width, dtype="float32")[rows]
    return random.standard_normal((samples, *shape)).astype("float32")


def teacher(batches: Sequence[Any], shape: tuple[int, ...], random: np.random.Generator) -> Any:
    """A linear function of the inputs: N(0, 1) weights on standardised features."""
    flat = np.concatenate([np.asarray(b, "float64").reshape(len(b), -1) for b in batches], axis=1)
    flat = flat[:, :256]  # enough to tell samples apart
    flat = (flat - flat.mean(0)) / (flat.std(0) + 1e-9)
    size = int(np.prod(shape)) if shape else 1
    kernel = random.standard_normal((flat.shape[1], min(size, 4096)))
    scores = flat @ kernel / np.sqrt(flat.shape[1])
    if size > 4096:
        scores = np.tile(scores, (1, -(-size // 4096)))[:, :size]
    return scores.reshape(len(flat), *shape)
