"""Call mode: what stays off when a training loop calls the model without training=True.

The defect shows when passes with it differ from one another (by 4.3 of the spread behind a dropout
of .5), or move averages, and passes without it do not.
"""

from __future__ import annotations

import keras
import numpy as np

from kerlint.execute.support.data import inputs_for
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

SAMPLES = 16


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    """Call the model twice in each mode, as a loop of the user's own does."""
    del repaired
    inputs = inputs_for(baseline, baseline.samples(SAMPLES))
    averages = [
        weight
        for layer in baseline.model._flatten_layers()
        if isinstance(layer, keras.layers.BatchNormalization)
        for weight in layer.non_trainable_variables
    ]
    measured = []
    for mode in (False, True):
        before = [weight.numpy() for weight in averages]
        first, second = (
            [each.numpy() for each in baseline.outputs(inputs, training=mode)] for _ in range(2)
        )
        spread = max(float(each.std()) for each in first) or 1.0
        differ = max(float(np.abs(a - b).max()) for a, b in zip(first, second)) / spread
        moved = sum(bool((old != weight.numpy()).any()) for old, weight in zip(before, averages))
        measured.append((differ, moved))
    (still, kept), (differ, moved) = measured
    words = [
        f"two passes differ by {d:.2g} of the outputs' spread"
        + (f" and {m} of {len(averages)} averages move" if averages else "")
        for d, m in measured
    ]
    shows = still == 0.0 and kept == 0 and (differ > 0.0 or moved > 0)
    state = "off" if shows else "on"
    plain = f"without training=True, the layers that act only in training are {state}"
    return compared(
        Observation(shows, baseline.reported(f"called without training=True, {words[0]}"), plain),
        Observation(False, f"with it, {words[1]}", "they are on"),
    )
