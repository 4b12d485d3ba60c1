"""KER302: many sigmoid layers in a row."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import GRADIENT_DEPTH
from kerlint.program.heads import activation_of
from kerlint.program.layers import KINDS, LINEAR_BY_DEFAULT, ONLY_ACTIVATION
from kerlint.program.model import Layer, LayerCall
from kerlint.rules.base import Finding, Note, Rule, View

MIN_DEPTH = 6
SIGMOIDS = frozenset({"sigmoid", "hard_sigmoid"})


class SigmoidStack(Rule):
    """Through a deep stack of sigmoid layers hardly any gradient reaches the first ones.

    The slope of a sigmoid is at most 0.25, so each layer passes on less than a quarter of the
    gradient. With six sigmoid layers in a row, the first kernel receives some 1/10,000 of the
    gradient of the last; with eight, 1/200,000. The first layers stay as they were initialized,
    and the model does not learn.

    Use relu in hidden layers, or BatchNormalization between them.

    Bad:
        model = keras.Sequential([keras.Input((8,))])
        for _ in range(8):
            model.add(layers.Dense(16, activation="sigmoid"))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Good:
        model = keras.Sequential([keras.Input((8,))])
        for _ in range(8):
            model.add(layers.Dense(16, activation="relu"))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
    Tempting:
        # tanh has a slope of 1 at 0, and passes the gradient on.
        model = keras.Sequential([keras.Input((8,))])
        for _ in range(8):
            model.add(layers.Dense(16, activation="tanh"))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")

    People say:
        "vanishing gradient", "accuracy stuck at 0.5", "loss does not decrease",
        "deeper network performs worse"

    When kerlint stays silent:
        - Fewer than six sigmoid layers follow each other. The output layer does not count.
        - A normalization, a branch or a merge lies between them.
    """

    code = "KER302"
    severity = Severity.WARNING
    required_bytes = (b"sigmoid",)
    names = LINEAR_BY_DEFAULT
    experiments = (GRADIENT_DEPTH,)
    unsafe_because = "the model then predicts other values"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        chain = _chain(layer, view)
        if len(chain) < MIN_DEPTH:
            return
        others = {other.origin.site: other for other in chain[1:]}
        others.pop(layer.origin.site, None)
        yield Finding(
            layer.origin.site,
            f"{len(chain)} sigmoid layers in a row: hardly any gradient reaches the first ones",
            label="the first of them",
            help='use `activation="relu"` in hidden layers',
            related=tuple(Note(site, "sigmoid again") for site in list(others)[:3]),
            origin=layer.origin,
            claim=view.chain_claim(layer, chain[-1]),
            repair=repair(layer, view),
        )


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """Relu in all layers of the stack, or in the one layer; nothing for the last of a model."""
    holders = [_holder(each, view) for each in _chain(layer, view)]
    if not holders and layer.kind in LINEAR_BY_DEFAULT and "activation" in layer.args:
        calls = view.graph.layer_calls.get(layer.id, ())
        if not any(view.graph.is_end(call.outputs[0]) for call in calls):
            holders = [layer]
    return tuple(SetArg(each.id, "activation", "relu") for each in holders if each is not None)


def _chain(layer: Layer, view: View) -> list[Layer]:
    """The sigmoid layers in a row from here on; empty when this is not the first."""
    if layer.kind not in LINEAR_BY_DEFAULT or layer.custom or _holder(layer, view) is None:
        return []
    calls = view.graph.layer_calls.get(layer.id, ())
    if len(calls) != 1 or not calls[0].inputs:
        return []
    before = next(_weighted(view.graph.back(calls[0].inputs[0]), view), None)
    if before is not None and _holder(before, view) is not None:
        if _next(before, view) == layer:
            return []
    found = [layer]
    after = _next(layer, view)
    while after is not None and _holder(after, view) is not None and after not in found:
        found.append(after)
        after = _next(after, view)
    return found


def _next(layer: Layer, view: View) -> Layer | None:
    """The only layer with a kernel that takes the output of another."""
    calls = view.graph.layer_calls.get(layer.id, ())
    if len(calls) != 1:
        return None
    return next(_weighted(view.graph.straight(calls[0].outputs[0]), view), None)


def _weighted(calls: Iterator[LayerCall], view: View) -> Iterator[Layer]:
    """The layers with a kernel among some calls, up to one through which scales do not pass."""
    for call in calls:
        layer = view.graph.inner_layer(call)
        kind = KINDS.get(layer.kind)
        if layer.custom or layer.operation or kind is None or kind.normalizes or call.repeated:
            return
        if layer.kind in LINEAR_BY_DEFAULT:
            yield layer
        elif kind.weighted or kind.wraps or layer.kind == "Lambda":
            return


def _holder(layer: Layer, view: View) -> Layer | None:
    """What makes a hidden layer a sigmoid layer: it itself, or the ``Activation`` right after."""
    found = activation_of(layer, view.program)
    calls = view.graph.layer_calls.get(layer.id, ())
    if found is None or len(calls) != 1 or view.graph.is_end(calls[0].outputs[0]):
        return None
    if found.name in SIGMOIDS:
        return layer
    if found.name != "linear":
        return None
    after = view.graph.only_consumer(calls[0].outputs[0])
    if after is None or view.graph.is_end(after.outputs[0]):
        return None
    applied = view.layer(after)
    if applied.kind not in ONLY_ACTIVATION:
        return None
    word = activation_of(applied, view.program)
    return applied if word is not None and word.name in SIGMOIDS else None
