"""KER739: a model that goes on from fold to fold of a cross-validation."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Note, Rule, View


class ModelOfEarlierFolds(Rule):
    """The scores of a cross-validation are too good, and rise from fold to fold.

    The model is made before the loop over the folds, and each call of `fit` goes on with the
    weights of the fold before. What is a test sample in this fold was a training sample in the
    others, so the score says nothing about new data. Compiling the model again does not reset its
    weights. Make a new model in each turn of the loop.

    Bad:
        import numpy as np
        from sklearn.model_selection import KFold

        x, y = np.random.rand(60, 8), np.random.randint(0, 2, 60)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
        for train, test in KFold(5).split(x):
            model.fit(x[train], y[train])
            print(model.evaluate(x[test], y[test]))
    Good:
        import numpy as np
        from sklearn.model_selection import KFold

        x, y = np.random.rand(60, 8), np.random.randint(0, 2, 60)
        for train, test in KFold(5).split(x):
            model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
            model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
            model.fit(x[train], y[train])
            print(model.evaluate(x[test], y[test]))
    Tempting:
        import numpy as np
        from sklearn.model_selection import KFold

        x, y = np.random.rand(60, 8), np.random.randint(0, 2, 60)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
        first = model.get_weights()
        for train, test in KFold(5).split(x):
            model.set_weights(first)
            model.fit(x[train], y[train])
            print(model.evaluate(x[test], y[test]))

    People say:
        "accuracy increases with each fold", "k-fold validation accuracy reaches 100%",
        "reset the model between folds"

    When kerlint stays silent:
        - The weights may be set back in the loop, or the loop ends after one fold.
        - Nothing is measured in the loop, or the folds are those of a time series.
    """

    code = "KER739"
    severity = Severity.ERROR
    required_bytes = (b".split(",)
    names = frozenset({"sklearn.model_selection.KFold.split.kept"})
    untestable = "the loop over the folds is code of the program, which kerlint never runs"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.model is None:
            return
        yield Finding(
            call.origin.site,
            "the model keeps its weights from fold to fold, so it was trained on the test samples",
            label="goes on with the weights of the fold before",
            help="make and compile a new model in each turn of the loop",
            related=(Note(view.program.models[call.model].origin.site, "made before the loop"),),
            origin=call.origin,
        )
