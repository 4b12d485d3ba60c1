"""KER124: metrics.Accuracy() on probabilities."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import RIGHT_ANSWERS
from kerlint.program.objectives import CROSSENTROPIES, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.metric_labels import claim_about, with_metrics


class ExactAccuracy(Rule):
    """`keras.metrics.Accuracy()` compares for equality, so it is always about 0.

    The class `Accuracy` counts how often the prediction is exactly equal to the label. A
    probability such as 0.998 is not equal to 1, so even a perfect model scores 0. The string
    `"accuracy"` is something else: Keras replaces it with the metric that fits the loss and
    the shapes, which rounds a probability or looks for the largest one.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        metrics = [keras.metrics.Accuracy()]
        model.compile("adam", "sparse_categorical_crossentropy", metrics=metrics)
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    Tempting:
        # In metrics=, the string is not the class.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        metrics = ["Accuracy", keras.metrics.SparseCategoricalAccuracy()]
        model.compile("adam", "sparse_categorical_crossentropy", metrics=metrics)

        # Outside of compile(), it can be given class numbers on both sides.
        accuracy = keras.metrics.Accuracy()
        accuracy.update_state([0, 1, 2], [0, 1, 1])

    People say:
        "accuracy is always 0", "accuracy stays at 0 but the loss goes down"

    When kerlint stays silent:
        - The output is made by a layer or function that kerlint does not know, which may
          return class numbers.
        - The loss is not a crossentropy.
    """

    code = "KER124"
    severity = Severity.ERROR
    required_bytes = (b"Accuracy",)
    experiments = (RIGHT_ANSWERS,)
    unsafe_because = "the metric is then logged under another name"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        head, loss = objective.head, objective.loss
        if head.activation is None or loss is None or loss.kind not in CROSSENTROPIES:
            return
        for metric in objective.metrics:
            if metric.kind != "exact_accuracy":
                continue
            yield Finding(
                metric.fact.site,
                "`Accuracy()` counts outputs that are exactly equal to the label, so it is always "
                "about 0",
                label="compares for equality",
                help='use the string `"accuracy"`, which becomes the metric that fits the labels',
                related=(Note(head.site, _output(head.activation)),),
                claim=claim_about(metric, objective, view),
                repair=repair(objective, view),
            )


def _output(activation: str) -> str:
    if activation == "linear":
        return "the outputs are raw numbers"
    return "the outputs are fractions, such as 0.998"


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The word that Keras replaces with the metric that fits."""
    found = {i: "accuracy" for i, m in enumerate(objective.metrics) if m.kind == "exact_accuracy"}
    return with_metrics(objective, dict(found))
