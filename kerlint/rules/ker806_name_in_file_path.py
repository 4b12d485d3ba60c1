"""KER806: ``{val_acc:.2f}`` in the file name of a checkpoint, and no metric of that name."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import SetValue, SourceChange
from kerlint.program.logs import logged
from kerlint.program.model import Fit
from kerlint.program.values import Items, Object
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.logs import advice, is_alias, meant, reason

_CHECKPOINT = "keras.callbacks.ModelCheckpoint"


class NameInFilePath(Rule):
    """The file name of a checkpoint has a field for a metric that is not logged.

    ``ModelCheckpoint`` fills in ``{epoch}`` and the names that ``fit`` logs. Another name raises
    ``KeyError`` ("Failed to format this callback filepath") when the first checkpoint is saved,
    after the first epoch.

    Bad:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        best = keras.callbacks.ModelCheckpoint("{epoch:02d}-{val_acc:.2f}.keras")
        model.fit(x, y, validation_split=0.2, callbacks=[best])
    Good:
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        best = keras.callbacks.ModelCheckpoint("{epoch:02d}-{val_accuracy:.2f}.keras")
        model.fit(x, y, validation_split=0.2, callbacks=[best])
    Tempting:
        # The metric is called "acc" here.
        import keras
        import numpy as np
        from keras import layers

        x, y = np.random.rand(64, 8), np.random.randint(0, 2, 64)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["acc"])
        best = keras.callbacks.ModelCheckpoint("{epoch:02d}-{val_acc:.2f}.keras")
        model.fit(x, y, validation_split=0.2, callbacks=[best])

    People say: "Failed to format this callback filepath", "KeyError: 'val_acc'".

    When kerlint stays silent:
        - kerlint does not know all metrics of the model, or the model has several outputs.
        - Layers or callbacks of your own may log the name.
    """

    code = "KER806"
    severity = Severity.ERROR
    required_bytes = (b"Checkpoint",)
    unsafe_because = "kerlint guesses the metric from its name"
    untestable = "Keras raises the error by itself"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        given = fit.args.get("callbacks")
        items = given.value.items if given is not None and isinstance(given.value, Items) else ()
        for item in items:
            value = item.value
            if not isinstance(value, Object) or value.name != _CHECKPOINT:
                continue
            path, often = value.args.get("filepath"), value.args.get("save_freq")
            if path is None or not isinstance(path.value, str) or value.partial:
                continue
            logs = logged(fit, view.program)
            if logs is None:
                return
            for field in _fields(path.value):
                if field == "epoch" or (field == "batch" and often is not None):
                    continue
                if not logs.has(field):
                    name = None if logs.several else meant(field, logs)
                    rewrite: tuple[SourceChange, ...] = ()
                    if name is not None and logs.has(name):
                        new = re.sub(rf"\{{{field}(?=[:!}}])", f"{{{name}", path.value)
                        rewrite = (SetValue(path.used_at, new),)
                    yield Finding(
                        path.site,
                        f"the field `{field}` of the file name raises `KeyError`, because "
                        f"{reason(field, logs)}",
                        label=f"`{field}` is not logged",
                        help=_help(field, advice(field, logs)),
                        origin=fit.origin,
                        rewrite=rewrite,
                        fix=Applicability.SAFE if is_alias(field, name) else None,
                    )


def _help(field: str, text: str) -> str:
    return text.replace('`"', "`{").replace('"`', "}`") if text.startswith("write") else text


def _fields(path: str) -> list[str]:
    try:
        found = [name for _, name, _, _ in string.Formatter().parse(path) if name]
    except ValueError:
        return []
    return [name for name in found if name.isidentifier()]
