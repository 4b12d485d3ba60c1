"""What becomes of a model: which compiled models are trained, and which only predict."""

from __future__ import annotations

from kerlint.program.graph import Graph
from kerlint.program.model import Program

MEASURING = frozenset(
    {"evaluate", "evaluate_generator", "fit", "fit_generator", "test_on_batch", "train_on_batch"}
)
"""Methods that use the loss and the metrics that a model was compiled with."""


def left_alone(graph: Graph) -> frozenset[int]:
    """Models whose loss, metrics and head do not matter, because nothing is measured with them.

    Old releases of Keras refuse to predict with a model that is not compiled, so a GAN's generator
    or a copy of a trained model is compiled with any loss. A model that is trained or evaluated is
    never left alone, nor is one whose fate the file does not show; but what is called a generator
    and not trained by itself is trained inside a joined model, wherever that is.
    """
    program = graph.program
    measured = {
        fit.model for fit in program.fits if fit.method in MEASURING and not fit.origin.fails
    }
    compiled = {compiled.model for compiled in program.compiles if compiled.step is None}
    idle = compiled - measured
    if not idle:
        return frozenset()
    # Who tries a model before compiling it has not said what it is compiled for.
    tried = {fit.model for fit in program.fits if fit.compiled is not None}
    predicting = tried - measured
    users = compiled | measured
    parts = {model: _parts(graph, model) for model in idle | users}
    nested = {
        user: {program.layers[layer].model for layer in graph.layers_in(user)} for user in users
    }

    def is_part(model: int, user: int) -> bool:
        """Whether a model is used inside another one, as a layer or layer by layer."""
        if model in nested[user]:
            return True
        own, others = parts[model], parts[user]
        return bool(own) and (own < others or (own == others and user in measured))

    return frozenset(
        model
        for model in idle
        if any(is_part(model, user) for user in users if user != model)
        or any("generator" in label.lower() for label in program.models[model].labels)
        or (
            (model in predicting or program.models[model].predicts)
            and (program.models[model].loaded or not program.models[model].handed_on)
        )
    )


def superseded(program: Program) -> frozenset[int]:
    """Calls of ``compile`` that train nothing, because a later one replaces them and does."""
    used = {fit.compiled for fit in program.fits if fit.method in MEASURING}
    last: dict[int, int] = {}  # the last of a model that something is measured with
    for compiled in program.compiles:
        if compiled.id in used:
            last[compiled.model] = compiled.id
    return frozenset(
        compiled.id
        for compiled in program.compiles
        if compiled.id not in used
        and compiled.step is None
        and compiled.id < last.get(compiled.model, -1)
    )


def cut_off(graph: Graph) -> frozenset[int]:
    """Layers that a model leaves out which takes the others of a model that is never used."""
    program = graph.program
    used = {compiled.model for compiled in program.compiles} | {fit.model for fit in program.fits}
    drafts = [m.id for m in program.models if m.id not in used and not m.handed_on]
    if not drafts or not used:
        return frozenset()
    kept = {model: _parts(graph, model) for model in used}
    everywhere = frozenset[int]().union(*kept.values())
    found: set[int] = set()
    for draft in drafts:
        own = _parts(graph, draft)
        if any(not own.isdisjoint(parts) for parts in kept.values()):
            found |= own - everywhere
    return frozenset(found)


def rebuilt(program: Program) -> frozenset[int]:
    """Models that only give their configuration to another one, which may have been edited."""
    used = {compiled.model for compiled in program.compiles} | {fit.model for fit in program.fits}
    return frozenset(m.id for m in program.models if m.rebuilt and m.id not in used)


def _parts(graph: Graph, model: int) -> frozenset[int]:
    """The layers of a model without the operations, which are new ones at each call."""
    layers = graph.program.layers
    return frozenset(layer for layer in graph.layers_in(model) if not layers[layer].operation)


_RATES = frozenset({"learning_rate", "lr", "_learning_rate"})


def sets_rates(program: Program) -> bool:
    """Whether learning rates are set after the optimizers were made."""
    return any(each.name in _RATES for each in program.assignments)
