"""KER131: class numbers under a loss that takes one-hot labels."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change
from kerlint.program.claims import FIRST_BATCH
from kerlint.program.data import UNSEEN, Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.objectives import CATEGORICAL, Objective
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.ker502_missing_flatten import one_per_step
from kerlint.rules.ker727_class_mode import gives_one_number
from kerlint.rules.repairs import with_crossentropy
from kerlint.rules.words import labels_note, same_form


class ClassNumbersCategoricalLoss(Rule):
    """The loss expects one-hot labels, but the labels are class numbers.

    `categorical_crossentropy` compares the probabilities of all classes with a row of
    labels: 1 for the right class, 0 for all others (one-hot). With a single number per
    sample the shapes do not match, and Keras raises an error at the first batch.

    Use `sparse_categorical_crossentropy`, which expects class numbers, or convert the
    labels with `keras.utils.to_categorical`.

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
    Tempting:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.random.randint(0, 3, size=60)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x, keras.utils.to_categorical(y, 3))

    People say:
        "ValueError: Arguments `target` and `output` must have the same shape",
        "Shapes (None, 1) and (None, 10) are incompatible"

    When kerlint stays silent:
        - The code does not show that the labels are class numbers.
        - The labels are padded sequences whose elements may be rows (`pad_sequences` of an
          array of lists). If nothing at all is known of the sequences, this is a warning
          instead of an error.
        - The labels have as many columns as there are output units: then they may be
          one-hot.
        - The labels come from a generator with `class_mode="binary"`: KER727 reports that.
    """

    code = "KER131"
    severity = Severity.ERROR
    required_bytes = (b"rossentropy",)
    fix = Applicability.SAFE
    experiments = (FIRST_BATCH,)

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in CATEGORICAL or target is None:
            return
        if head.width == 1 or not (target.encoding in _NUMBERS or _per_step(target, head)):
            return
        if target.shape is not None and len(target.shape) > 1 and target.shape[-1] != 1:
            if head.rank is None or len(target.shape) >= head.rank:
                return
        if gives_one_number(objective):
            return
        binary = target.encoding is Encoding.BINARY
        help = f"use `{same_form(loss, 'sparse_categorical_crossentropy')}`"
        help += ", or convert the labels with `keras.utils.to_categorical`"
        unseen = target.origin.endswith(UNSEEN)
        yield Finding(
            loss.fact.site,
            f"`{loss.as_written}` expects one-hot labels, but the labels "
            + ("seem to be " if unseen else "are ")
            + ("single 0s and 1s" if binary else "class numbers"),
            label="expects one-hot labels",
            help=help,
            related=(labels_note(target),),
            # What was padded may have had rows of its own: then this rests on what is usual.
            severity=Severity.WARNING if unseen else None,
            claim=view.first_batch_claim(objective, "shape"),
            repair=repair(objective, view),
        )


_NUMBERS = frozenset({Encoding.BINARY, Encoding.INTEGER})


def _per_step(target: Array, head: Head) -> bool:
    """Whether the labels are one whole number for each step that the output answers."""
    if target.encoding is not None or not target.integers or isinstance(head.shape, Unknown):
        return False
    return one_per_step(head.shape, target.shape or ())


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The crossentropy that takes class numbers."""
    return with_crossentropy(objective, "sparse_categorical_crossentropy")
