"""KER014: a text for a loss, metric or optimizer that Keras does not know."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.changes import SetText
from kerlint.program.model import Compile
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import releases_of
from kerlint.rules.strings import (
    GUESSED,
    certainty,
    guarded_at,
    known,
    may_be_registered,
    meant,
    named,
    texts,
)

_ROLES = (
    ("optimizer", "optimizer"),
    ("loss", "loss"),
    ("metrics", "metric"),
    ("weighted_metrics", "metric"),
)


class UnknownName(Rule):
    """Keras has no loss, metric or optimizer of this name.

    ``compile`` raises "Could not interpret optimizer identifier" right away. A loss or metric is
    looked up when training begins, so that ``fit`` raises the error. kerlint knows all texts that
    Keras accepts, and suggests the one that was probably meant.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="cce", metrics=["accuracy"])
    Good:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    Tempting:
        # Keras accepts short names, class names, and any spelling of an optimizer.
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="ADAM", loss="MeanSquaredError", metrics=["mae", "R2Score"])

    People say: "Could not interpret loss identifier: cce", "Unknown metric function: rmse",
    "Could not interpret metric identifier".

    When kerlint stays silent:
        - The program registers names of its own, with ``register_keras_serializable``,
          ``custom_object_scope`` or ``get_custom_objects``, or imports code that may have done so,
          and the name is not much like one of Keras.
        - Another Keras that the code may run on knows the name.
        - The text is not known, for example because it is an argument of the program.
    """

    code = "KER014"
    severity = Severity.ERROR
    required_bytes = (b"compile",)
    untestable = "Keras raises the error by itself"
    unsafe_because = GUESSED

    def check(self, compiled: Compile, view: View) -> Iterator[Finding]:
        releases = releases_of(view.program.models[compiled.model].origin.site, view)
        if not releases:
            return
        if guarded_at(compiled.origin.site, view):
            return
        for argument, kind in _ROLES:
            fact = compiled.args.get(argument)
            for text in texts(fact) if fact is not None else ():
                word = str(text.value)
                if known(kind, word, releases):
                    continue
                close = meant(kind, word, releases[0])
                if may_be_registered(view.program, close):
                    continue
                names = "an" if kind == "optimizer" else "a"
                yield Finding(
                    text.site,
                    f"{keras_api.version_name(releases[0])} has no {kind} {named(word)}",
                    label=f"not {names} {kind}",
                    help=f'write `"{close}"`' if close else f"pass {names} {kind} object instead",
                    origin=compiled.origin,
                    rewrite=(SetText(text.site, close),) if close else (),
                    fix=certainty(kind, word, close),
                )
