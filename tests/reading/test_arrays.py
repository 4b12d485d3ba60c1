"""What the reader knows of labels and data, from programs as text; numpy is the judge."""

from __future__ import annotations

import itertools
import math

import pytest

from kerlint.program.data import Array, Encoding
from kerlint.program.values import NOWHERE, Fact, Unknown
from kerlint.reading import read
from kerlint.reading.arrays.arguments import CallArguments
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import Arguments, ListValue, QualifiedName
from kerlint.reading.library import array_methods, arrays, datasets, numpy, pandas, sklearn
from kerlint.sources.source import Source

np = pytest.importorskip("numpy")

PREAMBLE = """\
import numpy as np
import pandas as pd
import tensorflow as tf
import keras
from keras.utils import to_categorical
from sklearn import datasets, preprocessing
from sklearn.model_selection import train_test_split
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
"""


def given_to_fit(body: str) -> dict[str, object]:
    """The values of the arguments of the last ``fit`` of a program."""
    text = PREAMBLE + body
    if "model.fit" not in body and "m.fit" not in body:
        text += "\nmodel.fit(x, y)\n" if "x" in _names(body) else "\nmodel.fit(None, y)\n"
    program = next(iter(read(Source("a.py", text)).entry_points())).execute({}).program
    return {name: fact.value for name, fact in program.fits[-1].args.items()}


def _names(body: str) -> set[str]:
    lines = [line for line in body.splitlines() if "=" in line]
    return {
        word.strip(" ()")
        for line in lines
        for part in line.split("=")[:1]
        for word in part.split(",")
    }


def labels(body: str) -> Array:
    value = given_to_fit(body)["y"]
    assert isinstance(value, Array), value
    return value


def data(body: str) -> Array:
    value = given_to_fit(body)["x"]
    assert isinstance(value, Array), value
    return value


BINARY, INTEGER, ONE_HOT = Encoding.BINARY, Encoding.INTEGER, Encoding.ONE_HOT
MULTI_HOT, CONTINUOUS, STRINGS = Encoding.MULTI_HOT, Encoding.CONTINUOUS, Encoding.STRINGS

# Program, encoding, shape, number of classes.
ENCODINGS = [
    ("y = [0, 1, 1, 0]", BINARY, (4,), 2),
    ("y = np.array([[0], [1], [1], [0]])", BINARY, (4, 1), 2),
    ("y = np.array([[0, 1], [1, 0]])", ONE_HOT, (2, 2), 2),
    ("y = np.array([[1, 1], [1, 0]])", MULTI_HOT, (2, 2), 2),
    ("y = np.array([0.5, 1.5])", CONTINUOUS, (2,), None),
    ("y = np.array(['cat', 'dog'])", STRINGS, (2,), 2),
    ("y = np.array([0, 1, 2, 0, 1, 2])", INTEGER, (6,), 3),
    ("y = np.array([1, 2, 3, 1, 2, 3])", INTEGER, (6,), 3),
    ("y = np.array([-1, 1, 1, -1])", INTEGER, (4,), 2),
    # Measurements that happen to be whole: nothing says that they are classes.
    ("y = np.array([2, 4, 6, 8])", None, (4,), None),
    ("y = np.array([-3.0, -1.0, 1.0, 3.0])", None, (4,), None),
    ("y = np.array([0, 1, 2, 3])", None, (4,), None),
    ("y = np.arange(100)", None, (100,), None),
    ("y = np.arange(100) % 3", INTEGER, (100,), 3),
    ("y = np.arange(100) % 2", BINARY, (100,), 2),
    ("y = np.random.randint(2, size=(1000, 1))", BINARY, (1000, 1), 2),
    ("y = np.random.randint(0, 10, 500)", INTEGER, (500,), 10),
    ("y = np.random.randint(0, 2, (500, 4))", MULTI_HOT, (500, 4), 4),
    ("y = np.random.default_rng(0).integers(0, 5, size=20)", INTEGER, (20,), 5),
    ("y = np.random.RandomState(1).rand(20)", CONTINUOUS, (20,), None),
    ("y = np.random.choice([0, 1], size=(50,))", BINARY, (50,), 2),
    ("y = np.random.choice(3, 50)", INTEGER, (50,), 3),
    ("y = np.eye(4)[np.random.randint(0, 4, 30)]", ONE_HOT, (30, 4), 4),
    ("n = 4\ny = np.eye(n)[labels]", ONE_HOT, None, 4),
    ("y = np.identity(3)[[0, 1, 2, 1]]", ONE_HOT, (4, 3), 3),
    (
        "y = to_categorical(np.random.randint(0, 10, (500, 1)), num_classes=10)",
        ONE_HOT,
        (500, 10),
        10,
    ),
    ("y = to_categorical([0, 1, 2, 1])", ONE_HOT, (4, 3), 3),
    ("y = keras.utils.np_utils.to_categorical(somewhere, 7)", ONE_HOT, None, 7),
    ("y = tf.one_hot([0, 1, 2], 3)", ONE_HOT, (3, 3), 3),
    ("y = tf.keras.utils.to_categorical(to_categorical([0, 1, 2]), 2)", None, (3, 3, 2), None),
    ("y = np.argmax(to_categorical([0, 1, 2, 1]), axis=1)", INTEGER, (4,), 3),
    ("y = np.concatenate([np.zeros(50), np.ones(50)])", BINARY, (100,), 2),
    ("y = np.vstack((np.zeros((5, 1)), np.ones((5, 1))))", BINARY, (10, 1), 2),
    ("y = np.hstack([np.zeros(5), np.ones(5), np.ones(5) * 2])", None, (15,), None),
    ("y = (np.random.rand(9) > 0.5).astype(int)", BINARY, (9,), 2),
    ("y = np.where(np.random.rand(9) > 0.5, 1, 0)", BINARY, (9,), 2),
    ("y = np.round(np.random.rand(9))", BINARY, (9,), 2),
    ("y = 2 * np.random.randint(0, 2, 9) - 1", INTEGER, (9,), 2),
    ("y = np.random.randint(0, 2, 9).astype('float32').reshape(-1, 1)", BINARY, (9, 1), 2),
    ("y = 1 - np.random.randint(0, 2, 9)", BINARY, (9,), 2),
    ("y = np.random.randint(0, 2, 9) * 0.9 + 0.05", None, (9,), None),
    ("y = to_categorical([0, 1, 2])[:, 0]", BINARY, (3,), 2),
    (
        "y = np.zeros((30, 5))\ny[np.arange(30), np.random.randint(0, 5, 30)] = 1",
        ONE_HOT,
        (30, 5),
        5,
    ),
    ("y = np.zeros(4)\ny[2] = 1\ny[3] = 1", BINARY, (4,), 2),
    ("y = np.zeros((9, 2))\nfor i in range(9):\n    y[i, 1] = 0.1 * i", CONTINUOUS, (9, 2), None),
    ("y = np.random.normal(size=(8, 1))", CONTINUOUS, (8, 1), None),
    ("y = np.sin(np.linspace(0, 9, 50))", CONTINUOUS, (50,), None),
    ("y = [[0], [1], [1]]", BINARY, (3, 1), 2),
    # scikit-learn
    ("x, y = datasets.make_classification(n_samples=90, n_features=4)", BINARY, (90,), 2),
    ("x, y = datasets.make_classification(n_classes=3, n_informative=4)", INTEGER, (100,), 3),
    ("x, y = datasets.make_blobs(n_samples=60, centers=4, n_features=2)", INTEGER, (60,), 4),
    ("x, y = datasets.make_moons(200, noise=0.1)", BINARY, (200,), 2),
    ("x, y = datasets.make_regression(n_samples=50)", CONTINUOUS, (50,), None),
    ("x, y = datasets.make_regression(50, n_targets=2)", CONTINUOUS, (50, 2), None),
    ("x, y = datasets.make_multilabel_classification(n_classes=3)", MULTI_HOT, (100, 3), 3),
    ("iris = datasets.load_iris()\ny = iris.target", INTEGER, (150,), 3),
    ("iris = datasets.load_iris()\ny = iris['target']", INTEGER, (150,), 3),
    ("x, y = datasets.load_breast_cancer(return_X_y=True)", BINARY, (569,), 2),
    ("x, y = datasets.load_diabetes(return_X_y=True)", CONTINUOUS, (442,), None),
    (
        "p, q = datasets.load_iris(return_X_y=True)\na, b, y, c = train_test_split(p, q)",
        INTEGER,
        (None,),
        3,
    ),
    (
        "p, q = datasets.load_iris(return_X_y=True)\n"
        "y = preprocessing.LabelBinarizer().fit_transform(q)",
        ONE_HOT,
        (150, 3),
        3,
    ),
    (
        "p, q = datasets.make_moons()\ny = preprocessing.LabelBinarizer().fit_transform(q)",
        BINARY,
        (100, 1),
        2,
    ),
    (
        "e = preprocessing.OneHotEncoder()\nq = datasets.load_iris().target[:, np.newaxis]\n"
        "y = e.fit_transform(q).toarray()",
        ONE_HOT,
        (150, 3),
        3,
    ),
    (
        "e = preprocessing.LabelEncoder()\ne.fit(datasets.load_iris().target)\n"
        "y = e.transform(other)",
        INTEGER,
        (None,),
        3,
    ),
    ("y = preprocessing.LabelEncoder().fit_transform(words)", INTEGER, (None,), None),
    ("y = preprocessing.LabelBinarizer().fit_transform(words)", None, (None, None), None),
    ("y = preprocessing.MultiLabelBinarizer().fit_transform(words)", MULTI_HOT, (None, None), None),
    ("y = preprocessing.MinMaxScaler().fit_transform(values)", CONTINUOUS, None, None),
    # Keras
    ("(x, y), (a, b) = keras.datasets.mnist.load_data()", INTEGER, (60000,), 10),
    ("(a, b), (x, y) = tf.keras.datasets.cifar10.load_data()", INTEGER, (10000, 1), 10),
    ("(x, y), t = keras.datasets.imdb.load_data(num_words=500)", BINARY, (25000,), 2),
    ("(x, y), t = keras.datasets.reuters.load_data()", INTEGER, (8982,), 46),
    ("(x, y), t = keras.datasets.boston_housing.load_data()", CONTINUOUS, (404,), None),
    # pandas
    ("y = (pd.read_csv('a.csv')['kind'] == 'good').astype(int)", BINARY, (None,), 2),
    ("y = pd.read_csv('a.csv').kind.map({'a': 0, 'b': 1})", BINARY, (None,), 2),
    ("y = pd.read_csv('a.csv').kind.map({'a': 0, 'b': 1, 'c': 2})", INTEGER, (None,), 3),
    ("y = pd.get_dummies(pd.read_csv('a.csv')['kind'])", ONE_HOT, (None, None), None),
    ("y = pd.get_dummies(pd.read_csv('a.csv'))", None, (None, None), None),
    ("y = pd.factorize(pd.read_csv('a.csv')['kind'])[0]", INTEGER, (None,), None),
    ("y, names = pd.read_csv('a.csv')['kind'].factorize()", INTEGER, (None,), None),
    ("y = pd.Categorical(pd.read_csv('a.csv').kind).codes", INTEGER, (None,), None),
    ("y = pd.read_csv('a.csv').values[:, 8]", None, (None,), None),
    ("y = pd.read_csv('a.csv').drop('kind', axis=1)", None, (None, None), None),
]


@pytest.mark.parametrize(("body", "encoding", "shape", "classes"), ENCODINGS)
def test_encoding(body, encoding, shape, classes):
    found = labels(body)
    assert (found.encoding, found.shape, found.classes) == (encoding, shape, classes)


# Expressions that numpy itself evaluates: nothing that is claimed may be untrue.
SAMPLES = [
    "np.array([[0, 0], [0, 1], [1, 0], [1, 1]])",
    "np.array([3, -2, 7])",
    "np.array([[1.5, 2.0], [0.25, -1.0]])",
    "np.zeros((6, 3))",
    "np.ones(5)",
    "np.full((4, 1), 7)",
    "np.arange(12)",
    "np.arange(0, 1, 0.1)",
    "np.arange(12).reshape(3, 4)",
    "np.linspace(-2, 6, 40)",
    "np.linspace(0, 20, 5)",
    "np.random.rand(200, 4)",
    "np.random.uniform(-3, 5, (200, 2))",
    "np.random.uniform(low=0.2, high=0.4, size=(200, 2))",
    "np.random.randint(0, 2, (300, 1))",
    "np.random.randint(1, 4, 300)",
    "np.random.randint(0, 9, size=(90, 2, 2))",
    "np.eye(4)",
    "np.tile(np.array([0, 1]), 10)",
    "np.repeat([0, 1, 2], 5)",
]
OPERATIONS = [
    "{0}",
    "{0} + 1",
    "1 - {0}",
    "{0} * 2.5",
    "-3 * {0}",
    "{0} / 4",
    "{0} ** 2",
    "{0} ** 3",
    "{0} // 2",
    "{0} % 2",
    "-{0}",
    "{0} + {0}",
    "{0} > 0",
    "({0} > 0.5).astype(int)",
    "{0}.astype('float32')",
    "{0}.astype(int)",
    "{0}.astype(bool)",
    "{0}.T",
    "{0}.flatten()",
    "{0}.ravel()",
    "{0}.reshape(-1, 1)",
    "{0}.reshape((-1,))",
    "{0}[0]",
    "{0}[:2]",
    "{0}[-1:]",
    "{0}[::2]",
    "{0}[..., np.newaxis]",
    "{0}[None]",
    "{0}[:, None]",
    "{0}[:, 0]",
    "{0}[:, 0:1]",
    "{0}[:, -1]",
    "{0}[1:, ...]",
    "{0}[[0, 1, 0]]",
    "{0}[{0} > 0]",
    "{0}[np.array([1, 0])]",
    "np.expand_dims({0}, -1)",
    "np.expand_dims({0}, axis=0)",
    "np.squeeze({0})",
    "np.transpose({0})",
    "np.swapaxes({0}, 0, -1)",
    "np.concatenate([{0}, {0}])",
    "np.concatenate([{0}, {0}], axis=-1)",
    "np.concatenate([{0}, {0} + 1])",
    "np.vstack([{0}, {0}])",
    "np.hstack([{0}, {0}])",
    "np.stack([{0}, {0}])",
    "np.stack([{0}, {0}], axis=1)",
    "np.column_stack([{0}, {0}])",
    "np.append({0}, {0})",
    "np.array([{0}, {0}])",
    "np.tile({0}, 2)",
    "np.repeat({0}, 3, axis=0)",
    "np.repeat({0}, 2)",
    "{0}.tolist() * 3",
    "2 * {0}.tolist()",
    "np.array({0}.tolist() * 2) * 2",
    "{0}.tolist() + {0}.tolist()",
    "{0}.tolist() + [*({0} + 1)]",
    "{0} + {0}.tolist()",
    "{0} * {0}.tolist()",
    "np.abs({0})",
    "np.sign({0})",
    "np.square({0})",
    "np.exp({0} / 10)",
    "np.tanh({0})",
    "np.sin({0})",
    "np.log1p(np.abs({0}))",
    "np.sqrt(np.abs({0}))",
    "np.round({0})",
    "np.floor({0})",
    "np.ceil({0})",
    "np.clip({0}, 0, 1)",
    "np.where({0} > 0, 1, 0)",
    "np.where({0} > 0, {0}, 0)",
    "np.where({0} > 0, 1, -1)",
    "{0}.max()",
    "{0}.min()",
    "{0}.mean()",
    "{0}.mean(axis=0)",
    "{0}.sum(axis=-1)",
    "np.sum({0}, axis=0, keepdims=True)",
    "np.max({0}, axis=0)",
    "np.argmax({0}, axis=-1)",
    "np.unique({0})",
    "({0} - {0}.mean()) / ({0}.std() + 1)",
    "({0} - {0}.min()) / ({0}.max() - {0}.min() + 1)",
    "np.zeros_like({0})",
    "np.ones_like({0})",
    "np.random.permutation({0})",
    "np.dot({0}, {0}.T)",
    "{0} @ {0}.T",
    "np.cumsum({0})",
    "np.eye(9)[np.abs({0}).astype(int) % 9]",
    "np.flip({0})",
    "np.sort({0})",
    "np.sum({0} > 0, axis=-1)",
    "np.array({0}, dtype=int)",
    "list({0})",
]


def _refuted(found: Array, value: np.ndarray, expression: str) -> list[str]:
    """What is claimed of an array and not true of it."""
    wrong = []
    shape = found.shape
    if shape is not None:
        sizes = [(a, b) for a, b in zip(shape, value.shape) if isinstance(a, int)]
        if len(shape) != value.ndim or any(a != b for a, b in sizes):
            wrong.append(f"shape {shape}, really {value.shape}")
    if not value.size:
        return wrong
    low, high = float(value.min()), float(value.max())
    # Random and dense values come near their bounds, and all other values reach them; but which
    # arm a comparison takes, and whether a few samples hold every class, is left open.
    truth = (found.lowest, found.highest, found.integers) == (0, 1, True)
    inside = truth or ">" in expression
    near = 0.15 * max(high - low, 1.0) if "random" in expression or "linspace" in expression else 0
    slack = max(near, 1e-6 * max(1.0, abs(low), abs(high)))
    for name, claimed, beyond in (
        ("lowest", found.lowest, None if found.lowest is None else found.lowest - low),
        ("highest", found.highest, None if found.highest is None else high - found.highest),
    ):
        if beyond is not None and (beyond > slack or not inside and beyond < -slack):
            wrong.append(f"{name} {claimed}, really {low} to {high}")
    whole = bool(np.all(np.equal(np.mod(value, 1), 0)))
    if found.integers is not None and found.integers != whole:
        wrong.append(f"integers {found.integers}")
    flat = value.reshape(len(value), -1) if value.ndim else value.reshape(1, 1)
    if found.encoding is BINARY and not (flat.shape[1] == 1 and set(flat.ravel()) <= {0, 1}):
        wrong.append("0/1")
    if found.encoding is ONE_HOT:
        last = value.reshape(-1, value.shape[-1]) if value.ndim else flat
        if not (set(last.ravel()) <= {0, 1} and np.all(last.sum(axis=1) == 1)):
            wrong.append("one-hot")
    if found.encoding is INTEGER and not (whole and flat.shape[1] == 1):
        wrong.append("classes")
    if found.encoding is CONTINUOUS and whole:
        wrong.append("real numbers")
    if found.encoding in (BINARY, INTEGER) and found.classes is not None:
        if len(np.unique(value)) > found.classes:
            wrong.append(f"{found.classes} classes, really {len(np.unique(value))}")
    return wrong


@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_is_claimed_that_numpy_refutes(operation):
    """Every operation on every sample: unknown is fine, wrong is not."""
    wrong = []
    for sample in SAMPLES:
        expression = operation.format(sample)
        np.random.seed(0)
        try:
            with np.errstate(all="ignore"):
                value = np.asarray(eval(expression, {"np": np}))
        except Exception:  # no such axis: there is nothing to compare with
            continue
        found = given_to_fit(f"y = {expression}")["y"]
        if isinstance(found, (bool, int, float)):
            found = arrays.as_array(found)
        if isinstance(found, Array) and found.encoding is not STRINGS:
            wrong.extend(f"{expression}: {why}" for why in _refuted(found, value, expression))
    assert not wrong


def test_most_operations_keep_the_shape_known():
    """The comparison above would pass if nothing were known: most of it is."""
    known = total = 0
    for operation, sample in itertools.product(OPERATIONS[:60], SAMPLES[:12]):
        expression = operation.format(sample)
        try:
            np.asarray(eval(expression, {"np": np}))
        except Exception:  # no such axis
            continue
        found = given_to_fit(f"y = {expression}")["y"]
        total += 1
        known += isinstance(found, Array) and found.shape is not None
    assert known / total > 0.85


RANGES = [
    ("x, y = np.linspace(0, 1, 50), 0\ny = 3 * x + 2", 2, 5),
    ("y = np.random.rand(10) * 10 - 5", -5, 5),
    ("y = np.random.uniform(low=1, high=3, size=9) ** 2", 1, 9),
    ("y = np.arange(1, 11) / 10.0", 0.1, 1.0),
    ("y = preprocessing.MinMaxScaler(feature_range=(-1, 1)).fit_transform(z)", -1, 1),
    ("y = preprocessing.MinMaxScaler().fit_transform(z)", 0, 1),
    ("(x, y), t = keras.datasets.mnist.load_data()\ny = x.astype('float32') / 255.", 0, 1),
    ("(x, y), t = keras.datasets.mnist.load_data()\ny = x / x.max()", 0, 1),
    ("(x, y), t = keras.datasets.mnist.load_data()\ny = (x - 127.5) / 127.5", -1, 1),
    # Bounds that nothing need come near are not given.
    ("x = np.linspace(-1, 1, 50)\ny = x ** 2 - x", None, None),
    ("x = np.linspace(-1, 1, 50)\ny = x * np.sin(x)", None, None),
    ("x = np.linspace(0, 8, 50)\ny = x[:10]", None, None),
    ("x, y = datasets.make_regression()", -100, 100),
]


@pytest.mark.parametrize(("body", "low", "high"), RANGES)
def test_range(body, low, high):
    found = labels(body)
    assert (found.lowest, found.highest) == (low, high)


LOAD = "(x, y), (a, b) = keras.datasets.mnist.load_data()\n"


@pytest.mark.parametrize(
    ("body", "raw"),
    [
        (LOAD, True),
        (LOAD + "x = x.reshape(60000, 784)", True),
        (LOAD + "x = x.reshape((-1, 28, 28, 1)).astype('float32')", True),
        (LOAD + "x = np.expand_dims(x, -1)", True),
        (LOAD + "x = x[:1000]", True),
        (LOAD + "x = 255 - x", True),
        (LOAD + "x = np.concatenate([x, a])", True),
        (LOAD + "x = x / 255", False),
        (LOAD + "x /= 255.0", False),
        (LOAD + "x = x.astype('float32')\nx /= 255", False),
        (LOAD + "x = (x - x.mean()) / x.std()", False),
        (LOAD + "x = keras.utils.normalize(x)", False),
        (LOAD + "x = tf.cast(x, tf.float32) / 255.0", False),
        (LOAD + "x = np.round(x / 255)", False),
        (LOAD + "def scale(images):\n    return images / 255.\nx = scale(x)", False),
        (LOAD + "def scale(images):\n    images /= 255.\nscale(x)", False),
        (LOAD + "x = x > 127", False),
        (LOAD + "x = other(x)", None),
        (LOAD + "for i in range(60000):\n    x[i] = x[i] / 255", False),
        (LOAD + "x = np.array([i / 255 for i in x])", False),
        (LOAD + "x[:] = unknown", False),
    ],
)
def test_raw_pixels(body, raw):
    value = given_to_fit(body)["x"]
    assert (value.raw_pixels if isinstance(value, Array) else None) is raw


SHAPES = [
    (LOAD + "x = x.reshape(len(x), 28 * 28)", (60000, 784)),
    (LOAD + "x = x.reshape(x.shape[0], -1)", (60000, 784)),
    (LOAD + "x = x.reshape(x.shape[0], 28, 28, 1)", (60000, 28, 28, 1)),
    (LOAD + "x = np.reshape(x, (-1, 784))", (60000, 784)),
    (LOAD + "x = x[:100, ..., np.newaxis]", (100, 28, 28, 1)),
    (LOAD + "x = x[..., tf.newaxis]", (60000, 28, 28, 1)),
    (
        "t = np.loadtxt('a.csv', delimiter=',')\nx = pd.read_csv('a.csv').values[:, 0:8]\ny = 0",
        (None, 8),
    ),
    ("x = pd.read_csv('a.csv').iloc[:, :-1].values\ny = 0", (None, None)),
    ("x = pd.read_csv('a.csv')[['a', 'b', 'c']].values\ny = 0", (None, 3)),
    ("x = pd.DataFrame({'a': p, 'b': q})[['a']]\ny = 0", (None, 1)),
    ("x = keras.utils.pad_sequences(texts, maxlen=40)\ny = 0", (None, 40)),
    (
        "from keras.preprocessing import sequence\nx = sequence.pad_sequences(t, maxlen=9)\ny = 0",
        (None, 9),
    ),
    ("x = np.array([[1.0, 2.0], [3.0, 4.0]])\ny = 0", (2, 2)),
    (
        "rows = []\nfor line in open('a'):\n    rows.append([1, 2, 3])\nx = np.array(rows)\ny = 0",
        (None, 3),
    ),
    ("x = [[0, 0], [0, 1]]\ny = 0", (2, 2)),
    ("x = np.array([])\ny = 0", None),
    ("x = tf.random.normal((8, 5))\ny = 0", (8, 5)),
    ("x = np.random.rand(8, 5)[np.random.permutation(8)]\ny = 0", (8, 5)),
]


@pytest.mark.parametrize(("body", "shape"), SHAPES)
def test_shape(body, shape):
    assert data(body).shape == shape


def test_sizes_have_names():
    body = "x = pd.read_csv('a.csv').values\nn = x.shape[1]\ny = np.zeros((10, n))"
    (rows, columns) = labels(body).shape or ()
    assert rows == 10
    assert isinstance(columns, Unknown)
    assert columns.symbol == "x.shape[1]"
    assert data("x = np.load('a.npy')\ny = 0\nx = np.zeros((4, x.shape[1]))").shape[1].symbol == (
        "x.shape[1]"
    )


def test_known_sizes_are_numbers():
    body = LOAD + "y = np.zeros((len(x), x.shape[1], x.shape[2], x.ndim))"
    assert labels(body).shape == (60000, 28, 28, 3)


def test_number_of_classes_from_the_labels():
    body = LOAD + "n = np.max(y) + 1\ny = to_categorical(y, n)"
    assert labels(body).shape == (60000, 10)
    body = LOAD + "n = len(np.unique(y))\ny = to_categorical(y, n)"
    assert labels(body).shape == (60000, 10)


def test_a_dataset_gives_its_data_and_labels():
    found = given_to_fit(
        "d = tf.data.Dataset.from_tensor_slices((np.zeros((9, 2)), np.array([0, 1, 2] * 3)))\n"
        "d = d.shuffle(9).batch(3).prefetch(1)\nmodel.fit(d, epochs=3)"
    )
    assert found["x"].shape == (9, 2)
    assert found["y"].encoding is INTEGER
    assert found["y"].classes == 3


def test_the_function_that_a_dataset_is_mapped_with_is_followed():
    found = given_to_fit(
        "d = tf.data.Dataset.from_tensor_slices((np.zeros((9, 2)), np.array([0, 1, 2] * 3)))\n"
        "def prepare(a, b):\n    return tf.reshape(a, (2, 1)), tf.one_hot(b, 3)\n"
        "model.fit(d.map(prepare).batch(3))"
    )
    assert found["x"].shape == (9, 2, 1)
    assert found["y"].encoding is ONE_HOT
    assert found["y"].shape == (9, 3)


def test_a_dataset_mapped_with_something_else_is_unknown():
    found = given_to_fit(
        "from elsewhere import prepare\n"
        "d = tf.data.Dataset.from_tensor_slices((np.zeros((9, 2)), np.ones(9)))\n"
        "model.fit(d.map(prepare).batch(3))"
    )
    assert "y" not in found


def test_data_sets_of_tensorflow():
    found = given_to_fit(
        "import tensorflow_datasets as tfds\n"
        "(d, e), info = tfds.load('mnist', split=['train', 'test'], as_supervised=True, "
        "with_info=True)\n"
        "model.fit(d.map(lambda a, b: (a / 255, b)).batch(3))"
    )
    assert found["x"].shape == (60000, 28, 28, 1)
    assert found["x"].highest == 1
    assert found["y"].classes == 10


@pytest.mark.parametrize(
    ("mode", "encoding"),
    [("", ONE_HOT), (", class_mode='binary'", BINARY), (", class_mode='sparse'", INTEGER)],
)
def test_folders_of_images(mode, encoding):
    found = given_to_fit(
        "from keras.preprocessing.image import ImageDataGenerator\n"
        "g = ImageDataGenerator(rescale=1 / 255)\n"
        f"t = g.flow_from_directory('train'{mode})\nmodel.fit_generator(t)"
    )
    assert found["y"].encoding is encoding


@pytest.mark.parametrize(
    ("mode", "encoding"), [("", INTEGER), (", label_mode='categorical'", ONE_HOT)]
)
def test_a_dataset_of_folders(mode, encoding):
    body = f"d = keras.utils.image_dataset_from_directory('train'{mode})\nmodel.fit(d)"
    assert given_to_fit(body)["y"].encoding is encoding


def test_several_outputs_keep_their_lists():
    found = given_to_fit(
        "i = keras.Input((2,))\n"
        "m = keras.Model(i, [keras.layers.Dense(1)(i), keras.layers.Dense(1)(i)])\n"
        "m.fit(np.zeros((4, 2)), [np.zeros(4), np.ones(4)])"
    )
    assert not isinstance(found["y"], Array)
    assert [item.value.encoding for item in found["y"].items] == [BINARY, BINARY]


def test_a_list_of_arrays_is_one_for_each_input():
    found = given_to_fit(
        "class Own(keras.Model):\n"
        "    def call(self, inputs):\n"
        "        ids, other = inputs\n"
        "        return ids\n"
        "m = Own()\n"
        "m.fit([np.zeros((4, 2)), np.ones((4, 3))], (np.zeros(4), np.ones(4)))"
    )
    assert [item.value.shape for item in found["x"].items] == [(4, 2), (4, 3)]
    assert [item.value.encoding for item in found["y"].items] == [BINARY, BINARY]


def test_writing_reaches_every_name():
    body = "def fill(a):\n    a[0] = 7.5\ny = np.zeros(5)\nz = y\nfill(z)"
    assert labels(body).encoding is CONTINUOUS
    body = (
        "class Task:\n    def __init__(self):\n        self.y = np.zeros(5)\n"
        "        self.y[1] = 0.5\ny = Task().y"
    )
    assert labels(body).encoding is CONTINUOUS


def test_values_of_other_turns_are_not_known():
    found = labels("y = np.zeros(20000)\nfor i in range(20000):\n    y[i] = 0.1 * i")
    assert (found.encoding, found.highest) == (None, None)
    found = labels("y = np.zeros(20000)\nfor i in range(20000):\n    y[i] = 1")
    assert (found.encoding, found.lowest, found.highest) == (BINARY, 0, 1)


def test_relabelled_classes_are_not_the_old_ones():
    found = labels(LOAD + "y[y != 5] = 0\ny[y == 5] = 1")
    assert (found.encoding, found.classes, found.highest) == (None, None, None)
    assert found.integers


def test_columns_of_a_literal_table_do_not_share_a_range():
    table = "t = np.array([[1.5, 20, 0], [2.5, 30, 1]])\n"
    found = labels(table + "x = t[:, :2]\ny = t[:, 2]")
    assert (found.lowest, found.highest, found.shape) == (None, None, (2,))


def test_a_list_repeated_is_read_once():
    found = labels("y = np.array([[[[1] * 9000] * 9000] * 9000] * 9000)")
    assert found.shape == (9000, 9000, 9000, 9000)
    assert labels("y = [[1, 0]] * 9 + [[0, 1]]").encoding is ONE_HOT


def test_folds_keep_what_holds_of_all_samples():
    found = labels(
        "from sklearn.model_selection import KFold\nx, t = datasets.make_moons()\n"
        "for train, test in KFold(5).split(x, t):\n    y = t[train]\n    model.fit(x[train], y)"
    )
    assert (found.encoding, found.shape) == (BINARY, (None,))


def test_arrays_in_lists():
    assert arrays.as_array([1]) is None
    literal = ListValue("list", [Fact(0), Fact(1)])
    assert arrays.as_array(literal).encoding is BINARY
    assert arrays.as_array(ListValue("list", [Fact(0)], False)).shape == (None,)
    assert arrays.as_array(ListValue("set", [Fact(0)])) is None
    ragged = ListValue("list", [Fact(literal), Fact(3)])
    assert arrays.as_array(ragged).shape is None


OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>")


# -- nonsense -------------------------------------------------------------------------------------

ODD = [
    None,
    True,
    0,
    -1,
    3.5,
    math.inf,
    math.nan,
    10**400,
    "x",
    b"x",
    1j,
    Unknown("?"),
    Unknown("?", symbol="n"),
    QualifiedName("numpy.float32"),
    Array(),
    Array(shape=()),
    Array(shape=(0,)),
    Array(ONE_HOT, (None, 3), classes=3, lowest=0, highest=1, integers=True),
    Array(INTEGER, (5,), classes=0, lowest=5, highest=-5, integers=True),
    Array(shape=(Unknown("?", symbol="n"), None), lowest=math.inf, highest=1e300),
    ListValue("list", [], True),
    ListValue("tuple", [Fact(-1), Fact("x"), Fact(None)], True),
    ListValue("tuple", [Fact(2), Fact(3)], True),
    ListValue("list", [Fact(ListValue("list", [Fact(1), Fact(2.5)], False))], False),
]


def _calls() -> list[Arguments]:
    one = [Arguments([Fact(a)], []) for a in ODD]
    two = [Arguments([Fact(a), Fact(b)], []) for a, b in itertools.product(ODD, ODD)]
    three = [
        Arguments([Fact(a), Fact(b), Fact(c)], [])
        for a, b, c in zip(ODD, ODD[5:] + ODD[:5], ODD[11:] + ODD[:11])
    ]
    named = [
        Arguments([Fact(ODD[13])], [(word, Fact(value), -1)])
        for word in ("axis", "shape", "size", "dtype", "keepdims", "n_samples", "num_classes")
        for value in ODD
    ]
    return [Arguments([], []), *one, *two, *three, *named]


def _all_functions() -> dict[str, object]:
    tables = {
        "numeric": numpy.FUNCTIONS,
        "random": numpy.RANDOM_FUNCTIONS,
        "tensor": numpy.TENSOR_RANDOM,
        "datasets": datasets.FUNCTIONS,
        "learn": sklearn.FUNCTIONS,
        "frames": pandas.FUNCTIONS,
    }
    return {f"{k}.{w}": f for k, table in tables.items() for w, f in table.items()}


def _sane(value: object) -> bool:
    """A result that the rest of the reader can work with."""
    if isinstance(value, Array):
        ends = [end for end in (value.lowest, value.highest) if end is not None]
        return value.shape is None or isinstance(value.shape, tuple) and len(ends) <= 2
    return not isinstance(value, (list, dict))


def test_odd_arguments_never_raise():
    run = State(Sites(), INTERPRETER)
    calls = _calls()
    for name, function in _all_functions().items():
        for args in calls:
            assert _sane(function(CallArguments(run, args, -1))), name


def test_odd_receivers_never_raise():
    run = State(Sites(), INTERPRETER)
    receivers = [value for value in ODD if isinstance(value, Array)]
    calls = [Arguments([], []), *[Arguments([Fact(a)], []) for a in ODD]]
    calls += [Arguments([Fact(a), Fact(b)], []) for a, b in zip(ODD, ODD[7:])]
    for value, args in itertools.product(receivers, calls):
        given = CallArguments(run, args, -1)
        for name in array_methods.METHODS:
            assert _sane(array_methods.method(value, name, given)), name
        for name, transform in sklearn.TRANSFORMERS.items():
            made = sklearn.make(f"sklearn.preprocessing.{name}", given)
            assert _sane(transform(made, value, given)), name


def test_odd_indices_and_operands_never_raise():
    receivers = [value for value in ODD if isinstance(value, Array)]
    indices: list[object] = [Fact(value) for value in ODD]
    indices += [(None, None, None), (Fact(0), Fact(2), Fact(0)), (None, Fact(-1), None)]
    indices += [(Fact("x"), None, None), (None, Fact(Unknown("?", symbol="n")), Fact(2))]
    for value in receivers:
        for first, second in itertools.product(indices, indices):
            assert _sane(arrays.subscript(value, [first], NOWHERE))
            assert _sane(arrays.subscript(value, [first, second], NOWHERE))
            assert _sane(arrays.assigned(value, 1, [first, second]))
        for other, symbol in itertools.product(ODD, OPERATORS):
            assert _sane(arrays.binary(symbol, value, other))
            assert _sane(arrays.binary(symbol, other, value))
        for other, symbol in itertools.product(ODD, ("<", "==", "in", "is not")):
            assert _sane(arrays.compare(symbol, value, other))
        assert _sane(arrays.negate(value))
