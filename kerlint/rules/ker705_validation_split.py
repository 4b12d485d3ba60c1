"""KER705: a validation split that leaves nothing to train on."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import SetValue, SourceChange
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.rules.arguments import argument, place_in, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View

__all__ = ["ValidationSplit", "claim"]

_PERCENT = 5  # what is below may as well be a slip


class ValidationSplit(Rule):
    """`validation_split` is 1 or more, so there is nothing left to train on.

    It is the share of the samples that is held out for validation. With 1, Keras raises an error.
    With 20, which is often meant as 20 %, no samples are left for training: Keras 3 goes through
    the epochs without a loss, and Keras 2 raises an error.

    Bad:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(np.random.rand(100, 8), np.random.rand(100, 1), validation_split=20)
    Good:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(np.random.rand(100, 8), np.random.rand(100, 1), validation_split=0.2)
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        percent = 20
        x, y = np.random.rand(100, 8), np.random.rand(100, 1)
        model.fit(x, y, validation_split=percent / 100)
        model.fit(x, y, validation_split=0)

    People say: "not sufficient to split it into a validation and training set as specified by
    `validation_split=`", "Expected input data to be non-empty".

    When kerlint stays silent:
        - The value is not known, or it is at least 0 and less than 1.
        - The argument belongs to another function than `fit`.
    """

    code = "KER705"
    severity = Severity.ERROR
    required_bytes = (b"validation_split",)
    names = frozenset({"keras.Model.fit", "keras.Sequential.fit"})
    unsafe_because = "kerlint takes the number for a percentage"
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        found = argument(call, view, "validation_split")
        if found is None:
            return
        rewrite: tuple[SourceChange, ...] = ()
        place = place_in(call, view, found)
        written, number = found.fact.value, found.fact.number()
        help = "give a share between 0 and 1, such as `0.2`"
        if isinstance(written, str):
            message = "`fit` raises an error because `validation_split` is a string"
            number = 0
        elif number is None or 0 <= number < 1:
            return
        elif number < 0:
            message = "nothing is held out for validation with a negative `validation_split`"
        elif number == 1:
            message = "`fit` raises an error: `validation_split=1` leaves nothing to train on"
        else:
            message = f"`validation_split={number:g}` leaves nothing to train on"
            if number < 100:
                help = f"write `{number / 100:g}` if you mean {number:g} %"
                if place is not None and number >= _PERCENT:
                    rewrite = (SetValue(place, number / 100),)
        yield Finding(
            found.site,
            message,
            label="must be between 0 and 1",
            help=help,
            related=found.notes("the value"),
            severity=Severity.WARNING if number < 0 else None,
            origin=call.origin,
            claim=refusal(found, call, view) if number >= 0 else None,
            rewrite=rewrite,
        )
