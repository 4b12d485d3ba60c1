"""Output shape: whether predictions have the shape of the labels, or are stretched to fit.

A regression loss stretches (n, 1) labels over (n, 5, 1) predictions without a word, and trains
every step on the one number of its sample.
"""

from __future__ import annotations

from typing import Any

from kerlint.execute.subject import Subject
from kerlint.execute.verdicts import Observation, Verdict, compared


def compare(baseline: Subject, twin: Subject | None, claim: dict[str, Any]) -> Verdict:
    return compared(observe(baseline, claim), observe(twin, claim) if twin is not None else None)


def observe(subject: Subject, claim: dict[str, Any]) -> Observation:
    """Compare the two shapes axis by axis, trailing ones of size 1 left out."""
    output = claim["output"]
    target = subject.description["targets"][output] or {}
    shape = target.get("shape")
    rank = claim.get("facts", {}).get("rank")
    found = (8, *subject.model.outputs[output].shape[1:])
    text = f"predictions for 8 samples have the shape {found}"
    if shape is None and rank is None:
        return Observation(None, f"{text}; the shape of the labels is not known")
    labels = len(shape) if shape is not None else int(rank or 0)
    whole = found[1:]
    if shape is not None:
        given = tuple(size if isinstance(size, int) else None for size in shape[1:])
        text += f", the labels {(8, *given)}"
    else:
        given = (None,) * (labels - 1)
        text += f", the labels have {labels} axes"
    if word_is_sparse(subject, output):
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
    return Observation(differs, subject.said(text), plain)


def word_is_sparse(subject: Subject, output: int) -> bool:
    """Whether the loss takes class numbers, one axis less than the predictions."""
    word = (subject.description["losses"][output] or {}).get("word") or ""
    return word.startswith("sparse_")
