"""KER134: labels that are strings."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array, Encoding
from kerlint.program.objectives import BINARY, CATEGORICAL, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import fits_of, place_of
from kerlint.rules.words import labels_note


class LabelsAreStrings(Rule):
    """The labels are strings, and Keras can only train on numbers.

    `fit` raises an error. Number the classes first: with `LabelEncoder` of scikit-learn, with
    a `StringLookup` layer, or by a comparison such as `(y == "spam").astype("int32")`.

    Bad:
        import numpy as np

        x = np.random.rand(6, 4)
        y = np.array(["cat", "dog", "cat", "bird", "dog", "bird"])
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(6, 4)
        y = np.array(["cat", "dog", "cat", "bird", "dog", "bird"])
        names, numbers = np.unique(y, return_inverse=True)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, numbers)
    Tempting:
        import numpy as np

        x = np.random.rand(6, 4)
        y = np.array(["cat", "dog", "cat", "bird", "dog", "bird"])
        y = (y == "cat").astype("int32")  # a yes or no for each
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)

    People say:
        "Invalid dtype: str32", "Cast string to float is not supported", "could not convert
        string to float"

    When kerlint stays silent:
        - It is not known from the code that the labels are strings.
        - The loss is a function or class of your own, which may look them up.
    """

    code = "KER134"
    severity = Severity.ERROR
    required_bytes = (b"compile",)
    untestable = "Keras refuses strings as labels whatever the model is"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss = objective.loss
        if loss is None or loss.kind is None:
            return
        for fit, labels in fits_of(objective):
            target = labels.value
            if not isinstance(target, Array) or target.encoding is not Encoding.STRINGS:
                continue
            place = place_of(fit, "y", view)
            rows = "to_categorical(LabelEncoder().fit_transform(y))"
            way = rows if loss.kind in CATEGORICAL else "LabelEncoder().fit_transform(y)"
            yield Finding(
                place,
                "the labels are strings, and Keras can only train on numbers",
                label="raises an error",
                help='compare them with one class: `(y == "yes").astype("int32")`'
                if loss.kind in BINARY and objective.head.width == 1
                else f"number the classes first, such as with `{way}`",
                related=_from(target, place),
                origin=fit.origin,
            )


def _from(target: Array, place: int) -> tuple[Note, ...]:
    return () if target.site in (place, -1) else (labels_note(target, "the labels are strings"),)
