"""KER702: shuffle=False on samples that are sorted by class."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import DropArgument
from kerlint.program.data import Array
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, is_in_class_order, place_of


class SortedDataNotShuffled(Rule):
    """The samples are sorted by class, and `shuffle=False` keeps them in this order.

    Each batch then has samples of one class only. The model learns to answer with that
    class, and forgets it while it sees the batches of the next one. `fit` shuffles arrays
    by itself, unless `shuffle=False` is given.

    Bad:
        import numpy as np

        x = np.random.normal(size=(600, 4))
        y = np.repeat([0, 1, 2], 200)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, shuffle=False)
    Good:
        import numpy as np

        x = np.random.normal(size=(600, 4))
        y = np.repeat([0, 1, 2], 200)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.normal(size=(600, 4))
        y = np.tile([0, 1, 2], 200)  # the classes take turns
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, shuffle=False)

    People say:
        "accuracy goes up and down", "accuracy jumps within an epoch", "the model predicts
        only the last class"

    When kerlint stays silent:
        - The order of the labels is not known from the code.
        - All samples fit into one batch.
    """

    code = "KER702"
    severity = Severity.WARNING
    required_bytes = (b"shuffle",)
    unsafe_because = "the program then trains on the samples in another order"
    untestable = "the order of the samples is in the data, and the experiments make their own"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        shuffle, labels = fit.args.get("shuffle"), fit.args.get("y")
        if fit.method not in FITTING or shuffle is None or shuffle.value is not False:
            return
        if labels is None or not isinstance(labels.value, Array) or fit.dataset is not None:
            return
        target, size = labels.value, fit.args.get("batch_size")
        if not is_in_class_order(fit, target, view) or (
            size is not None and not _is_small(size.value, target)
        ):
            return
        yield Finding(
            place_of(fit, "shuffle", view),
            "the samples are sorted by class, so most batches have samples of one class only",
            label="keeps the samples in order",
            help="remove `shuffle=False`",
            rewrite=(DropArgument(fit.origin.site, "shuffle"),)
            if not shuffle.copied_through
            else (),
            related=(Note(target.site, "the labels come class by class"),),
            origin=fit.origin,
        )


def _is_small(size: object, target: Array) -> bool:
    """Whether a batch has only some of the samples."""
    rows = target.shape[0] if target.shape else None
    return isinstance(size, int) and isinstance(rows, int) and size < rows
