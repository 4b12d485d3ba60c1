"""KER714: images that are divided by 255 a second time."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import DropArgument, Remove
from kerlint.program.claims import INPUT_SCALE, InputRangeClaim
from kerlint.program.model import Call, Fit, Program
from kerlint.program.values import Object
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import (
    EXPECTS,
    INSIDE,
    UNSEEN,
    Span,
    arrivals,
    data_of,
    preprocessing_of,
    shrinks,
    span_of,
    trainings,
)

NOT_IN_A_MODEL = "the images are divided outside of a model, and only models are rebuilt"
GENERATOR = "keras.preprocessing.image.ImageDataGenerator"


class ScaledTwice(Rule):
    """The images are divided by 255 twice, so the model sees almost nothing.

    After the first division the pixels are between 0 and 1. After the second one they are at
    most 0.004, and all images look black to the model. It often happens with a `Rescaling`
    layer in the model and a division, `rescale=` or a second `Rescaling` before it. With
    `preprocess_input` in an `ImageDataGenerator`, `rescale` divides what that function returns.

    Bad:
        (x, y), _ = keras.datasets.mnist.load_data()
        x = x / 255
        model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255)])
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Good:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(1 / 255)])
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)
    Tempting:
        # From 0 to 1, and then to -1 to 1: that is no second division by 255.
        import numpy as np

        x = np.random.randint(0, 256, (64, 28, 28)) / 255
        y = np.random.randint(0, 10, 64)
        model = keras.Sequential([keras.Input((28, 28)), layers.Rescaling(2, offset=-1)])
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

    People say:
        "accuracy does not change", "loss does not decrease", "images are all black"

    When kerlint stays silent:
        - The code does not show that the images were divided before.
        - The second scaling does not make the values smaller: `Rescaling(2, offset=-1)`.
    """

    code = "KER714"
    severity = Severity.ERROR
    required_bytes = (b"255", b"Rescaling", b"rescale")
    experiments = (INPUT_SCALE,)
    unsafe_because = "the model then sees its inputs on another scale"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        for call in program.calls[program.own.calls :]:
            if call.origin.fails:
                continue
            if call.name == "operator.truediv":
                yield _finding(call.origin.site, "divided by 255 here", call)
            elif call.name == "keras.layers.Rescaling.__call__":
                yield from _layer_on_data(call, view)
            elif call.name == GENERATOR:
                yield from _after_preprocessing(call)
            elif call.name == f"{GENERATOR}.flow":
                yield from _generator(call)
        yield from _in_models(view)


def _finding(site: int, label: str, call: Call, *notes: Note) -> Finding:
    return Finding(
        call.origin.site,
        "the images are divided by 255 a second time, so all of them are nearly black",
        label=label,
        help="remove one of the two divisions",
        related=notes,
        origin=call.origin,
        untried=NOT_IN_A_MODEL,
    )


def _layer_on_data(call: Call, view: View) -> Iterator[Finding]:
    """A ``Rescaling`` layer that is called on images, such as in ``map``."""
    layer = view.program.layers[call.layer] if call.layer is not None else None
    data = call.positional[0].value if call.positional else None
    span = span_of(data) if hasattr(data, "pixels") else None  # type: ignore[arg-type]
    if layer is not None and span is not None and span.unit and shrinks(layer):
        yield _finding(call.origin.site, "divides by 255 again", call)


def _generator(call: Call) -> Iterator[Finding]:
    """``ImageDataGenerator(rescale=1 / 255).flow(x / 255)``."""
    generator = call.receiver.value if call.receiver is not None else None
    data = call.positional[0] if call.positional else None
    if data is None:
        data = next((fact for name, fact, _ in call.keywords if name == "x"), None)
    if not isinstance(generator, Object) or data is None:
        return
    rescale = generator.args.get("rescale")
    number = rescale.number() if rescale is not None else None
    span = span_of(data.value) if hasattr(data.value, "pixels") else None  # type: ignore[arg-type]
    if rescale is None or span is None or not number or not span.unit or number > 0.01:
        return
    yield _finding(
        call.origin.site,
        "given images that are between 0 and 1",
        call,
        Note(rescale.site, "divides by 255 again"),
    )


def _after_preprocessing(call: Call) -> Iterator[Finding]:
    """``ImageDataGenerator(rescale=1 / 255, preprocessing_function=preprocess_input)``."""
    named = {name: fact for name, fact, _ in call.keywords}
    rescale = named.get("rescale")
    number = rescale.number() if rescale is not None else None
    module = preprocessing_of(Object(call.name, named, call.origin.site))
    if rescale is None or not number or number > 0.01 or module is None:
        return
    if EXPECTS[module] == INSIDE:
        return
    yield Finding(
        rescale.site,
        "`rescale` divides what `preprocess_input` returns, so the images are nearly black",
        label="applied after the preprocessing function",
        help="remove `rescale`: `preprocess_input` expects raw pixels and scales them",
        related=(Note(named["preprocessing_function"].site, "scales the images already"),),
        rewrite=(DropArgument(call.origin.site, "rescale"),),
        origin=call.origin,
        untried=NOT_IN_A_MODEL,
    )


def _in_models(view: View) -> Iterator[Finding]:
    """A ``Rescaling`` layer in a model whose images, or an earlier such layer, are scaled."""
    told: set[int] = set()
    seen: set[int] = set()
    for fit in trainings(view):
        data = data_of(fit)
        span = span_of(data)
        seen.add(fit.model)
        if data is None or span is None or not span.unit:
            span = UNSEEN
        found, _ = arrivals(view, fit.model, span)
        for each in found:
            layer = each.layer
            if layer.kind != "Rescaling" or not shrinks(layer) or layer.id in told:
                continue
            if not each.span.unit:
                continue
            told.add(layer.id)
            notes = [Note(each.rescaled.origin.site, "divides by 255")] if each.rescaled else []
            if not notes and data is not None:
                notes = [Note(data.site, "the images are between 0 and 1 from here on")]
            yield Finding(
                layer.origin.site,
                "the images are divided by 255 a second time, so all of them are nearly black",
                label="divides by 255 again",
                help="remove one of the two divisions",
                related=tuple(notes),
                origin=layer.origin,
                claim=claim(fit, view),
                repair=(Remove(layer.id),),
            )


def claim(fit: Fit, view: View) -> InputRangeClaim:
    """About a model of pixels in the range that is known, or raw ones."""
    span = span_of(data_of(fit)) or Span(0, 255)
    return InputRangeClaim(
        model=fit.model, compiled=fit.compiled, lowest=span.low, highest=span.high
    )
