"""What the rules about callbacks, freezing and saving rely on, asked of the installed Keras."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="facts about TensorFlow"),
    pytest.mark.filterwarnings("ignore"),
]

layers, callbacks = keras.layers, keras.callbacks
X = np.random.default_rng(0).standard_normal((32, 8)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def model(**settings):
    made = keras.Sequential(
        [keras.Input((8,)), layers.Dense(4, "relu"), layers.Dense(1, "sigmoid")]
    )
    made.compile("adam", "binary_crossentropy", **settings)
    return made


def moved(part, action):
    """The largest change of a weight of a part."""
    before = [np.array(weight) for weight in part.get_weights()]
    action()
    return max(float(abs(a - b).max()) for a, b in zip(before, part.get_weights()))


# -- what is logged -------------------------------------------------------------------------------


def largest(y_true, y_pred):
    return keras.ops.max(keras.ops.abs(y_true - y_pred))


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("acc", "acc"),
        ("mse", "mse"),
        ("AUC", "AUC"),
        (keras.metrics.AUC(), "auc"),
        (keras.metrics.AUC(name="area"), "area"),
        (keras.metrics.RootMeanSquaredError(), "root_mean_squared_error"),
        (keras.metrics.mean_squared_error, "mean_squared_error"),
        (largest, "largest"),
    ],
)
@pytest.mark.usefixtures("eager")
def test_a_metric_is_logged_under_its_name(metric, name):
    history = model(metrics=[metric]).fit(X, Y, validation_split=0.25, verbose=0).history
    assert set(history) == {"loss", name, "val_loss", f"val_{name}"}


@pytest.mark.parametrize("metrics", [["mae", "mse"], {"a": "mae", "b": "mse"}], ids=str)
@pytest.mark.usefixtures("eager")
def test_several_outputs_put_their_names_first(metrics):
    inputs = keras.Input((8,))
    made = keras.Model(
        inputs, [layers.Dense(1, name="a")(inputs), layers.Dense(1, name="b")(inputs)]
    )
    made.compile("adam", ["mse", "mse"], metrics=metrics)
    history = made.fit(X, [Y, Y], verbose=0).history
    assert set(history) == {"loss", "a_loss", "b_loss", "a_mae", "b_mse"}


WATCHING = [
    lambda **given: callbacks.EarlyStopping(patience=1, **given),
    lambda **given: callbacks.ReduceLROnPlateau(patience=1, **given),
    lambda **given: callbacks.ModelCheckpoint("best.keras", save_best_only=True, **given),
    lambda **given: callbacks.ModelCheckpoint("all.keras", **given),
]


@pytest.mark.parametrize("make", WATCHING)
@pytest.mark.usefixtures("eager")
def test_a_name_that_is_not_logged_raises_without_a_mode(make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="automatically determine"):
        model(metrics=["accuracy"]).fit(
            X, Y, validation_split=0.25, epochs=2, verbose=0, callbacks=[make(monitor="val_acc")]
        )


@pytest.mark.parametrize("make", WATCHING[:3])
@pytest.mark.parametrize("given", [{"monitor": "val_acc", "mode": "max"}, {"monitor": "val_loss"}])
@pytest.mark.usefixtures("eager")
def test_with_a_mode_or_without_validation_keras_only_warns(make, given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = model(metrics=["accuracy"])
        trained = made.fit(X, Y, epochs=4, verbose=0, callbacks=[make(**given)])
    assert len(trained.epoch) == 4
    assert sum("available" in str(each.message) for each in caught) >= 3


@pytest.mark.usefixtures("eager")
def test_the_best_weights_come_back_without_an_early_stop():
    class Worse(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["seen"] = float(epoch)
            self.model.layers[-1].bias.assign([float(epoch)])

    stop = callbacks.EarlyStopping("seen", mode="min", patience=9, restore_best_weights=True)
    made = model()
    made.fit(X, Y, epochs=4, verbose=0, callbacks=[Worse(), stop])
    assert float(made.layers[-1].bias.numpy()[0]) == 0.0


# -- what is trained ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "then", "lost"),
    [
        ("fit", "fit", True),
        ("train_on_batch", "train_on_batch", True),
        ("train_on_batch", "fit", False),
        pytest.param("fit", "train_on_batch", False, marks=pytest.mark.slow),
        pytest.param("evaluate", "fit", False, marks=pytest.mark.slow),
    ],
)
def test_when_freezing_comes_too_late(first, then, lost):
    made = model()
    getattr(made, first)(X, Y)
    made.layers[0].trainable = False
    assert (moved(made.layers[0], lambda: getattr(made, then)(X, Y)) > 0) is lost


def test_unfreezing_comes_too_late_too():
    made = model()
    made.layers[0].trainable = False
    made.fit(X, Y, verbose=0)
    made.layers[0].trainable = True
    assert moved(made.layers[0], lambda: made.fit(X, Y, verbose=0)) == 0
    made.compile("adam", "binary_crossentropy")
    assert moved(made.layers[0], lambda: made.fit(X, Y, verbose=0)) > 0


def test_a_model_that_runs_eagerly_follows_at_once():
    made = model(run_eagerly=True)
    made.fit(X, Y, verbose=0)
    made.layers[0].trainable = False
    assert moved(made.layers[0], lambda: made.fit(X, Y, verbose=0)) == 0


@pytest.mark.parametrize(("before", "learns"), [(False, False), (True, True)])
def test_the_discriminator_of_a_gan(before, learns):
    critic = model()
    if before:
        critic.train_on_batch(X, Y)
    critic.trainable = False
    maker = keras.Sequential([keras.Input((8,)), layers.Dense(8)])
    both = keras.Sequential([keras.Input((8,)), maker, critic])
    both.compile("adam", "binary_crossentropy")
    assert (moved(critic, lambda: critic.train_on_batch(X, Y)) > 0) is learns
    assert moved(critic, lambda: both.train_on_batch(X, Y)) == 0


@pytest.mark.usefixtures("eager")
def test_nothing_to_train_is_only_a_warning():
    made = model()
    made.trainable = False
    with pytest.warns(UserWarning, match="any trainable weights"):
        assert moved(made, lambda: made.fit(X, Y, verbose=0)) == 0


# -- training= ------------------------------------------------------------------------------------


def test_predict_overrides_training():
    inputs = keras.Input((8,))
    hidden = layers.Dropout(0.5)(layers.Dense(32)(inputs), training=True)
    made = keras.Model(inputs, layers.Dense(1)(hidden))

    def spread(call):
        return float(np.std([call() for _ in range(3)], axis=0).max())

    assert spread(lambda: made.predict(X, verbose=0)) < 1e-5
    assert spread(lambda: made(X).numpy()) > 0.01


@pytest.mark.parametrize(("frozen", "updated"), [(False, True), (True, False)])
@pytest.mark.usefixtures("eager")
def test_fit_overrides_training(frozen, updated):
    norm = layers.BatchNormalization()
    base = keras.Sequential([keras.Input((8,)), norm])
    base.trainable = not frozen
    inputs = keras.Input((8,))
    made = keras.Model(inputs, layers.Dense(1)(base(inputs, training=False)))
    made.compile("adam", "mse")
    before = norm.moving_mean.numpy()
    made.fit(X + 5, Y, verbose=0)
    assert bool(abs(norm.moving_mean.numpy() - before).max() > 0) is updated


# -- saving ---------------------------------------------------------------------------------------


class Scale(layers.Layer):
    def call(self, inputs):
        return inputs * 2


def swish(t):
    return t * keras.ops.sigmoid(t)


class Largest(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return largest(y_true, y_pred)


OWN = {
    "layer": (lambda: Scale(), "mae", False),
    "activation": (lambda: layers.Activation(swish), "mae", False),
    "function": (lambda: layers.Dense(4), largest, True),
    "loss": (lambda: layers.Dense(4), Largest(), True),
}


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("end", ["keras", "h5"])
def test_objects_of_the_user_are_not_known(name, end, tmp_path):
    hidden, loss, only_training = OWN[name]
    path = str(tmp_path / f"model.{end}")
    save(hidden(), loss, path)
    with pytest.raises((TypeError, ValueError)):
        keras.models.load_model(path)
    if only_training:
        keras.models.load_model(path, compile=False)
    else:
        with pytest.raises((TypeError, ValueError)):
            keras.models.load_model(path, compile=False)
    known = {"Scale": Scale, "swish": swish, "largest": largest, "Largest": Largest}
    if end == "keras":
        keras.models.load_model(path, custom_objects=known)


@pytest.mark.parametrize("end", ["keras", "h5"])
def test_a_lambda_is_loaded_in_unsafe_mode_only(end, tmp_path):
    path = str(tmp_path / f"model.{end}")
    save(layers.Lambda(lambda t: t * 2), None, path)
    for given in ({}, {"compile": False}, {"custom_objects": {}}):
        with pytest.raises(ValueError, match="lambda"):
            keras.models.load_model(path, **given)
    keras.models.load_model(path, safe_mode=False, compile=False)


def save(hidden, loss, path):
    made = keras.Sequential([keras.Input((8,)), hidden, layers.Dense(1)])
    if loss is not None:
        made.compile("adam", loss)
    made.save(path)
    assert Path(path).is_file()


# -- weights --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("eager")
def test_models_over_the_same_layers_have_the_same_weights():
    inputs = keras.Input((8,))
    values = layers.Dense(2)(inputs)
    first, second = keras.Model(inputs, values), keras.Model(inputs, values)
    second.set_weights(first.get_weights())
    first.compile("adam", "mse")
    assert moved(second, lambda: first.fit(X, Y[:, [0, 0]], verbose=0)) > 0
