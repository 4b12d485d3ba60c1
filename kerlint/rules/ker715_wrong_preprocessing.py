"""KER715: images that were not prepared as a pretrained model expects them."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array
from kerlint.program.model import Call, Layer, Origin, Program
from kerlint.program.values import Fact, Ref, Site, Unknown
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.pixels import (
    CENTERED,
    EXPECTS,
    IN_WORDS,
    INSIDE,
    UNSEEN,
    Arrival,
    arrivals,
    is_pretrained_kind,
    module_of,
    prepared_by,
    pretrained,
    scales_itself,
    span_of,
)


class WrongPreprocessing(Rule):
    """A pretrained model gets images that were not prepared as in its own training.

    Each model of `keras.applications` was trained on images in a certain range, and its weights
    only fit that. VGG and ResNet expect pixels with the mean colour subtracted, MobileNet,
    Inception and Xception pixels from -1 to 1, DenseNet pixels normalized for each channel.
    EfficientNet, MobileNetV3 and ConvNeXt expect raw pixels and scale them inside.

    The module of each model has the `preprocess_input` that fits, and it expects raw pixels from
    0 to 255. Nothing raises an error when another one is used, or none: the features are just
    worse, or useless.

    Bad:
        from keras.applications.mobilenet_v2 import preprocess_input

        inputs = keras.Input((224, 224, 3))
        base = keras.applications.ResNet50(include_top=False, pooling="avg")
        outputs = layers.Dense(5, activation="softmax")(base(preprocess_input(inputs)))
        model = keras.Model(inputs, outputs)
    Good:
        from keras.applications.resnet import preprocess_input

        inputs = keras.Input((224, 224, 3))
        base = keras.applications.ResNet50(include_top=False, pooling="avg")
        outputs = layers.Dense(5, activation="softmax")(base(preprocess_input(inputs)))
        model = keras.Model(inputs, outputs)
    Tempting:
        # VGG16 and ResNet50 expect the same, so the function of either will do.
        from keras.applications.vgg16 import preprocess_input

        inputs = keras.Input((64, 64, 3))
        base = keras.applications.ResNet50(include_top=False, pooling="avg", weights=None)
        outputs = layers.Dense(5, activation="softmax")(base(preprocess_input(inputs)))
        model = keras.Model(inputs, outputs)

    People say:
        "transfer learning accuracy is low", "VGG16 predicts the same class for every image",
        "validation accuracy stuck with a pretrained model"

    When kerlint stays silent:
        - The model is trained from scratch (`weights=None`), or its weights come from a file.
        - The file uses models that expect different ranges.
        - Another function prepares the images, or the code does not show what they are.
        - The pixels are between 0 and 1 and the model expects -1 to 1 or DenseNet's range: that
          is a smaller difference, and works nearly as well after some training.
    """

    code = "KER715"
    severity = Severity.WARNING
    required_bytes = (b"applications", b"preprocess_input")
    untestable = "the weights of ImageNet would have to be downloaded"

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        made = [layer for layer in program.layers if is_pretrained_kind(layer)]
        if made:
            yield from _of_another_model(program, made)
        for call in program.calls[program.own.calls :]:
            if call.name.endswith(".preprocess_input"):
                yield from _after_division(call)
        if made:
            yield from _not_prepared(view)


def _of_another_model(program: Program, made: list[Layer]) -> Iterator[Finding]:
    """``mobilenet_v2.preprocess_input`` in a file whose only model is a ResNet."""
    models: dict[str, str] = {}
    words = [use.path.rpartition(".")[2] for use in program.uses if ".applications." in use.path]
    for word in (*words, *(layer.kind for layer in made)):
        module = module_of(word) if word[:1].isupper() else None
        if module is not None:
            models[word] = EXPECTS[module]
    if len(set(models.values())) != 1 or not all(map(pretrained, made)):
        return
    if any(module_of(layer.type) is None for layer in made):
        return
    name, expected = next(iter(models.items()))
    for module, site, origin in _preparations(program):
        if EXPECTS[module] == expected:
            continue
        gives = f"gives {IN_WORDS[EXPECTS[module]]}"
        yield Finding(
            site,
            f"`preprocess_input` of `{module}` is used for `{name}`, which expects "
            f"{IN_WORDS[expected]}",
            label=gives if EXPECTS[module] != INSIDE else "leaves the pixels as they are",
            help=f"use `keras.applications.{module_of(name)}.preprocess_input`",
            related=(Note(made[0].origin.site, "the pretrained model"),),
            origin=origin,
        )


def _preparations(program: Program) -> Iterator[tuple[str, Site, Origin | None]]:
    """Where a ``preprocess_input`` is called, or handed to something that calls it."""
    for call in program.calls[program.own.calls :]:
        module = prepared_by(call.name)
        if module is not None:
            yield module, call.origin.site, call.origin
        given = [(fact, fact.used_at) for fact in call.positional]
        for fact, place in (*given, *((fact, place) for _, fact, place in call.keywords)):
            module = prepared_by(fact.value.name) if isinstance(fact.value, Ref) else None
            if module is not None:
                yield module, place, call.origin
    for layer in program.layers[program.own.layers :]:
        module = prepared_by(layer.type) if layer.operation else None
        if module is not None:
            yield module, layer.origin.site, layer.origin


def _after_division(call: Call) -> Iterator[Finding]:
    """``preprocess_input(x / 255)``."""
    module = prepared_by(call.name)
    if module is None or EXPECTS[module] == INSIDE or not call.positional:
        return
    given = call.positional[0]
    value = given.value
    if isinstance(value, Unknown):
        if not value.symbol.endswith(("/ 255)", "/ 255.0)")):
            return
    else:
        span = span_of(value) if isinstance(value, Array) else None
        if span is None or not span.unit:
            return
    yield Finding(
        call.origin.site,
        "`preprocess_input` expects raw pixels from 0 to 255, but these are divided by 255",
        label="pixels from 0 to 1",
        help="remove the division: `preprocess_input` does all the scaling",
        origin=call.origin,
    )


def _given(program: Program) -> Iterator[tuple[int, Fact | None, Site, Origin]]:
    """What models are given, in training or otherwise: the model, the data and the place."""
    for fit in program.fits[program.own.fits :]:
        if not fit.origin.fails:
            yield fit.model, fit.args.get("x"), fit.place("x"), fit.origin
    for call in program.calls[program.own.calls :]:
        if call.name == "keras.Model.__call__" and call.model is not None:
            given = call.positional[0] if call.positional else None
            yield call.model, given, call.origin.site, call.origin


def _not_prepared(view: View) -> Iterator[Finding]:
    """A pretrained model that is given pixels as they are, or between 0 and 1."""
    told: set[int] = set()
    for model, given, place, where in _given(view.program):
        data = given.value if given is not None and isinstance(given.value, Array) else None
        span = span_of(data)
        found, _ = arrivals(view, model, span if span is not None else UNSEEN)
        for each in found:
            layer = each.layer
            if layer.id in told or not is_pretrained_kind(layer):
                continue
            module = module_of(layer.type)
            if module is None or not pretrained(layer) or not _unfit(each):
                continue
            told.add(layer.id)
            name, expected = layer.kind, EXPECTS[module]
            wrong = "raw pixels from 0 to 255" if each.span.raw else "pixels from 0 to 1"
            help = f"prepare the images with `keras.applications.{module}.preprocess_input`"
            if expected == INSIDE:
                help = "remove the division by 255"
            elif not each.span.raw:
                help += ", without the division by 255"
            notes = [Note(layer.origin.site, "the pretrained model")]
            at, origin = layer.origin.site, layer.origin
            if each.rescaled is not None:
                at, origin = each.rescaled.origin.site, each.rescaled.origin
            elif given is not None and data is not None:
                at, origin = place, where
                notes.insert(0, Note(data.site, "the images come from here"))
            yield Finding(
                at,
                f"`{name}` gets {wrong}, but it expects {IN_WORDS[expected]}",
                label=wrong,
                help=help,
                related=tuple(notes),
                origin=origin,
            )


def _unfit(arrival: Arrival) -> bool:
    module = module_of(arrival.layer.type)
    expected = EXPECTS[module or ""]
    if arrival.span.raw:
        return expected != INSIDE
    if not arrival.span.unit:
        return False
    return expected == CENTERED or (expected == INSIDE and scales_itself(arrival.layer))
