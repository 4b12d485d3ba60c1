"""KER713: pixels from 0 to 255 reach the first layer with weights."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change, InsertBefore
from kerlint.program.claims import INPUT_SCALE, InputRangeClaim
from kerlint.program.data import Array
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import (
    TRAINING,
    UNIT,
    arrivals,
    data_of,
    first_with,
    is_pretrained_kind,
    span_of,
)


class RawPixels(Rule):
    """The model is trained on raw pixels from 0 to 255, so it learns slowly or not at all.

    Weights are initialized for inputs of about 1. Pixels from 0 to 255 make the outputs of the
    first layer hundreds of times too large: the loss starts at several hundred, and units with
    a sigmoid or tanh saturate.

    Divide the images by 255, or put a `Rescaling` layer at the start of the model, which then
    also scales what you predict on.

    Bad:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Good:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Tempting:
        # Pixels as `load_data` returns them, but the model scales them.
        import numpy as np

        x = np.random.randint(0, 256, (64, 28, 28))
        y = np.random.randint(0, 10, 64)
        model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255)])
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

        # Batch normalization scales what `load_data` returns.
        import numpy as np

        x = np.random.randint(0, 256, (64, 32, 32, 3))
        y = np.random.randint(0, 10, 64)
        model = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(8, 3)])
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.GlobalAveragePooling2D())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

    People say:
        "loss starts very high", "accuracy stuck at 0.1", "loss does not decrease",
        "loss: nan"

    When kerlint stays silent:
        - The code does not show that the data are raw pixels. They are when they come from
          `keras.datasets`, an `ImageDataGenerator` without `rescale`, or
          `image_dataset_from_directory`.
        - The model scales or normalizes its input, or has a custom layer before its first
          weights.
        - The model begins with a pretrained one: KER715 reports those.
    """

    code = "KER713"
    severity = Severity.WARNING
    required_bytes = (
        b"load_data",
        b"ImageDataGenerator",
        b"image_dataset_from_directory",
        b"tfds",
        b"tensorflow_datasets",
        b"imread",
        b"load_img",
        b"Image.open",
        b"decode_",
    )
    experiments = (INPUT_SCALE,)
    unsafe_because = "weights that were trained on raw pixels no longer fit"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        data = data_of(fit)
        span = span_of(data)
        if fit.method not in TRAINING or data is None or span is None:
            return
        if not span.raw or not first_with(view.program.fits, fit, span):
            return
        found, whole = arrivals(view, fit.model, span)
        raw = [each for each in found if each.span.raw]
        # Past a `Rescaling` layer there may be nothing but layers that a normalization follows.
        scales = any(each.rescaled or each.layer.kind == "Rescaling" for each in found)
        if not whole or not raw or scales:
            return
        if any(is_pretrained_kind(each.layer) for each in raw):
            return
        predicts = _predicts_pixels(fit)
        yield Finding(
            fit.place("x"),
            "the model is trained on raw pixels from 0 to 255, which nothing scales",
            label="pixels from 0 to 255",
            help='divide the images by 255, as in `x.astype("float32") / 255`, or begin the model '
            "with `layers.Rescaling(1 / 255)`",
            related=(
                Note(data.site, "the images come from here"),
                Note(raw[0].layer.origin.site, "the first layer with weights"),
            ),
            origin=fit.origin,
            claim=claim(fit, view),
            repair=repair(fit, view),
            fix=Applicability.DISPLAY if predicts else None,
            unsafe_because="the images are the labels too, and would stay as they are"
            if predicts
            else "",
        )


def _predicts_pixels(fit: Fit) -> bool:
    """Whether raw pixels are the labels as well, as those of an autoencoder."""
    labels = fit.args.get("y")
    return labels is not None and isinstance(labels.value, Array) and labels.value.raw_pixels


def claim(fit: Fit, view: View) -> InputRangeClaim:
    """Pixels in the range that is known, or from 0 to 1."""
    span = span_of(data_of(fit)) or UNIT
    return InputRangeClaim(
        model=fit.model, compiled=fit.compiled, lowest=span.low, highest=span.high
    )


def repair(fit: Fit, view: View) -> tuple[Change, ...]:
    """`Rescaling` before each layer with weights that the pixels arrive at."""
    found, _ = arrivals(view, fit.model, span_of(data_of(fit)) or UNIT)
    first = dict.fromkeys(each.layer.id for each in found if each.layer.kind != "Rescaling")
    return tuple(
        InsertBefore(layer, "keras.layers.Rescaling", {"scale": 1 / 255}) for layer in first
    )
