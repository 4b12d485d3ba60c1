"""KER515: outputs of a model that do not come from its inputs."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Model
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.refusals import UNTESTABLE


class InputNotConnected(Rule):
    """The output of a model depends on an input that is not one of the model's inputs.

    `Model(inputs, outputs)` follows the layers back from the outputs. If that leads to an `Input`
    that is not among `inputs`, Keras raises an error. Often the layers were called on another
    tensor, or a variable was assigned a second time.

    Bad:
        inputs = keras.Input((4,))
        x = layers.Dense(8, activation="relu")(inputs)
        outputs = layers.Dense(1)(x)
        inputs = keras.Input((4,))
        model = keras.Model(inputs, outputs)
    Good:
        inputs = keras.Input((4,))
        x = layers.Dense(8, activation="relu")(inputs)
        outputs = layers.Dense(1)(x)
        model = keras.Model(inputs, outputs)
    Tempting:
        import numpy as np

        inputs = keras.Input((4,))
        middle = layers.Dense(8, activation="relu")(inputs)
        outputs = layers.Dense(1)(middle)
        model = keras.Model(middle, outputs)  # begins in the middle, which is allowed
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(20, 8), np.random.rand(20, 1))

    People say:
        "Graph disconnected: cannot obtain value for tensor",
        "Output with path is not connected to inputs"

    When kerlint stays silent:
        - The inputs or outputs of the model are not all known.
        - The output comes from something that kerlint could not read.
    """

    code = "KER515"
    severity = Severity.ERROR
    required_bytes = (b"Model",)
    untestable = UNTESTABLE

    def check(self, model: Model, view: View) -> Iterator[Finding]:
        if model.kind != "functional" or not model.inputs or not model.outputs:
            return
        if any(gap.reason.startswith("the inputs are not known") for gap in model.gaps):
            return
        program = view.program
        inputs = {tensor for other in program.models for tensor in other.inputs}
        calls = [program.layer_calls[index] for index in model.graph]
        for tensor in dict.fromkeys(t for call in calls for t in (*call.inputs, *model.outputs)):
            made = program.tensors[tensor]
            if made.apply is not None or tensor in model.inputs:
                continue
            is_input = made.site in view.inputs_made
            if not is_input and tensor not in inputs:
                continue
            what = "an `Input`" if is_input else "the input of another model"
            yield Finding(
                model.origin.site,
                f"the output comes from {what} that is not among the inputs of this model",
                label="Keras raises an error here",
                help="call the layers on the input that the model is given",
                related=(Note(made.site, "the output comes from here"),),
                origin=model.origin,
            )
            return
