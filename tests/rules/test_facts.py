"""What the rules on heads, metrics and first weights rely on, asked of the installed Keras."""

from __future__ import annotations

import pytest

keras = pytest.importorskip("keras", minversion="3")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")
layers = keras.layers

pytestmark = pytest.mark.tensorflow

INPUTS = 4
UNITS = 8


@pytest.fixture(autouse=True)
def one_start():
    """Every test begins with the same random numbers, alone or among others."""
    keras.utils.set_random_seed(1)


def points(rows=64):
    return np.random.default_rng(0).normal(size=(rows, INPUTS)).astype("float32")


def numbers(outputs=1):
    """Targets that depend on the points in a way that is neither constant nor linear."""
    x = points()
    columns = [np.sin((k + 1) * x[:, k % INPUTS]) + x[:, 0] for k in range(outputs)]
    return np.stack(columns, axis=1).astype("float32")


def stack(*parts):
    return keras.Sequential([keras.Input((INPUTS,)), *parts])


def gradients(model, loss="mse", run_eagerly=True):
    """Every gradient of a model on the points, by the path of the weight."""
    measure = keras.losses.get(loss)
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(measure(numbers(model.output_shape[-1]), model(points())))
    found = tape.gradient(value, [v.value for v in model.trainable_variables])
    return {
        variable.path: np.zeros(variable.shape) if gradient is None else gradient.numpy()
        for variable, gradient in zip(model.trainable_variables, found)
    }


def values(variable):
    return keras.ops.convert_to_numpy(variable).copy()


def of(layer, found):
    """The gradient of a layer's kernel: one column for each unit."""
    return found[layer.kernel.path]


def trained(model, steps=3):
    """The model after a few steps of plain gradient descent."""
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse", run_eagerly=True)
    for _ in range(steps):
        model.train_on_batch(points(), numbers(model.output_shape[-1]))
    return model


def spread(columns):
    """How far apart the units are: 0 when all columns are equal."""
    return float(np.ptp(columns, axis=-1).max())


# -- softmax over one unit (KER101) ---------------------------------------------------------------


def assert_one(outputs):
    """All the same, and 1 (compiled for some processors: 1 less the last bit)."""
    assert np.ptp(outputs) == 0
    assert outputs.flat[0] == pytest.approx(1.0, abs=1e-6)


def largest(found):
    return max(np.abs(gradient).max() for gradient in found.values())


@pytest.mark.parametrize(
    "head",
    [
        [layers.Dense(1, activation="softmax")],
        [layers.Dense(1), layers.Activation("softmax")],
        [layers.Dense(1), layers.Softmax()],
    ],
    ids=["argument", "Activation", "Softmax"],
)
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
def test_softmax_over_one_unit_is_one_and_passes_no_gradient(head):
    model = stack(layers.Dense(UNITS, activation="tanh"), *head)
    assert_one(model.predict(points(), verbose=0))
    linear = stack(layers.Dense(UNITS, activation="tanh"), layers.Dense(1))
    assert largest(gradients(model)) < 1e-6 * largest(gradients(linear))


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
def test_binary_crossentropy_trains_through_it_and_the_output_stays_one():
    model = stack(layers.Dense(1, activation="softmax"))
    yes = (points()[:, :1] > 0).astype("float32")
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss="binary_crossentropy", run_eagerly=True)
    before = values(model.layers[0].kernel)
    model.train_on_batch(points(), yes)
    if keras.backend.backend() == "tensorflow":
        assert (values(model.layers[0].kernel) != before).any()
    assert_one(model.predict(points(), verbose=0))


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
def test_softmax_over_another_axis_of_a_column_shares_out():
    scores = np.array([[[0.0], [1.0], [3.0]]], dtype="float32")
    over_time = keras.ops.convert_to_numpy(layers.Softmax(axis=1)(scores))
    assert 0 < over_time[0, 0, 0] < over_time[0, 2, 0] < 1
    assert_one(keras.ops.convert_to_numpy(layers.Softmax()(scores)))
    assert_one(keras.ops.convert_to_numpy(layers.Activation("softmax")(scores)))


# -- kernels of zeros (KER202) --------------------------------------------------------------------


@pytest.mark.parametrize(
    "middle",
    [
        [layers.Activation("relu")],
        [layers.ReLU()],
        [layers.Activation("relu6")],
        [layers.BatchNormalization(), layers.Activation("relu")],
        [layers.Dropout(0.5, seed=1), layers.Activation("relu")],
    ],
    ids=["relu", "ReLU", "relu6", "BatchNormalization", "Dropout"],
)
def test_zeros_in_front_of_relu_are_dead(middle):
    hidden = layers.Dense(UNITS, kernel_initializer="zeros")
    model = stack(hidden, *middle, layers.Dense(1))
    assert (of(hidden, gradients(model)) == 0).all()
    trained(model)
    assert (values(hidden.kernel) == 0).all()
    assert (values(hidden.bias) == 0).all()


@pytest.mark.parametrize(
    "middle",
    [
        [layers.Activation(name)]
        for name in ("tanh", "sigmoid", "gelu", "silu", "elu", "leaky_relu", "softplus")
    ]
    + [
        [layers.LeakyReLU()],
        [layers.ReLU(negative_slope=0.1)],
        [layers.BatchNormalization(beta_initializer="ones"), layers.ReLU()],
    ],
    ids=lambda middle: "-".join(getattr(m, "name", str(m)) for m in middle),
)
def test_zeros_in_front_of_others_are_alive(middle):
    hidden = layers.Dense(UNITS, kernel_initializer="zeros")
    trained(stack(hidden, *middle, layers.Dense(1)))
    moved = values(hidden.kernel)
    assert (moved != 0).any()
    assert spread(moved) > 0


def test_a_bias_above_zero_opens_the_relu_and_one_below_does_not():
    for bias, alive in (("ones", True), (keras.initializers.Constant(-0.1), False)):
        hidden = layers.Dense(
            UNITS, activation="relu", kernel_initializer="zeros", bias_initializer=bias
        )
        found = of(hidden, gradients(stack(hidden, layers.Dense(1))))
        assert (found != 0).any() == alive


def test_an_output_of_zeros_learns_and_so_does_what_is_in_front_of_it():
    hidden = layers.Dense(UNITS, activation="relu")
    output = layers.Dense(1, kernel_initializer="zeros")
    model = stack(hidden, output)
    start = values(hidden.kernel)
    trained(model)
    assert (values(output.kernel) != 0).any()
    assert (values(hidden.kernel) != start).any()


# -- constant kernels (KER201) --------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
@pytest.mark.parametrize("start", ["ones", keras.initializers.Constant(0.3)], ids=["1", "0.3"])
def test_constant_kernels_one_after_the_other_keep_all_units_equal(activation, start):
    hidden = layers.Dense(UNITS, activation=activation, kernel_initializer=start)
    model = trained(stack(hidden, layers.Dense(1, kernel_initializer=start)))
    assert spread(of(hidden, gradients(model))) == 0
    assert spread(values(hidden.kernel)) == 0


def test_zeros_and_tanh_with_an_output_of_zeros_stay_equal():
    hidden = layers.Dense(UNITS, activation="tanh", kernel_initializer="zeros")
    trained(stack(hidden, layers.Dense(1, kernel_initializer="zeros")))
    assert spread(values(hidden.kernel)) == 0


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_random_layer_behind_tells_the_units_apart(activation):
    hidden = layers.Dense(UNITS, activation=activation, kernel_initializer="ones")
    model = stack(hidden, layers.Dense(1))
    assert spread(of(hidden, gradients(model))) > 0.01


def test_dropout_between_tells_the_units_apart():
    hidden = layers.Dense(UNITS, activation="tanh", kernel_initializer="ones")
    model = stack(hidden, layers.Dropout(0.5), layers.Dense(1, kernel_initializer="ones"))
    assert spread(values(trained(model).layers[0].kernel)) > 0


@pytest.mark.parametrize("kind", [layers.LSTM, layers.GRU, layers.SimpleRNN])
@pytest.mark.parametrize("both", [True, False], ids=["both kernels", "one kernel"])
def test_a_recurrent_layer_needs_both_kernels_constant(kind, both):
    again = {"recurrent_initializer": "ones"} if both else {}
    hidden = kind(3, kernel_initializer="ones", **again)
    output = layers.Dense(1, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((5, 2)), hidden, output])
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 5, 2)), rng.normal(size=(16, 1))
    model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mse", run_eagerly=True)
    for _ in range(2):
        model.train_on_batch(0.1 * x, y)
    kernel = values(hidden.cell.kernel)
    gates = kernel.shape[1] // 3
    apart = max(spread(kernel[:, 3 * g : 3 * g + 3]) for g in range(gates))
    assert (apart == 0) == both


# -- accuracy (KER126) ----------------------------------------------------------------------------


def accuracy(outputs, truth, guess):
    """What ``"accuracy"`` says under mse for given predictions."""
    model = keras.Sequential([keras.Input((outputs,)), layers.Identity()])
    model.compile(optimizer="sgd", loss="mse", metrics=["accuracy"], run_eagerly=True)
    return model.evaluate(np.array(guess), np.array(truth), verbose=0, return_dict=True)["accuracy"]


def test_accuracy_of_one_number_counts_sides_of_one_half():
    truth = np.array([[0.0], [1.0], [0.0], [1.0]])
    assert accuracy(1, truth, [[-7.0], [0.6], [0.4], [0.4]]) == 0.75
    # Numbers that are predicted perfectly, and score nothing.
    stars = np.array([[2.0], [3.0], [4.0], [5.0]])
    assert accuracy(1, stars, stars) == 0.0


def test_accuracy_of_three_numbers_compares_the_largest():
    truth = [[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]
    assert accuracy(3, truth, [[0.0, 0.0, 100.0], [0.0, -1.0, -2.0]]) == 1.0
    assert accuracy(3, truth, [[1.0, 3.1, 3.0], [3.0, 2.0, 3.1]]) == 0.0


@pytest.mark.parametrize(
    ("outputs", "name"), [(1, "BinaryAccuracy"), (3, "CategoricalAccuracy")], ids=["1", "3"]
)
def test_which_metric_accuracy_becomes(outputs, name):
    from keras.src.trainers.compile_utils import get_metric

    truth, guess = np.zeros((4, outputs)), np.zeros((4, outputs))
    assert type(get_metric("accuracy", truth, guess)).__name__ == name


# -- a bounded output (KER114) --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [("sigmoid", 0, 1), ("tanh", -1, 1), ("relu", 0, np.inf), ("hard_sigmoid", 0, 1)],
)
def test_the_range_of_an_output(name, lowest, highest):
    steps = np.linspace(-50, 50, 101, dtype="float32")
    given = keras.ops.convert_to_numpy(layers.Activation(name)(steps))
    assert given.min() == pytest.approx(lowest, abs=1e-6)
    assert given.max() == pytest.approx(min(highest, 50), abs=1e-6)


# -- a metric that repeats the loss (KER138) ------------------------------------------------------


def test_a_metric_of_the_same_name_gives_the_same_number():
    model = stack(layers.Dense(1))
    model.compile(optimizer="sgd", loss="mse", metrics=["mse", keras.metrics.MeanSquaredError()])
    found = model.evaluate(points(), numbers(), verbose=0)
    assert found[1] == pytest.approx(found[0])
    assert found[2] == pytest.approx(found[0])
