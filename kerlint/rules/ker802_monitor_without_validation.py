"""KER802: a callback watches ``val_loss``, and ``fit`` gets no validation data."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.logs import validated
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING
from kerlint.rules.watching import CHECKPOINT, NEVER_DOES, watchers


class MonitorWithoutValidation(Rule):
    """A callback watches ``val_loss``, but ``fit`` gets no validation data.

    Names that begin with ``val_`` are logged for validation data only. Without them Keras shows a
    warning after each epoch and goes on: ``EarlyStopping`` never stops, ``ReduceLROnPlateau`` never
    reduces the learning rate, and ``ModelCheckpoint`` saves every epoch over the last. ``val_loss``
    is the default of all three.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        stop = keras.callbacks.EarlyStopping(patience=3)
        model.fit(x, y, epochs=10, callbacks=[stop])
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        stop = keras.callbacks.EarlyStopping(patience=3)
        model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[stop])
    Tempting:
        # A checkpoint that saves every epoch does not need the metric.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        keep = keras.callbacks.ModelCheckpoint("last.keras")
        stop = keras.callbacks.EarlyStopping("loss", patience=3)
        model.fit(x, y, epochs=10, callbacks=[keep, stop])

    People say: "Early stopping conditioned on metric `val_loss` which is not available. Available
    metrics are: loss", "Can save best model only with val_loss available, skipping", "EarlyStopping
    does not work".

    When kerlint stays silent:
        - Whether there are validation data is not known.
        - A checkpoint saves every epoch.
        - A callback of your own may log the name.
    """

    code = "KER802"
    severity = Severity.ERROR
    required_bytes = (b"EarlyStopping", b"ModelCheckpoint", b"ReduceLROnPlateau")
    untestable = "the callback acts after whole epochs, and Keras says itself what is missing"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if fit.method not in FITTING or fit.partial or "callbacks" not in fit.args:
            return
        if validated(fit) is not False or fit.logs_more:
            return
        for watcher in watchers(fit):
            if not watcher.monitor.startswith("val_"):
                continue
            if watcher.callback.name == CHECKPOINT and not watcher.only_best:
                continue
            yield Finding(
                watcher.at,
                f"`{watcher.name}` watches `{watcher.monitor}`, "
                "but `fit()` gets no validation data",
                label=NEVER_DOES[watcher.callback.name],
                help="pass `validation_data=` or `validation_split=` to `fit()`, "
                f'or watch `"{watcher.monitor.removeprefix("val_")}"`',
                related=(Note(fit.origin.site, "no validation data"),),
                origin=fit.origin,
            )
