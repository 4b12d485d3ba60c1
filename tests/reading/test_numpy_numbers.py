"""Which numbers the reader takes for numbers of NumPy; NumPy is the judge."""

from __future__ import annotations

import math

import pytest

from kerlint.program.data import Array
from kerlint.program.values import NumPyInteger
from kerlint.reading import read
from kerlint.sources.source import Source

np = pytest.importorskip("numpy")

PREAMBLE = """\
import math
import numpy as np
import keras
y = np.array([0, 2, 1, 1])
shape = (28, 28, 1)
n = np.prod(shape)
m = np.max(y)
"""
OF_NUMPY = """
    np.max(y) | np.amax(y) + 1 | y.max() | y.max() + 1 | 1 + y.max() | (y.max() + 1) * 2 | y.min()
    np.prod(shape) | np.prod((2, 3)) // 2 | n | n + 1 | 2 * n | n - n % 2 | n ** 2 | m + n
    np.int64(5) | np.int32(5) + 1 | np.max([3, 5]) | np.max(shape) | max(n, 3)
    np.arange(9).max() | np.ones((3, 3)).astype(int).max() | np.concatenate([y, y]).max()
"""
OF_PYTHON = """
    int(np.max(y)) | int(y.max()) + 1 | np.max(y).item() | y.max().item() | y.max().tolist()
    math.prod(shape) | int(n) | int(n) // 2 | round(n) | round(m) | len(y) | len(shape) | y.size
    y.shape[0] | y.ndim | np.ones((n, 2)).shape[0] | np.zeros(n).shape[0] | len([0] * n)
    list(range(n))[-1] | len(np.unique(y)) | np.unique(y).size | np.random.randint(3)
    math.floor(n) | math.ceil(m) | sum([1, 2]) | max([1, 2]) | np.reshape(y, (2, 2)).shape[1]
    isinstance(n, int) | isinstance(m, int) | bool(n) | y.tolist()[0] | len(str(n))
"""


def expressions(text: str) -> list[str]:
    return [each.strip() for line in text.strip().splitlines() for each in line.split("|")]


def found(expression: str) -> object:
    """What the reader makes of an expression, and whether it is surely a number of NumPy."""
    source = Source("a.py", f"{PREAMBLE}keras.layers.Dense({expression})\n")
    program = next(iter(read(source).entry_points())).execute({}).program
    return program.calls[-1].positional[0].value


def is_of_numpy(value: object) -> bool:
    return isinstance(value, NumPyInteger) or (isinstance(value, Array) and value.numpy)


def evaluated(expression: str) -> object:
    names = {"np": np, "math": math}
    exec(PREAMBLE.replace("import keras\n", ""), names)
    return eval(expression, names)


@pytest.mark.parametrize("expression", expressions(OF_NUMPY))
def test_numbers_of_numpy(expression):
    assert isinstance(evaluated(expression), np.integer)
    assert is_of_numpy(found(expression)), found(expression)


@pytest.mark.parametrize("expression", expressions(OF_PYTHON))
def test_numbers_of_python(expression):
    assert isinstance(evaluated(expression), int)
    assert not is_of_numpy(found(expression)), found(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "tf.reduce_max(y) + 1",
        "keras.ops.max(y)",
        "table['a'].max()",
        "np.max(table['a'])",
        "table.a.max() + 1",
        "n * unknown",
        "m + unknown",
        "np.max(keras.Input((3,)))",
        "unknown.max()",
    ],
)
def test_not_certain(expression):
    imports = "import pandas as pd, tensorflow as tf\ntable = pd.read_csv('a.csv')\n"
    source = Source("a.py", f"{PREAMBLE}{imports}keras.layers.Dense({expression})\n")
    program = next(iter(read(source).entry_points())).execute({}).program
    assert not is_of_numpy(program.calls[-1].positional[0].value)
