"""KER519: a stateful layer without a fixed batch size, or with shuffled sequences."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Constant, SetArgument
from kerlint.program.data import Array
from kerlint.program.layers import RECURRENT
from kerlint.program.model import Fit, Layer, LayerCall, Program
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import data_of


class StatefulTraining(Rule):
    """A stateful layer carries its state from batch to batch, which needs a fixed order and size.

    With `stateful=True`, the state after one batch is where the next batch begins: row 3 of a batch
    goes on where row 3 of the last one ended. `fit` shuffles the rows by default, so each sequence
    begins with the state of another one. And the state has one row for each sample: without
    `batch_size=` in `Input`, Keras raises an error, and so it does when the last batch is smaller.

    Pass `shuffle=False` to `fit`, give `Input` the `batch_size`, and drop the rows at the end
    that do not fill a batch. If the sequences have nothing to do with each other, leave `stateful`
    out.

    Bad:
        import numpy as np

        model = keras.Sequential(
            [keras.Input((10, 1), batch_size=8), layers.LSTM(16, stateful=True), layers.Dense(1)]
        )
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(80, 10, 1), np.random.rand(80, 1), batch_size=8)
    Good:
        import numpy as np

        model = keras.Sequential(
            [keras.Input((10, 1), batch_size=8), layers.LSTM(16, stateful=True), layers.Dense(1)]
        )
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(80, 10, 1), np.random.rand(80, 1), batch_size=8, shuffle=False)
    Tempting:
        # Without a stateful layer the order does not matter.
        import numpy as np

        model = keras.Sequential(
            [keras.Input((10, 1), batch_size=8), layers.LSTM(16), layers.Dense(1)]
        )
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(80, 10, 1), np.random.rand(80, 1), batch_size=8)

    People say:
        "When using stateful=True in a RNN, the batch size must be static",
        "If a RNN is stateful, it needs to know its batch size", "stateful LSTM does not learn"

    When kerlint stays silent:
        - The data are a dataset or a generator, whose order `fit` does not change.
        - All rows are in one batch.
        - The code does not show whether the layer is stateful.
    """

    code = "KER519"
    severity = Severity.WARNING
    required_bytes = (b"stateful",)
    unsafe_because = "the rows are then trained on in their order"
    untestable = "the experiments train on rows without an order"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        stateful = [layer for layer in program.layers[program.own.layers :] if _is_stateful(layer)]
        if not stateful:
            return
        for layer in stateful:
            if _without_batch_size(layer, view):
                yield Finding(
                    layer.origin.site,
                    f"Keras raises an error: this stateful `{layer.kind}` has no fixed batch size",
                    label="needs to know the batch size",
                    help="give `Input` a `batch_size`, or remove `stateful=True`",
                    severity=Severity.ERROR,
                    origin=layer.origin,
                )
        for fit in program.fits[program.own.fits :]:
            inside = view.layers_in(fit.model)
            trained = [layer for layer in stateful if layer.id in inside]
            if (
                not trained
                or fit.origin.fails
                or any(_without_batch_size(x, view) for x in trained)
            ):
                continue
            yield from _about(fit, trained[0])


def _about(fit: Fit, layer: Layer) -> Iterator[Finding]:
    """What is wrong with the order or the number of the rows."""
    if fit.method != "fit" or fit.partial or "y" not in fit.args or fit.dataset is not None:
        return
    shuffle, data = fit.args.get("shuffle"), data_of(fit)
    rows = data.shape[0] if isinstance(data, Array) and data.shape else None
    size = fit.args.get("batch_size")
    given = 32 if size is None or size.value is None else size.integer()
    if isinstance(rows, int) and given is not None and rows <= given:
        return
    note = (Note(layer.origin.site, "keeps its state from batch to batch"),)
    if isinstance(rows, int) and given and rows % given:
        yield Finding(
            fit.origin.site,
            f"Keras raises an error: {rows} rows do not fill batches of {given} for the stateful "
            f"`{layer.kind}`",
            label=f"the last batch has {rows % given} rows",
            help=f"train on a multiple of {given} rows, such as the first {rows - rows % given}",
            related=note,
            severity=Severity.ERROR,
            origin=fit.origin,
        )
        return
    if shuffle is None or shuffle.value is True:
        yield Finding(
            fit.origin.site,
            f"`fit` shuffles the rows, but the stateful `{layer.kind}` carries its state from one "
            "to the next",
            label="shuffles by default" if shuffle is None else "shuffles the rows",
            help="pass `shuffle=False`, or remove `stateful=True`",
            related=note,
            origin=fit.origin,
            rewrite=(SetArgument(fit.origin.site, "shuffle", (Constant(False),)),),
        )


def _is_stateful(layer: Layer) -> bool:
    fact = layer.arg("stateful")
    return fact is not None and fact.value is True and layer.kind in RECURRENT and not layer.custom


def _without_batch_size(layer: Layer, view: View) -> bool:
    """Whether the layer gets an input whose first axis the program leaves free."""
    for call in view.graph.layer_calls.get(layer.id, ()):
        shape = view.program.tensors[call.inputs[0]].shape if call.inputs else None
        if shape is None or isinstance(shape, Unknown) or len(shape) < 2:
            return False
        if shape[0] is None and _states_shape(call, view):
            return True
    return False


def _states_shape(call: LayerCall, view: View) -> bool:
    """Whether the input of a model is stated, so that the model is built before it gets data."""
    first = call
    for before in view.graph.back(call.inputs[0]):
        first = before
    source = view.program.tensors[first.inputs[0]] if first.inputs else None
    if source is None or source.apply is not None:
        return False
    stated = ("input_shape", "input_dim")
    return source.site in view.inputs_made or any(n in view.layer(first).args for n in stated)
