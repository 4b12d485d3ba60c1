"""KER740: ``reshape`` where the axes have to be transposed."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View


class ReshapedNotTransposed(Rule):
    """The images are scrambled: `reshape` does not move axes.

    `reshape` fills another shape with the same numbers in the same order. Images of the shape
    `(32, 32, 3)` that are reshaped to `(3, 32, 32)` have pieces of some rows in each "channel",
    with the three colours next to each other. A model may still learn a little, but far less than
    it could. To move an axis use `transpose`, `np.moveaxis` or, inside a model, `Permute`.

    Bad:
        (x_train, y_train), _ = keras.datasets.cifar10.load_data()
        x_train = x_train.reshape(-1, 3, 32, 32)
        model = keras.Sequential([keras.Input((3, 32, 32)), layers.Flatten(), layers.Dense(10)])
    Good:
        (x_train, y_train), _ = keras.datasets.cifar10.load_data()
        x_train = x_train.transpose(0, 3, 1, 2)
        model = keras.Sequential([keras.Input((3, 32, 32)), layers.Flatten(), layers.Dense(10)])
    Tempting:
        import numpy as np

        x = np.sin(np.arange(640.0)).reshape(10, 8, 8)
        images = x.reshape(10, 1, 8, 8)  # an axis of one element may be anywhere
        flat = x.reshape(10, 64)
        model = keras.Sequential([keras.Input((64,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(flat, np.arange(10.0))

    People say:
        "reshape vs transpose", "images look like stripes after reshape", "channels first accuracy
        is low"

    When kerlint stays silent:
        - The sizes of the axes are not known from the code, or the axis that moves has one element.
        - The numbers are random or all the same.
    """

    code = "KER740"
    severity = Severity.ERROR
    required_bytes = (b"reshape",)
    names = frozenset({"numpy.reshape.permuted"})
    untestable = "the bug is in the data, and the experiments make their own"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        before, after = (fact.value for fact in call.positional)
        if not isinstance(before, Array) or not isinstance(after, Array):
            return
        yield Finding(
            call.origin.site,
            f"the samples are scrambled: `reshape` from {_shown(before)} to {_shown(after)} does "
            "not move axes",
            label="keeps the order of the numbers",
            help="move the axis with `transpose` or `np.moveaxis`",
            origin=call.origin,
        )


def _shown(array: Array) -> str:
    sizes = [str(size) for size in (array.shape or ())[1:]]
    return f"`(n, {', '.join(sizes)})`"
