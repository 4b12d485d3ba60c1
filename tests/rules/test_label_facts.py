"""What the rules on labels and the arguments of ``fit`` rely on, asked of the installed Keras."""

from __future__ import annotations

import os
import warnings

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="facts about TensorFlow"),
    pytest.mark.filterwarnings("ignore"),
]

layers = keras.layers
SAMPLES = 64
X = np.random.default_rng(0).random((SAMPLES, 4)).astype("float32")
BINARY = np.arange(SAMPLES) % 2
THREE = np.arange(SAMPLES) % 3
ROWS = np.eye(3)[THREE]


def model(units=1, activation="sigmoid", loss="binary_crossentropy", shape=(4,)):
    """A model of one layer that always starts with the same weights."""
    keras.utils.set_random_seed(1)
    made = keras.Sequential([keras.Input(shape), layers.Dense(units, activation=activation)])
    made.compile(optimizer="sgd", loss=loss, jit_compile=False)
    return made


def loss_of(made, x, y, **given):
    history = made.fit(x, y, shuffle=False, verbose=0, **given)
    return history.history["loss"][0]


SPARSE = (3, "softmax", "sparse_categorical_crossentropy")
CATEGORICAL = (3, "softmax", "categorical_crossentropy")


def test_a_class_without_a_weight_has_the_weight_1() -> None:
    whole = loss_of(model(), X, BINARY, class_weight={0: 1.0, 1: 5.0})
    assert loss_of(model(), X, BINARY, class_weight={1: 5.0}) == whole


@pytest.mark.slow
def test_weights_counted_from_1_weigh_the_wrong_classes() -> None:
    """The weight of a class that does not exist is never used."""
    shifted = loss_of(model(), X, BINARY, class_weight={1: 1.0, 2: 5.0})
    assert shifted == loss_of(model(), X, BINARY)
    for labels, kind in ((THREE, SPARSE), (ROWS, CATEGORICAL)):
        shifted = loss_of(model(*kind), X, labels, class_weight={1: 1.0, 2: 5.0, 3: 9.0})
        assert shifted == loss_of(model(*kind), X, labels, class_weight={2: 5.0})


@pytest.mark.parametrize("weights", ["balanced", "auto", [1.0, 5.0], np.array([1.0, 5.0])])
def test_weights_have_to_be_a_dictionary(weights) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'get'"):
        model().fit(X, BINARY, class_weight=weights, verbose=0)


@pytest.mark.parametrize(
    ("kind", "last"), [(SPARSE, ()), (SPARSE, (1,)), (CATEGORICAL, (3,))], ids=str
)
def test_weights_of_classes_for_each_step_raise(kind, last) -> None:
    x = np.ones((16, 5, 4), "float32")
    y = np.ones((16, 5, *last))
    made = model(*kind, shape=(5, 4))
    with pytest.raises(Exception, match=r"0-dimensional|Incompatible shapes|Graph execution"):
        made.fit(x, y, class_weight={0: 1.0, 1: 5.0, 2: 1.0}, verbose=0)


def test_weights_of_classes_and_several_outputs_raise() -> None:
    inputs = keras.Input((4,))
    made = keras.Model(inputs, [layers.Dense(1)(inputs), layers.Dense(1)(inputs)])
    made.compile(optimizer="sgd", loss="mse")
    with pytest.raises(ValueError, match="single output"):
        made.fit(X, [BINARY, BINARY], class_weight={0: 1.0, 1: 5.0}, verbose=0)


@pytest.mark.slow
def test_weights_of_classes_are_used_for_amounts() -> None:
    """A real number is rounded to a class number."""
    amounts = BINARY + 0.2
    weighed = loss_of(model(1, None, "mse"), X, amounts, class_weight={0: 1.0, 1: 5.0})
    assert weighed > loss_of(model(1, None, "mse"), X, amounts)


def test_weights_of_classes_and_of_samples_raise() -> None:
    with pytest.raises(ValueError, match="at the same time"):
        model().fit(X, BINARY, class_weight={1: 5.0}, sample_weight=np.ones(SAMPLES), verbose=0)
    with pytest.raises(ValueError, match="sample_weight"):
        model().train_on_batch(X, BINARY, np.ones(SAMPLES), {1: 5.0})


def test_a_dataset_cannot_be_split() -> None:
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices((X, BINARY)).batch(8)
    with pytest.raises(ValueError, match="`validation_split` is only supported for"):
        model().fit(dataset, validation_split=0.2, verbose=0)


@pytest.mark.slow
def test_a_split_is_ignored_where_there_are_validation_data() -> None:
    held_out = (X[:8], BINARY[:8])
    alone = loss_of(model(), X, BINARY, validation_data=held_out)
    assert loss_of(model(), X, BINARY, validation_data=held_out, validation_split=0.5) == alone


def test_a_split_takes_the_last_samples() -> None:
    labels = np.repeat([0, 1, 2], 20)
    made = model(*SPARSE)
    made.fit(X[:60], labels, validation_split=0.3, shuffle=True, verbose=0)
    expected = made.evaluate(X[42:60], labels[42:], verbose=0)
    assert made.history.history["val_loss"][0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("labels", [np.array(["no", "yes"])[BINARY], BINARY.astype(str)])
@pytest.mark.parametrize("kind", [(), (2, "softmax", "sparse_categorical_crossentropy")])
def test_strings_are_no_labels(labels, kind) -> None:
    with pytest.raises(ValueError, match="Invalid dtype: str"):
        model(*kind).fit(X, labels, verbose=0)


@pytest.mark.parametrize("steps", [8.0, 64 / 8, 2.5, np.ceil(2.5)])
def test_a_number_of_steps_is_an_int(steps) -> None:
    message = "cannot be interpreted as an integer"
    with pytest.raises(TypeError, match=message):
        model().fit(X, BINARY, batch_size=8, steps_per_epoch=steps, verbose=0)
    with pytest.raises(TypeError, match=message):
        model().evaluate(X, BINARY, batch_size=8, steps=steps, verbose=0)
    with pytest.raises(TypeError, match=message):
        model().predict(X, batch_size=8, steps=steps, verbose=0)


def test_more_steps_than_batches() -> None:
    """Without a size of the batches Keras makes as many as there are steps."""

    def warned(steps, **given) -> bool:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model().fit(X, BINARY, steps_per_epoch=steps, verbose=0, **given)
        return any("ran out of data" in str(each.message) for each in caught)

    assert warned(9, batch_size=8)
    assert not warned(8, batch_size=8)
    assert not warned(16)


def test_spare_units_are_no_error_and_get_a_share() -> None:
    made = model(20, "softmax", "sparse_categorical_crossentropy")
    made.fit(X, THREE, verbose=0)
    assert made.predict(X, verbose=0)[:, 3:].sum(axis=1).mean() > 0.1


def test_sigmoid_units_do_not_add_up_to_1() -> None:
    made = model(3, "sigmoid", "binary_crossentropy")
    made.fit(X, ROWS, verbose=0)
    assert abs(made.predict(X, verbose=0).sum(axis=1) - 1).max() > 0.1
