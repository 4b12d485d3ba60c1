"""KER405: the share of the values to keep, given as the rate of dropout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Rewrite
from kerlint.program.model import Call
from kerlint.rules.arguments import place_in
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.dropout import RATES, rates
from kerlint.rules.keywords import spoken

_SHARE = "(prob|probability|rate|ratio|p|pct|frac|fraction)"
_KEPT = re.compile(f"(^|_)(keep|kept|retain)_?{_SHARE}($|_)|(^|_){_SHARE}_?(keep|kept|retain)($|_)")
_EVEN = 0.5  # here both meanings are the same


class RateToKeep(Rule):
    """`Dropout` takes the share of the values to drop, not the share to keep.

    In TensorFlow 1, `tf.nn.dropout` took `keep_prob`, and code that was written for it often hands
    the same variable to Keras. `Dropout(0.8)` then drops 80 % of the values instead of 20 %, and
    the model trains slowly and underfits: two layers with a rate of 0.95 reached an accuracy of
    0.70, where 0.2 gave 1.0.

    Bad:
        keep_prob = 0.8
        model = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dropout(keep_prob))
        model.add(layers.Dense(1))
    Good:
        keep_prob = 0.8
        model = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dropout(1 - keep_prob))
        model.add(layers.Dense(1))
    Tempting:
        drop_prob = 0.8  # high on purpose, and not what is kept
        model = keras.Sequential([keras.Input((8,)), layers.Dense(64, activation="relu")])
        model.add(layers.Dropout(drop_prob))
        model.add(layers.Dense(1))
        model.compile(loss="mse", optimizer="adam")

    People say: "keep_prob in Keras", "dropout rate or keep probability", "training accuracy much
    lower than validation accuracy".

    When kerlint stays silent:
        - The name of the variable does not say that it is what is kept.
        - The rate is not known, or at most 0.5. With 0.5 both meanings are the same.
        - The rate is 1 or more (KER404).
    """

    code = "KER405"
    severity = Severity.WARNING
    required_bytes = (b"keep", b"KEEP", b"kept", b"retain")
    names = RATES
    untestable = "only the name of the variable says what the number was meant to be"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for found in rates(call, view):
            number = found.fact.number()
            word = call.variables.get(found.fact.used_at, "")
            if number is None or not _EVEN < number < 1 or not _KEPT.search(word.lower()):
                continue
            place = place_in(call, view, found)
            layer = spoken(call.name, call.path)
            yield Finding(
                found.site,
                f"`{layer}` drops {number:.0%} of the values, and `{word}` is the share to keep",
                label="the share to drop is wanted",
                help=f"write `1 - {word}`",
                related=found.notes("the rate"),
                origin=call.origin,
                rewrite=(Rewrite(place, ("1 - ", place)),) if place is not None else (),
            )
