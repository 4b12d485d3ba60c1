"""KER136: a regression loss that stretches the labels over an output of another shape."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_SHAPE
from kerlint.program.objectives import Objective
from kerlint.rules import ker135_labels_of_another_width
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker502_missing_flatten import in_words
from kerlint.rules.label_shapes import Fit, misfit, units_wanted
from kerlint.rules.words import REGRESSION_WORDS, head_origin, labels_note, loss_note


class LabelsStretched(Rule):
    """A regression loss compares every output with the same target, without an error.

    If the labels and the output do not have the same shape, `mse`, `mae` and similar losses
    repeat the smaller one along each axis of size 1. With labels of shape `(n, 1)` and an output
    of shape `(n, 3)`, all three units learn the same number. With labels of shape `(n, 3)` and
    one unit, that unit learns the mean of the three targets. Keras says nothing, and the loss
    goes down.

    Bad:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.random.rand(60, 3)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.random.rand(60, 3)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(3))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.random.rand(60)  # one number for each sample: Keras adds the last axis
        model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "all outputs are the same", "the model predicts the mean",
        "loss goes down but the predictions are wrong"

    When kerlint stays silent:
        - The shape of the labels or of the output is not known from the code.
        - Steps or places are missing, or there are too many: KER502 and KER504 report that.
        - The shapes cannot be made to fit, so Keras raises an error: KER135 reports that.
    """

    code = "KER136"
    severity = Severity.ERROR
    required_bytes = REGRESSION_WORDS
    experiments = (OUTPUT_SHAPE,)

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        if misfit(objective, view) is not Fit.STRETCHED:
            return
        loss, head, target = objective.loss, objective.head, objective.target
        assert loss is not None
        assert target is not None
        wanted = units_wanted(objective)
        help = "give the labels and the output the same shape"
        if wanted is not None:
            columns = wanted[1]
            help = f"use {columns} unit{'s' if columns > 1 else ''} in the output layer, " + (
                "one for each column of the labels" if columns > 1 else "as the labels have"
            )
        origin = head_origin(head)
        yield Finding(
            origin.site if origin is not None else loss.fact.site,
            f"`{loss.as_written}` compares labels of shape `{in_words(target.shape)}` with an "
            f"output of shape `{in_words(head.shape)}`, without an error",
            label="has another shape than the labels",
            help=help,
            related=(
                labels_note(target, f"labels of shape `{in_words(target.shape)}`"),
                loss_note(loss, "repeats the smaller one"),
            ),
            origin=origin,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """As many units as the labels have columns."""
    return ker135_labels_of_another_width.repair(objective, view)
