"""What the rules about classes, splits and scores rely on, asked of Keras and scikit-learn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kerlint.reading.library.keras_objects import SCORES

np = pytest.importorskip("numpy")
keras = pytest.importorskip("keras")

pytestmark = pytest.mark.tensorflow

layers = keras.layers
x = np.random.default_rng(0).random((32, 5)).astype("float32")
y = np.random.default_rng(1).integers(0, 2, (32, 1)).astype("float32")


def compiled(activation: object = "sigmoid", **options: object) -> keras.Model:
    model = keras.Sequential([keras.Input((5,)), layers.Dense(1, activation=activation)])
    model.compile(**{"optimizer": "adam", "loss": "binary_crossentropy", **options})
    return model


def fit(**options: object) -> None:
    model = compiled()
    model.fit(x, y, verbose=0, **options)


# -- classes without parentheses (KER936) ---------------------------------------------------------

_ERRORS = (AttributeError, NotImplementedError, TypeError, ValueError)
REFUSED: dict[str, Callable[[], object]] = {
    "a layer": lambda: keras.Sequential().add(layers.Flatten),
    "a layer in a list": lambda: keras.Sequential([keras.Input((5,)), layers.Dropout]),
    "an optimizer": lambda: compiled(optimizer=keras.optimizers.Adam),
    "a callback": lambda: fit(callbacks=keras.callbacks.EarlyStopping),
    "a callback in a list": lambda: fit(callbacks=[keras.callbacks.TerminateOnNaN]),
    **{
        f"activation={kind}": lambda kind=kind: compiled(activation=getattr(layers, kind)).fit(x, y)
        for kind in ("ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax")
    },
    "Bidirectional": lambda: layers.Bidirectional(layers.LSTM),
    "TimeDistributed": lambda: layers.TimeDistributed(layers.Flatten),
    **{
        f"{kind}(x)": lambda kind=kind: getattr(layers, kind)(keras.Input((5, 5, 2)))
        for kind in (
            *("Activation", "BatchNormalization", "Dense", "Dropout", "Flatten", "LSTM", "ReLU"),
            *("LayerNormalization", "MaxPooling2D", "GlobalAveragePooling2D", "UpSampling2D"),
        )
    },
}
TAKEN: dict[str, Callable[[], object]] = {
    "a loss": lambda: compiled(loss=keras.losses.MeanSquaredError).fit(x, y, verbose=0),
    "a metric": lambda: compiled(metrics=[keras.metrics.AUC]).fit(x, y, verbose=0),
    "an initializer": lambda: layers.Dense(3, kernel_initializer=keras.initializers.Zeros)(x),
    "a regularizer": lambda: layers.Dense(3, kernel_regularizer=keras.regularizers.L2)(x),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_these_classes_have_to_be_called(make: Callable[[], object]) -> None:
    with pytest.raises(_ERRORS):
        make()


@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN)
def test_keras_makes_objects_of_these_classes(make: Callable[[], object]) -> None:
    make()


# -- predictions and scores -----------------------------------------------------------------------


def test_argmax_of_one_unit_is_0() -> None:
    predictions = compiled().predict(x, verbose=0)
    assert predictions.shape == (32, 1)
    assert not np.argmax(predictions, axis=1).any()


def test_evaluate_returns_the_loss_first() -> None:
    model = compiled(metrics=["accuracy"])
    assert model.metrics_names[0] == "loss"
    first, second = model.evaluate(x, y, verbose=0)
    named = model.evaluate(x, y, verbose=0, return_dict=True)
    assert [first, second] == pytest.approx([named["loss"], named["accuracy"]])


def test_fit_goes_on_with_the_weights_and_compile_keeps_them() -> None:
    model = compiled()
    model.fit(x, y, verbose=0)
    trained = model.get_weights()
    model.compile(optimizer="adam", loss="binary_crossentropy")
    assert all(np.array_equal(a, b) for a, b in zip(trained, model.get_weights()))


@pytest.mark.parametrize("path", sorted(SCORES))
def test_scores_of_scikit_learn_refuse_probabilities(path: str) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    score = getattr(metrics, path.rpartition(".")[2])
    options = {"beta": 1.0} if path.endswith("fbeta_score") else {}
    rows = np.random.default_rng(2).random((32, 3))
    classes = rows.argmax(axis=1)
    for labels, predicted in (
        (y[:, 0], compiled().predict(x, verbose=0)),
        (classes, rows),
        (np.eye(3)[classes], rows),
    ):
        with pytest.raises(ValueError, match="continuous"):
            score(labels, predicted, **options)


def test_a_split_is_returned_array_by_array() -> None:
    selection = pytest.importorskip("sklearn.model_selection")
    parts = selection.train_test_split(x, y[:, 0], test_size=8)
    assert [part.shape for part in parts] == [(24, 5), (8, 5), (24,), (8,)]
