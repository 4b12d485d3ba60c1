"""What the rules about losses and metrics claim of Keras holds in the installed Keras."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from typing import Any

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

from kerlint.rules.ker111_two_activations import _BEFORE, _LEFT, _MILD  # noqa: E402
from kerlint.rules.ker122_hidden_activation_under_crossentropy import (  # noqa: E402
    _ABOVE_0,
    _ANY,
)
from kerlint.rules.ker128_error_of_class_numbers import _ERRORS  # noqa: E402
from kerlint.rules.metric_labels import (  # noqa: E402
    COUNTS,
    FOR_NUMBERS,
    FOR_ONE_HOT,
    class_of,
)

pytestmark = pytest.mark.tensorflow

NUMBERS = np.arange(24) % 3
ONE_HOT = np.eye(3, dtype="float32")[NUMBERS]
SURE = (0.7 * ONE_HOT + 0.1).astype("float32")
"""Right answers for three classes."""
SHAPES = r"[dD]imension|shape|rank|size"
"""What errors about labels of another form say."""


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


def of_any_labels(_: Any, outputs: Any) -> Any:
    """A loss that does not look at the labels."""
    return keras.ops.mean(outputs, axis=-1)


def scored(metric: Any, labels: Any, outputs: Any, loss: Any = of_any_labels) -> float:
    """What a compiled model that outputs just this says of a metric."""
    echo = keras.Sequential([keras.Input(outputs.shape[1:]), keras.layers.Identity()])
    echo.compile("sgd", loss=loss, metrics=[metric])
    found = echo.test_on_batch(outputs, labels, return_dict=True)
    return float(np.mean([value for key, value in found.items() if key != "loss"]))


def made(kind: str) -> Any:
    args = {"precision_at_recall": (0.5,), "recall_at_precision": (0.5,)}
    args |= {"sensitivity_at_specificity": (0.5,), "specificity_at_sensitivity": (0.5,)}
    name = "".join(word.capitalize() for word in kind.split("_"))
    names = {"auc": "AUC", "binary_iou": "BinaryIoU", "kl_divergence": "KLDivergence"}
    return getattr(keras.metrics, names.get(kind, name))(*args.get(kind, ()))


@pytest.mark.parametrize("kind", sorted(COUNTS))
@pytest.mark.parametrize("labels", [NUMBERS, NUMBERS[:, None]], ids=["(n,)", "(n, 1)"])
def test_counts_refuse_class_numbers(kind: str, labels: Any) -> None:
    with pytest.raises(Exception, match=SHAPES):
        scored(made(kind), labels, SURE)
    assert math.isfinite(scored(made(kind), ONE_HOT, SURE))


@pytest.mark.parametrize("kind", ["f1_score", "f_beta_score"])
def test_f_scores_want_two_axes(kind: str) -> None:
    name = {"f1_score": "F1Score", "f_beta_score": "FBetaScore"}[kind]
    metric = getattr(keras.metrics, name)
    yes = (np.arange(24) % 2).astype("float32")
    with pytest.raises(ValueError, match="2D inputs"):
        scored(metric(threshold=0.5), yes, yes[:, None])
    assert scored(metric(threshold=0.5), yes[:, None], yes[:, None]) == pytest.approx(1.0)


def test_binary_accuracy_counts_each_class() -> None:
    with pytest.raises(Exception, match=SHAPES):
        scored("binary_accuracy", NUMBERS, SURE)
    wrong = np.roll(SURE, 1, axis=-1)
    assert scored("binary_accuracy", ONE_HOT, wrong) == pytest.approx(1 / 3)
    pair, sure = np.eye(2, dtype="float32")[NUMBERS % 2], np.random.default_rng(0).random((24, 1))
    both = np.concatenate([sure, 1 - sure], axis=1).astype("float32")
    assert scored("binary_accuracy", pair, both) == scored("categorical_accuracy", pair, both)


@pytest.mark.parametrize("kind", sorted(FOR_ONE_HOT))
def test_metrics_for_one_hot_labels_do_not_take_class_numbers(kind: str) -> None:
    best = 0.0 if "crossentropy" in kind else 1.0
    metric = class_of(kind)
    one_hot = scored(getattr(keras.metrics, metric)(), ONE_HOT, SURE)
    assert one_hot == pytest.approx(best, abs=0.3)
    try:
        found = scored(getattr(keras.metrics, metric)(), NUMBERS, SURE)
    except Exception:
        return
    assert "top_k" in kind or found < 0.5


@pytest.mark.parametrize("kind", sorted(FOR_NUMBERS))
def test_metrics_for_class_numbers_refuse_one_hot_labels(kind: str) -> None:
    with pytest.raises(Exception, match=SHAPES):
        scored(getattr(keras.metrics, class_of(kind))(), ONE_HOT, SURE)


@pytest.mark.parametrize("kind", ["categorical_accuracy", "sparse_categorical_accuracy"])
def test_the_largest_of_one_unit_is_always_the_same(kind: str) -> None:
    labels = (np.arange(24) % 2)[:, None]
    outputs = np.random.default_rng(0).random((24, 1)).astype("float32")
    assert scored(kind, labels, outputs) == scored(kind, labels, 1 - outputs)


@pytest.mark.parametrize("kind", sorted(_ERRORS))
def test_errors_of_class_numbers_mean_nothing(kind: str) -> None:
    name = {"r2_score": "R2Score", "log_cosh": "LogCoshError", "huber": ""}.get(kind)
    metric = getattr(keras.metrics, name)() if name else None
    metric = metric if metric is not None else (kind if name is None else keras.losses.Huber())
    with pytest.raises(Exception, match=SHAPES):
        scored(metric, NUMBERS, SURE)


def test_accuracy_is_exact_equality() -> None:
    assert scored(keras.metrics.Accuracy(), ONE_HOT, SURE) == 0.0
    assert scored("accuracy", ONE_HOT, SURE, "categorical_crossentropy") == 1.0
    assert scored("Accuracy", ONE_HOT, SURE, "categorical_crossentropy") == 1.0


def test_accuracy_of_several_labels_is_that_of_the_largest_output() -> None:
    labels = np.array([[1, 1, 0], [0, 1, 1]], "float32")
    right = np.array([[0.6, 0.9, 0.1], [0.2, 0.7, 0.8]], "float32")
    assert scored("accuracy", labels, right, "binary_crossentropy") == 0.0
    assert scored("binary_accuracy", labels, right, "binary_crossentropy") == 1.0


@pytest.mark.parametrize("k", [3, 5])
def test_top_k_of_all_classes_is_1(k: int) -> None:
    wrong = np.roll(SURE, 1, axis=-1)
    assert scored(keras.metrics.TopKCategoricalAccuracy(k=k), ONE_HOT, wrong) == 1.0
    assert scored(keras.metrics.SparseTopKCategoricalAccuracy(k=k), NUMBERS, wrong) == 1.0
    assert scored(keras.metrics.TopKCategoricalAccuracy(k=1), ONE_HOT, wrong) == 0.0


def test_iou_takes_class_numbers_on_both_sides() -> None:
    right = scored(keras.metrics.MeanIoU(num_classes=3), ONE_HOT, SURE)
    assert right == scored(keras.metrics.MeanIoU(num_classes=3), ONE_HOT, np.roll(SURE, 1, -1)) < 1
    with pytest.raises(Exception, match=SHAPES):
        scored(keras.metrics.MeanIoU(num_classes=3), NUMBERS, SURE)
    with_argmax = keras.metrics.MeanIoU(num_classes=3, sparse_y_pred=False)
    assert scored(with_argmax, NUMBERS, SURE) == pytest.approx(1.0)
    assert scored(keras.metrics.OneHotMeanIoU(num_classes=3), ONE_HOT, SURE) == pytest.approx(1.0)
    yes = (np.arange(24) % 2).astype("float32")[:, None]
    assert scored(keras.metrics.BinaryIoU(), yes, 0.2 + 0.6 * yes) == pytest.approx(1.0)
    assert scored(keras.metrics.MeanIoU(num_classes=2), yes, 0.2 + 0.6 * yes) < 0.5


@pytest.mark.parametrize("name", ["Precision", "Recall"])
def test_over_two_units_precision_and_recall_are_the_accuracy(name: str) -> None:
    random = np.random.default_rng(1)
    labels = np.eye(2, dtype="float32")[random.integers(0, 2, 64)]
    first = random.random((64, 1)).astype("float32")
    outputs = np.concatenate([first, 1 - first], axis=1)
    metric = getattr(keras.metrics, name)
    accuracy = scored("categorical_accuracy", labels, outputs)
    assert scored(metric(), labels, outputs) == pytest.approx(accuracy)
    assert scored(metric(class_id=1), labels, outputs) != pytest.approx(accuracy, abs=1e-3)


# -- losses ---------------------------------------------------------------------------------------


def loss_of(name: str, labels: Any, outputs: Any) -> float:
    return float(np.mean(keras.losses.get(name)(np.asarray(labels), np.asarray(outputs))))


def test_the_hinge_of_a_no_is_1_or_more_above_0() -> None:
    yes, no = np.ones((1, 1), "float32"), np.zeros((1, 1), "float32")
    mixed = np.concatenate([yes, no])
    for given in (0.0, 0.3, 1.0):
        outputs = np.array([[1.0], [given]], "float32")
        assert loss_of("hinge", mixed, outputs) >= 0.5
    assert loss_of("hinge", mixed, np.array([[1.0], [-1.0]], "float32")) == 0.0
    assert loss_of("categorical_hinge", ONE_HOT, ONE_HOT) == 0.0


def test_kl_divergence_falls_with_each_output() -> None:
    assert loss_of("kl_divergence", ONE_HOT, SURE) > loss_of("kl_divergence", ONE_HOT, SURE + 0.1)
    assert loss_of("kl_divergence", ONE_HOT, np.ones((24, 3), "float32")) < 1e-5


def test_poisson_of_a_negative_output_is_not_a_number() -> None:
    assert math.isnan(loss_of("poisson", [[1.0]], np.float32([[-0.5]])))
    assert math.isfinite(loss_of("poisson", [[1.0]], np.float32([[0.0]])))


def test_msle_takes_negative_numbers_for_0() -> None:
    assert loss_of("msle", np.float32([[-7.0]]), np.float32([[0.0]])) == pytest.approx(0, abs=1e-6)


def test_mape_of_a_target_of_0() -> None:
    assert loss_of("mape", np.float32([[0.0]]), np.float32([[1.0]])) > 1e8


def test_the_cosine_of_single_numbers_is_their_sign() -> None:
    target = np.float32([[3.0]])
    assert loss_of("cosine_similarity", target, np.float32([[0.1]])) == pytest.approx(-1.0)
    assert loss_of("cosine_similarity", target, np.float32([[9.0]])) == pytest.approx(-1.0)
    assert loss_of("cosine_similarity", target, np.float32([[-9.0]])) == pytest.approx(1.0)


SCORES = np.linspace(-60.0, 60.0, 41).astype("float32")


@pytest.mark.parametrize(("first", "second"), sorted(_LEFT))
def test_two_activations_leave_a_part_of_the_range(first: str, second: str) -> None:
    def both(values: Any) -> Any:
        given = keras.activations.get(first)(np.asarray(values, "float32"))
        return np.asarray(keras.activations.get(second)(given))

    words = _LEFT[first, second]
    if second == "sigmoid":
        found = both(np.stack([SCORES, -SCORES], axis=1))
        assert found.min() >= (0.268 if first == "tanh" else 0.5)
        assert ("0.73" in words) == bool(found.max() < 0.7315)
    elif (first, second) in _MILD:
        assert (both([[-9.0, -5.0]]) == both([[-1.0, -1.0]])).all()
    else:
        assert both([[-60.0, -60.0, 60.0]]).max() < 0.8


def test_each_pair_of_activations_has_its_words() -> None:
    assert {(f, s) for s, firsts in _BEFORE.items() for f in firsts} == set(_LEFT)


@pytest.mark.parametrize("name", sorted((_ABOVE_0 | _ANY) - {"prelu"}))
def test_these_activations_do_not_give_probabilities(name: str) -> None:
    found = np.asarray(keras.activations.get(name)(np.float32([[-3.0, -0.5, 4.0]])))
    assert not np.allclose(found.sum(), 1.0, atol=1e-2)
    assert (found.min() < 0) == (name in _ANY)
    assert name not in _ABOVE_0 or found.max() > 1


# -- losses and metrics of several outputs --------------------------------------------------------

TWO = {
    "loss": (["mse"], ["mse"] * 3, {"a": "mse"}, {"a": "mse", "c": "mse"}),
    "metrics": (["mae"], ["mae"] * 3, [["mae", "mse"]], {"c": "mae"}),
    "loss_weights": ([1.0, 2.0], {"a": 1.0, "b": 2.0}),
}
FINE = {
    "loss": ("mse", ["mse", "mae"], [None, "mse"], {"a": "mse", "b": "mse"}),
    "metrics": (None, ["mae", "mse"], [["mae"], []], {"a": "mae"}),
    "loss_weights": (None, [1.0]),
}


def trained(**settings: Any) -> list[float]:
    """How far a step moves the kernels of two outputs."""
    keras.utils.set_random_seed(0)
    x = keras.Input((4,))
    heads = [keras.layers.Dense(1, name=name) for name in "ab"]
    model = keras.Model(x, [head(x) for head in heads])
    before = [head.get_weights()[0] for head in heads]
    model.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
    model.fit(np.ones((8, 4)), [np.ones((8, 1))] * 2, verbose=0)
    return [float(np.abs(h.get_weights()[0] - b).max()) for h, b in zip(heads, before, strict=True)]


def cases(table: dict[str, tuple[Any, ...]]) -> Any:
    found = [(name, value) for name, values in table.items() for value in values]
    return pytest.mark.parametrize(("name", "value"), found, ids=[f"{n}={v}" for n, v in found])


@cases(TWO)
def test_what_does_not_pair_with_two_outputs(name: str, value: Any) -> None:
    if value == ["mse"]:
        assert trained(loss=value)[1] == 0.0 < trained(loss="mse")[1]
        return
    with pytest.raises((ValueError, KeyError, TypeError)):
        trained(**{name: value})


@cases(FINE)
def test_what_pairs_with_two_outputs(name: str, value: Any) -> None:
    if isinstance(value, list) and value[0] is None:
        return  # only the labels of the second one are given then
    assert min(trained(**{name: value})) > 0.0


def test_numpy_stretches_predictions() -> None:
    labels, model = np.arange(5.0), keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    found = model.predict(np.ones((5, 2)), verbose=0)
    assert found.shape == (5, 1)
    assert (labels - found).shape == (labels == found).shape == (5, 5)
    assert (labels - found.ravel()).shape == (5,)
