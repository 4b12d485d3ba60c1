"""Which layers are trainable when a model is trained, by the order of what the program does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from kerlint.lazy_dataclass import dataclass
from kerlint.program.graph import Graph
from kerlint.program.layers import KINDS
from kerlint.program.model import Assignment, Fit, Layer, Part, Program
from kerlint.program.values import LayerRef, ModelRef

EPOCHS = frozenset({"fit", "fit_generator"})
BATCHES = frozenset({"train_on_batch"})
TRAINING = EPOCHS | BATCHES

UNFROZEN = frozenset({True})
FROZEN = frozenset({False})


@dataclass(frozen=True, slots=True)
class Setting:
    """An assignment of ``trainable``.

    ``layers``: those that it may set, None for any. ``part``: which of them it sets. ``value`` is
    None where it is not known.
    """

    assignment: Assignment
    value: bool | None
    layers: frozenset[int] | None
    part: Part

    def concerns(self, layers: Iterable[int]) -> bool:
        """Whether it may set one of these layers."""
        return self.layers is None or not self.layers.isdisjoint(layers)


class Trainable:
    """The ``trainable`` settings of a program, and their effect on a layer."""

    def __init__(self, program: Program, graph: Graph) -> None:
        self.program = program
        self.graph = graph

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        found = self.program.assignments
        return tuple(self._setting(each) for each in found if each.name == "trainable")

    def _setting(self, each: Assignment) -> Setting:
        value = each.value.value
        known = value if isinstance(value, bool) else None
        owner, part = each.owner, each.part
        layers: frozenset[int] | None = None
        if isinstance(owner, LayerRef):
            layers, part = self._inside(owner.layer), "all"
        elif isinstance(owner, ModelRef):
            layers, part = self._of_model(owner.model), "all"
        elif each.of_model is not None:
            layers = self._of_model(each.of_model)
        return Setting(each, known, layers, part)

    def _of_model(self, model: int) -> frozenset[int]:
        used = {layer.id for layer in self.program.layers if layer.model == model}
        return self.graph.layers_in(model) | used

    def _inside(self, index: int) -> frozenset[int]:
        layer = self.program.layers[index]
        found = frozenset({index})
        if layer.wrapped is not None:
            found |= self._inside(layer.wrapped)
        return found | self._of_model(layer.model) if layer.model is not None else found

    def before(self, fit: Fit) -> tuple[Setting, ...]:
        """What was set before a training."""
        return tuple(each for each in self.settings if each.assignment.fits <= fit.id)

    def state(self, index: int, settings: Iterable[Setting]) -> frozenset[bool] | None:
        """Whether a layer is trainable after these settings; both where only a part of it is.

        None when that is not known.
        """
        layer = self.program.layers[index]
        given = layer.arg("trainable")
        found: frozenset[bool] | None = UNFROZEN
        if given is not None and not any(_sets(each, index) for each in self.settings):
            found = frozenset({given.value}) if isinstance(given.value, bool) else None
        for each in settings:
            if not each.concerns((index,)):
                continue
            if index >= each.assignment.layers and layer.model is None:
                continue  # it was made, and added, later
            if each.value is None:
                found = None
            elif each.part == "all":
                found = frozenset({each.value})
            else:
                found = found | {each.value} if found is not None else None
        return found

    def weighted(self, model: int) -> Iterator[Layer]:
        """The layers of a model that have weights, or may have some."""
        for index in self.graph.layers_in(model):
            layer = self.program.layers[index]
            if layer.operation or layer.wrapped is not None:
                continue
            if layer.model is not None and not self.program.models[layer.model].gaps:
                continue  # its own layers are among them
            kind = KINDS.get(layer.kind)
            if layer.custom or kind is None or kind.weighted:
                yield layer

    def first_like(self, fit: Fit) -> Fit:
        """The first training with the compiled model that is done in the same way.

        Keras makes the step of ``fit`` and that of ``train_on_batch`` once, and keeps them until
        the model is compiled again.
        """
        alike = EPOCHS if fit.method in EPOCHS else BATCHES
        for other in self.program.fits[: fit.id]:
            if other.compiled == fit.compiled and other.model == fit.model:
                if other.method in alike and not other.origin.fails:
                    return other
        return fit

    def trained_with(self, fit: Fit) -> frozenset[int]:
        """The layers that other models train, or are compiled to train."""
        others = {each.model for each in self.program.compiles} | {
            each.model for each in self.program.fits if each.method in TRAINING
        }
        found = (self.graph.layers_in(model) for model in others if model != fit.model)
        return frozenset[int]().union(*found)

    def is_frozen(self, fit: Fit) -> bool:
        """Whether a training finds all layers with weights frozen."""
        settings = self.before(fit)
        model = self.program.models[fit.model]
        if model.gaps and not any(
            each.value is False
            and (
                each.assignment.owner == ModelRef(model.id) or each.assignment.of_model == model.id
            )
            for each in settings
        ):
            return False
        layers = list(self.weighted(fit.model))
        return bool(layers) and all(self.state(each.id, settings) == FROZEN for each in layers)


def _sets(setting: Setting, layer: int) -> bool:
    """Whether a setting is about this layer itself, and so replaces its ``trainable`` argument."""
    return setting.assignment.owner == LayerRef(layer)
