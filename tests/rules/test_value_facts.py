"""What the rules about values of arguments rely on, asked of the installed Keras itself."""

from __future__ import annotations

import os
import warnings

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

from kerlint import keras_api  # noqa: E402
from kerlint.rules.dropout import RATES  # noqa: E402
from kerlint.rules.ker605_decay_rate_of_averages import OUTCOMES  # noqa: E402

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="facts about TensorFlow"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.usefixtures("eager"),
]

layers, optimizers = keras.layers, keras.optimizers
X = np.random.default_rng(0).standard_normal((32, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def model():
    keras.utils.set_random_seed(1)
    made = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
    made.add(layers.Dense(1))
    return made


def losses(optimizer, steps=6):
    made = model()
    made.compile(optimizer, "mse")
    return [float(made.train_on_batch(X, Y)) for _ in range(steps)]


def fitted(**args):
    made = model()
    made.compile("sgd", "mse")
    history = made.fit(X, Y, **{"batch_size": 8, "verbose": 0, **args})
    return int(made.optimizer.iterations), history.history


# -- dropout --------------------------------------------------------------------------------------

DROPPING = [name for name, words in RATES.items() if words == ("rate",)]


def dropped(name, rate):
    sizes = {"SpatialDropout2D": (2, 4, 4, 3), "SpatialDropout3D": (2, 4, 4, 4, 3)}
    last = name.rpartition(".")[2]
    inputs = np.ones(sizes.get(last, (2, 4, 3)), "float32")
    return keras.ops.convert_to_numpy(getattr(layers, last)(rate)(inputs, training=True))


@pytest.mark.parametrize("name", DROPPING)
@pytest.mark.parametrize("rate", [1.5, 50, -0.1, -1])
def test_a_rate_that_is_no_share_raises(name, rate):
    with pytest.raises(ValueError, match="rate"):
        dropped(name, rate)


@pytest.mark.parametrize("name", DROPPING)
def test_a_rate_of_one(name):
    """Nothing is left, or the noise is infinite."""
    if name.endswith(("GaussianDropout", "AlphaDropout")):
        with pytest.raises(ZeroDivisionError):
            dropped(name, 1.0)
    else:
        assert not dropped(name, 1.0).any()


@pytest.mark.parametrize("name", DROPPING)
def test_a_rate_in_quotes_raises(name):
    with pytest.raises(TypeError):
        dropped(name, "0.5")


@pytest.mark.parametrize("name", [n for n, words in RATES.items() if len(words) == 2])
@pytest.mark.parametrize("word", ["dropout", "recurrent_dropout"])
def test_recurrent_layers_take_any_rate(name, word):
    """They cut it off at 0 and at 1."""
    made = getattr(layers, name.rpartition(".")[2])
    size = {"kernel_size": 3} if "Conv" in name else {}
    assert getattr(made(4, **size, **{word: 20}), word) == 1.0
    assert getattr(made(4, **size, **{word: -0.5}), word) == 0.0


@pytest.mark.parametrize("part", ["regularizer", "constraint", "initializer"])
@pytest.mark.parametrize("value", [0.01, 1, 0])
def test_a_number_is_no_regularizer(part, value):
    with pytest.raises(ValueError, match=f"Could not interpret {part} identifier"):
        layers.Dense(4, **{f"kernel_{part}": value})


# -- optimizers -----------------------------------------------------------------------------------


def optimizer_of(kind):
    names = (name for name in dir(optimizers) if name.lower() == kind)
    return getattr(optimizers, next(names))


@pytest.mark.parametrize(("kind", "name"), OUTCOMES)
@pytest.mark.parametrize(("place", "value"), enumerate([-0.5, 1.0, 1.5]))
def test_decay_rates(kind, name, place, value):
    expected = OUTCOMES[kind, name][place]
    if expected == "an error":
        with pytest.raises(ValueError, match=name):
            optimizer_of(kind)(**{name: value})
        return
    found = losses(optimizer_of(kind)(**{name: value}))
    if expected == "the loss becomes NaN":
        assert not np.isfinite(found[-1])
    elif expected == "the weights never change":
        assert found[-1] == pytest.approx(found[0], rel=1e-3)
    elif expected == "training diverges":
        assert not found[-1] < 10 * found[0]
    else:
        assert np.isfinite(found[-1])


@pytest.mark.parametrize("value", [9, 1.5, -0.1])
def test_momentum(value):
    with pytest.raises(ValueError, match="momentum"):
        optimizers.SGD(momentum=value)
    assert optimizers.SGD(momentum=1.0).momentum == 1.0
    if value > 1:
        assert not losses(optimizers.RMSprop(momentum=value), 60)[-1] < 1e3
    else:
        assert losses(optimizers.RMSprop(momentum=value)) == losses(optimizers.RMSprop())


KINDS = [
    name.rpartition(".")[2]
    for name in ("keras.optimizers." + word for word in dir(optimizers))
    if keras_api.kind_of(name) is not None
]


@pytest.mark.parametrize("name", KINDS)
def test_learning_rates(name):
    """Integers and texts raise an error; 0 changes nothing."""
    made = getattr(optimizers, name)
    for value in (1, 0, "0.1", True):
        with pytest.raises(ValueError, match="should be float"):
            made(learning_rate=value)
    made(learning_rate=-0.001)
    if name in ("Adam", "SGD", "RMSprop"):
        found = losses(made(learning_rate=0.0))
        assert found[0] == found[-1]


@pytest.mark.parametrize("name", ["Adam", "SGD", "RMSprop", "Nadam", "AdamW"])
def test_a_negative_rate_goes_up(name):
    found = losses(getattr(optimizers, name)(learning_rate=-0.001))
    assert found[-1] > found[0]


# -- fit ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("validation_split", value) for value in (1, 1.0, "0.2")],
        *[("batch_size", value) for value in (-1, 8.0, 0.5, "8")],
        *[("epochs", value) for value in (1.5, 2.0, "2")],
        *[("steps_per_epoch", value) for value in (2.0, 1.5, "2")],
    ],
)
def test_values_that_raise(name, value):
    with pytest.raises((TypeError, ValueError)):
        fitted(**{name: value})


def test_values_that_are_accepted():
    assert fitted(batch_size=0)[0] == fitted(batch_size=None)[0] == 1
    assert fitted(epochs=0) == (0, {})
    assert fitted(epochs=-1) == (0, {})
    assert "loss" not in fitted(validation_split=20)[1]
    assert "val_loss" not in fitted(validation_split=-0.2)[1]
    assert fitted(steps_per_epoch=0)[0] == 4


@pytest.mark.parametrize("factor", [1, 1.0, 2.0])
def test_the_factor_of_a_plateau(factor):
    with pytest.raises(ValueError, match="does not support a factor"):
        keras.callbacks.ReduceLROnPlateau(factor=factor)


@pytest.mark.parametrize("name", ["EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"])
@pytest.mark.parametrize("mode", ["minimum", "MAX"])
def test_an_unknown_mode(name, mode):
    made = getattr(keras.callbacks, name)
    args = {"filepath": "best.keras"} if name == "ModelCheckpoint" else {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made(mode=mode, **args)
    assert any("is unknown, fallback to auto mode" in str(each.message) for each in caught)
