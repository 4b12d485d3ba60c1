"""The rates of dropout in a call, for the rules about their values."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.program.model import Call
from kerlint.rules.arguments import Argument, argument
from kerlint.rules.base import View

# Layers that drop values, by the names of their rates.
DROPPING = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
NOISY = ("GaussianDropout", "AlphaDropout")
RECURRENT = (
    *("LSTM", "GRU", "SimpleRNN", "LSTMCell", "GRUCell", "SimpleRNNCell"),
    *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
)
_ATTENTION = ("Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention")
RATES: dict[str, tuple[str, ...]] = {
    **{f"keras.layers.{name}": ("rate",) for name in (*DROPPING, *NOISY)},
    **{f"keras.layers.{name}": ("dropout", "recurrent_dropout") for name in RECURRENT},
    **{f"keras.layers.{name}": ("dropout",) for name in _ATTENTION},
}


def rates(call: Call, view: View) -> Iterator[Argument]:
    """The arguments of a call that are rates of dropout, each with its place."""
    for name in RATES.get(call.name, ()):
        found = argument(call, view, name)
        if found is not None:
            yield found
