"""What the reader knows of data frames and their columns; pandas is the judge where it is there."""

from __future__ import annotations

import pytest

from kerlint.program.data import Array, Encoding
from kerlint.program.values import Fact, Unknown
from kerlint.reading import read
from kerlint.reading.arrays import tables
from kerlint.reading.arrays.arguments import CallArguments
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.state import State
from kerlint.reading.interpreter.values import Arguments, DictValue, ListValue
from kerlint.reading.library import array_methods, arrays, indexing
from kerlint.sources.source import Source

BINARY, INTEGER, ONE_HOT = Encoding.BINARY, Encoding.INTEGER, Encoding.ONE_HOT
CONTINUOUS, STRINGS = Encoding.CONTINUOUS, Encoding.STRINGS

PREAMBLE = """\
import numpy as np
import pandas as pd
"""

# Four columns of numbers, one of texts and one of class numbers.
FRAME = """\
df = pd.DataFrame(np.random.rand(300, 4), columns=["a", "b", "c", "d"])
df["kind"] = ["red", "green", "blue"] * 100
df["label"] = np.random.randint(0, 3, 300)
"""


def known(body: str) -> tuple[object, object]:
    """What is known of ``x`` and ``y`` at the end of a program."""
    text = PREAMBLE + "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n" + body
    text += "\nmodel.fit(x, y)\n"
    program = next(iter(read(Source("a.py", text)).entry_points())).execute({}).program
    args = program.fits[-1].args
    return args["x"].value, args["y"].value


SHAPES = [
    ("x = df.drop('label', axis=1).values", (300, 5)),
    ("x = df.drop(columns=['label', 'kind']).to_numpy()", (300, 4)),
    ("x = df.drop(['label', 'kind'], axis='columns')", (300, 4)),
    ("x = df.drop('label', axis=1, errors='ignore').drop('label', axis=1, errors='ignore')", 5),
    ("x = df.iloc[:, :-2].values", (300, 4)),
    ("x = df.iloc[:, 0:3]", (300, 3)),
    ("x = df.iloc[:, [0, 2]]", (300, 2)),
    ("x = df.iloc[:, -1]", (300,)),
    ("x = df.iloc[:100, :-1]", (100, 5)),
    ("x = df.loc[:, 'a':'c']", (300, 3)),
    ("x = df.loc[:, ['a', 'b']]", (300, 2)),
    ("x = df.loc[:, 'a']", (300,)),
    ("x = df[['a', 'b', 'c']].values", (300, 3)),
    ("x = df.values[:, :4]", (300, 4)),
    ("x = df.values[:, 4:]", (300, 2)),
    ("names = ['a', 'b']\nx = df[names]", (300, 2)),
    ("x = df[df['label'] == 1].drop('label', axis=1)", (None, 5)),
    ("x = df[df.a > 0.5][['a', 'b']]", (None, 2)),
    ("x = df.sample(frac=1).iloc[:, :4]", (None, 4)),
    ("x = df.copy().iloc[:, :4]", (300, 4)),
    ("df['e'] = df['a'] * df['b']\nx = df", (300, 7)),
    ("df['a'] = df['a'] / 2\nx = df", (300, 6)),
    ("df.a = df.a * 2\nx = df", (300, 6)),
    ("df[['e', 'f']] = 0\nx = df", (300, 8)),
    ("df.loc[:, 'e'] = 1\nx = df", (300, 7)),
    ("df.loc[df.a > 0.5, 'a'] = 0\nx = df", (300, 6)),
    ("df.iloc[:, 0] = 0\nx = df", (300, 6)),
    ("df.drop('kind', axis=1, inplace=True)\nx = df", (300, 5)),
    ("df.pop('kind')\nx = df", (300, 5)),
    ("del df['kind']\nx = df", (300, 5)),
    ("df.insert(0, 'id', range(300))\nx = df.iloc[:, 1:5]", (300, 4)),
    ("x = df.assign(e=0, f=1)", (300, 8)),
    ("x = df.rename(columns={'a': 'z'}).drop('z', axis=1)", (300, 5)),
    ("df.rename(columns={'a': 'z'}, inplace=True)\nx = df.drop(columns='z')", (300, 5)),
    ("df.columns = list('uvwxyz')\nx = df.drop(columns='z')", (300, 5)),
    ("x = df.reset_index()", (300, 7)),
    ("x = df.reset_index(drop=True)", (300, 6)),
    ("x = df.set_index('kind')", (300, 5)),
    ("x = pd.concat([df, df])", (None, 6)),
    ("x = pd.concat([df[['a']], df[['b', 'c']]], axis=1)", (300, 3)),
    ("x = pd.get_dummies(df)", (300, 8)),
    ("x = pd.get_dummies(df, columns=['kind', 'label'])", (300, 10)),
    ("x = pd.get_dummies(df.drop('label', axis=1)).values", (300, 7)),
    ("x = pd.DataFrame({'a': [1.5, 2.5], 'b': [1, 2]})", (2, 2)),
    ("x = pd.DataFrame({'a': np.arange(7), 'b': 1})", (7, 2)),
    ("x = pd.DataFrame(np.zeros((5, 3)))[[0, 1]]", (5, 2)),
    ("t = pd.DataFrame(np.zeros((5, 3)))\nt['y'] = 1\nx = t", (5, 4)),
    ("x = df.astype({'a': 'float32'})[['a', 'b']]", (300, 2)),
    ("e = df.copy()\ne.drop('a', axis=1, inplace=True)\nx = df", (300, 6)),
    ("def tidy(t):\n    t['new'] = t['a'] + 1\n    return t\ntidy(df)\nx = df", (300, 7)),
    ("x = df.T", (6, 300)),
    ("x = df['a'].values[:, None]", (300, 1)),
    ("x = df['a'].to_frame()", (300, 1)),
    ("x = df.query('a > 0.5')[['a', 'b']]", (None, 2)),
]

LABELS = [
    ("y = df['label']", INTEGER, 3, (0, 2)),
    ("y = df.label.values", INTEGER, 3, (0, 2)),
    ("y = df['label'].to_numpy()", INTEGER, 3, (0, 2)),
    ("y = df.iloc[:, -1].values", INTEGER, 3, (0, 2)),
    ("y = df.iloc[:, 5]", INTEGER, 3, (0, 2)),
    ("y = df.values[:, -1]", INTEGER, 3, (0, 2)),
    ("y = df.loc[:, 'label']", INTEGER, 3, (0, 2)),
    ("y = df.pop('label')", INTEGER, 3, (0, 2)),
    ("y = df['label'] + 1", INTEGER, 3, (1, 3)),
    ("y = df.sample(frac=1)['label']", INTEGER, 3, (0, 2)),
    ("y = df.copy().dropna().reset_index(drop=True)['label']", INTEGER, 3, (0, 2)),
    ("y = df.rename(columns={'label': 'y'})['y']", INTEGER, 3, (0, 2)),
    ("y = df['kind']", STRINGS, 3, (None, None)),
    ("y = df['kind'].values", STRINGS, 3, (None, None)),
    ("y = df['kind'].map({'red': 0, 'green': 1, 'blue': 2})", INTEGER, 3, (0, 2)),
    (
        "df['y'] = df['kind'].map({'red': 1, 'green': 2, 'blue': 3})\ny = df['y']",
        INTEGER,
        3,
        (1, 3),
    ),
    (
        "df['y'] = df['kind'].replace({'red': 0, 'green': 1, 'blue': 2})\ny = df.y",
        INTEGER,
        3,
        (0, 2),
    ),
    ("df['y'] = (df['kind'] == 'red').astype(int)\ny = df['y']", BINARY, 2, (0, 1)),
    ("df['y'] = np.where(df['a'] > 0.5, 1, 0)\ny = df['y'].values", BINARY, 2, (0, 1)),
    ("df['y'] = pd.factorize(df['kind'])[0]\ny = df['y']", INTEGER, 3, (0, 2)),
    ("df['y'], names = pd.factorize(df['kind'])\ny = df['y']", INTEGER, 3, (0, 2)),
    ("y = pd.get_dummies(df['kind'])", ONE_HOT, 3, (0, 1)),
    ("y = pd.get_dummies(df['kind']).values.astype('float32')", ONE_HOT, 3, (0, 1)),
    ("df['y'] = df['a'] * 10\ny = df['y']", CONTINUOUS, None, (0, 10)),
    ("y = df['a']", CONTINUOUS, None, (0, 1)),
    ("df['label'] = df['label'].astype(float)\ny = df['label']", INTEGER, 3, (0, 2)),
    ("df = df.assign(y=df['label'] * 1)\ny = df['y']", INTEGER, 3, (0, 2)),
    ("y = np.where(df.a > 0.6, 1, np.where(df.a < 0.4, -1, 0))", INTEGER, 3, (-1, 1)),
    ("y = np.select([df.a > 0.6, df.a < 0.4], [2, 1], default=0)", INTEGER, 3, (0, 2)),
    ("y = np.select([df.a > 0.6, df.a < 0.4], [5, 1])", None, None, (0, 5)),
    # Nothing is known any more.
    ("df['label'] = something(df)\ny = df['label']", None, None, (None, None)),
    ("df.loc[df.a > 0.5, 'label'] = 7\ny = df['label']", None, None, (None, None)),
    ("df[df > 1] = 0\ny = df['label']", None, None, (None, None)),
    ("df.iloc[3, 5] = 9\ny = df['label']", None, None, (None, None)),
    ("df['label'].replace({0: 5}, inplace=True)\ny = df['label']", None, None, (None, None)),
    ("t = df['label']\nt[t > 1] = 9\ny = df['label']", None, None, (None, None)),
    ("change(df)\ny = df['label']", None, None, (None, None)),
    ("for name in names:\n    df[name] = 5\ny = df['label']", None, None, (None, None)),
    ("df[names] = scaler.transform(df[names])\ny = df['label']", None, None, (None, None)),
    ("df = df[df.label != 2]\ny = df['label']", INTEGER, None, (None, None)),
]


@pytest.mark.parametrize(("body", "shape"), SHAPES)
def test_shape(body: str, shape: tuple[int, ...] | int) -> None:
    x, _ = known(FRAME + body + "\ny = 0")
    assert isinstance(x, Array)
    found = x.shape if isinstance(shape, tuple) else (x.shape or (None, None))[1]
    assert found == shape


@pytest.mark.parametrize(("body", "encoding", "classes", "ends"), LABELS)
def test_labels(body: str, encoding: Encoding, classes: int, ends: tuple[int, int]) -> None:
    _, y = known(FRAME + "x = df.iloc[:, :4]\n" + body)
    assert isinstance(y, Array)
    assert (y.encoding, y.classes, (y.lowest, y.highest)) == (encoding, classes, ends)


NOT_KNOWN = [
    "for name in names:\n    df[name] = df['a'] * 2",
    "df[name] = 0",
    "change(df)",
    "df.drop(names, axis=1, inplace=True)",
    "df = df.drop(names, axis=1)",
    "df.dropna(axis=1, inplace=True)",
    "df = df.select_dtypes(include='number')",
    "df = df.join(other)",
    "df = df.merge(other)",
    "df = pd.concat([df, other], axis=1)",
    "df = pd.DataFrame(df, columns=names)",
    "df = pd.read_csv('a.csv')\ndf['label'] = 0",
    "df.eval('e = a + b', inplace=True)",
    "df.set_index(name, inplace=True)",
]


@pytest.mark.parametrize("body", NOT_KNOWN)
def test_number_of_columns_is_not_known(body: str) -> None:
    x, _ = known(FRAME + body + "\nx, y = df, 0")
    assert not isinstance(x, Array) or x.shape is None or x.shape[1] is None


def test_a_file_with_names_has_these_columns() -> None:
    body = "df = pd.read_csv('a.csv', names=['a', 'b', 'label'])\n"
    x, _ = known(body + "x, y = df.iloc[:, :-1].values, df['label']")
    assert isinstance(x, Array)
    assert x.shape == (None, 2)
    x, _ = known(body.replace("names=", "usecols=") + "x, y = df, 0")
    assert isinstance(x, Array)
    assert x.shape == (None, None)


def test_a_column_of_a_file_is_remembered() -> None:
    body = "df = pd.read_csv('a.csv')\ndf['label'] = (df['score'] > 0.5).astype(int)\n"
    x, y = known(body + "x, y = df.drop('label', axis=1).values, df['label'].values")
    assert isinstance(x, Array)
    assert isinstance(y, Array)
    assert (x.shape, y.encoding) == ((None, None), BINARY)


@pytest.mark.parametrize(
    ("body", "sorted_by_class"),
    [
        ("df = df.sort_values('label')\ny = df['label']", True),
        ("df = df.sort_values(by=['label'])\ny = df['label'].values", True),
        ("df.sort_values('label', inplace=True)\ny = df['label']", True),
        ("df = df.sort_values('a')\ny = df['label']", False),
        ("df = df.sort_values('label').sample(frac=1)\ny = df['label']", False),
        ("y = df['label'].sort_values()", True),
    ],
)
def test_sorted_frames(body: str, sorted_by_class: bool) -> None:
    _, y = known(FRAME + "x = df\n" + body)
    assert isinstance(y, Array)
    assert y.sorted_by_class is sorted_by_class


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        ("y = df['label'].tolist()", True),
        ("y = df['label'].values.tolist()", True),
        ("y = np.array(df['label'].tolist())", False),
        ("y = np.asarray(df['label'].tolist(), dtype='float32')", False),
        ("y = pd.Series(df['label'].tolist())", False),
        ("y = np.float32(df['label'].tolist())", False),
        ("y = np.concatenate([df['label'].tolist(), df['label'].tolist()])", False),
        ("y = df['label'].to_numpy()", False),
    ],
)
def test_lists_of_columns(body: str, listed: bool) -> None:
    _, y = known(FRAME + "x = df\n" + body)
    assert isinstance(y, Array)
    assert y.listed is listed


NAMES = [
    ("x = df[[c for c in df.columns if c != 'label']]", (300, 5)),
    ("x = df[df.columns[:-2]]", (300, 4)),
    ("x = df[df.columns.drop('label')]", (300, 5)),
    ("x = df[df.columns.tolist()[:2]]", (300, 2)),
    ("x = df[list(df.columns)]", (300, 6)),
    ("x = np.zeros((5, len(df.columns)))", (5, 6)),
    ("x = pd.DataFrame(df.values, columns=df.columns).drop(columns='a')", (300, 5)),
    ("for c in df.columns:\n    df[c + '_again'] = df[c]\nx = df", (300, 12)),
    ("x = df.loc[:, df.columns != 'label']", None),
]


@pytest.mark.parametrize(("body", "shape"), NAMES)
def test_names_of_columns(body: str, shape: tuple[int, ...] | None) -> None:
    x, _ = known(FRAME + body + "\ny = 0")
    if shape is None:
        assert not isinstance(x, Array) or x.shape is None or x.shape[1] is None
    else:
        assert isinstance(x, Array)
        assert x.shape == shape


KINDS = [
    ("y = df['a'].apply(lambda v: 1 if v > 0.5 else -1)", INTEGER, 2, (-1, 1)),
    ("y = df['a'].map(lambda v: 2 if v > 0.6 else 1 if v > 0.3 else 0)", INTEGER, 3, (0, 2)),
    (
        "def level(v):\n    if v > 0.6:\n        return 3\n    elif v > 0.3:\n        return 2\n"
        "    else:\n        return 1\ny = df['a'].apply(level)",
        INTEGER,
        3,
        (1, 3),
    ),
    (
        "def level(v):\n    if v > 0.6:\n        return 1\n    return 0\ny = df['a'].apply(level)",
        BINARY,
        2,
        (0, 1),
    ),
    ("y = df['kind'].astype('category').cat.codes", INTEGER, 3, (0, 2)),
    ("y = pd.Categorical(df['kind']).codes", INTEGER, 3, (0, 2)),
    ("y = pd.cut(df['a'], 4, labels=False)", INTEGER, 4, (0, 3)),
    ("y = pd.qcut(df['a'], q=5, labels=False)", INTEGER, 5, (0, 4)),
    ("y = pd.cut(df['a'], [0, 0.5, 1], labels=['low', 'high'])", STRINGS, 2, (None, None)),
]


@pytest.mark.parametrize(("body", "encoding", "classes", "ends"), KINDS)
def test_classes_of_columns(
    body: str, encoding: Encoding, classes: int, ends: tuple[int, int]
) -> None:
    _, y = known(FRAME + "x = df.iloc[:, :4]\n" + body)
    assert isinstance(y, Array)
    assert (y.encoding, y.classes, (y.lowest, y.highest)) == (encoding, classes, ends)


@pytest.mark.parametrize(
    "body",
    [
        *(body + "\ny = x" for body, _ in (*SHAPES, *NAMES)),
        *(f"x = df\n{body}" for body, encoding, _, _ in (*LABELS, *KINDS) if encoding is not None),
    ],
)
def test_pandas_agrees(body: str) -> None:
    pytest.importorskip("pandas")
    np = pytest.importorskip("numpy")
    names: dict[str, object] = {}
    exec(PREAMBLE + FRAME + body, names)
    for found, name in zip(known(FRAME + body), "xy"):
        if not isinstance(found, Array) or found.shape is None:
            continue
        real = np.asarray(names[name])
        assert len(found.shape) == real.ndim
        sizes = zip(found.shape, real.shape)
        assert all(not isinstance(size, int) or size == other for size, other in sizes)
        if found.lowest is not None and real.dtype.kind in "biuf":
            assert found.lowest <= real.min() + 0.1
            assert real.max() <= (found.highest or 0)
        if found.classes is not None and real.ndim == 1:
            assert len(set(real.tolist())) == found.classes


_COLUMN = Array(INTEGER, (5,), classes=3, lowest=0, highest=2, integers=True)
_TABLE = tables.made([("a", _COLUMN), ("b", Array(shape=(5,)))], 5, Array())
ODD = [
    *(None, True, 0, -1, 10**400, 3.5, "a", "zz", Unknown("?", symbol="n"), _COLUMN, _TABLE),
    *(ListValue("list", []), ListValue("list", [Fact("a"), Fact("zz")]), DictValue({}, False)),
    *(DictValue({"a": Fact("q")}), DictValue({"a": Fact(1)})),
]
TABLES = [
    *(_TABLE, tables.made([], None, Array(), False), tables.made([], 5, Array())),
    *(tables.seen(_TABLE, by) for by in (tables.LABELS, tables.PLACES, tables.VALUES)),
]


@pytest.mark.parametrize("table", TABLES)
def test_odd_arguments_never_raise(table: Array) -> None:
    state = State(Sites(), INTERPRETER)
    for odd in ODD:
        words = ("axis", "by", "columns", "drop", "inplace", "item", "keys", "labels")
        calls = [Arguments([Fact(odd)], []), *(Arguments([], [(w, Fact(odd), -1)]) for w in words)]
        for name, method in array_methods.METHODS.items():
            for args in calls:
                given = CallArguments(state, args, -1)
                method(table, given)
                array_methods.in_place(table, name, given)
        arrays.with_attribute(table, "columns", odd)
        arrays.without_column(table, odd)
        for index in ([Fact(odd)], [(None, None, None), Fact(odd)], [Fact(odd), Fact("a")]):
            indexing.part(table, index)
            for accessor in ("", "iloc", "loc"):
                arrays.assigned(table, odd, index, True, accessor)
