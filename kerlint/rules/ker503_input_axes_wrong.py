"""KER503: a layer gets an input with another number of axes than it takes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.layers import RECURRENT
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import AXES, MERGE, Refused, Unknown
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.channels_first import channels_first
from kerlint.rules.keywords import releases_at
from kerlint.rules.model_inputs import as_taken, clash, stated_before
from kerlint.rules.refusals import (
    UNTESTABLE,
    axes_of,
    code_of,
    in_words,
    last_step,
    refusals,
)


class InputAxesWrong(Rule):
    """A layer cannot take its input: the number of axes is wrong, or two inputs do not fit.

    Each kind of layer takes inputs with a certain number of axes, with the batch first.
    `Dense` takes `(batch, features)`, recurrent layers and `Conv1D` take
    `(batch, steps, features)`, and `Conv2D` takes `(batch, rows, columns, channels)`.
    Keras raises an error while the model is being built.

    The most frequent reason is a recurrent layer before another one: without
    `return_sequences=True` it returns only its last step, and the next one gets no sequence.
    Another is an image without its axis of channels: gray images have one channel,
    `(28, 28, 1)`.

    Bad:
        model = keras.Sequential([keras.Input((20, 3))])
        model.add(layers.LSTM(32))
        model.add(layers.LSTM(16))
        model.add(layers.Dense(1))
    Good:
        model = keras.Sequential([keras.Input((20, 3))])
        model.add(layers.LSTM(32, return_sequences=True))
        model.add(layers.LSTM(16))
        model.add(layers.Dense(1))
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input((20, 3))])
        model.add(layers.LSTM(32))
        model.add(layers.RepeatVector(10))  # a sequence again
        model.add(layers.LSTM(16))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(40, 20, 3), np.random.rand(40, 1))

    People say:
        "Input 0 of layer lstm_1 is incompatible with the layer: expected ndim=3, found ndim=2",
        "expected min_ndim=4, found ndim=3. Full shape received: (None, 28, 28)"

    When kerlint stays silent:
        - The number of axes of the input is not known, because a custom layer, a Lambda layer or
          unknown code comes before.
        - The input shape begins with the batch axis: KER520 reports that.
        - A layer before this one cannot be built either.
    """

    code = "KER503"
    severity = Severity.ERROR
    required_bytes = (b"ayers", b"equential", b"keras")
    untestable = UNTESTABLE

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        for call, refused in refusals(layer, view):
            if code_of(call, refused, view) != self.code or _is_taken_by_keras_2(
                layer, refused, view
            ):
                continue
            if refused.fault == MERGE:
                yield _unjoinable(layer, refused)
            else:
                yield _axes(layer, call, refused, view)
            return
        if layer.model is not None:
            yield from _called_model(layer, layer.model, view)


def _is_taken_by_keras_2(layer: Layer, refused: Refused, view: View) -> bool:
    """Whether this may be a convolution of Keras 2, which takes more axes for more batches."""
    if refused.fault != AXES or refused.layer not in ("Conv1D", "Conv2D", "Conv3D"):
        return False
    (wanted,), (shape,) = refused.numbers, refused.given
    releases = releases_at(view.called.get(layer.origin.site, ""), view.target)
    return len(shape) > wanted and not all(release.startswith("3") for release in releases)


def _called_model(layer: Layer, model: int, view: View) -> Iterator[Finding]:
    """A model that is called like a layer, on something that its own layers cannot take."""
    inner = view.program.models[model]
    if len(inner.inputs) != 1 or view.asks_for_layout:
        return
    taken = view.program.tensors[inner.inputs[0]].shape
    for call in view.graph.layer_calls.get(layer.id, ()):
        if call.layer != layer.id or call.repeated or call.origin.fails or len(call.inputs) != 1:
            continue
        shape = view.program.tensors[call.inputs[0]].shape
        if isinstance(taken, Unknown) or isinstance(shape, Unknown):
            continue
        if _is_channels_first(call, view):
            continue
        fitting = as_taken(shape, taken)
        if fitting is not None and clash(inner, inner.inputs[0], fitting, view) is None:
            continue
        yield Finding(
            call.origin.site,
            f"the model takes inputs of the shape `{in_words(taken)}`, but is called on "
            f"`{in_words(shape)}`",
            label="Keras raises an error here",
            help="give the model the input shape that it is called on",
            related=(Note(inner.origin.site, f"takes `{in_words(taken)}`"),),
            origin=call.origin,
        )
        return


def _is_channels_first(call: LayerCall, view: View) -> bool:
    before = stated_before(call, view)
    return before is not None and channels_first(before.tensor, view) is not None


def _unjoinable(layer: Layer, refused: Refused) -> Finding:
    shapes = " and ".join(f"`{in_words(shape)}`" for shape in refused.given[:2])
    return Finding(
        layer.origin.site,
        f"`{layer.kind}` cannot join inputs of the shapes {shapes}",
        label="Keras raises an error here",
        help="give both inputs the same sizes"
        + (", except along `axis`" if layer.kind.lower().startswith("concat") else ""),
        origin=layer.origin,
    )


def _axes(layer: Layer, call: LayerCall, refused: Refused, view: View) -> Finding:
    (wanted,) = refused.numbers
    (shape,) = refused.given
    sequence = last_step(call, view) if wanted == len(shape) + 1 else None
    if sequence is not None:
        return _only_the_last_step(layer, sequence, refused)
    kind = refused.layer
    names = axes_of(kind, wanted)
    related: tuple[Note, ...] = ()
    stated = stated_before(call, view)
    if stated is not None and stated.site != layer.origin.site:
        related = (Note(stated.site, f"the input has the shape `{in_words(stated.shape)}`"),)
    return Finding(
        layer.origin.site,
        f"`{kind}` takes {wanted} axes{f' ({names})' if names else ''}, "
        f"but gets {len(shape)}: `{in_words(shape)}`",
        label="Keras raises an error here",
        help=_help(kind, wanted, shape, stated is not None),
        related=related,
        origin=layer.origin,
    )


def _only_the_last_step(layer: Layer, sequence: Layer, refused: Refused) -> Finding:
    return Finding(
        sequence.origin.site,
        f"this `{sequence.kind}` returns only its last step, but the `{refused.layer}` after it "
        "takes a sequence",
        label="returns one row for each sample",
        help=f"add `return_sequences=True` to this `{sequence.kind}`",
        related=(Note(layer.origin.site, "takes (batch, steps, features)"),),
        origin=sequence.origin,
    )


def _help(kind: str, wanted: int, shape: tuple[object, ...], is_input: bool) -> str:
    if len(shape) < wanted and is_input:
        if wanted == len(shape) + 1:
            more = in_words((*shape[1:], 1))
            return f"give the input and the data one more axis, such as `{more}`"
        return "give the input and the data the axes that are missing"
    if len(shape) < wanted:
        return f"remove the layer before it that drops axes, or add `Reshape` before this `{kind}`"
    if kind in RECURRENT:
        return f"add `Reshape((steps, features))` before this `{kind}`"
    return f"add `Reshape` or a pooling layer before this `{kind}`"
