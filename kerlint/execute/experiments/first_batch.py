"""First batch: whether the loss takes the labels as the program has them.

Labels in the known encoding and shape go into the loss with one batch of predictions: what Keras
raises for them it raises in ``fit``. Only an error that speaks of labels, or of shapes and ranges
that do not fit, confirms; any other says nothing of the claim, nor does a model that predicts NaN.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import tensorflow as tf

from kerlint.execute.support.data import inputs_for, labels_as_stated
from kerlint.execute.support.under_test import ModelUnderTest, Targets
from kerlint.execute.support.verdicts import Observation, Verdict, compared, in_a_line

SAMPLES = 16
# In what Keras and TensorFlow say of labels that a loss cannot take.
PREDICTED = ("label", "target", "y_true", "shape", "rank", "dimension", "valid range", "[0,")


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


def observe(subject: ModelUnderTest, target: Targets | None) -> Observation:
    """Let Keras itself compute the loss of one batch."""
    loss = subject.objective.loss
    if loss is None or target is None or not (target.encoding or target.integers):
        return Observation(None, "the loss or the labels are not known")
    labels = labels_as_stated(target, SAMPLES)
    tensor = subject.model.outputs[subject.output]
    model = subject.part(tensor)
    model.compile(optimizer="sgd", loss=loss.new(), run_eagerly=True)
    inputs = [x.numpy() for x in inputs_for(subject, SAMPLES)]
    words = f"labels of shape {labels.shape} for outputs of shape {(SAMPLES, *tensor.shape[1:])}"
    try:
        found = float(model.train_on_batch(inputs if len(inputs) > 1 else inputs[0], labels))
    except (ValueError, TypeError, tf.errors.InvalidArgumentError) as error:
        text = in_a_line(error, 160)
        raised = f"{words}: Keras raises {type(error).__name__}: {text}"
        if not any(word in str(error).lower() for word in PREDICTED):
            return Observation(None, raised)
        return Observation(True, raised, "Keras rejects the first batch")
    if not np.isfinite(found):
        if not np.isfinite(subject.run(model, inputs_for(subject, SAMPLES)).numpy()).all():
            return Observation(None, "the model predicts NaN, whatever the labels are")
        return Observation(True, f"{words}: the loss is {found}", "the first loss is not a number")
    return Observation(False, f"{words}: the loss is {found:.3g}", "the first batch is accepted")
