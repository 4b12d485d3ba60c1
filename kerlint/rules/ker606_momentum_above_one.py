"""KER606: a momentum above 1, or a negative one."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import spoken

__all__ = ["MomentumAboveOne", "claim"]


class MomentumAboveOne(Rule):
    """A momentum above 1 or below 0 raises an error, or makes the weights grow without bound.

    The momentum is the share of the last step that is added to the next one, usually 0.9. `SGD`
    raises an error for values that are not between 0 and 1. `RMSprop` accepts any number: with more
    than 1 every step is longer than the last one, until the loss overflows.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(0.01, momentum=9), loss="mse")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(0.01, momentum=0.9), loss="mse")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="relu")])
        model.add(layers.BatchNormalization(momentum=0.99))
        model.add(layers.Dense(1))
        optimizer = keras.optimizers.SGD(learning_rate=0.001, momentum=0.99, nesterov=True)
        model.compile(optimizer=optimizer, loss="mse")

    People say: "`momentum` must be a float between [0, 1]".

    When kerlint stays silent:
        - The momentum is not known, or it is between 0 and 1.
    """

    code = "KER606"
    severity = Severity.ERROR
    required_bytes = (b"SGD", b"RMSprop")
    experiments = (EXISTENCE,)

    def concerns(self, name: str) -> bool:
        return name.startswith("keras.optimizers.")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        kind = keras_api.kind_of(call.name)
        if kind not in ("sgd", "rmsprop"):
            return
        found = argument(call, view, "momentum")
        number = found.fact.number() if found is not None else None
        if found is None or number is None or 0 <= number <= 1:
            return
        callee = spoken(call.name, call.path)
        message = f"`{callee}` raises an error for a momentum of {number:g}"
        if kind == "rmsprop":
            if number < 0:
                return
            message = f"training diverges: a momentum of {number:g} makes each step longer"
        yield Finding(
            found.site,
            message,
            label="the momentum lies between 0 and 1",
            help="use a momentum such as `0.9`",
            related=found.notes("the momentum"),
            origin=call.origin,
            claim=refusal(found, call, view) if kind == "sgd" else None,
        )
