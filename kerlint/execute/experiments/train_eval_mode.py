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

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from kerlint.execute.subject import Subject
from kerlint.execute.verdicts import Observation, Verdict, compared

ZEROED = 0.01
SHIFTED, EVEN = (0.8, 1.25), (0.85, 1.18)
SAMPLES, FEWEST, PASSES = 128, 16, 8
ELEMENTS = 500_000  # of the largest tensor, beyond which fewer samples do
# The attributes that say how strong a layer is in training.
STRENGTH = ("rate", "stddev", "dropout", "recurrent_dropout")


def compare(baseline: Subject, twin: Subject | None, claim: dict[str, Any]) -> Verdict:
    keys = set(baseline.description["layers"])
    on = keys if claim["layer"] is None else {claim["layer"]}
    at_end = bool(on & set(_tail(baseline, claim["output"])) & set(_changing(baseline)))
    norms = sorted(_norms_behind(baseline, on & set(_changing(baseline))))
    first = observe(baseline, claim, on, at_end, norms)
    if twin is None:
        return compared(first, None)
    # What a repair has put elsewhere is on as well.
    moved = on | (set(twin.description["layers"]) - keys)
    return compared(first, observe(twin, claim, moved, at_end, norms))


def observe(
    subject: Subject, claim: dict[str, Any], on: set[str], at_end: bool, norms: list[str]
) -> Observation:
    """Look at the outputs, else at what each BatchNormalization gets, with only ``on`` on."""
    changing = _changing(subject)
    for key, layers in changing.items():
        if key not in on:
            _turn_off(subject, layers)
    inputs = subject.inputs(max(FEWEST, min(SAMPLES, ELEMENTS // max(1, subject.built.largest))))
    if at_end:
        return _at_end(subject, inputs, claim["output"], changing)
    ratios = []
    nodes = {str(node["layer"]): node for node in subject.description["nodes"]}
    for key in norms:
        if key in nodes:
            tensor = subject.built.tensors[nodes[key]["inputs"][0]]
            part = keras.Model(subject.model.inputs, tensor)
            noisy = _variance(subject, part, inputs, PASSES)
            ratios.append((key, part, noisy))
    for layers in changing.values():
        _turn_off(subject, layers)
    found = {
        subject.built.layers[key].name: _variance(subject, part, inputs, 1) / noisy
        for key, part, noisy in ratios
        if noisy > 0.0
    }
    if not found:
        plain = "the layer affects neither an output nor a BatchNormalization directly"
        return Observation(False, "nothing follows it that could be measured", plain)
    name = max(found, key=lambda each: abs(np.log(found[each])))
    ratio = found[name]
    text = f"{name} gets {ratio:.2g} times the variance in inference that it gets in training"
    if not SHIFTED[0] <= ratio <= SHIFTED[1]:
        plain = f"{name} sees other values in prediction than it saw in training"
        return Observation(True, subject.said(text), plain)
    plain = f"{name} sees nearly the same values in training and in prediction"
    return Observation(False if EVEN[0] <= ratio <= EVEN[1] else None, subject.said(text), plain)


def _at_end(
    subject: Subject, inputs: list[Any], output: int, changing: dict[str, list[Any]]
) -> Observation:
    targets = subject.targets(inputs)
    training = subject.outputs(inputs, training=True)[output].numpy()
    for layers in changing.values():
        _turn_off(subject, layers)
    # Not training=False: the averages of a BatchNormalization have seen nothing yet.
    inference = subject.outputs(inputs, training=True)[output].numpy()
    share = float(((training == 0.0) & (inference != 0.0)).mean())
    losses = [float(subject.losses[output](targets[output], y)) for y in (training, inference)]
    spread = float(inference.std()) or 1.0
    text = (
        f"{share:.0%} of the outputs are 0 in training only, the mean difference is "
        f"{float(np.abs(training - inference).mean()) / spread:.2g} of their spread, the loss "
        f"{losses[0]:.3g} in training and {losses[1]:.3g} in inference"
    )
    if share == 0.0:
        return Observation(False, subject.said(text), "none of the outputs are set to 0")
    loss = subject.description["losses"][output] or {}
    if loss.get("args", {}).get("from_logits"):
        return Observation(None, subject.said(f"{text}; they are logits, which some mean to drop"))
    plain = f"training sets {share:.0%} of the final outputs to 0"
    return Observation(True if share >= ZEROED else None, subject.said(text), plain)


# -- the layers that are on in training only ------------------------------------------------------


def _changing(subject: Subject) -> dict[str, list[Any]]:
    """By key the layers that drop or add noise, those inside of a layer included."""
    found = {}
    for key, layer in subject.built.layers.items():
        inner = [each for each in layer._flatten_layers() if _strengths(each)]
        if inner:
            found[key] = inner
    return found


def _strengths(layer: Any) -> list[str]:
    return [
        name
        for name in STRENGTH
        if isinstance(getattr(layer, name, None), float)
        and not isinstance(getattr(type(layer), name, None), property)
    ]


def _turn_off(subject: Subject, layers: list[Any]) -> None:
    for layer in layers:
        for name in _strengths(layer):
            setattr(layer, name, 0.0)
    subject.compiled.clear()  # what is compiled has the numbers in it


def _variance(subject: Subject, part: Any, inputs: list[Any], passes: int) -> float:
    """The mean variance of a channel in training, where batches have their own statistics."""
    found = []
    for _ in range(passes):
        array = np.asarray(subject.run(part, inputs, training=True), "float64")
        found.append(array.reshape(-1, array.shape[-1]).var(axis=0).mean())
    return float(np.mean(found))


# -- where they stand -----------------------------------------------------------------------------


def _weighs(subject: Subject, key: str) -> bool:
    layer = subject.built.layers.get(key)
    return layer is not None and any(len(weight.shape) > 1 for weight in layer.weights)


def _tail(subject: Subject, output: int) -> Iterator[str]:
    """The keys of the layers behind the last ones with weights."""
    makers = {node["output"]: node for node in subject.description["nodes"]}
    waiting = [subject.description["outputs"][output]]
    while waiting:
        node = makers.get(waiting.pop().partition(".")[0])
        if node is not None and not _weighs(subject, str(node["layer"])):
            yield str(node["layer"])
            waiting.extend(node["inputs"])


def _norms_behind(subject: Subject, keys: set[str]) -> set[str]:
    """The keys of each BatchNormalization with no weights between it and one of the layers."""
    nodes = subject.description["nodes"]
    reached = {node["output"] for node in nodes if str(node["layer"]) in keys}
    found = set()
    for node in nodes:
        if not reached & {name.partition(".")[0] for name in node["inputs"]}:
            continue
        key = str(node["layer"])
        if subject.description["layers"][key]["class"].endswith(".BatchNormalization"):
            found.add(key)
        elif not _weighs(subject, key):
            reached.add(node["output"])
    return found
