"""Same model: whether two descriptions build the same, from the same seed.

Used to compare a model before and after its code was migrated. Both are built; they are the same
if they have the same parameters in the same shapes and, with the weights of the first in both, give
the same outputs for the same inputs. Identical models differ by 0, rounding leaves 1e-6: more than
1e-4 of the spread of the outputs refutes.
"""

from __future__ import annotations

import numpy as np

from kerlint.execute.support.data import inputs_for
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import CONFIRMED, REFUTED, UNPROVEN, Verdict, evidence

SAMPLES = 8
ROUNDING = 1e-4


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    if repaired is None:
        return Verdict(UNPROVEN, "there is no second model to compare with")
    first = [tuple(weight.shape) for weight in baseline.model.weights]
    second = [tuple(weight.shape) for weight in repaired.model.weights]
    counts = f"{baseline.model.count_params():,} parameters"
    if first != second:
        text = f"{counts} before and {repaired.model.count_params():,} after"
        return Verdict(REFUTED, evidence("the models have different weights", text))
    inputs = inputs_for(baseline, baseline.samples(SAMPLES))
    before = baseline.pass_through(inputs, training=False)
    repaired.model.set_weights(baseline.model.get_weights())
    after = repaired.pass_through(inputs, training=False)
    shapes = ", ".join(str((None, *each.shape[1:])) for each in before)
    if [each.shape for each in before] != [each.shape for each in after]:
        return Verdict(REFUTED, evidence("the outputs have different shapes", shapes))
    differ = max(_difference(a, b) for a, b in zip(before, after))
    text = f"{counts}, output {shapes}, largest difference {differ:.2g}"
    if differ > ROUNDING:
        return Verdict(REFUTED, evidence("the models give different outputs", text))
    return Verdict(CONFIRMED, evidence("the models are the same", text))


def _difference(first: object, second: object) -> float:
    """The largest difference of two outputs, as a share of the spread of the first."""
    before, after = np.asarray(first, "float64"), np.asarray(second, "float64")
    return float(np.abs(before - after).max()) / (float(before.std()) or 1.0)
