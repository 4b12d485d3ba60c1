"""What help advises works: each pair is a program with a finding and the same with help followed.

The second program has to run in the installed Keras, and kerlint has to report neither the finding
nor another one on it. ``says`` are the words of the help text that the change follows, so that a
help text that advises something else needs a pair of its own.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import pytest
from sampling import one_of_each

import kerlint
from kerlint.rules import all_rules

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
np = pytest.importorskip("numpy")

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("eager")]

HEAD = """\
import keras
import numpy as np
from keras import layers, losses, metrics

random = np.random.default_rng(0)
x = random.random((32, 8)).astype("float32")
images = random.random((32, 6, 6, 2)).astype("float32")
series = random.random((32, 5, 3)).astype("float32")
"""

FIT = "\nmodel.fit({x}, {y}, epochs=1, batch_size=16, verbose=0)\n"


@dataclass(frozen=True)
class Advice:
    """``before`` with each ``(old, new)`` of ``changes`` replaced once is the program after."""

    code: str
    name: str
    before: str
    changes: tuple[tuple[str, str], ...]
    says: tuple[str, ...]
    x: str = "x"
    y: str = "y"
    range: tuple[float | None, float | None] = (None, None)
    sums_to_1: bool = False
    width: int | None = None
    select: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        return HEAD + self.before + FIT.format(x=self.x, y=self.y)

    @property
    def followed(self) -> str:
        text = self.program
        for old, new in self.changes:
            assert text.count(old) == 1, (old, text.count(old))
            text = text.replace(old, new)
        return text


def stack(*layers: str, inputs: str = "8,", loss: str, extra: str = "") -> str:
    lines = [f"model = keras.Sequential([keras.Input(({inputs}))])"]
    lines += [f"model.add(layers.{layer})" for layer in layers]
    lines.append(f'model.compile(optimizer="adam", loss={loss}{extra})')
    return "\n".join(lines)


YES_NO = "y = np.random.randint(0, 2, size=32)\n"
CLASSES = "y = np.random.randint(0, 3, size=32)\n"
ONE_HOT = "y = keras.utils.to_categorical(np.random.randint(0, 3, size=32), 3)\n"
SEVERAL = (
    "from sklearn.datasets import make_multilabel_classification\n"
    "x, y = make_multilabel_classification(n_samples=32, n_features=8, n_classes=3)\n"
)
AMOUNTS = "y = np.linspace(-40.0, 40.0, 32)\n"
BCE, CCE = '"binary_crossentropy"', '"categorical_crossentropy"'
SCCE = '"sparse_categorical_crossentropy"'
MSE = '"mse"'

ATTENTION = """\
inputs = keras.Input((5, 3))
steps = layers.LSTM(4, return_sequences=True)(inputs)
scores = layers.{scores}(steps)
weighted = layers.Multiply()([steps, scores])
outputs = layers.Dense(1)(layers.GlobalAveragePooling1D()(weighted))
model = keras.Model(inputs, outputs)
model.compile(optimizer="adam", loss="mse")
"""

RMSE = """\
def rmse(y_true, y_pred):
    error = keras.ops.square(y_true - y_pred)
    return keras.ops.sqrt(keras.ops.mean(error, axis=-1))


"""

TWO_OUTPUTS = """\
y = np.linspace(0.0, 1.0, 32)
both = [y, y]
inputs = keras.Input((8,))
low = layers.Dense(1, name="low")(inputs)
high = layers.Dense(1, name="high")(inputs)
model = keras.Model(inputs, [low, high])
model.compile(optimizer="adam", loss={loss}, metrics={metrics})
"""

PAIRS = [
    Advice(
        "KER101",
        "yes or no",
        YES_NO + stack('Dense(1, activation="softmax")', loss=BCE),
        (('activation="softmax"', 'activation="sigmoid"'),),
        ('activation="sigmoid"', "binary_crossentropy"),
        range=(0, 1),
    ),
    Advice(
        "KER101",
        "a number",
        AMOUNTS + stack('Dense(1, activation="softmax")', loss=MSE),
        ((', activation="softmax"', ""),),
        ("or no activation for a number",),
    ),
    Advice(
        "KER101",
        "a unit for each class",
        CLASSES + stack('Dense(1, activation="softmax")', loss=SCCE),
        (("Dense(1,", "Dense(3,"),),
        ("one unit per class",),
        sums_to_1=True,
    ),
    Advice(
        "KER101",
        "attention over the steps",
        "y = random.random((32, 1))\n" + ATTENTION.format(scores='Dense(1, activation="softmax")'),
        (
            (
                'scores = layers.Dense(1, activation="softmax")(steps)',
                "scores = layers.Softmax(axis=1)(layers.Dense(1)(steps))",
            ),
        ),
        ("Dense(1) followed by layers.Softmax(axis=1)",),
        x="series",
    ),
    Advice(
        "KER102",
        "yes or no",
        YES_NO + stack('Dense(1, activation="sigmoid")', loss=CCE),
        ((CCE, BCE),),
        ('activation="sigmoid" with binary_crossentropy',),
        range=(0, 1),
    ),
    Advice(
        "KER102",
        "class numbers",
        CLASSES + stack('Dense(1, activation="sigmoid")', loss=CCE),
        (('Dense(1, activation="sigmoid")', 'Dense(3, activation="softmax")'), (CCE, SCCE)),
        ('3 units with activation="softmax"', 'loss="sparse_categorical_crossentropy"'),
        sums_to_1=True,
    ),
    Advice(
        "KER102",
        "class numbers from 1",
        "y = np.random.randint(1, 4, size=32)\n" + stack("Dense(1)", loss=SCCE),
        (("Dense(1)", 'Dense(4, activation="softmax")'),),
        ('4 units with activation="softmax"', 'loss="sparse_categorical_crossentropy"'),
        sums_to_1=True,
    ),
    Advice(
        "KER102",
        "one-hot labels",
        ONE_HOT + stack('Dense(1, activation="sigmoid")', loss=SCCE),
        (('Dense(1, activation="sigmoid")', 'Dense(3, activation="softmax")'), (SCCE, CCE)),
        ('3 units with activation="softmax"', 'loss="categorical_crossentropy"'),
        sums_to_1=True,
    ),
    Advice(
        "KER103",
        "the activation",
        CLASSES + stack("Dense(3)", loss=SCCE),
        (("Dense(3)", 'Dense(3, activation="softmax")'),),
        ('activation="softmax"',),
        sums_to_1=True,
    ),
    Advice(
        "KER103",
        "logits",
        CLASSES + stack("Dense(3)", loss=SCCE),
        ((SCCE, "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"),),
        ("loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)",),
    ),
    Advice(
        "KER103",
        "a loss with settings",
        ONE_HOT
        + stack("Dense(3)", loss="keras.losses.CategoricalCrossentropy(label_smoothing=0.1)"),
        (("label_smoothing=0.1", "label_smoothing=0.1, from_logits=True"),),
        ("from_logits=True in the loss",),
    ),
    Advice(
        "KER103",
        "a recurrent output",
        CLASSES + stack('LSTM(3, activation="linear")', inputs="5, 3", loss=SCCE),
        (
            (
                'model.add(layers.LSTM(3, activation="linear"))',
                'model.add(layers.LSTM(3, activation="linear"))\n'
                'model.add(layers.Dense(3, activation="softmax"))',
            ),
        ),
        ('add layers.Dense(3, activation="softmax") after this layer',),
        x="series",
        sums_to_1=True,
    ),
    Advice(
        "KER104",
        "in the layer",
        YES_NO + stack('Dense(1, activation="relu")', loss=BCE),
        (('"relu"', '"sigmoid"'),),
        ('activation="sigmoid"',),
        range=(0, 1),
    ),
    Advice(
        "KER104",
        "a layer of its own",
        CLASSES + stack("Dense(3)", "ReLU()", loss=SCCE),
        (("ReLU()", 'Activation("softmax")'),),
        ("use softmax instead",),
        sums_to_1=True,
    ),
    Advice(
        "KER104",
        "a recurrent output",
        YES_NO + stack('GRU(1, activation="relu")', inputs="5, 3", loss=BCE),
        (
            (
                'model.add(layers.GRU(1, activation="relu"))',
                'model.add(layers.GRU(1, activation="relu"))\n'
                'model.add(layers.Dense(1, activation="sigmoid"))',
            ),
        ),
        ('add layers.Dense(1, activation="sigmoid") after this layer',),
        x="series",
        range=(0, 1),
    ),
    Advice(
        "KER105",
        "in the layer",
        YES_NO + stack('Dense(1, activation="tanh")', loss=BCE),
        (('"tanh"', '"sigmoid"'),),
        ('activation="sigmoid"',),
        range=(0, 1),
    ),
    Advice(
        "KER105",
        "the default of a recurrent layer",
        YES_NO + stack("LSTM(1)", inputs="5, 3", loss=BCE),
        (
            (
                "model.add(layers.LSTM(1))",
                'model.add(layers.LSTM(1))\nmodel.add(layers.Dense(1, activation="sigmoid"))',
            ),
        ),
        ('add layers.Dense(1, activation="sigmoid") after this layer',),
        x="series",
        range=(0, 1),
    ),
    Advice(
        "KER106",
        "one class",
        ONE_HOT + stack('Dense(3, activation="sigmoid")', loss=CCE),
        (('"sigmoid"', '"softmax"'),),
        ('activation="softmax"',),
        sums_to_1=True,
    ),
    Advice(
        "KER106",
        "several classes",
        "y = (random.random((32, 3)) > 0.5).astype('float32')\n"
        + stack('Dense(3, activation="sigmoid")', loss=CCE),
        ((CCE, BCE),),
        ("if a sample can have several classes, use binary_crossentropy instead",),
        range=(0, 1),
    ),
    Advice(
        "KER107",
        "several labels",
        SEVERAL + stack('Dense(3, activation="softmax")', loss=BCE),
        (('"softmax"', '"sigmoid"'),),
        ('activation="sigmoid"',),
        range=(0, 1),
    ),
    Advice(
        "KER107",
        "class numbers",
        CLASSES + stack('Dense(3, activation="softmax")', loss=BCE),
        ((BCE, SCCE),),
        ('loss="sparse_categorical_crossentropy"',),
        sums_to_1=True,
    ),
    Advice(
        "KER107",
        "single zeros and ones",
        YES_NO + stack('Dense(2, activation="softmax")', loss=BCE),
        ((BCE, SCCE),),
        ('loss="sparse_categorical_crossentropy"',),
        sums_to_1=True,
    ),
    Advice(
        "KER107",
        "one-hot labels",
        ONE_HOT + stack('Dense(3, activation="softmax")', loss=BCE),
        ((BCE, CCE),),
        ('loss="categorical_crossentropy"',),
        sums_to_1=True,
    ),
    Advice(
        "KER107",
        "labels not known",
        "y = np.load('labels.npy')\n" + stack('Dense(3, activation="softmax")', loss=BCE),
        ((BCE, SCCE),),
        ('"sparse_categorical_crossentropy" for class numbers',),
        sums_to_1=True,
    ),
    Advice(
        "KER108",
        "several labels",
        SEVERAL + stack('Dense(3, activation="softmax")', loss=CCE),
        (('"softmax"', '"sigmoid"'), (CCE, BCE)),
        ('activation="sigmoid"', 'loss="binary_crossentropy"'),
        range=(0, 1),
    ),
    Advice(
        "KER109",
        "without from_logits",
        CLASSES
        + stack(
            'Dense(3, activation="softmax")',
            loss="losses.SparseCategoricalCrossentropy(from_logits=True)",
        ),
        (("from_logits=True", ""),),
        ("remove from_logits=True",),
        sums_to_1=True,
    ),
    Advice(
        "KER109",
        "without the activation",
        CLASSES
        + stack(
            'Dense(3, activation="softmax")',
            loss="losses.SparseCategoricalCrossentropy(from_logits=True)",
        ),
        ((', activation="softmax"', ""),),
        ("remove the softmax",),
    ),
    Advice(
        "KER109",
        "the other activation",
        SEVERAL
        + stack(
            'Dense(3, activation="softmax")',
            loss="losses.BinaryCrossentropy(from_logits=True)",
        ),
        ((', activation="softmax"', ""),),
        ("remove the softmax; the loss applies the activation that it needs",),
    ),
    Advice(
        "KER109",
        "hidden from the loss",
        CLASSES
        + stack(
            'Dense(3, activation="softmax")',
            "Reshape((3,))",
            loss="losses.SparseCategoricalCrossentropy(from_logits=True)",
        ),
        ((', activation="softmax"', ""),),
        ("remove the softmax",),
    ),
    Advice(
        "KER110",
        "the second one",
        CLASSES + stack('Dense(3, activation="softmax")', "Softmax()", loss=SCCE),
        (("model.add(layers.Softmax())\n", ""),),
        ("remove one of the two",),
        sums_to_1=True,
    ),
    Advice(
        "KER110",
        "the first one",
        CLASSES + stack('Dense(3, activation="softmax")', "Softmax()", loss=SCCE),
        ((', activation="softmax"', ""),),
        ("remove one of the two",),
        sums_to_1=True,
    ),
    Advice(
        "KER111",
        "the first of two",
        YES_NO + stack('Dense(1, activation="sigmoid")', 'Activation("sigmoid")', loss=BCE),
        (('Dense(1, activation="sigmoid")', "Dense(1)"),),
        ("remove one of the two",),
        range=(0, 1),
    ),
    Advice(
        "KER111",
        "the relu",
        CLASSES + stack('Dense(3, activation="relu")', "Softmax()", loss=SCCE),
        ((', activation="relu"', ""),),
        ("remove the relu",),
        sums_to_1=True,
    ),
    Advice(
        "KER112",
        "the second one",
        YES_NO
        + stack(
            'Dense(8, activation="relu")',
            'Activation("relu")',
            'Dense(1, activation="sigmoid")',
            loss=BCE,
        ),
        (('model.add(layers.Activation("relu"))\n', ""),),
        ("remove one of the two",),
        select=("KER112",),
    ),
    Advice(
        "KER117",
        "tanh",
        YES_NO + stack('Dense(1, activation="sigmoid")', loss='"hinge"'),
        (("sigmoid", "tanh"),),
        ('activation="tanh"',),
        range=(-1, 1),
    ),
    Advice(
        "KER117",
        "another loss",
        YES_NO + stack('Dense(1, activation="sigmoid")', loss='"hinge"'),
        (('"hinge"', BCE),),
        ('loss="binary_crossentropy"',),
        range=(0, 1),
    ),
    Advice(
        "KER118",
        "softmax",
        ONE_HOT + stack("Dense(3)", loss='"kl_divergence"'),
        (("Dense(3)", 'Dense(3, activation="softmax")'),),
        ('activation="softmax"',),
        sums_to_1=True,
    ),
    Advice(
        "KER119",
        "softplus",
        YES_NO + stack("Dense(1)", loss='"poisson"'),
        (("Dense(1)", 'Dense(1, activation="softplus")'),),
        ('activation="softplus"',),
        range=(0, None),
    ),
    Advice(
        "KER119",
        "targets of 0",
        "y = np.random.randint(0, 9, size=32)\n" + stack("Dense(1)", loss='"mape"'),
        (('"mape"', '"mae"'),),
        ('loss="mae"',),
    ),
    Advice(
        "KER119",
        "negative targets",
        AMOUNTS + stack("Dense(1)", loss='"msle"'),
        (('"msle"', MSE),),
        ('loss="mse"',),
    ),
    Advice(
        "KER120",
        "mse",
        AMOUNTS + stack("Dense(1)", loss='"cosine_similarity"'),
        (('"cosine_similarity"', MSE),),
        ('loss="mse"',),
    ),
    Advice(
        "KER121",
        "softmax",
        CLASSES + stack('Dense(3, activation="log_softmax")', loss=SCCE),
        (("log_softmax", "softmax"),),
        ('activation="softmax"',),
        sums_to_1=True,
    ),
    Advice(
        "KER121",
        "logits",
        CLASSES + stack('Dense(3, activation="log_softmax")', loss=SCCE),
        ((SCCE, "losses.SparseCategoricalCrossentropy(from_logits=True)"),),
        ("SparseCategoricalCrossentropy(from_logits=True)",),
    ),
    Advice(
        "KER122",
        "softmax",
        ONE_HOT + stack('Dense(3, activation="softplus")', loss=CCE),
        (("softplus", "softmax"),),
        ('activation="softmax"',),
        sums_to_1=True,
    ),
    Advice(
        "KER124",
        "the string",
        CLASSES
        + stack(
            'Dense(3, activation="softmax")',
            loss=SCCE,
            extra=", metrics=[metrics.CategoricalAccuracy()]",
        ).replace("Categorical", ""),
        (("metrics.Accuracy()", '"accuracy"'),),
        ('"accuracy"',),
    ),
    Advice(
        "KER125",
        "the same for class numbers",
        CLASSES
        + stack(
            'Dense(3, activation="softmax")', loss=SCCE, extra=', metrics=["categorical_accuracy"]'
        ),
        (('["categorical', '["sparse_categorical'),),
        ("sparse_categorical_accuracy",),
    ),
    Advice(
        "KER125",
        "one-hot labels",
        CLASSES
        + stack(
            'Dense(3, activation="softmax")', loss=SCCE, extra=", metrics=[metrics.Precision()]"
        ),
        (
            ("np.random.randint(0, 3, size=32)", "keras.utils.to_categorical(np.arange(32) % 3)"),
            (SCCE, CCE),
        ),
        ("to_categorical", 'loss="categorical_crossentropy"'),
    ),
    Advice(
        "KER125",
        "the same for one-hot labels",
        ONE_HOT
        + stack(
            'Dense(3, activation="softmax")',
            loss=CCE,
            extra=", metrics=[metrics.SparseCategoricalAccuracy()]",
        ),
        (("SparseCategoricalAccuracy", "CategoricalAccuracy"),),
        ("keras.metrics.CategoricalAccuracy()",),
    ),
    Advice(
        "KER125",
        "one unit",
        YES_NO
        + stack(
            'Dense(1, activation="sigmoid")', loss=BCE, extra=', metrics=["categorical_accuracy"]'
        ),
        (('"categorical_accuracy"', '"accuracy"'),),
        ('"accuracy"',),
    ),
    Advice(
        "KER125",
        "labels with two axes",
        YES_NO
        + stack(
            'Dense(1, activation="sigmoid")', loss=BCE, extra=", metrics=[metrics.F1Score('micro')]"
        ),
        (("size=32)", "size=32).reshape(-1, 1)"),),
        ("y.reshape(-1, 1)",),
    ),
    Advice(
        "KER127",
        "each label",
        SEVERAL + stack('Dense(3, activation="sigmoid")', loss=BCE, extra=', metrics=["accuracy"]'),
        (('"accuracy"', '"binary_accuracy"'),),
        ('"binary_accuracy"',),
    ),
    Advice(
        "KER127",
        "each label of logits",
        SEVERAL
        + stack(
            "Dense(3)",
            loss="losses.BinaryCrossentropy(from_logits=True)",
            extra=', metrics=["accuracy"]',
        ),
        (('"accuracy"', "metrics.BinaryAccuracy(threshold=0.0)"),),
        ("keras.metrics.BinaryAccuracy(threshold=0.0)",),
    ),
    Advice(
        "KER128",
        "nothing instead",
        CLASSES
        + stack('Dense(3, activation="softmax")', loss=SCCE, extra=', metrics=["acc", "mae"]'),
        ((', "mae"', ""),),
        ("remove it",),
    ),
    Advice(
        "KER129",
        "a smaller k",
        ONE_HOT
        + stack(
            'Dense(3, activation="softmax")',
            loss=CCE,
            extra=", metrics=[metrics.TopKCategoricalAccuracy(k=3)]",
        ),
        (("k=3", "k=2"),),
        ("a k below 3",),
    ),
    Advice(
        "KER141",
        "one-hot labels",
        ONE_HOT
        + stack('Dense(3, activation="softmax")', loss=CCE, extra=", metrics=[metrics.MeanIoU(3)]"),
        (("MeanIoU", "OneHotMeanIoU"),),
        ("keras.metrics.OneHotMeanIoU",),
    ),
    Advice(
        "KER141",
        "class numbers",
        CLASSES
        + stack(
            'Dense(3, activation="softmax")', loss=SCCE, extra=", metrics=[metrics.MeanIoU(3)]"
        ),
        (("MeanIoU(3", "MeanIoU(3, sparse_y_pred=False"),),
        ("sparse_y_pred=False",),
    ),
    Advice(
        "KER141",
        "yes or no",
        YES_NO
        + stack('Dense(1, activation="sigmoid")', loss=BCE, extra=", metrics=[metrics.MeanIoU(2)]"),
        (("MeanIoU(2)", "BinaryIoU(threshold=0.5)"),),
        ("keras.metrics.BinaryIoU(threshold=0.5)",),
    ),
    Advice(
        "KER142",
        "one of the classes",
        "y = keras.utils.to_categorical(np.arange(32) % 2, 2)\n"
        + stack('Dense(2, activation="softmax")', loss=CCE, extra=", metrics=[metrics.Recall()]"),
        (("Recall()", "Recall(class_id=1)"),),
        ("keras.metrics.Recall(class_id=1)",),
    ),
    Advice(
        "KER145",
        "a loss for all outputs",
        TWO_OUTPUTS.format(loss='["mse"]', metrics="None"),
        (('["mse"]', '"mse"'),),
        ("without a list, for all outputs",),
        y="both",
    ),
    Advice(
        "KER145",
        "a list for each output",
        TWO_OUTPUTS.format(loss='"mse"', metrics='["mae"]'),
        (('["mae"]', '[["mae"], ["mae"]]'),),
        ("give a list of 2 lists",),
        y="both",
    ),
    Advice(
        "KER145",
        "names",
        TWO_OUTPUTS.format(loss='{"low": "mse", "up": "mse"}', metrics="None"),
        (('"up": "mse"', '"high": "mse"'),),
        ("use the names of the output layers as keys: low and high",),
        y="both",
    ),
    Advice(
        "KER145",
        "a loss for each output",
        TWO_OUTPUTS.format(loss='{"low": "mse"}', metrics="None"),
        (('"low": "mse"', '"low": "mse", "high": "mse"'),),
        ("add a loss for high",),
        y="both",
    ),
    Advice(
        "KER113",
        "no activation",
        AMOUNTS + stack('Dense(1, activation="sigmoid")', loss=MSE),
        ((', activation="sigmoid"', ""),),
        ("remove the sigmoid",),
    ),
    Advice(
        "KER113",
        "scaled targets",
        AMOUNTS + stack('Dense(1, activation="tanh")', loss=MSE),
        (("32)\n", "32) / 40\n"),),
        ("scale the targets to that range",),
        range=(-1, 1),
    ),
    Advice(
        "KER113",
        "the default of a recurrent layer",
        AMOUNTS + stack("LSTM(1)", inputs="5, 3", loss=MSE),
        (("model.add(layers.LSTM(1))", "model.add(layers.LSTM(1))\nmodel.add(layers.Dense(1))"),),
        ("add layers.Dense(1) after this layer",),
        x="series",
    ),
    Advice(
        "KER113",
        "a recurrent layer that says tanh",
        AMOUNTS + stack('GRU(1, activation="tanh")', inputs="5, 3", loss=MSE),
        (
            (
                'model.add(layers.GRU(1, activation="tanh"))',
                'model.add(layers.GRU(1, activation="tanh"))\nmodel.add(layers.Dense(1))',
            ),
        ),
        ("add layers.Dense(1) after this layer",),
        x="series",
    ),
    Advice(
        "KER114",
        "no activation",
        "y = np.load('numbers.npy')\n" + stack('Dense(1, activation="relu")', loss=MSE),
        ((', activation="relu"', ""),),
        ("remove the relu",),
        select=("KER114",),
    ),
    Advice(
        "KER115",
        "one-hot labels",
        ONE_HOT + stack('Dense(3, activation="softmax")', loss=MSE),
        ((MSE, CCE),),
        ('loss="categorical_crossentropy"',),
        sums_to_1=True,
    ),
    Advice(
        "KER115",
        "one-hot labels and no activation",
        ONE_HOT + stack("Dense(3)", loss='"mae"'),
        (("Dense(3)", 'Dense(3, activation="softmax")'), ('"mae"', CCE)),
        ('activation="softmax"', 'loss="categorical_crossentropy"'),
        sums_to_1=True,
    ),
    Advice(
        "KER115",
        "several labels",
        SEVERAL + stack('Dense(3, activation="sigmoid")', loss=MSE),
        ((MSE, BCE),),
        ('loss="binary_crossentropy"',),
        range=(0, 1),
    ),
    Advice(
        "KER115",
        "yes or no",
        YES_NO + stack('Dense(1, activation="sigmoid")', loss='"mae"'),
        (('"mae"', BCE),),
        ('loss="binary_crossentropy"',),
        range=(0, 1),
    ),
    Advice(
        "KER116",
        "amounts",
        AMOUNTS + stack('Dense(1, activation="sigmoid")', loss=BCE),
        ((', activation="sigmoid"', ""), (BCE, MSE)),
        ('loss="mse"', "an output layer without an activation"),
    ),
    Advice(
        "KER116",
        "amounts and a unit for each class",
        AMOUNTS + stack('Dense(3, activation="softmax")', loss=SCCE),
        (('Dense(3, activation="softmax")', "Dense(1)"), (SCCE, MSE)),
        ('loss="mse"', "layers.Dense(1) as the output layer"),
        width=1,
    ),
    Advice(
        "KER116",
        "class numbers",
        "from sklearn.preprocessing import LabelEncoder\n"
        'y = LabelEncoder().fit_transform(["cat", "dog", "cow", "dog"] * 8)\n'
        + stack("Dense(1)", loss=MSE),
        (("Dense(1)", 'Dense(3, activation="softmax")'), (MSE, SCCE)),
        ("use 3 units", 'activation="softmax"', "sparse_categorical_crossentropy"),
        sums_to_1=True,
    ),
    *(
        Advice(
            "KER123",
            name,
            YES_NO
            + stack(
                "Dense(1)",
                loss="losses.BinaryCrossentropy(from_logits=True)",
                extra=f", metrics=[{given}]",
            ),
            ((f"metrics=[{given}]", f"metrics=[keras.metrics.{instead}]"),),
            (f"use keras.metrics.{instead}",),
        )
        for name, given, instead in [
            ("accuracy", '"accuracy"', "BinaryAccuracy(threshold=0.0)"),
            ("precision", "metrics.Precision()", "Precision(thresholds=0)"),
            ("recall", "metrics.Recall()", "Recall(thresholds=0)"),
            ("counts", "metrics.TruePositives()", "TruePositives(thresholds=0)"),
            ("area", "metrics.AUC()", "AUC(from_logits=True)"),
        ]
    ),
    Advice(
        "KER126",
        "the error instead",
        AMOUNTS + stack("Dense(1)", loss=MSE, extra=', metrics=["accuracy"]'),
        (('"accuracy"', '"mae"'),),
        ('metrics=["mae"]',),
    ),
    Advice(
        "KER126",
        "the squared error instead",
        AMOUNTS + stack("Dense(1)", loss='"mae"', extra=', metrics=["accuracy"]'),
        (('"accuracy"', '"mse"'),),
        ('metrics=["mse"]',),
    ),
    Advice(
        "KER126",
        "nothing instead",
        AMOUNTS + stack("Dense(1)", loss=MSE, extra=', metrics=["accuracy", "mae"]'),
        (('"accuracy", ', ""),),
        ("remove it",),
    ),
    Advice(
        "KER130",
        "the other loss",
        ONE_HOT + stack('Dense(3, activation="softmax")', loss=SCCE),
        ((SCCE, CCE),),
        ('loss="categorical_crossentropy"',),
        sums_to_1=True,
    ),
    Advice(
        "KER130",
        "the other loss as an object",
        ONE_HOT
        + stack("Dense(3)", loss="keras.losses.SparseCategoricalCrossentropy(from_logits=True)"),
        (
            (
                "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
                "keras.losses.CategoricalCrossentropy(from_logits=True)",
            ),
        ),
        ("use keras.losses.CategoricalCrossentropy(from_logits=True)",),
    ),
    Advice(
        "KER130",
        "the labels as they were",
        ONE_HOT + stack('Dense(3, activation="softmax")', loss=SCCE),
        (
            (
                "keras.utils.to_categorical(np.random.randint(0, 3, size=32), 3)",
                "np.random.randint(0, 3, size=32)",
            ),
        ),
        ("do not convert the labels to one-hot",),
        sums_to_1=True,
    ),
    Advice(
        "KER130",
        "several labels",
        SEVERAL + stack('Dense(3, activation="softmax")', loss=SCCE),
        (('"softmax"', '"sigmoid"'), (SCCE, BCE)),
        ('activation="sigmoid"', "binary_crossentropy"),
        range=(0, 1),
    ),
    Advice(
        "KER131",
        "the other loss",
        CLASSES + stack('Dense(3, activation="softmax")', loss=CCE),
        ((CCE, SCCE),),
        ('loss="sparse_categorical_crossentropy"',),
        sums_to_1=True,
    ),
    Advice(
        "KER131",
        "the labels converted",
        CLASSES + stack('Dense(3, activation="softmax")', loss=CCE),
        (
            (
                "np.random.randint(0, 3, size=32)",
                "keras.utils.to_categorical(np.random.randint(0, 3, size=32), 3)",
            ),
        ),
        ("keras.utils.to_categorical",),
        sums_to_1=True,
    ),
    Advice(
        "KER131",
        "a class for each step",
        "y = keras.utils.pad_sequences([[1, 2, 3]] * 32, maxlen=5)\n"
        + stack(
            "GRU(4, return_sequences=True)",
            'Dense(7, activation="softmax")',
            inputs="5, 3",
            loss=CCE,
        ),
        ((CCE, SCCE),),
        ('loss="sparse_categorical_crossentropy"',),
        x="series",
        sums_to_1=True,
    ),
    Advice(
        "KER132",
        "counted from 1",
        "y = np.random.randint(1, 4, size=32)\n"
        + stack('Dense(3, activation="softmax")', loss=SCCE),
        (("size=32)\n", "size=32) - 1\n"),),
        ("subtract 1 from the labels",),
        sums_to_1=True,
    ),
    Advice(
        "KER132",
        "too few units",
        "y = np.random.randint(0, 6, size=32)\n"
        + stack('Dense(3, activation="softmax")', loss=SCCE),
        (("Dense(3,", "Dense(6,"),),
        ("use 6 units",),
        sums_to_1=True,
    ),
    Advice(
        "KER133",
        "minus one and one, turned",
        "y = np.random.choice([-1, 1], size=32)\n"
        + stack('Dense(1, activation="sigmoid")', loss=BCE),
        (("size=32)\n", "size=32)\ny = (y + 1) / 2\n"),),
        ("(labels + 1) / 2",),
        range=(0, 1),
    ),
    Advice(
        "KER133",
        "minus one and one, hinge",
        "y = np.random.choice([-1, 1], size=32)\n"
        + stack('Dense(1, activation="sigmoid")', loss=BCE),
        (('"sigmoid"', '"tanh"'), (BCE, '"hinge"')),
        ('loss="hinge"', "tanh"),
        range=(-1, 1),
    ),
    Advice(
        "KER133",
        "one and two",
        "y = np.random.randint(1, 3, size=32)\n"
        + stack('Dense(1, activation="sigmoid")', loss=BCE),
        (("size=32)\n", "size=32) - 1\n"),),
        ("labels - 1",),
        range=(0, 1),
    ),
    Advice(
        "KER133",
        "several classes",
        CLASSES + stack('Dense(1, activation="sigmoid")', loss=BCE),
        (('Dense(1, activation="sigmoid")', 'Dense(3, activation="softmax")'), (BCE, SCCE)),
        ("use 3 units", 'activation="softmax"', "sparse_categorical_crossentropy"),
        sums_to_1=True,
    ),
    Advice(
        "KER133",
        "several classes from 1",
        "y = np.random.randint(1, 5, size=32)\n"
        + stack('Dense(1, activation="sigmoid")', loss=BCE),
        (
            ('Dense(1, activation="sigmoid")', 'Dense(4, activation="softmax")'),
            (BCE, SCCE),
            ("size=32)\n", "size=32) - 1\n"),
        ),
        ("use 4 units", "and labels - 1"),
        sums_to_1=True,
    ),
    Advice(
        "KER133",
        "scaled class numbers",
        "y = np.random.randint(0, 3, size=32) / 2\n"
        + stack('Dense(3, activation="softmax")', loss=SCCE),
        ((" / 2\n", "\n"),),
        ("do not scale the labels",),
        sums_to_1=True,
    ),
    Advice(
        "KER138",
        "nothing instead",
        AMOUNTS + stack("Dense(1)", loss=MSE, extra=', metrics=["mse"]'),
        ((', metrics=["mse"]', ""),),
        ("remove it",),
        select=("KER138",),
    ),
    Advice(
        "KER144",
        "the metric of Keras",
        "y = random.random((32, 1))\n"
        + RMSE
        + stack("Dense(1)", loss=MSE, extra=", metrics=[rmse]"),
        (("metrics=[rmse]", "metrics=[keras.metrics.RootMeanSquaredError()]"),),
        ("use keras.metrics.RootMeanSquaredError()",),
    ),
    Advice(
        "KER144",
        "the square as the loss",
        "y = random.random((32, 1))\n" + RMSE + stack("Dense(1)", loss="rmse"),
        (("loss=rmse", 'loss="mse"'),),
        ('use loss="mse"',),
    ),
    Advice(
        "KER143",
        "causal mask",
        "y = random.random((32, 5, 3))\n"
        "ahead = np.triu(np.ones((5, 5)), k=1)\n"
        "inputs = keras.Input((5, 3))\n"
        "attention = layers.MultiHeadAttention(1, 4)\n"
        "outputs = attention(inputs, inputs, attention_mask=ahead)\n"
        "model = keras.Model(inputs, outputs)\n"
        'model.compile(optimizer="adam", loss="mse")\n',
        (("attention_mask=ahead", "use_causal_mask=True"),),
        ("use use_causal_mask=True",),
        x="series",
    ),
    Advice(
        "KER201",
        "random again",
        AMOUNTS
        + stack(
            'Dense(6, activation="tanh", kernel_initializer="ones")',
            'Dense(1, kernel_initializer="zeros")',
            loss=MSE,
        ),
        ((', kernel_initializer="ones"', ""),),
        ("remove the initializer",),
    ),
    Advice(
        "KER202",
        "random again",
        AMOUNTS
        + stack('Dense(6, activation="relu", kernel_initializer="zeros")', "Dense(1)", loss=MSE),
        ((', kernel_initializer="zeros"', ""),),
        ("remove the initializer",),
    ),
    Advice(
        "KER301",
        "an activation",
        AMOUNTS + stack("Dense(16)", "Dense(1)", loss=MSE),
        (("Dense(16)", 'Dense(16, activation="relu")'),),
        ('activation="relu"',),
    ),
    Advice(
        "KER301",
        "convolutions",
        CLASSES
        + stack(
            "Conv2D(4, 3)",
            "Conv2D(4, 3)",
            "GlobalMaxPooling2D()",
            'Dense(3, activation="softmax")',
            inputs="6, 6, 2",
            loss=SCCE,
        ),
        (
            (
                "Conv2D(4, 3))\nmodel.add(layers.Conv2D(4, 3))",
                'Conv2D(4, 3, activation="relu"))\nmodel.add(layers.Conv2D(4, 3))',
            ),
        ),
        ('activation="relu"',),
        x="images",
        sums_to_1=True,
        select=("KER301",),
    ),
    Advice(
        "KER310",
        "more units",
        YES_NO
        + stack('Dense(2, activation="sigmoid")', 'Dense(1, activation="sigmoid")', loss=BCE),
        (('Dense(2, activation="sigmoid")', 'Dense(16, activation="relu")'),),
        ('Dense(16, activation="relu")',),
        range=(0, 1),
        select=("KER310",),
    ),
    Advice(
        "KER502",
        "flatten",
        CLASSES
        + stack("Conv2D(4, 3)", 'Dense(3, activation="softmax")', inputs="6, 6, 2", loss=SCCE),
        (
            (
                'model.add(layers.Dense(3, activation="softmax"))',
                'model.add(layers.Flatten())\nmodel.add(layers.Dense(3, activation="softmax"))',
            ),
        ),
        ("add Flatten()",),
        x="images",
        sums_to_1=True,
    ),
    Advice(
        "KER502",
        "images of any size",
        CLASSES
        + stack(
            'Conv2D(4, 3, activation="relu")',
            'Dense(3, activation="softmax")',
            inputs="None, None, 2",
            loss=SCCE,
        ),
        (
            (
                'model.add(layers.Dense(3, activation="softmax"))',
                "model.add(layers.GlobalAveragePooling2D())\n"
                'model.add(layers.Dense(3, activation="softmax"))',
            ),
        ),
        ("add GlobalAveragePooling2D() before this layer",),
        x="images",
        sums_to_1=True,
    ),
    Advice(
        "KER504",
        "the last step",
        YES_NO
        + stack(
            "LSTM(4, return_sequences=True)",
            'Dense(1, activation="sigmoid")',
            inputs="5, 3",
            loss=BCE,
        ),
        ((", return_sequences=True", ""),),
        ("remove return_sequences=True from this LSTM",),
        x="series",
        range=(0, 1),
    ),
    Advice(
        "KER504",
        "a layer for each step",
        YES_NO
        + stack(
            "GRU(4, return_sequences=True)",
            'TimeDistributed(layers.Dense(1, activation="sigmoid"))',
            inputs="5, 3",
            loss=BCE,
        ),
        (
            (", return_sequences=True", ""),
            (
                'layers.TimeDistributed(layers.Dense(1, activation="sigmoid"))',
                'layers.Dense(1, activation="sigmoid")',
            ),
        ),
        ("replace TimeDistributed(Dense(...)) with the plain Dense(...)",),
        x="series",
        range=(0, 1),
    ),
    Advice(
        "KER504",
        "dropout of whole channels",
        YES_NO
        + stack(
            "GRU(4, return_sequences=True)",
            "SpatialDropout1D(0.2)",
            'Dense(1, activation="sigmoid")',
            inputs="5, 3",
            loss=BCE,
        ),
        ((", return_sequences=True", ""), ("SpatialDropout1D", "Dropout")),
        ("replace SpatialDropout1D with Dropout",),
        x="series",
        range=(0, 1),
    ),
    Advice(
        "KER134",
        "numbers for the names",
        'y = np.array(["cat", "dog"] * 16)\n' + stack('Dense(1, activation="sigmoid")', loss=BCE),
        (
            (
                'np.array(["cat", "dog"] * 16)',
                '(np.array(["cat", "dog"] * 16) == "dog").astype("int32")',
            ),
        ),
        ('.astype("int32")',),
        range=(0, 1),
    ),
    Advice(
        "KER135",
        "a unit for each column",
        ONE_HOT + stack('Dense(2, activation="softmax")', loss=CCE),
        (("Dense(2,", "Dense(3,"),),
        ("3",),
        sums_to_1=True,
        width=3,
    ),
    Advice(
        "KER136",
        "one output for one target",
        "y = random.random((32, 1))\n" + stack('Dense(8, activation="relu")', "Dense(3)", loss=MSE),
        (("Dense(3)", "Dense(1)"),),
        ("1",),
        width=1,
    ),
    Advice(
        "KER137",
        "a unit for each class",
        "from sklearn.datasets import load_iris\nx, y = load_iris(return_X_y=True)\n"
        + stack('Dense(10, activation="softmax")', inputs="4,", loss=SCCE),
        (("Dense(10,", "Dense(3,"),),
        ("3 units",),
        sums_to_1=True,
        width=3,
    ),
    Advice(
        "KER139",
        "a list",
        "y = random.random((32, 1))\n" + stack("Dense(1)", loss=MSE, extra=', metrics="mae"'),
        (('metrics="mae"', 'metrics=["mae"]'),),
        ('["mae"]',),
    ),
    Advice(
        "KER140",
        "softmax for exclusive classes",
        ONE_HOT + stack('Dense(3, activation="sigmoid")', loss=BCE),
        (('activation="sigmoid"', 'activation="softmax"'), (BCE, CCE)),
        ('activation="softmax"', "categorical_crossentropy"),
        sums_to_1=True,
    ),
    Advice(
        "KER308",
        "after the softmax",
        CLASSES + stack('Dense(3, activation="softmax")', "BatchNormalization()", loss=SCCE),
        (("model.add(layers.BatchNormalization())\n", ""),),
        ("remove BatchNormalization",),
        sums_to_1=True,
    ),
    Advice(
        "KER308",
        "without an activation",
        YES_NO + stack("Dense(1)", "BatchNormalization()", loss='"binary_crossentropy"'),
        (
            (
                "layers.BatchNormalization())\n",
                'layers.BatchNormalization())\nmodel.add(layers.Activation("sigmoid"))\n',
            ),
        ),
        ('add Activation("sigmoid") after it',),
        range=(0.0, 1.0),
    ),
    Advice(
        "KER309",
        "the name in lower case",
        "y = random.random((32, 1))\n" + stack('Dense(8, activation="ReLU")', "Dense(1)", loss=MSE),
        (('"ReLU"', '"relu"'),),
        ('"relu"',),
    ),
    Advice(
        "KER501",
        "padding",
        YES_NO
        + stack(
            'Conv2D(4, 7, activation="relu")',
            "Flatten()",
            'Dense(1, activation="sigmoid")',
            inputs="6, 6, 2",
            loss=BCE,
        ),
        (("Conv2D(4, 7,", 'Conv2D(4, 7, padding="same",'),),
        ('padding="same"',),
        x="images",
        range=(0, 1),
    ),
    Advice(
        "KER503",
        "a sequence for the next layer",
        YES_NO
        + stack(
            "LSTM(4)",
            "LSTM(3)",
            'Dense(1, activation="sigmoid")',
            inputs="5, 3",
            loss=BCE,
        ),
        (("LSTM(4)", "LSTM(4, return_sequences=True)"),),
        ("return_sequences=True",),
        x="series",
        range=(0, 1),
    ),
    Advice(
        "KER505",
        "as many values as there are",
        YES_NO
        + stack(
            "Reshape((2, 5))",
            "Flatten()",
            'Dense(1, activation="sigmoid")',
            loss=BCE,
        ),
        (("Reshape((2, 5))", "Reshape((2, 4))"),),
        ("8",),
        range=(0, 1),
    ),
    Advice(
        "KER520",
        "the shape of one sample",
        YES_NO + "model = keras.Sequential([keras.Input(x.shape)])\n"
        'model.add(layers.Dense(1, activation="sigmoid"))\n'
        'model.compile(optimizer="adam", loss="binary_crossentropy")',
        (("keras.Input(x.shape)", "keras.Input((8,))"),),
        ("state the shape of one sample",),
        range=(0, 1),
    ),
    Advice(
        "KER521",
        "the shape of the data",
        YES_NO + stack('Dense(1, activation="sigmoid")', inputs="9,", loss=BCE),
        (("keras.Input((9,))", "keras.Input((8,))"),),
        ("make the input shape that of one sample",),
        range=(0, 1),
    ),
    Advice(
        "KER522",
        "a batch of one sample",
        YES_NO
        + stack('Dense(1, activation="sigmoid")', loss=BCE)
        + "\nmodel.predict(x[0], verbose=0)\n",
        (("x[0]", "x[:1]"),),
        ("x[:1]",),
        range=(0, 1),
    ),
    Advice(
        "KER523",
        "a whole number",
        YES_NO
        + "units = 16\n"
        + stack('Dense(units / 2, activation="relu")', 'Dense(1, activation="sigmoid")', loss=BCE),
        (("units / 2", "units // 2"),),
        ("//",),
        range=(0, 1),
    ),
    Advice(
        "KER506",
        "the channels last",
        YES_NO
        + "pictures = random.random((32, 3, 12, 12))\n"
        + stack(
            'Conv2D(4, 3, activation="relu")',
            "Flatten()",
            'Dense(1, activation="sigmoid")',
            inputs="3, 12, 12",
            loss=BCE,
        ),
        (
            ("random.random((32, 3, 12, 12))", "random.random((32, 12, 12, 3))"),
            ("keras.Input((3, 12, 12))", "keras.Input((12, 12, 3))"),
        ),
        ("(12, 12, 3)", "for the data too"),
        x="pictures",
        range=(0, 1),
    ),
    Advice(
        "KER511",
        "a row for each id",
        YES_NO
        + "ids = np.tile(np.arange(8), (32, 1))\n"
        + stack(
            "Embedding(7, 4)",
            "Flatten()",
            'Dense(1, activation="sigmoid")',
            inputs="8,",
            loss=BCE,
        ),
        (("Embedding(7, 4)", "Embedding(8, 4)"),),
        ("input_dim=8",),
        x="ids",
        range=(0, 1),
    ),
    Advice(
        "KER203",
        "a name",
        AMOUNTS
        + "start = keras.initializers.HeNormal()\n"
        + "inputs = keras.Input((8,))\n"
        + "first = layers.Dense(8, kernel_initializer=start)(inputs)\n"
        + "second = layers.Dense(8, kernel_initializer= start)(inputs)\n"
        + 'both = layers.Activation("relu")(layers.Add()([first, second]))\n'
        + "model = keras.Model(inputs, layers.Dense(1)(both))\n"
        + 'model.compile(optimizer="adam", loss="mse")\n',
        (("kernel_initializer= start", 'kernel_initializer="he_normal"'),),
        ("or its name",),
    ),
    Advice(
        "KER204",
        "another seed",
        AMOUNTS
        + "HeNormal = keras.initializers.HeNormal\n"
        + "inputs = keras.Input((8,))\n"
        + "first = layers.Dense(8, kernel_initializer=HeNormal(seed=1))(inputs)\n"
        + "second = layers.Dense(8, kernel_initializer=HeNormal( seed=1))(inputs)\n"
        + 'both = layers.Activation("relu")(layers.Add()([first, second]))\n'
        + "model = keras.Model(inputs, layers.Dense(1)(both))\n"
        + 'model.compile(optimizer="adam", loss="mse")\n',
        (("HeNormal( seed=1)", "HeNormal(seed=2)"),),
        ("give each layer another seed",),
    ),
    Advice(
        "KER205",
        "the default weights",
        CLASSES
        + "start = keras.initializers.RandomNormal(stddev=5.0)\n"
        + stack(
            'Dense(16, activation="relu", kernel_initializer=start)',
            'Dense(16, activation="relu")',
            'Dense(3, activation="softmax")',
            loss=SCCE,
        ),
        (("kernel_initializer=start", 'kernel_initializer="he_normal"'),),
        ('use kernel_initializer="he_normal"',),
        sums_to_1=True,
    ),
    Advice(
        "KER206",
        "the default weights",
        CLASSES
        + "start = keras.initializers.RandomNormal(stddev=0.0001)\n"
        + stack(
            'Dense(16, activation="relu", kernel_initializer=start)',
            'Dense(16, activation="relu", kernel_initializer= start)',
            'Dense(3, activation="softmax")',
            loss=SCCE,
        ),
        ((", kernel_initializer=start", ""),),
        ("remove the initializer",),
        sums_to_1=True,
    ),
    Advice(
        "KER302",
        "a deep stack",
        AMOUNTS
        + "model = keras.Sequential([keras.Input((8,))])\n"
        + "for _ in range(7):\n"
        + '    model.add(layers.Dense(8, activation="sigmoid"))\n'
        + "model.add(layers.Dense(1))\n"
        + 'model.compile(optimizer="adam", loss="mse")\n',
        (('"sigmoid"', '"relu"'),),
        ('use activation="relu"',),
    ),
    Advice(
        "KER304",
        "a hidden layer",
        AMOUNTS + stack('Dense(16, activation="softmax")', "Dense(1)", loss=MSE),
        (('"softmax"', '"relu"'),),
        ('use activation="relu" in hidden layers',),
    ),
    Advice(
        "KER306",
        "the default",
        AMOUNTS
        + stack('LSTM(4, recurrent_activation="relu")', "Dense(1)", inputs="5, 3", loss=MSE),
        ((', recurrent_activation="relu"', ""),),
        ("remove recurrent_activation",),
        x="series",
    ),
    Advice(
        "KER507",
        "shorter steps",
        AMOUNTS
        + stack(
            'Conv2D(4, 2, strides=3, activation="relu")',
            "Flatten()",
            "Dense(1)",
            inputs="6, 6, 2",
            loss=MSE,
        ),
        (("strides=3", "strides=2"),),
        ("strides of at most 2",),
        x="images",
    ),
    Advice(
        "KER513",
        "a layer in each turn",
        AMOUNTS
        + 'hidden = [layers.Dense(8, activation="relu")] * 3\n'
        + "model = keras.Sequential([keras.Input((8,)), *hidden, layers.Dense(1)])\n"
        + 'model.compile(optimizer="adam", loss="mse")\n',
        ((")] * 3", ") for _ in range(3)]"),),
        ("[... for _ in range(n)]",),
    ),
    Advice(
        "KER514",
        "the next layer takes it",
        AMOUNTS
        + "inputs = keras.Input((8,))\n"
        + 'first = layers.Dense(8, activation="relu")(inputs)\n'
        + 'second = layers.Dense(8, activation="relu")(first)\n'
        + "model = keras.Model(inputs, layers.Dense(1)(first))\n"
        + 'model.compile(optimizer="adam", loss="mse")\n',
        (("layers.Dense(1)(first)", "layers.Dense(1)(second)"),),
        ("call the next layer on this output",),
    ),
    Advice(
        "KER515",
        "the input of the model",
        YES_NO
        + "first, second = keras.Input((8,)), keras.Input((8,))\n"
        + 'hidden = layers.Dense(4, activation="relu")(first)\n'
        + 'outputs = layers.Dense(1, activation="sigmoid")(hidden)\n'
        + "model = keras.Model(second, outputs)\n"
        + 'model.compile(optimizer="adam", loss="binary_crossentropy")\n',
        (("(first)\n", "(second)\n"),),
        ("call the layers on the input that the model is given",),
        range=(0, 1),
    ),
    Advice(
        "KER518",
        "the recurrent layer first",
        YES_NO
        + "ids = np.tile(np.arange(8), (32, 1))\n"
        + stack(
            "Embedding(8, 4, mask_zero=True)",
            'Conv1D(4, 3, activation="relu")',
            "LSTM(4)",
            'Dense(1, activation="sigmoid")',
            loss=BCE,
        ),
        (('model.add(layers.Conv1D(4, 3, activation="relu"))\n', ""),),
        ("put LSTM before Conv1D",),
        x="ids",
        range=(0, 1),
    ),
    Advice(
        "KER519",
        "a batch size",
        "rows, targets = np.tile(series, (2, 1, 1)), np.linspace(-40.0, 40.0, 64)\n"
        + "model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4, stateful=True)])\n"
        + 'model.add(layers.Dense(1))\nmodel.compile(optimizer="adam", loss="mse")\n',
        (
            ("keras.Input((5, 3))", "keras.Input((5, 3), batch_size=32)"),
            ("batch_size=16, verbose=0)", "batch_size=32, shuffle=False, verbose=0)"),
        ),
        ("give Input a batch_size",),
        x="rows",
        y="targets",
    ),
    Advice(
        "KER519",
        "the order of the rows",
        "rows, targets = np.tile(series, (2, 1, 1)), np.linspace(-40.0, 40.0, 64)\n"
        + "inputs = keras.Input((5, 3), batch_size=32)\n"
        + "model = keras.Sequential([inputs, layers.LSTM(4, stateful=True)])\n"
        + 'model.add(layers.Dense(1))\nmodel.compile(optimizer="adam", loss="mse")\n',
        (("batch_size=16, verbose=0)", "batch_size=32, shuffle=False, verbose=0)"),),
        ("pass shuffle=False",),
        x="rows",
        y="targets",
    ),
    Advice(
        "KER524",
        "steps",
        AMOUNTS
        + "windows = np.random.random((32, 1, 8))\n"
        + stack("LSTM(4)", "Dense(1)", inputs="1, 8", loss=MSE),
        (("(32, 1, 8)", "(32, 8, 1)"), ("keras.Input((1, 8))", "keras.Input((8, 1))")),
        ("reshape to (samples, 8, 1)",),
        x="windows",
        select=("KER524",),
    ),
    Advice(
        "KER517",
        "a mask",
        YES_NO
        + "lines = [[1, 2, 3], [4, 5]] * 16\n"
        + 'ids = keras.utils.pad_sequences(lines, maxlen=8, padding="post")\n'
        + stack(
            "Embedding(6, 4)",
            "LSTM(4)",
            'Dense(1, activation="sigmoid")',
            inputs="8,",
            loss=BCE,
        ),
        (("Embedding(6, 4)", "Embedding(6, 4, mask_zero=True)"),),
        ("mask_zero=True",),
        x="ids",
        range=(0, 1),
    ),
]


class Numbered:
    """What scikit-learn's LabelEncoder does, which is not installed for the tests."""

    def fit_transform(self, labels: list[str]) -> np.ndarray:
        return np.unique(labels, return_inverse=True)[1]


def stand_ins() -> dict[str, types.ModuleType]:
    """The few functions of scikit-learn that the programs use."""
    random = np.random.default_rng(1)

    def multilabel(n_samples: int, n_features: int, n_classes: int) -> tuple[object, object]:
        labels = random.integers(0, 2, (n_samples, n_classes))
        return random.random((n_samples, n_features)), labels

    def iris(return_X_y: bool) -> tuple[object, object]:
        return random.random((150, 4)), np.repeat(np.arange(3), 50)

    made = {name: types.ModuleType(name) for name in ("datasets", "preprocessing")}
    made["datasets"].load_iris = iris  # type: ignore[attr-defined]
    made["datasets"].make_multilabel_classification = multilabel  # type: ignore[attr-defined]
    made["preprocessing"].LabelEncoder = Numbered  # type: ignore[attr-defined]
    parts = {f"sklearn.{name}": module for name, module in made.items()}
    return {"sklearn": types.ModuleType("sklearn"), **parts}


by_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.code}: {pair.name}")

MINE = ("KER1", "KER2", "KER3", "KER5")


def test_each_rule_about_models_has_its_advice_tried() -> None:
    codes = {rule.code for rule in all_rules() if rule.code.startswith(MINE)}
    written = {pair.code for pair in PAIRS}
    assert codes - written <= {"KER508", "KER525"}, "these are tried with the rules about calls"


@functools.cache
def before(pair: Advice) -> list[kerlint.Diagnostic]:
    return list(kerlint.lint_source(pair.program, extend_select=list(pair.select)))


@by_pair
def test_help_says_what_is_followed(pair: Advice) -> None:
    found = before(pair)
    helps = [(f.help or "").replace("`", "") for f in found if f.code == pair.code]
    assert helps, [(f.code, f.message) for f in found]
    assert any(all(words in help for words in pair.says) for help in helps), helps


@by_pair
def test_nothing_is_left_once_help_is_followed(pair: Advice) -> None:
    after = kerlint.lint_source(pair.followed, extend_select=list(pair.select))
    known = {f.code for f in before(pair)}
    assert pair.code not in {f.code for f in after}
    new = [f for f in after if f.code not in known]
    assert not new, [(f.code, f.message) for f in new]


@pytest.mark.parametrize(
    "pair",
    one_of_each(PAIRS, lambda pair: {pair.code}, lambda pair: len(pair.program)),
    ids=lambda pair: f"{pair.code}: {pair.name}",
)
def test_it_runs_in_keras(pair: Advice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "labels.npy", np.arange(32) % 3)
    np.save(tmp_path / "numbers.npy", np.linspace(-3, 3, 32))
    monkeypatch.chdir(tmp_path)
    for name, module in stand_ins().items():
        monkeypatch.setitem(sys.modules, name, module)
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(None):
        exec(compile(pair.followed, "followed.py", "exec"), names)
    model, given = names["model"], names[pair.x]
    found = np.asarray(model.predict(given, verbose=0))  # type: ignore[attr-defined]
    assert np.isfinite(found).all()
    low, high = pair.range
    assert low is None or found.min() >= low
    assert high is None or found.max() <= high
    if pair.sums_to_1:
        assert np.allclose(found.sum(axis=-1), 1.0, atol=1e-5)
        assert found.shape[-1] > 1
    if pair.width is not None:
        assert found.shape[-1] == pair.width
    loss = model.evaluate(given, names[pair.y], verbose=0)  # type: ignore[attr-defined]
    assert np.isfinite(loss).all()
    if pair.name == "attention over the steps":
        scores = keras.Model(model.inputs, names["scores"])  # type: ignore[attr-defined]
        assert np.allclose(scores.predict(given, verbose=0).sum(axis=1), 1.0, atol=1e-5)


# -- why the advice is not a simpler one ----------------------------------------------------------


def test_flatten_cannot_take_images_of_any_size() -> None:
    with pytest.raises(ValueError, match="fully-defined"):
        keras.Sequential(
            [
                keras.Input((None, None, 2)),
                keras.layers.Flatten(),
                keras.layers.Dense(3),
            ]
        )


@pytest.mark.parametrize("made", ["SpatialDropout1D(0.2)", "TimeDistributed(layers.Dense(1))"])
def test_layers_for_steps_cannot_take_a_single_one(made: str) -> None:
    layer = eval(f"layers.{made}", {"layers": keras.layers})
    with pytest.raises((ValueError, IndexError)):
        keras.Sequential([keras.Input((5, 3)), keras.layers.GRU(4), layer])


def test_a_recurrent_layer_has_a_gate_after_its_activation() -> None:
    # So its activation alone makes no probabilities: they do not add up to 1.
    model = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4, activation="softmax")])
    found = np.asarray(model(np.random.default_rng(0).random((8, 5, 3))))
    assert np.abs(found.sum(axis=-1) - 1.0).min() > 0.05


def test_single_numbers_do_not_go_into_a_loss_for_one_hot_labels() -> None:
    given = np.full((8, 2), 0.5, "float32")
    with pytest.raises(ValueError, match="shape"):
        keras.losses.CategoricalCrossentropy()(np.arange(8) % 2, given)
    assert np.isfinite(keras.losses.SparseCategoricalCrossentropy()(np.arange(8) % 2, given))


@pytest.mark.parametrize("penalty", [None, "l2"])
def test_a_metric_is_the_loss_again_only_without_penalties(penalty: str | None) -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_regularizer=penalty)])
    model.compile("sgd", "mse", metrics=["mse"])
    x, y = np.ones((8, 3)), np.ones((8, 1))
    loss, metric = model.evaluate(x, y, batch_size=8, verbose=0)
    assert (loss == pytest.approx(metric, rel=1e-5)) is (penalty is None)


def test_two_convolutions_are_one_with_a_larger_window() -> None:
    pair = keras.Sequential([keras.Input((9, 9, 2))])
    pair.add(keras.layers.Conv2D(3, 3, use_bias=False))
    pair.add(keras.layers.Conv2D(2, 3, use_bias=False))
    first, second = (np.asarray(w) for w in pair.get_weights())
    one = np.zeros((5, 5, 2, 2), "float32")
    for i, j, k, n in np.ndindex(3, 3, 3, 3):
        one[i + k, j + n] += first[i, j] @ second[k, n]
    single = keras.layers.Conv2D(2, 5, use_bias=False)
    x = np.random.default_rng(0).random((4, 9, 9, 2)).astype("float32")
    single.build(x.shape)
    single.set_weights([one])
    assert np.allclose(np.asarray(pair(x)), np.asarray(single(x)), atol=1e-5)


def test_padding_keeps_the_rows_of_a_sequence() -> None:
    rows = np.empty(3, dtype=object)
    for place in range(3):
        rows[place] = keras.utils.to_categorical([1, 2, 0], 4)
    assert keras.utils.pad_sequences(rows, maxlen=5).shape == (3, 5, 4)
    assert keras.utils.pad_sequences([[1, 2], [3]], maxlen=5).shape == (2, 5)
    with pytest.raises(ValueError, match="list of iterables"):
        keras.utils.pad_sequences(np.array([1, 2, 3]), maxlen=5)
