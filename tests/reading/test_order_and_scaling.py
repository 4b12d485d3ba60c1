"""What the reader notes of the order of samples, and of scalers that are fitted and used."""

from __future__ import annotations

import pytest

from kerlint.program.data import Array
from kerlint.program.model import Program
from kerlint.reading import read
from kerlint.sources.source import Source

PREAMBLE = """\
import random
import numpy as np
import pandas as pd
import keras
from sklearn import datasets, preprocessing
from sklearn.model_selection import train_test_split
from sklearn.utils import shuffle
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
"""


def program_of(body: str) -> Program:
    text = PREAMBLE + body
    return next(iter(read(Source("a.py", text)).entry_points())).execute({}).program


def is_sorted(body: str) -> bool:
    value = program_of(f"{body}\nmodel.fit(x, y)\n").fits[-1].args["y"].value
    return isinstance(value, Array) and value.sorted_by_class


BLOCKS = "y = np.concatenate([np.zeros(500), np.ones(500)])\n"


@pytest.mark.parametrize(
    "body",
    [
        BLOCKS,
        "y = np.hstack((np.zeros((50,)), np.ones((50,)), np.full(50, 2)))",
        "y = np.array([0] * 50 + [1] * 50)",
        "y = np.repeat([0, 1, 2], 50)",
        "y = np.repeat(np.arange(4), 10)",
        "y = datasets.load_iris().target",
        "x, y = datasets.load_wine(return_X_y=True)",
        "y = keras.utils.to_categorical(datasets.load_iris().target)",
        "y = np.zeros(1000)\ny[500:] = 1",
        "y = np.ones(90)\ny[0:30] = 0\ny[30:60] = 1\ny[60:] = 2",
        "y = []\nfor k in range(3):\n    y += [k] * 30\ny = np.array(y)",
        "y = np.array([k for k in range(5) for _ in range(20)])",
        BLOCKS + "y = y.reshape(-1, 1).astype('float32')",
        BLOCKS + "y = np.eye(2)[y.astype(int)]",
        "y = preprocessing.LabelEncoder().fit_transform([0] * 50 + [1] * 50)",
    ],
)
def test_classes_that_follow_one_another(body: str) -> None:
    assert is_sorted(body)


@pytest.mark.parametrize(
    "body",
    [
        BLOCKS + "np.random.shuffle(y)",
        BLOCKS + "rng = np.random.default_rng(0)\nrng.shuffle(y)",
        BLOCKS + "x, y = shuffle(x, y)",
        BLOCKS + "p = np.random.permutation(1000)\ny = y[p]",
        BLOCKS + "p = np.arange(1000)\nnp.random.shuffle(p)\ny = y[p]",
        BLOCKS + "x, _, y, _ = train_test_split(x, y)",
        BLOCKS + "def mix(a):\n    np.random.shuffle(a)\n    return a\ny = mix(y)",
        "y = [0] * 50 + [1] * 50\nrandom.shuffle(y)\ny = np.array(y)",
        "y = np.array([0, 1] * 50)",
        "y = np.tile(np.arange(3), 50)",
        "y = np.tile(np.repeat(np.arange(3), 5), 50)",
        "y = np.repeat(np.random.randint(0, 3, 30), 5)",
        "y = np.concatenate([np.random.randint(0, 2, 50), np.random.randint(0, 2, 50)])",
        "y = np.zeros(1000)\ny[::2] = 1",
        "y = np.zeros(100)\nfor i in range(10):\n    y[i * 10:(i + 1) * 10] = i % 2",
        "y = np.array([0, 0, 1, 1])",
        "y = np.arange(100)",
        "y = datasets.load_breast_cancer().target",
        "y = datasets.load_iris().target[np.random.permutation(150)]",
        "y = pd.Series([0] * 50 + [1] * 50).sample(frac=1)",
        "y = np.zeros(1000)",
        BLOCKS + "y = y.reshape(2, -1).T.ravel()",
        BLOCKS + "y = np.take(y, np.random.permutation(1000))",
        BLOCKS
        + "c = list(zip(range(1000), y))\nrandom.shuffle(c)\nx, y = zip(*c)\ny = np.array(y)",
        BLOCKS + "y = y[random.sample(range(1000), 1000)]",
        BLOCKS + "np.random.RandomState(0).shuffle(y)",
        BLOCKS + "y = np.random.default_rng(1).permutation(y)",
        BLOCKS + "y = keras.random.shuffle(y)",
        BLOCKS + "y = np.random.permutation(y)",
        BLOCKS + "y = np.random.choice(y, 1000)",
        BLOCKS + "y = np.stack([y, 1 - y], 1).ravel()",
        BLOCKS + "i = np.argsort(np.random.rand(1000))\ny = y[i]",
        BLOCKS + "y[np.random.randint(0, 1000, 500)] = 1",
        BLOCKS + "y = pd.Series(y).sample(frac=1).values",
        BLOCKS + "y = shuffle(y)",
        BLOCKS + "from sklearn.utils import resample\ny = resample(y)",
        BLOCKS + "mask = np.random.rand(1000) < 0.5\ny = np.concatenate([y[mask], y[~mask]])",
    ],
)
def test_classes_in_any_order(body: str) -> None:
    assert not is_sorted(body)


def test_scalers() -> None:
    found = program_of(
        "sc = preprocessing.StandardScaler()\n"
        "sc.fit_transform(x_train)\n"
        "x_test = sc.transform(x_test[:, 3:])\n"
    ).scalings
    assert [(s.method, s.named, s.discarded) for s in found] == [
        ("fit_transform", "x_train", True),
        ("transform", "x_test", False),
    ]
    assert found[0].scaler is found[1].scaler


def test_a_masked_copy_changes_alone() -> None:
    body = (
        "(x, y), _ = keras.datasets.mnist.load_data()\n"
        "def split(x, y):\n"
        "    mask = (y == 5) | (y == 6)\n"
        "    rest = y[~mask]\n"
        "    rest[rest > 6] -= 2\n"
        "    return x[~mask], rest\n"
        "a, b = split(x, y)\n"
        "few = y[[1, 2, 3]]\n"
        "few[0] = 7\n"
        "model.fit(x, y)\n"
    )
    labels = program_of(body).fits[-1].args["y"].value
    assert isinstance(labels, Array)
    assert (labels.lowest, labels.highest, labels.classes) == (0, 9, 10)


def test_a_slice_changes_with_the_whole() -> None:
    body = (
        "(x, y), _ = keras.datasets.mnist.load_data()\n"
        "part = y[:100]\n"
        "part[0] = 50\n"
        "model.fit(x, y)\n"
    )
    labels = program_of(body).fits[-1].args["y"].value
    assert isinstance(labels, Array)
    assert labels.highest is None
