"""What the rules about dropout and normalization rely on, asked of the installed Keras itself."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="facts about TensorFlow"),
    pytest.mark.filterwarnings("ignore"),
]

layers = keras.layers
X = np.random.default_rng(0).standard_normal((256, 8)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


def stack(*parts, shape=(8,)):
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input(shape), *parts])


def gradients(model, x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    return tape.gradient(loss, model.trainable_variables)


def test_dropout_at_the_end_takes_predictions_away_in_training_only():
    model = stack(layers.Dense(1), layers.Dropout(0.5))
    share = float(np.mean(np.asarray(model(X, training=True)) == 0))
    assert 0.4 < share < 0.6
    assert not (np.asarray(model(X, training=False)) == 0).any()


@pytest.mark.parametrize(
    "norm", [layers.BatchNormalization, layers.LayerNormalization, layers.UnitNormalization]
)
def test_normalization_after_a_softmax_gives_no_probabilities(norm):
    model = stack(layers.Dense(3, activation="softmax"), norm())
    sums = np.asarray(model(X, training=True)).sum(axis=1)
    assert np.abs(sums - 1).max() > 0.3


def test_axis_1_normalizes_rows():
    images = keras.Input((28, 28, 1))
    rows = layers.Conv2D(16, 3)(images)
    wrong, right = layers.BatchNormalization(axis=1), layers.BatchNormalization()
    wrong(rows), right(rows)
    assert (wrong.gamma.shape[0], right.gamma.shape[0]) == (26, 16)


@pytest.mark.parametrize(
    ("penalty", "outweighs"),
    [
        (keras.regularizers.L2(1.0), True),
        (keras.regularizers.L1(0.1), True),
        (keras.regularizers.L2(0.01), False),
        (keras.regularizers.L1(1e-3), False),
    ],
    ids=["l2 1", "l1 0.1", "l2 0.01", "l1 0.001"],
)
@pytest.mark.parametrize("units", [16, 256])
def test_a_strong_penalty_outweighs_the_loss_of_guessing(penalty, outweighs, units):
    model = stack(layers.Dense(units, kernel_regularizer=penalty), layers.Dense(3))
    share = float(sum(model.losses)) / np.log(3)
    assert (share > 1) if outweighs else (share < 1), share


def test_a_bias_before_batch_normalization_has_no_gradient():
    model = stack(layers.Dense(8), layers.BatchNormalization(), layers.ReLU(), layers.Dense(1))
    kernel, bias, *_ = gradients(model, X, Y[:, None])
    assert np.abs(bias).max() < 1e-4 * np.abs(kernel).max()


def test_dropout_raises_the_variance_that_batch_normalization_remembers():
    model = stack(layers.Dense(64, activation="relu"), layers.Dropout(0.5))
    large = np.random.default_rng(1).standard_normal((4096, 8)).astype("float32")
    variances = [np.var(np.asarray(model(large, training=t)), axis=0).mean() for t in (False, True)]
    assert 0.3 < variances[0] / variances[1] < 0.55


@pytest.mark.parametrize("shape", [(1, 8), (2, 8)], ids=["one sample", "two samples"])
def test_a_batch_of_one_sample_leaves_nothing_but_beta(shape):
    model = stack(layers.Dense(8), layers.BatchNormalization(), layers.Dense(1))
    alone = shape[0] == 1
    kernel, _, _, beta, *_ = gradients(model, X[: shape[0]], np.ones((shape[0], 1)))
    assert bool(np.abs(kernel).max() == 0.0) is alone
    assert np.abs(beta).max() > 0.0
    first, second = (np.asarray(model(X[i : i + 1], training=True)) for i in (0, 1))
    assert (first == second).all()


def test_pixels_are_samples_too():
    images = np.random.default_rng(2).random((1, 8, 8, 3)).astype("float32")
    model = stack(layers.Conv2D(4, 3), layers.BatchNormalization(), shape=(8, 8, 3))
    assert np.abs(gradients(model, images, 1.0)[0]).max() > 0.0


@pytest.mark.parametrize(
    ("epochs", "reached"), [(4, 0.15), pytest.param(100, 0.98, marks=pytest.mark.slow)]
)
def test_averages_need_hundreds_of_steps(epochs, reached):
    """After 16 steps a BatchNormalization predicts with a sixth of the mean."""
    model = stack(layers.BatchNormalization(), layers.Dense(1))
    model.compile("sgd", "mse")
    model.fit(X + 20, Y, epochs=epochs, batch_size=64, verbose=0)
    norm = model.layers[0]
    share = np.asarray(norm.moving_mean) / (X + 20).mean(axis=0)
    assert share == pytest.approx(reached, abs=0.01)


@pytest.mark.parametrize(
    ("policy", "dtype", "expected"),
    [
        ("mixed_float16", None, "float16"),
        ("mixed_float16", "float32", "float32"),
        ("mixed_bfloat16", None, "bfloat16"),
        ("float32", None, "float32"),
    ],
)
def test_the_dtype_of_the_output_is_that_of_the_last_layer(policy, dtype, expected):
    before = keras.mixed_precision.global_policy().name
    keras.mixed_precision.set_global_policy(policy)
    try:
        model = stack(layers.Dense(8), layers.Dense(3, activation="softmax", dtype=dtype))
        assert str(keras.backend.standardize_dtype(model.outputs[0].dtype)) == expected
    finally:
        keras.mixed_precision.set_global_policy(before)


def test_attention_looks_where_the_mask_is_1():
    attention = layers.MultiHeadAttention(num_heads=1, key_dim=4)
    x = np.random.default_rng(3).standard_normal((1, 4, 4)).astype("float32")
    lower = np.tril(np.ones((4, 4), "bool"))
    _, scores = attention(x, x, attention_mask=lower, return_attention_scores=True)
    assert np.triu(np.asarray(scores)[0, 0], 1).max() == 0.0
    _, scores = attention(x, x, attention_mask=~lower, return_attention_scores=True)
    assert np.tril(np.asarray(scores)[0, 0])[1:3].max() == 0.0  # not even itself
