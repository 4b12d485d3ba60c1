"""KER132: class numbers for which there is no unit."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import FIRST_BATCH
from kerlint.program.data import Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.objectives import SPARSE, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.words import changed_note, labels_note, span_in_words


class LabelsOutsideUnits(Rule):
    """Some labels have no output unit.

    With n output units, `sparse_categorical_crossentropy` accepts the class numbers from 0
    up to but not including n. Any other number raises an error on a CPU; on a GPU it can
    pass and turn the loss into NaN. The usual cause is labels that start at 1.

    Bad:
        import numpy as np

        x = np.random.rand(6, 4)
        y = np.array([1, 2, 3, 3, 2, 1])
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(6, 4)
        y = np.array([1, 2, 3, 3, 2, 1])
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y - 1)
    Tempting:
        import numpy as np

        x = np.random.rand(6, 4)
        y = np.array([1, 2, 3, 3, 2, 1])  # class 0 has a unit and no samples
        model = keras.Sequential([keras.Input((4,)), layers.Dense(4, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

    People say:
        "Received a label value of 10 which is outside the valid range of [0, 10)",
        "loss: nan"

    When kerlint stays silent:
        - The range of the labels or the number of units is not known from the code.
        - The loss ignores a class (`ignore_class=`), works along another axis, or has
          settings that kerlint cannot read.
        - The output has a single unit: KER102 reports that.
    """

    code = "KER132"
    severity = Severity.ERROR
    required_bytes = (b"rossentropy",)
    experiments = (FIRST_BATCH,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        for target in objective.each_target:
            found = self._outside(objective, target, view)
            if found is not None:
                yield found
                return

    def _outside(self, objective: Objective, target: Array, view: View) -> Finding | None:
        loss, head = objective.loss, objective.head
        if loss is None or loss.kind not in SPARSE:
            return None
        width = head.width
        if not isinstance(width, int) or width < 2 or not _numbers(target, head):
            return None
        if loss.partial or "ignore_class" in loss.args or "axis" in loss.args:
            return None
        low, high = target.lowest, target.highest
        below = low is not None and low < 0
        above = high is not None and high >= width
        if not below and not above:
            return None
        help = f"renumber the classes from 0 to {width - 1}"
        if low == 1 and high == width:
            help = "subtract 1 from the labels, so that classes are numbered from 0"
        elif high is not None and not below:
            help = f"use {high + 1:.0f} units, because the largest label is {high:.0f}"
        span = span_in_words(target)
        changed = changed_note(objective, target, f"here the labels go {span}")
        return Finding(
            loss.fact.site,
            f"the labels go {span}, but with {width} output units `{loss.as_written}` "
            f"only accepts 0 to {width - 1}",
            label=f"with {width} units, accepts 0 to {width - 1}",
            help=help,
            related=(
                *changed,
                labels_note(target, "the labels come from here" if changed else f"labels {span}"),
                Note(head.layer.origin.site if head.layer else head.site, f"{width} units"),
            ),
            claim=view.first_batch_claim(objective, "range"),
            repair=repair(objective, view),
        )


def _numbers(target: Array, head: Head) -> bool:
    """Whether the labels are whole numbers that the loss takes for classes."""
    if target.encoding in (Encoding.INTEGER, Encoding.BINARY):
        return True
    if target.encoding is not None or not target.integers or target.shape is None:
        return False
    if target.pixels:
        return False  # masks: a picture can have any value, and these have few
    if len(target.shape) == 1 or target.shape[-1:] == (1,):
        return True
    return head.rank is not None and len(target.shape) == head.rank - 1


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A unit for the largest label, where the labels count from 0; they are not changed."""
    layer, target = objective.head.layer, objective.target
    if layer is None or "units" not in layer.args or target is None or target.highest is None:
        return ()
    if target.lowest != 0:
        return ()
    return (SetArg(layer.id, "units", int(target.highest) + 1),)
