"""The rule as its users see it; run where ``kerlint-example`` is installed."""

import kerlint

MODEL = "from keras import layers, Sequential\nSequential([layers.Dense(4), layers.Dropout({})])\n"


def test_dropout():
    (finding,) = kerlint.lint_source(MODEL.format(0.9), select=["LAB101"])
    assert finding.span.start.row == 2
    assert finding.message == "a dropout rate of 0.9 is above 0.5"


def test_silent():
    for rate in ("0.5", "rate", "1"):
        assert not kerlint.lint_source(MODEL.format(rate), select=["LAB101"])
