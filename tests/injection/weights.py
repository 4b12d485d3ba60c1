"""Faults in what weights start with, and in how layers are wired."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from tests.injection.documents import Edit
from tests.injection.operators import Candidate, adversarial, classifier_heads, operator, plain
from tests.injection.programs import (
    CROSSENTROPIES,
    REGRESSION,
    RNN,
    Head,
    Layer,
    Program,
    has_stars,
    keyword_of,
)

DEPTH = 6


def _after(p: Program, layer: Layer, texts: list[str]) -> list[Edit] | None:
    """Put layers after another one, in the way in which that is written."""
    if layer.how == "list" and layer.items is not None:
        place = p.end(layer.call)
        if p.ahead(place).lstrip()[:1] not in (",", "]", ")"):
            return None
        return [Edit(place, place, "".join(f", {text}" for text in texts))]
    if layer.how == "add":
        call = layer.stmt.value if isinstance(layer.stmt, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return None
        adds = "; ".join(f"{p.source(call.func)}({text})" for text in texts)
        return plain(p.insert_after(layer.stmt, adds))
    if layer.apply is None:
        return None
    start, end = p.start(layer.apply), p.end(layer.apply)
    before = "".join(f"{text}(" for text in reversed(texts))
    return [Edit(start, start, before), Edit(end, end, ")" * len(texts))]


def _hidden(p: Program) -> Iterator[tuple[Layer, str]]:
    """The hidden Dense layers with a relu of models that are trained, and the path of Dense."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        if not head.model.complete or adversarial(p, head.model):
            continue
        for layer in head.model.layers:
            if layer.name != "Dense" or layer is head.layer or layer.cond or has_stars(layer.call):
                continue
            if p.activation(layer.arg("activation")) == "relu":
                yield layer, p.source(layer.call.func)


@operator("sigmoid-stack", "KER302")
def _(p: Program) -> Iterator[Candidate]:
    """Six Dense layers of sigmoid units are added after a hidden layer."""
    for layer, dense in _hidden(p):
        edits = _after(p, layer, [f'{dense}(16, activation="sigmoid")'] * DEPTH)
        if edits:
            yield Candidate(edits)


@operator("small-initial-weights", "KER206")
def _(p: Program) -> Iterator[Candidate]:
    """``RandomNormal(stddev=1e-5)`` on every Dense layer of a stack with two hidden ones."""
    for head, _ in classifier_heads(p, CROSSENTROPIES | REGRESSION):
        chosen = [x for x in head.model.layers if x.name == "Dense" and not x.cond]
        root = p.root(chosen[0].call) if chosen else None
        plainly = all(x.name in ("Dense", "Dropout", "Input", "InputLayer") for x in _last(head, 3))
        if root is None or not head.model.complete or len(chosen) < 3 or not plainly:
            continue
        if any(keyword_of(x.call, "kernel_initializer") or has_stars(x.call) for x in chosen):
            continue
        acts = [p.activation(x.arg("activation")) for x in chosen if x is not head.layer]
        if all(word in ("relu", "tanh", "elu", "selu") for word in acts):
            text = f"kernel_initializer={root}.initializers.RandomNormal(stddev=1e-5)"
            edits = plain(*(p.add_arg(x.call, text) for x in chosen))
            if edits and len({e.start for e in edits}) == len(edits):
                yield Candidate(edits, "", head.model)


def _last(head: Head, dense: int) -> list[Layer]:
    """The layers from the last few Dense layers on."""
    layers = head.model.layers
    places = [i for i, layer in enumerate(layers) if layer.name == "Dense"]
    return layers[places[-dense] :] if len(places) >= dense else layers


@operator("list-multiplied", "KER513")
def _(p: Program) -> Iterator[Candidate]:
    """A hidden Dense layer of a list becomes ``*[Dense(...)] * 3``."""
    for layer, _ in _hidden(p):
        if layer.how == "list" and layer.items is not None and layer.call in layer.items.elts:
            if layer is not p.models[0].layers[0]:
                yield Candidate([p.sub(layer.call, f"*[{p.source(layer.call)}] * 3")])


def _branches(p: Program, shared: bool) -> Iterator[Candidate]:
    """A hidden Dense layer of a functional model becomes the sum of two equal ones."""
    for layer, dense in _hidden(p):
        root = p.root(layer.call)
        if root is None or layer.apply is None or not isinstance(layer.stmt, ast.Assign):
            continue
        given, size = layer.apply.args[0], layer.arg("units")
        if not isinstance(given, ast.Name) or size is None or not p.alone(layer.stmt):
            continue
        made = f"{root}.initializers.HeNormal({'' if shared else 'seed=7'})"
        start = p.start(layer.stmt)
        one = f"{dense}({p.source(size)}, kernel_initializer={'kernel_start' if shared else made})"
        call = f"{root}.layers.add([{one}({given.id}), {one}({given.id})])"
        edits = [p.sub(layer.apply, call)]
        if shared:
            edits.insert(0, Edit(start, start, f"kernel_start = {made}; "))
        yield Candidate(edits)


@operator("initializer-shared", "KER203")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(n)(x)`` -> the sum of two such layers with one initializer object."""
    yield from _branches(p, shared=True)


@operator("seed-shared", "KER204")
def _(p: Program) -> Iterator[Candidate]:
    """``Dense(n)(x)`` -> the sum of two such layers whose initializers have the same seed."""
    yield from _branches(p, shared=False)


@operator("mask-destroyed", "KER518")
def _(p: Program) -> Iterator[Candidate]:
    """A convolution between ``Embedding(mask_zero=True)`` and the recurrent layer after it."""
    for model in p.models:
        for layer, after in itertools.pairwise(model.layers):
            if layer.name != "Embedding" or after.real.name not in RNN:
                continue
            flag, root = keyword_of(layer.call, "mask_zero"), p.root(layer.call)
            if layer.cond or after.cond or has_stars(layer.call) or root is None:
                continue
            if flag is not None and p.source(flag.value) == "True":
                text = f'{root}.layers.Conv1D(16, 3, padding="same", activation="relu")'
                edits = _after(p, layer, [text])
                if edits:
                    yield Candidate(edits, "", model)


@operator("stateful-without-batch-size", "KER519")
def _(p: Program) -> Iterator[Candidate]:
    """``stateful=True`` on a recurrent layer of a model whose input states no batch size."""
    if "batch_shape" in p.text or "batch_input_shape" in p.text:
        return
    for model in p.models:
        stated = any(
            keyword_of(layer.call, "input_shape") or layer.name in ("Input", "InputLayer")
            for layer in model.layers[:1]
        )
        if not model.complete or not (stated or model.kind == "functional"):
            continue
        for layer in model.layers:
            call = layer.real.call
            if layer.real.name not in ("LSTM", "GRU") or layer.cond or has_stars(call):
                continue
            if any(keyword_of(call, name) for name in ("stateful", "return_state")):
                continue
            edits = plain(p.add_arg(call, "stateful=True"))
            if edits:
                yield Candidate(edits, "", model)
