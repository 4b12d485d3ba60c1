"""KER116: the loss of a classification on measurements, or of a regression on class numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import CLASS_IN_THE_MIDDLE, LOSS_SIGN
from kerlint.program.data import Encoding
from kerlint.program.objectives import BINARY, CROSSENTROPIES, REGRESSION, SPARSE, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker126_accuracy_with_regression_loss import REGRESSION_METRICS
from kerlint.rules.label_shapes import given_back
from kerlint.rules.labels import targets_answer
from kerlint.rules.metric_labels import with_metrics
from kerlint.rules.repairs import dense_after, with_activation, with_loss, with_units
from kerlint.rules.words import (
    CROSSENTROPY_WORDS,
    REGRESSION_WORDS,
    are_names,
    labels_in_words,
    labels_note,
)

_MARGIN = 0.05


class LossOfAnotherProblem(Rule):
    """The loss is for classification and the targets for regression, or the reverse.

    A crossentropy expects probabilities of classes. Targets below 0 or above 1 can make it negative
    without limit, and a sparse crossentropy cuts off fractions. Use mse (or mae) and an output
    layer without an activation.

    In the reverse case, class numbers are only names: class 2 does not lie between class 1 and
    class 3. A regression loss on a single unit treats them as amounts, and an image that could be a
    1 or a 7 is predicted as a 4. Use one softmax unit per class.

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
    Tempting:
        import numpy as np

        x = np.random.rand(200, 8)
        rooms = np.random.randint(1, 6, size=(200,))  # whole numbers, but amounts
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, rooms)

    People say:
        "loss is always negative", "accuracy always 0", "predicts the class in the middle"

    When kerlint stays silent:
        - The targets are whole numbers that may be amounts or ordered grades. kerlint only reports
          labels that the code shows to be class numbers: those of a `LabelEncoder`, of folders of
          images, or of a bundled data set.
        - The labels answer a yes/no question, or may do so, as with one sigmoid unit and an unknown
          number of classes.
        - The model is part of a GAN.
    """

    code = "KER116"
    severity = Severity.WARNING
    required_bytes = CROSSENTROPY_WORDS + REGRESSION_WORDS
    experiments = (LOSS_SIGN, CLASS_IN_THE_MIDDLE)
    unsafe_because = "the model then learns from another loss"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or target is None or given_back(objective) is not None:
            return
        if measurements_under_crossentropy(objective):
            yield Finding(
                loss.fact.site,
                f"`{loss.as_written}` is for classes, but the targets are "
                f"{labels_in_words(target)}",
                label="expects labels of classes",
                help=f'use `loss="mse"` with {_regression_head(objective)}',
                related=(labels_note(target),),
                claim=view.objective_claim(objective),
                repair=repair(objective, view),
            )
            return
        if loss.kind not in REGRESSION or head.width != 1 or objective.adversarial:
            return
        several = target.classes is None or target.classes > 2
        if targets_answer(objective) or (target.classes is None and head.activation == "sigmoid"):
            return
        if target.encoding is Encoding.INTEGER and are_names(target) and several:
            count = target.classes
            units = "one unit per class" if count is None else f"{count} units"
            yield Finding(
                loss.fact.site,
                f"`{loss.as_written}` treats class numbers (from {target.origin}) as amounts",
                label="class 2 is not halfway between 1 and 3",
                help=f'use {units} with `activation="softmax"` and '
                "`sparse_categorical_crossentropy`",
                related=(labels_note(target), Note(head.site, "one unit")),
                claim=view.objective_claim(objective),
                repair=_classification(objective, view),
            )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A loss for numbers with an output that can be any number."""
    head = objective.head
    if _too_wide(objective):
        activated = with_units(head, 1, "linear")
    else:
        activated = with_activation(head, "linear") or dense_after(head, "linear")
    return (*activated, *with_loss(objective, "mse")) if activated else ()


def _too_wide(objective: Objective) -> bool:
    """Whether there are units for several classes where each sample has one number."""
    target, width = objective.target, objective.head.width
    if target is None or target.shape is None or not isinstance(width, int) or width == 1:
        return False
    return len(target.shape) == 1 or target.shape[1:] == (1,)


def _regression_head(objective: Objective) -> str:
    if _too_wide(objective):
        return "`layers.Dense(1)` as the output layer"
    if objective.head.activation == "linear":
        return "this output layer"
    return "an output layer without an activation"


def _classification(objective: Objective, view: View) -> tuple[Change, ...]:
    count = objective.target.classes if objective.target is not None else None
    units = with_units(objective.head, count, "softmax") if count is not None else ()
    loss = with_loss(objective, "sparse_categorical_crossentropy")
    return (*units, *loss, *_metrics_for_classes(objective)) if units else ()


def _metrics_for_classes(objective: Objective) -> tuple[Change, ...]:
    """Metrics for numbers would compare one number with the outputs of all classes."""
    if not objective.metrics_known:
        return ()
    places = [i for i, metric in enumerate(objective.metrics) if metric.kind in REGRESSION_METRICS]
    return with_metrics(objective, dict.fromkeys(places, "accuracy")) if places else ()


def measurements_under_crossentropy(objective: Objective) -> bool:
    """Whether real numbers that cannot be probabilities are the targets of a crossentropy."""
    loss, target = objective.loss, objective.target
    if loss is None or loss.kind not in CROSSENTROPIES or target is None:
        return False
    if target.encoding is not Encoding.CONTINUOUS:
        return False
    if loss.kind in SPARSE:
        return True
    below = target.lowest is not None and target.lowest < -_MARGIN
    above = target.highest is not None and target.highest > 1 + _MARGIN
    if loss.kind in BINARY and target.raw_pixels:
        return False
    return below or above
