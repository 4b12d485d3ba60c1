"""Random layers and random models: what kerlint claims to know of a shape is what Keras makes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from random_layers import ELSEWHERE, MAKERS, Case, make

from kerlint.program.layers import KINDS
from kerlint.program.model import Layer, Origin, Shape
from kerlint.program.shapes import output_shapes
from kerlint.program.values import Fact, Items, Refused, Site, Unknown

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]

HERE = Origin(Site(0))


def fact(value: Any) -> Fact:
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return Fact(Items(kind, tuple(fact(item) for item in value)))
    return Fact(value)


def ours(case: Case) -> tuple[Shape | Unknown, ...]:
    table: list[Layer] = []

    def add(case: Case) -> Layer:
        wrapped = add(case.inner).id if case.inner is not None else None
        args = {name: fact(value) for name, value in case.args.items()}
        layer = Layer(len(table), f"keras.layers.{case.kind}", args, HERE, wrapped=wrapped)
        table.append(layer)
        return layer

    layer = add(case)
    call = {name: fact(value) for name, value in case.call.items()}
    return output_shapes(layer, tuple(case.inputs), table, call)


def made(keras: Any, case: Case) -> Any:
    args = dict(case.args)
    if case.inner is not None:
        args["layer"] = made(keras, case.inner)
    return getattr(keras.layers, case.kind)(**args)


def theirs(keras: Any, case: Case) -> tuple[tuple[int | None, ...], ...] | None:
    """The shapes that Keras gives; None when it refuses."""
    tensors = [keras.KerasTensor(shape, dtype=case.dtype) for shape in case.inputs]
    try:
        layer = made(keras, case)
        if case.kind in ("MultiHeadAttention", "GroupQueryAttention"):
            given = layer(*tensors, **case.call)
        else:
            given = layer(tensors if len(tensors) > 1 else tensors[0])
    except Exception:
        return None
    return tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(given))


def disagreement(case: Case, keras: Any) -> str | None:
    claim, truth = ours(case), theirs(keras, case)
    told = f"{case.text()} of {case.inputs}: kerlint says {claim}, Keras {truth}"
    if any(isinstance(shape, Refused) for shape in claim):
        return told if truth is not None else None
    if any(isinstance(shape, Unknown) for shape in claim):
        return None
    if truth is None:
        whole = all(not isinstance(size, Unknown) for shape in claim for size in shape)
        return told if whole else None
    if len(claim) != len(truth):
        return told
    for mine, real in zip(claim, truth, strict=True):
        assert isinstance(mine, tuple)
        if len(mine) != len(real):
            return told
        if any(not isinstance(a, Unknown) and a != b for a, b in zip(mine, real, strict=True)):
            return told
    return None


def kinds(keras: Any) -> list[str]:
    return sorted(
        name
        for name, kind in KINDS.items()
        if kind.shape is not None and not kind.legacy and kind.shape not in ELSEWHERE
        if hasattr(keras.layers, name)
    )


def test_every_rule_has_random_layers() -> None:
    rules = {kind.shape for kind in KINDS.values() if kind.shape is not None and not kind.legacy}
    assert rules - ELSEWHERE == set(MAKERS)


def differing(keras: Any, count: int, seed: int) -> tuple[list[str], int, int]:
    draw = random.Random(seed)
    names = kinds(keras)
    wrong, known, refused = [], 0, 0
    for index in range(count):
        case = make(draw, names[index % len(names)])
        told = disagreement(case, keras)
        claim = ours(case)
        known += not any(isinstance(shape, Unknown) for shape in claim)
        refused += any(isinstance(shape, Refused) for shape in claim)
        if told is not None:
            wrong.append(told)
    return wrong, known, refused


def test_some_random_layers(keras: Any) -> None:
    wrong, known, refused = differing(keras, 250, seed=1)
    assert not wrong, "\n".join(wrong)
    assert known > 180
    assert refused > 5


@pytest.mark.slow
def test_two_thousand_random_layers(keras: Any) -> None:
    wrong, known, refused = differing(keras, 2000, seed=2)
    assert not wrong, "\n".join(wrong)
    assert known > 1500
    assert refused > 50
