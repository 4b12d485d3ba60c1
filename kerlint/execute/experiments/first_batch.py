"""First batch: whether the loss takes the labels as the program has them.

Labels in the known encoding and shape go into the loss with one batch of predictions: what Keras
raises for them it raises in ``fit``. Only the error that the claim predicts confirms: one about the
shape of these very labels, or about a class number without an output. Any other says nothing of the
claim, nor does a loss that is not a number. Keras 3.3 to 3.15 name the shape as (16, 10) in a
ValueError, TensorFlow as [16,10] in an InvalidArgumentError, and class numbers as a label value
outside of the valid range.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, labels_as_stated
from kerlint.execute.support.under_test import ModelUnderTest, Targets
from kerlint.execute.support.verdicts import Observation, Verdict, compared, in_a_line

SAMPLES = 16


def compare(baseline: ModelUnderTest, repaired: ModelUnderTest | None) -> Verdict:
    target = baseline.objective.targets
    first = observe(baseline, target)
    if repaired is None and target is not None:
        # The repair is in the labels: the same model, with class numbers from 0 on.
        width = int(baseline.model.outputs[baseline.output].shape[-1])
        mended = replace(target, lowest=0.0, highest=width - 1.0)
        return compared(first, observe(baseline, mended))
    if repaired is None:
        return compared(first, None)
    return compared(first, observe(repaired, repaired.objective.targets))


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
    if loss is None or target is None or not (target.encoding or target.integers):
        return Observation(None, "the loss or the labels are not known (see --data)")
    labels = labels_as_stated(target, SAMPLES)
    tensor = subject.model.outputs[subject.output]
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
    if not np.isfinite(found):
        return Observation(None, f"{words}: the loss is {found}, and there is no error")
    return Observation(False, f"{words}: the loss is {found:.3g}", "the first batch is accepted")
