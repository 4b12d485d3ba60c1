"""KER130: one-hot labels under a loss that takes class numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.data import Encoding
from kerlint.program.objectives import SPARSE, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_crossentropy
from kerlint.rules.words import labels_note


class OneHotLabelsSparseLoss(Rule):
    """``sparse_categorical_crossentropy`` takes class numbers, and the labels are one-hot.

    The sparse loss wants one whole number per sample, the number of its class. One-hot labels are
    rows; Keras raises at the first batch.

    Bad:
        (x, y), _ = keras.datasets.mnist.load_data()
        y = keras.utils.to_categorical(y, 10)
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Good:
        (x, y), _ = keras.datasets.mnist.load_data()
        y = keras.utils.to_categorical(y, 10)
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x / 255, y)

    People say: "ValueError: Argument `output` must have rank (ndim) `target.ndim - 1`".
    """

    code = "KER130"
    severity = Severity.ERROR
    words = (b"rossentropy",)
    experiment = "first batch"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.word not in SPARSE or target is None:
            return
        if target.encoding not in (Encoding.ONE_HOT, Encoding.MULTI_HOT):
            return
        # Rows of 0 and 1 may be class numbers of a sequence: then the output has one axis more.
        if None not in (target.rank, head.rank) and target.rank != head.rank:
            return
        if target.shape is not None and target.shape[-1] == 1:
            return
        if target.encoding is Encoding.MULTI_HOT:
            if head.rank is None or target.rank is None:
                return
            message = f"{loss.said} takes one class number per sample, and the labels are rows"
            help = 'use binary_crossentropy with activation="sigmoid"'
        else:
            message = f"{loss.said} takes class numbers, and the labels are one-hot"
            help = 'use loss="categorical_crossentropy", or leave the labels as numbers'
        yield Finding(
            loss.fact.site,
            message,
            label="takes class numbers",
            help=help,
            related=(labels_note(target),),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The crossentropy that takes rows: of one class out of several, or of several at once."""
    target = objective.target
    several = target is not None and target.encoding is Encoding.MULTI_HOT
    instead = "binary_crossentropy" if several else "categorical_crossentropy"
    return with_crossentropy(objective, instead, view)
