"""KER406: a dropout rate that is a string or a list."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import SetValue, SourceChange
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.program.values import Items, text_of
from kerlint.rules.arguments import place_in, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.dropout import RATES, rates
from kerlint.rules.keywords import spoken

__all__ = ["DropoutRateNotANumber", "claim"]


class DropoutRateNotANumber(Rule):
    """A dropout rate in quotes, or in a list, raises an error.

    Keras compares the rate with 0 and 1, which fails with "'<=' not supported between instances of
    'int' and 'str'". This often happens to settings that come from a file or from the command line.

    Bad:
        layers.Dropout("0.5")
    Good:
        layers.Dropout(0.5)
    Tempting:
        settings = {"rate": "0.5"}
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dropout(rate=float(settings["rate"])))
        model.add(layers.Dense(1))
        model.compile(loss="mse", optimizer="adam")

    People say: "'<=' not supported between instances of 'int' and 'str'", "'>' not supported
    between instances of 'str' and 'float'".

    When kerlint stays silent:
        - The rate is a number (KER404 is about its size), `None`, or not known.
        - The braces of a template look like a set, as in `Dropout({{uniform(0, 1)}})`.
    """

    code = "KER406"
    severity = Severity.ERROR
    required_bytes = (b"ropout",)
    names = RATES
    fix = Applicability.SAFE
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for found in rates(call, view):
            given = found.fact.value
            if not isinstance(given, (str, Items)):
                continue
            if isinstance(given, Items) and given.kind not in ("list", "tuple"):
                continue  # ``{{uniform(0, 1)}}`` is a template, not Python
            is_text = isinstance(given, str)
            rewrite: tuple[SourceChange, ...] = ()
            help = "give one number, such as `0.5`"
            if isinstance(given, str) and _is_number(given):
                help = f"write the number without quotes: `{given.strip()}`"
                place = place_in(call, view, found)
                rewrite = (SetValue(place, float(given)),) if place is not None else ()
            noun = f"a {given.kind}" if isinstance(given, Items) else "a string"
            yield Finding(
                found.site,
                f"`{spoken(call.name, call.path)}` raises an error because its rate is {noun}",
                label=f"{text_of(given)} is not a number",
                help=help,
                related=found.notes("the rate"),
                origin=call.origin,
                rewrite=rewrite,
                claim=refusal(found, call, view) if is_text else None,
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
