"""Awkward paths: what they mean, whether they exist, and what to write instead."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kerlint import keras_api

MEANS = [
    ("keras", "keras"),
    ("keras.layers", "keras.layers"),
    ("tensorflow.keras.backend", "keras.backend"),
    ("tensorflow.keras.layers.Dense", "keras.layers.Dense"),
    ("tf_keras.losses.MeanSquaredError", "keras.losses.MeanSquaredError"),
    ("tensorflow.compat.v1.keras.layers.Dense", "keras.layers.Dense"),
    ("tensorflow.contrib.keras.layers.Dense", "keras.layers.Dense"),
    ("keras.layers.core.Dense", "keras.layers.Dense"),
    ("keras.layers.core.dense.Dense", "keras.layers.Dense"),
    ("keras.layers.convolutional.Conv2D", "keras.layers.Conv2D"),
    ("keras.layers.convolutional.Convolution2D", "keras.layers.Conv2D"),
    ("keras.layers.Convolution2D", "keras.layers.Conv2D"),
    ("keras.layers.MaxPool2D", "keras.layers.MaxPooling2D"),
    ("keras.layers.normalization.BatchNormalization", "keras.layers.BatchNormalization"),
    ("keras.layers.advanced_activations.LeakyReLU", "keras.layers.LeakyReLU"),
    ("keras.layers.Input", "keras.Input"),
    ("keras.engine.input_layer.Input", "keras.Input"),
    ("keras.engine.topology.Input", "keras.Input"),
    ("keras.models.Model", "keras.Model"),
    ("keras.engine.training.Model", "keras.Model"),
    ("keras.models.Sequential", "keras.Sequential"),
    ("keras.Layer", "keras.layers.Layer"),
    ("keras.engine.base_layer.Layer", "keras.layers.Layer"),
    ("keras.optimizers.adam_v2.Adam", "keras.optimizers.Adam"),
    ("keras.optimizer_v2.adam.Adam", "keras.optimizers.Adam"),
    ("keras.optimizers.legacy.Adam", "keras.optimizers.legacy.Adam"),
    (
        "tensorflow.keras.layers.experimental.preprocessing.Rescaling",
        "keras.layers.Rescaling",
    ),
    ("keras.utils.np_utils.to_categorical", "keras.utils.to_categorical"),
    ("keras.objectives.mse", "keras.losses.mean_squared_error"),
    ("keras.losses.kullback_leibler_divergence", "keras.losses.kl_divergence"),
    ("keras.metrics.mean_squared_error", "keras.losses.mean_squared_error"),
    ("keras.initializations.glorot_uniform", "keras.initializers.GlorotUniform"),
    ("keras.initializers.zeros", "keras.initializers.Zeros"),
    ("keras.regularizers.l2", "keras.regularizers.L2"),
    ("keras.constraints.maxnorm", "keras.constraints.MaxNorm"),
    ("keras.applications.vgg16.VGG16", "keras.applications.VGG16"),
    ("keras.backend.mean", "keras.backend.mean"),
    ("keras.backend.tensorflow_backend.set_session", "keras.backend.set_session"),
    ("keras.layers.merge", "keras.layers.merge"),
    ("keras.engine.topology.Merge", "keras.layers.Merge"),
    ("keras.models.Model.fit", "keras.Model.fit"),
    ("keras.losses.Reduction.AUTO", "keras.losses.Reduction.AUTO"),
    ("keras.src.layers.Dense", "keras.layers.Dense"),
    ("keras.src.layers.core.dense.Dense", "keras.layers.Dense"),
    ("keras.src.engine.base_layer.Layer", "keras.layers.Layer"),
    ("tensorflow.python.keras.layers.Dense", "keras.layers.Dense"),
    ("tensorflow.python.keras.layers.recurrent.LSTM", "keras.layers.LSTM"),
]


@pytest.mark.parametrize(("path", "name"), MEANS)
def test_canonical_name(path: str, name: str) -> None:
    located = keras_api.locate(path)
    assert located is not None
    assert located.name == name
    assert located.spelled == path


def test_canonical_names_stay_as_they_are() -> None:
    for _, name in MEANS:
        located = keras_api.locate(name)
        assert located is not None
        assert located.name == name


@pytest.mark.parametrize(
    "path",
    ["numpy.mean", "tensorflow.reduce_mean", "keras_cv.layers.X", "kerastuner", "", "keras2"],
)
def test_outside_keras(path: str) -> None:
    assert keras_api.locate(path) is None
    assert not keras_api.exists(path)
    assert keras_api.releases_of(path) == ()
    assert keras_api.missing_prefix(path) is None
    assert keras_api.replacement(path) is None


@pytest.mark.parametrize("path", ["keras.foo", "keras.layers.Dens", "tensorflow.keras.layer.Dense"])
def test_what_keras_never_had_has_no_name(path: str) -> None:
    located = keras_api.locate(path)
    assert located is not None
    assert located.name is None
    assert not keras_api.exists(path)
    assert keras_api.missing_prefix(path) is None
    assert keras_api.replacement(path) is None


@pytest.mark.parametrize(
    ("path", "package", "private"),
    [
        ("keras.layers.Dense", "keras", False),
        ("keras.src.layers.Dense", "keras", True),
        ("tensorflow.keras.layers.Dense", "tensorflow.keras", False),
        ("tensorflow.compat.v2.keras.layers.Dense", "tensorflow.keras", False),
        ("tensorflow.python.keras.layers.Dense", "tensorflow.python.keras", True),
        ("tf_keras.layers.Dense", "tf_keras", False),
        ("tf_keras.src.layers.Dense", "tf_keras", True),
        ("keras.api._v2.keras.layers.Dense", "keras", True),
    ],
)
def test_package_and_privacy(path: str, package: str, private: bool) -> None:
    located = keras_api.locate(path)
    assert located is not None
    assert (located.package, located.private) == (package, private)
    assert located.name == "keras.layers.Dense"


@pytest.mark.parametrize(
    ("path", "release", "there"),
    [
        ("keras.layers.Dense", "3.15", True),
        ("keras.layers.Dense", "2", True),
        ("keras.layers.core.Dense", "3.15", False),
        ("keras.layers.core.Dense", "2.3", True),
        ("keras.layers.CuDNNLSTM", "3.15", False),
        ("keras.utils.np_utils", "2.3", True),
        ("keras.utils.np_utils", "3", False),
        ("keras.Layer", "3.15", True),
        ("keras.Layer", "2", False),
        ("keras.ops.mean", "3.0", True),
        ("keras.ops.mean", "2", False),
        ("keras.backend.mean", "3.15", False),
        ("tensorflow.keras.backend.mean", "3.15", True),
        ("keras.backend.mean", "2", True),
        ("keras.preprocessing.image.ImageDataGenerator", "3.15", False),
        ("tensorflow.keras.preprocessing.image.ImageDataGenerator", "3.15", True),
        ("tf_keras.losses.Reduction", "3.15", True),
        ("keras.losses.Reduction.AUTO", "2", True),
        ("keras.losses.Reduction.AUTO", "3.15", False),
        ("keras.Model.fit_generator", "3.15", False),
        ("keras.Model.fit_generator", "2", True),
        ("keras.Sequential.fit", "3.15", True),
        ("keras.src.layers.core.dense", "3.15", True),
        ("keras.src.layers.Dense", "2", False),
        ("keras.src.engine", "3.15", False),
        ("tensorflow.python.keras.layers.Dense", "3.15", True),
        ("tensorflow.python.keras.layers.Nonsense", "3.15", False),
        ("tensorflow.contrib.keras.layers.Dense", "3.15", False),
        ("keras.__version__", "3.15", True),
    ],
)
def test_existence(path: str, release: str, there: bool) -> None:
    assert keras_api.exists(path, release) is there


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("keras.layers.core.Dense", "keras.layers.core"),
        ("tensorflow.keras.layers.core.Dense", "tensorflow.keras.layers.core"),
        ("keras.engine.topology.Layer", "keras.engine"),
        ("keras.utils.np_utils.to_categorical", "keras.utils.np_utils"),
        ("keras.wrappers.scikit_learn.KerasClassifier", "keras.wrappers.scikit_learn"),
        ("keras.layers.Merge", "keras.layers.Merge"),
        ("keras.Model.fit_generator", "keras.Model.fit_generator"),
        ("tensorflow.contrib.keras.layers.Dense", "tensorflow.contrib"),
        ("keras.layers.Dense", None),
        ("keras", None),
        ("tf_keras.layers.LocallyConnected1D", None),
    ],
)
def test_missing_prefix(path: str, prefix: str | None) -> None:
    assert keras_api.missing_prefix(path) == prefix


@pytest.mark.parametrize(
    ("path", "today"),
    [
        ("keras.layers.core.Dense", "keras.layers.Dense"),
        ("tensorflow.keras.layers.core.Dense", "tensorflow.keras.layers.Dense"),
        ("tensorflow.python.keras.layers.Dense", "tensorflow.keras.layers.Dense"),
        ("tensorflow.contrib.keras.layers.Dense", "tensorflow.keras.layers.Dense"),
        ("keras.src.layers.Dense", "keras.layers.Dense"),
        ("keras.engine.input_layer.Input", "keras.Input"),
        ("keras.utils.np_utils.to_categorical", "keras.utils.to_categorical"),
        ("keras.utils.np_utils", "keras.utils"),
        ("keras.layers.core", "keras.layers"),
        ("keras.layers.recurrent", "keras.layers"),
        ("keras.objectives", "keras.losses"),
        ("keras.layers.experimental.preprocessing.Rescaling", "keras.layers.Rescaling"),
        ("keras.layers.CuDNNGRU", "keras.layers.GRU"),
        ("keras.losses.kullback_leibler_divergence", "keras.losses.kl_divergence"),
        ("keras.losses.cosine_proximity", "keras.losses.cosine_similarity"),
        ("keras.backend.mean", "keras.ops.mean"),
        ("keras.experimental.CosineDecay", "keras.optimizers.schedules.CosineDecay"),
        ("keras.layers.Dense", None),  # it is where it should be
        ("tensorflow.keras.backend.mean", None),
        ("tf_keras.layers.Dense", None),
        ("keras.layers.Merge", None),  # gone, with no equal
        ("keras.backend.dot", None),
        ("keras.engine", None),
        ("keras.wrappers.scikit_learn.KerasClassifier", None),
    ],
)
def test_replacement(path: str, today: str | None) -> None:
    assert keras_api.replacement(path) == today
    if today is not None:
        assert keras_api.exists(today)


def test_releases_of() -> None:
    assert keras_api.releases_of("keras.layers.Merge") == ("1.2",)
    assert keras_api.releases_of("keras.layers.Dense") == keras_api.RELEASES
    assert keras_api.releases_of("keras.Model.fit_generator")[-1] == "2"
    assert keras_api.releases_of("keras.Sequential.predict_classes") == ("1.2", "2.2", "2.3")
    assert keras_api.releases_of("keras.nonsense") == ()
    assert keras_api.releases_of("keras.optimizers.Lion")[0].startswith("2")


@pytest.mark.parametrize(
    ("asked", "speaks"),
    [("3", "3.15"), ("3.9", "3.8"), ("3.99", "3.15"), ("2.15", "2"), ("2.5", "2.3"), ("1", "1.2")],
)
def test_releases_between_the_measured_ones(asked: str, speaks: str) -> None:
    for path in ("keras.layers.core", "keras.Layer", "keras.ops.mean", "keras.utils.np_utils"):
        assert keras_api.exists(path, asked) == keras_api.exists(path, speaks)


@pytest.mark.parametrize("asked", ["", "three", "3.x", "keras"])
def test_no_version(asked: str) -> None:
    with pytest.raises(ValueError, match="not a Keras version"):
        keras_api.exists("keras.layers.Dense", asked)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("keras", "keras"),
        ("layers", "keras.layers"),
        ("optimizers", "keras.optimizers"),
        ("initializers", "keras.initializers"),
        ("K", "keras.backend"),
        ("Dense", "keras.layers.Dense"),
        ("Convolution2D", "keras.layers.Conv2D"),
        ("Input", "keras.Input"),
        ("Model", "keras.Model"),
        ("Sequential", "keras.Sequential"),
        ("Adam", "keras.optimizers.Adam"),
        ("EarlyStopping", "keras.callbacks.EarlyStopping"),
        ("BinaryCrossentropy", "keras.losses.BinaryCrossentropy"),
        ("VGG16", "keras.applications.VGG16"),
        ("concatenate", "keras.layers.concatenate"),
        ("to_categorical", "keras.utils.to_categorical"),
        ("Merge", "keras.layers.Merge"),
        ("ImageDataGenerator", "keras.preprocessing.image.ImageDataGenerator"),
        ("np_utils", "keras.utils.np_utils"),
        # Words of everyday use, of numpy and of scikit-learn.
        *((word, None) for word in ("get", "add", "dot", "mean", "abs", "serialize", "load")),
        *((word, None) for word in ("clone", "relu", "max", "utils", "metrics", "datasets")),
        *((word, None) for word in ("Variable", "Function", "Iterator", "nonsense")),
    ],
)
def test_bare_name(word: str, name: str | None) -> None:
    assert keras_api.bare_name(word) == name


def test_star_import() -> None:
    layers = keras_api.public_members("keras.layers")
    assert {"Dense", "Conv2D", "Convolution2D", "Merge", "concatenate", "Input"} <= layers
    assert not any(name.startswith("_") for name in layers)
    assert layers <= keras_api.public_members("tensorflow.keras.layers")
    assert "to_categorical" in keras_api.public_members("keras.utils.np_utils")
    assert keras_api.public_members("numpy") == frozenset()


def test_looking_up_imports_no_framework() -> None:
    program = (
        "import sys; from kerlint import keras_api as k; k.bare_name('Dense');"
        "k.outcome('keras.layers.Dense', 'init'); k.removed_method('keras.Model.fit_generator');"
        "print(sorted({'keras', 'tensorflow', 'numpy', 'libcst'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
