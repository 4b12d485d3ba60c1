"""KER517: a recurrent layer that goes on reading after the end of padded sequences."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import SetArg
from kerlint.program.layers import KINDS, RECURRENT
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import Site
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import data_of


class PaddingWithoutMask(Rule):
    """Sequences are padded at the end, and nothing tells the recurrent layer to skip the padding.

    The output of an `LSTM` or `GRU` is its state after the last step. When short sequences are
    filled up with zeros at the end, that is the state after many steps of padding, in which the
    layer has forgotten most of the sequence.

    With `mask_zero=True` the `Embedding` marks the padding, and recurrent layers skip it. Or pad at
    the start, which is the default of `pad_sequences`.

    Bad:
        import numpy as np
        from keras.utils import pad_sequences

        x = pad_sequences([[1, 2], [3, 4, 5, 6, 7, 8, 9]], maxlen=80, padding="post")
        model = keras.Sequential([keras.Input((80,)), layers.Embedding(10, 16)])
        model.add(layers.LSTM(32))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, np.array([0, 1]))
    Good:
        import numpy as np
        from keras.utils import pad_sequences

        x = pad_sequences([[1, 2], [3, 4, 5, 6, 7, 8, 9]], maxlen=80, padding="post")
        model = keras.Sequential([keras.Input((80,)), layers.Embedding(10, 16, mask_zero=True)])
        model.add(layers.LSTM(32))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, np.array([0, 1]))
    Tempting:
        # Padded at the start: the state at the end is that after the last word.
        import numpy as np
        from keras.utils import pad_sequences

        x = pad_sequences([[1, 2], [3, 4, 5, 6, 7, 8, 9]], maxlen=80)
        model = keras.Sequential([keras.Input((80,)), layers.Embedding(10, 16)])
        model.add(layers.LSTM(32))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, np.array([0, 1]))

    People say:
        "LSTM accuracy stuck at 0.5 with padded sequences", "padding post LSTM does not learn"

    When kerlint stays silent:
        - The sequences are padded at the start, or the code does not show where.
        - The recurrent layer returns all steps, or reads backwards.
        - There is a `Masking` layer, a mask, or a layer that kerlint does not know in between.
    """

    code = "KER517"
    severity = Severity.WARNING
    required_bytes = (b"Embedding(",)
    names = frozenset({"Embedding"})
    unsafe_because = "the word with the number 0 is then padding"
    untestable = "the experiments feed sequences without padding"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if layer.kind != "Embedding" or layer.custom or layer.partial:
            return
        masks = layer.arg("mask_zero")
        if masks is not None and masks.value is not False:
            return
        for apply in view.graph.layer_calls.get(layer.id, ()):
            last = _reader(apply, view)
            padded = _padded_at(apply, view) if last is not None else None
            if last is None or padded is None:
                continue
            yield Finding(
                layer.origin.site,
                f"the sequences are padded at the end, and `{last.kind}` reads the padding too",
                label="marks no padding",
                help="pass `mask_zero=True`, so that recurrent layers skip the padding",
                related=(
                    Note(padded, "padded at the end"),
                    Note(last.origin.site, "its output is the state after the last step"),
                ),
                origin=layer.origin,
                rewrite=(SetArg(layer.id, "mask_zero", True),),
            )
            return


def _padded_at(apply: LayerCall, view: View) -> Site | None:
    """Where the sequences are padded at the end that an Embedding gets."""
    if len(apply.inputs) != 1:
        return None
    before = view.graph.producer(apply.inputs[0])
    if before is not None:
        layer = view.graph.layer(before)
        mode, ragged = layer.arg("output_mode"), layer.arg("ragged")
        if layer.kind != "TextVectorization" or layer.custom or layer.partial:
            return None
        if (mode is None or mode.value == "int") and (ragged is None or ragged.value is False):
            return layer.origin.site
        return None
    for fit in view.program.fits:
        data = data_of(fit)
        if fit.method == "fit" and not fit.origin.fails and data is not None:
            inputs = view.program.models[fit.model].inputs
            if data.padded == "post" and inputs == apply.inputs:
                return data.site
    return None


def _reader(apply: LayerCall, view: View) -> Layer | None:
    """The recurrent layer after an Embedding that only gives its last state."""
    for each in view.graph.straight(apply.outputs[0]):
        layer = view.graph.layer(each)
        kind = KINDS.get(layer.kind)
        if layer.custom or layer.operation or kind is None or "mask" in each.args:
            return None
        if layer.kind == "Bidirectional" and layer.wrapped is not None:
            layer = view.program.layers[layer.wrapped]
        if layer.kind in RECURRENT:
            steps = layer.arg("return_sequences")
            if steps is not None and steps.value is not False:
                if steps.value is not True or len(each.outputs) != 1:
                    return None
                continue
            backwards = layer.arg("go_backwards")
            if layer.partial or backwards is not None or len(each.outputs) != 1:
                return None
            return layer
        if layer.kind not in ("Dropout", "SpatialDropout1D", "BatchNormalization"):
            return None
    return None
