"""Facts about training loops in the installed Keras that KER914 to KER917 rely on."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")

pytestmark = pytest.mark.tensorflow


@pytest.fixture(name="model")
def small_model():
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])


X = np.random.default_rng(0).random((16, 4)).astype("float32")
Y = np.eye(3, dtype="float32")[np.arange(16) % 3]


def crossentropy(outputs):
    return keras.losses.CategoricalCrossentropy()(Y, outputs)


def before(model):
    outputs = model(X)
    with tf.GradientTape() as tape:
        loss = crossentropy(outputs)
    return tape, loss


def after(model):
    with tf.GradientTape() as tape:
        outputs = model(X)
    return tape, crossentropy(outputs)


def predicted(model):
    with tf.GradientTape() as tape:
        loss = crossentropy(model.predict(X, verbose=0))
    return tape, loss


def of(change):
    def run(model):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.cast(change(model(X)), "float32"))
        return tape, loss

    return run


CUT = [
    lambda p: p.numpy(),
    lambda p: np.mean(p),
    lambda p: tf.argmax(p, axis=-1),
    lambda p: tf.argsort(p),
    lambda p: tf.round(p),
    lambda p: tf.floor(p),
    lambda p: tf.sign(p),
    lambda p: tf.greater(p, 0.5),
    lambda p: tf.equal(p, 0.5),
]


@pytest.mark.parametrize("run", [before, after, predicted, *map(of, CUT)])
def test_without_a_gradient_the_step_raises(model, run):
    tape, loss = run(model)
    gradients = tape.gradient(loss, model.trainable_variables)
    # The gradient of a rounded value may be 0 in place of None.
    if any(gradient is not None for gradient in gradients):
        assert all(not np.any(gradient) for gradient in gradients)
        return
    with pytest.raises(ValueError, match="No gradients provided"):
        keras.optimizers.Adam().apply_gradients(zip(gradients, model.trainable_variables))


KINDS = {
    "AlphaDropout": {"rate": 0.5},
    "BatchNormalization": {},
    "Dropout": {"rate": 0.5},
    "GaussianDropout": {"rate": 0.5},
    "GaussianNoise": {"stddev": 1.0},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_without_training_is_one_of_inference(kind):
    layer = getattr(keras.layers, kind)(**KINDS[kind])
    model = keras.Sequential([keras.Input((4,)), layer])
    start = [weight.numpy() for weight in model.weights]
    with tf.GradientTape():
        outputs = model(X)
    np.testing.assert_array_equal(outputs, model(X, training=False))
    assert np.abs(outputs - model(X, training=True)).max() > 0.01
    if kind != "BatchNormalization":
        return
    model = keras.Sequential([keras.Input((4,)), keras.layers.BatchNormalization()])
    start = [weight.numpy() for weight in model.weights]
    model(X)
    for one, other in zip(start, model.weights):
        np.testing.assert_array_equal(one, other)


def swapped(name):
    loss = getattr(keras.losses, name)
    probabilities = np.full((16, 3), 0.2, "float32") + 0.4 * np.roll(Y, 1, axis=1)
    one, other = loss(Y, probabilities), loss(probabilities, Y)
    return np.abs(np.mean(one) - np.mean(other))


@pytest.mark.parametrize(
    "name",
    [
        "binary_crossentropy",
        "categorical_crossentropy",
        "categorical_hinge",
        "hinge",
        "kl_divergence",
        "mean_absolute_percentage_error",
        "poisson",
        "squared_hinge",
    ],
)
def test_the_order_of_the_arguments_matters(name):
    assert swapped(name) > 0.01


@pytest.mark.parametrize(
    "name", ["mean_squared_error", "mean_absolute_error", "huber", "log_cosh", "cosine_similarity"]
)
def test_the_order_of_the_arguments_does_not_matter(name):
    assert swapped(name) < 1e-5


def test_classes_in_the_place_of_probabilities_raise(model):
    with pytest.raises(ValueError, match="rank"):
        keras.losses.sparse_categorical_crossentropy(model(X), np.arange(16) % 3)
