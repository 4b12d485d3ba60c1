"""What experiments keep, as the data that reports draw; in the worker, and only if it is wanted.

The numbers are those that the text of the trial has measured: nothing is computed anew here, but
for which units of the other layers receive the same gradients, by the function of the experiment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.support.units import classes_of, gradient_by_unit, units_of
from kerlint.measured import (
    MOST_UNITS,
    NO_GRADIENT,
    GradientLength,
    Histogram,
    LayerBuilt,
    LossCurve,
    Measured,
    ModelMeasured,
    UnitGradients,
)

Kept = tuple[Any, str, Any]
"""A model under test, what was found on it in one word, and what it is.

A model that was built is kept under the name of its text.
"""

WRITTEN, REPAIRED = "as_written", "with_repairs"
BINS, FEW_BINS = 32, 4
MOST_POINTS = 60  # of a loss curve
MOST_LAYERS = 60  # with pictures of their own
MOST_NUMBERS = 4_000_000  # in the gradients of one layer, beyond which units are not compared


def measured(kept: list[Kept], experiment: str, part: bool) -> Measured | None:
    """What was measured on both models; None where no model was built."""
    built: dict[str, Any] = {}
    names: dict[int, str] = {}
    for subject, what, _ in kept:
        if what in (WRITTEN, REPAIRED):
            built.setdefault(what, subject)
            names[id(subject)] = what
    found: dict[str, list[tuple[str, Any]]] = {WRITTEN: [], REPAIRED: []}
    for subject, what, value in kept:
        if what not in (WRITTEN, REPAIRED):
            name = REPAIRED if subject.mended else names[id(subject)]
            found[name].append((what, (subject, value)))
            built.setdefault(name, subject)
    if not built:
        return None
    histograms = _histograms({name: _first(each, "outputs") for name, each in found.items()})
    models = {
        name: ModelMeasured(
            tuple(_layers(subject.model)),
            int(subject.model.count_params()),
            tuple(_units(each for what, each in found[name] if what == "gradients")),
            tuple(_lengths(_first(found[name][::-1], "lengths"))),
            histograms.get(name),
            _curve(_first(found[name], "losses")),
            tuple(dict.fromkeys([*subject.assumed, *subject.notes])),
        )
        for name, subject in built.items()
    }
    return Measured(experiment, models.get(WRITTEN), models.get(REPAIRED), part)


def _first(found: list[tuple[str, Any]], wanted: str) -> Any:
    return next((each for what, each in found if what == wanted), None)


# -- the model ------------------------------------------------------------------------------------


def _layers(model: Any) -> Iterator[LayerBuilt]:
    """The layers in the order of ``model.summary()``."""
    for layer in model.layers:
        tensors = layer._inbound_nodes[0].output_tensors if layer._inbound_nodes else ()
        shapes = tuple(tuple(tensor.shape) for tensor in tensors)
        yield LayerBuilt(layer.name, type(layer).__name__, shapes, int(layer.count_params()))


# -- gradients ------------------------------------------------------------------------------------


def _with_weights(model: Any) -> Iterator[tuple[Any, list[int]]]:
    """The layers that have weights of their own, with the places of those among all."""
    index = {id(weight): i for i, weight in enumerate(model.trainable_variables)}
    seen: set[int] = set()
    for layer in model._flatten_layers(include_self=False):
        if any(hasattr(layer, each) for each in ("layers", "forward_layer", "layer")):
            continue  # a model or a wrapper: what is inside follows
        own = [index[id(w)] for w in layer.trainable_variables if id(w) in index]
        if own and not seen & {*own}:  # the cell of a recurrent layer has the same
            seen.update(own)
            yield layer, own


def _units(found: Iterator[tuple[Any, Any]]) -> Iterator[UnitGradients]:
    """Which units of each layer receive the same gradient in all of the steps."""
    steps = list(found)
    if not steps:
        return
    shown = 0
    for layer, own in _with_weights(steps[0][0].model):
        units = units_of(layer)
        known = any(isinstance(getattr(layer, each, None), int) for each in ("units", "filters"))
        if not known or shown == MOST_LAYERS:
            continue
        signatures = []
        for _, (gradients, floor) in steps:
            rows = gradient_by_unit(layer, [gradients[i] for i in own], units)
            signatures.append(np.where(np.abs(rows) <= floor, 0.0, rows))
        if sum(each.size for each in signatures) > MOST_NUMBERS:
            continue
        if not all(np.isfinite(each).all() for each in signatures):
            continue
        numbers = classes_of(signatures)
        classes = tuple(NO_GRADIENT if each is None else each for each in numbers)
        distinct = len({*classes} - {NO_GRADIENT})
        without = classes.count(NO_GRADIENT)
        shown += 1
        yield UnitGradients(
            layer.name, units, distinct, without, classes[:MOST_UNITS], len(signatures)
        )


def _lengths(found: tuple[Any, list[Any]] | None) -> Iterator[GradientLength]:
    """The length of the gradient of the weights of each layer."""
    if found is None:
        return
    subject, gradients = found
    for layer, own in list(_with_weights(subject.model))[:MOST_LAYERS]:
        known = [gradients[i] for i in own if gradients[i] is not None]
        length = float(tf.linalg.global_norm(known)) if known else 0.0
        yield GradientLength(layer.name, float(f"{length:.4g}"))


# -- outputs --------------------------------------------------------------------------------------


def _histograms(found: dict[str, Any]) -> dict[str, Histogram]:
    """One for each model, with the same bins for both where both then fill several of them."""
    values = {}
    labels = {}
    undefined = {}
    for name, each in found.items():
        if each is not None:
            array = np.asarray(each[1][0], "float64").reshape(-1)
            values[name] = array[np.isfinite(array)]
            undefined[name] = len(array) - len(values[name])
            labels[name] = each[1][1]
    ranges = {
        name: (float(array.min()), float(array.max())) if len(array) else (0.0, 0.0)
        for name, array in values.items()
    }
    known = [ranges[name] for name, array in values.items() if len(array)]
    if not known:
        return {}
    both = min(low for low, _ in known), max(high for _, high in known)
    spread = [high - low for low, high in known if not _constant(low, high)]
    common = min(spread, default=0.0) >= FEW_BINS / BINS * (both[1] - both[0])
    made = {}
    for name, array in values.items():
        low, high = both if common or not len(array) else ranges[name]
        if _constant(low, high):
            low, high = low - 0.5, high + 0.5
        counts, _ = np.histogram(array, BINS, (low, high))
        made[name] = Histogram(
            labels[name], low, high, tuple(map(int, counts)), *ranges[name], undefined[name]
        )
    return made


def _constant(low: float, high: float) -> bool:
    return high - low <= 1e-6 * max(1.0, abs(low), abs(high))


# -- losses ---------------------------------------------------------------------------------------


def _curve(found: tuple[Any, list[float]] | None) -> LossCurve | None:
    """A few of the losses: the first, the last, and some in between."""
    if found is None or not found[1]:
        return None
    losses = found[1]
    last = len(losses) - 1
    count = min(MOST_POINTS, len(losses))
    steps = sorted({round(i * last / max(1, count - 1)) for i in range(count)})
    broken = next((i for i, loss in enumerate(losses) if not math.isfinite(loss)), None)
    if broken is not None:  # from here on there is nothing to draw
        steps = [step for step in steps if step < broken] + [broken]
    shown = tuple(float(f"{losses[step]:.5g}") for step in steps)
    # Not by a property: the text of a trial has only those that it uses itself.
    loss = found[0].objectives[found[0].output].loss
    return LossCurve(loss.kind if loss is not None else "", tuple(steps), shown, len(losses))
