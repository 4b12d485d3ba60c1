"""What images go through on their way into a model: the range of the pixels, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from kerlint.lazy_dataclass import dataclass
from kerlint.program.data import Array
from kerlint.program.heads import activation_word
from kerlint.program.layers import KINDS
from kerlint.program.model import Fit, Layer, LayerCall
from kerlint.program.values import Fact, Object, Ref
from kerlint.rules.base import View

TRAINING = frozenset({"fit", "fit_generator", "train_on_batch"})

SMALL = 1.01
"""The largest value of pixels that were divided by 255, with room for what resizing adds."""


@dataclass(frozen=True, slots=True)
class Span:
    """The lowest and the highest value of pixels."""

    low: float
    high: float

    @property
    def raw(self) -> bool:
        return self.low >= 0 and self.high >= 200

    @property
    def unit(self) -> bool:
        """Between 0 and 1."""
        return self.low >= 0 and 0.9 <= self.high <= SMALL


UNIT = Span(0, 1)
UNSEEN = Span(0, -1)
"""The span of data of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A layer that pixels arrive at, with their range there.

    ``rescaled`` is the ``Rescaling`` layer before it, if there is one.
    """

    apply: LayerCall
    layer: Layer
    span: Span
    rescaled: Layer | None = None


def span_of(data: Array | None) -> Span | None:
    """The range of pixels; None for data that are not images, or of which it is not known."""
    return Span(*data.pixels) if data is not None and data.pixels is not None else None


def data_of(fit: Fit) -> Array | None:
    """The data that a model is given, when it is a single array."""
    fact = fit.args.get("x")
    return fact.value if fact is not None and isinstance(fact.value, Array) else None


def first_with(fits: tuple[Fit, ...], fit: Fit, span: Span) -> bool:
    """Whether no training before this one gives the same model pixels in the same range."""
    for other in fits:
        if other.id == fit.id:
            return True
        if other.model == fit.model and other.method in TRAINING:
            if span_of(data_of(other)) == span:
                return False
    return True


def arrivals(view: View, model: int, span: Span) -> tuple[list[Arrival], bool]:
    """Where pixels arrive that a model is given, and whether all ways were followed.

    These are the layers with weights, the pretrained models and the ``Rescaling`` layers; the walk
    goes on after the last kind only. It ends without a word at a layer that normalizes.
    """
    start = view.program.models[model]
    if len(start.inputs) != 1 or start.gaps:
        return [], False
    walk = _Walk(view, model)
    walk.follow(start.inputs[0], span, None, ())
    return walk.found, walk.whole


@dataclass(slots=True)
class _Walk:
    view: View
    model: int
    found: list[Arrival] = field(default_factory=list)
    whole: bool = True
    met: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)

    def follow(
        self, tensor: int, span: Span, rescaled: Layer | None, around: tuple[int, ...]
    ) -> None:
        """``around`` are the calls of the models that the tensor is inside of, outermost first."""
        pending = [(tensor, span, rescaled, around)]
        while pending:
            tensor, span, rescaled, around = pending.pop()
            inside = self.model
            if around:
                call = self.view.program.layer_calls[around[-1]]
                inner = self.view.graph.inner_layer(call).model
                if inner is not None and tensor in self.view.program.models[inner].outputs:
                    pending += [(output, span, rescaled, around[:-1]) for output in call.outputs]
                    continue
                inside = inner if inner is not None else inside
            # What else takes the tensor is no part of the model.
            own = self.view.program.models[inside].graph
            for apply in self.view.graph.consumers.get(tensor, ()):
                if (apply.id, around) in self.met or apply.id not in own:
                    continue
                self.met.add((apply.id, around))
                after = self._through(apply, span, rescaled)
                if after is not None:
                    pending += [(output, *after, around) for output in apply.outputs]
                    continue
                entered = self._entered(apply)
                if entered is not None and len(around) < _DEEPEST:
                    pending.append((entered, span, rescaled, (*around, apply.id)))

    def _entered(self, apply: LayerCall) -> int | None:
        """The input of the model that is called, if its inside is known."""
        inner = self.view.graph.inner_layer(apply).model
        if inner is None:
            return None
        model = self.view.program.models[inner]
        if model.kind == "application":
            return None
        if model.gaps or len(model.inputs) != 1 or len(apply.outputs) != 1:
            self.whole = False
            return None
        return model.inputs[0]

    def _through(
        self, apply: LayerCall, span: Span, rescaled: Layer | None
    ) -> tuple[Span, Layer | None] | None:
        """What is known of the pixels after a layer; None where they end, or enter a model."""
        program = self.view.program
        layer = self.view.graph.inner_layer(apply)
        if layer.model is not None:
            model = program.models[layer.model]
            if model.kind == "application":
                own = [self.view.graph.layer(program.layer_calls[i]) for i in model.graph]
                self.found += [Arrival(apply, each, span, rescaled) for each in own]
            return None
        if is_pretrained_kind(layer):
            self.found.append(Arrival(apply, layer, span, rescaled))
            return None
        kind = KINDS.get(layer.kind)
        if layer.custom or layer.operation or layer.partial or kind is None:
            self.whole = False
        elif layer.kind == "Rescaling":
            self.found.append(Arrival(apply, layer, span, rescaled))
            after = _rescaled(layer, span)
            if after is not None:
                return after, layer
            self.whole = False
        elif layer.kind == "Normalization" or kind.normalizes:
            pass
        elif layer.kind == "Embedding":
            pass  # the values of the pixels are its ids
        elif kind.weighted or kind.recurrent or kind.wraps:
            if not _normalized_next(self.view, apply):
                self.found.append(Arrival(apply, layer, span, rescaled))
        elif layer.kind in _KEEPING or layer.kind.startswith("Random") or kind.passthrough:
            return span, rescaled
        else:
            self.whole = False
        return None


_DEEPEST = 8  # models inside models


_KEEPING_WORDS = """
AveragePooling1D AveragePooling2D AveragePooling3D Dropout CenterCrop Flatten GaussianNoise
GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D InputLayer
MaxPooling1D MaxPooling2D MaxPooling3D Permute Reshape Resizing SpatialDropout2D ZeroPadding1D
ZeroPadding2D ZeroPadding3D
"""
_KEEPING = frozenset(_KEEPING_WORDS.split())
"""Layers whose output is in the range of their input."""


def _rescaled(layer: Layer, span: Span) -> Span | None:
    scale, offset = layer.arg("scale"), layer.arg("offset")
    factor = scale.number() if scale is not None else None
    shift = offset.number() if offset is not None else 0
    if factor is None or shift is None:
        return None
    if span == UNSEEN:
        # What people divide by 255 is hardly ever anything else than raw pixels.
        if round(1 / factor if factor else 0, 1) not in (127.5, 255, 256):
            return None
        span = Span(0, 255)
    ends = sorted((span.low * factor + shift, span.high * factor + shift))
    return Span(ends[0], ends[1])


def shrinks(layer: Layer) -> bool:
    """Whether a ``Rescaling`` layer divides by a number as large as pixels are."""
    scale = layer.arg("scale")
    number = scale.number() if scale is not None else None
    return number is not None and 0 < abs(number) <= 0.01


def _normalized_next(view: View, apply: LayerCall) -> bool:
    """Whether a layer is followed by one that normalizes, whatever the size of its input is.

    What comes between grows with the input: layers with no activation or relu, maxima, averages.
    """
    if not _grows(view.graph.inner_layer(apply)):
        return False
    pending, normalizing = [apply], 0
    while pending:
        takers = [
            taker
            for output in pending.pop().outputs
            for taker in view.graph.consumers.get(output, ())
        ]
        for taker in takers:
            layer = view.graph.inner_layer(taker)
            kind = KINDS.get(layer.kind)
            if kind is not None and kind.normalizes:
                normalizing += 1
            elif _grows(layer) and (layer.kind in _GROWING or (kind is not None and kind.affine)):
                pending.append(taker)
            else:
                return False
        if not takers:
            return False
    return bool(normalizing)


_GROWING = _KEEPING | {"Activation", "LeakyReLU", "PReLU", "ReLU"}
"""Layers whose output is a thousand times as large where their input is."""


def _grows(layer: Layer) -> bool:
    """Whether nothing in a layer bounds its output."""
    kind, activation = KINDS.get(layer.kind), layer.arg("activation")
    if kind is None or layer.custom or kind.recurrent:
        return False
    bounded = layer.arg("max_value")  # of ReLU
    own = kind.default_activation or kind.activation or "linear"
    word = own if activation is None else activation_word(activation.value)
    return word in _UNBOUNDED and (bounded is None or bounded.value is None)


_UNBOUNDED = ("leaky_relu", "linear", "prelu", "relu")


# -- pretrained models ----------------------------------------------------------------------------

CENTERED = "centered"  # the mean colour subtracted, blue first
SYMMETRIC = "symmetric"  # from -1 to 1
STANDARD = "standard"  # as PyTorch does: mean and deviation of each colour
INSIDE = "inside"  # raw pixels: the model scales them itself

EXPECTS = {
    "convnext": INSIDE,
    "densenet": STANDARD,
    "efficientnet": INSIDE,
    "efficientnet_v2": INSIDE,
    "inception_resnet_v2": SYMMETRIC,
    "inception_v3": SYMMETRIC,
    "mobilenet": SYMMETRIC,
    "mobilenet_v2": SYMMETRIC,
    "mobilenet_v3": INSIDE,
    "nasnet": SYMMETRIC,
    "resnet": CENTERED,
    "resnet50": CENTERED,
    "resnet_v2": SYMMETRIC,
    "vgg16": CENTERED,
    "vgg19": CENTERED,
    "xception": SYMMETRIC,
}
"""What the models of a module of ``keras.applications`` want to be given."""

IN_WORDS = {
    CENTERED: "pixels with the mean colour subtracted",
    SYMMETRIC: "pixels from -1 to 1",
    STANDARD: "pixels normalized for each channel",
    INSIDE: "raw pixels, which it scales itself",
}

_MODULES = (
    ("ConvNeXt", "convnext"),
    ("DenseNet", "densenet"),
    ("EfficientNetV2", "efficientnet_v2"),
    ("EfficientNet", "efficientnet"),
    ("InceptionResNetV2", "inception_resnet_v2"),
    ("InceptionV3", "inception_v3"),
    ("MobileNetV3", "mobilenet_v3"),
    ("MobileNetV2", "mobilenet_v2"),
    ("MobileNet", "mobilenet"),
    ("NASNet", "nasnet"),
    ("VGG16", "vgg16"),
    ("VGG19", "vgg19"),
    ("Xception", "xception"),
)


def module_of(name: str) -> str | None:
    """The module of a pretrained model, by the name of its function: ``ResNet50`` -> ``resnet``."""
    word = name.rpartition(".")[2]
    if word.startswith("ResNet"):
        if word.startswith("ResNetRS"):
            return None
        return "resnet_v2" if word.endswith("V2") else "resnet"
    return next((module for start, module in _MODULES if word.startswith(start)), None)


def is_pretrained_kind(layer: Layer) -> bool:
    """Whether a layer is a model of ``keras.applications``, with its own arguments."""
    inside = layer.type.startswith("keras.applications.")
    return inside and not layer.operation and layer.model is None


def pretrained(layer: Layer) -> bool:
    """Whether a model of ``keras.applications`` comes with the weights of ImageNet."""
    weights = layer.arg("weights")
    if layer.partial:
        return False
    return weights is None or weights.value == "imagenet"


def scales_itself(layer: Layer) -> bool:
    """Whether a model of ``keras.applications`` begins with layers that scale raw pixels."""
    module = module_of(layer.type)
    own = layer.arg("include_preprocessing")
    return EXPECTS.get(module or "") == INSIDE and (own is None or own.value is True)


def prepared_by(path: str) -> str | None:
    """The module of a ``preprocess_input``: ``keras.applications.vgg16.preprocess_input``."""
    start, _, word = path.rpartition(".")
    if word != "preprocess_input" or ".applications." not in f"{start}.":
        return None
    module = start.rpartition(".")[2]
    return module if module in EXPECTS else None


def preprocessing_of(generator: Object) -> str | None:
    """The module of the ``preprocess_input`` that a generator of images applies."""
    function: Fact | None = generator.args.get("preprocessing_function")
    if function is None or not isinstance(function.value, Ref):
        return None
    return prepared_by(function.value.name)


def trainings(view: View) -> Iterator[Fit]:
    """The calls that train a model of the file, in order."""
    for fit in view.program.fits[view.program.own.fits :]:
        if fit.method in TRAINING and not fit.origin.fails:
            yield fit
