"""Bias before BatchNorm: whether a bias does anything that the normalisation does not take away.

BatchNormalization subtracts the mean of a batch, a constant in front of it included. Measured in
training mode, with the bias replaced by N(0, 3): the output moves by 1e-7 to 8e-6 of its spread
where the bias is cancelled, by .6 to 3 behind a relu or a dropout, or in front of a frozen
BatchNormalization or a LayerNormalization. Below 1e-4 confirms, above 1e-3 refutes. The gradient of
the bias over that of its kernel (the largest of each) has to be below .01 as well: rounding leaves
1e-7 to 3e-5, and .001 in front of an average over all pixels, useful biases have .2 to 3. Two steps
are taken: what starts at zero may hide the kernel's gradient in the first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.steps import descend
from kerlint.execute.support.under_test import SEED, ModelUnderTest, kernels
from kerlint.execute.support.verdicts import Observation, Verdict, compared

CANCELLED, FELT = 1e-4, 1e-3
ROUNDING = 1e-2
SHIFT = 3.0
SAMPLES = 16
STEPS = 2


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compare what the bias and the kernel of the claim's layer receive, then shift the bias."""
    layer = subject.layer
    if layer is None:
        return Observation(None, "the layer is not in the model")
    bias = getattr(layer, "bias", None)
    if bias is None:
        return Observation(False, f"{layer.name} has no bias", "the layer has no bias")
    index = {id(weight): i for i, weight in enumerate(subject.model.trainable_variables)}
    own = [index[id(w)] for w in kernels(layer)]
    if id(bias) not in index or not own:
        return Observation(None, f"bias and kernel of {layer.name} are not trained")
    inputs = inputs_for(subject, subject.samples(SAMPLES))
    of_bias, of_kernel = [0.0], [0.0]

    def watch(found: list[Any]) -> None:
        of_bias.append(_largest(found[index[id(bias)]]))
        of_kernel.append(max(_largest(found[i]) for i in own))

    descend(subject, inputs, targets_for(subject, inputs), STEPS, watch)
    if max(of_kernel) == 0.0:
        return Observation(None, f"nothing of {layer.name} receives a gradient")
    ratio = max(of_bias) / max(of_kernel)
    moved = _moved(subject, bias, inputs)
    text = (
        f"the bias of {layer.name} receives {ratio:.2g} of its kernel's gradient; "
        f"a bias of N(0, {SHIFT:g}) moves the output in training by {moved:.2g} of its spread"
    )
    if moved < CANCELLED and ratio < ROUNDING:
        plain = f"the bias of {layer.name} has no effect, because the normalization removes it"
        return Observation(True, subject.reported(text), plain)
    plain = f"the bias of {layer.name} changes the output"
    return Observation(False if moved > FELT else None, subject.reported(text), plain)


def _largest(gradient: Any) -> float:
    return 0.0 if gradient is None else float(tf.reduce_max(tf.abs(gradient)))


def _moved(subject: ModelUnderTest, bias: Any, inputs: list[Any]) -> float:
    """How far another bias moves the output, with the same units dropped."""
    state = [(each, each.numpy()) for each in subject.model.non_trainable_variables]
    before = subject.output_of(inputs, training=True).numpy()
    for variable, value in state:
        variable.assign(value)
    random = np.random.default_rng(SEED)
    bias.assign(random.normal(0.0, SHIFT, bias.shape).astype("float32"))
    after = subject.output_of(inputs, training=True).numpy()
    spread = float(before.std()) or 1.0
    return float(np.abs(after - before).mean()) / spread
