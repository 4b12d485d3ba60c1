"""Which units of a layer receive the same gradient, over several steps.

Gradients are scaled by the layer's largest of the step, and equal within a tolerance.
"""

from __future__ import annotations

from typing import Any

import numpy as np

TOLERANCE = 1e-4
TELLING = 8


def units_of(layer: Any) -> int:
    for name in ("units", "filters"):
        value = getattr(layer, name, None)
        if isinstance(value, int):
            return value
    return int(layer.trainable_variables[0].shape[-1])


def gates_of(layer: Any, units: int) -> int:
    """The blocks side by side in the kernels of a recurrent layer: 3 for a GRU."""
    kernel = getattr(getattr(layer, "cell", None), "kernel", None)
    return max(1, int(kernel.shape[-1]) // units) if kernel is not None else 1


def gradient_by_unit(layer: Any, gradients: list[Any], units: int) -> Any:
    """One row for each unit: what its kernel, recurrent kernel and bias receive."""
    gates = gates_of(layer, units)
    rows = []
    for gradient in gradients:
        if gradient is None:
            continue
        array = np.asarray(gradient.numpy(), "float64")
        if type(layer).__name__.endswith("Transpose") and array.ndim > 2:
            array = np.swapaxes(array, -1, -2)
        if array.shape[-1] != gates * units:
            continue
        array = array.reshape(-1, gates, units)
        rows.append(np.moveaxis(array, -1, 0).reshape(units, -1))
    return np.concatenate(rows, axis=1) if rows else np.zeros((units, 1))


def classes_of(signatures: list[Any]) -> list[int | None]:
    """A number for the gradient of each unit, the same for the same; None for one without any.

    ``signatures`` has one array for each step, with a row for each unit.
    """
    largest = [np.abs(each).max() for each in signatures]
    scaled = [each / big for each, big in zip(signatures, largest) if big > 0]
    if not scaled:
        return [None] * (len(signatures[0]) if signatures else 0)
    rows = np.concatenate(scaled, axis=1)
    alive = np.abs(rows).max(axis=1) > TOLERANCE
    # Where rows differ most they are compared first: few of them are left for the rest.
    telling = rows[:, np.argsort(rows[alive].std(axis=0))[-TELLING:]] if alive.any() else rows
    kept: list[int] = []
    found: list[int | None] = []
    for index, row in enumerate(rows):
        if not alive[index]:
            found.append(None)
            continue
        near = np.abs(telling[kept] - telling[index]).max(axis=1) <= TOLERANCE if kept else []
        same = (
            number
            for number, (other, is_near) in enumerate(zip(kept, near))
            if is_near and np.abs(row - rows[other]).max() <= TOLERANCE
        )
        number = next(same, len(kept))
        if number == len(kept):
            kept.append(index)
        found.append(number)
    return found
