"""Smaller models: what does not fit, or takes too long, in a size that leaves the claim be.

Widths and images shrink, depth and outputs never. The evidence says what was shrunk.
"""

from __future__ import annotations

import math

from kerlint.execute.spec import Argument, CallSpec, InputSpec, LayerSpec, ModelSpec, within
from kerlint.lazy_dataclass import replace
from kerlint.program.layers import where

# From here on a model is shrunk before it is tried: it would take longer than it needs to.
LARGE_PARAMETERS = 1_000_000
LARGE_PIXELS = 64
WIDTH, PIXELS, VOCABULARY = 64, 32, 1_000
HEAD = -1  # the level at which only the end of a model is left
MANY_CALLS, MANY_OUTPUTS = 25, 4
WIDTHS = ("units", "filters", "output_dim", "key_dim")


def shrunk(spec: ModelSpec, level: int) -> ModelSpec:
    """The model with smaller widths (level 1 and 2), and smaller images (level 2).

    Depth, and the width of the output layers, stay as they are; level 0 is the model as it is.
    """
    if level == 0:
        return spec
    notes: list[str] = []
    kept = _heads(spec) | _reshaped(spec)
    widths: set[int] = set()
    layers = []
    for layer in spec.layers:
        args = dict(layer.args)
        for name in WIDTHS:
            if layer.id not in kept and number(args.get(name)) > WIDTH:
                widths.add(number(args[name]))
                args[name] = WIDTH
        if layer.kind == "Embedding" and number(args.get("input_dim")) > VOCABULARY:
            notes.append(f"{VOCABULARY:,} words instead of {number(args['input_dim']):,}")
            args["input_dim"] = VOCABULARY
        layers.append(replace(layer, args=tuple(args.items())))
    if widths:
        notes.append(f"{WIDTH} units instead of {', '.join(str(w) for w in sorted(widths))}")
    inputs = []
    for given in spec.inputs:
        if given.tokens is not None:
            given = replace(given, tokens=min(given.tokens, VOCABULARY))
        smaller = _smaller(given) if level >= 2 else given
        if smaller != given:
            before, after = (" x ".join(map(str, each.shape)) for each in (given, smaller))
            notes.append(f"inputs of {after} instead of {before}")
        inputs.append(smaller)
    return replace(
        spec, layers=tuple(layers), inputs=tuple(inputs), assumed=(*notes, *spec.assumed)
    )


def _smaller(given: InputSpec) -> InputSpec:
    """The input with fewer pixels or steps; the last axis of numbers are features or channels."""
    axes = len(given.shape) - (given.tokens is None)
    if len(given.shape) < 2 or all(size <= PIXELS for size in given.shape[:axes]):
        return given
    sizes = [min(size, PIXELS) for size in given.shape[:axes]]
    return replace(given, shape=(*sizes, *given.shape[axes:]))


def is_large(spec: ModelSpec) -> bool:
    """Whether it is worth shrinking before trying: by what the text alone tells."""
    widths = 1
    last = max((math.prod(given.shape) for given in spec.inputs), default=1)
    for layer in spec.layers:
        width = number(layer.arg("units"), layer.arg("filters"), default=0)
        if width:
            widths += width * min(last, 4096)
            last = width
        if layer.type.startswith("keras.applications."):
            return True
        if layer.kind == "Embedding":
            widths += number(layer.arg("input_dim")) * number(layer.arg("output_dim"))
            last = number(layer.arg("output_dim"))
    pixels = any(
        len(given.shape) > 1 and max(given.shape[:-1]) > LARGE_PIXELS for given in spec.inputs
    )
    return widths > LARGE_PARAMETERS or pixels


def is_dear(spec: ModelSpec) -> bool:
    """Whether a model takes so long that its end alone is tried first, where that is enough."""
    slow = any(layer.kind in _SLOW for layer in spec.layers)
    many = len(spec.calls) > MANY_CALLS or len(spec.outputs) > MANY_OUTPUTS
    return slow or many or is_large(spec)


# Loops over time, convolutions, attention, and what may hold any of them.
_SLOW = where(
    lambda kind: kind.wraps or (kind.weighted and kind.rank) or kind.shape == "heads attention"
)


def _heads(spec: ModelSpec) -> set[int]:
    """Layers that make the outputs, or lie between them and the last layer with weights."""
    makers = {name: call for call in spec.calls for name in call.outputs}
    layers = spec.by_id()
    found: set[int] = set()
    for output in spec.outputs:
        call = makers.get(output)
        while call is not None:
            layer = layers.get(call.layer)
            found.add(call.layer)
            if layer is not None:
                found.update(inner.id for inner in within(layer, layers))
                if _has_width(layer):
                    break
            if len(call.inputs) != 1:
                break
            call = makers.get(call.inputs[0])
    return found


def _reshaped(spec: ModelSpec) -> set[int]:
    """Layers whose width a ``Reshape`` relies on."""
    makers = {name: call for call in spec.calls for name in call.outputs}
    layers = spec.by_id()
    found: set[int] = set()
    for each in spec.calls:
        call: CallSpec | None = each
        if each.layer not in layers or layers[each.layer].kind != "Reshape":
            continue
        while call is not None and len(call.inputs) == 1:
            layer = layers.get(call.layer)
            if layer is not None and _has_width(layer):
                found.add(layer.id)
                break
            call = makers.get(call.inputs[0])
    return found


def _has_width(layer: LayerSpec) -> bool:
    return any(name in ("units", "filters") for name, _ in layer.args)


def number(*values: Argument, default: int = 1) -> int:
    """The first of the values that is a number; ``default`` when none is."""
    for value in values:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 2**63:
            return int(value)
    return default
