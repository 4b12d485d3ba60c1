"""KER608: a learning rate that is an integer or a string."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import SetValue
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, place_in, reaches_keras_3, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import spoken

__all__ = ["LearningRateNotAFloat", "claim"]
from kerlint.rules.rates import made_optimizer


class LearningRateNotAFloat(Rule):
    """A learning rate that is an integer or a string raises an error in Keras 3.

    Keras 3 asks for a float, a schedule or a callable. It raises an error for `learning_rate=1`,
    which Keras 2 accepted.

    Bad:
        optimizer = keras.optimizers.SGD(learning_rate=1)
    Good:
        optimizer = keras.optimizers.SGD(learning_rate=1.0)
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        rate = 10 ** -3  # a float, because the exponent is negative
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=rate), loss="mse")

    People say: "Argument `learning_rate` should be float, or an instance of LearningRateSchedule,
    or a callable".

    When kerlint stays silent:
        - The learning rate is not known, or it is a float.
        - The code may run with Keras 2.
    """

    code = "KER608"
    severity = Severity.ERROR
    required_bytes = (b"optimizer",)
    fix = Applicability.SAFE
    experiments = (EXISTENCE,)

    def concerns(self, name: str) -> bool:
        return name.startswith("keras.optimizers.")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if made_optimizer(call) is None:
            return
        found = argument(call, view, "learning_rate")
        if found is None or found.keyword not in ("", "learning_rate"):
            return
        written = found.fact.value
        if not isinstance(written, (int, str)) or not reaches_keras_3(call, view):
            return
        help = "give a float, such as `0.001`"
        place, rate = place_in(call, view, found), None
        if isinstance(written, int) and not isinstance(written, bool):
            if 0 < abs(written) < 1000:
                help, rate = f"write `{written}.0`", float(written)
        elif isinstance(written, str) and (rate := _number(written)) is not None:
            help = f"write the number without quotes: `{rate:g}`"
        yield Finding(
            found.site,
            f"`{spoken(call.name, call.path)}` raises an error because its learning rate is not a "
            "float",
            label="a string" if isinstance(written, str) else "an integer",
            help=help,
            related=found.notes("the value"),
            origin=call.origin,
            claim=refusal(found, call, view),
            rewrite=(SetValue(place, rate),) if place is not None and rate is not None else (),
        )


def _number(text: str) -> float | None:
    try:
        rate = float(text)
    except ValueError:
        return None
    return rate if 0 < rate < float("inf") else None
