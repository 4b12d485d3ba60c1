"""KER730: labels (n,) and predictions (n, 1) in NumPy."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import PREDICTED, Array
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Note, Rule, View


class LabelsAgainstEachPrediction(Rule):
    """NumPy compares each label with all predictions, so the score is wrong.

    `predict()` returns an array of shape `(n, 1)` for a model with one output unit. Labels mostly
    have the shape `(n,)`. NumPy stretches both to `(n, n)`: the difference has a number for each
    label and each prediction, and its mean is not the error of the model. There is no error
    message, unless the memory is full.

    Remove the last axis: `model.predict(x).ravel()` or `model.predict(x)[:, 0]`.

    Bad:
        import numpy as np

        x = np.random.rand(60, 8)
        y = np.random.rand(60)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
        print(np.mean((y - model.predict(x)) ** 2))
    Good:
        import numpy as np

        x = np.random.rand(60, 8)
        y = np.random.rand(60)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
        print(np.mean((y - model.predict(x).ravel()) ** 2))
    Tempting:
        import numpy as np

        x = np.random.rand(60, 8)
        y = np.random.rand(60, 1)  # the labels have the last axis too
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
        print(np.mean((y - model.predict(x)) ** 2))

    People say:
        "my own mse is not the loss of Keras", "accuracy by hand is always about 0.5",
        "MemoryError when I subtract the predictions"

    When kerlint stays silent:
        - The shape of the labels or of the output is not known from the code.
        - The labels are a column of a pandas table, which is not stretched.
        - The last axis is removed: `ravel`, `flatten`, `squeeze`, `reshape(-1)`, `[:, 0]`.
    """

    code = "KER730"
    severity = Severity.WARNING
    required_bytes = (b"predict",)
    names = frozenset({"numpy.broadcast"})
    untestable = "the experiments do not run what comes after the training"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        labels, predictions = call.positional[:2]
        if isinstance(labels.value, Array) and labels.value.origin == PREDICTED:
            labels, predictions = predictions, labels
        if not isinstance(predictions.value, Array):
            return
        yield Finding(
            call.origin.site,
            "each label is combined with all predictions: the shapes are `(n,)` and `(n, 1)`",
            label="the result has the shape `(n, n)`",
            help="remove the last axis of the predictions, for example with `.ravel()`",
            related=(Note(predictions.value.site, "returns an array of shape `(n, 1)`"),),
            origin=call.origin,
        )
