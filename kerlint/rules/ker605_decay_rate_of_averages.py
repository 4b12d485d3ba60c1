"""KER605: decay rates of an optimizer's averages that are 1 or more."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.claims import OPTIMIZER_STEPS
from kerlint.program.model import Call
from kerlint.rules.arguments import argument
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import spoken
from kerlint.rules.rates import claim, with_argument, with_value

_NAN, _FROZEN, _DIVERGES = "the loss becomes NaN", "the weights never change", "training diverges"
_RAISES, _ODD = "an error", ""

# What happens below 0, at 1 and above 1; None where that does no harm. Measured on Keras 3.15.
_Outcomes = tuple["str | None", "str | None", "str | None"]
OUTCOMES: dict[tuple[str, str], _Outcomes] = {
    ("adam", "beta_1"): (_ODD, _NAN, _ODD),
    ("adam", "beta_2"): (_ODD, _FROZEN, _NAN),
    ("adamw", "beta_1"): (_ODD, _NAN, _ODD),
    ("adamw", "beta_2"): (_ODD, _FROZEN, _NAN),
    ("adamax", "beta_1"): (_ODD, _NAN, _ODD),
    ("adamax", "beta_2"): (_ODD, None, _ODD),
    ("nadam", "beta_1"): (_ODD, _ODD, _ODD),
    ("nadam", "beta_2"): (_ODD, _NAN, _ODD),
    ("lamb", "beta_1"): (_ODD, _NAN, _ODD),
    ("lamb", "beta_2"): (_ODD, _NAN, _ODD),
    ("lion", "beta_1"): (_RAISES, None, _RAISES),
    ("lion", "beta_2"): (_ODD, None, _ODD),
    ("rmsprop", "rho"): (_ODD, _DIVERGES, _NAN),
    ("adadelta", "rho"): (_ODD, None, _NAN),
}
_NAMES: dict[str, tuple[str, ...]] = {}
for _kind, _name in OUTCOMES:
    _NAMES[_kind] = (*_NAMES.get(_kind, ()), _name)


class DecayRateOfAverages(Rule):
    """`beta_1`, `beta_2` or `rho` is 1 or more, so the loss becomes NaN or nothing is learned.

    These numbers say how much of a running average is kept in each step: 0.9 keeps nine tenths of
    the old value. With exactly 1 nothing new ever enters the average, and Adam divides by
    `1 - beta_1`, which is 0. Above 1 the average grows without bound. Keras accepts these values
    without a warning.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(beta_1=1.0), loss="mse")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(beta_1=0.9), loss="mse")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        optimizer = keras.optimizers.Adam(beta_1=0.0, beta_2=0.9999)  # no momentum
        model.compile(optimizer=optimizer, loss="mse")

    People say: "loss is nan from the first epoch", "Adam loss nan", "loss does not change at all".

    When kerlint stays silent:
        - The value is not known, or it is at least 0 and less than 1.
        - The optimizer is not one of Keras, or 1 does no harm there, as `beta_2=1.0` in `Adamax`.
    """

    code = "KER605"
    severity = Severity.ERROR
    required_bytes = (b"beta_", b"rho")
    experiments = (OPTIMIZER_STEPS,)
    unsafe_because = "the model then trains differently"

    def concerns(self, name: str) -> bool:
        return name.startswith("keras.optimizers.")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        kind = keras_api.kind_of(call.name)
        for name in _NAMES.get(kind or "", ()):
            found = argument(call, view, name)
            number = found.fact.number() if found is not None else None
            if found is None or number is None or 0 <= number < 1:
                continue
            assert kind is not None
            low, at, high = OUTCOMES[kind, name]
            outcome = low if number < 0 else at if number == 1 else high
            if outcome is None:
                continue
            callee = spoken(call.name, call.path)
            message = f"{outcome} with `{name}={number:g}` in `{callee}`"
            if outcome == _RAISES:
                message = f"`{callee}` raises an error for `{name}={number:g}`"
            elif outcome == _ODD:
                message = f"`{name}={number:g}` in `{callee}` is not a decay rate from 0 to 1"
            default = _default(call.name, name)
            repair = with_value(call, view, name, default)
            yield Finding(
                found.site,
                message,
                label="must be less than 1" if number >= 1 else "must not be negative",
                help=f"use a value below 1, such as the default `{default}`",
                related=found.notes("the value"),
                severity=Severity.WARNING if outcome == _ODD else None,
                origin=call.origin,
                claim=claim(call, view) if outcome not in (_ODD, _RAISES) else None,
                repair=repair,
                rewrite=() if repair else with_argument(call, name, default, found.fact),
            )


def _default(callee: str, name: str) -> float:
    signature = keras_api.signature(callee)
    for param in signature.params if signature is not None else ():
        if param.name == name and isinstance(param.default, float):
            return param.default
    return 0.9
