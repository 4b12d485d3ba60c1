"""The shapes that a program states for the inputs of its models, and the data they are given."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.lazy_dataclass import dataclass
from kerlint.program import shapes
from kerlint.program.data import UNSEEN, Array
from kerlint.program.layers import KINDS
from kerlint.program.model import Dim, Fit, Layer, LayerCall, Model, Shape
from kerlint.program.shapes.sizes import same
from kerlint.program.values import Fact, Items, Refused, Site, Unknown
from kerlint.rules.base import Note, View

PREDICTING = frozenset({"predict", "predict_on_batch", "predict_classes", "predict_proba"})

_NAMES = ("input_shape", "batch_input_shape", "batch_shape", "shape", "input_dim")


@dataclass(frozen=True, slots=True)
class Stated:
    """The shape of an input, batch axis first, and the place where it is stated.

    ``fact``: the argument, None where there is none to point at.
    """

    tensor: int
    shape: Shape
    site: Site
    fact: Fact | None

    @property
    def begins_with_batch(self) -> bool:
        """Whether the shape that is stated without the batch axis begins with a free size."""
        named = self.fact is not None and isinstance(self.fact.value, Items)
        return named and len(self.shape) > 1 and self.shape[1] is None


def stated(tensor: int, view: View) -> Stated | None:
    """What is stated of an input of a model; None when not even the number of axes is known."""
    made = view.program.tensors[tensor]
    if made.apply is not None or isinstance(made.shape, Unknown):
        return None
    fact = _argument(tensor, made.site, view)
    site = made.site
    if fact is not None:
        site = fact.used_at
    return Stated(tensor, made.shape, site, fact)


def _argument(tensor: int, site: Site, view: View) -> Fact | None:
    """The argument that states the shape, of the ``Input`` or of the first layer."""
    for made in view.inputs_made.get(site, ()):
        for name, fact, _ in made.keywords:
            if name in _NAMES:
                return fact
        if made.positional:
            return made.positional[0]
    for call in view.graph.consumers.get(tensor, ()):
        layer: Layer | None = view.layer(call)
        while layer is not None:
            for name in _NAMES:
                if name in layer.args and not (name == "shape" or _is_vocabulary(layer, name)):
                    return layer.args[name]
            layer = view.program.layers[layer.wrapped] if layer.wrapped is not None else None
    return None


def _is_vocabulary(layer: Layer, name: str) -> bool:
    return name == "input_dim" and layer.kind == "Embedding"


def stated_before(call: LayerCall, view: View) -> Stated | None:
    """The input that a call gets as it is, if only layers that keep the shape come before it."""
    if len(call.inputs) != 1:
        return None
    tensor = call.inputs[0]
    for before in view.graph.back(tensor):
        kind = KINDS.get(view.layer(before).kind)
        if kind is None or not kind.keeps_shape or len(before.inputs) != 1:
            return None
        tensor = before.inputs[0]
    return stated(tensor, view)


@dataclass(frozen=True, slots=True)
class Given:
    """An array that a call of ``fit`` and its kin gives to one input of a model."""

    fit: Fit
    tensor: int
    fact: Fact
    array: Array

    def note(self, message: str) -> Note:
        """Point at the expression that makes the data."""
        return Note(self.fact.site, message)


def given(fit: Fit, view: View) -> Iterator[Given]:
    """The arrays whose number of axes is known, with the inputs that take them."""
    if view.asks_for_layout:
        return
    model = view.program.models[fit.model]
    validation = fit.args.get("validation_data")
    facts = [fit.args.get("x")]
    if validation is not None and isinstance(validation.value, Items):
        facts.append(validation.value.items[0] if validation.value.items else None)
    for fact in facts:
        if fact is None:
            continue
        parts: tuple[Fact, ...] = (fact,)
        if isinstance(fact.value, Items):
            if not fact.value.complete:
                continue
            parts = fact.value.items
        if len(parts) != len(model.inputs):
            continue
        for tensor, part in zip(model.inputs, parts, strict=True):
            array = part.value
            if not isinstance(array, Array) or array.shape is None:
                continue
            if not array.origin.endswith(UNSEEN):
                yield Given(fit, tensor, part, array)


def as_taken(shape: tuple[Dim, ...], wanted: Shape) -> Shape | None:
    """Data as Keras gives them to an input: it adds or drops a last axis of 1 where that helps.

    None when the number of axes is wrong; what is not known to be wrong passes.
    """
    if len(shape) == len(wanted):
        return shape
    if len(shape) == len(wanted) + 1 and not _is_more(shape[-1]):
        return shape[:-1]
    if len(shape) == len(wanted) - 1 and not _is_more(wanted[-1]):
        return (*shape, 1)
    return None


def _is_more(size: Dim) -> bool:
    """Whether a size is known not to be 1; a free size of an input counts as that."""
    return size is None or (isinstance(size, int) and size != 1)


@dataclass(frozen=True, slots=True)
class Clash:
    """A layer that takes ``wanted`` values along an axis and would get ``got``.

    Or, without numbers, one that Keras cannot call on the data at all.
    """

    layer: Layer
    wanted: int | None = None
    got: int | None = None


def clash(model: Model, tensor: int, data: Shape, view: View) -> Clash | None:
    """The first layer of a built model that does not take what comes of data of this shape."""
    program = view.program
    found: dict[int, Shape | Unknown] = {tensor: (None, *data[1:])}
    for index in model.graph:
        call = program.layer_calls[index]
        if found.keys().isdisjoint(call.inputs):
            continue
        layer = view.layer(call)
        if layer.custom or layer.model is not None:
            continue
        before = [program.tensors[t].shape for t in call.inputs]
        now = [found.get(t, program.tensors[t].shape) for t in call.inputs]
        wrong = _clash_at(layer, before[0], now[0], view)
        if wrong is not None:
            return wrong
        if layer.operation:
            outputs: tuple[Shape | Unknown, ...] = tuple(
                shapes.after_refusal(
                    now, (shapes.operation_shape(layer.type, tuple(now), layer.args),)
                )
            )
        else:
            outputs = shapes.output_shapes(layer, tuple(now), program.layers, call.args)
        old = program.tensors[call.outputs[0]].shape
        if any(isinstance(s, Refused) and s.fault for s in outputs) and not isinstance(
            old, Refused
        ):
            return Clash(layer)
        found.update(zip(call.outputs, outputs))
    return None


def _clash_at(
    layer: Layer, before: Shape | Unknown, now: Shape | Unknown, view: View
) -> Clash | None:
    """Weights that fit one number of channels only."""
    inner = layer
    while inner.wrapped is not None:
        inner = view.program.layers[inner.wrapped]
    kind = KINDS.get(inner.kind)
    if kind is None or kind.shape not in _BY_CHANNELS or inner.kind == "EinsumDense":
        return None
    if isinstance(before, Unknown) or isinstance(now, Unknown) or len(before) != len(now):
        return None
    layout = inner.arg("data_format")
    if layout is not None and layout.value not in (None, "channels_last"):
        return None
    wanted, got = before[-1], now[-1]
    if isinstance(wanted, int) and isinstance(got, int) and wanted != got:
        return Clash(inner, wanted, got)
    return None


_BY_CHANNELS = frozenset(
    {"convolution", "convolutional recurrent", "dense", "depthwise", "recurrent"}
    | {"transposed convolution"}
)


def same_sizes(one: Shape, other: tuple[Dim, ...]) -> bool:
    """Whether two shapes are known to be one and the same."""
    return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))


def sample_shape(data: Given, view: View) -> Shape | None:
    """The shape of the input that is certain, or of the data that other calls give to it."""
    before = stated(data.tensor, view)
    if before is not None:
        return before.shape
    found = {
        other.array.shape
        for fit in view.program.fits
        if fit.model == data.fit.model and fit.method not in PREDICTING and not fit.origin.fails
        for other in given(fit, view)
        if other.tensor == data.tensor and other.array.shape
    }
    shape = next(iter(found)) if len(found) == 1 else None
    return None if shape is None else (None, *shape[1:])


def is_one_sample(data: Given, view: View) -> Severity | None:
    """Whether ``predict`` gets an array of the shape of one sample, perhaps without channels.

    The answer is how certain that is.
    """
    if data.fit.method not in PREDICTING:
        return None
    before, shape = sample_shape(data, view), data.array.shape
    if before is None or shape is None:
        return None
    sizes = before[1:]
    if sizes == (1,):
        return Severity.ERROR if shape == () else None
    if len(sizes) > 1 and sizes[-1] == 1 and len(shape) == len(sizes) - 1:
        sizes = sizes[:-1]
    if len(shape) != len(sizes) or not sizes:
        return None
    pairs = list(zip(shape, sizes, strict=True))
    if not all(same(a, b) or b is None or not isinstance(a, int) for a, b in pairs):
        return None
    if any(same(a, b) for a, b in pairs):
        return Severity.ERROR
    # A column of one feature is the exception: Keras adds that axis itself.
    return Severity.WARNING if _is_part(data, view) else None


def _is_part(data: Given, view: View) -> bool:
    """Whether other calls get a whole that has one axis more and comes from the same place."""
    part = data.array
    if part.shape is None or part.site < 0:
        return False
    return any(
        other.array.site == part.site
        and other.array.origin == part.origin
        and len(other.array.shape or ()) == len(part.shape) + 1
        for fit in view.program.fits
        for other in given(fit, view)
    )


def is_of_numbers(array: Array) -> bool:
    """Whether each element is a number: one axis can also be a list of texts, or of images."""
    if array.shape is not None and len(array.shape) > 1:
        return True
    return array.lowest is not None or array.highest is not None or array.integers is not None


def includes_batch(before: Stated, data: Given) -> bool:
    """Whether an input shape repeats the whole shape of the data, with their samples axis."""
    array = data.array.shape
    if data.fit.method in PREDICTING:
        return False  # an array of this shape is one sample there
    if array is None or len(before.shape) != len(array) + 1 or len(array) < 2:
        return False
    count, *rest = before.shape[1:]
    if not same_sizes(tuple(rest), array[1:]):
        return False
    return before.begins_with_batch or same(count, array[0])


def has_batch_axis(model: Model, view: View) -> bool:
    """Whether an input shape of a model repeats the samples axis of its data: KER520."""
    for fit in view.program.fits:
        if fit.model == model.id:
            for data in given(fit, view):
                before = stated(data.tensor, view)
                if before is not None and includes_batch(before, data):
                    return True
    return False
