"""A misspelt argument is reported once: what it was meant for is not at its default."""

from __future__ import annotations

import pytest

import kerlint

HEAD = "import keras\nfrom keras import Input, Sequential, layers, losses\n"


def found(text: str) -> list[str]:
    return [each.code for each in kerlint.lint_source(HEAD + text)]


@pytest.mark.parametrize(
    "argument",
    ["activaton", "activations", "Activation", "act", "activation_fn", "nonlinearity"],
)
@pytest.mark.parametrize(
    "model",
    [
        'layers.Dense(3, {}="softmax")',
        'layers.Dense(30, {}="relu"), layers.Dense(3, activation="softmax")',
        'layers.Dense(30, activation="relu"), layers.Dense(units=3, {}="softmax")',
        'layers.Dense(30, {}="tanh"), layers.Dropout(0.2), layers.Dense(3, "softmax")',
        'layers.Conv1D(8, 3, {}="relu"), layers.Flatten(), layers.Dense(3, "softmax")',
        'layers.LSTM(8, {}="relu"), layers.Dense(3, "softmax")',
    ],
)
def test_an_activation(argument, model):
    shape = "(9, 4)" if "LSTM" in model or "Conv" in model else "(4,)"
    text = (
        f"model = Sequential([Input({shape}), {model.format(argument)}])\n"
        'model.compile("adam", "categorical_crossentropy")\n'
    )
    assert found(text) == ["KER011"]
    right = text.replace(f"{argument}=", "activation=")
    assert found(right) == []


def test_another_argument_changes_nothing():
    text = (
        "model = Sequential([Input((4,)), layers.Dense(3, kernel_init='zeros')])\n"
        'model.compile("adam", "categorical_crossentropy")\n'
    )
    assert sorted(found(text)) == ["KER011", "KER103"]
    assert found('layers.Dense(1, "softmax", nam="a")\n') == ["KER101", "KER011"]


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ("loss=losses.BinaryCrossentropy(from_logit=True)", ["KER011"]),
        ("loss=losses.BinaryCrossentropy(logits=True)", ["KER011"]),
        ("loss=losses.BinaryCrossentropy(label_smooth=0.1)", ["KER103", "KER011"]),
        ('losses="binary_crossentropy"', ["KER011"]),
        ('criterion="binary_crossentropy"', ["KER011"]),
    ],
)
def test_losses(settings, codes):
    text = (
        f"model = Sequential([Input((4,)), layers.Dense(1)])\nmodel.compile('adam', {settings})\n"
    )
    assert found(text) == codes


def test_an_argument_of_long_ago():
    text = (
        'model = Sequential([layers.Dense(3, input_dim=4, init="uniform", activation="relu"),\n'
        "                    layers.Dense(3, W_constraint=keras.constraints.NonNeg())])\n"
    )
    assert set(found(text)) == {"KER003"}
