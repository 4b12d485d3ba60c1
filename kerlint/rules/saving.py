"""Models that the program saves and loads again, and what a load needs to be told."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Call, Compile, Layer
from kerlint.program.values import Custom, Entries, Fact, Items, ModelRef, Object, Site, Unknown
from kerlint.rules.arguments import argument
from kerlint.rules.base import View
from kerlint.rules.watching import CHECKPOINT

LOADING = frozenset({"keras.models.load_model", "keras.saving.load_model"})
SAVING = frozenset({"keras.Model.save", "keras.models.save_model", "keras.saving.save_model"})
_WHOLE = (".keras", ".h5", ".hdf5")


@dataclass(frozen=True, slots=True)
class Saved:
    """A place where a whole model is saved, and the path as far as it is known."""

    model: int
    path: str
    call: Call


def saved(view: View) -> Iterator[Saved]:
    """The places where whole models are saved, also by checkpoints."""
    for call in view.program.calls:
        if call.name in SAVING:
            given = argument(call, view, "filepath")
            if call.model is None:
                first = argument(call, view, "model")
                ref = first.fact.value if first is not None else None
            else:
                ref = ModelRef(call.model)
            path = _path(given.fact) if given is not None else None
            if path is not None and isinstance(ref, ModelRef):
                yield Saved(ref.model, path, call)
        elif call.name in ("keras.Model.fit", "keras.Model.fit_generator"):
            yield from _checkpoints(call, view)


def _checkpoints(call: Call, view: View) -> Iterator[Saved]:
    given = argument(call, view, "callbacks")
    value = given.fact.value if given is not None else None
    for item in value.items if isinstance(value, Items) else ():
        made = item.value
        if not isinstance(made, Object) or made.name != CHECKPOINT or made.partial:
            continue
        path, weights = made.args.get("filepath"), made.args.get("save_weights_only")
        if weights is not None and weights.value is not False:
            continue
        found = _path(path) if path is not None else None
        if found is not None and call.model is not None:
            yield Saved(call.model, found, call)


def _path(fact: Fact) -> str | None:
    """What stands for a path: itself, or the text of what is not known."""
    value = fact.value
    if isinstance(value, str):
        return value if value.endswith(_WHOLE) else None
    return f"\0{value.symbol}" if isinstance(value, Unknown) and value.symbol else None


def saved_before(load: Call, view: View) -> Saved | None:
    """Where the model was saved that a call loads; None when that is not known."""
    given = argument(load, view, "filepath")
    path = _path(given.fact) if given is not None else None
    if path is None or load.partial:
        return None
    found = [each for each in saved(view) if each.path == path and each.call.id < load.id]
    models = {each.model for each in found}
    return found[-1] if len(models) == 1 else None


def lambda_layer(model: int, view: View) -> Layer | None:
    """A ``Lambda`` layer of a model with a lambda of Python."""
    for index in sorted(view.layers_in(model)):
        layer = view.program.layers[index]
        function = layer.arg("function") if layer.type == "keras.layers.Lambda" else None
        if function is not None and isinstance(function.value, Custom):
            if function.value.kind == "lambda":
                return layer
    return None


def own_objects(model: int, view: View) -> Iterator[tuple[str, Site]]:
    """Functions and classes of the file that a model needs to be loaded: names and places."""
    program = view.program
    made = program.models[model]
    if made.kind == "subclassed" and made.type in program.classes:
        yield made.type, made.origin.site
    for index in sorted(view.layers_in(model)):
        layer = program.layers[index]
        if layer.custom and layer.type in program.classes:
            yield layer.type, layer.origin.site
        elif not layer.operation:
            for name in ("activation", "function", "kernel_initializer", "kernel_regularizer"):
                fact = layer.arg(name)
                if fact is not None:
                    yield from _own(fact)


def own_training(compiled: Compile, classes: frozenset[str]) -> Iterator[tuple[str, Site]]:
    """The losses and metrics of the file that a model was compiled with."""
    for name in ("loss", "metrics", "weighted_metrics"):
        fact = compiled.args.get(name)
        if fact is not None:
            yield from _own(fact, classes)


def _own(fact: Fact, classes: frozenset[str] = frozenset()) -> Iterator[tuple[str, Site]]:
    value = fact.value
    if isinstance(value, Items):
        for item in value.items:
            yield from _own(item, classes)
    elif isinstance(value, Entries):
        for item in value.entries.values():
            yield from _own(item, classes)
    elif isinstance(value, Custom):
        function = value.kind == "function" and value.name.isidentifier()
        if function or (value.kind == "object" and value.name in classes):
            yield value.name, fact.used_at
