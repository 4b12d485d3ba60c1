"""KER126: accuracy with a regression loss."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetMetrics
from kerlint.program.claims import METRIC_INSENSITIVITY
from kerlint.program.data import Encoding
from kerlint.program.objectives import REGRESSION, Criterion, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.labels import targets_answer

REGRESSION_METRICS = REGRESSION | {"root_mean_squared_error", "r2_score"}
BOUNDED = frozenset({"sigmoid", "softmax", "hard_sigmoid"})


class AccuracyWithRegressionLoss(Rule):
    """Accuracy is meaningless for a regression.

    Accuracy counts right answers, and a predicted number is almost never exactly right.
    Keras picks the kind of accuracy by the shapes alone. With one output it rounds each
    prediction to 0 or 1 and counts how often the target is exactly that. With several
    outputs it checks which one is the largest. Perfect predictions can score 0, and useless
    ones can score high.

    Use mae, which shows how far off the predictions are, in the unit of the target.

    Bad:
        from sklearn.datasets import make_regression

        x, y = make_regression(n_samples=200, n_features=8)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
        model.fit(x, y)
    Good:
        from sklearn.datasets import make_regression

        x, y = make_regression(n_samples=200, n_features=8)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam", metrics=["mae"])
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.randn(400, 6)
        y = (x.sum(axis=1) > 0).astype("float32")  # 0 and 1: rounding makes sense
        model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="tanh")])
        model.add(layers.Dense(1))
        model.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
        model.fit(x, y)

    People say:
        "accuracy always 0", "accuracy does not change", "good loss but bad accuracy"

    When kerlint stays silent:
        - The targets are 0 and 1, where rounding makes sense. kerlint looks at how they are
          made (`y == "M"`, `map({"yes": 1, "no": 0})`), and at the name of the column or
          file that they come from (`df["is_spam"]`, `df["Survived"]`).
        - The output is one sigmoid unit, and nothing in the code shows that the targets are
          other numbers than 0 and 1.
        - The model is the discriminator of a GAN.
        - The metric is an explicit `BinaryAccuracy`.
    """

    code = "KER126"
    severity = Severity.WARNING
    required_bytes = (b"acc",)
    experiments = (METRIC_INSENSITIVITY,)
    unsafe_because = "other numbers are then logged"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss = objective.loss
        if loss is None or loss.kind not in REGRESSION:
            return
        accuracy = next((m for m in objective.metrics if m.kind == "accuracy"), None)
        if accuracy is None or not _are_numbers(objective):
            return
        related = [Note(loss.fact.site, "a regression loss")]
        if objective.head.layer is not None:
            related.append(Note(objective.head.site, _head_words(objective)))
        yield Finding(
            accuracy.fact.site,
            f"`accuracy` is meaningless for a regression: {_meaning(objective)}",
            label="a metric for classes",
            help=_help(objective, loss),
            related=tuple(related),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _are_numbers(objective: Objective) -> bool:
    """Whether the targets are numbers rather than classes, as far as the code says."""
    target = objective.target
    head = objective.head
    if targets_answer(objective):
        return False
    if target is not None and target.encoding is not None:
        if target.encoding is Encoding.CONTINUOUS:
            return True
        if target.classes is None and head.activation in BOUNDED:
            return False  # a LabelEncoder of an unknown number of classes, which may be two
        return target.encoding is Encoding.INTEGER and head.width == 1 and target.classes != 2
    if target is not None and (target.integers is False or (target.highest or 0) > 1):
        return True
    if objective.adversarial:
        return False
    activation = head.activation
    if activation is None:
        return False
    if any(metric.kind in REGRESSION_METRICS for metric in objective.metrics):
        return True
    if activation not in BOUNDED:
        return True
    if activation == "softmax":
        return head.width == 1
    # One unit, but a sequence or a map of values per sample.
    return head.width == 1 and head.rank not in (2, None)


def _meaning(objective: Objective) -> str:
    width = objective.head.width
    if width == 1:
        return "it only counts targets that are exactly 0 or 1"
    if isinstance(width, int):
        return f"it only checks which of the {width} outputs is the largest"
    return "it is a metric for classes, not for numbers"


def _head_words(objective: Objective) -> str:
    activation = objective.head.activation
    if activation == "linear":
        return "no activation, so the output can be any number"
    return f"{activation} output" if activation is not None else "the output"


def _help(objective: Objective, loss: Criterion) -> str:
    if loss.kind == "mean_absolute_error":
        return 'remove it (the loss is already the mean absolute error), or use `metrics=["mse"]`'
    if any(m.kind == "mean_absolute_error" for m in objective.metrics):
        return "remove it; the mean absolute error already shows how far off the predictions are"
    return 'use `metrics=["mae"]`, which shows how far off the predictions are'


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The error itself in place of accuracy, unless it is measured already."""
    kept = [m.fact.value for m in objective.metrics if m.kind != "accuracy"]
    if not any(m.kind in REGRESSION_METRICS for m in objective.metrics):
        absolute = objective.loss is not None and objective.loss.kind == "mean_absolute_error"
        kept.append("mse" if absolute else "mae")
    return (SetMetrics(objective.compiled.id, objective.index, tuple(kept)),)
