"""KER522: a single sample without a batch axis."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import KeepAxis
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.model_inputs import given, is_one_sample, stated
from kerlint.rules.refusals import in_words


class OneSample(Rule):
    """`predict` gets one sample without a batch axis.

    `predict` takes a batch of samples, even if there is only one: the first axis counts the
    samples. `x[0]` has no such axis. Keras takes its first axis for the batch and raises an
    error, or it treats each row of the sample as a sample.

    `x[:1]` and `x[np.newaxis]` are batches of one sample.

    Bad:
        (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
        model.predict(x_test[0] / 255)
    Good:
        (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
        model.predict(x_test[:1] / 255)
    Tempting:
        import numpy as np

        x = np.linspace(-1, 1, 200)
        model = keras.Sequential([keras.Input((1,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, 2 * x + 1)
        model.predict(x[:5])  # five samples of one value: Keras adds the last axis

    People say:
        "expected ndim=4, found ndim=3. Full shape received: (None, 28, 1)",
        "Invalid input shape for input Tensor, expected shape (None, 28, 28), but got (28, 28)"

    When kerlint stays silent:
        - The shape of the data or the input shape is not known from the code.
        - The input has a single axis of size 1: then one number can be a sample.
    """

    code = "KER522"
    severity = Severity.ERROR
    required_bytes = (b"predict",)
    unsafe_because = "the sample may have a batch axis of its own"
    untestable = "the number of axes is known from the text, and Keras refuses the array"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        for data in given(fit, view):
            severity = is_one_sample(data, view)
            if severity is None:
                continue
            before = stated(data.tensor, view)
            notes = [data.note("one sample")]
            if before is not None:
                notes.append(Note(before.site, f"the model takes `{in_words(before.shape)}`"))
            yield Finding(
                fit.origin.site,
                f"`{fit.method}` takes a batch, but gets one sample of the shape "
                f"`{in_words(data.array.shape)}`",
                label="no batch axis",
                help="use a slice such as `x[:1]`, or add the batch axis with `x[np.newaxis]`",
                related=tuple(notes),
                severity=severity,
                origin=fit.origin,
                rewrite=(KeepAxis(fit.origin.site, "x"),),
                fix=Applicability.SAFE if severity is Severity.ERROR else None,
            )
            return
