"""Labels cut: a sparse loss cuts labels to whole numbers, so that fractions all are class 0.

Labels scaled to [0, 1) give to the last bit the loss that labels of nothing but 0 give; whole ones
do not. What is tried are labels like those of the program: fractions, or whole numbers. The twin is
the same model with whole labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.subject import SEED, Subject
from kerlint.execute.verdicts import Observation, Verdict, compared

SAMPLES = 64


def compare(baseline: Subject, twin: Subject | None, claim: dict[str, Any]) -> Verdict:
    del twin
    output = claim["output"]
    word = (baseline.description["losses"][output] or {}).get("word") or ""
    if not word.startswith("sparse_"):
        return compared(Observation(None, "the loss does not take class numbers"), None)
    target = baseline.description["targets"][output] or {}
    highest = target.get("highest")
    fractions = target.get("integers") is False and highest is not None and highest <= 1
    numbered = target.get("integers") or target.get("encoding") in ("BINARY", "INTEGER")
    if not fractions and not numbered:
        return compared(
            Observation(None, "it is not known whether the labels are whole numbers"), None
        )
    classes = int(baseline.model.outputs[output].shape[-1])
    found = baseline.outputs(baseline.inputs(baseline.samples(SAMPLES)), training=False)[output]
    whole = np.random.default_rng(SEED).integers(0, classes, found.shape[:-1]).astype("float32")
    zeros = float(baseline.losses[output](tf.zeros_like(whole), found))

    def observe(labels: Any, words: str) -> Observation:
        loss = float(baseline.losses[output](tf.constant(labels, "float32"), found))
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
