"""KER006: ``history.history["acc"]``, where the metric has another name."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import SetValue
from kerlint.program.logs import Logged, logged
from kerlint.program.model import Call
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.logs import advice, is_alias, meant, reason

_HISTORY = "keras.callbacks.History.history[]"
_ASKED = "keras.callbacks.History.history.keys"
_LOGS = "keras.callbacks.Callback.logs"


class LogName(Rule):
    """A metric is looked up under a name that ``fit`` does not log.

    ``fit`` logs each metric under the name that it has in ``compile``: ``metrics=["accuracy"]``
    gives ``history.history["accuracy"]``, and before Keras 2.3 it gave ``["acc"]``. The lookup
    raises ``KeyError`` when the training is over. In a callback, ``logs.get("acc")`` is None.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        history = model.fit(x, y, validation_split=0.2)
        print(history.history["val_acc"])
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        history = model.fit(x, y, validation_split=0.2)
        print(history.history["val_accuracy"])
    Tempting:
        # The metric is called "acc" here.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["acc"])
        history = model.fit(x, y, validation_split=0.2)
        print(history.history["val_acc"])

    People say: "KeyError: 'acc'", "KeyError: 'val_acc'", "'>' not supported between instances of
    'NoneType' and 'float'".

    When kerlint stays silent:
        - The code asks first, as in ``if "acc" in history.history``, or handles the error.
        - The lookup has a default, as in ``logs.get("acc", 0)``, or the callback looks up the right
          name as well.
        - kerlint does not know all metrics of the model, or the model has several outputs.
        - Layers or callbacks of your own may log the name.
    """

    code = "KER006"
    severity = Severity.ERROR
    required_bytes = (b"history", b"logs")
    untestable = "Python raises the error by itself"
    unsafe_because = "kerlint guesses the metric from its name"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.name not in (_HISTORY, _LOGS) or call.guarded or call.receiver is None:
            return
        key = call.positional[0].value
        if not isinstance(key, str):
            return
        if call.name == _HISTORY and _ASKED in view.names_called:
            return
        logs = _logs_of(call, view)
        if not logs or any(each is None or each.has(key) for each in logs):
            return
        known = logs[0]
        assert known is not None
        if call.name == _LOGS and _is_one_of_two(call, key, known, view):
            return
        name = meant(key, known)
        agreed = name is not None and not known.several and _agree(call, name, view)
        what = f'`history["{key}"]` raises `KeyError`'
        if call.name == _LOGS:
            what = f"`{key}` is not in the logs"
        yield Finding(
            call.positional[0].site,
            f"{what}, because {reason(key, known)}",
            label="not logged",
            help=advice(key, known),
            origin=call.origin,
            rewrite=(SetValue(call.positional[0].used_at, name),) if agreed else (),
            fix=Applicability.SAFE if is_alias(key, name) and call.name == _HISTORY else None,
        )


def _is_one_of_two(call: Call, key: str, known: Logged, view: View) -> bool:
    """Whether the code looks the right name up too: ``logs.get("acc") or logs.get("accuracy")``."""
    name = meant(key, known)
    return name is not None and any(
        other.name == call.name and other.positional[0].value == name
        for other in view.program.calls
        if other.origin.calls == call.origin.calls
    )


def _agree(call: Call, name: str, view: View) -> bool:
    """Whether all that the lookup is done on has the metric under this name."""
    for other in view.program.calls:
        if other.origin.site == call.origin.site and other.name == call.name:
            logs = _logs_of(other, view) if other.receiver is not None else []
            if not logs or not all(each is not None and each.has(name) for each in logs):
                return False
    return True


def _logs_of(call: Call, view: View) -> list[Logged | None]:
    """What is logged by the calls of ``fit`` that a lookup is about."""
    assert call.receiver is not None
    site = call.receiver.site
    return [logged(fit, view.program) for fit in view.program.fits if fit.origin.site == site]
