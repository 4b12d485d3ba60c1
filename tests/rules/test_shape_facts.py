"""What the rules about shapes rely on, asked of the installed Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kerlint.rules.model_inputs import as_taken

np = pytest.importorskip("numpy")
pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


@pytest.mark.parametrize(
    ("kind", "args", "shape"),
    [
        ("LSTM", {"units": 3}, (8,)),
        ("Conv1D", {"filters": 3, "kernel_size": 2}, (8,)),
        ("Conv2D", {"filters": 3, "kernel_size": 2}, (28, 28)),
        ("Conv2D", {"filters": 3, "kernel_size": 2}, (None, 28, 28, 1)),
        ("MaxPooling2D", {}, (28, 28)),
        ("ConvLSTM2D", {"filters": 3, "kernel_size": 2}, (9, 28, 28)),
        ("RepeatVector", {"n": 3}, (4, 5)),
        ("Conv2D", {"filters": 3, "kernel_size": 9}, (8, 8, 1)),
        ("MaxPooling2D", {"pool_size": 9}, (8, 8, 1)),
        ("Conv1D", {"filters": 3, "kernel_size": 3, "dilation_rate": 4}, (8, 1)),
        ("Cropping2D", {"cropping": 4}, (8, 8, 1)),
        ("Reshape", {"target_shape": (4, 4)}, (15,)),
        ("Reshape", {"target_shape": (-1, 4)}, (15,)),
        ("Conv2D", {"filters": 3, "kernel_size": 3}, (1, 28, 28)),
    ],
)
def test_keras_refuses_the_layer(
    keras: Any, kind: str, args: dict[str, Any], shape: tuple[int | None, ...]
) -> None:
    layer = getattr(keras.layers, kind)(**args)
    with pytest.raises(ValueError):  # noqa: PT011
        layer(keras.Input(shape))


def test_channels_first_is_built_with_same(keras: Any) -> None:
    """Then nothing tells that the rows are taken for channels."""
    images = keras.Input((1, 28, 28))
    assert keras.layers.Conv2D(3, 3, padding="same")(images).shape == (None, 1, 28, 3)


def test_an_output_must_come_from_the_inputs(keras: Any) -> None:
    one, other = keras.Input((4,)), keras.Input((4,))
    middle = keras.layers.Dense(3)(one)
    output = keras.layers.Dense(1)(middle)
    with pytest.raises(ValueError, match="not connected"):
        keras.Model(other, output)
    keras.Model([one, other], output)
    keras.Model(middle, output)


@pytest.mark.parametrize("value", [64.0, 6.5, "10", [3], (3,), "array"])
@pytest.mark.parametrize(
    ("kind", "name", "args", "shape"),
    [
        ("Dense", "units", {}, (4,)),
        ("LSTM", "units", {}, (9, 4)),
        ("GRU", "units", {}, (9, 4)),
        ("SimpleRNN", "units", {}, (9, 4)),
        ("Conv2D", "filters", {"kernel_size": 3}, (9, 9, 1)),
        ("Embedding", "output_dim", {"input_dim": 10}, (4,)),
        ("Embedding", "input_dim", {"output_dim": 10}, (4,)),
        ("RepeatVector", "n", {}, (4,)),
        ("MultiHeadAttention", "key_dim", {"num_heads": 2}, (9, 4)),
        ("MultiHeadAttention", "num_heads", {"key_dim": 2}, (9, 4)),
    ],
)
def test_sizes_are_whole_numbers(
    keras: Any, kind: str, name: str, args: dict[str, Any], shape: tuple[int, ...], value: Any
) -> None:
    given = np.array([3, 4]) if isinstance(value, str) and value == "array" else value
    inputs = (keras.Input(shape),) * (2 if kind == "MultiHeadAttention" else 1)
    with pytest.raises((ValueError, TypeError)):
        getattr(keras.layers, kind)(**{name: given}, **args)(*inputs)


@pytest.mark.parametrize("value", [3.0, 2.5, "3"])
@pytest.mark.parametrize(
    ("kind", "name", "args"),
    [
        ("Conv2D", "kernel_size", {"filters": 2}),
        ("Conv2D", "strides", {"filters": 2, "kernel_size": 3}),
        ("Conv2D", "dilation_rate", {"filters": 2, "kernel_size": 3}),
        ("MaxPooling2D", "pool_size", {}),
        ("MaxPooling2D", "strides", {}),
        ("UpSampling2D", "size", {}),
    ],
)
def test_one_size_for_all_sides_is_whole(
    keras: Any, kind: str, name: str, args: dict[str, Any], value: Any
) -> None:
    with pytest.raises((ValueError, TypeError)):
        getattr(keras.layers, kind)(**{name: value}, **args)(keras.Input((9, 9, 1)))


def recurrent(keras: Any) -> Any:
    return keras.layers.LSTM(2)


def flat(keras: Any) -> Any:
    return keras.layers.Flatten()


def pooled(keras: Any) -> Any:
    return keras.layers.GlobalAveragePooling1D()


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
@pytest.mark.parametrize(
    ("layer", "wanted", "data", "accepted"),
    [
        (flat, (4,), (8, 4), True),
        (flat, (4,), (8, 4, 1), True),
        (flat, (4, 1), (8, 4), True),
        (flat, (1,), (8,), True),
        (flat, (6, 6, 1), (8, 6, 6), True),
        (flat, (6, 6), (8, 6, 6, 1), True),
        (flat, (4,), (8, 5), False),
        (flat, (4,), (8,), False),
        (flat, (36,), (8, 6, 6), False),
        (flat, (6, 6), (8, 36), False),
        (flat, (8, 4), (8, 4), False),
        (flat, (4,), (8, 1, 4), False),
        (flat, (6, 6), (8, 5, 6), False),
        (recurrent, (None, 4), (8, 4), False),
        (recurrent, (5, 3), (8, 5, 4), False),
        (recurrent, (5, 3), (8, 6, 3), True),
        (pooled, (5, 3), (8, 6, 3), True),
        (pooled, (5, 3), (8, 5, 4), False),
    ],
)
def test_data_against_the_input(
    keras: Any,
    layer: Callable[[Any], Any],
    wanted: tuple[int | None, ...],
    data: tuple[int, ...],
    accepted: bool,
    method: str,
) -> None:
    model = keras.Sequential([keras.Input(wanted), layer(keras), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.zeros(data), np.zeros((8, 1))
    given = (x,) if method == "predict" else (x, y)
    if accepted:
        assert as_taken(data, (None, *wanted)) is not None
        getattr(model, method)(*given, verbose=0)
    else:
        with pytest.raises(Exception):  # noqa: B017, PT011
            getattr(model, method)(*given, verbose=0)


def test_one_sample_is_no_batch(keras: Any) -> None:
    model = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Conv2D(2, 3)])
    for sample in ((6, 6, 1), (6, 6)):
        with pytest.raises(Exception):  # noqa: B017, PT011
            model.predict(np.zeros(sample), verbose=0)
    steps = keras.Sequential([keras.Input((4, 1)), keras.layers.LSTM(2)])
    assert steps.predict(np.zeros((4, 1)), verbose=0).shape == (4, 2)  # four samples, silently
