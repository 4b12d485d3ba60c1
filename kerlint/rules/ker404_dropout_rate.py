"""KER404: a dropout rate of 1, or one that is not a fraction at all."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import SetValue, SourceChange
from kerlint.program.claims import EXISTENCE
from kerlint.program.model import Call
from kerlint.rules.arguments import place_in, reaches_keras_3, refusal
from kerlint.rules.arguments import refused as claim
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.dropout import DROPPING, NOISY, RATES, RECURRENT, rates
from kerlint.rules.keywords import spoken

__all__ = ["DropoutRate", "claim"]

_PERCENT = 5  # what is below may as well be a slip


class DropoutRate(Rule):
    """A dropout rate of 1 drops everything, and a rate such as 50 is an error.

    The rate is the share of the values that are set to 0 in training. With a rate of 1 none are
    left: the layers before it receive no gradient, and the model learns nothing from its inputs.
    Since Keras 3.14, `Dropout` accepts it without a warning; older releases raise an error in
    training. Rates above 1 and below 0 raise an error in `Dropout`. In recurrent layers every rate
    above 1 counts as 1, without a warning.

    In TensorFlow 1 the number was the share of the values to keep (KER405).

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dropout(1.0))
        model.add(layers.Dense(1))
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dropout(0.5))
        model.add(layers.Dense(1))
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dropout(rate=0.9))  # a high rate still lets something through
        model.add(layers.Dropout(rate=0))  # no dropout
        model.add(layers.GaussianNoise(1.0))  # not a rate
        model.add(layers.Dense(1))
        model.compile(loss="mse", optimizer="adam")

    People say: "Invalid value received for argument `rate`. Expected a float value between 0 and
    1", "dropout 1.0 keras", "accuracy does not change with dropout".

    When kerlint stays silent:
        - The rate is not known, or it is between 0 and 1.
        - The rate is a string or a list (KER406).
        - A recurrent layer has a negative rate, which counts as 0.
    """

    code = "KER404"
    severity = Severity.ERROR
    required_bytes = (b"ropout",)
    names = RATES
    unsafe_because = "kerlint takes the number for a percentage"
    experiments = (EXISTENCE,)

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        for found in rates(call, view):
            number = found.fact.number()
            if number is None or 0 <= number < 1:
                continue
            layer = spoken(call.name, call.path)
            help = "give the share of the values that are dropped, such as `0.5`"
            rewrite: tuple[SourceChange, ...] = ()
            raises = not call.name.endswith(RECURRENT)
            if number > 1:
                if number <= 100:
                    help = f"write `{number / 100:g}` if you mean {number:g} %"
                    place = place_in(call, view, found)
                    if place is not None and number >= _PERCENT:
                        rewrite = (SetValue(place, number / 100),)
                message = f"`{layer}` raises an error for a dropout rate of {number:g}"
                if not raises:
                    message = (
                        f"nothing gets through `{layer}`, because `{found.name}={number:g}` counts"
                    )
                    message += " as 1"
            elif number == 1:
                raises = call.name.endswith(NOISY) or not reaches_keras_3(call, view)
                message = f"nothing gets through `{layer}` in training with a dropout rate of 1"
                if raises and call.name.endswith((*NOISY, *DROPPING)):
                    message = f"`{layer}` raises an error in training with a dropout rate of 1"
            else:
                if not raises:
                    continue
                message = f"`{layer}` raises an error for a negative dropout rate"
            yield Finding(
                found.site,
                message,
                label="the rate lies between 0 and 1",
                help=help,
                related=found.notes("the rate"),
                origin=call.origin,
                rewrite=rewrite,
                claim=refusal(found, call, view)
                if found.name == "rate" or (number > 1 and raises)
                else None,
            )
