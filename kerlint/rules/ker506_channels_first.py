"""KER506: images whose channels come first, under layers that take them last."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Program
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.channels_first import channels_first
from kerlint.rules.model_inputs import given, stated
from kerlint.rules.refusals import in_words, sizes_after_batch


class ChannelsFirst(Rule):
    """The channels come first in the input shape, but Keras takes them last.

    By default, Keras takes images as (rows, columns, channels). With an input shape such as
    `(1, 28, 28)`, a convolution sees an image that is one pixel high, with 28 channels. The first
    windows do not fit, so Keras raises an error, or with `padding="same"` it trains on nonsense.

    Older programs and other libraries have the channels first. Either turn the data and the input
    shape around, or use `data_format="channels_first"` on each layer.

    Bad:
        model = keras.Sequential()
        model.add(layers.Conv2D(32, 3, activation="relu", input_shape=(1, 28, 28)))
        model.add(layers.MaxPooling2D())
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
    Good:
        model = keras.Sequential()
        model.add(layers.Conv2D(32, 3, activation="relu", input_shape=(28, 28, 1)))
        model.add(layers.MaxPooling2D())
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
    Tempting:
        import numpy as np
        # Three sensors over time: a row for each sensor, and the windows are one row high.
        model = keras.Sequential([keras.Input((3, 128, 16))])
        model.add(layers.Conv2D(8, (1, 5), activation="relu"))
        model.add(layers.Flatten())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(20, 3, 128, 16), np.random.rand(20, 1))

    People say:
        "Negative dimension size caused by subtracting 3 from 1 for conv2d",
        "The channel dimension of the inputs should be defined"

    When kerlint stays silent:
        - `data_format="channels_first"` is set, for the layer or for all of Keras, or the program
          asks for `image_data_format()`.
        - The first size is not 1 or 3, or one of the others is not known, is small, or is more
          than four times the other: then it may be the number of rows.
        - The kernel is not as high as it is wide, or a `Permute` or `Reshape` layer comes first.
    """

    code = "KER506"
    severity = Severity.WARNING
    required_bytes = (b"hape", b"Input")
    untestable = (
        "where Keras builds such a model, only the author knows which axis has the channels"
    )

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        if view.asks_for_layout:
            return
        for made in program.tensors:
            tensor = made.id
            call = channels_first(tensor, view) if made.apply is None else None
            if call is None or call.origin.fails:
                continue
            before = stated(tensor, view)
            if before is None:
                continue
            layer = view.layer(call)
            if layer.id < program.own.layers or layer.id in view.dropped_layers:
                continue
            _, channels, rows, columns = before.shape
            right = in_words((rows, columns, channels))
            related = [Note(layer.origin.site, "takes (rows, columns, channels)")]
            related += _data(tensor, view)
            yield Finding(
                before.site,
                f"`{layer.kind}` takes the channels last, but they come first in the input shape "
                f"`{sizes_after_batch(before.shape)}`",
                label="channels first",
                help=f"use `{right}`, for the data too, or "
                '`data_format="channels_first"` on each layer',
                related=tuple(related),
                origin=layer.origin if before.site == layer.origin.site else None,
            )


def _data(tensor: int, view: View) -> Iterator[Note]:
    for fit in view.program.fits:
        for data in given(fit, view):
            if data.tensor == tensor:
                yield data.note(f"the data have the shape `{in_words(data.array.shape)}`")
                return
