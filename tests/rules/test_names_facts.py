"""What the rules about names, texts and files rely on, asked of the installed Keras itself."""

# ruff: noqa: SIM905 (long lists of words read better as running text)
from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kerlint import keras_api
from kerlint.keras_api import facts, names
from kerlint.program.logs import logged
from kerlint.reading import read
from kerlint.rules import strings
from kerlint.rules.ker007_file_name import _accepted
from kerlint.rules.strings import known
from kerlint.rules.successors import advice, removed_module, removed_name
from kerlint.sources.source import Source

np = pytest.importorskip("numpy")
keras = pytest.importorskip("keras", minversion="3.15")
tf = pytest.importorskip("tensorflow")

pytestmark = pytest.mark.tensorflow


def there(path: str) -> bool:
    """Whether the installed Keras has a path below ``keras`` or ``tensorflow.keras``."""
    found = keras if path.startswith("keras") else tf
    for part in path.split(".")[1:]:
        found = getattr(found, part, None)
        if found is None:
            return False
    return True


# -- what is gone (KER002) ------------------------------------------------------------------------


def old_names(root: str) -> Iterator[str]:
    """All names that the data have of any release."""
    for table in (names._past(), names._current()):
        for module, members in table.items():
            for member in members:
                yield f"{root}{module[len('keras') :]}.{member}"


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_names_that_are_said_to_be_gone_are_gone(root: str) -> None:
    gone = {removed_name(path, "3.15") for path in old_names(root)} - {None}
    assert len(gone) > 500
    assert [path for path in sorted(gone) if there(path)] == []  # type: ignore[type-var]


def public(module: object, path: str, depth: int = 0) -> Iterator[str]:
    for name in dir(module):
        found = getattr(module, name, None)
        if name.startswith("_") or found is None:
            continue
        if type(found).__name__ != "module":
            yield f"{path}.{name}"
        elif found.__name__.startswith("tf_keras") and ".src" not in found.__name__ and depth < 5:
            yield from public(found, f"{path}.{name}", depth + 1)


# Generated files that no name leads to.
NO_NAMES = ("keras.protobuf.", "tensorflow.keras.protobuf.")


@pytest.mark.parametrize("root", ["", "tensorflow."])
def test_every_name_of_keras_2_that_is_gone_is_known(root: str) -> None:
    old = pytest.importorskip("tf_keras")
    gone = [root + name for name in public(old, "keras") if not there(root + name)]
    assert len(gone) > 150
    assert [
        path
        for path in gone
        if not path.startswith(NO_NAMES)
        and removed_name(path, "3.15") is None
        and removed_module(path, "3.15", member=True) is None
    ] == []


def test_what_the_help_names_is_there() -> None:
    said = {*facts._BACKEND.values(), *facts._NAMES.values()}
    named = {
        path.rstrip(".")
        for text in said
        for path in re.findall(r"(?<![\w.])(?:tensorflow\.)?keras\.[\w.]+", text)
    }
    assert len(named) > 60
    assert [path for path in sorted(named) if not there(path)] == []


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_a_replacement_is_there(root: str) -> None:
    for path in old_names(root):
        gone = removed_name(path, "3.15")
        new = keras_api.replacement(gone, "3.15") if gone is not None else None
        if new is not None:
            assert there(new), (gone, new, advice(path, "3.15"))


@pytest.mark.parametrize("name", ["Adagrad", "Adam", "Ftrl", "RMSprop", "SGD"])
def test_legacy_optimizers_are_there_and_raise(name: str) -> None:
    with pytest.raises(ImportError):
        getattr(keras.optimizers.legacy, name)()


# -- texts (KER014, KER309) -----------------------------------------------------------------------

WORDS = (
    "adam Adam ADAM adamw adm rms_prop RMSProp momentum mse MSE Mse cce dice crossentropy "
    "mean_squared_error MeanSquaredError log_cosh huber accuracy acc rmse r2_score R2Score auc AUC "
    "f1_score fbeta_score cosine_similarity cosine relu ReLU Relu rleu Softmax softmax linear None "
    "leaky_relu LeakyReLU swish silu gelu GELU hard_sigmoid identity tanh TanH sigmod glu"
).split()


def interprets(kind: str, text: str) -> bool:
    try:
        if kind == "optimizer":
            keras.optimizers.get(text)
        elif kind == "activation":
            keras.layers.Dense(2, activation=text)
        elif kind == "loss":
            loss = trained(loss=text)
            assert loss is not None
        else:
            trained(loss="mse", metrics=[text])
    except (TypeError, ValueError):
        return False
    return True


def trained(**given: object) -> object:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", **given)
    return model.train_on_batch([[0.0] * 4] * 4, [[0.0, 1.0]] * 4)


def test_texts_that_are_said_to_be_unknown_are_refused() -> None:
    # Only the metrics and losses that need no other shapes.
    for kind in ("activation", "loss", "metric", "optimizer"):
        for word in WORDS:
            if not known(kind, word, ("3.15",)):
                assert not interprets(kind, word), (kind, word)


@pytest.mark.parametrize("kind", ["activation", "loss", "metric", "optimizer"])
def test_what_is_suggested_is_known(kind: str) -> None:
    for word in (*strings._MEANT[kind], *WORDS):
        other = strings.meant(kind, word, "3.15")
        assert other is None or known(kind, other, ("3.15",)), (word, other)


# -- files (KER007) -------------------------------------------------------------------------------

NAMES = (
    "a a/ a.keras a.h5 a.hdf5 a.tf a.pb a.ckpt a.weights.h5 a.weights a.KERAS a.pkl a.model"
).split()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, str]:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    return model, str(tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize("name", NAMES)
def test_file_names(name: str, saved: tuple[object, str]) -> None:
    model, folder = saved
    path = f"{folder}/{name}"
    for wanted, action in (
        ("model", lambda: model.save(path)),  # type: ignore[attr-defined]
        ("weights", lambda: model.save_weights(path)),  # type: ignore[attr-defined]
        ("checkpoint", lambda: keras.callbacks.ModelCheckpoint(path)),
    ):
        accepted = path.endswith(_accepted(wanted, "3.15"))
        try:
            action()
            assert accepted, wanted
        except ValueError:
            assert not accepted, wanted


# -- positions (KER012) ---------------------------------------------------------------------------


def test_layers_take_no_more_by_position_than_their_signature_says() -> None:
    for name in dir(keras.layers):
        signature = keras_api.signature(f"keras.layers.{name}")
        if name[:1].islower() or signature is None or not signature.params:
            continue
        cls = getattr(keras.layers, name)
        if signature.takes_varargs or not isinstance(cls, type):
            continue
        with pytest.raises(Exception):  # noqa: B017, PT011
            cls(*range(len(signature.positional) + 1))


@pytest.mark.parametrize(
    ("make", "attribute", "value"),
    [
        (lambda: keras.optimizers.SGD(0.01, 0.9, 0.0, True), "weight_decay", True),
        (lambda: keras.optimizers.RMSprop(0.001, 0.9, 1e-8), "momentum", 1e-8),
        (lambda: keras.optimizers.Adam(0.001, 0.9, 0.999, 1e-8, 1e-6), "amsgrad", 1e-6),
        (lambda: keras.optimizers.Nadam(0.002, 0.9, 0.999, 1e-8, 0.004), "weight_decay", 0.004),
        (lambda: keras.optimizers.Adagrad(0.01, 1e-8), "initial_accumulator_value", 1e-8),
    ],
)
def test_where_positions_of_an_older_optimizer_land(make, attribute: str, value: object) -> None:
    assert getattr(make(), attribute) == value


# -- symbolic tensors (KER008) --------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        *(tf.abs, tf.exp, tf.identity, tf.reduce_mean, tf.reduce_sum, tf.shape, tf.sqrt, tf.square),
        *(tf.math.log, tf.math.softplus, tf.nn.relu, tf.nn.softmax, tf.transpose, tf.zeros_like),
        *(tf.keras.backend.mean, tf.keras.backend.sum, tf.keras.backend.shape),
    ],
)
def test_functions_of_tensorflow_refuse_symbolic_tensors(function) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError)):
        function(keras.Input((4,)))


def test_functions_that_take_symbolic_tensors() -> None:
    symbolic = keras.Input((4,))
    assert tf.is_tensor(symbolic) in (True, False)
    assert tf.keras.backend.int_shape(symbolic) == (None, 4)
    assert tf.keras.activations.relu(symbolic) is not None


# -- names of metrics (KER006, KER806) ------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "['accuracy']",
        "['acc', 'MSE']",
        "['mean_squared_error', 'accuracy', 'accuracy']",
        "[keras.metrics.AUC(), keras.metrics.Precision(name='hits')]",
        "[keras.metrics.MeanIoU(2), keras.metrics.F1Score()]",
        "[keras.losses.mean_absolute_error, keras.metrics.binary_accuracy]",
        "{'d': 'mae'}",
        "None",
    ],
)
def test_the_names_that_fit_logs(text: str) -> None:
    program = (
        "import keras\nmodel = keras.Sequential([keras.Input((4,)), "
        "keras.layers.Dense(1, 'sigmoid', name='d')])\n"
        f"model.compile('sgd', 'mse', metrics={text})\n"
        "history = model.fit(x, y, validation_data=(x, y), verbose=0)\n"
    )
    read_program = next(iter(read(Source("a.py", program)).entry_points())).execute({}).program
    said = logged(read_program.fits[0], read_program)
    assert said is not None
    x, y = np.ones((8, 4)), np.ones((8, 1))
    names = {"x": x, "y": y}
    exec(program, names)
    keys = set(names["history"].history)  # type: ignore[attr-defined]
    assert all(said.has(key) for key in keys), (keys, said)
    for metric in said.metrics:
        assert any(key == metric or key.startswith(f"{metric}_") for key in keys), (metric, keys)
    assert not said.has("cosine")


@pytest.mark.parametrize("flag", [True, 3, 0.5, "sum"])
def test_a_layer_takes_only_tensors_by_position(flag: object) -> None:
    rows = np.zeros((2, 3), "float32")
    for layer in (keras.layers.Dropout(0.5), keras.Sequential([keras.layers.Dense(1)])):
        with pytest.raises(ValueError, match="Only input tensors"):
            layer(rows, flag)
    keras.layers.LSTM(2)(np.zeros((1, 2, 3), "float32"), None)


# -- the ends of a Sequential model (KER004) ------------------------------------------------------


@pytest.mark.parametrize("end", ["input", "output"])
def test_a_sequential_model_has_no_ends_until_it_is_called_on_symbols(end: str) -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((2, 3)), np.zeros((2, 1)), verbose=0)
    with pytest.raises(AttributeError, match="never been called"):
        getattr(model, end)
    assert len(getattr(model, f"{end}s")) == 1
    model(keras.Input((3,)))
    getattr(model, end)
