"""What the rules on first weights, gates, windows and wiring rely on, asked of Keras itself."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras", minversion="3")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")
layers = keras.layers

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="facts about TensorFlow"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(autouse=True)
def one_start() -> None:
    """Every test begins with the same random numbers, alone or among others."""
    keras.utils.set_random_seed(1)


def noise(*shape):
    return np.random.default_rng(0).standard_normal(shape).astype("float32")


def largest_gradients(model, features=6, steps=3):
    """The largest gradient of each kernel over some steps, by the number of the layer."""
    x, y = noise(64, features), noise(64, 1)
    optimizer = keras.optimizers.SGD(0.1)
    weights = model.trainable_variables
    found = [0.0] * len(weights)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, weights)
        found = [max(old, float(tf.reduce_max(tf.abs(g)))) for old, g in zip(found, gradients)]
        optimizer.apply_gradients(zip(gradients, weights))
    return {weight.path: value for weight, value in zip(weights, found)}


# -- KER513, KER514 --------------------------------------------------------------------------------


def test_a_multiplied_list_has_one_layer() -> None:
    model = keras.Sequential([keras.Input((8,)), *[layers.Dense(8)] * 3])
    assert model.count_params() == 72
    cells = layers.RNN([layers.LSTMCell(8)] * 3)
    cells.build((None, 5, 8))
    assert cells.count_params() == 544


def test_a_layer_whose_output_goes_nowhere_is_not_in_the_model() -> None:
    inputs = keras.Input((8,))
    layers.Dense(50, name="loose")(inputs)
    model = keras.Model(inputs, layers.Dense(1)(inputs))
    assert "loose" not in [layer.name for layer in model.layers]


# -- KER302, KER304, KER306 ------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["sigmoid", "hard_sigmoid"])
def test_six_sigmoid_layers_let_hardly_any_gradient_through(activation: str) -> None:
    stack = [layers.Dense(16, activation=activation) for _ in range(6)]
    model = keras.Sequential([keras.Input((6,)), *stack, layers.Dense(1)])
    found = list(largest_gradients(model, steps=1).values())
    assert found[0] < 1e-3 * found[-2]


def test_a_hidden_softmax_hides_the_differences_between_samples() -> None:
    x = noise(256, 20)
    of = {
        word: np.asarray(layers.Dense(64, activation=word)(x)).std(axis=0).mean()
        for word in ("softmax", "relu")
    }
    assert of["softmax"] < of["relu"] / 10


def test_lstm_state_grows_with_relu_gates_only() -> None:
    def largest(gate: str, steps: int) -> float:
        keras.utils.set_random_seed(1)
        layer = layers.LSTM(32, recurrent_activation=gate, return_state=True)
        return float(np.abs(layer(noise(16, steps, 8))[2]).max())

    assert largest("sigmoid", 200) < 2
    for gate in ("relu", "elu", "linear", "softplus"):
        assert largest(gate, 50) > 10, gate


# -- KER507 ----------------------------------------------------------------------------------------


def read_share(layer, side=32):
    """How much of an image has a gradient."""
    x = tf.Variable(noise(1, side, side, 1))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(layer(x))
    return float(np.mean(tape.gradient(total, x).numpy() != 0))


def test_a_stride_over_the_window_leaves_positions_out() -> None:
    assert read_share(layers.Conv2D(1, 3, strides=5)) < 0.4
    assert read_share(layers.AveragePooling2D(2, strides=3)) < 0.5
    assert read_share(layers.Conv2D(1, 4, strides=4)) == 1.0


# -- KER205, KER206 --------------------------------------------------------------------------------


def spread_of(layer):
    """How large the output of a layer is for inputs of N(0, 1)."""
    return float(np.asarray(layer(noise(256, 64))).std())


def test_values_grow_with_the_number_of_inputs_unless_the_initializer_takes_it_into_account() -> (
    None
):
    normal = keras.initializers.RandomNormal(stddev=1.0)
    uniform = keras.initializers.RandomUniform(-1.0, 1.0)
    assert spread_of(layers.Dense(32, kernel_initializer=normal)) == pytest.approx(8, rel=0.1)
    assert spread_of(layers.Dense(32, kernel_initializer=uniform)) == pytest.approx(4.6, rel=0.1)
    assert spread_of(layers.Dense(32, kernel_initializer="he_normal")) < 2


def test_initializers_without_arguments_are_small() -> None:
    for made in (keras.initializers.RandomNormal(), keras.initializers.TruncatedNormal()):
        assert made.stddev == 0.05
    uniform = keras.initializers.RandomUniform()
    assert (uniform.minval, uniform.maxval) == (-0.05, 0.05)


def test_two_small_layers_hide_the_input() -> None:
    small = keras.initializers.RandomNormal(stddev=1e-4, seed=1)
    stack = [layers.Dense(16, activation="relu", kernel_initializer=small) for _ in range(3)]
    model = keras.Sequential([keras.Input((6,)), *stack])
    assert float(np.asarray(model(noise(64, 6))).max()) < 1e-8
