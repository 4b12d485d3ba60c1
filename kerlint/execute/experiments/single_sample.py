"""Single sample: whether a layer tells two samples apart that it gets one at a time.

In training mode, what comes out of the claim's layer, or of the one that a repair has put in its
place, for each of some samples alone. Measured, largest difference between two samples: exactly 0
for a BatchNormalization of features, 3.5 for a LayerNormalization and for a BatchNormalization of
images. Exactly 0 confirms, more than .001 refutes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kerlint.execute.support.data import inputs_for
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

APART = 1e-3
SAMPLES = 8


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    first = observe(baseline, baseline.layer)
    if repaired is None:
        return compared(first, None)
    layer = repaired.added[0] if repaired.added else repaired.layer
    return compared(first, observe(repaired, layer))


def observe(subject: ModelUnderTest, layer: Any) -> Observation:
    """Compare what the layer makes of each sample."""
    if layer is None:
        return Observation(None, "the layer is not in the model")
    inputs = inputs_for(subject, SAMPLES)
    part = subject.part(layer._inbound_nodes[0].output_tensors[0])
    before = subject.part(layer._inbound_nodes[0].input_tensors[0])
    given = np.stack([_one(subject, before, inputs, i) for i in range(SAMPLES)])
    found = np.stack([_one(subject, part, inputs, i) for i in range(SAMPLES)])
    if float(np.ptp(given, axis=0).max()) < APART:
        return Observation(None, "the samples are already equal before the layer")
    apart = float(np.ptp(found, axis=0).max())
    text = f"{SAMPLES} samples, one at a time, differ by {apart:.2g} after {layer.name}"
    if apart == 0.0:
        return Observation(True, subject.reported(text), "all samples are equal after the layer")
    plain = "the layer tells samples apart"
    return Observation(False if apart > APART else None, subject.reported(text), plain)


def _one(subject: ModelUnderTest, part: Any, inputs: list[Any], index: int) -> Any:
    """What a part of the model makes of one sample, in training."""
    return np.asarray(
        subject.run(part, [each[index : index + 1] for each in inputs], training=True)
    )
