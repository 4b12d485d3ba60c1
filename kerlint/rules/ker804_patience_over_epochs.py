"""KER804: the patience of ``EarlyStopping`` is longer than the training."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import FITTING, place_of
from kerlint.rules.watching import EARLY_STOPPING, watchers

_SHORT = 3  # so many epochs only try out the program


class PatienceOverEpochs(Rule):
    """`EarlyStopping` cannot stop, because its patience is as long as the whole training.

    ``patience`` is the number of epochs without an improvement after which the training stops.
    The first epoch always counts as an improvement, so with ``patience=10`` and ``epochs=10`` the
    callback does nothing. The same holds for ``start_from_epoch``.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        stop = keras.callbacks.EarlyStopping("val_loss", patience=20)
        model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[stop])
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        stop = keras.callbacks.EarlyStopping("val_loss", patience=3)
        model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[stop])
    Tempting:
        # The weights of the best epoch come back, whether or not the training stops early.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile("adam", "mse")
        stop = keras.callbacks.EarlyStopping("val_loss", patience=10, restore_best_weights=True)
        model.fit(x, y, validation_split=0.2, epochs=10, callbacks=[stop])

    People say: "EarlyStopping not working", "training does not stop early".

    When kerlint stays silent:
        - The number of epochs or the patience is not known, or there are no more than 3 epochs.
        - ``restore_best_weights`` is given: it works without stopping.
    """

    code = "KER804"
    severity = Severity.WARNING
    required_bytes = (b"EarlyStopping",)
    untestable = "the callback counts epochs, which is no property of the model"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if fit.method not in FITTING or "callbacks" not in fit.args:
            return
        given = fit.args.get("epochs")
        epochs = given.integer() if given is not None else None
        if epochs is None or epochs <= _SHORT:
            return
        for watcher in watchers(fit):
            args = watcher.callback.args
            keeps = args.get("restore_best_weights")
            if watcher.callback.name != EARLY_STOPPING:
                continue
            if keeps is not None and keeps.value is not False:
                continue
            for name in ("patience", "start_from_epoch"):
                fact = args.get(name)
                number = fact.number() if fact is not None else None
                if fact is not None and number is not None and number >= epochs:
                    yield Finding(
                        fact.site,
                        f"`EarlyStopping` never stops: `{name}` is {number:g}, "
                        f"and there are {epochs} epochs",
                        label=f"not less than {epochs}",
                        help=f"give a `{name}` well below the number of epochs",
                        related=(Note(place_of(fit, "epochs", view), f"{epochs} epochs"),),
                        origin=fit.origin,
                    )
                    break
