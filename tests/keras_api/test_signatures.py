"""How objects are called, in this release and in others."""

from __future__ import annotations

import pytest

from kerlint import keras_api
from kerlint.keras_api import OPAQUE, REQUIRED, Outcome, Param


def test_dense() -> None:
    dense = keras_api.signature("keras.layers.Dense")
    assert dense is not None
    assert dense.positional[:3] == ("units", "activation", "use_bias")
    assert dense["units"] == Param("units", "positional", REQUIRED)
    assert dense["activation"].default is None
    assert dense.takes_kwargs
    assert not dense.takes_varargs
    with pytest.raises(KeyError):
        dense["output_dim"]


def test_defaults_are_python_values() -> None:
    conv = keras_api.signature("keras.layers.Conv2D")
    assert conv is not None
    assert conv["strides"].default == (1, 1)
    assert conv["padding"].default == "valid"
    loss = keras_api.signature("keras.losses.categorical_crossentropy")
    assert loss is not None
    assert loss["axis"].default == -1


def test_opaque_defaults_exist_somewhere() -> None:
    found = keras_api.signature("keras.optimizers.legacy.Adam", "2")
    assert found is not None
    assert OPAQUE not in {param.default for param in found.params}
    assert OPAQUE is not REQUIRED


def test_keyword_only() -> None:
    layer = keras_api.signature("keras.layers.Layer")
    assert layer is not None
    assert layer["trainable"].kind == "keyword"
    assert "trainable" not in layer.positional


def test_keras_1() -> None:
    conv = keras_api.signature("keras.layers.Convolution2D", "1.2")
    assert conv is not None
    assert conv.positional[:3] == ("nb_filter", "nb_row", "nb_col")
    dense = keras_api.signature("keras.layers.Dense", "1.2")
    assert dense is not None
    assert {"output_dim", "init", "W_regularizer"} <= dense.named
    fit = keras_api.signature("keras.Sequential.fit", "1.2")
    assert fit is not None
    assert "nb_epoch" in fit.named
    model = keras_api.signature("keras.Model", "1.2")
    assert model is not None
    assert model.positional == ("input", "output", "name")


def test_model() -> None:
    for release in ("2.2", "2", "3"):
        model = keras_api.signature("keras.Model", release)
        assert model is not None
        assert model.positional == ("inputs", "outputs", "name")


def test_methods_come_from_bases() -> None:
    own = keras_api.signature("keras.Model.fit")
    inherited = keras_api.signature("keras.Sequential.fit")
    assert own is not None
    assert inherited is not None
    assert own.params == inherited.params
    assert {"x", "y", "epochs", "validation_split"} <= own.named
    compiled = keras_api.signature("keras.models.Model.compile")
    assert compiled is not None
    assert compiled.positional[:4] == ("optimizer", "loss", "loss_weights", "metrics")
    assert keras_api.signature("keras.layers.LSTM.__call__") is not None


def test_what_a_release_lacks_has_no_signature() -> None:
    assert keras_api.signature("keras.layers.Merge") is None
    assert keras_api.signature("keras.layers.Merge", "1.2") is not None
    assert keras_api.signature("keras.Model.fit_generator") is None
    assert keras_api.signature("keras.Model.fit_generator", "2") is not None
    assert keras_api.signature("keras.optimizers.Muon", "3.0") is None
    assert keras_api.signature("keras.nonsense") is None


def test_accepted_kwargs() -> None:
    dense = keras_api.accepted_kwargs("keras.layers.Dense")
    assert dense is not None
    assert {"name", "dtype", "trainable", "input_shape"} <= dense
    assert not {"init", "batch_input_shape", "weights", "units"} & dense
    old = keras_api.accepted_kwargs("keras.layers.Dense", "2")
    assert old is not None
    assert {"batch_input_shape", "weights"} <= old
    assert keras_api.accepted_kwargs("keras.optimizers.Adam") == {"decay"}
    assert keras_api.accepted_kwargs("keras.losses.MeanSquaredError") == frozenset()
    assert keras_api.accepted_kwargs("keras.callbacks.LambdaCallback") is None
    assert keras_api.accepted_kwargs("keras.callbacks.ReduceLROnPlateau") == frozenset()
    assert keras_api.accepted_kwargs("keras.layers.Merge") is None


def test_outcome_of_unknown_names() -> None:
    assert keras_api.outcome("keras.layers.Dense", "unit") == Outcome(
        "raises", "Unrecognized keyword arguments passed to Dense: {'unit': ...}"
    )
    assert keras_api.outcome("keras.Model.compile", "metric") == Outcome(
        "raises", "compile() got an unexpected keyword argument 'metric'"
    )
    assert keras_api.outcome("keras.callbacks.LambdaCallback", "anything") is None
    assert keras_api.outcome("keras.layers.Merge", "mode") is None
