"""Facts about Keras that make simpler experiments wrong: each is asked of the installed Keras."""

from __future__ import annotations

import pytest
from planting import planted_job

from kerlint.execute.spec import ModelTrial
from kerlint.program import claims
from kerlint.program.changes import DropArg, SetArg, SetLoss
from kerlint.program.values import NOWHERE, Object

HEAD = "import keras\nfrom keras import layers\n"


def stack(*layers: str, shape: str = "(6,)", loss: str = '"mse"') -> str:
    added = "".join(f"model.add(layers.{layer})\n" for layer in layers)
    return (
        f"{HEAD}model = keras.Sequential([keras.Input({shape})])\n{added}"
        f'model.compile(loss={loss}, optimizer="adam")\n'
    )


def random_kernels(layers):
    return [
        DropArg(layer.id, "kernel_initializer")
        for layer in layers
        if "kernel_initializer" in layer.args
    ]


def test_softmax_over_one_unit_trains_under_binary_crossentropy_and_is_constant(prove):
    text = stack('Dense(8, "relu")', 'Dense(1, activation="softmax")', loss='"binary_crossentropy"')
    [finding] = prove(text)
    assert finding.code == "KER101"
    assert finding.verdict == "confirmed"
    assert "none of 4 gradients 0" in finding.evidence
    assert "std 0 after 20 steps" in finding.evidence


@pytest.mark.parametrize(
    ("layers", "word"),
    [
        # One constant layer between random ones: the next layer tells its units apart.
        (
            ('Dense(8, "relu")', 'Dense(8, "relu", kernel_initializer="ones")', "Dense(1)"),
            "refuted",
        ),
        (
            ('Dense(8, "tanh")', 'Dense(8, "tanh", kernel_initializer="zeros")', "Dense(1)"),
            "refuted",
        ),
        (
            ('Dense(8, "tanh")', 'Dense(8, "relu", kernel_initializer="zeros")', "Dense(1)"),
            "confirmed",
        ),
        (
            (
                'Dense(8, "tanh")',
                'Dense(8, "tanh", kernel_initializer="ones")',
                'Dense(1, kernel_initializer="ones")',
            ),
            "confirmed",
        ),
        # Each unit loses other samples: nothing is equal any more.
        (
            (
                'Dense(8, "tanh")',
                'Dense(8, "tanh", kernel_initializer="ones")',
                "Dropout(0.5)",
                'Dense(1, kernel_initializer="ones")',
            ),
            "refuted",
        ),
    ],
    ids=["ones and relu", "zeros and tanh", "zeros and relu", "all ones", "dropout"],
)
def test_constant_layers(planted, layers, word):
    verdict = planted(stack(*layers), claims.GRADIENT_SYMMETRY, 1, random_kernels)
    assert verdict.word == word, verdict.evidence


def test_a_head_that_starts_at_zero_learns(planted):
    text = stack('Dense(8, "tanh")', 'Dense(1, kernel_initializer="zeros")')
    verdict = planted(text, claims.CONSTANT_OUTPUT, 1, random_kernels)
    assert verdict.word == "refuted", verdict.evidence


def without_logits(layers):
    name = "keras.losses.SparseCategoricalCrossentropy"
    return [SetLoss(0, 0, Object(name, {}, NOWHERE))]


LOGITS = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
SOFTMAX = ('Dense(16, "relu")', 'Dense(3, activation="softmax")')


def test_softmax_given_to_from_logits_trains_as_if_it_were_not_there(planted):
    text = stack(*SOFTMAX, loss=LOGITS)
    verdict = planted(text, claims.TRAINING_TRIAL, 1, without_logits)
    assert verdict.word == "refuted", verdict.evidence
    verdict = planted(text, claims.LOSS_CONSISTENCY, 1, without_logits)
    assert verdict.word == "confirmed", verdict.evidence


def test_softmax_that_is_hidden_from_from_logits_is_applied_twice(planted):
    text = stack(*SOFTMAX, "Reshape((3,))", loss=LOGITS)
    verdict = planted(text, claims.LOSS_CONSISTENCY, 1, without_logits)
    assert verdict.word == "refuted", verdict.evidence
    verdict = planted(text, claims.TRAINING_TRIAL, 1, without_logits)
    assert verdict.word == "confirmed", verdict.evidence


def test_one_unit_under_categorical_crossentropy_has_a_loss_of_zero(planted):
    def two_answers(layers):
        return [
            SetLoss(0, 0, "binary_crossentropy"),
            SetArg(layers[-1].id, "activation", "sigmoid"),
        ]

    text = stack('Dense(1, "sigmoid")', loss='"categorical_crossentropy"')
    verdict = planted(text, claims.LOSS_AT_START, 0, two_answers)
    assert verdict.word == "confirmed"
    assert "exactly 0" in verdict.evidence


def test_accuracy_fits_zero_one_targets(planted):
    text = f"""{HEAD}
import numpy as np
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile(loss="mse", optimizer="sgd", metrics=["accuracy"])
model.fit(np.random.rand(9, 4), np.array([0, 1, 1, 0, 0, 1, 0, 1, 1]))
"""
    verdict = planted(text, claims.METRIC_INSENSITIVITY, None)
    assert verdict.word == "refuted", verdict.evidence


def test_without_a_repair_nothing_is_confirmed(planted):
    text = stack('Dense(8, "relu", kernel_initializer="zeros")', "Dense(1)")
    verdict = planted(text, claims.GRADIENT_SYMMETRY, 0)
    assert verdict.word == "unproven"
    assert "no repaired model" in verdict.evidence


NOT_A_NUMBER = 'kernel_initializer=keras.initializers.Constant(float("nan"))'


@pytest.mark.parametrize("experiment", [claims.GRADIENT_SYMMETRY, claims.OUTPUT_RANGE], ids=str)
def test_nan_is_called_nan(planted, experiment):
    text = stack(f"Dense(8, {NOT_A_NUMBER})", "Dense(3)", loss='"categorical_crossentropy"')
    verdict = planted(text, experiment, 0, random_kernels)
    assert verdict.word == "unproven"
    assert "NaN" in verdict.evidence


def test_a_model_with_its_channels_first_is_tried_on_a_cpu(prove):
    first = 'data_format="channels_first"'
    text = f"""{HEAD}
picture = keras.Input((3, 24, 20))
x = layers.Conv2D(6, 3, {first}, use_bias=False)(picture)
x = layers.BatchNormalization(axis=1)(x)
x = layers.Activation("relu")(x)
y = layers.Conv2D(4, 1, {first})(x)
x = layers.Concatenate(axis=1)([x, y])
x = layers.MaxPooling2D((2, 3), {first})(x)
x = layers.Flatten()(x)
model = keras.Model(picture, layers.Dense(1, activation="softmax")(x))
model.compile(loss="binary_crossentropy", optimizer="adam")
"""
    [finding] = prove(text, select=["KER101"])
    assert finding.verdict == "confirmed", finding.evidence


@pytest.mark.parametrize(
    "line",
    [
        "x = layers.Permute((2, 3, 1))(x)",
        "x = layers.BatchNormalization()(x)",
        "x = layers.Dense(5)(x)",
        "x = layers.Conv2D(3, 2)(x)",
        "x = keras.ops.mean(x, axis=1)",
    ],
)
def test_a_model_that_depends_on_the_order_of_the_axes_is_left_alone(line):
    text = f"""{HEAD}
picture = keras.Input((3, 24, 20))
x = layers.Conv2D(6, 3, data_format="channels_first")(picture)
{line}
model = keras.Model(picture, layers.Dense(1)(layers.Flatten()(x)))
model.compile(loss="mse", optimizer="adam")
"""
    trial = planted_job(text, claims.CONSTANT_OUTPUT).trial
    assert isinstance(trial, ModelTrial)
    assert trial.baseline.inputs[0].shape == (3, 24, 20)


def test_an_input_of_whole_numbers_gets_some(prove):
    text = f"""{HEAD}
kinds = keras.Input((5,), dtype="int32")
x = layers.CategoryEncoding(num_tokens=7, output_mode="multi_hot")(kinds)
model = keras.Model(kinds, layers.Dense(1, activation="softmax")(x))
model.compile(loss="binary_crossentropy", optimizer="adam")
"""
    [finding] = prove(text, select=["KER101"])
    assert finding.verdict == "confirmed", finding.evidence
