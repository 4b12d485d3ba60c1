"""What our group has agreed on."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.plugin import Applicability, Finding, Layer, Rule, SetArg, Severity, View

MOST = 0.5


class DropoutAboveHalf(Rule):
    """A dropout rate above 0.5 is more than our models are trained with.

    With a rate of 0.9, only one unit in ten is left, and the training takes many times as long.

    Bad:
        model = keras.Sequential([layers.Dense(64), layers.Dropout(0.9), layers.Dense(1)])
    Good:
        model = keras.Sequential([layers.Dense(64), layers.Dropout(0.3), layers.Dense(1)])

    When kerlint stays silent:
        - The rate is not known from the code.
    """

    code = "LAB101"
    severity = Severity.WARNING
    required_bytes = (b"Dropout",)
    names = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
    untestable = "it is a convention"
    fix = Applicability.UNSAFE
    unsafe_because = "the model is then trained with another rate"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        rate = layer.args.get("rate")
        if rate is None or not isinstance(rate.value, float) or rate.value <= MOST:
            return
        yield Finding(
            layer.origin.site,
            f"a dropout rate of {rate.value} is above {MOST}",
            label="leaves too little",
            help=f"use {MOST} at most",
            repair=(SetArg(layer.id, "rate", MOST),),
        )
