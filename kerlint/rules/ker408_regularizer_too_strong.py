"""KER408: a weight penalty that outweighs the loss."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import REGULARIZATION_SHARE
from kerlint.program.layers import where
from kerlint.program.model import Layer
from kerlint.program.objectives import CROSSENTROPIES, Objective
from kerlint.program.values import NOWHERE, Fact, Object, Value
from kerlint.rules.base import Finding, Note, Rule, View

_ARGUMENTS = (
    "kernel_regularizer",
    "W_regularizer",
    "recurrent_regularizer",
    "depthwise_regularizer",
    "pointwise_regularizer",
    "embeddings_regularizer",
)
_WEIGHTED = where(lambda kind: kind.weighted and not kind.keeps_shape)
# Strengths from which a penalty has most of the gradient, whatever the width of the layer.
_STRONG = {"l1": 0.1, "l2": 1.0}
# Without a crossentropy the loss may be large.
_STRONG_FOR_ANY_LOSS = 10.0


class RegularizerTooStrong(Rule):
    """With a strong weight penalty, training only makes the weights small.

    A regularizer adds its strength times the size of the weights to the loss. `L2(1.0)` on a layer
    of 32 units adds 16 times the crossentropy of guessing, and most of the gradient pulls the
    weights to 0: the layer had no weight above 0.004 left, and the accuracy was that of guessing.
    `L2(0.01)` adds a sixth of the loss. For `L1`, which pulls small weights as much as large ones,
    0.1 is already too much.

    Bad:
        from keras import regularizers

        model = keras.Sequential([keras.Input((8,))])
        model.add(layers.Dense(32, activation="relu", kernel_regularizer=regularizers.L2(1.0)))
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Good:
        from keras import regularizers

        model = keras.Sequential([keras.Input((8,))])
        model.add(layers.Dense(32, activation="relu", kernel_regularizer=regularizers.L2(1e-4)))
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    Tempting:
        from keras import regularizers

        model = keras.Sequential([keras.Input((8,))])
        strong = regularizers.L2(0.01)  # strong, but much smaller than the loss
        model.add(layers.Dense(32, activation="relu", kernel_regularizer=strong))
        model.add(layers.Dense(3, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    People say: "loss decreases but accuracy does not change", "L2 regularization makes all weights
    zero", "regularization loss too high", "model predicts the same class for everything".

    When kerlint stays silent:
        - The strength is less than 1 for L2 and less than 0.1 for L1.
        - The loss may be large: it is not a crossentropy, or it is a sum over the samples. From a
          strength of 10 on, kerlint reports it anyway.
        - The penalty is on biases or on outputs.
    """

    code = "KER408"
    severity = Severity.WARNING
    required_bytes = (b"egularizer",)
    names = _WEIGHTED
    experiments = (REGULARIZATION_SHARE,)
    unsafe_because = "the model then trains differently"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        for name in _ARGUMENTS:
            given = layer.arg(name)
            made = given.value if given is not None else None
            found = _strength(made) if isinstance(made, Object) else None
            if not isinstance(made, Object) or found is None:
                continue
            kind, strength = found
            if strength < _STRONG[kind]:
                continue
            objectives = _objectives(layer, view)
            small = bool(objectives) and all(_is_small(each) for each in objectives)
            if not small and strength < _STRONG_FOR_ANY_LOSS * _STRONG[kind]:
                continue
            if _is_shared(made, layer, view):
                continue
            yield Finding(
                made.site,
                f"a penalty of {kind.upper()}({strength:g}) on the weights outweighs the loss",
                label="training mostly makes the weights small",
                help=f"use a strength such as `{_usual(kind):g}`",
                related=(Note(layer.origin.site, "the layer with these weights"),),
                origin=layer.origin,
                claim=view.claim(layer),
                repair=repair(layer, view),
            )
            return


def _is_shared(made: Object, layer: Layer, view: View) -> bool:
    """Whether an earlier layer has the same penalty."""
    earlier = view.program.layers[view.program.own.layers : layer.id]
    return any(
        fact.value is made or (isinstance(fact.value, Object) and fact.value.site == made.site)
        for other in earlier
        for fact in map(other.arg, _ARGUMENTS)
        if fact is not None
    )


def _usual(kind: str) -> float:
    return 1e-5 if kind == "l1" else 1e-4


def _strength(made: Object) -> tuple[str, float] | None:
    """The stronger penalty of a regularizer, "l1" or "l2", and its strength."""
    word = made.name.rpartition(".")[2].lower().replace("_", "")
    if made.partial or word not in ("l1", "l2", "l1l2"):
        return None
    best: tuple[str, float] | None = None
    for name, fact in made.args.items():
        kind = word if name == "l" and word != "l1l2" else name
        number = fact.number()
        if kind not in _STRONG or number is None:
            continue
        if best is None or number / _STRONG[kind] > best[1] / _STRONG[best[0]]:
            best = kind, float(number)
    return best


def _objectives(layer: Layer, view: View) -> list[Objective]:
    """What the models with this layer are trained for."""
    return [each for each in view.judged if layer.id in view.layers_in(each.model.id)]


def _is_small(objective: Objective) -> bool:
    """Whether a loss is about 1 at the start: a crossentropy, averaged over the samples."""
    loss = objective.loss
    return loss is not None and loss.kind in CROSSENTROPIES and "reduction" not in loss.args


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """The same penalties at a usual strength; nothing for a layer without any."""
    mine = [layer.args[name].value for name in _ARGUMENTS if name in layer.args]
    sites = {made.site for made in mine if isinstance(made, Object)} - {NOWHERE}
    changes: list[Change] = []
    for other in view.program.layers[view.program.own.layers :]:
        for name in _ARGUMENTS:
            made = other.args[name].value if name in other.args else None
            shared = isinstance(made, Object) and made.site in sites
            if made is not None and (other.id == layer.id or shared):
                changes.append(SetArg(other.id, name, _weaker(made)))
    return tuple(changes)


def _weaker(made: Value) -> Object:
    """The same penalty at a usual strength."""
    if not isinstance(made, Object) or not made.args or made.partial:
        return Object("keras.regularizers.L2", {"l2": Fact(_usual("l2"))}, NOWHERE)
    word = made.name.rpartition(".")[2].lower()
    args: dict[str, Fact] = {}
    for name, fact in made.args.items():
        kind = word if name == "l" else name
        number = fact.number()
        strong = kind in _STRONG and number is not None and number > _usual(kind)
        args[name] = Fact(_usual(kind)) if strong else fact
    return Object(made.name, args, made.site)
