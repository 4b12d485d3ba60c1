"""Which sizes of layers may be numbers of NumPy, asked of the installed Keras."""

from __future__ import annotations

from typing import Any

import pytest

from kerlint.program.layers import KINDS
from kerlint.rules.ker525_numpy_integer_as_size import sizes

np = pytest.importorskip("numpy")
pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]

# What a layer cannot be made without.
REQUIRED: dict[str, dict[str, Any]] = {
    "Dense": {"units": 4},
    "Embedding": {"input_dim": 9, "output_dim": 4},
    "GroupQueryAttention": {"head_dim": 4, "num_query_heads": 2, "num_key_value_heads": 2},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 4},
    **{kind: {"height": 4, "width": 4} for kind in ("CenterCrop", "RandomCrop", "Resizing")},
    **{f"AveragePooling{rank}D": {"pool_size": 2} for rank in (1, 2, 3)},
}
# Without an input that is like those of the others.
DATA: dict[str, Any] = {
    "Discretization": [0.0, 1.0, 2.0],
    "IntegerLookup": [1, 2, 3],
    "StringLookup": ["a", "b"],
    "TextVectorization": ["a b", "b"],
}
SIZES = [
    (kind.name, name)
    for kind in KINDS.values()
    if not kind.legacy and not kind.name.endswith("Cell")
    for name in kind.sizes
]


def built(keras: Any, kind: str, name: str, size: Any, made_only: bool = False) -> None:
    """Make a layer with this size and apply it."""
    args = dict(REQUIRED.get(kind, {}))
    if "Conv" in kind:
        args["kernel_size"] = 2
        if "Depthwise" not in kind:
            args["filters"] = 2
    layer = getattr(keras.layers, kind)(**{**args, name: size})
    if made_only:
        return
    if kind in DATA:
        layer.adapt(np.array(DATA[kind]))
        return
    if kind == "MelSpectrogram":
        layer(keras.Input((4096,)))
        return
    grid = next((int(letter) for letter in kind if letter.isdigit()), 0) + ("LSTM" in kind)
    shape = (8,) * grid + (4,) if grid else (4,)
    if kind in ("CenterCrop", "RandomCrop", "Resizing"):
        shape = (8, 8, 3)
    whole = kind in ("Embedding", "CategoryEncoding", "Hashing")
    inputs = keras.Input(shape, dtype="int32" if whole else None)
    if kind in ("LSTM", "GRU", "SimpleRNN") or kind.endswith("Attention"):
        inputs = keras.Input((8, 4))
    layer(*(inputs,) * (2 if kind.endswith("Attention") else 1))


@pytest.mark.parametrize(("kind", "name"), SIZES)
def test_numbers_of_numpy(keras: Any, kind: str, name: str) -> None:
    """Each size, both ways: those of the rule raise an error, and all others are accepted."""
    size = {"sequence_stride": 64, "max_tokens": 9, "strides": 1, "dilation_rate": 1}.get(name, 2)
    if not hasattr(keras.layers, kind):
        pytest.skip("the installed Keras does not have the layer")
    built(keras, kind, name, size)
    for number in (np.int64(size), np.int32(size)):
        if name in sizes(KINDS[kind]):
            with pytest.raises((TypeError, ValueError)):
                built(keras, kind, name, number, made_only=kind != "LSTM")
        else:
            built(keras, kind, name, number)


@pytest.mark.parametrize("size", ["kernel_size", "strides", "dilation_rate"])
def test_a_tuple_may_have_them(keras: Any, size: str) -> None:
    args = {"kernel_size": 1, size: (np.int64(1), np.int64(1))}
    keras.layers.Conv2D(2, **args)(keras.Input((8, 8, 3)))


def test_an_lstm_is_checked_with_symbolic_tensors_only(keras: Any) -> None:
    inputs = keras.Input((8, 4))
    with pytest.raises(ValueError, match="output_size"):
        keras.layers.LSTM(np.int64(2))(inputs)
    keras.layers.LSTM(np.int64(2))(np.ones((3, 8, 4)))
    keras.layers.Bidirectional(keras.layers.LSTM(np.int64(2)))(inputs)


def test_keras_2_takes_most_of_them() -> None:
    tf_keras = pytest.importorskip("tf_keras")
    model = tf_keras.Sequential([tf_keras.Input((8,)), tf_keras.layers.Dense(np.int64(6))])
    with pytest.raises(TypeError):
        tf_keras.layers.RepeatVector(np.int64(3))
    model.add(tf_keras.layers.RepeatVector(3))
    model.add(tf_keras.layers.LSTM(np.int64(5)))
    assert model.output_shape == (None, 5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.max([1, 2]),
        lambda: np.prod((2, 3)),
        lambda: np.array([1, 2]).max() + 1,
        lambda: 2 * np.array([1, 2]).sum() // 2,
        lambda: np.argmax([1, 2]),
        lambda: np.int64(3),
    ],
)
def test_what_numpy_returns_is_not_an_int(make: Any) -> None:
    assert not isinstance(make(), int)


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.prod((2, 3)).item(),
        lambda: int(np.max([1, 2])),
        lambda: round(np.max([1, 2])),
        lambda: np.zeros((np.prod((2, 3)), 4)).shape[0],
        lambda: next(iter(range(np.int64(3)))),
        lambda: np.random.randint(3),
        lambda: np.unique([1, 2]).size,
    ],
)
def test_these_are_ints_of_python(make: Any) -> None:
    assert isinstance(make(), int)
