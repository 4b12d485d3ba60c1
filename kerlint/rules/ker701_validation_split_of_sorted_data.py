"""KER701: validation_split on samples that are sorted by class."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, given, is_in_class_order, place_of


class ValidationSplitOfSortedData(Rule):
    """The validation data are of other classes than the training data.

    `validation_split` takes the last samples, before any shuffling: `shuffle=True` only
    mixes what is left for training. When the samples are sorted by class, the last ones are
    all of the last class, and the model is validated on a class that it has seen too little
    or not at all. Mix the samples and their labels before `fit`.

    Bad:
        import numpy as np

        x = np.random.normal(size=(600, 4))
        y = np.repeat([0, 1, 2], 200)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, validation_split=0.2)
    Good:
        import numpy as np

        x = np.random.normal(size=(600, 4))
        y = np.repeat([0, 1, 2], 200)
        order = np.random.permutation(600)
        x, y = x[order], y[order]
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, validation_split=0.2)
    Tempting:
        import numpy as np

        x = np.random.normal(size=(600, 4))
        y = np.tile([0, 1, 2], 200)  # the classes take turns
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, validation_split=0.2)

    People say:
        "val_acc is 0", "validation accuracy stuck at 0", "training accuracy is high but
        validation accuracy is very low"

    When kerlint stays silent:
        - The order of the labels is not known from the code. kerlint knows lists and arrays
          that are written class by class, data frames that are sorted by the label, and
          `load_iris` and `load_wine` of scikit-learn.
        - The samples are shuffled on the way to `fit`, or `validation_data` is given.
    """

    code = "KER701"
    severity = Severity.WARNING
    required_bytes = (b"validation_split",)
    untestable = "the order of the samples is in the data, and the experiments make their own"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        split, labels = fit.args.get("validation_split"), fit.args.get("y")
        share = split.number() if split is not None else None
        if fit.method not in FITTING or share is None or not 0 < share < 1 or labels is None:
            return
        target = labels.value
        if not isinstance(target, Array) or not is_in_class_order(fit, target, view):
            return
        if given(fit, "validation_data") is not None or "validation_data" in fit.args:
            return
        yield Finding(
            place_of(fit, "validation_split", view),
            "the samples are sorted by class, so `validation_split` only takes the last classes",
            label="takes the last samples, before shuffling",
            help="shuffle `x` and `y` together before `fit`, with the same `np.random.permutation`",
            related=(Note(target.site, "the labels come class by class"),),
            origin=fit.origin,
        )
