"""What Keras 3 does with labels, callbacks and variables that do not fit the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

np = pytest.importorskip("numpy")
keras = pytest.importorskip("keras", minversion="3.15")
tf = pytest.importorskip("tensorflow")

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def x() -> Any:
    return np.ones((4, 3), "float32")


@pytest.fixture
def y() -> Any:
    return np.ones((4, 1), "float32")


def functional(outputs: Callable[[Any], object], loss: object) -> Any:
    given = keras.Input((3,))
    model = keras.Model(given, outputs(keras.layers.Dense(1, name="size")(given)))
    model.compile("sgd", loss)
    return model


def sequential(loss: object, metrics: list[Any] | None = None) -> Any:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, name="size")])
    model.compile("sgd", loss, metrics=metrics)
    return model


# -- labels and losses of one output (KER145) -----------------------------------------------------


@pytest.mark.parametrize("loss", ["mse", {"size": "mse"}])
@pytest.mark.parametrize("outputs", [lambda t: t, lambda t: [t]])
def test_labels_in_a_dictionary_do_not_fit_one_output(outputs, loss, x, y) -> None:
    with pytest.raises(TypeError, match="Expected float32"):
        functional(outputs, loss).fit(x, {"size": y}, verbose=0)
    functional(outputs, loss).fit(x, y, verbose=0)


def test_labels_in_a_dictionary_fit_outputs_in_one(x, y) -> None:
    functional(lambda t: {"size": t}, "mse").fit(x, {"size": y}, verbose=0)
    with pytest.raises(TypeError, match="Expected float32"):
        functional(lambda t: {"other": t}, "mse").fit(x, {"size": y}, verbose=0)


def test_losses_by_another_name(x, y) -> None:
    with pytest.raises(ValueError, match="Expected keys"):
        functional(lambda t: t, {"other": "mse"}).fit(x, y, verbose=0)
    with pytest.raises(KeyError, match="can't be found"):
        functional(lambda t: {"size": t}, {"other": "mse"}).fit(x, y, verbose=0)
    with pytest.raises(TypeError):
        sequential({"size": "mse"}).fit(x, y, verbose=0)


@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_a_loss_needs_labels(method: str, x) -> None:
    with pytest.raises(ValueError, match="None values not supported"):
        getattr(sequential("mse"), method)(x, verbose=0)


# -- metrics that do not say which way is better (KER803) -----------------------------------------


def own(y_true, y_pred):
    return keras.ops.mean(y_pred)


@pytest.mark.parametrize("name", ["EarlyStopping", "ReduceLROnPlateau"])
def test_a_function_as_metric_needs_a_mode(name: str, x, y) -> None:
    callback = getattr(keras.callbacks, name)
    data = {"validation_data": (x, y), "verbose": 0}
    with pytest.raises(ValueError, match="automatically determine"):
        sequential("mse", [own]).fit(x, y, callbacks=[callback("val_own")], **data)
    sequential("mse", [own]).fit(x, y, callbacks=[callback("val_own", mode="max")], **data)
    sequential("mse", ["mae"]).fit(x, y, callbacks=[callback("val_mae")], **data)


# -- variables that Keras does not see (KER918) ---------------------------------------------------


@pytest.mark.parametrize("seen", [False, True])
def test_only_variables_of_keras_are_trained(seen: bool, x, y) -> None:
    class Scale(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.gain = keras.Variable(0.5) if seen else tf.Variable(0.5)

        def call(self, given):
            return given * self.gain

    layer = Scale()
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, 9 * y, verbose=0)
    assert (float(layer.gain.numpy()) != 0.5) is seen
    assert len(layer.trainable_variables) == seen


# -- weights and losses of the user (KER913) ------------------------------------------------------


def test_a_loss_is_never_given_sample_weights(x, y) -> None:
    told: list[object] = []

    def loss(y_true, y_pred, sample_weight=None):
        told.append(sample_weight)
        return keras.ops.mean(y_true - y_pred, axis=-1)

    sequential(loss).fit(x, y, sample_weight=np.ones(4), verbose=0)
    assert told
    assert all(weight is None for weight in told)


# -- added losses (KER935) ------------------------------------------------------------------------


@pytest.mark.parametrize(("axis", "expected"), [(1, 4.0), (None, 1.0)])
def test_an_added_loss_of_each_sample_is_summed(axis: int | None, expected: float, x) -> None:
    class Penalty(keras.layers.Layer):
        def call(self, given):
            self.add_loss(keras.ops.mean(0 * given + 1, axis=axis))
            return given

    model = keras.Sequential([keras.Input((3,)), Penalty(), keras.layers.Dense(3, "linear")])
    model.compile("sgd", lambda y_true, y_pred: 0.0 * keras.ops.mean(y_pred, axis=-1))
    assert model.evaluate(x, x, verbose=0) == expected


# -- functions that a dataset maps (KER734) -------------------------------------------------------


def test_a_mapped_function_draws_its_numbers_once() -> None:
    rows = tf.data.Dataset.from_tensor_slices(np.zeros(32, "float32"))
    once = {float(value) for value in rows.map(lambda row: row + np.random.uniform())}
    each = {float(value) for value in rows.map(lambda row: row + tf.random.uniform(()))}
    assert len(once) == 1
    assert len(each) > 1
