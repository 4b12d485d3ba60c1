"""Pixels without gradient: which positions of its input no output of a layer depends on.

The layer is tried alone: what comes before it may spread what it skips over other positions. A
window that is smaller than its stride leaves positions unread. Measured, share of the positions
whose gradient is exactly 0 in every one of 24 samples: .84 for a 2 x 2 window with stride 5, 0 for
strides up to the window. What lies outside of the outermost positions that are read is left out: a
rest at the border is what "valid" windows and poolings drop. Maxima are replaced by averages, whose
gradient has no holes, and the outputs are weighted: those of a softmax have a constant sum. A share
from .01 on confirms, none refutes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.steps import descend
from kerlint.execute.support.under_test import SEED, ModelUnderTest, Numbers
from kerlint.execute.support.verdicts import Observation, Verdict, compared

AVERAGES = True  # kerlint builds averages in place of maxima for this experiment
UNREAD = 0.01
OUTER = 0.5  # with so much unread at the borders, one window may be all that is there
SAMPLES = 24


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Look at the gradient of all outputs for each position of each input with positions."""
    places = [
        place
        for place, each in enumerate(subject.data)
        if len(each.shape) > 1 and isinstance(each, Numbers)
    ]
    if not places:
        return Observation(None, "no input of the model has positions")
    first = getattr(subject.layer, "data_format", None) == "channels_first"
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    found = _read(subject, inputs, places, first)
    if not any(read.any() for read in found):
        # An output layer that starts at zero lets nothing through before it has moved.
        descend(subject, inputs, targets_for(subject, inputs), 2)
        found = _read(subject, inputs, places, first)
    if not all(read.any() for read in found):
        return Observation(None, subject.reported("an input receives no gradient at all"))
    inside = [read[_box(read)] for read in found]
    share, place = max((1.0 - float(read.mean()), place) for place, read in enumerate(inside))
    read = found[place]
    count, unread = read.size, int(read.size - read.sum())
    text = (
        f"{unread / count:.0%} of the {' x '.join(map(str, read.shape))} positions of the input "
        f"have no gradient in {len(inputs[0])} samples"
    )
    if share == 0.0:
        text += ", none of them between others that have" if unread else ""
        plain = "no part of its input is skipped"
        return Observation(None if unread / count > OUTER else False, subject.reported(text), plain)
    plain = "the layer never looks at a part of its input"
    return Observation(True if share >= UNREAD else None, subject.reported(text), plain)


def _read(
    subject: ModelUnderTest, inputs: list[Any], places: list[int], channels_first: bool
) -> list[Any]:
    """For each input the positions that have a gradient, as an array of booleans."""
    random = np.random.default_rng(SEED)
    watched = [inputs[place] for place in places]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        total = tf.add_n(
            [
                tf.reduce_sum(each * random.standard_normal(each.shape).astype("float32"))
                for each in subject.pass_through(inputs, training=False)
            ]
        )
    found = []
    for given, gradient in zip(watched, tape.gradient(total, watched)):
        array = np.zeros(given.shape) if gradient is None else np.asarray(gradient)
        found.append((array != 0.0).any(axis=(0, 1 if channels_first else array.ndim - 1)))
    return found


def _box(read: Any) -> tuple[slice, ...]:
    """From the outermost positions that are read to the outermost on the other side."""
    return tuple(slice(int(each.min()), int(each.max()) + 1) for each in np.nonzero(read))
