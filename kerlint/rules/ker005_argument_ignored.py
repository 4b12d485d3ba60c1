"""KER005: an argument that Keras accepts and does not use any more."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.program.values import Entries, Fact, Unknown
from kerlint.rules.base import CallClaim, Finding, Rule, View
from kerlint.rules.keywords import (
    SWALLOWED,
    Fate,
    Keyword,
    is_known_keras,
    keywords,
    spoken,
    swallowed,
)

_SCHEDULE = "use a schedule, such as keras.optimizers.schedules.InverseTimeDecay"


class ArgumentIgnored(Rule):
    """The argument is accepted and has no effect: the program quietly does something else.

    ``decay=`` of an optimizer lowered the learning rate step by step until Keras 2.10; today it
    draws a warning at most and the rate stays as it is. ``ReduceLROnPlateau(epsilon=)`` and
    ``class_weight`` with names as keys are dropped without a word. Where nothing is lost
    (``decay=0.0``) the finding is an information.

    Arguments that only draw a warning and still work (``input_shape=`` on a layer,
    ``LeakyReLU(alpha=)``) are no findings.

    Bad:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(0.1, decay=1e-4), loss="mse")
    Good:
        import keras
        from keras import layers

        model = keras.Sequential([keras.Input(shape=(8,)), layers.Dense(1)])
        rate = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-4)
        model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")

    People say: "Argument `decay` is no longer supported and will be ignored", "the learning rate
    does not change".
    """

    code = "KER005"
    severity = Severity.WARNING
    words = (*sorted({argument.encode() for _, argument in SWALLOWED}), b"class_weight")
    experiment = "existence"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if not view.target.is_keras_3:
            return
        for keyword, fate in keywords(call, view):
            if fate is Fate.SWALLOWED and keyword.fact.value is not None:
                yield self._swallowed(keyword, call)
        if call.name == "keras.Model.fit" and not call.guarded and is_known_keras(call, view):
            for name, fact, site in call.keywords:
                if name == "class_weight" and _only_words(fact):
                    yield Finding(
                        site,
                        "class_weight= with text as keys has no effect: Keras looks for the "
                        "numbers of the classes",
                        label="no class has these names",
                        help="use the class numbers as keys: {0: 1.0, 1: 5.0}",
                        origin=call.origin,
                    )

    def _swallowed(self, keyword: Keyword, call: Call) -> Finding:
        what = swallowed(keyword.callee, keyword.name) or ""
        rename = keras_api.renamed_argument(keyword.callee, keyword.name)
        message = f"{spoken(keyword.callee)} ignores {keyword.name}=: {what}"
        help, severity = "drop it", None
        if keyword.name == "decay":
            help = f"drop it, or {_SCHEDULE}"
            if keyword.fact.number() == 0:
                message = "decay= is ignored, with a warning; decay=0.0 loses nothing by it"
                help, severity = "drop it", Severity.INFO
            elif isinstance(keyword.fact.value, Unknown):
                help = f"{_SCHEDULE}, or drop it when it is zero"
        elif rename is not None and rename.name is not None:
            help = f"write {rename.name}= instead"
        return Finding(
            keyword.site,
            message,
            label="has no effect",
            help=help,
            severity=severity,
            origin=call.origin,
            claim=claim(keyword),
        )


def _only_words(fact: Fact) -> bool:
    value = fact.value
    return (
        isinstance(value, Entries)
        and value.complete
        and bool(value.entries)
        and all(isinstance(key, str) for key in value.entries)
    )


def claim(keyword: Keyword) -> CallClaim:
    """The claim that an argument is taken and changes nothing."""
    rename = keras_api.renamed_argument(keyword.callee, keyword.name)
    today = rename.name if rename is not None else None
    return CallClaim(keyword.callee, keyword.name, today, keyword.fact.value, ignored=True)
