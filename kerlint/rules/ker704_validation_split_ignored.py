"""KER704: a validation_split that Keras cannot use."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, given, place_of


class ValidationSplitIgnored(Rule):
    """`validation_split` has no effect, or `fit` raises an error.

    When `validation_data` is given, Keras ignores `validation_split`: the model trains on
    all of `x`, and only `validation_data` is used for validation.

    `validation_split` can only split arrays. With a `tf.data.Dataset` or a generator, `fit`
    raises an error.

    Bad:
        (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255)])
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, validation_split=0.1, validation_data=(x_test, y_test))
    Good:
        (x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255)])
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y, validation_split=0.1)
        model.evaluate(x_test, y_test)
    Tempting:
        import numpy as np

        x = np.sin(np.arange(512.0)).reshape(64, 8)
        y = x.sum(axis=1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        # A share of 0 asks for no split.
        model.fit(x[16:], y[16:], validation_split=0.0, validation_data=(x[:16], y[:16]))

    People say:
        "Argument `validation_split` is only supported for tensors or NumPy arrays",
        "validation_split and validation_data together", "which one is used"

    When kerlint stays silent:
        - `validation_split` is 0 or not known from the code.
        - `validation_data` may be None, because it is a parameter of a function.
    """

    code = "KER704"
    severity = Severity.WARNING
    required_bytes = (b"validation_split",)
    untestable = "what Keras does with the two arguments does not depend on the model"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        split = fit.args.get("validation_split")
        share = split.number() if split is not None else None
        if fit.method not in FITTING or share is None or not 0 < share < 1:
            return
        place = place_of(fit, "validation_split", view)
        if given(fit, "validation_data") is not None:
            yield Finding(
                place,
                "`validation_split` is ignored, because `validation_data` is given",
                label="has no effect",
                help="remove `validation_split`, or remove `validation_data` to use the split",
                related=(Note(place_of(fit, "validation_data", view), "this is used instead"),),
                origin=fit.origin,
            )
        elif fit.dataset is not None and "validation_data" not in fit.args and not fit.partial:
            yield Finding(
                place,
                "`validation_split` raises an error, because a dataset or generator cannot be "
                "split",
                label="only splits arrays",
                help="make two datasets, and give the second one as `validation_data`",
                related=(Note(fit.dataset.site, "the dataset"),),
                severity=Severity.ERROR,
                origin=fit.origin,
            )
