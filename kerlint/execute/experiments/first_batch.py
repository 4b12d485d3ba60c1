"""First batch: whether the loss takes the labels as the program has them.

Labels in the known encoding and shape go into the loss with one batch of predictions: what Keras
raises for them it raises in ``fit``.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerlint.execute import data
from kerlint.execute.build import resolve
from kerlint.execute.subject import SEED, Subject
from kerlint.execute.verdicts import Observation, Verdict, compared, in_a_line

SAMPLES = 16


def compare(baseline: Subject, twin: Subject | None, claim: dict[str, Any]) -> Verdict:
    first = observe(baseline, claim)
    target = baseline.description["targets"][claim["output"]] or {}
    if twin is None and "lowest" in {**target, **claim.get("facts", {})}:
        # The repair is in the labels: the same model, with class numbers from 0 on.
        width = int(baseline.model.outputs[claim["output"]].shape[-1])
        mended = {**claim, "facts": {"lowest": 0.0, "highest": width - 1.0}}
        return compared(first, observe(baseline, mended))
    return compared(first, observe(twin, claim) if twin is not None else None)


def observe(subject: Subject, claim: dict[str, Any]) -> Observation:
    """Let Keras itself compute the loss of one batch."""
    output = claim["output"]
    loss = subject.description["losses"][output]
    target = subject.description["targets"][output]
    if loss is None or not target or not (target.get("encoding") or target.get("integers")):
        return Observation(None, "the loss or the labels are not known")
    random = np.random.default_rng(SEED)
    labels = data.labels(target, claim.get("facts", {}), SAMPLES, random)
    shape = tuple(subject.model.outputs[output].shape[1:])
    model = keras.Model(subject.model.inputs, subject.model.outputs[output])
    made = resolve(loss["name"])
    model.compile(
        optimizer="sgd",
        loss=made(**loss.get("args", {})) if isinstance(made, type) else made,
        run_eagerly=True,
    )
    inputs = [x.numpy() for x in subject.inputs(SAMPLES)]
    words = f"labels of shape {labels.shape} for outputs of shape {(SAMPLES, *shape)}"
    try:
        found = float(model.train_on_batch(inputs if len(inputs) > 1 else inputs[0], labels))
    except Exception as error:
        text = in_a_line(error, 160)
        raised = f"{words}: Keras raises {type(error).__name__}: {text}"
        return Observation(True, raised, "Keras rejects the first batch")
    if not np.isfinite(found):
        return Observation(True, f"{words}: the loss is {found}", "the first loss is not a number")
    return Observation(False, f"{words}: the loss is {found:.3g}", "the first batch is accepted")
