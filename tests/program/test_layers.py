"""The table of layers against the installed Keras: each property is asked of every layer.

Where Keras grants a property that the table does not claim, the layer is listed here, so that the
comparison is exact in both directions: whoever lets a rule look through such a layer moves it from
the list into its record.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Any

import pytest

from kerlint import keras_api
from kerlint.program.layers import KINDS, LayerKind, where

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]

SAMPLES, SIZE, FEATURES = 3, 6, 4

# Layers that take numbers of another sort than features, and those that change images at random.
OF_OTHER_DATA = where(
    lambda kind: (
        kind.shape
        in (
            "category encoding",
            "discretization",
            "embedding",
            "hashing",
            "input",
            "lambda",
            "lookup",
            "mel spectrogram",
            "resize",
            "text vectorization",
        )
    )
)
IMAGES = where(lambda kind: kind.name.startswith("Random")) | {
    "AugMix",
    "AutoContrast",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Equalization",
    "RandAugment",
    "Solarization",
}
ASKED = sorted(
    name
    for name in where(lambda kind: kind.shape and not (kind.merges or kind.wraps))
    if name not in OF_OTHER_DATA | IMAGES and hasattr(keras.layers, name)
)


def arguments(kind: LayerKind, rank: int) -> dict[str, Any]:
    """What the layer cannot be made without."""
    given: dict[str, Any] = {
        "Activation": {"activation": "tanh"},
        "EinsumDense": {"equation": "...x,xy->...y", "output_shape": 3},
        "Permute": {"dims": tuple(range(rank + 1, 0, -1))},
        "RNN": {"cell": keras.layers.LSTMCell(3)},
        "Reshape": {"target_shape": (-1,)},
        "Rescaling": {"scale": 2.0},
        "GroupNormalization": {"groups": 1},
        "LeakyReLU": {"negative_slope": 0.2},
        "Normalization": {"mean": 0.5, "variance": 4.0},
    }.get(kind.name, {})
    optional = {"strides", "dilation_rate", "depth_multiplier", "size"}
    for name in kind.sizes:
        if name not in optional:
            given[name] = 2 if name == "pool_size" else 3
    if kind.shape == "cropping":
        given["cropping"] = 1
    if kind.name.endswith(("Dropout", "Dropout1D", "Dropout2D", "Dropout3D")):
        given["rate"] = 0.5
    if kind.name == "GaussianNoise":
        given["stddev"] = 0.5
    return given


def make(kind: LayerKind, rank: int | None = None) -> Any:
    keras.utils.set_random_seed(1)
    return getattr(keras.layers, kind.name)(**arguments(kind, rank_of(kind, rank)))


def rank_of(kind: LayerKind, rank: int | None = None) -> int:
    if kind.rank is not None:
        return kind.rank
    return 1 if rank is None else rank


def numbers(kind: LayerKind) -> Any:
    shape = (SAMPLES, *[SIZE] * rank_of(kind), FEATURES)
    return np.random.default_rng(0).normal(1.0, 2.0, shape).astype("float32")


def call(layer: Any, x: Any, *, training: bool = False) -> Any:
    takes = "training" in inspect.signature(layer.call).parameters
    given = layer(x, training=training) if takes else layer(x)
    return np.asarray(keras.ops.convert_to_numpy(given))


def claimed(property: str, also: str = "") -> set[str]:
    """The layers with a property: by their records, and by a list of those not yet in use."""
    recorded = where(lambda kind: getattr(kind, property))
    others = set(also.split())
    assert not recorded & others
    return (recorded | others) & set(ASKED)


def granted(test: Callable[[LayerKind], bool]) -> set[str]:
    return {name for name in ASKED if test(KINDS[name])}


def test_every_record_is_canonical_or_of_the_past() -> None:
    for name, kind in KINDS.items():
        found = keras_api.symbol(f"keras.layers.{name}") or keras_api.symbol(
            f"keras.layers.experimental.{name}"
        )
        assert found is not None, name
        assert found.name.rpartition(".")[2] == name
        if keras.__version__.startswith(f"{keras_api.LATEST}."):
            assert kind.legacy == (not hasattr(keras.layers, name)), name


def test_the_rank_of_the_input() -> None:
    for name in ASKED:
        kind = KINDS[name]
        taken = set()
        for rank in range(5):
            try:
                made = getattr(keras.layers, name)(**arguments(kind, rank))
                made(np.ones((SAMPLES, *[SIZE] * rank, FEATURES), "float32"))
            except Exception:
                continue
            taken.add(rank)
        if kind.shape == "adaptive pooling":
            assert kind.rank in taken, name  # it takes some others, too, by mistake
        else:
            assert (taken == {kind.rank}) if kind.rank is not None else len(taken) > 1, name


def test_arguments_that_are_sizes() -> None:
    """Each is an argument of the layer, and another number makes another layer of it."""
    for name, kind in KINDS.items():
        if not hasattr(keras.layers, name):
            continue
        known = inspect.signature(getattr(keras.layers, name).__init__).parameters
        assert set(kind.sizes) <= set(known), name
        assert kind.width is None or kind.width in kind.sizes, name
    for name in ASKED:
        kind = KINDS[name]
        for size in kind.sizes:
            outcomes = []
            for number in (1, 2):
                given = arguments(kind, rank_of(kind)) | {size: number}
                layer = getattr(keras.layers, name)(**given)
                output = layer(keras.Input((*[SIZE] * rank_of(kind), FEATURES)))
                outcomes.append((output.shape, [weight.shape for weight in layer.weights]))
            assert outcomes[0] != outcomes[1], (name, size)
            if size == kind.width:
                assert [outcome[0][-1] for outcome in outcomes] == [1, 2], name


def test_layers_that_make_weights() -> None:
    def makes(kind: LayerKind) -> bool:
        layer = make(kind)
        layer.build((None, *[SIZE] * rank_of(kind), FEATURES))
        return bool(layer.weights)

    # Normalization has weights when it learns its numbers, which are given here.
    assert granted(makes) == claimed("weighted") - {"Normalization"}


def test_layers_that_keep_the_shape() -> None:
    def keeps(kind: LayerKind) -> bool:
        shapes = []
        for rank in (kind.rank,) if kind.rank is not None else (1, 2):
            given = (None, *range(5, 5 + rank), FEATURES)
            try:
                shapes.append(make(kind, rank)(keras.Input(given[1:])).shape == given)
            except Exception:
                shapes.append(False)
        return all(shapes)

    assert granted(keeps) == claimed("keeps_shape")


def test_default_activations() -> None:
    found = {}
    for name in ASKED:
        parameters = inspect.signature(getattr(keras.layers, name).__init__).parameters
        if "activation" in parameters and name != "Activation":
            found[name] = parameters["activation"].default or "linear"
    unread = {"ConvLSTM1D": "tanh", "ConvLSTM3D": "tanh"}
    recorded = {name: KINDS[name].default_activation for name in ASKED}
    assert found == {name: word for name, word in recorded.items() if word is not None} | unread


def test_layers_that_are_an_activation() -> None:
    for name, kind in KINDS.items():
        if kind.activation is not None:
            assert keras_api.kind_of(f"keras.layers.{name}") == kind.activation
        if kind.activation is None or kind.legacy or kind.weighted:
            continue
        function = getattr(keras.activations, kind.activation)
        x = numbers(kind)
        assert np.allclose(call(make(kind), x), keras.ops.convert_to_numpy(function(x)), atol=1e-2)


def test_layers_that_pass_values_on() -> None:
    """Each output is one of the inputs, and which one does not depend on the values."""

    def passes(kind: LayerKind) -> bool:
        layer, x = make(kind), numbers(kind)
        y = call(layer, x)
        if not np.isin(y, x).all():
            return False
        return bool(np.allclose(call(layer, -x), -y) and np.allclose(call(layer, x**2), y**2))

    # Normalization and Rescaling compute, upsampling repeats as RepeatVector does.
    also = "GaussianNoise UpSampling1D UpSampling2D UpSampling3D"
    assert granted(passes) == claimed("passthrough", also)


def test_layers_that_rearrange_the_last_axis() -> None:
    def rearranges(kind: LayerKind) -> bool:
        if not kind.passthrough:
            return False
        x = numbers(kind)
        y = call(make(kind), x)
        rows = {row.tobytes() for row in x.reshape(-1, x.shape[-1])}
        return any(row.tobytes() not in rows for row in y.reshape(-1, y.shape[-1]))

    assert granted(rearranges) == claimed("rearranges")


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="a fact about TensorFlow")
def test_layers_that_return_their_input() -> None:
    def returns(kind: LayerKind) -> bool:
        layer, x = make(kind), keras.ops.convert_to_tensor(numbers(kind))
        mark = object()
        x._keras_logits = mark
        takes = "training" in inspect.signature(layer.call).parameters
        y = layer(x, training=True) if takes else layer(x)
        return getattr(y, "_keras_logits", None) is mark

    assert granted(returns) == claimed("returns_input")


def test_layers_that_are_affine() -> None:
    def affine(kind: LayerKind) -> bool:
        layer, u = make(kind), numbers(kind)
        v = np.flip(u, 0) - 3
        total, origin = call(layer, u + v), call(layer, np.zeros_like(u))
        return bool(np.allclose(total + origin, call(layer, u) + call(layer, v), atol=1e-3))

    also = """
        ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D
        AdaptiveAveragePooling3D AlphaDropout Cropping1D Cropping2D Cropping3D Normalization
        RepeatVector Rescaling UpSampling1D UpSampling2D UpSampling3D
    """
    masks = {"Masking"}  # drops the steps that are 0 everywhere, which these inputs do not have
    assert granted(affine) - masks == claimed("affine", also)


def test_layers_that_treat_each_step_by_itself() -> None:
    def by_step(kind: LayerKind) -> bool:
        if kind.rank not in (None, 1):
            return False
        layer, x = make(kind), numbers(kind)
        y = call(layer, x)
        if y.shape[:2] != x.shape[:2] or y.ndim != x.ndim:
            return False
        other = x.copy()
        other[:, 2] = other[:, 2] ** 2 - 1
        changed = np.abs(call(layer, other) - y).max(axis=(0, 2)) > 1e-6
        return bool(changed[2] and not np.delete(changed, 2).any())

    also = """
        ActivityRegularization AlphaDropout EinsumDense GaussianDropout Identity Masking
        Normalization RMSNormalization Rescaling UnitNormalization
    """
    assert granted(by_step) == claimed("per_step", also)


def test_layers_that_leave_equal_units_equal() -> None:
    """Of equal units there come no more different columns than there are places, at any time."""

    def symmetric(kind: LayerKind) -> bool:
        given = arguments(kind, rank_of(kind))
        if kind.width is not None:
            given[kind.width] = 32
        if kind.name == "RNN":
            given["cell"] = keras.layers.GRUCell(32)
        keras.utils.set_random_seed(1)
        layer, x = getattr(keras.layers, kind.name)(**given), numbers(kind)
        x = np.repeat(x[..., :1], FEATURES, axis=-1)
        for training in (False, True):
            y = call(layer, x, training=training).reshape(SAMPLES, -1)
            if len(np.unique(np.round(y, 4), axis=1).T) > SIZE ** rank_of(kind):
                return False
        return True

    also = """
        ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D
        AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
        Cropping1D Cropping2D Cropping3D GroupNormalization LayerNormalization Masking Normalization
        PReLU Permute RMSNormalization RepeatVector Rescaling Reshape UnitNormalization
        UpSampling1D UpSampling2D UpSampling3D
    """
    assert granted(symmetric) == claimed("unit_symmetric", also)


def test_layers_that_set_values_to_0_at_random() -> None:
    def drops(kind: LayerKind) -> bool:
        layer, x = make(kind), np.ones_like(numbers(kind))
        trained = call(layer, x, training=True)
        mixed = bool((trained == 0).any() and (trained != 0).any())
        return mixed and not (call(layer, x) == 0).any()

    assert granted(drops) == claimed("drops")


def test_layers_that_normalize() -> None:
    def normalizes(kind: LayerKind) -> bool:
        x = 5 * numbers(kind)
        one, other = (call(make(kind), scale * x, training=True) for scale in (1, 1.7))
        return bool(np.allclose(one, other, atol=1e-3) and np.ptp(one) > 0)

    assert granted(normalizes) == claimed("normalizes")


def test_recurrent_layers() -> None:
    def in_order(kind: LayerKind) -> bool:
        return "return_sequences" in inspect.signature(
            getattr(keras.layers, kind.name).__init__
        ).parameters or issubclass(getattr(keras.layers, kind.name), keras.layers.RNN)

    assert granted(in_order) == claimed("recurrent")
    for name in claimed("recurrent") - {"RNN"}:
        kind = KINDS[name]
        layer = getattr(keras.layers, name)(**arguments(kind, rank_of(kind)), return_state=True)
        output, *states = layer(keras.Input((*[SIZE] * rank_of(kind), FEATURES)))
        assert layer.cell.kernel.shape[-1] == kind.gates * output.shape[-1]
        assert len(states) == kind.states
    for name in where(lambda kind: kind.name.endswith("Cell")):
        state = getattr(keras.layers, name)(3).state_size
        assert KINDS[name].states == (len(state) if isinstance(state, (list, tuple)) else 1)


def test_convolutions_have_one_kernel_over_all_channels() -> None:
    def one_kernel(kind: LayerKind) -> bool:
        layer = make(kind)
        layer.build((None, *[SIZE] * rank_of(kind), FEATURES))
        trained = [weight for weight in layer.weights if weight.shape != (3,)]
        window = (3,) * rank_of(kind)
        return [weight.shape for weight in trained] == [(*window, FEATURES, 3)]

    found = {name for name in granted(one_kernel) if rank_of(KINDS[name]) and KINDS[name].rank}
    assert found == claimed("convolution")


def test_functions_that_merge() -> None:
    for name, kind in KINDS.items():
        if kind.function:
            function = getattr(keras.layers, kind.function)
            given = [keras.Input((FEATURES,)), keras.Input((FEATURES,))]
            extra = {"axes": 1} if kind.function == "dot" else {}
            assert type(function(given, **extra)._keras_history.operation).__name__ == name


def test_wrappers() -> None:
    found = {
        name
        for name in KINDS
        if isinstance(cls := getattr(keras.layers, name, None), type)
        and (issubclass(cls, keras.layers.Wrapper) or name == "Bidirectional")
    }
    assert found == where(lambda kind: kind.wraps)


def test_layers_of_keras_2() -> None:
    """What is gone from Keras 3 cannot be tried, but its signatures are known."""
    checked = set()
    for name in where(lambda kind: kind.legacy and kind.default_activation):
        kind = KINDS[name]
        signature = keras_api.signature(f"keras.layers.{name}", keras_api.LEGACY)
        if signature is None:
            continue
        checked.add(name)
        assert set(kind.sizes) <= signature.named
        defaults = {param.name: param.default for param in signature.params}
        assert (defaults["activation"] or "linear") == kind.default_activation
    assert checked == {"LocallyConnected1D", "LocallyConnected2D"}
