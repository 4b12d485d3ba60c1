"""KER609: clipping that leaves nothing of the gradient, and other extreme values."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint import keras_api
from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.arguments import Argument, argument
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import spoken
from kerlint.rules.rates import usual_rate, written_rate

_CLIPS = ("clipvalue", "clipnorm", "global_clipnorm")
_TINY = 1e-4
# These only look at the direction of a gradient, or at its size relative to the weights.
_SCALED = frozenset({"lion", "lamb", "adafactor", "muon"})
_EPSILON = 0.1
_DECAY = 1.0
_SHRUNK = 0.01  # of the weights in each step


class ExtremeOptimizerValue(Rule):
    """Gradients are clipped to almost nothing, or the weights are decayed away.

    `clipvalue=1e-6` cuts every element of a gradient down to a millionth. With `SGD` and `RMSprop`
    the weights then hardly move; with Adam mostly the signs are left. Usual values are 0.5 to 5.

    In each step, `weight_decay` takes its share of every weight off, times the learning rate. The
    default of `AdamW` is 0.004. Where a step takes less than a hundredth, and for an `epsilon` of
    0.1 and more, the finding is only info, which is shown when you select this rule
    (`--extend-select KER609`).

    Bad:
        optimizer = keras.optimizers.SGD(0.01, clipvalue=1e-6)
    Good:
        optimizer = keras.optimizers.SGD(0.01, clipvalue=1.0)
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        optimizer = keras.optimizers.AdamW(0.001, weight_decay=1e-6, epsilon=1e-8, clipnorm=0.01)
        model.compile(optimizer=optimizer, loss="mse")

    People say: "loss does not decrease with gradient clipping", "weights go to zero".

    When kerlint stays silent:
        - The value is not known, or in a usual range.
        - Clipping is switched off with 0.
        - The optimizer does not depend on the size of gradients, such as `Lion`.
    """

    code = "KER609"
    severity = Severity.WARNING
    required_bytes = (b"clip", b"weight_decay", b"epsilon")
    untestable = "how much is left of the gradient depends on its size, which the data decide"

    def concerns(self, name: str) -> bool:
        return name.startswith("keras.optimizers.")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        kind = keras_api.kind_of(call.name)
        if kind is None:
            return
        callee = spoken(call.name, call.path)
        for name in _CLIPS if kind not in _SCALED else ():
            found = argument(call, view, name)
            number = found.fact.number() if found is not None else None
            if found is None or number is None or not 0 < number <= _TINY:
                continue
            yield _finding(
                call,
                found,
                f"hardly anything is left of the gradients: `{callee}` clips them to {number:g}",
                "clip to a value between 0.5 and 5, or not at all",
            )
        decay = argument(call, view, "weight_decay")
        number = decay.fact.number() if decay is not None else None
        if decay is not None and number is not None and number >= _DECAY:
            given = argument(call, view, "learning_rate")
            fact = written_rate(given.fact) if given is not None else None
            rate = fact.number() if fact is not None else None
            if given is None:
                rate = usual_rate(kind, call.name)
            severe = rate is not None and rate * number >= _SHRUNK
            yield _finding(
                call,
                decay,
                f"a weight decay of {number:g} in `{callee}` shrinks the weights in each step",
                "use a weight decay such as `0.004`",
                None if severe else Severity.INFO,
            )
        epsilon = argument(call, view, "epsilon")
        number = epsilon.fact.number() if epsilon is not None else None
        if epsilon is not None and number is not None and number >= _EPSILON:
            yield _finding(
                call,
                epsilon,
                f"an epsilon of {number:g} in `{callee}` makes small gradients count for less",
                "use the default, `1e-7`",
                Severity.INFO,
            )


def _finding(
    call: Call, found: Argument, message: str, help: str, severity: Severity | None = None
) -> Finding:
    return Finding(
        found.site,
        message,
        label="far from what is usual",
        help=help,
        related=found.notes("the value"),
        severity=severity,
        origin=call.origin,
    )
