"""KER735: ``argmax`` over the predictions of a model with one output unit."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import PREDICTED, Array
from kerlint.program.model import Call
from kerlint.program.values import Fact
from kerlint.rules.base import Finding, Note, Rule, View


class ArgmaxOfOneUnit(Rule):
    """Every sample gets the class 0: `argmax` has only one output unit to choose from.

    A model with one output unit gives one number for each sample, the probability of the class 1.
    `argmax` says at which place of a row the largest number is. With one number in a row, that
    is always place 0, whatever the model has learned. Compare the number with 0.5 instead.

    Bad:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
        classes = np.argmax(model.predict(x), axis=1)
    Good:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
        classes = (model.predict(x)[:, 0] > 0.5).astype(int)
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
        likeliest = np.argmax(model.predict(x))  # the sample with the highest probability

    People say:
        "my binary classifier always predicts 0", "accuracy is high, but all predictions are the
        same class", "confusion matrix has only one column"

    When kerlint stays silent:
        - It is not known that the model has one output unit.
        - `argmax` goes over the samples, or over several numbers for each of them.
    """

    code = "KER735"
    severity = Severity.ERROR
    required_bytes = (b"argmax",)
    names = frozenset(
        {
            *("keras.backend.argmax", "keras.ops.argmax", "numpy.argmax"),
            *("tensorflow.argmax", "tensorflow.math.argmax"),
        }
    )
    untestable = "the experiments do not run what comes after the training"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        given = {name: fact for name, fact, _ in call.keywords}
        data = call.positional[0] if call.positional else given.get("a") or given.get("input")
        if data is None or call.partial or not isinstance(data.value, Array):
            return
        shape = data.value.shape
        if data.value.origin != PREDICTED or not shape:
            return
        axis = call.positional[1] if len(call.positional) > 1 else given.get("axis")
        if not _is_alone(shape, axis):
            return
        yield Finding(
            call.origin.site,
            "every sample gets the class 0: the model has one output unit, so `argmax` has no "
            "choice",
            label="always 0",
            help="compare the probability with 0.5: `(predictions > 0.5).astype(int)`",
            related=(Note(data.value.site, "one number for each sample"),),
            origin=call.origin,
        )


def _is_alone(shape: tuple[object, ...], axis: Fact | None) -> bool:
    """Whether there is one number only along the axis."""
    if axis is None or axis.value is None:
        return all(size == 1 for size in shape)
    number = axis.integer()
    return number is not None and -len(shape) <= number < len(shape) and shape[number] == 1
