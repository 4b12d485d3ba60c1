"""KER406: a dropout rate that is a text or a list."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.program.values import Items, text_of
from kerlint.rules.arguments import argument, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker404_dropout_rate import RATES
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
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for name in RATES.get(call.name, ()):
            found = argument(call, view, name)
            if found is None or not isinstance(found.fact.value, (str, Items)):
                continue
            written = found.fact.value
            if isinstance(written, Items) and written.kind not in ("list", "tuple"):
                continue  # ``{{uniform(0, 1)}}`` is a template, not Python
            is_text = isinstance(written, str)
            help = "give one number, such as `0.5`"
            if isinstance(written, str) and _is_number(written):
                help = f"write the number without quotes: `{written.strip()}`"
            noun = (
                "a text" if is_text else f"a {written.kind}" if isinstance(written, Items) else ""
            )
            yield Finding(
                found.site,
                f"`{spoken(call.name, call.path)}` raises an error because its rate is {noun}",
                label=f"{text_of(written)} is not a number",
                help=help,
                related=(Note(found.related, "the rate"),) if found.related is not None else (),
                origin=call.origin,
                claim=refusal(found, call, view) if is_text else None,
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
