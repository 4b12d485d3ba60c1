"""KER801: a callback watches a metric that ``fit`` does not log."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.lazy_dataclass import replace
from kerlint.program.changes import SetValue, SourceChange
from kerlint.program.logs import logged
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import in_keras_3
from kerlint.rules.logs import advice, is_alias, meant, reason
from kerlint.rules.watching import CHECKPOINT, NEVER_DOES, Watcher, watchers


class MetricNotLogged(Rule):
    """A callback watches a metric under a name that ``fit`` does not log.

    ``fit`` logs each metric under the name that it has in ``compile``, with ``val_`` before it for
    the validation data: ``metrics=["accuracy"]`` gives ``val_accuracy``, and ``val_acc`` does not
    exist. Keras 3 raises ``ValueError`` after the first epoch, because it cannot tell whether more
    or less is better. With ``mode="max"`` or ``mode="min"`` it only shows a warning after each
    epoch, and the callback never acts. ``ModelCheckpoint`` then saves every epoch over the last.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        stop = keras.callbacks.EarlyStopping("val_acc", mode="max", patience=3)
        model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[stop])
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        stop = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=3)
        model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[stop])
    Tempting:
        # The metric is called "acc" here.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["acc"])
        stop = keras.callbacks.EarlyStopping("val_acc", patience=3)
        model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[stop])

    People say: "Early stopping conditioned on metric `val_acc` which is not available", "Can save
    best model only with val_acc available, skipping", "Keras isn't able to automatically determine
    whether that metric should be maximized or minimized".

    When kerlint stays silent:
        - A checkpoint saves every epoch, and its mode is given: the metric is not used.
        - kerlint does not know all metrics of the model.
        - Layers or callbacks of your own may log the name.
        - There are no validation data: KER802 reports that.
    """

    code = "KER801"
    severity = Severity.ERROR
    required_bytes = (b"EarlyStopping", b"ModelCheckpoint", b"ReduceLROnPlateau")
    unsafe_because = "the callback then acts on what it did not find before"
    untestable = "the callback acts after whole epochs, and Keras says itself what is missing"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        watching = list(watchers(fit)) if "callbacks" in fit.args else []
        logs = logged(fit, view.program) if watching else None
        if logs is None:
            return
        logs = replace(logs, validated=None)  # without validation data it is another mistake
        for watcher in watching:
            key, guesses = watcher.monitor, watcher.mode in ("", "auto")
            if logs.has(key) or watcher.mode is None:
                continue
            if watcher.callback.name == CHECKPOINT and not (guesses or watcher.only_best):
                continue
            raises = guesses and in_keras_3(fit, view)
            does = NEVER_DOES[watcher.callback.name]
            name = None if logs.several else meant(key, logs)
            rewrite: tuple[SourceChange, ...] = ()
            if name is not None and "monitor" in watcher.callback.args:
                if _agree(watcher, name, view):
                    rewrite = (SetValue(watcher.callback.args["monitor"].used_at, name),)
            yield Finding(
                watcher.at,
                f"`{watcher.name}` does not find `{key}`, because {reason(key, logs)}",
                label="raises an error after the first epoch" if raises else does,
                help=advice(key, logs),
                related=(Note(fit.origin.site, "not logged here"),),
                origin=fit.origin,
                rewrite=rewrite,
                fix=Applicability.SAFE if raises and is_alias(key, name) else None,
                unsafe_because="" if is_alias(key, name) else _GUESSED,
            )


_GUESSED = "kerlint guesses the metric from its name"


def _agree(watcher: Watcher, name: str, view: View) -> bool:
    """Whether the callback finds the metric in all trainings that it takes part in."""
    for fit in view.program.fits:
        if any(other.callback.site == watcher.callback.site for other in watchers(fit)):
            logs = logged(fit, view.program)
            if logs is None or not replace(logs, validated=None).has(name):
                return False
    return True
