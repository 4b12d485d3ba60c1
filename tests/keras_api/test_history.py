"""Old arguments and methods, and what became of them."""

from __future__ import annotations

import pytest

from kerlint import keras_api
from kerlint.keras_api import facts


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("keras.optimizers.Adam", "lr", "learning_rate"),
        ("keras.optimizers.SGD", "lr", "learning_rate"),
        ("keras.Model.fit", "nb_epoch", "epochs"),
        ("keras.Sequential.fit", "nb_epoch", "epochs"),
        ("keras.layers.Dense", "init", "kernel_initializer"),
        ("keras.layers.Embedding", "init", "embeddings_initializer"),
        ("keras.layers.Dense", "output_dim", "units"),
        ("keras.layers.LSTM", "output_dim", "units"),
        ("keras.layers.LSTM", "inner_activation", "recurrent_activation"),
        ("keras.layers.LSTM", "dropout_W", "dropout"),
        ("keras.layers.Convolution2D", "border_mode", "padding"),
        ("keras.layers.MaxPooling2D", "border_mode", "padding"),
        ("keras.layers.Conv2D", "nb_filter", "filters"),
        ("keras.layers.Conv2D", "subsample", "strides"),
        ("keras.layers.Conv1D", "filter_length", "kernel_size"),
        ("keras.layers.MaxPooling1D", "pool_length", "pool_size"),
        ("keras.layers.Dropout", "p", "rate"),
        ("keras.layers.Dense", "W_regularizer", "kernel_regularizer"),
        ("keras.layers.Embedding", "W_regularizer", "embeddings_regularizer"),
        ("keras.layers.Reshape", "dims", "target_shape"),
        ("keras.layers.LeakyReLU", "alpha", "negative_slope"),
        ("keras.layers.BatchNormalization", "beta_init", "beta_initializer"),
        ("keras.Model", "input", "inputs"),
        ("keras.Model", "output", "outputs"),
        ("keras.layers.InputLayer", "batch_input_shape", "batch_shape"),
        ("keras.Input", "batch_input_shape", "batch_shape"),
        ("keras.callbacks.ReduceLROnPlateau", "epsilon", "min_delta"),
        ("keras.utils.to_categorical", "nb_classes", "num_classes"),
        ("keras.datasets.imdb.load_data", "nb_words", "num_words"),
    ],
)
def test_plain_renames(name: str, old: str, new: str) -> None:
    rename = keras_api.renamed_argument(name, old)
    assert rename is not None
    assert rename.name == new
    assert rename.one_to_one
    today = keras_api.signature(name)
    assert today is not None
    assert new in today.named


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("keras.layers.Conv2D", "nb_row", "kernel_size"),
        ("keras.layers.LSTM", "forget_bias_init", "unit_forget_bias"),
        ("keras.Model.fit", "samples_per_epoch", "steps_per_epoch"),
        ("keras.callbacks.ModelCheckpoint", "period", "save_freq"),
        ("keras.layers.Dense", "batch_input_shape", None),
        ("keras.layers.Dense", "input_shape", None),
        ("keras.optimizers.Adam", "decay", None),
        ("keras.Sequential.fit", "workers", None),
        ("keras.Model.compile", "sample_weight_mode", None),
        ("keras.layers.Embedding", "dropout", None),
    ],
)
def test_changes_that_are_more_than_a_name(name: str, old: str, new: str | None) -> None:
    rename = keras_api.renamed_argument(name, old)
    assert rename is not None
    assert rename.name == new
    assert not rename.one_to_one
    assert rename.note


def test_values_that_changed_their_words() -> None:
    rename = keras_api.renamed_argument("keras.layers.Conv2D", "dim_ordering")
    assert rename is not None
    assert rename.name == "data_format"
    assert rename.values["th"] == "channels_first"


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("keras.layers.Embedding", "output_dim"),  # its name to this day
        ("keras.layers.ELU", "alpha"),
        ("keras.layers.Dense", "nonsense"),
        ("keras.layers.Dense", "units"),
        ("keras.layers.Merge", "mode"),
        ("keras.nonsense", "lr"),
    ],
)
def test_no_rename(name: str, argument: str) -> None:
    assert keras_api.renamed_argument(name, argument) is None


@pytest.mark.parametrize(
    ("name", "replacement", "last"),
    [
        ("keras.Model.fit_generator", "fit", "2"),
        ("keras.models.Sequential.fit_generator", "fit", "2"),
        ("keras.Model.evaluate_generator", "evaluate", "2"),
        ("keras.Model.predict_generator", "predict", "2"),
        ("keras.Sequential.predict_classes", "predict", "2.3"),
        ("keras.Model.predict_classes", "predict", "2.3"),
        ("keras.Sequential.predict_proba", "predict", "2.3"),
        ("keras.Model.to_yaml", "to_json", "2"),
        ("keras.optimizers.Adam.get_gradients", "", "2.12"),
        ("keras.metrics.AUC.reset_states", "reset_state", "2"),
    ],
)
def test_removed_methods(name: str, replacement: str, last: str) -> None:
    removed = keras_api.removed_method(name)
    assert removed is not None
    assert removed.replacement == replacement
    assert removed.releases[-1] == last


@pytest.mark.parametrize(
    "name", ["keras.Model.fit", "keras.Sequential.add", "keras.layers.fit_generator", "numpy.x.y"]
)
def test_methods_that_were_not_removed(name: str) -> None:
    assert keras_api.removed_method(name) is None


def test_hand_written_names_are_real() -> None:
    for old, new in facts.MOVED.items():
        assert keras_api.releases_of(old), old
        assert keras_api.exists(new), new
        assert not keras_api.exists(old), old
    for method, (replacement, _) in facts.METHODS.items():
        assert keras_api.releases_of(method), method
        owner = method.rpartition(".")[0]
        if replacement:
            assert keras_api.signature(f"{owner}.{replacement}"), method
    for (name, argument), (new_name, _, _) in facts.ARGUMENTS.items():
        today = keras_api.signature(name) if "." in name else None
        if today is not None:
            assert new_name is None or new_name in today.named, (name, argument)
            assert argument not in today.named, (name, argument)
    for name, argument in facts.DROPPED:
        today = keras_api.signature(name)
        assert today is not None
        assert argument not in today.named, (name, argument)


def test_backend_functions_that_moved_to_ops_are_called_alike() -> None:
    for old, new in facts.MOVED.items():
        if not old.startswith("keras.backend."):
            continue
        then, now = keras_api.signature(old, "2"), keras_api.signature(new)
        assert then is not None
        assert now is not None
        assert len(then.positional) <= len(now.positional), old
        for before, after in zip(then.positional, now.positional):
            default = then[before].default
            assert default in (now[after].default, keras_api.REQUIRED), (old, before)
