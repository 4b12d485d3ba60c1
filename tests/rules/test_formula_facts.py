"""What the rules about the user's own losses and metrics rely on, asked of TensorFlow and Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kerlint.program.gradients import CUTTING, SHAPES, ZEROS

np = pytest.importorskip("numpy")
pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]


def _gradient(function: Callable[[Any], Any]) -> str:
    """What comes back through a function: nothing, zeros or something."""
    import tensorflow as tf

    x = tf.constant([[0.2, 0.7], [0.6, 0.1]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    if not tf.is_tensor(y):
        return "none"
    try:
        found = tape.gradient(y, x)
    except LookupError:  # no gradient is registered
        found = None
    if found is None:
        return "none"
    return "some" if np.any(tf.convert_to_tensor(found)) else "zeros"


_SECOND = {
    "confusion_matrix": lambda f, x: f([0, 1], _whole(x)),
    "bincount": lambda f, x: f(_whole(x)[:, 0]),
    "in_top_k": lambda f, x: f([0, 1], x, 1),
    "one_hot": lambda f, x: f(_whole(x), 2),
    "searchsorted": lambda f, x: f(np.float32([0.1, 0.5]), x[0]),
    "sequence_mask": lambda f, x: f(_whole(x), 3),
    "digitize": lambda f, x: f(x, np.float32([0.1, 0.5])),
    "full_like": lambda f, x: f(x, 2.0),
    **dict.fromkeys(("logical_and", "logical_or", "logical_xor"), lambda f, x: f(x > 0.5, x > 0.1)),
    **dict.fromkeys(("all", "any", "reduce_all", "reduce_any"), lambda f, x: f(x > 0.5)),
    "logical_not": lambda f, x: f(x > 0.5),
    **dict.fromkeys(
        (
            "equal",
            "floor_div",
            "floor_divide",
            "floordiv",
            "greater",
            "greater_equal",
            "less",
            "less_equal",
            "not_equal",
        ),
        lambda f, x: f(x, 0.5),
    ),
}


def _whole(x: Any) -> Any:
    import tensorflow as tf

    return tf.cast(x, tf.int32)


def test_no_gradient_goes_through_what_rounds_or_compares(keras: Any) -> None:
    import tensorflow as tf

    asked = set()
    for module in (tf, tf.math, keras.ops, tf.keras.backend):
        for word in CUTTING | SHAPES:
            function = getattr(module, word, None)
            if function is None or word == "numpy_function":
                continue
            if module is not tf and word in (
                "confusion_matrix",
                "in_top_k",
                "ndim",
                "shape",
                "rank",
            ):
                continue
            asked.add(word)
            call = _SECOND.get(word, lambda f, x: f(x))
            expected = "zeros" if word in ZEROS | {"argsort"} else "none"
            assert _gradient(lambda x: call(function, x)) == expected, (module, word)  # noqa: B023
    assert len(asked) > 40
    assert _gradient(lambda x: tf.numpy_function(lambda a: a * 2, [x], tf.float32)) == "none"
    assert _gradient(lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32)) == "none"
    assert _gradient(lambda x: tf.cast(x > 0.5, tf.float32)) == "none"
    assert _gradient(lambda x: x // 0.3) == "none"


def test_what_only_looks_like_it_has_a_gradient(keras: Any) -> None:
    import tensorflow as tf

    for function in (
        lambda x: x + tf.stop_gradient(tf.round(x) - x),
        lambda x: tf.cast(x > 0.5, tf.float32) * x,
        lambda x: tf.where(x > 0.5, x, 0.0),
        lambda x: tf.gather(x, tf.argmax(x, axis=0)),
        lambda x: tf.boolean_mask(x, x > 0.5),
        lambda x: tf.cast(x, tf.float64),
        lambda x: tf.py_function(lambda a: a * 2, [x], tf.float32),
        lambda x: x % 0.3,
        tf.sort,
        tf.reduce_max,
    ):
        assert _gradient(function) == "some"
    assert _gradient(lambda x: tf.where(x > 0.5, 1.0, 0.0)) == "none"


def test_metrics_of_keras_have_no_gradient(keras: Any) -> None:
    labels = np.float32([[0, 1], [1, 0]])
    for name in ("binary", "categorical", "top_k_categorical"):
        assert _gradient(lambda x: getattr(keras.metrics, f"{name}_accuracy")(labels, x)) == "none"  # noqa: B023
    for metric in (keras.metrics.MeanSquaredError(), keras.metrics.Precision()):
        assert _gradient(lambda x: metric(labels, x)) == "none"  # noqa: B023
    assert _gradient(lambda x: keras.metrics.mean_squared_error(labels, x)) == "some"


# -- in fit ---------------------------------------------------------------------------------------


def _fit(keras: Any, activation: str | None = None, y: Any = None, **options: Any) -> Any:
    """Train one epoch; the history, and how far the weights have moved."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu")])
    model.add(keras.layers.Dense(1, activation=activation))
    x = np.random.rand(32, 4).astype("float32")
    before = [weight.copy() for weight in model.get_weights()]
    model.compile("sgd", **{"loss": "mse", **options})
    y = x.sum(1, keepdims=True) if y is None else y(x)
    history = model.fit(x, y, verbose=0, epochs=2).history
    moved = max(float(abs(a - b).max()) for a, b in zip(before, model.get_weights()))
    return {name: values[-1] for name, values in history.items()}, moved


def test_a_loss_without_gradient_raises_or_never_trains(keras: Any) -> None:
    from keras import ops

    for loss in (
        lambda t, p: ops.mean(ops.square(t - ops.round(p))),
        lambda t, p: ops.mean(t),
        lambda t, p: 0.0,
    ):
        with pytest.raises(ValueError, match="No gradients provided"):
            _fit(keras, loss=loss)
    _, moved = _fit(keras, loss=lambda t, p: ops.mean(ops.sign(t - p)))
    assert moved == 0


def test_what_keras_needs_of_a_loss_and_metric(keras: Any) -> None:
    from keras import ops

    for function, error in (
        (lambda t, p: None, ValueError),
        (lambda t: ops.mean(t), TypeError),
        (lambda t, p, w: ops.mean(t - p), TypeError),
        (lambda gamma=2.0, alpha=1.0: lambda t, p: ops.mean(t - p), TypeError),
    ):
        with pytest.raises(error):
            _fit(keras, loss=function)
        with pytest.raises(error):
            _fit(keras, metrics=[function])


def test_numpy_needs_values(keras: Any) -> None:
    for function in (np.mean, np.abs, np.log, np.array, np.float32, np.argmax, np.isnan):
        with pytest.raises(NotImplementedError):
            _fit(keras, loss=lambda t, p, f=function: f(p))
    for function in (np.shape, np.ndim):
        _fit(keras, loss=lambda t, p, f=function: (t - p) ** 2 + 0.0 * len(str(f(p))))
    with pytest.raises(AttributeError):
        _fit(keras, metrics=[lambda t, p: p.numpy()])
    _fit(keras, metrics=[lambda t, p: np.mean(t - p)], run_eagerly=True)
    with pytest.raises(ValueError, match="No gradients provided"):
        _fit(keras, loss=lambda t, p: np.mean(t - p), run_eagerly=True)


@pytest.mark.parametrize("axes", [(), (1, 1)])
def test_whose_labels_keras_aligns(keras: Any, axes: tuple[int, ...]) -> None:
    """Those of a loss function; not those of a loss class or a metric function."""
    seen: dict[str, int] = {}

    def note(name: str) -> Callable[[Any, Any], Any]:
        def function(t: Any, p: Any) -> Any:
            seen[name] = len(t.shape)
            return (t - p) ** 2

        return function

    class Own(keras.losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return note("class")(y_true, y_pred)

    def labels(x: Any) -> Any:
        return x.sum(1).reshape(-1, *axes)

    _fit(keras, y=labels, loss=note("function"), metrics=[note("metric")])
    _fit(keras, y=labels, loss=Own())
    assert seen == {"function": 2, "class": 1 + len(axes), "metric": 1 + len(axes)}


def test_keras_2_aligns_all_labels() -> None:
    keras = pytest.importorskip("tf_keras")
    seen: list[int] = []

    def note(t: Any, p: Any) -> Any:
        seen.append(len(t.shape))
        return (t - p) ** 2

    class Own(keras.losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return note(y_true, y_pred)

    model = keras.Sequential([keras.layers.InputLayer((4,)), keras.layers.Dense(1)])
    model.compile("sgd", Own(), metrics=[note])
    model.fit(np.ones((32, 4)), np.ones(32), verbose=0)
    assert seen
    assert set(seen) == {2}


def test_the_root_over_one_output_is_the_absolute_error(keras: Any) -> None:
    from keras import ops

    def rmse(t: Any, p: Any) -> Any:
        return ops.sqrt(ops.mean(ops.square(t - p), axis=-1))

    root = keras.metrics.RootMeanSquaredError(name="root")
    found, _ = _fit(keras, metrics=[rmse, "mae", root])
    assert found["rmse"] == pytest.approx(found["mae"], rel=1e-5)
    assert found["root"] > found["mae"]


@pytest.mark.parametrize(
    ("activation", "function"),
    [(None, "log"), ("tanh", "log"), ("relu", "log"), (None, "sqrt"), ("tanh", "sqrt")],
)
def test_logarithms_of_the_output_are_not_numbers(
    keras: Any, activation: str | None, function: str
) -> None:
    def loss(t: Any, p: Any) -> Any:
        return -keras.ops.mean(t * getattr(keras.ops, function)(p))

    found, _ = _fit(keras, activation, loss=loss)
    assert not np.isfinite(found["loss"])


# -- weights that Keras does not see --------------------------------------------------------------


def _trained(keras: Any, *layers: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.random.rand(64, 4).astype("float32")
    model.fit(x, x[:, :1], batch_size=32, verbose=0)
    return model


def test_a_layer_that_is_made_in_call_raises_in_fit(keras: Any) -> None:
    def block(make: Callable[[], Any]) -> Any:
        class Block(keras.layers.Layer):
            def call(self, x: Any) -> Any:
                return make()(x)

        return Block()

    for name, args in (("Dense", (4,)), ("BatchNormalization", ()), ("Dropout", (0.5,))):
        with pytest.raises(ValueError, match="singleton"):
            _trained(keras, block(lambda n=name, a=args: getattr(keras.layers, n)(*a)))
    for name, args in (("ReLU", ()), ("Flatten", ()), ("Dropout", (0.0,))):
        _trained(keras, block(lambda n=name, a=args: getattr(keras.layers, n)(*a)))


def test_a_layer_that_is_kept_in_call_raises_in_fit(keras: Any) -> None:
    class Network(keras.Model):
        def call(self, x: Any) -> Any:
            self.dense = keras.layers.Dense(1)
            return self.dense(x)

    model = Network()
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="already built"):
        model.fit(np.ones((64, 4)), np.ones((64, 1)), verbose=0)


def test_dropout_in_call_is_fine_in_keras_2() -> None:
    keras = pytest.importorskip("tf_keras")

    class Block(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return keras.layers.Dropout(0.5)(x)

    model = keras.Sequential([keras.layers.InputLayer((4,)), Block(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.ones((64, 4)), np.ones((64, 1)), verbose=0)


def test_a_lambda_does_not_know_the_weights_it_uses(keras: Any) -> None:
    import tensorflow as tf

    dense, variable = keras.layers.Dense(4), tf.Variable(np.ones(4, "float32"))
    owned = keras.Variable(np.ones(4, "float32"))
    for function in (lambda x: dense(x), lambda x: x * variable, lambda x: x * owned):
        model = _trained(keras, keras.layers.Lambda(function))
        assert len(model.trainable_variables) == 2
    assert (variable.numpy() == 1).all()


def test_a_crossentropy_with_the_output_first_is_another_number(keras: Any) -> None:
    x = np.random.default_rng(0).random((256, 8)).astype("float32")
    y = keras.utils.to_categorical(x[:, :3].argmax(1), 3)
    crossentropy = keras.losses.categorical_crossentropy
    found = []
    for loss in (crossentropy, lambda t, p: crossentropy(p, t)):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3, activation="softmax")])
        model.compile(keras.optimizers.Adam(0.01), loss)
        found.append(model.fit(x, y, epochs=20, verbose=0).history["loss"][-1])
    right, swapped = found
    assert swapped > 5 * right
