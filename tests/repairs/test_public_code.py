"""Repairs that went wrong in code that others have written."""

from __future__ import annotations

import textwrap

import pytest

import kerlint
from kerlint.diagnostics import Applicability, Diagnostic
from kerlint.repairs.apply import edited


def _findings(code: str, text: str) -> list[Diagnostic]:
    return [each for each in kerlint.lint_source(text, select=[code]) if each.code == code]


def _fixed(code: str, text: str) -> str:
    fix = _findings(code, text)[0].fix
    assert fix is not None
    return edited("a.py", text.encode(), fix.edits).decode()


HEAD = "import keras\nfrom keras import layers\n\n"

DROPPED = [
    # What is left after a comment, and the comma before the last argument.
    (
        """\
        layers.Embedding(
            9, 4,  # units
            input_length=3)
        """,
        """\
        layers.Embedding(
            9, 4  # units
            )
        """,
    ),
    (
        """\
        layers.Embedding(
            9, 4,  # units
            input_length=3, name="words")
        """,
        """\
        layers.Embedding(
            9, 4,  # units
            name="words")
        """,
    ),
    (
        """\
        layers.Embedding(
            9, 4,  # units
            input_length=3,)
        """,
        """\
        layers.Embedding(
            9, 4,  # units
            )
        """,
    ),
    (
        """\
        layers.Embedding(
            9, 4,  # units
            input_length=3  # steps
        )
        """,
        """\
        layers.Embedding(
            9, 4  # units  # steps
        )
        """,
    ),
    (
        """\
        layers.Embedding(
            9, 4,
            input_length=3)
        """,
        """\
        layers.Embedding(
            9, 4)
        """,
    ),
    (
        """\
        layers.Embedding(
            9, 4,
            input_length=3,
        )
        """,
        """\
        layers.Embedding(
            9, 4,
        )
        """,
    ),
]


@pytest.mark.parametrize(("before", "after"), DROPPED)
def test_dropped_argument(before, after):
    before, after = textwrap.dedent(before), textwrap.dedent(after)
    assert _fixed("KER005", HEAD + before) == HEAD + after


SEGMENTATION = """\
x = inputs = keras.Input((8, 8, 3))
x = layers.Conv2D(1, 1, activation="linear")(x)
x = layers.Reshape((64, 1))(x)
x = layers.Activation("softmax")(x)
x = layers.Reshape((8, 8, 1))(x)
model = keras.Model(inputs, x)
"""


def test_a_reshaped_prediction_is_no_attention():
    (finding,) = _findings("KER101", HEAD + SEGMENTATION)
    assert "attention" not in (finding.help or "")
    assert finding.fix is None or finding.fix.applicability is Applicability.DISPLAY


ON_CLASS_NUMBERS = """\
(x, y), _ = keras.datasets.mnist.load_data()
x = x.reshape(-1, 784) / 255.0
model = keras.Sequential([keras.Input((784,)), layers.Dense({head})])
model.compile("adam", loss="{loss}", metrics=["{metric}"])
model.fit(x, y)
"""


def test_metrics_of_class_numbers():
    before = ON_CLASS_NUMBERS.format(head="1", loss="mse", metric="mae")
    after = ON_CLASS_NUMBERS.format(
        head='10, activation="softmax"', loss="sparse_categorical_crossentropy", metric="accuracy"
    )
    assert _fixed("KER116", HEAD + before) == HEAD + after


def test_a_long_name_of_a_file():
    text = (
        HEAD
        + """\
model = keras.Sequential([keras.Input((784,)), layers.Dense(1)])
model.save("C:/Users/somebody/Desktop/projects/autoencoders/deep_autoencoder.h5py")
"""
    )
    (finding,) = _findings("KER007", text)
    assert finding.fix is not None
    assert finding.fix.message.endswith("autoencoders/deep_autoencoder.keras`")
    assert "h5py" not in _fixed("KER007", text)


AUTOENCODER = """\
(x, _), _ = keras.datasets.mnist.load_data()
x = x.reshape((-1, 784))
model = keras.Sequential([keras.Input((784,)), layers.Dense(784)])
model.compile("adam", "mse")
model.fit(x, {labels})
"""


def test_pixels_that_are_the_labels_too():
    """The labels would keep their range, and whoever scales the data then scales them twice."""
    (finding,) = _findings("KER713", HEAD + AUTOENCODER.format(labels="x"))
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.DISPLAY
    assert "labels" in (finding.fix.why or "")
    (finding,) = _findings("KER713", HEAD + AUTOENCODER.format(labels="x.mean(axis=1)"))
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE
