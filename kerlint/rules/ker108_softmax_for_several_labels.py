"""KER108: softmax over labels of which several hold at once."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OVERFIT
from kerlint.program.objectives import CATEGORICAL, REGRESSION, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_activation, with_loss
from kerlint.rules.words import (
    activation_advice,
    head_origin,
    labels_note,
    loss_note,
    several_at_once,
)


class SoftmaxForSeveralLabels(Rule):
    """Softmax outputs add up to 1, so they cannot say yes to several labels.

    If a sample can have several labels (a photo with a dog and a cat), each label is a
    yes/no question of its own. Softmax makes the labels compete: if two labels are true, it
    cannot give both more than 0.5, and it cannot express "none of them".

    Use one sigmoid unit per label with `binary_crossentropy`.

    Bad:
        from sklearn.datasets import make_multilabel_classification

        x, y = make_multilabel_classification(n_samples=200, n_features=20, n_classes=3)
        model = keras.Sequential([keras.Input((20,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x, y)
    Good:
        from sklearn.datasets import make_multilabel_classification

        x, y = make_multilabel_classification(n_samples=200, n_features=20, n_classes=3)
        model = keras.Sequential([keras.Input((20,)), layers.Dense(3, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(200, 20)
        y = np.random.rand(200, 3)
        y = y / y.sum(axis=1, keepdims=True)  # soft labels: each row adds up to 1
        model = keras.Sequential([keras.Input((20,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x, y)

    People say:
        "predicts only one label", "probabilities are never above 0.5"

    When kerlint stays silent:
        - The code does not show that a sample can have several labels.
          `MultiLabelBinarizer` and `make_multilabel_classification` show it.
        - Every sample has exactly one label, in a list of its own: `[[name] for name in names]`.
        - The labels are soft labels: numbers that add up to 1 for each sample.
        - The labels are random 0s and 1s, as placeholders are.
        - The loss is `binary_crossentropy`: KER107 reports that.
    """

    code = "KER108"
    severity = Severity.ERROR
    required_bytes = (b"softmax", b"Softmax")
    experiments = (OVERFIT,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in CATEGORICAL | REGRESSION or target is None:
            return
        if head.activation != "softmax" or head.width == 1:
            return
        if not several_at_once(target):
            return
        yield Finding(
            head.site,
            "the output layer uses softmax, but a sample can have several labels",
            label="these outputs always add up to 1",
            help=f'{activation_advice(head, "sigmoid")} and `loss="binary_crossentropy"`',
            related=(labels_note(target), loss_note(loss, "expects one class out of several")),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    activated = with_activation(objective.head, "sigmoid")
    return (*activated, *with_loss(objective, "binary_crossentropy")) if activated else ()
