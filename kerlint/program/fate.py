"""What becomes of a model: which compiled models are trained, and which only predict."""

from __future__ import annotations

from collections.abc import Mapping

from kerlint.program.model import Program

MEASURING = frozenset(
    {"evaluate", "evaluate_generator", "fit", "fit_generator", "test_on_batch", "train_on_batch"}
)
"""Methods that use the loss and the metrics that a model was compiled with."""


def left_alone(program: Program) -> frozenset[int]:
    """Models whose loss, metrics and head do not matter, because nothing is measured with them.

    Old releases of Keras refuse to predict with a model that is not compiled, so a GAN's generator
    or a copy of a trained model is compiled with any loss. A model that is trained or evaluated is
    never left alone, nor is one whose fate the file does not show; but what is called a generator
    and not trained by itself is trained inside a joined model, wherever that is.
    """
    measured = {
        fit.model for fit in program.fits if fit.method in MEASURING and not fit.origin.fails
    }
    compiled = {compiled.model for compiled in program.compiles}
    idle = compiled - measured
    if not idle:
        return frozenset()
    # Who tries a model before compiling it has not said what it is compiled for.
    tried = {fit.model for fit in program.fits if fit.compiled is not None}
    predicting = tried - measured
    users = compiled | measured
    held = {model.id: _held(program, model.id, {}) for model in program.models}
    return frozenset(
        model
        for model in idle
        if any(_is_part(model, user, program, held, measured) for user in users if user != model)
        or any("generator" in label.lower() for label in program.models[model].labels)
        or (
            (model in predicting or program.models[model].predicts)
            and (program.models[model].loaded or not program.models[model].handed_on)
        )
    )


def _is_part(
    model: int,
    user: int,
    program: Program,
    held: Mapping[int, frozenset[int]],
    measured: set[int],
) -> bool:
    """Whether a model is used inside another one, as a layer or layer by layer."""
    if any(program.layers[layer].model == model for layer in held[user]):
        return True
    own = held[model]
    return bool(own) and (own < held[user] or (own == held[user] and user in measured))


def _held(program: Program, model: int, known: dict[int, frozenset[int]]) -> frozenset[int]:
    """The layers of a model, those inside wrappers and inner models too."""
    if model not in known:
        known[model] = frozenset()  # a model that holds itself ends here
        found: set[int] = set()
        for index in program.models[model].graph:
            layer = program.layers[program.applies[index].layer]
            if layer.operation:
                continue
            while True:
                found.add(layer.id)
                if layer.model is not None:
                    found |= _held(program, layer.model, known)
                if layer.wrapped is None:
                    break
                layer = program.layers[layer.wrapped]
        known[model] = frozenset(found)
    return known[model]
