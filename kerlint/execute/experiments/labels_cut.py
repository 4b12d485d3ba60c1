"""Labels cut: a sparse loss cuts labels to whole numbers, so that fractions all are class 0.

Labels scaled to [0, 1) give to the last bit the loss that labels of nothing but 0 give; whole ones
do not. What is tried are labels like those of the program: fractions, or whole numbers. The same
model with whole labels is the repaired one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for
from kerlint.execute.support.under_test import SEED, ModelUnderTest, Targets
from kerlint.execute.support.verdicts import Observation, Verdict, compared

SAMPLES = 64


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    del repaired
    if not baseline.loss_kind.startswith("sparse_"):
        return compared(Observation(None, "the loss does not take class numbers"), None)
    target = baseline.objective.targets or Targets()
    highest = target.highest
    fractions = target.integers is False and highest is not None and highest <= 1
    numbered = target.integers or target.encoding in ("BINARY", "INTEGER")
    if not fractions and not numbered:
        return compared(
            Observation(None, "it is not known whether the labels are whole numbers"), None
        )
    classes = int(baseline.model.outputs[baseline.output].shape[-1])
    found = baseline.output_of(inputs_for(baseline, baseline.samples(SAMPLES)))
    loss_of = baseline.losses[baseline.output]
    whole = np.random.default_rng(SEED).integers(0, classes, found.shape[:-1]).astype("float32")
    zeros = float(loss_of(tf.zeros_like(whole), found))

    def observe(labels: Any, words: str) -> Observation:
        loss = float(loss_of(tf.constant(labels, "float32"), found))
        text = f"{words} give a loss of {loss:.5g}, labels that are all 0 give {zeros:.5g}"
        if loss == zeros:
            return Observation(True, text, "the loss treats all of these labels as class 0")
        return Observation(False, text, "the loss tells the classes apart")

    if not fractions:
        return compared(observe(whole, f"whole labels of {classes} classes"), None)
    return compared(
        observe(whole / classes, "labels scaled to numbers below 1"),
        observe(whole, f"whole labels of {classes} classes"),
    )
