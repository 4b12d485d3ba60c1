"""KER737: results that are unpacked in another order than they are returned in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.variable_names import DataName, data_name

_SPLIT = "sklearn.model_selection.train_test_split"


class UnpackedInAnotherOrder(Rule):
    """Variables have the wrong contents: a result is unpacked in another order than it has.

    - `train_test_split(x, y)` returns `x_train, x_test, y_train, y_test`.
    - `load_data()` of `keras.datasets` returns `(x_train, y_train), (x_test, y_test)`.
    - `model.evaluate()` returns the loss first and then the metrics.

    With the other order, the test images are taken for the labels of the training, or the loss is
    printed as the accuracy. An error about shapes or numbers of samples may come later, in `fit`.

    Bad:
        (x_train, x_test), (y_train, y_test) = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
    Good:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10)])
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        x_train, y_train, x_test, y_test = x[:48], y[:48], x[48:], y[48:]
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
        model.fit(x_train, y_train)
        loss, accuracy = model.evaluate(x_test, y_test)

    People say:
        "Data cardinality is ambiguous", "accuracy is above 1", "train_test_split order",
        "loss and accuracy are swapped in model.evaluate"

    When kerlint stays silent:
        - The names do not say what they stand for, such as `a, b, c, d`.
        - More or other arrays are split than samples and labels.
    """

    code = "KER737"
    severity = Severity.ERROR
    required_bytes = (b"train_test_split", b"load_data", b"evaluate")
    untestable = "the names of the variables show it, and no experiment knows them"

    def concerns(self, name: str) -> bool:
        return name in (_SPLIT, "keras.Model.evaluate") or _loads(name)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        names = call.unpacked
        right = _right_order(call, names)
        if right is None:
            return
        what = call.name.rpartition(".")[2]
        message = (
            f"`evaluate` returns the loss first, so `{names[0]}` is the loss"
            if what == "evaluate"
            else f"`{what}` returns another order, so `{names[1]}` is not what its name says"
        )
        yield Finding(
            call.origin.site,
            message,
            label=f"returns {right}",
            help=f"write `{right} = ...`",
            origin=call.origin,
        )


def _loads(name: str) -> bool:
    return name.startswith("keras.datasets.") and name.endswith(".load_data")


def _right_order(call: Call, names: Sequence[str]) -> str | None:
    """The names as they should be written; None where they may be right."""
    if len(names) < 2 or not all(names):
        return None
    if call.name == "keras.Model.evaluate":
        loss = next((name for name in names[1:] if _is_loss(name)), None)
        if loss is None or not _is_metric(names[0]):
            return None
        return ", ".join([loss, *(name for name in names if name != loss)])
    read = [data_name(name) for name in names]
    if call.name == _SPLIT:
        if len(call.positional) == 2 and _is_interleaved(read, (0, 1), (2, 3)):
            return ", ".join(names[index] for index in (0, 2, 1, 3))
    elif _is_interleaved(read, (0, 2), (1, 3)):
        return f"({names[0]}, {names[2]}), ({names[1]}, {names[3]})"
    elif len(names) == 2 and read[0][0] == "x" and read[1][0] == "y":
        if read[0].part == read[1].part != "":
            return f"({names[0]}, {names[1]}), ..."
    return None


def _is_interleaved(
    read: Sequence[DataName], first: tuple[int, int], second: tuple[int, int]
) -> bool:
    """Whether the names at these places are samples and labels of one part, and then of another."""
    if len(read) != 4:
        return False
    (a, b), (c, d) = ([read[i] for i in pair] for pair in (first, second))
    kinds, parts = (a.kind, b.kind), (a.part, c.part)
    return (
        kinds in (("x", "y"), ("y", "x"))
        and (c.kind, d.kind) == kinds
        and a.part == b.part
        and c.part == d.part
        and a.part != c.part
        and all(parts)
    )


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)}


def _is_loss(name: str) -> bool:
    return "loss" in _words(name)


def _is_metric(name: str) -> bool:
    words = _words(name)
    return "loss" not in words and not words.isdisjoint({"acc", "accuracy", "auc", "precision"})
