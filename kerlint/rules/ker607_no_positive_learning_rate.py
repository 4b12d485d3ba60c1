"""KER607: a learning rate of 0, or a negative one."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.claims import OPTIMIZER_STEPS
from kerlint.program.model import Call
from kerlint.program.values import Object
from kerlint.rules.arguments import argument, reaches_keras_3
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.keywords import spoken
from kerlint.rules.rates import (
    NOT_COMPILED,
    claim,
    made_optimizer,
    trained_with,
    usual_rate,
    with_argument,
    with_rate,
    with_value,
    written_rate,
)


class NoPositiveLearningRate(Rule):
    """With a learning rate of 0 the weights never change; with a negative one the loss grows.

    Keras accepts both without a warning. If the loss is negated already in order to maximize it, a
    negative rate minimizes it again.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=-0.001), loss="mse")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.001), loss="mse")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        # Begins at 0 and rises to 0.001 in the first hundred steps.
        rate = keras.optimizers.schedules.CosineDecay(
            0.0, decay_steps=1000, warmup_target=0.001, warmup_steps=100
        )
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=rate), loss="mse")

    People say: "loss does not change at all", "weights are not updated", "loss increases every
    epoch".

    When kerlint stays silent:
        - The rate is not known.
        - The rate is 0 and the program sets it later: in a `LearningRateScheduler`, in a callback
          of its own, or by an assignment.
        - The rate is 0 and no model is compiled with the optimizer itself: it may be one of several
          that train some layers each.
        - A schedule begins at 0 and rises.
        - The rate is the integer 0, which raises an error in Keras 3 (KER608).
    """

    code = "KER607"
    severity = Severity.ERROR
    required_bytes = (b"optimizer",)
    experiments = (OPTIMIZER_STEPS,)
    unsafe_because = "the model then trains differently"

    def concerns(self, name: str) -> bool:
        return name.startswith("keras.optimizers.")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        symbol = made_optimizer(call)
        if symbol is None:
            return
        given = argument(call, view, "learning_rate")
        rate = written_rate(given.fact) if given is not None else None
        number = rate.number() if rate is not None else None
        if given is None or rate is None or number is None or number > 0:
            return
        if isinstance(number, int) and reaches_keras_3(call, view):
            if not isinstance(given.fact.value, Object):
                return
        if number == 0 and (view.sets_rates or trained_with(call, view) is None):
            return  # it may be meant to train some layers only
        callee = spoken(call.name, call.path)
        message = f"the weights never change: the learning rate of `{callee}` is 0"
        help = "use a rate above 0, such as `0.001`"
        if number < 0:
            message = f"the loss grows in each step: the learning rate of `{callee}` is negative"
            help = f"write `{-number:g}`; to maximize something, negate the loss"
        related = [Note(given.related, "the rate")] if given.related is not None else []
        if isinstance(given.fact.value, Object) and rate.site >= 0:
            related = [Note(rate.site, "the rate")]
        rate_wanted = -number if number < 0 else _usual(call, symbol.name)
        value = with_rate(given.fact, rate_wanted).value
        repair = with_value(call, view, "learning_rate", value)
        yield Finding(
            given.site,
            message,
            label="must be more than 0",
            help=help,
            related=tuple(related),
            origin=call.origin,
            claim=claim(call, view),
            untried=NOT_COMPILED,
            repair=repair,
            rewrite=() if repair else with_argument(call, "learning_rate", value, given.fact),
        )


def _usual(call: Call, name: str) -> float:
    return usual_rate(keras_api.kind_of(call.name) or "", name)
