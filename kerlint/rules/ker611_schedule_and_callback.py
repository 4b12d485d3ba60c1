"""KER611: a schedule and a callback that both set the learning rate."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.program.values import Items, Object
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.fitting import in_keras_3

_SETTING = {
    "keras.callbacks.ReduceLROnPlateau": "ReduceLROnPlateau",
    "keras.callbacks.LearningRateScheduler": "LearningRateScheduler",
}


class ScheduleAndCallback(Rule):
    """A callback cannot set the learning rate of an optimizer that has a schedule.

    Keras raises "This optimizer was created with a `LearningRateSchedule` object as its
    `learning_rate` constructor argument, hence its learning rate is not settable". With
    `ReduceLROnPlateau` that happens as late as the first plateau, perhaps after hours.

    Bad:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        rate = keras.optimizers.schedules.ExponentialDecay(0.01, 1000, 0.9)
        model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
        plateau = keras.callbacks.ReduceLROnPlateau("loss", patience=2)
        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model.fit(x, y, epochs=20, callbacks=[plateau])
    Good:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(0.01), loss="mse")
        plateau = keras.callbacks.ReduceLROnPlateau("loss", patience=2)
        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model.fit(x, y, epochs=20, callbacks=[plateau])
    Tempting:
        import numpy as np

        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        rate = keras.optimizers.schedules.ExponentialDecay(0.01, 1000, 0.9)
        model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
        model.fit(x, y, epochs=3, callbacks=[keras.callbacks.EarlyStopping("loss", patience=2)])
        # From here on without the schedule.
        model.compile(optimizer=keras.optimizers.Adam(0.001), loss="mse")
        model.fit(x, y, epochs=3, callbacks=[keras.callbacks.ReduceLROnPlateau("loss")])

    People say: "This optimizer was created with a `LearningRateSchedule` object", "its learning
    rate is not settable".

    When kerlint stays silent:
        - It is not known from the code that the optimizer has a schedule.
        - The callbacks are not known, or are neither `ReduceLROnPlateau` nor
          `LearningRateScheduler`.
        - The code may run with Keras 2, where the callback has no effect.
    """

    code = "KER611"
    severity = Severity.ERROR
    required_bytes = (b"ReduceLROnPlateau", b"LearningRateScheduler")
    untestable = "Keras raises the error whatever the model is"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        callbacks = fit.args.get("callbacks")
        if callbacks is None or fit.compiled is None:
            return
        given = callbacks.value.items if isinstance(callbacks.value, Items) else (callbacks,)
        setting = [
            (item, _SETTING[item.value.name])
            for item in given
            if isinstance(item.value, Object) and item.value.name in _SETTING
        ]
        if not setting:
            return
        compiled = view.program.compiles[fit.compiled]
        schedule = compiled.optimizer.schedule
        if schedule is None or not in_keras_3(fit, view):
            return
        for item, name in setting:
            yield Finding(
                item.used_at,
                f"`{name}` raises an error: the learning rate of the optimizer is a schedule",
                label="cannot set the learning rate",
                help=f"remove `{name}`, or give the optimizer a number",
                related=(Note(schedule.site, "the schedule"),),
                origin=fit.origin,
            )
