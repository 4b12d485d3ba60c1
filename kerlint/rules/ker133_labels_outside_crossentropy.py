"""KER133: labels that a crossentropy cannot take."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import LABELS_CUT, LOSS_SIGN
from kerlint.program.data import Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.objectives import BINARY, CATEGORICAL, SPARSE, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_loss, with_units
from kerlint.rules.words import changed_note, labels_note, span_in_words

_MARGIN = 1e-3


class LabelsOutsideCrossentropy(Rule):
    """The loss expects labels of 0 and 1, but the labels are other numbers.

    `binary_crossentropy` expects labels between 0 and 1. With other labels, such as -1 and 1 or 1
    and 2, the loss falls below zero and keeps falling without limit. The symptom is a negative
    loss.

    For `sparse_categorical_crossentropy` labels are whole class numbers. Fractions (labels
    that were scaled together with the inputs) are cut off: every sample becomes class 0.

    Bad:
        import numpy as np

        x = np.random.rand(4, 3)
        y = np.array([-1, 1, 1, -1])
        model = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(4, 3)
        y = np.array([0, 1, 1, 0])
        model = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(4, 3)
        y = np.array([0.05, 0.95, 0.95, 0.05])  # smoothed labels
        model = keras.Sequential([keras.Input((3,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)

    People say:
        "loss is always negative", "negative loss", "accuracy stuck"

    When kerlint stays silent:
        - The range of the labels is not known from the code.
        - The labels stay between 0 and 1, as smoothed labels and the pixels of an
          autoencoder do.
        - The targets are real numbers: then the loss is wrong, and KER116 reports that.
    """

    code = "KER133"
    severity = Severity.ERROR
    required_bytes = (b"rossentropy", b"bce", b"BCE")
    experiments = (LOSS_SIGN, LABELS_CUT)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        for target in objective.each_target:
            found = self._outside(objective, target, view)
            if found is not None:
                yield found
                return

    def _outside(self, objective: Objective, target: Array, view: View) -> Finding | None:
        loss = objective.loss
        if loss is None or target.encoding is Encoding.CONTINUOUS or _is_mask(target):
            return None
        if loss.kind in SPARSE:
            if not _fractions(target):
                return None
            message = (
                f"the labels go {span_in_words(target)}, so `{loss.as_written}` cuts all to class 0"
            )
            label = "expects whole class numbers"
            help = "do not scale the labels; they are class numbers"
        elif loss.kind in BINARY or (loss.kind in CATEGORICAL and _rows(target)):
            below = target.lowest is not None and target.lowest < -_MARGIN
            above = target.highest is not None and target.highest > 1 + _MARGIN
            if not below and not above:
                return None
            message = (
                f"the labels go {span_in_words(target)}, so `{loss.as_written}` can fall below 0"
            )
            label = "expects labels of 0 and 1"
            help = _help(target, objective.head)
        else:
            return None
        span = span_in_words(target)
        changed = changed_note(objective, target, f"here the labels go {span}")
        source = labels_note(target, "the labels come from here" if changed else f"labels {span}")
        return Finding(
            loss.fact.site,
            message,
            label=label,
            help=help,
            related=(*changed, source),
            repair=repair(objective, view),
            rewrite=_several(objective, target) if help.startswith("use ") else (),
            claim=view.objective_claim(objective),
        )


def _is_mask(target: Array) -> bool:
    """Whether labels are pictures in one colour from files, whose values are not known."""
    one = target.shape is not None and len(target.shape) > 2 and target.shape[-1] in (1, None)
    return bool(target.pixels) and one and not target.origin.startswith("keras.datasets.")


def _fractions(target: Array) -> bool:
    """Whether the labels are numbers below 1 that are not whole."""
    return (
        target.integers is False
        and target.lowest is not None
        and target.lowest >= 0
        and target.highest is not None
        and 0 < target.highest <= 1
    )


def _rows(target: Array) -> bool:
    return target.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT)


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """Nothing in the model: the labels are to be mended, which the experiments do by themselves."""
    return ()


def _several(objective: Objective, target: Array) -> tuple[Change, ...]:
    """A unit for each class, where the labels count classes from 0."""
    several = target.classes is not None and target.classes > 2 and not _rows(target)
    if not several or target.lowest != 0 or target.classes is None or target.raw_pixels:
        return ()
    units = with_units(objective.head, target.classes, "softmax")
    return (*units, *with_loss(objective, "sparse_categorical_crossentropy")) if units else ()


def _help(target: Array, head: Head) -> str:
    low, high = target.lowest, target.highest
    if target.raw_pixels or (low, high) == (0, 255):
        return "divide the pixels by 255"
    if (low, high) == (-1, 1):
        return 'convert them to 0 and 1 with `(labels + 1) / 2`, or use `loss="hinge"` and tanh'
    if (low, high) == (1, 2):
        return "convert them to 0 and 1 with `labels - 1`"
    if target.classes is not None and target.classes > 2 and not _rows(target) and low in (0, 1):
        shifted = " and `labels - 1`" if low == 1 else ""
        return (
            f'use {target.classes} units with `activation="softmax"` '
            f"and `sparse_categorical_crossentropy`{shifted}"
        )
    if head.activation == "linear":
        return "use labels of 0 and 1; for amounts, use a regression loss such as mse"
    return "use labels of 0 and 1; for amounts, use a regression loss such as mse and no activation"
