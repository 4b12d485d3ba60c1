"""Ways through the graph of a model: what comes after a layer, and what lies between."""

from __future__ import annotations

from collections.abc import Mapping

from kerlint.program.heads import ACTIVATION_LAYERS
from kerlint.program.model import Apply, Layer, Program
from kerlint.program.weights import constant_of

# Layers that treat all units alike and leave equal units equal.
EVEN = frozenset(
    {
        "Activation",
        "AveragePooling1D",
        "AveragePooling2D",
        "AveragePooling3D",
        "BatchNormalization",
        "Flatten",
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalAveragePooling3D",
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "GlobalMaxPooling3D",
        "Identity",
        "MaxPooling1D",
        "MaxPooling2D",
        "MaxPooling3D",
        *(kind for kind in ACTIVATION_LAYERS if kind != "PReLU"),
    }
)


def weighted_after(
    tensor: int,
    program: Program,
    consumers: Mapping[int, list[Apply]],
    outputs: frozenset[int],
    passing: frozenset[str] = EVEN,
) -> list[Layer] | None:
    """The layers that take a tensor in, with only ``passing`` layers between.

    None when the tensor (or what comes of it) is an output of a model, when nothing takes it in, or
    when something on the way is not one of the ``passing`` layers and has no weights of its own
    kind: then nothing can be said.
    """
    found: list[Layer] = []
    pending = [tensor]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        applies = consumers.get(current, [])
        if current in outputs or not applies:
            return None
        for apply in applies:
            layer = program.layers[apply.layer]
            if layer.custom or layer.operation or len(apply.inputs) != 1 or apply.repeated:
                return None
            if layer.kind in passing:
                if layer.kind == "BatchNormalization" and not _starts_even(layer):
                    return None
                pending.extend(apply.outputs)
            else:
                found.append(layer)
    return found


def _starts_even(layer: Layer) -> bool:
    """Whether a BatchNormalization scales and shifts all units alike at first."""
    if layer.partial:
        return False
    given = [layer.arg("beta_initializer"), layer.arg("gamma_initializer")]
    return all(fact is None or constant_of(fact) is not None for fact in given)
