"""What the rules on outputs, losses and labels rely on, asked of the installed Keras itself."""

from __future__ import annotations

import math
import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="facts about TensorFlow"),
    pytest.mark.filterwarnings("ignore"),
]

layers, losses = keras.layers, keras.losses
FEATURES, CLASSES, SAMPLES = 4, 3, 64

generator = np.random.default_rng(0)
X = generator.standard_normal((SAMPLES, FEATURES)).astype("float32")
IDS = ((X[:, 0] > 0).astype("int32") + (X[:, 1] > 0)).astype("int32")
ROWS = np.eye(CLASSES, dtype="float32")[IDS]
YES = (IDS > 0).astype("float32")[:, None]


@pytest.fixture(autouse=True)
def one_start() -> None:
    """Every test begins with the same random numbers, alone or among others."""
    keras.utils.set_random_seed(3)


def trained(head, loss, labels, epochs=4, scale=1.0):
    """First loss, last loss and predictions of a one-layer model, always from the same start."""
    model = keras.Sequential([keras.Input((FEATURES,)), *head])
    # Layers draw the seeds of their weights when they are made, which is before this is called.
    start = keras.initializers.GlorotUniform(seed=3)
    for weight in model.trainable_weights:
        if len(weight.shape) == 2:
            weight.assign(scale * start(weight.shape))
    model.compile(optimizer=keras.optimizers.SGD(0.3), loss=loss, jit_compile=False)
    found = model.fit(X, labels, epochs=epochs, batch_size=SAMPLES, verbose=0).history["loss"]
    return found[0], found[-1], np.asarray(model(X, training=False))


def test_one_unit_under_categorical_crossentropy_has_no_loss() -> None:
    for activation in ("sigmoid", "softmax"):
        head = [layers.Dense(1, activation=activation)]
        first, last, _ = trained(head, "categorical_crossentropy", YES)
        assert (first, last) == (0.0, 0.0)


def test_one_unit_under_the_sparse_loss_accepts_label_0_only() -> None:
    head = [layers.Dense(1, activation="sigmoid")]
    with pytest.raises(Exception, match="outside the valid range"):
        trained(head, "sparse_categorical_crossentropy", YES)


def test_linear_outputs_are_clipped_and_learn_worse() -> None:
    loss = "sparse_categorical_crossentropy"
    wrong, _, predicted = trained([layers.Dense(CLASSES)], loss, IDS)
    right, _, _ = trained([layers.Dense(CLASSES, activation="softmax")], loss, IDS)
    assert wrong > 2 * right
    assert predicted.min() < 0


def test_relu_outputs_under_categorical_crossentropy_are_not_a_number() -> None:
    head = [layers.Dense(CLASSES, activation="relu")]
    first, _, _ = trained(head, "categorical_crossentropy", ROWS)
    assert math.isnan(first)


def test_tanh_outputs_start_far_from_guessing() -> None:
    first, _, _ = trained([layers.Dense(1, activation="tanh")], "binary_crossentropy", YES)
    assert first > 2 * math.log(2)


def test_sigmoid_units_train_as_a_softmax_and_predict_otherwise() -> None:
    sigmoid = trained(
        [layers.Dense(CLASSES, activation="sigmoid")], "categorical_crossentropy", ROWS
    )
    softmax = trained(
        [layers.Dense(CLASSES, activation="softmax")], "categorical_crossentropy", ROWS
    )
    assert sigmoid[:2] == pytest.approx(softmax[:2], rel=1e-5)
    assert np.allclose(softmax[2].sum(-1), 1)
    assert abs(sigmoid[2].sum(-1) - 1).max() > 0.1


def test_a_softmax_under_binary_crossentropy_trains_as_sigmoids() -> None:
    softmax = trained([layers.Dense(CLASSES, activation="softmax")], "binary_crossentropy", ROWS)
    sigmoid = trained([layers.Dense(CLASSES, activation="sigmoid")], "binary_crossentropy", ROWS)
    assert softmax[:2] == pytest.approx(sigmoid[:2], rel=1e-5)
    assert np.allclose(softmax[2].sum(-1), 1)


@pytest.mark.parametrize(
    "behind",
    [
        [],
        pytest.param([layers.Dropout(0.0)], marks=pytest.mark.slow),
        [layers.Activation("linear")],
        pytest.param([layers.ActivityRegularization()], marks=pytest.mark.slow),
    ],
    ids=["nothing", "dropout of 0", "linear", "regularizer"],
)
def test_logits_are_found_behind_an_activation(behind) -> None:
    raw = losses.SparseCategoricalCrossentropy(from_logits=True)
    right = trained([layers.Dense(CLASSES)], raw, IDS)
    direct = trained([layers.Dense(CLASSES, activation="softmax"), *behind], raw, IDS)
    assert direct[:2] == pytest.approx(right[:2], rel=1e-5)


@pytest.mark.parametrize(
    "behind",
    [
        [layers.Reshape((CLASSES,))],
        pytest.param([layers.Flatten()], marks=pytest.mark.slow),
        [layers.Dropout(0.5, seed=1)],
        pytest.param([layers.Masking()], marks=pytest.mark.slow),
    ],
    ids=["reshape", "flatten", "dropout", "masking"],
)
def test_other_layers_hide_the_logits(behind) -> None:
    raw = losses.SparseCategoricalCrossentropy(from_logits=True)
    # Large weights set the two far apart: behind a softmax the loss is at most 1.55, or with
    # dropout 2.24.
    right = trained([layers.Dense(CLASSES)], raw, IDS, scale=10)
    hidden = trained([layers.Dense(CLASSES, activation="softmax"), *behind], raw, IDS, scale=10)
    assert hidden[0] < right[0] / 1.5


def test_a_wrapper_hides_the_logits() -> None:
    raw = losses.SparseCategoricalCrossentropy(from_logits=True)

    def first(head):
        model = keras.Sequential([keras.Input((1, FEATURES)), head])
        model.compile(optimizer="sgd", loss=raw)
        return model.fit(X[:, None], IDS[:, None], verbose=0).history["loss"][0]

    start = keras.initializers.GlorotUniform(seed=3)
    right = first(layers.Dense(CLASSES, kernel_initializer=start))
    wrapped = layers.Dense(CLASSES, activation="softmax", kernel_initializer=start)
    hidden = first(layers.TimeDistributed(wrapped))
    assert hidden != pytest.approx(right, rel=1e-2)


def test_a_softmax_of_a_softmax_is_never_sure() -> None:
    sure = np.array([[1.0, 0.0, 0.0]], "float32")
    largest = float(np.max(keras.ops.softmax(sure)))
    assert largest == pytest.approx(math.e / (math.e + 2))
    assert -math.log(largest) == pytest.approx(0.551, abs=1e-3)


def test_labels_below_zero_have_no_floor() -> None:
    head = [layers.Dense(1, activation="sigmoid")]
    _, last, _ = trained(head, "binary_crossentropy", 2 * YES - 1, epochs=12)
    assert last < 0


def test_a_crossentropy_of_labels_between_0_and_1_is_never_negative() -> None:
    head = [layers.Dense(1, activation="sigmoid")]
    _, last, _ = trained(head, "binary_crossentropy", 0.1 + 0.8 * YES, epochs=12)
    assert last > 0


def test_fractions_under_the_sparse_loss_are_all_class_0() -> None:
    head = [layers.Dense(CLASSES, activation="softmax")]
    fractions = trained(head, "sparse_categorical_crossentropy", IDS / 255.0)
    head = [layers.Dense(CLASSES, activation="softmax")]
    zeros = trained(head, "sparse_categorical_crossentropy", np.zeros_like(IDS))
    assert fractions[:2] == pytest.approx(zeros[:2], rel=1e-6)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        ("sparse_categorical_crossentropy", ROWS),
        ("categorical_crossentropy", IDS),
        ("categorical_crossentropy", IDS[:, None]),
        ("sparse_categorical_crossentropy", IDS + 1),
        ("sparse_categorical_crossentropy", IDS - 1),
    ],
    ids=["one-hot, sparse", "numbers, categorical", "column, categorical", "from 1", "from -1"],
)
def test_labels_that_do_not_fit_raise(loss, labels) -> None:
    with pytest.raises(Exception, match=r"rank|shape|outside the valid range"):
        trained([layers.Dense(CLASSES, activation="softmax")], loss, labels)


def test_accuracy_of_one_unit_cuts_at_a_half() -> None:
    raw = losses.BinaryCrossentropy(from_logits=True)
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(loss=raw, metrics=["accuracy", keras.metrics.BinaryAccuracy(threshold=0.0)])
    likely = np.array([[0.2], [0.3]], "float32")  # raw values: probabilities above a half
    _, said, meant = model.evaluate(likely, np.ones((2, 1), "float32"), verbose=0)
    assert (said, meant) == (0.0, 1.0)


def test_layers_without_an_activation_are_one_layer() -> None:
    chain = [layers.Dense(32), layers.Dropout(0.5), layers.BatchNormalization(), layers.Dense(2)]
    model = keras.Sequential([keras.Input((FEATURES,)), *chain])

    def f(x):
        return np.asarray(model(x, training=False))

    u, v = X[:8], X[8:16]
    assert np.allclose(f(u + v) - f(u) - f(v) + f(u * 0), 0, atol=1e-4)


def test_a_regression_loss_spreads_one_label_over_all_steps() -> None:
    model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(3, return_sequences=True)])
    model.add(layers.Dense(1))
    model.compile(optimizer="sgd", loss="mse")
    x = np.zeros((8, 5, 2), "float32")
    assert math.isfinite(model.fit(x, np.ones((8, 1)), verbose=0).history["loss"][0])
    model.compile(optimizer="sgd", loss="binary_crossentropy")
    with pytest.raises(ValueError, match="shape"):
        model.fit(x, np.ones((8, 1)), verbose=0)
