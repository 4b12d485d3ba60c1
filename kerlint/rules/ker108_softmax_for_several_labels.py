"""KER108: softmax over labels of which several hold at once."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.objectives import CATEGORICAL, REGRESSION, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_activation, with_loss
from kerlint.rules.words import head_origin, labels_note, loss_note, several_at_once


class SoftmaxForSeveralLabels(Rule):
    """A softmax shares out a total of 1 and cannot say yes to several labels.

    Rows of labels with several 1s ask several questions at once. A softmax answers one: with two
    labels that hold, neither can come above a half for long, and a row without any cannot be said
    at all. Each label needs a sigmoid of its own, and ``binary_crossentropy``.

    Only where the code shows that the labels are such rows (``MultiLabelBinarizer``,
    ``make_multilabel_classification``); soft labels that sum to 1 are fine. Under
    ``binary_crossentropy`` it is KER107 that speaks.

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

    People say: "predicts only one label", "probabilities are never above 0.5".
    """

    code = "KER108"
    severity = Severity.ERROR
    words = (b"softmax", b"Softmax")
    experiment = "overfit"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.word not in CATEGORICAL | REGRESSION or target is None:
            return
        if head.activation != "softmax" or head.width == 1:
            return
        if not several_at_once(target):
            return
        yield Finding(
            head.site,
            "softmax over labels of which several hold at once: a row can only sum to 1",
            label="shares out a total of 1",
            help='use activation="sigmoid" with loss="binary_crossentropy"',
            related=(labels_note(target), loss_note(loss, "one class out of several")),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    activated = with_activation(objective.head, "sigmoid")
    return (*activated, *with_loss(objective, "binary_crossentropy", view)) if activated else ()
