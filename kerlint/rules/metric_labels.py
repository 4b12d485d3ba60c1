"""Which labels a metric takes, against those that an output has."""

from __future__ import annotations

from kerlint import keras_api
from kerlint.program.changes import Change, SetMetrics
from kerlint.program.claims import ModelClaim
from kerlint.program.data import Encoding
from kerlint.program.objectives import BINARY, CATEGORICAL, SPARSE, Criterion, Objective
from kerlint.program.values import NOWHERE, Fact, Object, Value
from kerlint.rules.base import View

NUMBERS = "class numbers"
ONE_HOT = "one-hot labels"

FOR_NUMBERS = {
    "sparse_categorical_accuracy": "categorical_accuracy",
    "sparse_top_k_categorical_accuracy": "top_k_categorical_accuracy",
    "sparse_categorical_crossentropy": "categorical_crossentropy",
}
"""Metrics that take class numbers, and the same for one-hot labels."""

FOR_ONE_HOT = {one_hot: numbers for numbers, one_hot in FOR_NUMBERS.items()}
"""Metrics that take one-hot labels, and the same for class numbers."""

COUNTS = frozenset(
    {"precision", "recall", "true_positives", "true_negatives", "false_positives"}
    | {"false_negatives", "auc", "precision_at_recall", "recall_at_precision"}
    | {"sensitivity_at_specificity", "specificity_at_sensitivity"}
)
"""Metrics that count yes and no, unit by unit: labels have one column for each unit."""

F_SCORES = frozenset({"f1_score", "f_beta_score"})

SAME_SHAPE = COUNTS | F_SCORES | {"binary_accuracy", "binary_crossentropy", "binary_iou"}
"""Metrics of classes whose labels have the shape of the output."""

PROBABILITIES = frozenset({"softmax", "sigmoid", "hard_sigmoid"})


def labels_form(objective: Objective) -> str | None:
    """The form that the labels have for certain; None too where the loss asks for another one."""
    loss, target = objective.loss, objective.target
    encoding = target.encoding if target is not None else None
    kind = loss.kind if loss is not None else None
    if kind in SPARSE:
        return None if encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT) else NUMBERS
    if kind in CATEGORICAL:
        return None if encoding in (Encoding.INTEGER, Encoding.BINARY) else ONE_HOT
    if encoding is Encoding.ONE_HOT:
        return ONE_HOT
    if encoding is Encoding.INTEGER and kind not in BINARY:
        return NUMBERS
    return None


def claim_about(metric: Criterion, objective: Objective, view: View) -> ModelClaim | None:
    """A claim about a metric of an objective; None where its arguments are not known."""
    known = all(fact.known for fact in metric.args.values())
    return view.objective_claim(objective) if known and not metric.partial else None


def metric_as_written(metric: Criterion, kind: str) -> str:
    """Another metric, written as the present one is: a string or an object."""
    return kind if isinstance(metric.fact.value, str) else f"keras.metrics.{class_of(kind)}()"


def class_of(kind: str) -> str:
    """The class of a metric by its name: ``top_k_categorical_accuracy``."""
    name = keras_api.resolve_string("metric", kind)
    return name.rpartition(".")[2] if name is not None else kind


def made(kind: str, **args: Value) -> Object:
    """A metric as an object, for a repair."""
    facts = {name: Fact(value) for name, value in args.items()}
    return Object(f"keras.metrics.{kind}", facts, NOWHERE)


def with_metrics(objective: Objective, instead: dict[int, Value]) -> tuple[Change, ...]:
    """The metrics with some of them replaced, by their place."""
    kept = [m.fact.value for place, m in enumerate(objective.metrics) if place not in instead]
    values: list[Value] = []
    for place, metric in enumerate(objective.metrics):
        value = instead.get(place, metric.fact.value)
        # Nothing is measured twice.
        if place not in instead or (value not in kept and value not in values):
            values.append(value)
    return (SetMetrics(objective.compiled.id, objective.index, tuple(values)),)
