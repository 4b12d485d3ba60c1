"""The number of parameters that kerlint works out for a layer is what Keras counts."""

from __future__ import annotations

import random
from typing import Any

import pytest
from random_layers import ELSEWHERE, Case, make

from kerlint.program.layers import KINDS
from kerlint.program.model import Layer, LayerCall, Origin, Program, Tensor
from kerlint.program.parameters import Parameters
from kerlint.program.values import Fact, Items, Site
from kerlint.reading import read
from kerlint.sources.source import Source

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]

HERE = Origin(Site(0))
FLAGS = ("use_bias", "scale", "center", "reset_after")


def fact(value: Any) -> Fact:
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return Fact(Items(kind, tuple(fact(item) for item in value)))
    return Fact(value)


def ours(case: Case) -> int | None:
    table: list[Layer] = []

    def add(case: Case) -> Layer:
        wrapped = add(case.inner).id if case.inner is not None else None
        args = {name: fact(value) for name, value in case.args.items()}
        layer = Layer(len(table), f"keras.layers.{case.kind}", args, HERE, wrapped=wrapped)
        table.append(layer)
        return layer

    layer = add(case)
    tensors = tuple(
        Tensor(index, tuple(shape), None, Site(0)) for index, shape in enumerate(case.inputs)
    )
    call = LayerCall(0, layer.id, tuple(range(len(tensors))), (), HERE)
    return Parameters(Program(tuple(table), tensors, (call,))).of(layer)


def theirs(keras: Any, case: Case) -> int | None:
    def made(case: Case) -> Any:
        args = dict(case.args)
        if case.inner is not None:
            args["layer"] = made(case.inner)
        return getattr(keras.layers, case.kind)(**args)

    tensors = [keras.KerasTensor(shape, dtype=case.dtype) for shape in case.inputs]
    try:
        layer = made(case)
        if case.kind in ("MultiHeadAttention", "GroupQueryAttention"):
            layer(*tensors)
        else:
            layer(tensors if len(tensors) > 1 else tensors[0])
        return int(layer.count_params())
    except Exception:
        return None


def test_random_layers(keras: Any) -> None:
    draw = random.Random(7)
    names = sorted(
        name
        for name, kind in KINDS.items()
        if kind.shape is not None and not kind.legacy and kind.shape not in ELSEWHERE
        if hasattr(keras.layers, name)
    )
    wrong, known, with_weights = [], 0, set()
    for index in range(700):
        case = make(draw, names[index % len(names)])
        kind = KINDS[case.kind]
        if kind.weighted:
            accepted = getattr(keras.layers, case.kind).__init__.__code__.co_varnames
            case.args |= {name: False for name in FLAGS if name in accepted and draw.random() < 0.3}
        truth, claim = theirs(keras, case), ours(case)
        if truth is None or claim is None:
            continue
        known += 1
        if truth:
            with_weights.add(case.kind)
        if claim != truth:
            wrong.append(f"{case.text()} of {case.inputs}: kerlint {claim}, Keras {truth}")
    assert not wrong, "\n".join(wrong)
    assert known > 400
    assert len(with_weights) > 22, sorted(with_weights)


WHOLE = """
import keras
from keras import layers

inner = keras.Sequential([keras.Input((5, 8)), layers.Dense(4), layers.Dense(2, use_bias=False)])
inputs = keras.Input((5, 8))
x = layers.TimeDistributed(layers.Dense(7))(inputs)
x = layers.Concatenate()([x, inner(inputs)])
x = layers.Bidirectional(layers.LSTM(3))(x)
shared = layers.Dense(6)
x = layers.Concatenate()([shared(x), shared(x)])
model = keras.Model(inputs, layers.Dense(1)(x))
"""


def test_models_inside_models_wrappers_and_shared_layers(keras: Any) -> None:
    entry_point = next(iter(read(Source("program.py", WHOLE)).entry_points()))
    program = entry_point.execute({}).program
    parameters = Parameters(program)
    found = {parameters.of(layer) for layer in program.layers}
    names: dict[str, Any] = {}
    exec(WHOLE, names)
    assert {layer.count_params() for layer in names["model"].layers} <= found
    whole = [parameters.of_model(model) for model in program.models]
    assert names["model"].count_params() in whole
