"""KER711: class_weight and sample_weight in one call."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import given, in_keras_3, place_of


class TwoKindsOfWeights(Rule):
    """`fit` does not accept `class_weight` and `sample_weight` together.

    Keras 3 raises an error. It turns `class_weight` into weights of the samples itself, so
    multiply the two: `sample_weight * class_weights[y]`.

    Bad:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.randint(0, 2, 64)
        weights = np.linspace(1.0, 2.0, 64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y, class_weight={0: 1.0, 1: 5.0}, sample_weight=weights)
    Good:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.randint(0, 2, 64)
        weights = np.linspace(1.0, 2.0, 64) * np.where(y == 1, 5.0, 1.0)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y, sample_weight=weights)
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 4), np.random.randint(0, 2, 64)
        weights = np.linspace(1.0, 2.0, 64)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        # The weights in validation_data are those of the validation samples.
        model.fit(x, y, class_weight={0: 1.0, 1: 5.0}, validation_data=(x, y, weights))

    People say: "You cannot `class_weight` and `sample_weight` at the same time".

    When kerlint stays silent:
        - One of the two is None, or may be, because it is a parameter of a function.
        - The model may be one of Keras 2, which multiplies the two.
    """

    code = "KER711"
    severity = Severity.ERROR
    required_bytes = (b"class_weight",)
    untestable = "Keras refuses the two arguments whatever the model is"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        classes, samples = given(fit, "class_weight"), given(fit, "sample_weight")
        if classes is None or samples is None or not in_keras_3(fit, view):
            return
        yield Finding(
            place_of(fit, "sample_weight", view),
            f"`{fit.method}` does not accept `class_weight` and `sample_weight` together",
            label="raises an error",
            help="multiply the weight of each sample by that of its class, and drop `class_weight`",
            related=(Note(place_of(fit, "class_weight", view), "weights of the classes"),),
            origin=fit.origin,
        )
