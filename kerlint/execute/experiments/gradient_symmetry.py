"""Gradient symmetry: how many units of a layer receive a gradient of their own.

Units that start equal and receive equal gradients stay equal. Gradients are compared over several
steps, scaled by the layer's largest, with a tolerance of 1e-4: absolute spreads mislead, a sound
model may show 1e-5. One class of gradients, or none at all, confirms; half of the units alive and
distinct refutes. A gradient that is NaN says nothing of either.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kerlint.execute.support.consequence import with_consequence
from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.steps import descend
from kerlint.execute.support.under_test import ModelUnderTest, kernels
from kerlint.execute.support.units import TOLERANCE, classes_of, gradient_by_unit, units_of
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STEPS = 4
SAMPLES = 32


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    found = observe(repaired) if repaired is not None else None
    return with_consequence(compared(observe(baseline), found), baseline, repaired)


def observe(subject: ModelUnderTest) -> Observation:
    """Count the classes of gradients among the units of the claim's layer."""
    layer = subject.layer
    if layer is None or not layer.trainable_variables:
        return Observation(None, "the layer has no trainable weights")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    targets = targets_for(subject, inputs)
    index = {id(weight): i for i, weight in enumerate(subject.model.trainable_variables)}
    own = [(weight, index[id(weight)]) for weight in layer.trainable_variables]
    history: list[list[Any]] = []
    moving: set[int] = set()

    def watch(found: list[Any]) -> None:
        history.append([found[i] for _, i in own])
        for i, gradient in enumerate(found):
            if gradient is not None and float(np.abs(gradient.numpy()).max(initial=0.0)) > 0:
                moving.add(i)
        keep(subject, "gradients", (found, 0.0))

    descend(subject, inputs, targets, STEPS, watch)
    units = units_of(layer)
    signatures = [gradient_by_unit(layer, step, units) for step in history]
    largest = [np.abs(s).max() for s in signatures]
    steps = len(history)
    name = layer.name
    if not np.isfinite(largest).all():
        return Observation(None, subject.reported(f"the gradient of {name} is NaN"))
    if not any(value > 0 for value in largest):
        if any(np.isnan(value) for value in largest):
            return Observation(None, f"the gradients of {name} are NaN, not a number")
        rest = [w.path for i, w in enumerate(subject.model.trainable_variables) if i in moving]
        only = "nothing in the model moves" if not rest else f"only {_listed(rest)} moves"
        text = f"every gradient of {name} is exactly 0 in {steps} steps; {only}"
        return Observation(True, subject.reported(text), f"no gradient ever reaches {name}")
    numbers = classes_of(signatures)
    classes = len({*numbers} - {None})
    if classes == 1 and None not in numbers and units > 1:
        text = f"all {units} units of {name} receive the same gradient"
        plain = f"all {units} units of {name} learn exactly the same"
        text += f" in each of {steps} steps{_rank(layer, units)}"
        return Observation(True, subject.reported(text), plain)
    text = f"{classes} of {units} units of {name} receive a gradient of their own"
    plain = f"the units of {name} learn different things"
    return Observation(False if 2 * classes >= units else None, subject.reported(text), plain)


def _rank(layer: Any, units: int) -> str:
    """How many different directions a kernel has after the steps, in words."""
    found = kernels(layer)
    if not found or found[0].shape[-1] != units:
        return ""
    kernel = found[0].numpy().reshape(-1, units)
    size = min(kernel.shape)
    rank = np.linalg.matrix_rank(kernel, tol=TOLERANCE * max(1e-12, np.abs(kernel).max()) * size)
    return f", and its kernel has rank {rank} of {size}"


def _listed(paths: list[str]) -> str:
    shown = ", ".join(paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3} more"
