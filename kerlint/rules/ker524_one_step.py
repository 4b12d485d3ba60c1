"""KER524: a recurrent layer over a single step."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.layers import RECURRENT
from kerlint.program.model import Layer
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Rule, View


class OneStep(Rule):
    """A recurrent layer that sees one step only is an expensive `Dense` layer.

    An `LSTM` takes sequences of shape (steps, features) and carries its state from step to step.
    With an input of shape (1, features) there is one step, and nothing to carry: the recurrent
    weights are never used, and do not change in training. Often a window of past values was
    reshaped to `(samples, 1, window)` instead of `(samples, window, 1)`.

    This rule is off by default, because such a model does learn. Turn it on with
    `--extend-select KER524`.

    Bad:
        model = keras.Sequential([keras.Input((1, 24)), layers.LSTM(50), layers.Dense(1)])
    Good:
        model = keras.Sequential([keras.Input((24, 1)), layers.LSTM(50), layers.Dense(1)])
    Tempting:
        # One step at a time, with a state that is kept between the calls.
        model = keras.Sequential(
            [
                keras.Input((1, 24), batch_size=8),
                layers.LSTM(50, stateful=True),
                layers.Dense(1),
            ]
        )
        model.compile(optimizer="adam", loss="mse")

    People say:
        "LSTM input shape (samples, time steps, features)", "LSTM predicts a flat line",
        "LSTM is not better than Dense"

    When kerlint stays silent:
        - The layer is `stateful`, or gets an initial state.
        - The number of steps is not known, or not fixed.
        - The layer is not part of a model that is read completely, such as the decoder of a
          translation model that is called step by step.
    """

    code = "KER524"
    severity = Severity.INFO
    default = False
    required_bytes = (b"LSTM", b"GRU", b"SimpleRNN", b"RNN(")
    names = RECURRENT
    untestable = "the repair is another shape of the data, which is not part of the model"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        calls = view.graph.layer_calls.get(layer.id, ())
        if layer.custom or layer.partial or not calls:
            return
        stateful, state = layer.arg("stateful"), layer.arg("return_state")
        for fact in (stateful, state):
            if fact is not None and fact.value is not False:
                return
        for call in calls:
            shape = view.program.tensors[call.inputs[0]].shape
            if len(call.inputs) != 1 or call.repeated or isinstance(shape, Unknown):
                return
            if len(shape) < 3 or shape[1] != 1:
                return
        shape = view.program.tensors[calls[0].inputs[0]].shape
        assert not isinstance(shape, Unknown)
        features = shape[2] if isinstance(shape[2], int) else "features"
        yield Finding(
            layer.origin.site,
            f"this `{layer.kind}` sees one step only, so its recurrent weights do nothing",
            label=f"the input is one step of {features} values",
            help=f"reshape to `(samples, {features}, 1)` if these are in order, or use `Dense`",
            origin=layer.origin,
        )
