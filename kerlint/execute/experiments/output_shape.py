"""Output shape: whether predictions have the shape of the labels, or are stretched to fit.

A regression loss stretches (n, 1) labels over (n, 5, 1) predictions without a word, and trains
every step on the one number of its sample.
"""

from __future__ import annotations

from kerlint.execute.support.under_test import ModelUnderTest
from kerlint.execute.support.verdicts import Observation, Verdict, compared


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    return compared(observe(baseline), observe(repaired) if repaired is not None else None)


def observe(subject: ModelUnderTest) -> Observation:
    """Compare the two shapes axis by axis, trailing ones of size 1 left out."""
    target = subject.objective.targets
    found = (8, *subject.model.outputs[subject.output].shape[1:])
    text = f"predictions for 8 samples have the shape {found}"
    if target is None or target.shape is None:
        return Observation(None, f"{text}; the shape of the labels is not known")
    whole = found[1:]
    given = target.shape[1:]
    text += f", the labels {(8, *given)}"
    if subject.loss_kind.startswith("sparse_"):  # class numbers: one axis less
        whole = whole[:-1]
        given = given[:-1] if given and given[-1] == 1 else given
    if len(given) == len(whole) - 1 and whole and whole[-1] == 1:
        whole = whole[:-1]
    if len(whole) == len(given) - 1 and given and given[-1] == 1:
        given = given[:-1]
    differs = len(whole) != len(given) or any(
        g is not None and g != w for g, w in zip(given, whole)
    )
    plain = "predictions and labels do not have the same shape" if differs else "the shapes match"
    return Observation(differs, subject.reported(text), plain)
