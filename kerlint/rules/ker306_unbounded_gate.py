"""KER306: gates of an LSTM or GRU that are not between 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import DropArg
from kerlint.program.heads import activation_word
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Rule, View

_GATED = frozenset({"LSTM", "GRU", "LSTMCell", "GRUCell", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})
_UNBOUNDED = frozenset(
    {
        "celu",
        "elu",
        "exponential",
        "leaky_relu",
        "linear",
        "relu",
        "selu",
        "softplus",
    }
)


class UnboundedGate(Rule):
    """The gates of an LSTM or GRU are not limited to 0 to 1, so the state can grow at each step.

    `recurrent_activation` is the activation of the gates. A gate says how much of the state is
    kept, from nothing (0) to all (1). With relu it can be larger than 1, and the state is
    multiplied by it at each step: in a fresh `LSTM` of 32 units, the cell state reached 5 after 10
    steps, 56 after 50 and 2,096 after 200. With the default, sigmoid, it stayed below 1. The loss
    then jumps or becomes NaN.

    Leave `recurrent_activation` out. The activation of the output is `activation`.

    Bad:
        layers.LSTM(32, recurrent_activation="relu")
    Good:
        layers.LSTM(32)
    Tempting:
        # A hard sigmoid is between 0 and 1 too.
        model = keras.Sequential([keras.Input((20, 3))])
        model.add(layers.LSTM(32, recurrent_activation="hard_sigmoid"))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")

    People say:
        "LSTM loss: nan", "loss explodes with relu in LSTM"

    When kerlint stays silent:
        - The activation of the gates is a sigmoid, a hard sigmoid or tanh, or a function of your
          own.
    """

    code = "KER306"
    severity = Severity.WARNING
    required_bytes = (b"recurrent_activation", b"inner_activation")
    names = _GATED
    untestable = "the gates are inside the layer, where no experiment looks"
    unsafe_because = "the model then trains differently"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        fact = layer.arg("recurrent_activation")
        if fact is None or layer.kind not in _GATED or layer.custom:
            return
        word = activation_word(fact.value)
        if word not in _UNBOUNDED:
            return
        yield Finding(
            layer.origin.site,
            f"the gates of this `{layer.kind}` are {word}, so its state can grow without limit",
            label="a gate is a share between 0 and 1",
            help="remove `recurrent_activation`; the default is sigmoid",
            origin=layer.origin,
            rewrite=(DropArg(layer.id, "recurrent_activation"),),
        )
