"""What the rules on first weights, gates, windows and wiring rely on, asked of Keras itself."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
from kerlint.rules import ker518_mask_destroyed

keras = pytest.importorskip("keras", minversion="3")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")
layers = keras.layers

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="facts about TensorFlow"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.usefixtures("eager"),
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


# -- KER202 ----------------------------------------------------------------------------------------

ZERO_AT_ZERO = [
    "linear",
    "tanh",
    "elu",
    "selu",
    "gelu",
    "silu",
    "leaky_relu",
    "softsign",
    "mish",
    "hard_tanh",
]


def after_zeros(*parts, activation="tanh"):
    first = layers.Dense(8, activation=activation, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((6,)), first, *parts])
    found = largest_gradients(model)
    own = {weight.path for weight in first.trainable_variables}
    return max(value for path, value in found.items() if path in own)


@pytest.mark.parametrize("activation", ZERO_AT_ZERO)
def test_a_relu_that_sees_zeros_only_stops_every_gradient(activation: str) -> None:
    parts = [layers.Dense(8, activation="relu"), layers.Dense(1)]
    assert after_zeros(*parts, activation=activation) == 0.0


def test_zeros_stay_zeros_through_kernels_and_normalizations() -> None:
    for middle in (
        layers.Dense(8, "tanh"),
        layers.BatchNormalization(),
        layers.LayerNormalization(),
    ):
        assert after_zeros(middle, layers.Dense(8, "relu"), layers.Dense(1)) == 0.0
    last = layers.Dense(1, kernel_initializer="zeros")
    assert after_zeros(layers.Dense(8, "tanh"), last) == 0.0


def test_a_sigmoid_or_a_bias_lets_the_gradient_pass() -> None:
    relu = layers.Dense(8, "relu", bias_initializer="ones")
    assert after_zeros(relu, layers.Dense(1)) > 0.0
    assert after_zeros(layers.Dense(8, "relu"), layers.Dense(1), activation="sigmoid") > 0.0
    assert after_zeros(layers.Dense(8, "tanh"), layers.Dense(1)) > 0.0


# -- KER203, KER204 --------------------------------------------------------------------------------


def apart(merge, drawn):
    """How far two branches are apart after some training."""
    left, right = (layers.Dense(4, kernel_initializer=each) for each in drawn)
    inputs = keras.Input((6,))
    outputs = layers.Dense(1)(merge([left(inputs), right(inputs)]))
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="adam", loss="mse", jit_compile=False)
    model.fit(noise(64, 6), noise(64, 1), epochs=2, verbose=0)
    return float(np.abs(np.asarray(left.kernel) - np.asarray(right.kernel)).max())


def test_branches_that_start_equal_stay_equal_if_they_are_added() -> None:
    shared = keras.initializers.HeNormal()
    seeded = [keras.initializers.HeNormal(seed=3) for _ in range(2)]
    for merge in (layers.Add(), layers.Average(), layers.Multiply()):
        assert apart(merge, [shared, shared]) == 0.0
        assert apart(merge, seeded) == 0.0


def test_other_branches_become_different() -> None:
    shared = keras.initializers.HeNormal()
    for merge in (layers.Concatenate(), layers.Subtract(), layers.Maximum()):
        assert apart(merge, [shared, shared]) > 0.0
    assert apart(layers.Add(), ["he_normal", "he_normal"]) > 0.0
    seeds = keras.initializers.HeNormal(seed=keras.random.SeedGenerator(1))
    assert apart(layers.Add(), [seeds, seeds]) > 0.0


# -- KER518 ----------------------------------------------------------------------------------------

MADE = {
    "Activation": ("relu",),
    "AveragePooling1D": (2,),
    "Conv1D": (4, 3),
    "Conv1DTranspose": (4, 3),
    "Dense": (4,),
    "DepthwiseConv1D": (3,),
    "EinsumDense": ("abc,cd->abd", (None, 4)),
    "Lambda": (lambda x: x,),
    "Permute": ((2, 1),),
    "Reshape": ((-1, 4),),
    "SeparableConv1D": (4, 3),
    **dict.fromkeys(("Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D"), (0.2,)),
}


def mask_after(name):
    embedded = layers.Embedding(10, 8, mask_zero=True)(keras.Input((6,)))
    made = getattr(layers, name)(*MADE.get(name, ()))
    return getattr(made(embedded), "_keras_mask", None)


@pytest.mark.parametrize("name", sorted(ker518_mask_destroyed.PASSING))
def test_a_layer_passes_the_mask_on(name: str) -> None:
    assert mask_after(name) is not None


@pytest.mark.parametrize("name", sorted(ker518_mask_destroyed.DROPPING))
def test_a_layer_drops_the_mask(name: str) -> None:
    assert mask_after(name) is None


# -- KER519, KER524 --------------------------------------------------------------------------------


def stateful(*given):
    stack = [*given, layers.LSTM(4, stateful=True), layers.Dense(1)]
    model = keras.Sequential(stack)
    model.compile(optimizer="adam", loss="mse", jit_compile=False)
    return model


@pytest.mark.slow
def test_a_stateful_layer_needs_a_batch_size_and_whole_batches() -> None:
    with pytest.raises(ValueError, match="batch size must be static"):
        stateful(keras.Input((5, 2)))
    model = stateful(keras.Input((5, 2), batch_size=5))
    model.fit(noise(10, 5, 2), noise(10, 1), batch_size=5, verbose=0)
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
        model.fit(noise(12, 5, 2), noise(12, 1), batch_size=5, verbose=0)
    stateful().fit(noise(10, 5, 2), noise(10, 1), batch_size=5, verbose=0)


def test_over_one_step_the_recurrent_kernel_does_not_change() -> None:
    model = keras.Sequential([keras.Input((1, 6)), layers.LSTM(4), layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse", jit_compile=False)
    before = np.asarray(model.layers[0].cell.recurrent_kernel).copy()
    model.fit(noise(32, 1, 6), noise(32, 1), epochs=3, verbose=0)
    assert np.array_equal(before, np.asarray(model.layers[0].cell.recurrent_kernel))
