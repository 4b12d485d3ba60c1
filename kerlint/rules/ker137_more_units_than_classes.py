"""KER137: output units for classes that do not exist."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.data import Array, Encoding
from kerlint.program.model import Layer
from kerlint.program.objectives import SPARSE, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.words import are_names, labels_note, loss_note


class MoreUnitsThanClasses(Rule):
    """The output layer has units for classes that do not exist.

    `sparse_categorical_crossentropy` does not check how many classes there are. The model
    trains, and first has to learn never to choose the spare units. More often the number
    belongs to another data set, or the problem has only two classes.

    Bad:
        (x, y), _ = keras.datasets.imdb.load_data(num_words=1000)
        x = keras.utils.pad_sequences(x, maxlen=100)
        model = keras.Sequential([keras.Input((100,)), layers.Embedding(1000, 16)])
        model.add(layers.GlobalAveragePooling1D())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Good:
        (x, y), _ = keras.datasets.imdb.load_data(num_words=1000)
        x = keras.utils.pad_sequences(x, maxlen=100)
        model = keras.Sequential([keras.Input((100,)), layers.Embedding(1000, 16)])
        model.add(layers.GlobalAveragePooling1D())
        model.add(layers.Dense(2, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(60, 4)
        y = np.arange(60) % 3 + 1  # 1, 2 and 3: the first of the four units is never needed
        model = keras.Sequential([keras.Input((4,)), layers.Dense(4, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

    People say:
        "how many units in the last layer", "number of classes", "predicts a class that does
        not exist"

    When kerlint stays silent:
        - The number of classes is not certain from the code. kerlint knows the data sets of
          Keras and scikit-learn, functions such as `make_classification`, and `class_mode`
          and `label_mode` of folders; a list in the code may lack samples of a class.
        - The spare unit is the first one, because the labels start at 1.
        - The model has weights that were loaded or set.
        - There are fewer units than classes: KER132 reports that.
    """

    code = "KER137"
    severity = Severity.WARNING
    required_bytes = (b"rossentropy",)
    untestable = "spare units are certain from the text, and do not keep a model from learning"
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in SPARSE or target is None:
            return
        width, needed = head.width, _needed(target)
        if not isinstance(width, int) or needed is None or width <= needed:
            return
        if loss.partial or "ignore_class" in loss.args or "axis" in loss.args:
            return
        if objective.model.loaded or head.rank not in (2, None):
            return
        yield Finding(
            head.layer.origin.site if head.layer is not None else head.site,
            f"the output layer has {width} units, but there are only {target.classes} classes",
            label=f"{width} units",
            help=f"use {needed} units, one per class",
            related=(labels_note(target), loss_note(loss, "expects one unit per class")),
            origin=head.layer.origin if head.layer is not None else None,
            rewrite=_with_units(head.layer, needed),
        )


def _with_units(layer: Layer | None, needed: int) -> tuple[Change, ...]:
    if layer is None or "units" not in layer.args:
        return ()
    return (SetArg(layer.id, "units", needed),)


def _needed(target: Array) -> int | None:
    """How many units the labels need, where all classes are certainly among them."""
    if target.encoding not in (Encoding.BINARY, Encoding.INTEGER) or not are_names(target):
        return None
    if target.lowest not in (0, 1) or target.highest is None or target.classes is None:
        return None
    if target.classes < 2:
        return None
    return int(target.highest) + 1
