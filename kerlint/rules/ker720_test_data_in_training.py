"""KER720: test data that take part in the training."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.model import Fit
from kerlint.program.values import Items, Object
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, same_data


class TestDataInTraining(Rule):
    """The test data take part in the training, so the test result is too good.

    A scaler that is fitted before `train_test_split` has measured the test data too. Early
    stopping and `save_best_only=True` choose the epoch by the validation data: when
    `evaluate` gets the same data, it shows the result that was chosen for being good.

    The effect is small most of the time, so this rule is off by default. Turn it on with
    `--extend-select KER720`.

    Bad:
        from sklearn.datasets import load_breast_cancer
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler

        x, y = load_breast_cancer(return_X_y=True)
        x = StandardScaler().fit_transform(x)
        x_train, x_test, y_train, y_test = train_test_split(x, y)
        model = keras.Sequential([keras.Input((30,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x_train, y_train)
    Good:
        from sklearn.datasets import load_breast_cancer
        from sklearn.model_selection import train_test_split
        from sklearn.preprocessing import StandardScaler

        x, y = load_breast_cancer(return_X_y=True)
        x_train, x_test, y_train, y_test = train_test_split(x, y)
        scaler = StandardScaler()
        x_train = scaler.fit_transform(x_train)
        x_test = scaler.transform(x_test)
        model = keras.Sequential([keras.Input((30,)), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x_train, y_train)
    Tempting:
        import numpy as np

        x = np.sin(np.arange(512.0)).reshape(64, 8)
        y = np.cos(np.arange(64.0))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        stop = keras.callbacks.EarlyStopping(patience=2)
        model.fit(x[16:], y[16:], validation_data=(x[8:16], y[8:16]), callbacks=[stop])
        model.evaluate(x[:8], y[:8])  # other samples

    People say:
        "data leakage", "test accuracy is higher than expected"

    When kerlint stays silent:
        - kerlint cannot see that the data are the same.
        - Nothing is chosen by the validation data.
    """

    code = "KER720"
    severity = Severity.INFO
    default = False
    required_bytes = (b"Scaler", b"EarlyStopping", b"ModelCheckpoint")
    untestable = "what a test result would be on other data is not in the program"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if fit.method in FITTING:
            yield from _scaled_before_split(fit, view)
        elif fit.method == "evaluate":
            yield from _chosen_by(fit, view)


def _scaled_before_split(fit: Fit, view: View) -> Iterator[Finding]:
    fact = fit.args.get("x")
    x = fact.value if fact is not None else None
    if not isinstance(x, Array):
        return
    for scaling in view.program.scalings:
        kind = scaling.scaler.name.rpartition(".")[2]
        if scaling.method != "fit_transform" or x.origin.removesuffix(", shuffled") != kind:
            continue
        if x.site == scaling.origin.site or any(
            other.origin.site == x.site for other in view.program.scalings
        ):
            continue
        yield Finding(
            scaling.origin.site,
            "the scaler is fitted before the data are split, so it has measured the test data",
            label="fitted to all of the data",
            help="split first, and fit the scaler to the training data only",
            related=(Note(x.site, "split here"),),
            origin=scaling.origin,
        )
        return


def _chosen_by(evaluate: Fit, view: View) -> Iterator[Finding]:
    x, y = evaluate.args.get("x"), evaluate.args.get("y")
    if x is None or y is None:
        return
    for fit in view.program.fits:
        validation, callbacks = fit.args.get("validation_data"), fit.args.get("callbacks")
        if fit.model != evaluate.model or fit.method not in FITTING:
            continue
        if validation is None or callbacks is None or not _choose(callbacks.value):
            continue
        pair = validation.value
        if not isinstance(pair, Items) or len(pair.items) < 2:
            continue
        if same_data(pair.items[0].value, x.value) and same_data(pair.items[1].value, y.value):
            yield Finding(
                evaluate.origin.site,
                "these data chose the epoch in training, so this is not a result on unseen data",
                label="the validation data of `fit`",
                help="keep a part of the data for the test that `fit` does not get",
                related=(Note(fit.origin.site, "training chooses the epoch by these data"),),
                origin=evaluate.origin,
            )
            return


def _choose(callbacks: object) -> bool:
    """Whether a callback chooses the best epoch by the validation data."""
    if not isinstance(callbacks, Items):
        return False
    for item in callbacks.items:
        value = item.value
        if not isinstance(value, Object):
            continue
        kind = value.name.rpartition(".")[2]
        best = value.args.get("save_best_only")
        if kind == "EarlyStopping" or kind == "ModelCheckpoint" and best and best.value is True:
            monitor = value.args.get("monitor")
            if monitor is None or str(monitor.value).startswith("val_"):
                return True
    return False
