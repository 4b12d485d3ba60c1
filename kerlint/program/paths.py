"""Ways through the graph of a model: what comes after a layer, and what lies between."""

from __future__ import annotations

from collections.abc import Mapping

from kerlint.program.layers import UNIT_SYMMETRIC
from kerlint.program.model import Apply, Layer, Program
from kerlint.program.weights import constant_of


def weighted_after(
    tensor: int,
    program: Program,
    consumers: Mapping[int, list[Apply]],
    outputs: frozenset[int],
    passing: frozenset[str] = UNIT_SYMMETRIC,
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
