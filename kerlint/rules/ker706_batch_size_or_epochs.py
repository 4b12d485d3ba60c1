"""KER706: a batch size or a number of epochs that is 0, negative or a float."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import MakeWhole, SetValue, SourceChange
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.program.values import Fact
from kerlint.rules.arguments import (
    Argument,
    argument,
    is_fraction,
    place_in,
    reaches_keras_3,
    refusal,
)
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View

__all__ = ["BatchSizeOrEpochs", "claim"]

_COUNTS = {
    "fit": ("batch_size", "epochs"),
    "evaluate": ("batch_size",),
    "predict": ("batch_size",),
}


class BatchSizeOrEpochs(Rule):
    """A batch size or a number of epochs is 0, negative or a float.

    With `epochs=0`, Keras 3 does not train at all. With `batch_size=0`, it silently uses 32.
    Negative batch sizes raise an error, and so do floats, even whole ones: `len(x) / 10` is always
    a float. Keras 2 also raised an error for 0.

    Bad:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(np.random.rand(64, 8), np.random.rand(64, 1), epochs=0)
    Good:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        model.fit(np.random.rand(64, 8), np.random.rand(64, 1), epochs=10)
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(loss="mse", optimizer="adam")
        x, y = np.random.rand(64, 8), np.random.rand(64, 1)
        model.fit(x, y, batch_size=None, epochs=1, steps_per_epoch=len(x) // 16)
        model.fit(x, y, batch_size=int(len(x) / 10))

    People say: "'float' object cannot be interpreted as an integer", "Expected batch_size to be
    positive. Received is 0", "Invalid value in tensor used for shape".

    When kerlint stays silent:
        - The number is not known, `None`, or an integer of at least 1.
        - A number of steps is a float (KER708).
        - `epochs=0` where the weights are loaded or set: the model is only built.
    """

    code = "KER706"
    severity = Severity.ERROR
    required_bytes = (b".fit(", b".evaluate(", b".predict(")
    unsafe_because = "the quotient is rounded down"
    experiments = (EXISTENCE,)

    def concerns(self, name: str) -> bool:
        owner, _, method = name.rpartition(".")
        return method in _COUNTS and owner in ("keras.Model", "keras.Sequential")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        method = call.name.rpartition(".")[2]
        for name in _COUNTS[method]:
            found = argument(call, view, name)
            if found is None:
                continue
            said = self._said(found, method, call, view)
            if said is not None:
                message, help, severity = said
                new = self._rewritten(found, call, view)
                yield Finding(
                    found.site,
                    message,
                    label="must be an integer of at least 1",
                    help=help,
                    related=found.notes("the value"),
                    severity=severity,
                    origin=call.origin,
                    claim=refusal(found, call, view),
                    rewrite=(new,) if new is not None else (),
                    fix=Applicability.SAFE if _is_whole(found.fact) else None,
                )

    def _rewritten(self, found: Argument, call: Call, view: View) -> SourceChange | None:
        """The count as the ``int`` that it is, or that comes of a quotient."""
        place, value = place_in(call, view, found), found.fact.value
        if place is None:
            return None
        if isinstance(value, str):
            return SetValue(place, int(value)) if value.isdecimal() and int(value) else None
        if isinstance(value, float):
            return MakeWhole(place) if value >= 1 else None
        return MakeWhole(place) if is_fraction(found.fact) else None

    def _said(
        self, found: Argument, method: str, call: Call, view: View
    ) -> tuple[str, str, Severity | None] | None:
        name, fact = found.name, found.fact
        today = reaches_keras_3(call, view)
        if isinstance(fact.value, str):
            return f"`{method}` raises an error because `{name}` is a string", "give a number", None
        if is_fraction(fact):
            help = "divide with `//`, or convert the number with `int(...)`"
            return f"`{method}` raises an error because `{name}` is a float", help, None
        number = fact.number()
        if number is None or number > 0:
            return None
        if name == "batch_size":
            if number == 0 and today:
                return (
                    "`batch_size=0` has no effect: Keras uses 32",
                    "give an integer such as `32`",
                    None,
                )
            return (
                f"`{method}` raises an error for `batch_size={number:g}`",
                "give an integer such as `32`",
                None,
            )
        if name == "epochs":
            if _only_built(call, view):
                return None
            if today:
                return f"`epochs={number:g}` trains nothing", "give at least 1 epoch", None
            return f"`fit` raises an error for `epochs={number:g}`", "give at least 1 epoch", None
        return None


def _is_whole(fact: Fact) -> bool:
    """Whether a value is a whole number all the same."""
    value = fact.value
    return isinstance(value, str) or (isinstance(value, float) and value.is_integer())


def _only_built(call: Call, view: View) -> bool:
    """Whether a model gets its weights in another way."""
    return call.model is not None and view.program.models[call.model].weights_given
