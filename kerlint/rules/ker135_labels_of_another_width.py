"""KER135: labels that do not have the shape of the output, so that Keras raises an error."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import FIRST_BATCH
from kerlint.program.data import Array, Encoding
from kerlint.program.objectives import SPARSE, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker115_regression_loss_on_classes import repair as crossentropy
from kerlint.rules.ker502_missing_flatten import in_words
from kerlint.rules.label_shapes import Fit, misfit, units_wanted
from kerlint.rules.words import labels_note, loss_note, same_form


class LabelsOfAnotherWidth(Rule):
    """The labels do not have the shape of the output.

    One-hot labels have one column for each class, and the output layer needs as many units. For
    a regression, the output layer needs one unit for each number of the target. With other
    numbers, Keras raises an error at the first batch.

    If `to_categorical` is applied twice, each 0 and 1 becomes a row of two, so the labels have
    one axis too many. This happens easily in a notebook when a cell runs again.

    Bad:
        import numpy as np

        x = np.random.rand(60, 4)
        y = keras.utils.to_categorical(np.random.randint(0, 5, size=60), 5)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(60, 4)
        y = keras.utils.to_categorical(np.random.randint(0, 5, size=60), 5)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(5, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(60, 20, 4)
        y = np.random.rand(60, 20)  # one number for each step: Keras adds the last axis
        model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8, return_sequences=True)])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "Shapes (None, 5) and (None, 3) are incompatible",
        "Arguments `target` and `output` must have the same shape"

    When kerlint stays silent:
        - The shape of the labels or of the output is not known from the code.
        - The labels are class numbers (KER131), or one unit stands for all classes (KER102).
        - Steps or places are missing, or there are too many: KER502 and KER504 report that.
        - A regression loss stretches the labels instead: KER136 reports that.
    """

    code = "KER135"
    severity = Severity.ERROR
    required_bytes = (b"compile",)
    experiments = (FIRST_BATCH,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        if misfit(objective, view) is not Fit.REFUSED:
            return
        loss, head, target = objective.loss, objective.head, objective.target
        assert loss is not None
        assert target is not None
        sparse = loss.kind in SPARSE
        wanted = units_wanted(objective) if not sparse and not _are_classes(objective) else None
        site, origin = loss.fact.site, None
        if _is_twice(target, head.rank):
            site = target.site
            message = (
                "`to_categorical` is applied twice, so the labels have the shape "
                f"`{in_words(target.shape)}`"
            )
            label, help = "one-hot once more", "convert the labels only once"
        elif wanted is not None:
            layer, columns = wanted
            site, origin = layer.origin.site, layer.origin
            message = f"the output has {head.width} units, but the labels have {_columns(columns)}"
            label, help = f"{head.width} units", f"use {columns} units"
            if columns == 1:
                help = "use one unit, or labels with one column for each unit"
        elif sparse:
            message = (
                f"`{loss.as_written}` expects one class number per answer, but the labels have the "
                f"shape `{in_words(target.shape)}`"
            )
            label = "expects class numbers"
            help = f"use `{same_form(loss, 'categorical_crossentropy')}` for one-hot labels"
        elif _are_classes(objective):
            message = (
                f"`{loss.as_written}` compares {head.width} outputs with labels that are one class "
                "number each"
            )
            label = "expects as many numbers as there are units"
            help = f"use `{same_form(loss, 'sparse_categorical_crossentropy')}` for class numbers"
        else:
            message = (
                f"the labels have the shape `{in_words(target.shape)}`, but the output has "
                f"`{in_words(head.shape)}`"
            )
            label, help = "compares the two", "give the labels and the output the same shape"
        related: list[Note] = []
        if site != target.site:
            related.append(labels_note(target, f"labels of shape `{in_words(target.shape)}`"))
        if site != loss.fact.site:
            related.append(loss_note(loss, "raises an error at the first batch"))
        yield Finding(
            site,
            message,
            label=label,
            help=help,
            related=tuple(related),
            origin=origin,
            claim=view.first_batch_claim(objective, "shape"),
            repair=repair(objective, view),
            unsafe_because="the model then learns from another loss"
            if _are_classes(objective)
            else "",
        )


def _is_twice(target: Array, rank: int | None) -> bool:
    """Whether rows of 0 and 1 were made one-hot once more."""
    if not target.origin.startswith("keras.utils.to_categorical") or target.encoding is not None:
        return False
    return rank is not None and target.rank == rank + 1


def _columns(number: int) -> str:
    return "one column" if number == 1 else f"{number} columns"


def _are_classes(objective: Objective) -> bool:
    """Whether the output has a unit for each class, and the labels are the numbers of classes."""
    target, width = objective.target, objective.head.width
    return (
        target is not None
        and target.encoding is Encoding.INTEGER
        and isinstance(width, int)
        and width > 1
    )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """As many units as the labels have columns, or the loss for class numbers."""
    if _are_classes(objective):
        return crossentropy(objective, view)
    sparse = objective.loss is not None and objective.loss.kind in SPARSE
    wanted = units_wanted(objective) if not sparse else None
    if wanted is None:
        return ()
    layer, columns = wanted
    name = "filters" if "filters" in layer.args else "units"
    return (SetArg(layer.id, name, columns),)
