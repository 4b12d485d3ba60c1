"""First batch: whether the loss takes the labels as the program has them.

Labels in the known encoding and shape go into the loss with one batch of predictions: what Keras
raises for them it raises in ``fit``. Only the error that the claim predicts confirms: one about the
shape of these very labels, or about a class number without an output. Any other says nothing of the
claim, nor does a loss that is not a number. Where the repair is in the labels, the same model gets
labels that fit it. Keras 3.3 to 3.15 name the shape as (16, 10) in a
ValueError, TensorFlow as [16,10] in an InvalidArgumentError, and class numbers as a label value
outside of the valid range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, labels_as_stated
from kerlint.execute.support.under_test import ModelUnderTest, Targets
from kerlint.execute.support.verdicts import Observation, Verdict, compared, in_a_line

SAMPLES = 16
ANY_SIZE = 5  # of an axis of the labels of which only its place is known


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    target = baseline.objective.targets
    first = observe(baseline, target)
    if repaired is None and target is not None and (target.shape or baseline.raises == "range"):
        # The repair is in the labels.
        return compared(first, observe(baseline, _fitting(baseline, target)))
    if repaired is None:
        return compared(first, None)
    return compared(first, observe(repaired, repaired.objective.targets))


def _fitting(subject: ModelUnderTest, target: Targets) -> Targets:
    """Labels that the model takes: class numbers from 0 on, or the shape of the output."""
    shape = tuple(subject.model.outputs[subject.output].shape)
    width = shape[-1]
    if subject.raises == "range" or subject.loss_kind.startswith("sparse_"):
        known = target.shape if subject.raises == "range" else shape[:-1]
        return replace(
            target, encoding="INTEGER", shape=known, lowest=0.0, highest=width - 1.0, integers=True
        )
    if subject.loss_kind.startswith("categorical_"):
        return replace(target, encoding="ONE_HOT", shape=shape, classes=width)
    return replace(target, encoding=None, shape=shape, integers=None)


def _filled(shape: Sequence[int | None], fitting: Sequence[int | None]) -> tuple[int | None, ...]:
    """A shape of labels with sizes for the axes of an unknown size: those that fit, if any do."""
    if len(shape) != len(fitting):
        fitting = [ANY_SIZE] * len(shape)
    known = [a if isinstance(a, int) else b for a, b in zip(shape[1:], fitting[1:])]
    return (None, *known)


def is_predicted(error: Exception, raises: str | None, shape: tuple[int, ...]) -> bool:
    """Whether an error is the one that a claim predicts for labels of this shape."""
    text = str(error)
    if raises == "range":
        wrong = "label value" in text and "outside the valid range" in text
        return wrong and isinstance(error, tf.errors.InvalidArgumentError)
    if raises == "shape" and isinstance(error, (ValueError, tf.errors.InvalidArgumentError)):
        inside = ",".join(map(str, shape))
        return str(shape) in text or f"[{inside}]" in text.replace(" ", "")
    return False


def observe(subject: ModelUnderTest, target: Targets | None) -> Observation:
    """Let Keras itself compute the loss of one batch."""
    loss = subject.objective.loss
    shape = target.shape if target is not None and subject.raises == "shape" else None
    known = target is not None and (target.encoding or target.integers or shape)
    if loss is None or target is None or not known:
        return Observation(None, "the loss or the labels are not known (see --data)")
    tensor = subject.model.outputs[subject.output]
    guessed = False
    if shape is not None and not all(isinstance(size, int) for size in shape[1:]):
        guessed = True
        target = replace(target, shape=_filled(shape, tuple(tensor.shape)))
    labels = labels_as_stated(target, SAMPLES)
    model = subject.part(tensor)
    model.compile(optimizer="sgd", loss=loss.new(), run_eagerly=True)
    inputs = [x.numpy() for x in inputs_for(subject, SAMPLES)]
    words = f"labels of shape {labels.shape} for outputs of shape {(SAMPLES, *tensor.shape[1:])}"
    try:
        found = float(model.train_on_batch(inputs if len(inputs) > 1 else inputs[0], labels))
    except Exception as error:
        raised = f"{words}: Keras raises {type(error).__name__}: {in_a_line(error, 160)}"
        if is_predicted(error, subject.raises, labels.shape):
            return Observation(True, raised, "Keras rejects the first batch")
        return Observation(None, f"{raised}, which is not the error that the finding predicts")
    if guessed:
        return Observation(None, f"{words}: it depends on sizes of the labels that are not known")
    if not np.isfinite(found):
        return Observation(None, f"{words}: the loss is {found}, and there is no error")
    return Observation(False, f"{words}: the loss is {found:.3g}", "the first batch is accepted")
