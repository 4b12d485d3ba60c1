"""KER409: a number where Keras wants a regularizer, a constraint or an initializer."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Named, Rewrite
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.rules.arguments import Argument, calls_one_thing, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import in_package, spoken

__all__ = ["NumberForRegularizer", "claim"]

_WANTED = {
    "regularizer": "keras.regularizers.L2",
    "constraint": "keras.constraints.MaxNorm",
    "initializer": "keras.initializers.Constant",
}


class NumberForRegularizer(Rule):
    """A regularizer, constraint or initializer that is only a number raises an error.

    Keras needs to know what to do with the number: `kernel_regularizer=0.01` does not say whether
    the weights are squared (L2) or not (L1).

    Bad:
        layers.Dense(64, activation="relu", kernel_regularizer=0.01)
    Good:
        layers.Dense(64, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01))
    Tempting:
        from keras import regularizers

        model = keras.Sequential([keras.Input((8,))])
        model.add(layers.Dense(32, kernel_regularizer="l2", bias_initializer="zeros"))
        model.add(layers.ActivityRegularization(l1=0.01))
        model.add(layers.Dense(1, kernel_regularizer=regularizers.L1(0.01)))
        model.compile(loss="mse", optimizer="adam")

    People say: "Could not interpret regularizer identifier: 0.01", "Could not interpret initializer
    identifier".

    When kerlint stays silent:
        - The value is not known, or `None`.
        - The class is not a layer of Keras.
    """

    code = "KER409"
    severity = Severity.ERROR
    required_bytes = (b"_regularizer", b"_constraint", b"_initializer")
    unsafe_because = "the number does not say which of them is meant"
    experiments = (EXISTENCE,)

    def concerns(self, name: str) -> bool:
        return name.startswith("keras.layers.")

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for name, fact, site in call.keywords:
            what = name.rpartition("_")[2]
            if what not in _WANTED or not isinstance(fact.value, (bool, int, float)):
                continue
            found = Argument(name, fact, site, name)
            yield Finding(
                site,
                f"`{spoken(call.name, call.path)}` raises an error: a number is not "
                f"{'an' if what == 'initializer' else 'a'} {what}",
                label="only a number",
                help=in_package(f"use `{_WANTED[what]}({{value}})`", call.path),
                quoted=name,
                related=found.notes("the number"),
                origin=call.origin,
                rewrite=(Rewrite(site, (Named(_WANTED[what]), "(", site, ")")),)
                if not isinstance(fact.value, bool) and calls_one_thing(call, view)
                else (),
                claim=refusal(found, call, view),
            )
