"""KER131: class numbers under a loss that takes one-hot labels."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.data import Encoding
from kerlint.program.objectives import CATEGORICAL, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_crossentropy
from kerlint.rules.words import labels_note


class ClassNumbersCategoricalLoss(Rule):
    """``categorical_crossentropy`` takes one-hot labels, and the labels are class numbers.

    The loss compares a row of probabilities with a row of labels; with one number per sample the
    shapes do not fit, and Keras raises at the first batch.

    Bad:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x / 255, y)
    Good:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)

    People say: "ValueError: Arguments `target` and `output` must have the same shape", "Shapes
    (None, 1) and (None, 10) are incompatible".
    """

    code = "KER131"
    severity = Severity.ERROR
    words = (b"rossentropy",)
    experiment = "first batch"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.word not in CATEGORICAL or target is None:
            return
        if target.encoding not in (Encoding.INTEGER, Encoding.BINARY) or head.width == 1:
            return
        if target.shape is not None and len(target.shape) > 1 and target.shape[-1] != 1:
            if head.rank is None or len(target.shape) >= head.rank:
                return
        binary = target.encoding is Encoding.BINARY
        help = 'use loss="sparse_categorical_crossentropy", or keras.utils.to_categorical(labels)'
        if binary:
            help += ", or one sigmoid unit with binary_crossentropy"
        yield Finding(
            loss.fact.site,
            f"{loss.said} takes one-hot labels, and the labels are "
            + ("single 0s and 1s" if binary else "class numbers"),
            label="takes one-hot labels",
            help=help,
            related=(labels_note(target),),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The crossentropy that takes class numbers."""
    return with_crossentropy(objective, "sparse_categorical_crossentropy", view)
