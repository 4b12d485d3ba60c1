"""Facts about Keras that rules about data rely on."""

from __future__ import annotations

import os

import pytest

from kerlint.rules.pixels import EXPECTS, INSIDE

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("module", sorted(EXPECTS))
@pytest.mark.parametrize(("kind", "copied"), [("float32", False), ("uint8", True)])
def test_preprocess_input_changes_floats_in_place(module: str, kind: str, copied: bool) -> None:
    pixels = np.full((1, 4, 4, 3), 200, kind)
    view = pixels[:]
    getattr(keras.applications, module).preprocess_input(view)
    assert (pixels == 200).all() == (copied or EXPECTS[module] == INSIDE)


def test_tensors_are_not_changed() -> None:
    tensor = keras.ops.full((1, 4, 4, 3), 200.0)
    keras.applications.vgg16.preprocess_input(tensor)
    assert float(keras.ops.min(tensor)) == 200


def test_the_fourth_argument_of_a_convolution_is_not_a_number() -> None:
    inputs = keras.Input((28, 28, 1))
    with pytest.raises((AttributeError, ValueError)):
        keras.layers.Conv2D(32, 3, 3, 1)(inputs)


@pytest.mark.parametrize("labels", [[0, 1, 1, 0], [[0], [1], [1], [0]]])
def test_what_tolist_gives_is_refused(labels: list[object]) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    x = np.zeros((4, 2))
    with pytest.raises(ValueError, match="data type"):
        model.fit(x, np.array(labels).tolist(), verbose=0)
    with pytest.raises(ValueError, match="data type"):
        model.fit(x.tolist(), np.array(labels), verbose=0)


def test_a_tiny_rate_hardly_moves_weights() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile(optimizer=keras.optimizers.Adam(1e-8), loss="mse")
    before = model.get_weights()[0]
    model.fit(np.ones((64, 4)), np.ones((64, 3)) * 9, batch_size=1, verbose=0)
    assert abs(model.get_weights()[0] - before).max() < 64 * 2e-8


@pytest.mark.parametrize(("width", "loss"), [(3, "categorical_crossentropy"), (1, "mse")])
def test_data_as_labels(width: int, loss: str) -> None:
    """With classes Keras raises; one unit is compared with every column."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(width)])
    model.compile(optimizer="sgd", loss=loss)
    x = np.ones((8, 4))
    if width == 1:
        model.fit(x, x, verbose=0)
        return
    with pytest.raises(ValueError, match="shape"):
        model.fit(x, x, verbose=0)
