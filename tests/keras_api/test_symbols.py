"""What names stand for, and the words and texts that mean them."""

from __future__ import annotations

import pytest

from kerlint import keras_api


@pytest.mark.parametrize(
    ("name", "kind", "is_class"),
    [
        ("keras.layers.Conv2D", "layer", True),
        ("keras.layers.LSTM", "layer", True),
        ("keras.layers.Merge", "layer", True),
        ("keras.layers.concatenate", "function", False),
        ("keras.Input", "function", False),
        ("keras.Model", "model", True),
        ("keras.Sequential", "model", True),
        ("keras.losses.MeanSquaredError", "loss", True),
        ("keras.losses.mean_squared_error", "loss", False),
        ("keras.losses.get", "function", False),
        ("keras.metrics.AUC", "metric", True),
        ("keras.optimizers.Adam", "optimizer", True),
        ("keras.optimizers.legacy.Adam", "optimizer", True),
        ("keras.optimizers.schedules.CosineDecay", "schedule", True),
        ("keras.initializers.Zeros", "initializer", True),
        ("keras.regularizers.L2", "regularizer", True),
        ("keras.regularizers.l2", "regularizer", True),
        ("keras.constraints.MaxNorm", "constraint", True),
        ("keras.activations.relu", "activation", False),
        ("keras.callbacks.EarlyStopping", "callback", True),
        ("keras.applications.VGG16", "application", False),
        ("keras.applications.vgg16.preprocess_input", "function", False),
        ("keras.datasets.mnist.load_data", "function", False),
        ("keras.layers", "module", False),
        ("keras.losses.Reduction", "class", True),
    ],
)
def test_kind(name: str, kind: str, is_class: bool) -> None:
    symbol = keras_api.symbol(name)
    assert symbol is not None
    assert (symbol.kind, symbol.is_class) == (kind, is_class)


def test_bases() -> None:
    lstm = keras_api.symbol("keras.layers.LSTM")
    assert lstm is not None
    assert lstm.bases[:2] == ("keras.layers.RNN", "keras.layers.Layer")
    sequential = keras_api.symbol("keras.models.Sequential")
    assert sequential is not None
    assert sequential.name == "keras.Sequential"
    assert sequential.bases[0] == "keras.Model"
    assert keras_api.symbol("keras.nonsense") is None


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("keras.losses.MeanSquaredError", "mean_squared_error"),
        ("keras.losses.mean_squared_error", "mean_squared_error"),
        ("keras.losses.MSE", "mean_squared_error"),
        ("keras.metrics.mean_squared_error", "mean_squared_error"),
        ("keras.metrics.MeanSquaredError", "mean_squared_error"),
        ("keras.losses.KLDivergence", "kl_divergence"),
        ("keras.losses.kullback_leibler_divergence", "kl_divergence"),
        ("keras.losses.SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
        ("keras.metrics.LogCoshError", "log_cosh"),
        ("keras.activations.softmax", "softmax"),
        ("keras.layers.Softmax", "softmax"),
        ("keras.layers.ReLU", "relu"),
        ("keras.layers.LeakyReLU", "leaky_relu"),
        ("keras.activations.swish", "silu"),
        ("keras.initializers.Zeros", "zeros"),
        ("keras.initializers.zeros", "zeros"),
        ("keras.initializers.GlorotUniform", "glorot_uniform"),
        ("keras.initializers.normal", "random_normal"),
        ("keras.regularizers.l1_l2", "l1_l2"),
        ("keras.constraints.maxnorm", "max_norm"),
        ("keras.optimizers.Adam", "adam"),
        ("keras.optimizers.RMSprop", "rmsprop"),
        ("keras.optimizers.AdamW", "adamw"),
        ("keras.metrics.F1Score", "f1_score"),
        ("keras.layers.Dense", None),
        ("keras.losses.Loss", None),
        ("keras.nonsense", None),
    ],
)
def test_meaning(name: str, word: str | None) -> None:
    assert keras_api.kind_of(name) == word


@pytest.mark.parametrize(
    ("kind", "text", "release", "name"),
    [
        ("loss", "mse", "3", "keras.losses.mean_squared_error"),
        ("loss", "MSE", "3", "keras.losses.mean_squared_error"),
        ("loss", "logcosh", "2", "keras.losses.log_cosh"),
        ("loss", "logcosh", "3", None),
        ("loss", "mean-squared-error", "3", None),
        ("metric", "mse", "3", "keras.metrics.MeanSquaredError"),
        ("metric", "accuracy", "3", "accuracy"),
        ("metric", "acc", "2", "accuracy"),
        ("metric", "ce", "3", "crossentropy"),
        ("metric", "AUC", "3", "keras.metrics.AUC"),
        ("optimizer", "adam", "3", "keras.optimizers.Adam"),
        ("optimizer", "Adam", "3", "keras.optimizers.Adam"),
        ("optimizer", "ADAM", "3", "keras.optimizers.Adam"),
        ("optimizer", "adamm", "3", None),
        ("activation", "relu", "1.2", "keras.activations.relu"),
        ("activation", "swish", "3", "keras.activations.silu"),
        ("initializer", "normal", "3", "keras.initializers.RandomNormal"),
        ("initializer", "he_normal", "3", "keras.initializers.HeNormal"),
        ("regularizer", "l2", "3", "keras.regularizers.L2"),
        ("constraint", "max_norm", "3", "keras.constraints.MaxNorm"),
    ],
)
def test_strings(kind: str, text: str, release: str, name: str | None) -> None:
    assert keras_api.resolve_string(kind, text, release) == name
