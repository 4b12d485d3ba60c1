"""``kerlint.lint_model``: models in memory, with and without samples."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kerlint

np = pytest.importorskip("numpy")
pytestmark = pytest.mark.tensorflow
RANDOM = np.random.default_rng(3)
PIXELS = RANDOM.integers(0, 256, (200, 12, 12, 1))
NUMBERS = RANDOM.integers(0, 10, 200)


@pytest.fixture
def classifier(keras):
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax", name="kinds"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def codes(*args, **kwargs):
    return [each.code for each in kerlint.lint_model(*args, **kwargs)]


def one_unit(keras, **arguments):
    return keras.Sequential(
        [
            keras.Input((8,)),
            keras.layers.Dense(4, activation="relu", name="hidden", **arguments),
            keras.layers.Dense(1, activation="softmax", name="answer"),
        ],
        name="mine",
    )


def test_a_model(keras):
    (finding,) = kerlint.lint_model(one_unit(keras))
    assert isinstance(kerlint.lint_model(one_unit(keras)), kerlint.Findings)
    assert str(finding) == (
        "<mine>: layer `answer`: error: KER101 softmax over a single unit always outputs 1.0, "
        "whatever the input"
    )
    assert codes(one_unit(keras), ignore=["KER101"]) == []
    assert codes(one_unit(keras), select=["KER3"]) == []
    with pytest.raises(kerlint.SettingsError):
        kerlint.lint_model(one_unit(keras), sellect=["KER3"])


def test_a_model_of_tf_keras():
    tf_keras = pytest.importorskip("tf_keras")
    model = tf_keras.Sequential([tf_keras.layers.Dense(1, "softmax", input_shape=(8,))])
    assert codes(model) == ["KER101"]
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    assert codes(model) == ["KER101"]


def test_initial_weights_count_before_the_training(keras):
    model = one_unit(keras, kernel_initializer="zeros")
    assert codes(model) == ["KER202", "KER101"]
    model.layers[0].set_weights([RANDOM.normal(size=(8, 4)), np.zeros(4)])
    assert codes(model) == ["KER101"]
    model = one_unit(keras, kernel_initializer="zeros")
    model.compile(optimizer="sgd", loss="mse")
    assert "KER202" in codes(model)
    model.fit(np.zeros((4, 8)), np.zeros(4), verbose=0)
    assert "KER202" not in codes(model)


def test_the_model_stays_as_it_is(keras, classifier):
    before = [each.copy() for each in classifier.get_weights()]
    config = classifier.to_json()
    optimizer = classifier.optimizer
    kerlint.lint_model(classifier, PIXELS, NUMBERS)
    assert classifier.to_json() == config
    assert classifier.optimizer is optimizer
    assert all((a == b).all() for a, b in zip(before, classifier.get_weights()))


def test_samples(keras, classifier):
    scaled = (PIXELS / 255).astype("float32")
    assert codes(classifier, scaled, NUMBERS) == []
    assert codes(classifier, PIXELS, NUMBERS) == ["KER713"]
    assert codes(classifier, scaled, keras.utils.to_categorical(NUMBERS)) == ["KER130"]
    assert codes(classifier, scaled, NUMBERS + 1) == ["KER132"]
    assert codes(classifier, scaled.reshape(200, 144), NUMBERS) == ["KER521"]
    assert codes(classifier, scaled, NUMBERS.astype(str)) == ["KER134"]
    assert codes(classifier, scaled) == []
    classifier.trainable = False
    classifier.compile("adam", "sparse_categorical_crossentropy")
    assert codes(classifier, scaled, NUMBERS) == ["KER904"]


def test_a_few_samples_do_not_say_which_classes_there_are(classifier):
    scaled = (PIXELS / 255).astype("float32")
    assert codes(classifier, scaled[:8], np.array([0, 1] * 4)) == []


def test_datasets(keras, classifier):
    tensorflow = pytest.importorskip("tensorflow")
    data = tensorflow.data.Dataset.from_tensor_slices((PIXELS, NUMBERS))
    assert codes(classifier, data.batch(32)) == ["KER713"]
    assert codes(classifier, data.repeat().batch(32)) == ["KER713"]
    with pytest.raises(ValueError, match=r"batch\(32\)"):
        kerlint.lint_model(classifier, data)
    with pytest.raises(TypeError, match="leave y out"):
        kerlint.lint_model(classifier, data.batch(32), NUMBERS)

    class Own(keras.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return PIXELS[:100], NUMBERS[:100]

    assert codes(classifier, Own()) == ["KER713"]


def test_several_inputs_and_outputs(keras):
    a, b = keras.Input((4,), name="a"), keras.Input((3,), name="b")
    hidden = keras.layers.Dense(8, activation="relu")(keras.layers.Concatenate()([a, b]))
    kind = keras.layers.Dense(3, activation="softmax", name="kind")(hidden)
    size = keras.layers.Dense(1, name="size")(hidden)
    model = keras.Model([a, b], [kind, size])
    model.compile("adam", {"kind": "sparse_categorical_crossentropy", "size": "mse"})
    x = RANDOM.normal(size=(90, 4)), RANDOM.normal(size=(90, 3))
    y = RANDOM.integers(0, 3, 90), RANDOM.normal(size=90)
    assert codes(model, [*x], [*y]) == []
    assert codes(model, {"a": x[0], "b": x[1]}, {"kind": y[0], "size": y[1]}) == []
    assert codes(model, [*x], [np.eye(3)[y[0]], y[1]]) == ["KER130"]
    named = {"size": y[1], "kind": np.eye(3)[y[0]]}
    assert codes(model, {"b": x[1], "a": x[0]}, named) == ["KER130"]


def test_classes_of_the_user(keras):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = keras.layers.Dense(4, name="first")
            self.head = one_unit(keras)

        def call(self, x):
            return self.head(self.first(x))

    found = kerlint.lint_model(Own())
    assert [(each.code, each.layer) for each in found] == [
        ("KER000", ""),
        ("KER101", "mine/answer"),
    ]
    assert found[0].severity is kerlint.Severity.INFO


def test_functions_of_the_user_are_not_those_of_keras(keras):
    def categorical_crossentropy(y, p):
        return keras.ops.mean(y - p)

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])
    model.compile("adam", categorical_crossentropy)
    assert codes(model) == []
    model.compile("adam", keras.losses.categorical_crossentropy)
    assert codes(model) == ["KER103"]


@pytest.mark.parametrize("wrong", [3, "model.keras", None, object()])
def test_what_is_not_a_model(wrong):
    with pytest.raises(TypeError, match=r"takes a keras\.Model, not"):
        kerlint.lint_model(wrong)


def test_what_are_not_samples(classifier):
    with pytest.raises(TypeError, match="generator"):
        kerlint.lint_model(classifier, iter([PIXELS]), NUMBERS)
    with pytest.raises(ValueError, match="empty"):
        kerlint.lint_model(classifier, PIXELS[:0], NUMBERS[:0])
    with pytest.raises(ValueError, match="object"):
        kerlint.lint_model(classifier, np.array([object()] * 3), NUMBERS)


@pytest.mark.slow
def test_experiments(keras, classifier):
    (finding,) = kerlint.lint_model(one_unit(keras), execute=True)
    assert finding.verdict == "confirmed"
    (finding,) = kerlint.lint_model(classifier, PIXELS / 255, NUMBERS + 1, execute=True)
    assert (finding.code, finding.verdict) == ("KER132", "confirmed")
    assert "the samples" in finding.evidence


def test_nothing_of_keras_is_imported():
    program = "import sys, kerlint\nkerlint.lint_model\nimport kerlint.live, kerlint.saved.source\n"
    program += "assert not {'keras', 'tensorflow', 'numpy', 'h5py'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_optimizer_is_known_after_saving(keras, tmp_path):
    pytest.importorskip("h5py")
    hidden = keras.layers.Dense(8, activation="relu")
    answer = keras.layers.Dense(1, activation="sigmoid")
    model = keras.Sequential([keras.Input((30,)), hidden, answer])
    model.compile(keras.optimizers.Adam(0.5), "binary_crossentropy")
    assert codes(model) == ["KER601"]
    model.save(tmp_path / "model.h5")
    assert codes(model) == ["KER601"]
