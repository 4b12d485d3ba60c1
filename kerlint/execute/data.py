"""Seeded synthetic batches in the shapes, ranges and encodings that the program knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

CLASS_LIKE = frozenset({"BINARY", "INTEGER", "ONE_HOT", "MULTI_HOT"})


def inputs(size: dict[str, Any], samples: int, random: np.random.Generator) -> Any:
    """A batch for one input: token ids where it goes into an Embedding, else N(0, 1)."""
    shape = (samples, *size["shape"])
    if size.get("kind") == "tokens":
        return random.integers(0, max(1, size["high"]), shape).astype("int32")
    return random.standard_normal(shape).astype("float32")


def stated(target: dict[str, Any] | None) -> bool:
    """Whether anything is known of the values of the targets, not only of their shape."""
    names = ("encoding", "classes", "lowest", "highest", "integers")
    return any((target or {}).get(name) is not None for name in names)


def family(target: dict[str, Any] | None, loss: dict[str, Any] | None, width: int) -> str:
    """The encoding of the targets: what is known of them, else what the loss asks for."""
    word = (loss or {}).get("word") or ""
    known = (target or {}).get("encoding")
    if word.startswith("sparse_"):
        return "INTEGER"  # whether the program's own labels fit is asked on the first batch
    asked = "crossentropy" in word or "hinge" in word
    if (
        known is not None
        and known != "STRINGS"
        and not (asked and "unless_asked" in (target or ()))
    ):
        return str(known)
    if word.startswith(("categorical_", "kl_")) and width > 1:
        return "ONE_HOT"
    if word.startswith("binary_"):
        return "BINARY" if width == 1 else "MULTI_HOT"
    if word.startswith("categorical_"):
        return "BINARY"
    if word in ("hinge", "squared_hinge"):
        return "BINARY"
    return "CONTINUOUS"


def assumed(end: str, width: int) -> dict[str, Any] | None:
    """What to take for targets of which nothing is known: what the output could learn, if any.

    Only where the loss leaves it open; a softmax over one unit can learn nothing at all.
    """
    if end == "softmax" and width > 1:
        return {"unless_asked": True, "encoding": "ONE_HOT"}
    if end in ("sigmoid", "hard_sigmoid"):
        return {"unless_asked": True, "encoding": None, "lowest": 0.0, "highest": 1.0}
    return None


def targets(
    target: dict[str, Any] | None,
    loss: dict[str, Any] | None,
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
    word = (loss or {}).get("word") or ""
    if kind == "INTEGER" and word.startswith("sparse_"):
        classes = min((target or {}).get("classes") or width, width) or 1
        return scores[..., :classes].argmax(-1).astype("int32"), f"{classes} class numbers"
    if kind == "INTEGER":
        classes = (target or {}).get("classes") or max(width, 3)
        ranks = np.argsort(np.argsort(scores[..., :1].reshape(-1)))
        numbers = (ranks * classes // max(1, ranks.size)).reshape(scores[..., :1].shape)
        low, high = (target or {}).get("lowest"), (target or {}).get("highest")
        if low is not None and high is not None:
            numbers = low + numbers * (high - low) / max(1, classes - 1)
        return np.broadcast_to(numbers, scores.shape).astype("float32"), f"{classes} class numbers"
    if kind == "ONE_HOT":
        classes = min((target or {}).get("classes") or width, width)
        labels = scores[..., :classes].argmax(-1)
        return np.eye(width, dtype="float32")[labels], f"one-hot rows of {classes} classes"
    if kind in ("BINARY", "MULTI_HOT"):
        middle = np.median(scores.reshape(samples, -1), axis=0).reshape(scores.shape[1:])
        return (scores > middle).astype("float32"), "targets 0 and 1"
    lowest, highest = (target or {}).get("lowest"), (target or {}).get("highest")
    if lowest is not None and highest is not None and highest > lowest:
        flat = np.argsort(np.argsort(scores.reshape(-1))) / max(1, scores.size - 1)
        made = lowest + (highest - lowest) * flat.reshape(scores.shape)
        return made.astype("float32"), f"numbers from {lowest:g} to {highest:g}"
    spread = scores / (np.abs(scores).max() + 1e-9)
    return (3.0 + 2.0 * spread).astype("float32"), "numbers from 1 to 5"


def labels(
    target: dict[str, Any], facts: dict[str, float], samples: int, random: np.random.Generator
) -> Any:
    """Labels as the program has them: their own encoding and shape, whatever the loss asks for."""
    kind = target.get("encoding") or ("INTEGER" if target.get("integers") else None)
    shape = [size if isinstance(size, int) else 1 for size in (target.get("shape") or [0])[1:]]
    lowest = int(facts.get("lowest", target.get("lowest") or 0))
    classes = target.get("classes")
    if kind in ("INTEGER", "BINARY"):
        highest = facts.get("highest", target.get("highest"))
        if highest is None:
            highest = lowest + (2 if kind == "BINARY" else classes or 3) - 1
        made = random.integers(lowest, int(highest) + 1, (samples, *shape))
        made.flat[0], made.flat[-1] = lowest, int(highest)
        return made.astype("int32")
    if kind in ("ONE_HOT", "MULTI_HOT"):
        width = classes or (shape[-1] if shape and shape[-1] > 1 else 3)
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
