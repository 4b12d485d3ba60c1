"""KER610: an exponential decay that grows, or that ends after a few steps."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.arguments import argument
from kerlint.rules.base import Finding, Note, Rule, View

_SCHEDULE = "keras.optimizers.schedules.ExponentialDecay"
_STEPS = 100  # fewer than most epochs have
_LEFT = 1e-3
_SEARCH = 1e-6  # where a search for a good rate begins


class ScheduleOutOfRange(Rule):
    """An `ExponentialDecay` grows without end, or the learning rate is 0 after a few batches.

    The rate is multiplied by `decay_rate` once every `decay_steps` steps. A step is a batch, not an
    epoch. With `decay_steps=1` and `decay_rate=0.9`, less than a thousandth of the learning rate is
    left after 66 batches. With a `decay_rate` above 1 the rate grows, until the loss is NaN.

    Bad:
        rate = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=1, decay_rate=0.1)
    Good:
        rate = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=1000, decay_rate=0.1)
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        # A small change in each step: 90 % of the rate are left after 100 steps.
        rate = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=1, decay_rate=0.999)
        model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")

    People say: "learning rate becomes 0", "training stops improving after the first epoch".

    When kerlint stays silent:
        - The numbers are not known.
        - More than a thousandth of the rate is left after 100 steps.
        - The rate begins at a millionth or less and grows: a search for a good rate.
    """

    code = "KER610"
    severity = Severity.WARNING
    required_bytes = (b"ExponentialDecay",)
    names = frozenset({_SCHEDULE})
    untestable = "whether the rate ends too early depends on the number of batches"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        names = ("initial_learning_rate", "decay_steps", "decay_rate")
        found = [argument(call, view, name) for name in names]
        start, steps, factor = [each.fact.number() if each else None for each in found]
        at = found[2]
        if at is None or factor is None or start is None:
            return
        if factor > 1:
            if start <= _SEARCH:
                return
            message = f"the learning rate grows without end: `decay_rate={factor:g}` is above 1"
            help = "use a `decay_rate` below 1, such as `0.9`"
        elif steps is not None and steps > 0 and 0 < factor < 1:
            if factor ** (_STEPS / steps) > _LEFT:
                return
            message = f"next to nothing is left of the learning rate after {_STEPS} batches"
            help = "`decay_steps` counts batches: multiply epochs with the batches of an epoch"
        else:
            return
        yield Finding(
            at.site,
            message,
            label="once in `decay_steps` batches",
            help=help,
            related=(Note(at.related, "the factor"),) if at.related is not None else (),
            origin=call.origin,
        )
