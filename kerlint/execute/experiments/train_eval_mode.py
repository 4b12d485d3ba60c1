"""Train/eval mode: how far a layer that is on in training only makes the two modes differ.

Only the claim's layer is left on, and inference is training with that one off too: averages of a
BatchNormalization that have seen nothing yet would differ by themselves. Behind the last layer with
weights: the share of outputs that are 0 in training only, .48 for a rate of .5, 0 where a softmax
makes probabilities of dropped logits again. From .01 on confirms, none refutes. In front of a
BatchNormalization: the variance in inference over that in training, to which its averages
converge. Behind a relu and a rate of .5 it is .41, .73 at .2, .86 at .1, with SpatialDropout the
same. Up to .8 or from 1.25 on confirms, within .85 and 1.18 refutes. Anywhere else refutes: that is
what such a layer is for.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerlint.execute.support.data import inputs_for, targets_for
from kerlint.execute.support.under_test import ModelUnderTest, calls_in
from kerlint.execute.support.verdicts import Observation, Verdict, compared

ZEROED = 0.01
SHIFTED, EVEN = (0.8, 1.25), (0.85, 1.18)
SAMPLES, FEWEST, PASSES = 128, 16, 8
ELEMENTS = 500_000  # of the largest tensor, beyond which fewer samples do
# The attributes that say how strong a layer is in training.
STRENGTH = ("rate", "stddev", "dropout", "recurrent_dropout")


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    on = _noisy(baseline)
    if baseline.layer is not None:
        own = {id(each) for each in baseline.layer._flatten_layers()}
        on = [each for each in on if id(each) in own]
    at_end = any(layer in on for layer in _tail(baseline))
    norms = _norms_after(baseline, on)
    first = observe(baseline, on, at_end, norms)
    if repaired is None:
        return compared(first, None)
    on = _noisy(repaired)
    if baseline.layer is not None:
        # What a repair has put elsewhere is on as well.
        kept = [repaired.layer] if repaired.layer is not None else []
        own = {id(each) for top in (*kept, *repaired.added) for each in top._flatten_layers()}
        on = [each for each in on if id(each) in own]
    return compared(first, observe(repaired, on, at_end, norms))


def observe(subject: ModelUnderTest, on: list[Any], at_end: bool, norms: list[int]) -> Observation:
    """Look at the outputs, else at what each BatchNormalization gets, with only ``on`` on."""
    for layer in _noisy(subject):
        if layer not in on:
            _turn_off(subject, layer)
    inputs = inputs_for(subject, max(FEWEST, min(SAMPLES, ELEMENTS // subject.largest)))
    if at_end:
        return _at_end(subject, inputs)
    every = _norms(subject)
    chosen = [every[place] for place in norms if place < len(every)]
    parts = [subject.part(norm._inbound_nodes[0].input_tensors[0]) for norm in chosen]
    noisy = [_variance(subject, part, inputs, PASSES) for part in parts]
    for layer in _noisy(subject):
        _turn_off(subject, layer)
    found = {
        norm.name: _variance(subject, part, inputs, 1) / variance
        for norm, part, variance in zip(chosen, parts, noisy)
        if variance > 0.0
    }
    if not found:
        plain = "the layer affects neither an output nor a BatchNormalization directly"
        return Observation(False, "nothing follows it that could be measured", plain)
    name = max(found, key=lambda each: abs(np.log(found[each])))
    ratio = found[name]
    text = f"{name} gets {ratio:.2g} times the variance in inference that it gets in training"
    if not SHIFTED[0] <= ratio <= SHIFTED[1]:
        plain = f"{name} sees other values in prediction than it saw in training"
        return Observation(True, subject.reported(text), plain)
    plain = f"{name} sees nearly the same values in training and in prediction"
    return Observation(
        False if EVEN[0] <= ratio <= EVEN[1] else None, subject.reported(text), plain
    )


def _at_end(subject: ModelUnderTest, inputs: list[Any]) -> Observation:
    target = targets_for(subject, inputs)[subject.output]
    training = subject.output_of(inputs, training=True).numpy()
    for layer in _noisy(subject):
        _turn_off(subject, layer)
    # Not training=False: the averages of a BatchNormalization have seen nothing yet.
    inference = subject.output_of(inputs, training=True).numpy()
    share = float(((training == 0.0) & (inference != 0.0)).mean())
    losses = [float(subject.losses[subject.output](target, y)) for y in (training, inference)]
    spread = float(inference.std()) or 1.0
    text = (
        f"{share:.0%} of the outputs are 0 in training only, the mean difference is "
        f"{float(np.abs(training - inference).mean()) / spread:.2g} of their spread, the loss "
        f"{losses[0]:.3g} in training and {losses[1]:.3g} in inference"
    )
    if share == 0.0:
        return Observation(False, subject.reported(text), "none of the outputs are set to 0")
    loss = subject.objective.loss
    if loss is not None and loss.args.get("from_logits"):
        return Observation(
            None, subject.reported(f"{text}; they are logits, which some mean to drop")
        )
    plain = f"training sets {share:.0%} of the final outputs to 0"
    return Observation(True if share >= ZEROED else None, subject.reported(text), plain)


# -- the layers that are on in training only ------------------------------------------------------


def _noisy(subject: ModelUnderTest) -> list[Any]:
    """The layers that drop or add noise, those inside of a layer included."""
    return [layer for layer in subject.model._flatten_layers() if _strengths(layer)]


def _strengths(layer: Any) -> list[str]:
    return [
        name
        for name in STRENGTH
        if isinstance(getattr(layer, name, None), float)
        and not isinstance(getattr(type(layer), name, None), property)
    ]


def _turn_off(subject: ModelUnderTest, layer: Any) -> None:
    for name in _strengths(layer):
        setattr(layer, name, 0.0)
    subject.compiled.clear()  # what is compiled has the numbers in it


def _variance(subject: ModelUnderTest, part: Any, inputs: list[Any], passes: int) -> float:
    """The mean variance of a channel in training, where batches have their own statistics."""
    found = []
    for _ in range(passes):
        array = np.asarray(subject.run(part, inputs, training=True), "float64")
        found.append(array.reshape(-1, array.shape[-1]).var(axis=0).mean())
    return float(np.mean(found))


# -- where they are -------------------------------------------------------------------------------


def _inside(operation: Any) -> list[Any]:
    """A layer and those inside of it; nothing for an operation."""
    return list(operation._flatten_layers()) if isinstance(operation, keras.Layer) else []


def _weighs(layer: Any) -> bool:
    return any(len(weight.shape) > 1 for weight in getattr(layer, "weights", ()))


def _tail(subject: ModelUnderTest) -> list[Any]:
    """The layers after the last ones with weights, those inside of them included."""
    makers = {id(t): call for call in calls_in(subject.model) for t in call.output_tensors}
    found: list[Any] = []
    waiting = [subject.model.outputs[subject.output]]
    while waiting:
        call = makers.get(id(waiting.pop()))
        if call is not None and not _weighs(call.operation):
            found.extend(_inside(call.operation))
            waiting.extend(call.input_tensors)
    return found


def _norms(subject: ModelUnderTest) -> list[Any]:
    """Each BatchNormalization, in the order of the model; a repair may have added others."""
    return [
        layer
        for layer in subject.model.layers
        if isinstance(layer, keras.layers.BatchNormalization) and layer not in subject.added
    ]


def _norms_after(subject: ModelUnderTest, on: list[Any]) -> list[int]:
    """The places of each BatchNormalization with no weights between it and one of the layers."""
    reached: set[int] = set()
    found = set()
    for call in calls_in(subject.model):
        layer = call.operation
        if any(each in on for each in _inside(layer)):
            reached.update(id(tensor) for tensor in call.output_tensors)
        elif reached & {id(tensor) for tensor in call.input_tensors}:
            if isinstance(layer, keras.layers.BatchNormalization):
                found.add(id(layer))
            elif not _weighs(layer):
                reached.update(id(tensor) for tensor in call.output_tensors)
    return [place for place, norm in enumerate(_norms(subject)) if id(norm) in found]
