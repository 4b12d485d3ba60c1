"""What Keras refuses to build because of a shape, and which of the rules reports it."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.program.layers import KINDS, PER_STEP, RECURRENT
from kerlint.program.model import Layer, LayerCall, Shape
from kerlint.program.values import AXES, COUNT, WINDOW, Refused, Unknown
from kerlint.rules.base import View
from kerlint.rules.channels_first import channels_first
from kerlint.rules.model_inputs import Stated, stated_before

UNTESTABLE = "Keras raises an error while it builds the model, so there is no model to measure"


def refusals(layer: Layer, view: View) -> Iterator[tuple[LayerCall, Refused]]:
    """The calls of a layer that Keras refuses, each with the reason."""
    found = view.refused.get(layer.id)
    if found is None or layer.partial or view.asks_for_layout:
        return
    for call, refused in found:
        if not (call.repeated or call.origin.fails):
            yield call, refused


def code_of(call: LayerCall, refused: Refused, view: View) -> str:
    """The rule that reports a refused call: one for each mistake."""
    stated = stated_before(call, view)
    if refused.fault == AXES:
        return "KER520" if stated is not None and has_batch_axis(stated, refused) else "KER503"
    if refused.fault == WINDOW:
        if _after_strides_by_position(call, view):
            return "KER508"
        return "KER506" if _from_channels_first(call, view) else "KER501"
    return "KER505" if refused.fault == COUNT else "KER503"


def _after_strides_by_position(call: LayerCall, view: View) -> bool:
    """Whether a map has become so small because a side of a kernel was passed as a stride."""
    before = [call, *(view.graph.back(call.inputs[0]) if call.inputs else ())]
    sites = {view.layer(each).origin.site for each in before}
    return not sites.isdisjoint(view.strided_by_position)


def _from_channels_first(call: LayerCall, view: View) -> bool:
    """Whether a call gets what comes of an image whose channels come first."""
    before = [call, *(view.graph.back(call.inputs[0]) if call.inputs else ())]
    inputs = {tensor for each in before for tensor in each.inputs}
    return any(
        view.program.tensors[tensor].apply is None and channels_first(tensor, view) is not None
        for tensor in inputs
    )


def has_batch_axis(stated: Stated, refused: Refused) -> bool:
    """Whether an input shape has one axis too many for its layer, and begins with the batch."""
    (wanted,) = refused.numbers
    return len(stated.shape) == wanted + 1 and stated.begins_with_batch


def last_step(call: LayerCall, view: View) -> Layer | None:
    """The recurrent layer whose last step is all that a layer gets which takes a sequence."""
    for before in view.graph.back(call.inputs[0]) if call.inputs else ():
        layer = view.layer(before)
        if layer.custom or layer.operation or layer.model is not None:
            return None
        inner = layer
        if layer.kind == "Bidirectional" and layer.wrapped is not None:
            inner = view.program.layers[layer.wrapped]
        if inner.kind in RECURRENT:
            flag = inner.arg("return_sequences")
            whole = flag is not None and flag.value is not False
            return None if whole or inner.partial else inner
        kind = KINDS.get(layer.kind)
        if kind is None or not (kind.keeps_shape or layer.kind in PER_STEP):
            return None
    return None


def in_words(shape: object) -> str:
    """A shape as Keras writes it: ``(None, 28, 10)``."""
    if not isinstance(shape, tuple):
        return "of unknown shape"
    sizes = [_size(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def _size(size: object) -> str:
    if isinstance(size, Unknown):
        return size.symbol if size.symbol.isidentifier() else "?"
    return str(size)


def axes_of(kind: str, count: int) -> str:
    """The names of the axes that a layer takes; empty where they have none."""
    record = KINDS.get(kind)
    names: tuple[str, ...] = ()
    if record is not None and record.rank is not None and record.rank + 2 == count:
        names = _AXES.get(("steps" if record.recurrent else "grid", record.rank), ())
    if kind in ("Dense", "RepeatVector"):
        names = ("batch", "features")
    return ", ".join(names)


_AXES: dict[tuple[str, int], tuple[str, ...]] = {
    ("steps", 1): ("batch", "steps", "features"),
    ("steps", 2): ("batch", "steps", "places", "channels"),
    ("steps", 3): ("batch", "steps", "rows", "columns", "channels"),
    ("grid", 1): ("batch", "steps", "channels"),
    ("grid", 2): ("batch", "rows", "columns", "channels"),
    ("grid", 3): ("batch", "depth", "rows", "columns", "channels"),
}


def sizes_after_batch(shape: Shape) -> str:
    """A shape as ``Input`` takes it, without the batch axis."""
    return in_words(shape[1:])
