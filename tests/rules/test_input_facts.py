"""Facts about data in Keras that the rules KER511, KER517 and KER712 to KER732 rely on."""

from __future__ import annotations

import pytest

from kerlint.rules.pixels import CENTERED, EXPECTS, INSIDE, STANDARD, SYMMETRIC

np = pytest.importorskip("numpy")

pytestmark = pytest.mark.tensorflow

X, Y = np.random.rand(16, 4).astype("float32"), np.random.randint(0, 2, 16)


@pytest.fixture
def model(keras):
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
    made.compile("sgd", "binary_crossentropy")
    return made


@pytest.fixture
def pairs(keras):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices((X, Y))


# -- KER712 ---------------------------------------------------------------------------------------


def test_labels_next_to_a_dataset_are_refused(model, pairs):
    with pytest.raises(ValueError, match="`y` should not be passed"):
        model.fit(pairs.batch(4), Y, verbose=0)


@pytest.mark.parametrize("arguments", [{}, {"batch_size": 4}])
def test_a_dataset_without_batches_is_refused(model, pairs, arguments):
    with pytest.raises(ValueError, match="Invalid input shape"):
        model.fit(pairs, verbose=0, **arguments)


@pytest.mark.parametrize(
    "make",
    [
        lambda pairs: zip([X], [Y]),
        lambda pairs: map(lambda part: (X[part], Y[part]), [slice(0, 8)]),  # noqa: C417
        lambda pairs: enumerate([X]),
        lambda pairs: iter([(X, Y)]),
        lambda pairs: pairs.batch(4).as_numpy_iterator(),
    ],
    ids=["zip", "map", "enumerate", "iter", "as_numpy_iterator"],
)
def test_iterators_are_refused(model, pairs, make):
    with pytest.raises(ValueError, match="Unrecognized data type"):
        model.fit(make(pairs), verbose=0)


def test_a_generator_expression_is_taken(model):
    model.fit(((X, Y) for _ in range(2)), verbose=0)


def test_a_dataset_that_is_repeated_has_no_end(pairs):
    assert int(pairs.batch(4).repeat().cardinality()) == -1
    assert int(pairs.batch(4).repeat(2).cardinality()) == 8


# -- KER713 to KER715 -----------------------------------------------------------------------------


RANGES = {
    CENTERED: (-123.68, 151.061),
    SYMMETRIC: (-1, 1),
    STANDARD: (-2.1179, 2.64),
    INSIDE: (0, 255),
}


@pytest.mark.parametrize("module", EXPECTS)
def test_what_pretrained_models_expect(keras, module):
    prepare = getattr(keras.applications, module).preprocess_input
    black, white = np.zeros((1, 2, 2, 3), "float32"), np.full((1, 2, 2, 3), 255, "float32")
    lowest, highest = float(prepare(black).min()), float(prepare(white).max())
    assert (lowest, highest) == pytest.approx(RANGES[EXPECTS[module]], abs=0.01)


def test_a_generator_rescales_after_its_function():
    from keras.applications import resnet50
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    images = np.random.randint(0, 256, (4, 8, 8, 3)).astype("float32")
    made = ImageDataGenerator(rescale=1 / 255, preprocessing_function=resnet50.preprocess_input)
    batch = next(made.flow(images))
    assert batch.min() > -0.5
    assert batch.max() < 0.6


@pytest.mark.parametrize(("scale", "lowest"), [(1, 50), (1 / 255, 0)])
def test_raw_pixels_make_the_loss_large(keras, scale, lowest):
    keras.utils.set_random_seed(3)
    images = np.random.randint(0, 256, (64, 28, 28)) * scale
    made = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
    made.add(keras.layers.Dense(10, activation="softmax"))
    made.compile("adam", keras.losses.SparseCategoricalCrossentropy())
    logits = np.abs(made.layers[-1].kernel.numpy().T @ images.reshape(64, -1).T).max()
    assert logits > lowest
    assert (logits > 20) == (scale == 1)


# -- KER717, KER718, KER719 -----------------------------------------------------------------------


def test_normalization_that_is_not_adapted_changes_nothing(keras):
    layer = keras.layers.Normalization()
    assert np.array_equal(layer(np.full((2, 3), 100.0)), np.full((2, 3), 100.0))


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("TextVectorization", ["a b"]),
        ("StringLookup", ["a"]),
        ("IntegerLookup", [1]),
        ("Discretization", [1.0]),
    ],
)
def test_others_raise_an_error(keras, kind, data):
    arguments = {"num_bins": 3} if kind == "Discretization" else {}
    with pytest.raises(Exception, match=r"adapt|initialized|FailedPrecondition|Table"):
        getattr(keras.layers, kind)(**arguments)(np.array(data))


@pytest.mark.parametrize("name", ["featurewise_center", "featurewise_std_normalization"])
def test_statistics_of_all_images_need_fit(name):
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    images = np.random.rand(4, 8, 8, 3).astype("float32")
    with pytest.warns(UserWarning, match="hasn't been fit"):
        batch = next(ImageDataGenerator(**{name: True}).flow(images, shuffle=False))
    assert np.allclose(batch, images)


# -- KER511, KER517 -------------------------------------------------------------------------------


def test_an_embedding_cuts_off_fractions(keras):
    layer = keras.layers.Embedding(4, 2)
    assert np.array_equal(layer(np.array([1.9])), layer(np.array([1])))


def test_padding_at_the_end_changes_the_state(keras):
    keras.utils.set_random_seed(1)
    embedding, reader = keras.layers.Embedding(9, 4, mask_zero=False), keras.layers.LSTM(3)
    short, padded = np.array([[1, 2, 3]]), np.array([[1, 2, 3, 0, 0, 0, 0, 0]])
    plain = reader(embedding(short))
    assert np.abs(plain - reader(embedding(padded))).max() > 1e-3
    masked = reader(embedding(padded), mask=padded != 0)
    assert np.abs(plain - masked).max() < 1e-6


# -- KER726, KER731 -------------------------------------------------------------------------------


def _order(data):
    return [int(each) for each in data.as_numpy_iterator()]


def test_a_shuffle_differs_in_each_pass():
    import tensorflow as tf

    numbers = tf.data.Dataset.range(50)
    again = numbers.shuffle(50)
    assert _order(again) != _order(again)
    once = numbers.shuffle(50, reshuffle_each_iteration=False)
    assert _order(once) == _order(once)
    kept = numbers.shuffle(50).cache()
    assert _order(kept) == _order(kept)


@pytest.mark.parametrize("cached", [False, True])
def test_parts_after_a_shuffle_overlap(cached):
    import tensorflow as tf

    shuffled = tf.data.Dataset.range(50).shuffle(50, seed=3)
    if cached:
        shuffled = shuffled.cache()
    seen = {number for _ in range(5) for number in _order(shuffled.take(40))}
    assert seen & set(_order(shuffled.skip(40)))


# -- KER729 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_list", [True, False])
def test_lists_in_batches_are_refused(keras, as_list):
    a, b = keras.Input((4,)), keras.Input((4,))
    outputs = keras.layers.Dense(1)(keras.layers.concatenate([a, b]))
    made = keras.Model([a, b], outputs)
    made.compile("sgd", "mse")

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return ([X, X] if as_list else (X, X)), Y

    def batches():
        for _ in range(2):
            yield ([X, X] if as_list else (X, X)), Y

    for data in (Batches(), batches()):
        if as_list:
            with pytest.raises(TypeError, match="TypeSpec"):
                made.fit(data, verbose=0)
        else:
            made.fit(data, verbose=0)
