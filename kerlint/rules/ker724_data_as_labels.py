"""KER724: the data are given as the labels too."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker502_missing_flatten import in_words
from kerlint.rules.label_shapes import given_back


class DataAsLabels(Rule):
    """`fit(x, x)` trains a classifier or a regression to give back its own input.

    That is right for an autoencoder, whose output has the shape of its input. Here the output has
    another shape, so the second argument is a slip: the labels were meant. Keras raises an error
    about the shapes, or, with a regression loss and one unit, compares that one number with every
    column of the data.

    Bad:
        import numpy as np

        x, y = np.random.rand(60, 8), np.random.rand(60)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, x)
    Good:
        import numpy as np

        x, y = np.random.rand(60, 8), np.random.rand(60)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(60, 8)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="relu")])
        model.add(layers.Dense(8, activation="sigmoid"))  # an autoencoder gives back its input
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, x)

    People say: "Arguments `target` and `output` must have the same shape", "my model predicts the
    mean of the features".

    When kerlint stays silent:
        - The shape of the data or of the output is not known, or they are alike.
        - The output is an image, as that of an autoencoder, or the program asks for
          `image_data_format()`.
        - The output of a regression has several units: then the number of units may be the
          mistake, and KER135 or KER136 reports it.
    """

    code = "KER724"
    severity = Severity.ERROR
    required_bytes = (b".fit(", b".evaluate(")
    untestable = "the labels that were meant are not known, so there is nothing to compare with"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        found = given_back(objective)
        if found is None or view.asks_for_layout:
            return
        fit, shape = found
        output = objective.head.shape
        assert isinstance(output, tuple)
        yield Finding(
            fit.place("y"),
            f"the labels are the data themselves, of shape `{in_words(shape)}`, but the output has "
            f"`{in_words(output)}`",
            label="the data once more",
            help="pass the labels as the second argument",
            related=(Note(fit.place("x"), "the data"),),
            origin=fit.origin,
        )
