"""KER130: one-hot labels under a loss that takes class numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change
from kerlint.program.claims import FIRST_BATCH
from kerlint.program.data import Encoding
from kerlint.program.objectives import SPARSE, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_activation, with_crossentropy, with_loss
from kerlint.rules.words import activation_advice, labels_note, same_form


class OneHotLabelsSparseLoss(Rule):
    """The loss expects class numbers, but the labels are one-hot.

    `sparse_categorical_crossentropy` expects one whole number per sample: the number of its
    class. One-hot labels have one column per class, with a 1 in the column of the right
    class and 0 in all others. Keras raises an error at the first batch.

    Use `categorical_crossentropy` for one-hot labels, or do not convert the labels.

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
    Tempting:
        import numpy as np

        x = np.random.rand(60, 4)
        one_hot = np.eye(3)[np.random.randint(0, 3, size=60)]
        y = one_hot.argmax(axis=1)  # class numbers again
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

    People say:
        "ValueError: Argument `output` must have rank (ndim) `target.ndim - 1`"

    When kerlint stays silent:
        - The code does not show that the labels are one-hot.
        - The labels are a row of class numbers, one for each step of a sequence.
    """

    code = "KER130"
    severity = Severity.ERROR
    required_bytes = (b"rossentropy",)
    fix = Applicability.SAFE
    experiments = (FIRST_BATCH,)

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in SPARSE or target is None:
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
            message = (
                f"`{loss.as_written}` expects class numbers, but the labels are rows of 0s and 1s"
            )
            help = f"{activation_advice(head, 'sigmoid')} with `binary_crossentropy`"
            if head.activation == "sigmoid":
                help = "use `binary_crossentropy`"
        else:
            message = f"`{loss.as_written}` expects class numbers, but the labels are one-hot"
            help = f"use `{same_form(loss, 'categorical_crossentropy')}`"
            help += ", or do not convert the labels to one-hot"
        yield Finding(
            loss.fact.site,
            message,
            label="expects class numbers",
            help=help,
            related=(labels_note(target),),
            claim=view.first_batch_claim(objective, "shape"),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The crossentropy that takes rows: of one class out of several, or of several at once."""
    target = objective.target
    if target is not None and target.encoding is Encoding.MULTI_HOT:
        head = objective.head
        if head.activation == "sigmoid":
            return with_crossentropy(objective, "binary_crossentropy")
        activated = with_activation(head, "sigmoid")
        changed = with_loss(objective, "binary_crossentropy")
        return (*activated, *changed) if activated else ()
    return with_crossentropy(objective, "categorical_crossentropy")
