"""The graph of a program: which call of a layer makes a tensor, which take it, and walks over it.

Every walk visits each call of a layer once and keeps its own stack, so that neither diamonds nor
thousands of layers in a row are too much for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from kerlint.program.model import Layer, LayerCall, Program


def one_input(apply: LayerCall) -> bool:
    """Whether a layer is called on a single tensor, so that nothing is merged there."""
    return len(apply.inputs) == 1


class Graph:
    """A program with the questions about its wiring, answered once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._layers_in: dict[int, frozenset[int]] = {}

    # -- neighbors -----------------------------------------------------------------------------

    def layer(self, apply: LayerCall) -> Layer:
        return self.program.layers[apply.layer]

    def inner_layer(self, apply: LayerCall) -> Layer:
        """The layer that is called, without a TimeDistributed around it."""
        layer = self.program.layers[apply.layer]
        if layer.kind == "TimeDistributed" and layer.wrapped is not None:
            return self.program.layers[layer.wrapped]
        return layer

    def producer(self, tensor: int) -> LayerCall | None:
        """The call that makes a tensor; None for an ``Input``."""
        index = self.program.tensors[tensor].apply
        return self.program.layer_calls[index] if index is not None else None

    def inner_producer(self, tensor: int) -> LayerCall | None:
        """The call that makes a tensor, inside the model if a model is called as a layer.

        The call of the model itself where the inside of the model was not read completely.
        """
        met: set[int] = set()
        while True:
            apply = self.producer(tensor)
            if apply is None or apply.id in met:
                return None
            model = self.inner_layer(apply).model
            if model is None:
                return apply
            inner, position = self.program.models[model], apply.outputs.index(tensor)
            if inner.gaps or position >= len(inner.outputs):
                return apply
            met.add(apply.id)
            tensor = inner.outputs[position]

    @cached_property
    def consumers(self) -> Mapping[int, list[LayerCall]]:
        """The calls that take a tensor; one that takes it twice is there once."""
        found: dict[int, list[LayerCall]] = {}
        for apply in self.program.layer_calls:
            for tensor in dict.fromkeys(apply.inputs):
                found.setdefault(tensor, []).append(apply)
        return found

    @cached_property
    def layer_calls(self) -> Mapping[int, list[LayerCall]]:
        """The calls of a layer, by its id; a wrapped layer is called with its wrapper."""
        found: dict[int, list[LayerCall]] = {}
        for apply in self.program.layer_calls:
            layer: Layer | None = self.program.layers[apply.layer]
            while layer is not None:
                found.setdefault(layer.id, []).append(apply)
                layer = self.program.layers[layer.wrapped] if layer.wrapped is not None else None
        return found

    @cached_property
    def outputs(self) -> frozenset[int]:
        """Tensors that are an output of some model."""
        return frozenset(t for model in self.program.models for t in model.outputs)

    def is_end(self, tensor: int) -> bool:
        """Whether a tensor is an output of a model, or nothing takes it."""
        return tensor in self.outputs or tensor not in self.consumers

    def only_consumer(self, tensor: int) -> LayerCall | None:
        """The one call that takes a tensor; None where the graph ends or branches."""
        takers = self.consumers.get(tensor, ())
        return takers[0] if len(takers) == 1 and tensor not in self.outputs else None

    # -- walks ---------------------------------------------------------------------------------

    def back(
        self,
        tensor: int,
        *,
        through: Callable[[LayerCall], bool] = one_input,
        into_models: bool = False,
    ) -> Iterator[LayerCall]:
        """The calls that a tensor comes from, nearest first.

        The walk goes on from a call only if ``through`` allows it: by default up to the first
        merge. ``into_models``: in place of the call of a model, the calls inside it.
        """
        find = self.inner_producer if into_models else self.producer
        pending, met = [tensor], set[int]()
        while pending:
            apply = find(pending.pop())
            if apply is None or apply.id in met:
                continue
            met.add(apply.id)
            yield apply
            if through(apply):
                pending.extend(reversed(apply.inputs))

    def forward(
        self, tensor: int, *, through: Callable[[LayerCall], bool] = one_input
    ) -> Iterator[LayerCall]:
        """The calls that a tensor goes into, and what comes of it, along all branches.

        The walk goes on from a call only if ``through`` allows it: by default up to the first
        merge.
        """
        pending, met = [tensor], set[int]()
        while pending:
            for apply in self.consumers.get(pending.pop(), ()):
                if apply.id in met:
                    continue
                met.add(apply.id)
                yield apply
                if through(apply):
                    pending.extend(apply.outputs)

    def straight(self, tensor: int) -> Iterator[LayerCall]:
        """The calls after a tensor up to the first branch, merge or output of a model."""
        apply = self.only_consumer(tensor)
        while apply is not None and one_input(apply):
            yield apply
            apply = self.only_consumer(apply.outputs[0])

    # -- models --------------------------------------------------------------------------------

    def layers_in(self, model: int) -> frozenset[int]:
        """The layers of a model, those inside wrappers and inner models too."""
        if model not in self._layers_in:
            found: set[int] = set()
            pending, met = [model], {model}
            while pending:
                for index in self.program.models[pending.pop()].graph:
                    layer: Layer | None = self.layer(self.program.layer_calls[index])
                    while layer is not None and layer.id not in found:
                        found.add(layer.id)
                        if layer.model is not None and layer.model not in met:
                            met.add(layer.model)
                            pending.append(layer.model)
                        wrapped = layer.wrapped
                        layer = self.program.layers[wrapped] if wrapped is not None else None
            self._layers_in[model] = frozenset(found)
        return self._layers_in[model]
