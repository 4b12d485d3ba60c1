"""Random layers and random models: what kerlint claims to know of a shape is what Keras makes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from random_layers import ELSEWHERE, MAKERS, Case, make

from kerlint.program.layers import KINDS
from kerlint.program.model import Layer, Origin, Program, Shape
from kerlint.program.shapes import output_shapes
from kerlint.program.values import Fact, Items, Refused, Site, Unknown
from kerlint.reading import read
from kerlint.sources.source import Source

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
    pairs = zip(claim, truth, strict=True)
    return None if all(as_claimed(mine, real) for mine, real in pairs) else told


def as_claimed(claim: Shape | Unknown, truth: tuple[int | None, ...]) -> bool:
    """Whether a shape is what kerlint says; a size that it does not know may be anything."""
    if isinstance(claim, Unknown) or len(claim) != len(truth):
        return False
    pairs = zip(claim, truth, strict=True)
    return all(isinstance(mine, Unknown) or mine == real for mine, real in pairs)


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


# --- models --------------------------------------------------------------------------------------

CHAINED = """
    Activation AveragePooling1D AveragePooling2D BatchNormalization Bidirectional Conv1D Conv2D
    Conv2DTranspose Conv3D Cropping1D Cropping2D Dense DepthwiseConv2D Dropout Embedding Flatten GRU
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling2D LSTM LayerNormalization
    MaxPooling1D MaxPooling2D MaxPooling3D Permute RepeatVector Reshape SeparableConv2D SimpleRNN
    SpatialDropout1D TimeDistributed UpSampling1D UpSampling2D ZeroPadding1D ZeroPadding2D
""".split()  # noqa: SIM905
HEAD = "import keras\nfrom keras import layers\n"


def program_of(text: str) -> Program:
    root = next(iter(read(Source("program.py", text)).entry_points()))
    return root.execute({}).program


def written(draw: random.Random, keras: Any) -> tuple[str, tuple[int | None, ...]]:
    """A model that Keras builds, as Python, and the shape of its output.

    Layers are tried until there are enough that take what the layers before them give. Some are in
    a branch, which is then joined with what it came from.
    """
    shape = draw.choice(((24, 24, 3), (20, 6), (12,), (6, 12, 12, 2), (None, 5), (None, None, 3)))
    given = draw.choice((f"shape={shape}", f"batch_shape={(None, *shape)}"))
    lines = [f"x = inputs = keras.Input({given})"]
    space: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec(lines[0], space)
    wanted = draw.randint(3, 9)
    for _ in range(120):
        if len(lines) > wanted:
            break
        case = make(draw, draw.choice(CHAINED))
        if case.args.get("return_state") or case.args.get("merge_mode", "") is None:
            continue
        if case.inner is not None and case.inner.args.get("return_state"):
            continue
        tried = [f"x = {case.text()}(x)"]
        if draw.random() < 0.25:
            join = draw.choice(("Add()", "Concatenate()", "Concatenate(axis=1)", "Multiply()"))
            tried = [f"y = {case.text()}(x)", f"x = layers.{join}([x, y])"]
        before = dict(space)
        try:
            exec("\n".join(tried), space)
        except Exception:
            space = before
            continue
        if any(size is not None and size > 4000 for size in space["x"].shape):
            space = before
            continue
        lines += tried
    lines.append("model = keras.Model(inputs, x)")
    exec(lines[-1], space)
    return HEAD + "\n".join(lines) + "\n", tuple(space["model"].output_shape)


def models_that_differ(keras: Any, count: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    wrong = []
    for _ in range(count):
        text, truth = written(draw, keras)
        program = program_of(text)
        (output,) = program.models[-1].outputs
        claim = program.tensors[output].shape
        if isinstance(claim, Unknown) and not isinstance(claim, Refused):
            continue
        if not as_claimed(claim, truth):
            wrong.append(f"{text}kerlint says {program.tensors[output].shape}, Keras {truth}\n")
        keras.backend.clear_session()
    return wrong


def test_some_random_models(keras: Any) -> None:
    wrong = models_that_differ(keras, 4, seed=3)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_three_hundred_random_models(keras: Any) -> None:
    wrong = models_that_differ(keras, 300, seed=4)
    assert not wrong, "\n".join(wrong)
