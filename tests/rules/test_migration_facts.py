"""What the rules on old code rely on, asked of the installed Keras itself."""

from __future__ import annotations

import importlib
import inspect
import textwrap
import warnings

import pytest

from kerlint import keras_api
from kerlint.keras_api.facts import METHODS
from kerlint.keras_api.store import load
from kerlint.rules.keywords import IGNORED, ArgumentStatus, fate, swallowed
from kerlint.rules.successors import removed_module

keras = pytest.importorskip("keras", minversion="3.15")
np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")
layers = keras.layers

pytestmark = pytest.mark.tensorflow


def model():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation="softmax")])
    made.compile(loss="sparse_categorical_crossentropy")
    return made


def data():
    return np.ones((8, 3)), np.array([0, 1] * 4)


# -- what raises (KER003) -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callee", "keyword", "call"),
    [
        ("keras.optimizers.Adam", "lr", lambda: keras.optimizers.Adam(lr=0.1)),
        (
            "keras.optimizers.Nadam",
            "schedule_decay",
            lambda: keras.optimizers.Nadam(schedule_decay=0.004),
        ),
        ("keras.layers.Dense", "output_dim", lambda: layers.Dense(output_dim=3)),
        ("keras.layers.Dense", "init", lambda: layers.Dense(3, init="zeros")),
        (
            "keras.layers.Dense",
            "batch_input_shape",
            lambda: layers.Dense(3, batch_input_shape=(2, 3)),
        ),
        ("keras.layers.Dropout", "p", lambda: layers.Dropout(p=0.5)),
        ("keras.layers.Conv2D", "border_mode", lambda: layers.Conv2D(3, 3, border_mode="same")),
        ("keras.layers.Conv2D", "nb_filter", lambda: layers.Conv2D(nb_filter=3, kernel_size=3)),
        (
            "keras.layers.BatchNormalization",
            "fused",
            lambda: layers.BatchNormalization(fused=True),
        ),
        ("keras.layers.LSTM", "dropout_W", lambda: layers.LSTM(3, dropout_W=0.1)),
        ("keras.Model", "output", lambda: keras.Model(inputs=model().inputs, output=None)),
        (
            "keras.callbacks.ModelCheckpoint",
            "period",
            lambda: keras.callbacks.ModelCheckpoint("x.keras", period=2),
        ),
        ("keras.Model.fit", "nb_epoch", lambda: model().fit(*data(), nb_epoch=1)),
        ("keras.Model.fit", "workers", lambda: model().fit(*data(), workers=1)),
        ("keras.Model.evaluate", "workers", lambda: model().evaluate(*data(), workers=1)),
        (
            "keras.Model.evaluate",
            "show_accuracy",
            lambda: model().evaluate(*data(), show_accuracy=1),
        ),
        (
            "keras.Model.predict",
            "max_queue_size",
            lambda: model().predict(data()[0], max_queue_size=1),
        ),
        ("keras.Input", "batch_input_shape", lambda: keras.Input(batch_input_shape=(2, 3))),
        (
            "keras.utils.to_categorical",
            "nb_classes",
            lambda: keras.utils.to_categorical([1], nb_classes=2),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_removed_arguments_raise(callee, keyword, call) -> None:
    assert fate(callee, keyword, "3.15") is ArgumentStatus.GONE
    with pytest.raises((TypeError, ValueError)):
        call()


# -- what is accepted -----------------------------------------------------------------------------


def test_decay_is_ignored_with_a_warning() -> None:
    for decay in (1e-2, 0.0):
        with pytest.warns(UserWarning, match="no longer supported and will be ignored"):
            made = keras.optimizers.SGD(0.1, decay=decay)
        assert float(made.learning_rate) == pytest.approx(0.1)
        assert "decay" not in made.get_config()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        keras.optimizers.SGD(0.1, decay=None)


def test_epsilon_of_reduce_lr_is_ignored_silently() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = keras.callbacks.ReduceLROnPlateau(epsilon=0.5)
    assert made.min_delta == 1e-4


def test_input_length_is_ignored_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="Just remove it"):
        made = layers.Embedding(10, 4, input_length=5)
    assert made(np.zeros((2, 7))).shape == (2, 7, 4)


def test_input_dtype_is_ignored_silently() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = layers.InputLayer(shape=(3,), input_dtype="int32")
    assert made.dtype == "float32"


def test_class_weights_by_text_have_no_effect() -> None:
    def loss(weights):
        keras.utils.set_random_seed(0)
        return model().fit(*data(), class_weight=weights, verbose=0).history["loss"][0]

    assert loss({"0": 1.0, "1": 50.0}) == pytest.approx(loss(None))
    assert loss({0: 1.0, 1: 50.0}) > 2 * loss(None)


def test_what_only_warns_and_still_works() -> None:
    with pytest.warns(UserWarning, match="deprecated"):
        assert layers.LeakyReLU(alpha=0.125).negative_slope == 0.125
    with pytest.warns(UserWarning, match="Do not pass an"):
        made = keras.Sequential([layers.Dense(2, input_shape=(3,))])
    assert made.input_shape == (None, 3)
    assert layers.InputLayer(batch_input_shape=(4, 3)).batch_shape == (4, 3)
    for callee, keyword in [
        ("keras.layers.LeakyReLU", "alpha"),
        ("keras.layers.Dense", "input_shape"),
        ("keras.layers.Dense", "input_dim"),
        ("keras.layers.InputLayer", "batch_input_shape"),
        ("keras.layers.Embedding", "weights"),
    ]:
        assert fate(callee, keyword, "3.15") in (ArgumentStatus.TAKEN, ArgumentStatus.UNKNOWN)


def test_the_list_of_swallowed_arguments_is_complete() -> None:
    """What was measured as ignored, or as ignored with a warning, is told or is moot."""
    moot = {
        ("keras.layers.InputLayer", "type_spec"),  # came and went with TensorFlow's own types
        ("keras.layers.ReversibleEmbedding", "input_length"),  # younger than the argument
    }
    for callee, arguments in load("kwargs")["outcomes"].items():
        for argument, (word, *message) in arguments.items():
            lost = word == "ignored" or any(
                "will be ignored" in text or "Just remove it" in text for text in message
            )
            if not lost or not argument or callee == "keras.layers.HashedCrossing":
                continue
            known = swallowed(callee, argument) is not None
            assert known or (callee, argument) in moot, (callee, argument)
    assert all(argument for _, argument in IGNORED)


# -- positional arguments (KER508) ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["Conv2D", "Convolution2D", "SeparableConv2D"])
def test_the_third_argument_is_the_stride(name: str) -> None:
    layer = getattr(layers, name)(8, 3, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert layer(np.zeros((1, 28, 28, 3))).shape == (1, 9, 9, 8)
    assert getattr(layers, name)(8, (3, 3))(np.zeros((1, 28, 28, 3))).shape == (1, 26, 26, 8)


def test_three_sides_by_position_raise() -> None:
    with pytest.raises(AttributeError):
        layers.Conv3D(8, 3, 3, 3)


# -- no false alarms ------------------------------------------------------------------------------


def found(name: str):
    thing = keras
    for part in name.split(".")[1:]:
        thing = getattr(thing, part)
    return thing


def test_no_argument_of_today_is_called_wrong() -> None:
    wrong = []
    for name in load("signatures"):
        try:
            parameters = inspect.signature(found(name)).parameters
        except (AttributeError, TypeError, ValueError):
            continue
        wrong += [
            (name, parameter.name)
            for parameter in parameters.values()
            if parameter.name != "self"
            and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
            and fate(name, parameter.name, "3.15")
            not in (ArgumentStatus.TAKEN, ArgumentStatus.UNKNOWN)
        ]
    assert not wrong


@pytest.mark.parametrize("argument", ["name", "dtype", "trainable", "activity_regularizer"])
def test_what_every_layer_takes(argument: str) -> None:
    for name in ("Dense", "Conv2D", "LSTM", "Dropout", "Embedding", "Bidirectional", "Concatenate"):
        assert fate(f"keras.layers.{name}", argument, "3.15") is ArgumentStatus.TAKEN


# -- paths and methods that are gone --------------------------------------------------------------


def reachable(path: str) -> bool:
    try:
        importlib.import_module(path)
    except ImportError:
        return False
    return True


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_removed_modules_cannot_be_imported(root: str) -> None:
    inner = {*load("names")["modules"], *load("names_past")["modules"]}
    gone = {removed_module(root + name[len("keras") :], "3.15", member=True) for name in inner}
    gone.discard(None)
    assert len(gone) > 30
    assert not [path for path in gone if reachable(path)]


def test_removed_methods_are_gone() -> None:
    for name, (kind, _, is_class) in load("symbols").items():
        if not is_class or kind in ("value", "module"):
            continue
        try:
            cls = found(name)
        except AttributeError:
            continue
        for method in {full.rpartition(".")[2] for full in METHODS}:
            removed = keras_api.removed_method(f"{name}.{method}")
            if removed is not None and "3.15" not in removed.releases:
                assert not hasattr(cls, method), (name, method)


def test_add_metric_always_raises() -> None:
    with pytest.raises(NotImplementedError):
        model().add_metric(keras.metrics.Mean())


# -- the examples of the rules, run ---------------------------------------------------------------


@pytest.mark.parametrize("code", ["KER001", "KER003", "KER004", "KER011"])
def test_examples_of_the_rules_run(code: str) -> None:
    from test_docstrings import snippets, whole

    from kerlint.catalogue.codes import catalogue

    text = next(entry.text for entry in catalogue() if entry.code == code)
    bad, good = (whole(snippets(text, heading)) for heading in ("Bad", "Good"))
    with pytest.raises((ImportError, AttributeError, TypeError, ValueError)):
        exec(textwrap.dedent(bad), {})
    exec(textwrap.dedent(good), {})
