"""When two numbers after the filters are taken for the sides of a kernel."""

from __future__ import annotations

import pytest

import kerlint

HEAD = """\
from keras import layers
from keras.layers import Conv2D, Conv3D, Convolution2D, Conv2DTranspose, SeparableConv2D
k = 3
"""


def severities(text: str, **settings: object) -> list[str]:
    found = kerlint.lint_source(HEAD + text + "\n", select=["KER508"], **settings)
    return [finding.severity.label for finding in found]


@pytest.mark.parametrize(
    "call",
    [
        "Conv2D(8, 3, 3)",
        "Conv2D(8, 5, 5, padding='same')",
        "layers.SeparableConv2D(8, 3, 3)",
        "Conv2D(8, k, k)",
        # With other marks of Keras 1, any two numbers were the sides.
        "Convolution2D(8, 3, 1)",
        "Convolution2D(8, 2, 2)",
        "Conv2D(8, 3, 5, border_mode='same')",
        "Conv2D(8, 4, 4, init='he_normal')",
    ],
)
@pytest.mark.parametrize("target", ["3", "3.8", "2"])
def test_sides_of_a_kernel(call: str, target: str) -> None:
    assert severities(call, target_keras=target) == ["warning"]


@pytest.mark.parametrize(
    "call",
    [
        "Conv2D(8, 3)",
        "Conv2D(8, (3, 3))",
        "Conv2D(8, (3, 3), 3)",
        "Conv2D(8, 3, strides=3)",
        "Conv2D(8, 3, 2)",
        "Conv2D(8, 4, 4)",
        "Conv2D(8, 1, 1)",
        "Convolution2D(8, 1, 1)",
        "Conv2D(8, 3, 3, 'same')",
        "Conv2D(8, unknown, unknown)",
        "Conv2D(8, 3, 3); Conv2D(8, 3, 2)",
        "Conv2DTranspose(8, 3, 3)",
        "layers.Conv1D(8, 3, 3)",
        "layers.DepthwiseConv2D(3, 3)",
        "layers.MaxPooling2D(3, 3)",
        "Conv3D(8, 3, 3)",
        "Conv3D(8, (3, 3, 3), 2, 'same')",
        # A helper with a parameter for each: the caller means what it says.
        "def block(n, size, step): return Conv2D(n, size, step)\nblock(8, 3, 3)",
    ],
)
def test_strides_that_are_meant(call: str) -> None:
    assert severities(call) == []


def test_three_sides_are_an_error() -> None:
    assert severities("Conv3D(8, 3, 3, 3)") == ["error"]
    assert severities("layers.Convolution3D(8, 2, 3, 3, border_mode='same')") == ["error"]


def test_it_points_at_the_stride() -> None:
    text = HEAD + "Conv2D(8, 3, 3)\nConv2D(8, k, k)\n"
    spans = [f.span for f in kerlint.lint_source(text, select=["KER508"])]
    assert [(span.start.column, span.end.column) for span in spans] == [(14, 15), (14, 15)]
