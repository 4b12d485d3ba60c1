"""KER116: the loss of a classification on measurements, or of a regression on class numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.data import Encoding
from kerlint.program.objectives import BINARY, CROSSENTROPIES, REGRESSION, SPARSE, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import with_activation, with_loss, with_units
from kerlint.rules.words import (
    CROSSENTROPY_WORDS,
    REGRESSION_WORDS,
    are_names,
    labels_in_words,
    labels_note,
)

_MARGIN = 0.05


class LossOfAnotherProblem(Rule):
    """The labels are of one kind of problem and the loss of the other.

    Class numbers are names: class 2 does not lie between class 1 and class 3. A regression loss on
    one unit takes them for amounts, and an image that might be a 1 or a 7 is predicted as a 4.
    The other way round, a crossentropy takes probabilities of classes; measurements outside 0 and 1
    make it negative without bound, and fractions cannot be class numbers.

    Silent for ordered grades and for whole numbers that may be amounts: only labels that the code
    shows to be class numbers (a ``LabelEncoder``, the labels of a bundled data set) count.

    Bad:
        from sklearn.datasets import make_regression

        x, y = make_regression(n_samples=200, n_features=4)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Good:
        from sklearn.datasets import make_regression

        x, y = make_regression(n_samples=200, n_features=4)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say: "loss is always negative", "accuracy always 0", "predicts the class in the middle".
    """

    code = "KER116"
    severity = Severity.WARNING
    words = CROSSENTROPY_WORDS + REGRESSION_WORDS
    experiment = "loss sign"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or target is None:
            return
        if measurements_under_crossentropy(objective):
            yield Finding(
                loss.fact.site,
                f"{loss.said} on targets that are measurements, {labels_in_words(target)}",
                label="takes probabilities of classes",
                help='use loss="mse" and an output without activation for a regression',
                related=(labels_note(target),),
                claim=view.objective_claim(objective),
                repair=repair(objective, view),
            )
            return
        if loss.word not in REGRESSION or head.width != 1 or objective.adversarial:
            return
        several = target.classes is None or target.classes > 2
        if target.encoding is Encoding.INTEGER and are_names(target) and several:
            count = target.classes
            units = "one unit for each class" if count is None else f"{count} units"
            yield Finding(
                loss.fact.site,
                f"{loss.said} on class numbers ({target.origin}): takes names for amounts",
                label="class 2 is not between class 1 and class 3",
                help=f'use {units} with activation="softmax" and sparse_categorical_crossentropy',
                related=(labels_note(target), Note(head.site, "one unit")),
                repair=_classification(objective, view),
            )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A loss of numbers with an output that can be any number."""
    activated = with_activation(objective.head, "linear")
    return (*activated, *with_loss(objective, "mean_squared_error", view)) if activated else ()


def _classification(objective: Objective, view: View) -> tuple[Change, ...]:
    count = objective.target.classes if objective.target is not None else None
    units = with_units(objective.head, count, "softmax") if count is not None else ()
    loss = with_loss(objective, "sparse_categorical_crossentropy", view)
    return (*units, *loss) if units else ()


def measurements_under_crossentropy(objective: Objective) -> bool:
    """Whether real numbers that cannot be probabilities are the targets of a crossentropy."""
    loss, target = objective.loss, objective.target
    if loss is None or loss.word not in CROSSENTROPIES or target is None:
        return False
    if target.encoding is not Encoding.CONTINUOUS:
        return False
    if loss.word in SPARSE:
        return True
    below = target.lowest is not None and target.lowest < -_MARGIN
    above = target.highest is not None and target.highest > 1 + _MARGIN
    if loss.word in BINARY and target.raw_pixels:
        return False
    return below or above
