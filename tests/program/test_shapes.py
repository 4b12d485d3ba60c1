"""Shapes agree with Keras where everything is known, and say what they know where it is not."""

from __future__ import annotations

import inspect
import random
from collections.abc import Mapping
from typing import Any

import pytest

from kerlint.keras_api import symbol
from kerlint.program.layers import where
from kerlint.program.model import Dim, Layer, Origin, Shape
from kerlint.program.shapes import (
    application_output,
    input_shape,
    layer_input_shape,
    operation_shape,
    output_shapes,
)
from kerlint.program.shapes.operations import OPERATIONS as OPERATION_NAMES
from kerlint.program.shapes.sizes import divided, minus, plus, product, quotient, text, times
from kerlint.program.values import (
    NOWHERE,
    Custom,
    Entries,
    External,
    Fact,
    Items,
    LayerRef,
    Object,
    Ref,
    TensorRef,
    Unknown,
    Value,
)

HERE = Origin(NOWHERE)
WITH_SHAPES = where(lambda kind: kind.shape is not None)
A = Unknown("a parameter", symbol="a")
B = Unknown("a parameter", symbol="b")
DARK = Unknown("read from a file")


def fact(value: Any) -> Fact:
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return Fact(Items(kind, tuple(fact(item) for item in value)))
    return Fact(value)


def facts(args: Mapping[str, Any]) -> dict[str, Fact]:
    return {name: fact(value) for name, value in args.items()}


def layer(kind: str, /, **args: Any) -> Layer:
    return Layer(0, f"keras.layers.{kind}", facts(args), HERE)


def after(kind: str, *inputs: Any, **args: Any) -> Shape | Unknown:
    (shape,) = output_shapes(layer(kind, **args), inputs, (), {})
    return shape


def reason(shape: object) -> str:
    assert isinstance(shape, Unknown), shape
    return shape.reason


# --- the same as Keras -------------------------------------------------------------------------

IMAGE = (None, 28, 20, 3)
SERIES = (None, 12, 5)
VOLUME = (None, 9, 8, 7, 2)
ROW = (None, 6)

AS_KERAS: list[tuple[str, dict[str, Any], list[tuple[int | None, ...]]]] = [
    ("Dense", {"units": 4}, [ROW]),
    ("Dense", {"units": 4}, [SERIES]),
    ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 7}, [ROW]),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 7)}, [SERIES]),
    ("EinsumDense", {"equation": "...x,xy->...y", "output_shape": 7}, [SERIES]),
    ("EinsumDense", {"equation": "abc,cde->abde", "output_shape": (None, 2, 3)}, [SERIES]),
    ("Activation", {"activation": "relu"}, [SERIES]),
    ("Softmax", {}, [ROW]),
    ("ReLU", {}, [IMAGE]),
    ("LeakyReLU", {}, [ROW]),
    ("PReLU", {}, [ROW]),
    ("ELU", {}, [ROW]),
    ("Dropout", {"rate": 0.5}, [ROW]),
    ("SpatialDropout1D", {"rate": 0.5}, [SERIES]),
    ("SpatialDropout2D", {"rate": 0.5}, [IMAGE]),
    ("GaussianNoise", {"stddev": 0.5}, [ROW]),
    ("GaussianDropout", {"rate": 0.5}, [ROW]),
    ("AlphaDropout", {"rate": 0.5}, [ROW]),
    ("ActivityRegularization", {}, [ROW]),
    ("Masking", {}, [SERIES]),
    ("Identity", {}, [SERIES]),
    ("BatchNormalization", {}, [IMAGE]),
    ("LayerNormalization", {}, [SERIES]),
    ("GroupNormalization", {"groups": 1}, [IMAGE]),
    ("UnitNormalization", {}, [ROW]),
    ("RMSNormalization", {}, [ROW]),
    ("Rescaling", {"scale": 2.0}, [IMAGE]),
    ("Flatten", {}, [IMAGE]),
    ("Flatten", {}, [(None,)]),
    ("Flatten", {}, [(None, None, 3)]),
    ("Reshape", {"target_shape": (20, 28, 3)}, [IMAGE]),
    ("Reshape", {"target_shape": (-1, 3)}, [IMAGE]),
    ("Reshape", {"target_shape": [560, -1]}, [IMAGE]),
    ("Reshape", {"target_shape": (-1,)}, [(4, 5, 6)]),
    ("Reshape", {"target_shape": (-1, 2)}, [(None, None, 4)]),
    ("Permute", {"dims": (2, 1)}, [SERIES]),
    ("RepeatVector", {"n": 3}, [ROW]),
    ("Cropping1D", {}, [SERIES]),
    ("Cropping1D", {"cropping": (2, 3)}, [SERIES]),
    ("Cropping2D", {}, [IMAGE]),
    ("Cropping2D", {"cropping": 2}, [IMAGE]),
    ("Cropping2D", {"cropping": (2, 3)}, [IMAGE]),
    ("Cropping2D", {"cropping": ((1, 2), (3, 4))}, [IMAGE]),
    ("Cropping3D", {}, [VOLUME]),
    ("ZeroPadding1D", {"padding": (0, 2)}, [SERIES]),
    ("ZeroPadding2D", {}, [IMAGE]),
    ("ZeroPadding2D", {"padding": ((1, 0), (0, 3))}, [IMAGE]),
    ("ZeroPadding2D", {"padding": (1, 3)}, [(None, None, 7, 1)]),
    ("ZeroPadding3D", {"padding": 2}, [VOLUME]),
    ("UpSampling1D", {"size": 3}, [SERIES]),
    ("UpSampling2D", {}, [IMAGE]),
    ("UpSampling2D", {"size": (1, 3)}, [IMAGE]),
    ("UpSampling3D", {}, [VOLUME]),
    ("Conv1D", {"filters": 4, "kernel_size": 3, "padding": "causal"}, [SERIES]),
    ("Conv1D", {"filters": 4, "kernel_size": (3,), "dilation_rate": 2}, [SERIES]),
    ("Conv2D", {"filters": 4, "kernel_size": 3}, [IMAGE]),
    ("Conv2D", {"filters": 4, "kernel_size": (3, 5), "strides": 2, "padding": "SAME"}, [IMAGE]),
    ("Conv2D", {"filters": 4, "kernel_size": 3}, [(None, None, None, 3)]),
    ("Conv3D", {"filters": 4, "kernel_size": 2, "strides": (1, 2, 3)}, [VOLUME]),
    ("SeparableConv1D", {"filters": 4, "kernel_size": 3}, [SERIES]),
    ("SeparableConv2D", {"filters": 4, "kernel_size": 3, "strides": 2}, [IMAGE]),
    ("DepthwiseConv1D", {"kernel_size": 3}, [SERIES]),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, [IMAGE]),
    ("Conv1DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2}, [SERIES]),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}, [IMAGE]),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 2, "strides": 3}, [IMAGE]),
    ("Conv3DTranspose", {"filters": 4, "kernel_size": 3}, [VOLUME]),
    ("MaxPooling1D", {}, [SERIES]),
    ("MaxPooling2D", {}, [IMAGE]),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, [IMAGE]),
    ("MaxPooling2D", {"pool_size": (2, 3), "strides": None}, [IMAGE]),
    ("MaxPooling3D", {}, [VOLUME]),
    ("AveragePooling1D", {"pool_size": 5, "strides": 1}, [SERIES]),
    ("AveragePooling2D", {"pool_size": 2}, [(None, None, 9, 3)]),
    ("AveragePooling3D", {"pool_size": 2}, [VOLUME]),
    ("AdaptiveAveragePooling2D", {"output_size": (4, 5)}, [IMAGE]),
    ("AdaptiveMaxPooling1D", {"output_size": 4}, [SERIES]),
    ("GlobalAveragePooling1D", {}, [SERIES]),
    ("GlobalAveragePooling2D", {}, [IMAGE]),
    ("GlobalAveragePooling2D", {"data_format": "channels_first"}, [IMAGE]),
    ("GlobalMaxPooling2D", {"keepdims": True}, [IMAGE]),
    ("GlobalMaxPooling3D", {}, [VOLUME]),
    ("Embedding", {"input_dim": 10, "output_dim": 4}, [ROW]),
    ("Embedding", {"input_dim": 10, "output_dim": 4}, [(None,)]),
    ("LSTM", {"units": 4}, [SERIES]),
    ("LSTM", {"units": 4, "return_sequences": True}, [(None, None, 5)]),
    ("LSTM", {"units": 4, "return_state": True}, [SERIES]),
    ("GRU", {"units": 4, "return_sequences": True, "return_state": True}, [SERIES]),
    ("SimpleRNN", {"units": 4}, [SERIES]),
    ("ConvLSTM1D", {"filters": 4, "kernel_size": 3}, [(None, 3, 8, 2)]),
    (
        "ConvLSTM2D",
        {"filters": 4, "kernel_size": 3, "padding": "same", "return_sequences": True},
        [(None, 3, 8, 9, 2)],
    ),
    ("ConvLSTM2D", {"filters": 4, "kernel_size": 3, "return_state": True}, [(None, 3, 8, 9, 2)]),
    ("Concatenate", {}, [SERIES, (None, 12, 3)]),
    ("Concatenate", {"axis": 1}, [SERIES, (None, 3, 5)]),
    ("Concatenate", {"axis": 1}, [(None, None, 5), (None, 3, 5)]),
    ("Add", {}, [SERIES, SERIES, SERIES]),
    ("Add", {}, [SERIES, (None, 1, 5)]),
    ("Multiply", {}, [IMAGE, (None, 1, 1, 3)]),
    ("Multiply", {}, [SERIES, (None, 5)]),
    ("Average", {}, [ROW, ROW]),
    ("Maximum", {}, [ROW, ROW]),
    ("Minimum", {}, [ROW, ROW]),
    ("Subtract", {}, [ROW, ROW]),
    ("Dot", {"axes": 1}, [ROW, ROW]),
    ("Dot", {"axes": -1}, [SERIES, (None, 3, 5)]),
    ("Dot", {"axes": (2, 1)}, [SERIES, (None, 5, 3)]),
    ("Attention", {}, [SERIES, (None, 7, 5)]),
    ("AdditiveAttention", {}, [SERIES, (None, 7, 5)]),
    ("Resizing", {"height": 5, "width": 6}, [IMAGE]),
    ("CenterCrop", {"height": 5, "width": 6}, [IMAGE]),
    ("RandomCrop", {"height": 5, "width": 6}, [IMAGE]),
    ("RandomFlip", {}, [IMAGE]),
    ("RandomRotation", {"factor": 0.1}, [IMAGE]),
    ("RandomZoom", {"height_factor": 0.1}, [IMAGE]),
    ("RandomContrast", {"factor": 0.1}, [IMAGE]),
    ("Normalization", {"mean": 0.0, "variance": 1.0}, [ROW]),
    ("CategoryEncoding", {"num_tokens": 5}, [ROW]),
    ("CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, [(None, 1)]),
    ("CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, [ROW]),
    ("Hashing", {"num_bins": 5}, [ROW]),
    ("Discretization", {"bin_boundaries": [0.0, 1.0]}, [ROW]),
    ("Discretization", {"bin_boundaries": [0.0, 1.0], "output_mode": "one_hot"}, [(None, 1)]),
    ("IntegerLookup", {"vocabulary": [1, 2]}, [ROW]),
    ("MelSpectrogram", {}, [(None, 16000)]),
]


@pytest.mark.parametrize(
    ("kind", "args", "inputs"),
    AS_KERAS,
    ids=[f"{kind}-{i}" for i, (kind, _, _) in enumerate(AS_KERAS)],
)
def test_as_keras(
    keras: Any, kind: str, args: dict[str, Any], inputs: list[tuple[int | None, ...]]
) -> None:
    lookup = kind in ("CategoryEncoding", "Hashing", "IntegerLookup", "Embedding")
    tensors = [
        keras.Input(batch_shape=shape, dtype="int32" if lookup else "float32") for shape in inputs
    ]
    given = getattr(keras.layers, kind)(**args)(tensors[0] if len(tensors) == 1 else tensors)
    expected = tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(given))
    assert output_shapes(layer(kind, **args), tuple(inputs), (), {}) == expected


def test_as_keras_on_any_grid(keras: Any) -> None:
    """Random windows: where Keras refuses there is a reason, elsewhere the same sizes."""
    draw = random.Random(7)
    refused = 0
    for _ in range(600):
        rank = draw.choice((1, 2, 3))
        name = draw.choice(("Conv{}D", "Conv{}DTranspose", "MaxPooling{}D", "AveragePooling{}D"))
        kind = name.format(rank)
        shape = (None, *(draw.choice((None, *range(1, 12))) for _ in range(rank + 1)))
        last = draw.random() < 0.7
        if shape[-1 if last else 1] is None:
            continue
        sizes = tuple(draw.randint(1, 4) for _ in range(rank))
        args: dict[str, Any] = {
            "strides": draw.choice((1, 1, 2, tuple(draw.randint(1, 3) for _ in range(rank)))),
            "padding": draw.choice(("valid", "same")),
            "data_format": "channels_last" if last else "channels_first",
        }
        if "Pool" in kind:
            args["pool_size"] = draw.choice((sizes, 2))
            if draw.random() < 0.5:
                del args["strides"]
        else:
            args |= {"filters": 4, "kernel_size": draw.choice((sizes, 2))}
            if args["strides"] == 1:
                args["dilation_rate"] = draw.randint(1, 3)
            elif "Transpose" in kind and draw.random() < 0.5:
                args["output_padding"] = 0
        (ours,) = output_shapes(layer(kind, **args), (shape,), (), {})
        try:
            theirs = tuple(getattr(keras.layers, kind)(**args).compute_output_shape(shape))
        except ValueError:
            refused += 1
            assert "does not fit" in reason(ours), (kind, args, shape)
            continue
        assert ours == theirs, (kind, args, shape)
    assert refused > 10


WRAPPED: list[tuple[str, dict[str, Any], str, dict[str, Any], tuple[int | None, ...]]] = [
    ("Bidirectional", {}, "LSTM", {"units": 4}, SERIES),
    ("Bidirectional", {}, "LSTM", {"units": 4, "return_sequences": True}, SERIES),
    ("Bidirectional", {}, "GRU", {"units": 4, "return_state": True}, SERIES),
    ("Bidirectional", {"merge_mode": "sum"}, "LSTM", {"units": 4, "return_state": True}, SERIES),
    ("Bidirectional", {"merge_mode": None}, "LSTM", {"units": 4}, SERIES),
    ("Bidirectional", {"merge_mode": None}, "GRU", {"units": 4, "return_state": True}, SERIES),
    ("TimeDistributed", {}, "Dense", {"units": 4}, SERIES),
    ("TimeDistributed", {}, "Conv2D", {"filters": 4, "kernel_size": 3}, (None, 6, *IMAGE[1:])),
    ("TimeDistributed", {}, "Flatten", {}, (None, None, *IMAGE[1:])),
    ("SpectralNormalization", {}, "Dense", {"units": 4}, ROW),
]


@pytest.mark.parametrize(("kind", "args", "inner", "inner_args", "shape"), WRAPPED)
def test_wrappers_as_keras(
    keras: Any,
    kind: str,
    args: dict[str, Any],
    inner: str,
    inner_args: dict[str, Any],
    shape: tuple[int | None, ...],
) -> None:
    wrapped = getattr(keras.layers, inner)(**inner_args)
    given = getattr(keras.layers, kind)(wrapped, **args)(keras.Input(batch_shape=shape))
    expected = tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(given))
    table = (
        Layer(0, f"keras.layers.{inner}", facts(inner_args), HERE),
        Layer(1, f"keras.layers.{kind}", facts(args), HERE, wrapped=0),
    )
    assert output_shapes(table[1], (shape,), table, {}) == expected


def test_multi_head_attention_as_keras(keras: Any) -> None:
    query, value = (None, 12, 8), (None, 7, 6)
    for args in ({"num_heads": 2, "key_dim": 4}, {"num_heads": 2, "key_dim": 4, "output_shape": 5}):
        given = keras.layers.MultiHeadAttention(**args)(
            keras.Input(batch_shape=query), keras.Input(batch_shape=value)
        )
        assert after("MultiHeadAttention", query, value, **args) == tuple(given.shape)
    with_scores = output_shapes(
        layer("MultiHeadAttention", num_heads=2, key_dim=4),
        (query, value),
        (),
        facts({"return_attention_scores": True}),
    )
    assert with_scores == (query, (None, 2, 12, Unknown("the number of scores")))


def test_every_layer_of_keras_is_known(keras: Any) -> None:
    """A new layer is added to a table, or here with the reason in its name."""
    several_kinds_of_data = {"CutMix", "MixUp", "MaxNumBoundingBoxes"}
    foreign_code = {"FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper"}
    no_layers = {"InputSpec", "Layer", "Wrapper", "Pipeline"}
    cells = {"GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"}
    depends_on_the_call = {"ReversibleEmbedding", "HashedCrossing", "STFTSpectrogram"}
    classes = {
        canonical.name.rpartition(".")[2]
        for name in dir(keras.layers)
        if inspect.isclass(getattr(keras.layers, name)) and not name.startswith("_")
        for canonical in [symbol(f"keras.layers.{name}")]
        if canonical is not None
    }
    assert (
        classes
        - WITH_SHAPES
        - several_kinds_of_data
        - foreign_code
        - no_layers
        - cells
        - depends_on_the_call
        == set()
    )


OPERATIONS: list[tuple[str, dict[str, Any], list[tuple[int | None, ...]]]] = [
    ("add", {}, [SERIES, (5,)]),
    ("multiply", {}, [(None, 1, 5), (None, 4, 1)]),
    ("relu", {}, [ROW]),
    ("softmax", {"axis": -1}, [ROW]),
    ("concatenate", {"axis": -1}, [SERIES, SERIES]),
    ("stack", {"axis": 1}, [ROW, ROW, ROW]),
    ("stack", {}, [(2, 3), (2, 3)]),
    ("mean", {"axis": 1}, [IMAGE]),
    ("mean", {"axis": (1, 2), "keepdims": True}, [IMAGE]),
    ("sum", {}, [SERIES]),
    ("max", {"axis": -1}, [SERIES]),
    ("argmax", {"axis": -1}, [SERIES]),
    ("expand_dims", {"axis": -1}, [SERIES]),
    ("expand_dims", {"axis": 1}, [SERIES]),
    ("squeeze", {"axis": 1}, [(None, 1, 5)]),
    ("transpose", {"axes": (0, 2, 1)}, [SERIES]),
    ("transpose", {}, [SERIES]),
    ("swapaxes", {"axis1": 1, "axis2": -1}, [IMAGE]),
    ("reshape", {"newshape": (-1, 12)}, [(4, 12, 5)]),
    ("matmul", {}, [SERIES, (None, 5, 4)]),
    ("matmul", {}, [SERIES, (5, 4)]),
    ("one_hot", {"num_classes": 7}, [ROW]),
    ("repeat", {"repeats": 3, "axis": 1}, [SERIES]),
    ("cast", {"dtype": "float16"}, [SERIES]),
    ("clip", {"x_min": 0.0, "x_max": 1.0}, [SERIES]),
    ("square", {}, [SERIES]),
]


@pytest.mark.parametrize(("name", "args", "inputs"), OPERATIONS)
def test_operations_as_keras(
    keras: Any, name: str, args: dict[str, Any], inputs: list[tuple[int | None, ...]]
) -> None:
    dtype = "int32" if name == "one_hot" else "float32"
    tensors = [keras.KerasTensor(shape, dtype=dtype) for shape in inputs]
    operation = getattr(keras.ops, name)
    listed = name in ("concatenate", "stack")
    given = operation(tensors, **args) if listed else operation(*tensors, **args)
    assert operation_shape(f"keras.ops.{name}", tuple(inputs), facts(args)) == tuple(given.shape)


@pytest.mark.parametrize(
    "name", ["VGG16", "ResNet50", "MobileNet", "MobileNetV2", "InceptionV3", "Xception"]
)
@pytest.mark.parametrize("size", [None, 97, pytest.param(160, marks=pytest.mark.slow)])
def test_backbones_as_keras(keras: Any, name: str, size: int | None) -> None:
    args = {"include_top": False, "weights": None, "input_shape": (size, size, 3)}
    model = getattr(keras.applications, name)(**args)
    assert application_output(f"keras.applications.{name}", facts(args)) == (
        model.input_shape,
        model.output_shape,
    )


# --- names instead of numbers ------------------------------------------------------------------


def expr(dim: object) -> str:
    assert isinstance(dim, Unknown), dim
    return dim.symbol


def test_sizes_keep_their_names() -> None:
    assert expr(times(28, A)) == "a * 28"
    assert expr(product((A, B, 28))) == "a * b * 28"
    assert expr(times(plus(A, 1), 2)) == "(a + 1) * 2"
    assert expr(plus(minus(A, 3), 1)) == "a - 2"
    assert minus(plus(A, 3), 3) == A
    assert quotient((A, 28), (28,)) == A
    assert quotient((A, 28), (A,)) == 28
    assert expr(quotient((A, 28), (56,))) == "a // 2"
    assert expr(divided(minus(A, 2), 2)) == "(a - 2) // 2"
    assert times(DARK, 2) == DARK
    assert product((None, A, 2)) is None
    assert expr(plus(Unknown("", symbol="x.shape[1]"), 2)) == "x.shape[1] + 2"
    assert text((None, A, DARK)) == "(None, a, ?)"


def test_layers_keep_the_names() -> None:
    flat = after("Flatten", (None, A, 28))
    assert isinstance(flat, tuple)
    assert expr(flat[1]) == "a * 28"
    assert after("Dense", (None, A), units=3) == (None, 3)
    assert after("Dense", ROW, units=A) == (None, A)
    conv = after("Conv2D", (None, A, 9, 1), filters=B, kernel_size=3)
    assert isinstance(conv, tuple)
    assert (expr(conv[1]), conv[2], conv[3]) == ("a - 2", 7, B)
    same = after("Conv2D", (None, A, 9, 1), filters=4, kernel_size=B, padding="same")
    assert same == (None, A, 9, 4)
    assert after("Reshape", (None, A, 28), target_shape=(-1, 28)) == (None, A, 28)
    assert after("Concatenate", (None, A), (None, 3)) == (
        None,
        Unknown("a parameter", symbol="a + 3"),
    )
    assert after("Add", (None, A), (None, A)) == (None, A)
    assert after("Add", (None, A), (None, 8)) == (None, 8)
    both = after("Add", (None, A), (None, B))
    assert isinstance(both, tuple)
    assert expr(both[1]) == ""


def test_unknown_input_leaves_what_the_layer_itself_says() -> None:
    assert after("Dense", DARK, units=3) == DARK
    assert after("Flatten", DARK) == (None, DARK)
    assert after("Conv2D", DARK, filters=4, kernel_size=3) == (None, DARK, DARK, 4)
    assert after("GlobalAveragePooling2D", DARK) == (None, DARK)
    assert after("LSTM", DARK, units=4) == (None, 4)
    assert after("LSTM", DARK, units=4, return_sequences=True) == (None, DARK, 4)
    assert after("Embedding", DARK, input_dim=5, output_dim=4) == DARK
    assert after("Reshape", DARK, target_shape=(4, 5)) == (None, 4, 5)
    assert after("Reshape", DARK, target_shape=(-1, 5)) == (None, DARK, 5)
    assert after("Resizing", DARK, height=4, width=5) == (None, 4, 5, DARK)
    # the name of an input is not the name of what is made of it
    named = Unknown("a parameter", symbol="x")
    assert after("Flatten", named) == (None, Unknown("a parameter"))


def test_unknown_arguments() -> None:
    assert after("Conv2D", IMAGE, filters=4, kernel_size=DARK, padding="same") == (None, 28, 20, 4)
    valid = after("Conv2D", IMAGE, filters=4, kernel_size=DARK)
    assert isinstance(valid, tuple)
    assert len(valid) == 4
    assert valid[3] == 4
    assert isinstance(valid[1], Unknown)
    unclear = after("Conv2D", IMAGE, filters=4, kernel_size=3, data_format=DARK)
    assert unclear == (None, DARK, DARK, DARK)
    assert after("LSTM", SERIES, units=4, return_sequences=DARK) == DARK
    assert after("LSTM", SERIES, units=4, return_state=DARK) == DARK
    joined = after("Concatenate", SERIES, SERIES, axis=DARK)
    assert joined == (None, DARK, DARK)


def test_partial_layers_promise_nothing_about_absent_arguments() -> None:
    partly = Layer(0, "keras.layers.Conv2D", facts({"filters": 4}), HERE, partial=True)
    (shape,) = output_shapes(partly, (IMAGE,), (), {})
    assert isinstance(shape, tuple)
    assert len(shape) == 4
    assert all(isinstance(dim, Unknown) for dim in shape[1:])
    named = facts({"units": 4, "return_sequences": True, "return_state": False})
    lstm = Layer(0, "keras.layers.LSTM", named, HERE, partial=True)
    assert output_shapes(lstm, (SERIES,), (), {}) == ((None, 12, 4),)


@pytest.mark.parametrize(
    ("kind", "args", "inputs", "why"),
    [
        ("Conv2D", {"filters": 4, "kernel_size": 3}, [ROW], "Conv2D needs 4 axes, got 2"),
        ("Conv2D", {"filters": 4, "kernel_size": 3}, [(None, 2, 9, 1)], "window of 3 does not fit"),
        ("LSTM", {"units": 4}, [ROW], "LSTM needs 3 axes, got 2"),
        ("Flatten", {}, [()], "needs 2 axes"),
        ("Reshape", {"target_shape": (5, 5)}, [ROW], "has not the size"),
        ("Reshape", {"target_shape": (-1, 4)}, [ROW], "does not divide"),
        ("Reshape", {"target_shape": (-1, -1)}, [ROW], "more than one -1"),
        ("Concatenate", {}, [ROW, SERIES], "same number of axes"),
        ("Concatenate", {}, [SERIES, (None, 11, 5)], "differ in axis 1"),
        ("Concatenate", {"axis": 4}, [ROW, ROW], "no axis 4"),
        ("Add", {}, [ROW, (None, 7)], "do not go together"),
        ("Subtract", {}, [ROW], "needs 2 inputs, got 1"),
        ("Dot", {"axes": 1}, [ROW, (None, 7)], "6 and 7 are not the same size"),
        ("Permute", {"dims": (0, 1)}, [SERIES], "no order of the axes"),
        ("Cropping1D", {"cropping": 6}, [SERIES], "takes 6 and 6 off"),
        ("TextVectorization", {"output_mode": "words"}, [(None,)], "output_mode='words'"),
        ("Bidirectional", {}, [SERIES], "the layer in Bidirectional is not known"),
        ("Lambda", {"function": None}, [ROW], "the shape that the function gives"),
        ("NoSuchLayer", {}, [ROW], "the output of NoSuchLayer is not known"),
    ],
)
def test_what_cannot_be_has_a_reason(
    kind: str, args: dict[str, Any], inputs: list[Shape], why: str
) -> None:
    assert why in reason(after(kind, *inputs, **args))


@pytest.mark.parametrize("units", [0, -3, 2.5, "many", None, True, (3,)])
def test_no_size(units: Any) -> None:
    shape = after("Dense", ROW, units=units)
    assert isinstance(shape, tuple)
    assert "units" in reason(shape[1])


def test_layers_that_are_gone() -> None:
    assert after("CuDNNLSTM", SERIES, units=4) == (None, 4)
    assert after("CuDNNGRU", SERIES, units=4, return_sequences=True) == (None, 12, 4)
    assert after("LocallyConnected2D", IMAGE, filters=4, kernel_size=3) == (None, 26, 18, 4)
    assert after("ThresholdedReLU", ROW, theta=1.0) == ROW
    assert after("MaxoutDense", ROW, output_dim=4) == (None, 4)
    assert after("Highway", ROW) == ROW
    assert after("SyncBatchNormalization", IMAGE) == IMAGE
    assert after("RandomHeight", IMAGE, factor=0.1) == (None, None, 20, 3)


def test_text_vectorization() -> None:
    assert after("TextVectorization", (None,), output_sequence_length=20) == (None, 20)
    assert after("TextVectorization", (None, 1)) == (None, None)
    counted = {"output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True}
    assert after("TextVectorization", (None,), **counted) == (None, 9)
    unpadded = after("TextVectorization", (None,), output_mode="multi_hot", max_tokens=9)
    assert isinstance(unpadded, tuple)
    assert "vocabulary" in reason(unpadded[1])


def test_lambda_with_its_output_shape() -> None:
    assert after("Lambda", ROW, output_shape=(3, 4)) == (None, 3, 4)
    assert after("Lambda", ROW, output_shape=(A,)) == (None, A)


def test_rnn_of_cells() -> None:
    cell = Object("keras.layers.LSTMCell", facts({"units": 4}), NOWHERE)
    rnn = Layer(0, "keras.layers.RNN", {"cell": Fact(cell), "return_state": Fact(True)}, HERE)
    assert output_shapes(rnn, (SERIES,), (), {}) == ((None, 4),) * 3
    table = (
        Layer(0, "keras.layers.GRUCell", facts({"units": 3}), HERE),
        Layer(1, "keras.layers.SimpleRNNCell", facts({"units": 7}), HERE),
    )
    stack = Items("list", (Fact(LayerRef(0)), Fact(LayerRef(1))))
    rnn = Layer(2, "keras.layers.RNN", {"cell": Fact(stack)}, HERE)
    assert output_shapes(rnn, (SERIES,), table, {}) == ((None, 7),)
    own = Layer(0, "keras.layers.RNN", {"cell": Fact(Custom("object", "MyCell"))}, HERE)
    ((batch, units),) = output_shapes(own, (SERIES,), (), {})  # type: ignore[misc]
    assert batch is None
    assert isinstance(units, Unknown)


def test_a_wrapper_around_itself_ends() -> None:
    loop = Layer(0, "keras.layers.TimeDistributed", {}, HERE, wrapped=0)
    (shape,) = output_shapes(loop, ((None, *[2] * 30),), (loop,), {})
    assert isinstance(shape, Unknown)


def test_classes_of_the_user_are_not_guessed() -> None:
    own = Layer(0, "Dense", facts({"units": 4}), HERE, custom=True)
    (shape,) = output_shapes(own, (ROW,), (), {})
    assert isinstance(shape, Unknown)


# --- what arguments state ----------------------------------------------------------------------


def test_input_shape() -> None:
    def stated(**args: Any) -> Shape | Unknown | None:
        return input_shape(facts(args))

    assert stated(input_shape=(28, 28)) == (None, 28, 28)
    assert stated(input_shape=[28, A]) == (None, 28, A)
    assert stated(input_shape=(None, 32)) == (None, None, 32)
    assert stated(input_dim=8) == (None, 8)
    assert stated(input_dim=A) == (None, A)
    assert stated(input_dim=8, input_length=10) == (None, 10, 8)
    assert stated(batch_input_shape=(32, 10, 1)) == (32, 10, 1)
    assert stated(batch_shape=(None, 10)) == (None, 10)
    assert stated(shape=(10,), batch_size=4) == (4, 10)
    assert stated(shape=10) == (None, 10)
    assert stated(shape=()) == (None,)
    assert stated(shape=DARK) == DARK
    assert stated(units=4) is None
    assert stated(input_shape=None) is None
    assert isinstance(stated(shape="wide"), Unknown)


def test_layers_state_shapes_in_their_own_words() -> None:
    words = layer("Embedding", input_dim=1000, output_dim=8, input_length=20)
    assert layer_input_shape(words) == (None, 20)
    assert layer_input_shape(layer("Embedding", input_dim=1000, output_dim=8)) is None
    assert layer_input_shape(layer("LSTM", units=4, input_dim=8)) == (None, None, 8)
    assert layer_input_shape(layer("LSTM", units=4, input_dim=8, input_length=5)) == (None, 5, 8)
    assert layer_input_shape(layer("Dense", units=4, input_dim=8)) == (None, 8)


def test_backbones() -> None:
    def given(name: str, **args: Any) -> tuple[Shape | Unknown, Shape | Unknown]:
        return application_output(f"keras.applications.{name}", facts(args))

    assert given("VGG16") == ((None, 224, 224, 3), (None, 1000))
    assert given("ResNet50", classes=10, weights=None) == ((None, 224, 224, 3), (None, 10))
    assert given("VGG16", include_top=False) == ((None, None, None, 3), (None, None, None, 512))
    assert given("InceptionV3", include_top=False, pooling="avg")[1] == (None, 2048)
    assert given("VGG16", include_top=False, input_shape=(A, 64, 3))[1] == (
        None,
        Unknown("a parameter", symbol="a // 32"),
        2,
        512,
    )
    assert given("NASNetLarge", include_top=False)[1] == (None, 11, 11, 4032)
    assert given("EfficientNetB3", include_top=False, input_shape=(300, 300, 3))[1] == (
        None,
        10,
        10,
        1536,
    )
    assert given("MobileNetV2", include_top=False, pooling="max", alpha=1.4)[1] == (None, 1792)
    assert "too small" in reason(
        given("InceptionV3", include_top=False, input_shape=(32, 32, 3))[1]
    )
    assert given("VGG16", include_top=DARK)[1] == DARK
    images, features = given("RegNetX002", include_top=False)
    assert isinstance(images, tuple)
    assert isinstance(features, tuple)
    assert len(features) == 4


def test_operations_in_their_dialects() -> None:
    both = (SERIES, SERIES)
    assert operation_shape("tensorflow.concat", both, facts({"axis": -1})) == (None, 12, 10)
    assert operation_shape("tensorflow.math.reduce_mean", (IMAGE,), facts({"axis": [1, 2]})) == (
        None,
        3,
    )
    assert operation_shape("keras.backend.mean", (SERIES,), facts({"axis": 1})) == (None, 5)
    assert operation_shape("operator.add", (SERIES,), {"y": Fact(2.0)}) == SERIES
    assert operation_shape("operator.mul", both, {"x": Fact(TensorRef(0))}) == SERIES
    assert operation_shape("keras.ops.add", ((None, 1),), facts({"y": [1.0, 2.0]})) == (None, 2)
    assert operation_shape("tensorflow.transpose", (SERIES,), facts({"perm": [0, 2, 1]})) == (
        None,
        5,
        12,
    )
    turned = operation_shape(
        "tensorflow.matmul", ((None, 12, 5), (None, 9, 5)), facts({"transpose_b": True})
    )
    assert turned == (None, 12, 9)
    assert isinstance(operation_shape("operator.add", (SERIES,), {"y": Fact(DARK)}), Unknown)
    assert isinstance(operation_shape("tensorflow.argmax", (SERIES,), {}), Unknown)
    assert isinstance(operation_shape("keras.ops.mean", (SERIES,), facts({"0": 1})), Unknown)
    assert isinstance(operation_shape("keras.ops.no_such", (SERIES,), {}), Unknown)


# --- nonsense ----------------------------------------------------------------------------------

_NAMES = """
    alpha axes axis axis1 axis2 batch_size bin_boundaries cell classes cropping data_format depth
    depth_multiplier dilation_rate dims equation filters height include_top input_dim input_length
    input_shape keepdims kernel_size max_tokens merge_mode n newshape num_bins num_classes
    num_heads num_tokens output_dim output_mode output_padding output_sequence_length
    output_shape output_size pad_to_max_tokens padding perm pool_size pooling repeats
    return_sequences return_state sequence_stride shape size split strides target_shape
    transpose_a transpose_b units width
""".split()  # noqa: SIM905
_LEAVES: tuple[Value, ...] = (
    None, True, False, 0, 1, 2, 3, 7, -1, -2, 10**30, 0.5, 4.0, float("nan"), float("inf"), 2j,
    "", "same", "valid", "causal", "channels_first", "channels_last", "one_hot", "int", "avg",
    "ab,bc->ac", "...a,ab->...b", "->", "a,a->...", b"same", A, B, DARK,
    Ref("keras.layers.LSTMCell"), External("numpy.zeros"), Custom("lambda", "f"), LayerRef(0),
    LayerRef(99), TensorRef(0), Entries({}), Object("keras.layers.GRUCell", {}, NOWHERE),
)  # fmt: skip


def nonsense(draw: random.Random, depth: int = 0) -> Value:
    if depth < 3 and draw.random() < 0.35:
        items = tuple(Fact(nonsense(draw, depth + 1)) for _ in range(draw.randint(0, 4)))
        return Items(draw.choice(("list", "tuple", "set")), items, draw.random() < 0.9)
    return draw.choice(_LEAVES)


def any_shape(draw: random.Random) -> Shape | Unknown:
    if draw.random() < 0.15:
        return draw.choice((DARK, A))
    sizes: tuple[Dim, ...] = (None, None, 0, 1, 2, 3, 28, 10**20, A, B, DARK)
    return tuple(draw.choice(sizes) for _ in range(draw.choice((0, 1, 2, 3, 3, 4, 4, 5, 6))))


def check(shape: object) -> None:
    """A shape is sizes that can be, or an ``Unknown`` that says why."""
    if isinstance(shape, Unknown):
        assert shape.reason
        return
    assert isinstance(shape, tuple)
    for size in shape:
        assert size is None or isinstance(size, (int, Unknown)), shape
        assert not isinstance(size, bool), shape
        assert not isinstance(size, int) or size >= 0, shape
        assert not isinstance(size, Unknown) or size.reason, shape


@pytest.mark.parametrize("kind", sorted(WITH_SHAPES))
def test_nonsense_never_raises(kind: str) -> None:
    draw = random.Random(kind)
    for _ in range(150):
        inner = Layer(0, f"keras.layers.{draw.choice(sorted(WITH_SHAPES))}", {}, HERE)
        args = {name: Fact(nonsense(draw)) for name in _NAMES if draw.random() < 0.4}
        tested = Layer(
            1,
            f"keras.layers.{kind}",
            args,
            HERE,
            partial=draw.random() < 0.2,
            wrapped=draw.choice((None, 0, 0, 1, 5)),
        )
        inputs = tuple(any_shape(draw) for _ in range(draw.choice((0, 1, 1, 2, 2, 3))))
        call = {"return_attention_scores": Fact(nonsense(draw))} if draw.random() < 0.5 else {}
        outputs = output_shapes(tested, inputs, (inner, tested), call)
        assert outputs
        for shape in outputs:
            check(shape)
        stated = layer_input_shape(tested)
        if stated is not None:
            check(stated)


def test_nonsense_in_operations_and_backbones() -> None:
    draw = random.Random(3)
    names = ("VGG16", "MobileNet", "MobileNetV2", "NASNetLarge", "NoSuch")
    for _ in range(4000):
        args = {name: Fact(nonsense(draw)) for name in _NAMES if draw.random() < 0.05}
        inputs = tuple(any_shape(draw) for _ in range(draw.choice((0, 1, 1, 2, 2, 3))))
        check(operation_shape(f"keras.ops.{draw.choice(OPERATION_NAMES)}", inputs, args))
        for shape in application_output(f"keras.applications.{draw.choice(names)}", args):
            check(shape)
