"""Random layers with arguments and inputs, some of which Keras refuses, and models made of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kerlint.program.layers import KINDS, LayerKind

Sizes: TypeAlias = "tuple[int | None, ...]"


@dataclass
class Case:
    """A layer, perhaps around another one, and the shapes of its inputs, batch axis first."""

    kind: str
    args: dict[str, Any]
    inputs: list[Sizes]
    dtype: str = "float32"
    inner: Case | None = None
    call: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The layer as Python."""
        args = [f"{name}={value!r}" for name, value in self.args.items()]
        if self.inner is not None:
            args.insert(0, self.inner.text())
        return f"layers.{self.kind}({', '.join(args)})"


def shape_of_rank(draw: random.Random, axes: int, most: int = 12) -> Sizes:
    """A batch axis and so many others; a few sizes are free."""
    sizes: list[int | None] = [draw.randint(1, most) for _ in range(axes)]
    if axes > 1 and draw.random() < 0.2:
        sizes[draw.randrange(axes - 1)] = None
    return (draw.choice((None, None, None, 4)), *sizes)


def sides(draw: random.Random, rank: int, most: int = 4) -> Any:
    if draw.random() < 0.5:
        return draw.randint(1, most)
    made = [draw.randint(1, most) for _ in range(rank)]
    return tuple(made) if draw.random() < 0.7 else made


def maybe(draw: random.Random, args: dict[str, Any], name: str, *values: Any) -> None:
    if draw.random() < 0.5:
        args[name] = draw.choice(values)


Maker: TypeAlias = "Callable[[random.Random, LayerKind], Case]"


def _grid(draw: random.Random, kind: LayerKind, steps: int = 0) -> tuple[Sizes, dict[str, Any]]:
    assert kind.rank is not None
    args: dict[str, Any] = {}
    maybe(draw, args, "data_format", "channels_last", "channels_first", None)
    axes = kind.rank + 1
    if draw.random() < 0.08:
        axes += draw.choice((-1, 1))
    shape = shape_of_rank(draw, max(axes, 1))
    if args.get("data_format") == "channels_first" and len(shape) > 2 + steps:
        shape = tuple(5 if i == 1 + steps else size for i, size in enumerate(shape))
    return shape, args


def _windows(draw: random.Random, kind: LayerKind, rank: int, args: dict[str, Any]) -> None:
    paddings = ["valid", "same", "SAME"]
    if kind.name in ("Conv1D", "SeparableConv1D", "DepthwiseConv1D") and kind.name == "Conv1D":
        paddings.append("causal")
    if args.get("data_format") == "channels_first" and "causal" in paddings:
        paddings.remove("causal")
    maybe(draw, args, "padding", *paddings)
    if draw.random() < 0.5:
        args["strides"] = sides(draw, rank, 3)
    elif draw.random() < 0.5:
        args["dilation_rate"] = sides(draw, rank, 3)


def convolution(draw: random.Random, kind: LayerKind) -> Case:
    assert kind.rank is not None
    shape, args = _grid(draw, kind)
    _windows(draw, kind, kind.rank, args)
    if kind.shape != "depthwise":
        args["filters"] = draw.randint(1, 6)
    args["kernel_size"] = sides(draw, kind.rank)
    if kind.shape == "depthwise" or kind.name.startswith("Separable"):
        maybe(draw, args, "depth_multiplier", 1, 2, 3)
        if "strides" in args:
            args["strides"] = draw.randint(1, 3)
    if (
        kind.shape == "transposed convolution"
        and draw.random() < 0.3
        and "dilation_rate" not in args
    ):
        args["output_padding"] = 0
    return Case(kind.name, args, [shape])


def pooling(draw: random.Random, kind: LayerKind) -> Case:
    assert kind.rank is not None
    shape, args = _grid(draw, kind)
    maybe(draw, args, "padding", "valid", "same")
    if draw.random() < 0.7 or kind.name.startswith("Average"):
        args["pool_size"] = sides(draw, kind.rank)
    maybe(draw, args, "strides", None, sides(draw, kind.rank, 3))
    return Case(kind.name, args, [shape])


def global_pooling(draw: random.Random, kind: LayerKind) -> Case:
    shape, args = _grid(draw, kind)
    maybe(draw, args, "keepdims", True, False)
    return Case(kind.name, args, [shape])


def adaptive(draw: random.Random, kind: LayerKind) -> Case:
    assert kind.rank is not None
    shape, args = _grid(draw, kind)
    shape = (shape[0], *(size or 5 for size in shape[1:]))
    args["output_size"] = draw.randint(1, 4)
    return Case(kind.name, args, [shape])


def _pairs(draw: random.Random, rank: int, most: int) -> Any:
    way = draw.random()
    if way < 0.3:
        return draw.randint(0, most)
    if rank == 1:
        return (draw.randint(0, most), draw.randint(0, most))
    if way < 0.6:
        return tuple(draw.randint(0, most) for _ in range(rank))
    return tuple((draw.randint(0, most), draw.randint(0, most)) for _ in range(rank))


def padded(draw: random.Random, kind: LayerKind) -> Case:
    assert kind.rank is not None
    shape, args = _grid(draw, kind)
    if kind.rank == 1 and kind.shape == "cropping":
        args.pop("data_format", None)
    name = "cropping" if kind.shape == "cropping" else "padding"
    args[name] = _pairs(draw, kind.rank, 3)
    return Case(kind.name, args, [shape])


def up_sampling(draw: random.Random, kind: LayerKind) -> Case:
    assert kind.rank is not None
    shape, args = _grid(draw, kind)
    if kind.rank == 1:
        args = {}
        maybe(draw, args, "size", 1, 2, 3)
    else:
        maybe(draw, args, "size", sides(draw, kind.rank, 3))
    return Case(kind.name, args, [shape])


_NEEDED: dict[str, dict[str, Any]] = {
    "Activation": {"activation": "relu"},
    "Dropout": {"rate": 0.2},
    "GaussianDropout": {"rate": 0.2},
    "AlphaDropout": {"rate": 0.2},
    "SpatialDropout1D": {"rate": 0.2},
    "SpatialDropout2D": {"rate": 0.2},
    "SpatialDropout3D": {"rate": 0.2},
    "GaussianNoise": {"stddev": 0.2},
    "Rescaling": {"scale": 0.5, "offset": 1.0},
    "GroupNormalization": {"groups": 1},
    "Normalization": {"mean": 0.0, "variance": 1.0},
    "RandomRotation": {"factor": 0.1},
    "RandomZoom": {"height_factor": 0.1},
    "RandomContrast": {"factor": 0.1},
    "RandomBrightness": {"factor": 0.1},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "RandomHue": {"factor": 0.1},
    "RandomSaturation": {"factor": 0.1},
    "RandomSharpness": {"factor": 0.1},
    "RandomPosterization": {"factor": 4},
    "RandomColorDegeneration": {"factor": 0.1},
}


def unchanged(draw: random.Random, kind: LayerKind) -> Case:
    image = kind.name.startswith(("Random", "Aug", "Auto", "Contrast", "Equal", "RandAug", "Solar"))
    if image:
        return Case(kind.name, dict(_NEEDED.get(kind.name, {})), [(None, 8, 9, 3)])
    axes = kind.rank + 1 if kind.rank else draw.randint(1, 4)
    if kind.name == "Masking":
        axes = max(axes, 2)
    shape = shape_of_rank(draw, axes)
    if kind.weighted:
        shape = (shape[0], *(size or 3 for size in shape[1:]))
    return Case(kind.name, dict(_NEEDED.get(kind.name, {})), [shape])


def dense(draw: random.Random, kind: LayerKind) -> Case:
    return Case(kind.name, {"units": draw.randint(1, 9)}, [shape_of_rank(draw, draw.randint(0, 4))])


def einsum(draw: random.Random, kind: LayerKind) -> Case:
    axes, args = draw.choice(
        (
            (1, {"equation": "ab,bc->ac", "output_shape": 7}),
            (2, {"equation": "abc,cd->abd", "output_shape": (None, 7)}),
            (2, {"equation": "...x,xy->...y", "output_shape": 7}),
            (3, {"equation": "...x,xy->...y", "output_shape": 7}),
            (2, {"equation": "abc,cde->abde", "output_shape": (None, 2, 3)}),
            (2, {"equation": "abc,bd->adc", "output_shape": (4, None)}),
        )
    )
    shape = shape_of_rank(draw, axes)
    return Case(kind.name, dict(args), [(shape[0], *(size or 3 for size in shape[1:]))])


def embedding(draw: random.Random, kind: LayerKind) -> Case:
    args = {"input_dim": draw.randint(2, 50), "output_dim": draw.randint(1, 8)}
    return Case(kind.name, args, [shape_of_rank(draw, draw.randint(0, 3))], "int32")


def flatten(draw: random.Random, kind: LayerKind) -> Case:
    return Case(kind.name, {}, [shape_of_rank(draw, draw.randint(0, 4))])


def permute(draw: random.Random, kind: LayerKind) -> Case:
    axes = draw.randint(1, 4)
    dims = list(range(1, axes + 1))
    draw.shuffle(dims)
    return Case(
        kind.name, {"dims": tuple(dims)}, [shape_of_rank(draw, axes + (draw.random() < 0.1))]
    )


def reshape(draw: random.Random, kind: LayerKind) -> Case:
    shape = shape_of_rank(draw, draw.randint(1, 3))
    target: list[int] = [size or -1 for size in shape[1:]]
    draw.shuffle(target)
    way = draw.random()
    if way < 0.3 and -1 not in target:
        target[draw.randrange(len(target))] = -1
    elif way < 0.5:
        target = [draw.choice((1, 2, 3, 4, 6)) for _ in range(draw.randint(1, 3))]
    elif way < 0.7:
        target = [-1, draw.choice((1, 2, 3))]
    elif way < 0.8:
        target.append(1)
    return Case(kind.name, {"target_shape": tuple(target)}, [shape])


def repeat(draw: random.Random, kind: LayerKind) -> Case:
    axes = 1 if draw.random() < 0.9 else 2
    return Case(kind.name, {"n": draw.randint(1, 5)}, [shape_of_rank(draw, axes)])


def recurrent(draw: random.Random, kind: LayerKind) -> Case:
    args: dict[str, Any] = {"units": draw.randint(1, 6)}
    maybe(draw, args, "return_sequences", True, False)
    if draw.random() < 0.2:
        args["return_state"] = True
    axes = 2 if draw.random() < 0.9 else draw.choice((1, 3))
    return Case(kind.name, args, [shape_of_rank(draw, axes)])


def convolutional_recurrent(draw: random.Random, kind: LayerKind) -> Case:
    assert kind.rank is not None
    shape, args = _grid(draw, kind, steps=1)
    shape = (None, *shape[1:])
    args |= {"filters": draw.randint(1, 4), "kernel_size": sides(draw, kind.rank - 1, 3)}
    maybe(draw, args, "padding", "valid", "same")
    maybe(draw, args, "strides", sides(draw, kind.rank - 1, 2))
    maybe(draw, args, "return_sequences", True, False)
    return Case(kind.name, args, [shape])


def elementwise(draw: random.Random, kind: LayerKind) -> Case:
    shape = shape_of_rank(draw, draw.randint(1, 3))
    count = 2 if kind.name == "Subtract" else draw.randint(2, 3)
    shapes = [shape]
    for _ in range(count - 1):
        other = list(shape)
        for i in range(1, len(other)):
            if draw.random() < 0.15:
                other[i] = draw.choice((1, 1, 7))
        if len(other) > 2 and draw.random() < 0.15:
            del other[1]
        shapes.append(tuple(other))
    return Case(kind.name, {}, shapes)


def concatenate(draw: random.Random, kind: LayerKind) -> Case:
    shape = shape_of_rank(draw, draw.randint(1, 3))
    axis = draw.choice((-1, -1, 1, len(shape) - 1, len(shape), -2))
    shapes = [shape]
    for _ in range(draw.randint(1, 2)):
        other = list(shape)
        if -len(other) <= axis < len(other) and axis % len(other):
            other[axis] = draw.randint(1, 6)
        if draw.random() < 0.1:
            other[draw.randrange(1, len(other))] = 13
        shapes.append(tuple(other))
    return Case(kind.name, {"axis": axis} if draw.random() < 0.8 or axis != -1 else {}, shapes)


def dot(draw: random.Random, kind: LayerKind) -> Case:
    axes = draw.randint(1, 2)
    one = shape_of_rank(draw, axes)
    two = shape_of_rank(draw, draw.randint(1, 2))
    first, second = draw.randint(1, axes), draw.randint(1, len(two) - 1)
    if draw.random() < 0.9:
        two = tuple(one[first] if i == second else size for i, size in enumerate(two))
    two = (one[0], *two[1:])
    wanted: Any = (first, second)
    if first == second and draw.random() < 0.5:
        wanted = first
    return Case(kind.name, {"axes": wanted}, [one, two])


def attention(draw: random.Random, kind: LayerKind) -> Case:
    width = draw.randint(1, 6)
    query = (None, draw.choice((None, 5, 7)), width)
    value = (None, draw.choice((None, 4, 6)), width)
    return Case(kind.name, {}, [query, value] + [value] * (draw.random() < 0.3))


def heads(draw: random.Random, kind: LayerKind) -> Case:
    query, value = (None, draw.choice((None, 5)), 6), (None, draw.choice((None, 4)), 6)
    if kind.name == "GroupQueryAttention":
        args: dict[str, Any] = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
    else:
        args = {"num_heads": draw.randint(1, 3), "key_dim": draw.randint(1, 4)}
        maybe(draw, args, "value_dim", 3)
        maybe(draw, args, "output_shape", 5)
    call = {"return_attention_scores": True} if draw.random() < 0.3 else {}
    return Case(kind.name, args, [query, value], call=call)


def resize(draw: random.Random, kind: LayerKind) -> Case:
    args: dict[str, Any] = {"height": draw.randint(1, 5), "width": draw.randint(1, 5)}
    shape: Sizes = (None, draw.randint(6, 9), draw.randint(6, 9), 3)
    return Case(kind.name, args, [shape])


def category_encoding(draw: random.Random, kind: LayerKind) -> Case:
    args: dict[str, Any] = {"num_tokens": draw.randint(2, 9)}
    maybe(draw, args, "output_mode", "one_hot", "multi_hot", "count")
    shape = draw.choice(((None, 1), (None, 4), (None,)))
    return Case(kind.name, args, [shape], "int32")


def hashing(draw: random.Random, kind: LayerKind) -> Case:
    args: dict[str, Any] = {"num_bins": draw.randint(2, 9)}
    return Case(kind.name, args, [draw.choice(((None, 1), (None, 4)))], "int32")


def discretization(draw: random.Random, kind: LayerKind) -> Case:
    args: dict[str, Any] = {"bin_boundaries": [0.0, 1.0, 2.0][: draw.randint(1, 3)]}
    maybe(draw, args, "output_mode", "one_hot", "int")
    return Case(kind.name, args, [draw.choice(((None, 1), (None, 4)))])


def lookup(draw: random.Random, kind: LayerKind) -> Case:
    texts = kind.name.startswith("String")
    words = {"vocabulary": ["a", "b"] if texts else [1, 2, 3]}
    shape = draw.choice(((None, 1), (None, 4)))
    return Case(kind.name, words, [shape], "string" if texts else "int32")


def spectrogram(draw: random.Random, kind: LayerKind) -> Case:
    args: dict[str, Any] = {}
    maybe(draw, args, "sequence_stride", 256, 500)
    maybe(draw, args, "num_mel_bins", 40, 80)
    return Case(kind.name, args, [(None, draw.choice((16000, 8000)))])


_STEPWISE = (
    "Dense",
    "Conv1D",
    "Conv2D",
    "Flatten",
    "MaxPooling2D",
    "Dropout",
    "LSTM",
    "Activation",
)


def time_distributed(draw: random.Random, kind: LayerKind) -> Case:
    inner = make(draw, draw.choice(_STEPWISE))
    while "return_state" in inner.args or len(inner.inputs[0]) < 2:
        inner = make(draw, inner.kind)
    batch, *rest = inner.inputs[0]
    shape = (batch, draw.choice((None, 3, 6)), *rest)
    return Case(kind.name, {}, [shape], inner=inner)


def bidirectional(draw: random.Random, kind: LayerKind) -> Case:
    inner = make(draw, draw.choice(("LSTM", "GRU", "SimpleRNN")))
    args: dict[str, Any] = {}
    maybe(draw, args, "merge_mode", "concat", "sum", "mul", "ave", None)
    return Case(kind.name, args, inner.inputs, inner=inner)


def spectral(draw: random.Random, kind: LayerKind) -> Case:
    inner = make(draw, draw.choice(("Dense", "Conv2D")))
    return Case(kind.name, {}, inner.inputs, inner=inner)


MAKERS: dict[str, Maker] = {
    "adaptive pooling": adaptive,
    "attention": attention,
    "bidirectional": bidirectional,
    "category encoding": category_encoding,
    "concatenate": concatenate,
    "convolution": convolution,
    "convolutional recurrent": convolutional_recurrent,
    "cropping": padded,
    "dense": dense,
    "depthwise": convolution,
    "discretization": discretization,
    "dot": dot,
    "einsum": einsum,
    "elementwise": elementwise,
    "embedding": embedding,
    "flatten": flatten,
    "global pooling": global_pooling,
    "hashing": hashing,
    "heads attention": heads,
    "lookup": lookup,
    "mel spectrogram": spectrogram,
    "permute": permute,
    "pooling": pooling,
    "recurrent": recurrent,
    "repeat": repeat,
    "reshape": reshape,
    "resize": resize,
    "spectral normalization": spectral,
    "subtract": elementwise,
    "time distributed": time_distributed,
    "transposed convolution": convolution,
    "unchanged": unchanged,
    "up-sampling": up_sampling,
    "zero padding": padded,
}
ELSEWHERE = {"input", "lambda", "recurrent cell", "text vectorization", "highway", "maxout"}
"""Rules for which other tests are made, or whose layers Keras 3 does not have."""


def make(draw: random.Random, name: str) -> Case:
    """A layer of this kind."""
    kind = KINDS[name]
    assert kind.shape is not None
    return MAKERS[kind.shape](draw, kind)
