"""Constant output: a layer gives the same for every input, before and after a few steps.

Measured: softmax over one unit gives a standard deviation of exactly 0 (up to the last bit of a
float, 6e-8), repaired heads .09 to .11. Eight sigmoid layers give 1.5e-6 and do learn, so what
confirms lies well below that. A head that starts at zero is constant as well, and learns: what
counts is the output after 20 steps too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.support.consequence import right_share
from kerlint.execute.support.data import CLASS_LIKE, family_of, inputs_for, targets_for
from kerlint.execute.support.kept import keep
from kerlint.execute.support.steps import descend, gradients
from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared

STILL, VARIES = 2e-7, 1e-6
NO_GRADIENT = 1e-6
SAMPLES, FEW = 256, 32
STEPS = 20


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Look at the layer of the claim where there is one, else at the model's output."""
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    look = subject.part(_looked_at(subject))
    start = _spread(subject, look, inputs, "" if _is_output(subject) else subject.layer.name)
    few = [x[:FEW] for x in inputs]
    wanted = targets_for(subject, inputs)
    targets = [y[:FEW] for y in wanted]
    received = gradients(subject, few, targets)
    keep(subject, "gradients", (received, NO_GRADIENT))
    found = [g for g in received if g is not None]
    still = sum(1 for g in found if float(tf.reduce_max(tf.abs(g))) <= NO_GRADIENT)
    count = len(found)
    if still == count and count:
        moved = f"all {count} gradients 0"
    else:
        moved = f"{still or 'none'} of {count} gradients 0"
    text = f"output std {start:.2g} over {len(inputs[0])} inputs; {moved}"
    if start > VARIES:
        return Observation(False, subject.reported(text), "the answers differ")
    descend(subject, few, targets, STEPS)
    later = _spread(subject, look, inputs)
    text += f"; std {later:.2g} after {STEPS} steps"
    if start <= STILL and later <= STILL:
        answer = _answer(subject, look, inputs)
        who = "the model" if _is_output(subject) else "the layer"
        plain = f"for {len(inputs[0])} different inputs {who} always answered {answer}"
        kind = family_of(subject, subject.output)
        if _is_output(subject) and kind in CLASS_LIKE:
            given = subject.run(look, inputs).numpy()
            share = right_share(wanted[subject.output].numpy(), given, kind)
            plain += f", which is right for {share:.0%}"
        return Observation(True, subject.reported(text), plain)
    plain = f"the answers differ after {STEPS} training steps"
    return Observation(False if later > VARIES else None, subject.reported(text), plain)


def _answer(subject: ModelUnderTest, look: Any, inputs: list[Any]) -> str:
    """The one answer: a number where it is one, at every place."""
    found = np.asarray(subject.run(look, [x[:1] for x in inputs]))
    low, high = float(found.min()), float(found.max())
    if high - low > STILL * max(1.0, abs(high)):
        return "the same"
    return f"{low:.1f}" if abs(low - round(low)) <= STILL else f"{low:.4g}"


def _is_output(subject: ModelUnderTest) -> bool:
    return any(_looked_at(subject) is tensor for tensor in subject.model.outputs)


def _looked_at(subject: ModelUnderTest) -> Any:
    """What the layer of the claim gives where it is called first, else the output."""
    if subject.layer is None or not subject.layer._inbound_nodes:
        return subject.model.outputs[subject.output]
    return subject.layer._inbound_nodes[0].output_tensors[0]


def _spread(
    subject: ModelUnderTest, model: Any, inputs: list[Any], shown: str | None = None
) -> float:
    """The largest standard deviation over samples among the elements of an output.

    Where it is to be shown, that is with a name.
    """
    array = np.asarray(subject.run(model, inputs), "float64")
    if shown is not None:
        keep(subject, "outputs", (array, shown))
    return float(array.reshape(len(array), -1).std(axis=0).max())
