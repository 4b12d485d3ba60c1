"""KER808: values of callbacks that Keras refuses or does not know."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import SetValue
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, place_in, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Note, Rule, View

__all__ = ["CallbackValue", "claim"]

_PLATEAU = "keras.callbacks.ReduceLROnPlateau"
_WATCHING = {
    _PLATEAU,
    "keras.callbacks.EarlyStopping",
    "keras.callbacks.ModelCheckpoint",
}
_MODES = ("auto", "min", "max")


class CallbackValue(Rule):
    """`ReduceLROnPlateau` with a factor of 1 or more raises an error; unknown modes are ignored.

    The learning rate is multiplied with the factor, so it has to be less than 1. If the `mode` of
    a callback is not `"min"`, `"max"` or `"auto"`, Keras shows a warning and goes on with `"auto"`.
    Then it guesses from the name of the metric whether more is better.

    Bad:
        reduce = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=2.0)
    Good:
        reduce = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5)
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        reduce = keras.callbacks.ReduceLROnPlateau("loss", factor=0.999, mode="min", cooldown=1)
        stop = keras.callbacks.EarlyStopping("loss", mode="auto", patience=3)
        x, y = np.random.rand(16, 8), np.random.rand(16, 1)
        model.fit(x, y, callbacks=[reduce, stop])

    People say: "ReduceLROnPlateau does not support a factor >= 1.0", "EarlyStopping mode 'minimum'
    is unknown, fallback to auto mode".

    When kerlint stays silent:
        - The factor or the mode is not known.
        - The callback is not one of Keras.
    """

    code = "KER808"
    severity = Severity.ERROR
    required_bytes = (b"ReduceLROnPlateau", b"EarlyStopping", b"ModelCheckpoint")
    names = _WATCHING
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.name == _PLATEAU:
            factor = argument(call, view, "factor")
            number = factor.fact.number() if factor is not None else None
            if factor is not None and number is not None and number >= 1:
                help = "give the share of the learning rate that is left, such as `0.1`"
                place = place_in(call, view, factor)
                inverse = float(f"{1 / number:.3g}")
                if number > 1:
                    help = f"write `{1 / number:.3g}` to divide the learning rate by {number:g}"
                yield Finding(
                    factor.site,
                    f"`ReduceLROnPlateau` raises an error for a factor of {number:g}",
                    label="must be less than 1",
                    help=help,
                    related=(Note(factor.related, "the factor"),)
                    if factor.related is not None
                    else (),
                    origin=call.origin,
                    claim=refusal(factor, call, view),
                    rewrite=(SetValue(place, inverse),) if number > 1 and place is not None else (),
                    unsafe_because="kerlint takes the factor for what the rate is divided by",
                )
        mode = argument(call, view, "mode")
        written = mode.fact.value if mode is not None else None
        if mode is not None and isinstance(written, str) and written not in _MODES:
            at = place_in(call, view, mode)
            close = next((word for word in _MODES if written.lower().startswith(word)), None)
            name = call.name.rpartition(".")[2]
            yield Finding(
                mode.site,
                f"`{name}` does not know the mode {written!r} and guesses instead",
                label="ignored",
                help=f'use `"{close}"`' if close else 'use `"min"` or `"max"`',
                related=(Note(mode.related, "the mode"),) if mode.related is not None else (),
                severity=Severity.WARNING,
                origin=call.origin,
                rewrite=(SetValue(at, close),) if close is not None and at is not None else (),
                unsafe_because="the callback guesses the direction now",
            )
