"""Code that would compute more than fits: the rest of its file is still read, in little memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from test_python import UNKNOWN, value_of

from kerlint.reading.interpreter import state as limits
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.state import FEW_ELEMENTS, MAX_ELEMENTS, MAX_IN_FILE, State

MEMORY = 600 << 20  # bytes of address space, with Python, libcst and kerlint in them

# Each is followed by a layer that is wrong, which must be found.
HOSTILE = {
    "slices that double a list": "w = [0]\nfor turn in range(120):\n    w[len(w):] = w",
    "slices in front": "w = [0, 1]\nfor turn in range(90):\n    w[:0] = w[:]",
    "a list unpacked twice": "w = [0]\nfor turn in range(70):\n    w = [*w, *w]",
    "a tuple unpacked three times": "w = (0,)\nfor turn in range(50):\n    w = *w, *w, *w",
    "unpacked dictionaries": (
        "w = {n: n for n in range(250)}\nkept = []\nfor turn in range(250):\n"
        "    w = {**w, **{turn * 250 + n: n for n in range(30)}}\n    kept.append(dict(w))"
    ),
    "a set that grows by ranges": (
        "w = set()\nfor turn in range(240):\n    w.update(range(9000 * turn, 9000 * turn + 9000))"
    ),
    "many long lists": "\n".join(
        f"w{n} = []\nfor i in range(200):\n    w{n}.append([0, i] * 4900)" for n in range(12)
    ),
    "long lists of a helper": (
        "def rows(n):\n    return [list(range(n)) for _ in range(200)]\n"
        "tables = [rows(9999) for _ in range(200)]"
    ),
    "long lists in forty functions": "\n".join(
        f"def rows_{n}(size):\n    held = []\n    for i in range(250):\n"
        f"        held.append(list(range(9990)))\n    return Dense(4), held"
        for n in range(40)
    ),
    "long lists on many ways": "held = [0] * 9000\n"
    + "\n".join(
        f"if option_{n}:\n    held_{n} = [held + [i] for i in range(200)]" for n in range(12)
    ),
    "zip of columns": "w = [list(range(8000))] * 6000\nturned = list(zip(*w))",
    "zip again and again": (
        "w = range(9900)\nkept = []\nfor i in range(240):\n    kept.append(list(zip(w, w, w, w)))\n"
        "    kept.append([*enumerate(w)])"
    ),
    "views of a large dictionary": (
        "w = {}\nfor i in range(8):\n    w.update({n * 10 + i: n for n in range(250)})\nkept = []\n"
        "for i in range(250):\n    kept += [w.items(), list(w.values()), w.keys()]"
    ),
    "chained shared lists": (
        "import itertools\nw = [list(range(9000))] * 9000\n"
        "flat = list(itertools.chain(*w))\nagain = itertools.chain.from_iterable(w)"
    ),
    "sums of lists": "w = sum([[i] * 900 for i in range(200)] * 40, [])",
    "products": "import math\nw = math.prod([10 ** 38] * 9000)",
    "rounded to a billion digits": "w = round(10 ** 30, -10 ** 9)",
    "a range without end": "w = len(range(10 ** 40))\nu = list(range(0, 10 ** 60, 10 ** 20))",
    "joined texts": "w = 'ab' * 4900\nu = w.join([w] * 9000)\nv = ''.join([w, w] * 4000)",
    "a text joined by itself": "w = 'abc' * 3000\nu = w.join(w)",
    "replaced letters": "w = 'a' * 9900\nu = w.replace('a', w)\nv = w.replace('', w)",
    "a field of a billion": "u = '{:>{n}}'.format('a', n=10 ** 9)",
    "a field of a billion, as text": "u = '{:{n}}'.format('a', n='999999999')",
    "named fields": "w = 'b' * 9900\nu = ('{a}' * 2500).format(a=w)",
    "bytes of a billion": "u = b'%*d' % (10 ** 9, 7)\nv = b'%999999999d' % 7",
    "percent of a long text": "w = 'c' * 9000\nu = ('%(a)s' * 2000) % {'a': w}",
    "many long texts": "\n".join(
        f"w{n} = []\nfor i in range(240):\n    w{n}.append('x' * 9990 + str(i))" for n in range(30)
    ),
    "lists that share lists": (
        "w = [1, 2]\nfor turn in range(11):\n    w = [w] * 9\nu = str(w)\nv = w == [w]\n"
        "t = f'{w}'\ns = sorted([w, w])\nlayer = Dense(w, name=[w])"
    ),
    "tuples that share tuples": (
        "w = (1, 2)\nfor turn in range(11):\n    w = (w,) * 9\nu = {w}\nv = {w: 1}\nt = w in u"
    ),
    "dictionaries that share": (
        "w = {}\nfor turn in range(11):\n    w = {n: w for n in range(9)}\n"
        "u = repr(w)\nv = w != {0: w}\nlayer = Dense(4, kernel_initializer=w)"
    ),
    "a wide table": (
        "w = [[0] * 9900] * 9900\nu = '%s' % (w,)\nv = max(w)\nlayer = Dense(w, w)\n"
        "import numpy as np\nt = np.array(w)\ns = np.array([w] * 9000)"
    ),
    "a list in itself": (
        "import copy\nw = [1]\nw.append(w)\nu = str(w)\nv = w == copy.deepcopy(w)\n"
        "layer = Dense(w)\nother = Dense(3)(w)"
    ),
    "copies that double": (
        "import copy\nw = [[1]]\nfor turn in range(80):\n"
        "    w = [copy.deepcopy(w), copy.deepcopy(w)]"
    ),
    "a generator of long lists": (
        "def rows():\n    for i in range(240):\n        yield from range(9900)\n"
        "w = [list(rows()) for i in range(240)]"
    ),
    "arguments that double": (
        "def again(n, *all):\n    return again(n - 1, *all, *all) if n else all\nw = again(60, 1)"
    ),
    "a dictionary of a long comprehension": (
        "w = {i * 250 + j: i for i in range(250) for j in range(250)}"
    ),
    "given to code that is not read": (
        "import elsewhere\nw = [list(range(9900))] * 9900\nelsewhere.look(w)\nelsewhere.look(w)"
    ),
    "a model of one layer, again and again": (
        "import keras\nw = [Dense(4)] * 9900\nfor i in range(240):\n    m = keras.Sequential(w)"
    ),
    "layers of layers": (
        "import keras\nm = keras.Sequential([Dense(4)])\nfor i in range(60):\n"
        "    m = keras.Sequential(m.layers + m.layers)"
    ),
    "nine thousand outputs": (
        "import keras\nx = h = keras.Input((4,))\nfor i in range(90):\n    h = Dense(4)(h)\n"
        "    m = keras.Model(x, [h] * 9000)\n    m.compile(loss='mse')"
    ),
    "paths that double": (
        "import keras\nx = h = keras.Input((4,))\nfor i in range(200):\n"
        "    h = keras.layers.Add()([h, keras.layers.Dropout(0.1)(h)])\n"
        "m = keras.Model(x, Dense(2)(h))\nm.compile(loss='mse')"
    ),
    "models in models": (
        "import keras\nm = Dense(4)\nfor i in range(60):\n    m = keras.Sequential([m, m])\n"
        "m.compile(loss='mse')\nm.fit([[1.0]], [[1.0]])"
    ),
    "names that grow": (
        "for i in range(250):\n    a = a[a]\n    b = b and b\n    c = c == c\n    e = not e\n"
        "    f = f.g\n    h = len(h)"
    ),
    "arrays that change beside long lists": (
        "import numpy as np\nw = np.zeros(9)\nkept = [[0, i] * 4000 for i in range(40)]\n"
        "for i in range(240):\n    for j in range(90):\n        w[j] = i\n        w += 1"
    ),
    "sizes beyond all numbers": (
        "import keras\nx = keras.Input((10 ** 30,) * 60)\ny = keras.layers.Flatten()(x)\n"
        "m = keras.Model(x, Dense(10 ** 38)(y))\nm.compile(loss='mse')"
    ),
    "sizes that are not numbers": (
        "import keras\nx = keras.Input((float('nan'), float('inf'), -1, 2j))\n"
        "y = keras.layers.Conv2D(float('inf'), float('nan'), strides=0)(x)\n"
        "z = keras.layers.Reshape((-1, 0))(Dense(float('nan'))(y))\nm = keras.Model(x, z)"
    ),
}

_RUN = """
import gc, json, sys
from pathlib import Path
from kerlint.run.check_file import diagnose
from kerlint.config.settings import Settings
from kerlint.sources.source import Source
found = {}
for name, text in json.load(sys.stdin).items():
    said = diagnose(Source("a.py", text), Settings(Path("."))).diagnostics
    found[name] = [(each.code, each.span.start.row) for each in said]
    gc.collect()
print(json.dumps(found))
"""


def _text(body: str) -> str:
    return f'from keras.layers import Dense\n{body}\nlast = Dense(1, activation="softmax")\n'


@pytest.fixture(scope="module")
def found() -> dict[str, list[list[object]]]:
    """What is found in each of the files, all read one after the other by one small process."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    done = subprocess.run(
        [sys.executable, "-c", _RUN],
        input=json.dumps({name: _text(body) for name, body in HOSTILE.items()}),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
        cwd=Path(__file__).parent,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, list[list[object]]] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("name", HOSTILE)
def test_what_follows_is_found(name, found):
    last = _text(HOSTILE[name]).count("\n")
    assert ["KER101", last] in found[name]


# Known exactly, though much is made. CPython says what ``v`` is.
KNOWN = {
    "a list that doubles": "w = [1, 2]\nfor _ in range(12):\n    w = w + w\nv = len(w)",
    "in place": "w = [1, 2]\nfor _ in range(12):\n    w += w\nv = (len(w), w[-1])",
    "slices": "w = [1, 2, 3]\nfor _ in range(8):\n    w[1:1] = w\nv = (len(w), w[1], w[-1])",
    "unpacked": "w = [1]\nfor _ in range(10):\n    w = [*w, *w]\nv = w",
    "a set that grows": "w = set()\nfor n in range(200):\n    w.add(n % 9)\nv = (len(w), 8 in w)",
    "a set with equal elements": "w = {1}\nw.add(True)\nw.add(1.0)\nw.add((1, 2))\nv = w",
    "a dictionary merged": (
        "w = {}\nfor n in range(60):\n    w = w | {n: n * n}\nw.update({**w, 'a': 1})\nv = w"
    ),
    "sums": "v = (sum([[1], [2, 3]], []), sum([(1,)] * 3, ()), sum(range(1000)), sum([0.5], 1))",
    "products": "import math\nv = (math.prod([2] * 60), math.prod([0.5, 4]), math.prod([]))",
    "rounded": "v = (round(2.567, 2), round(1234, -2), round(2.5), round(7), round(10 ** 30, -20))",
    "fields": "v = '{:>{n}}|{:<{m}}|{a}'.format('x', 'y', n=4, m=3, a=[1, (2,)])",
    "bytes": "v = b'%d and ' % 7 + b'x' * 9",
    "times nothing": "v = ([1] * -(10 ** 9), [] * 10 ** 9, () * 10 ** 9, [1, 2] * 2)",
    "percent": "v = '%s %r %(x)s' % {'x': 1} if False else '%5.2f|%s' % (1.5, [1, 2])",
    "replaced": "v = ('a-' * 100).replace('-', ', ').replace('a', 'bb')",
    "joined": "v = ', '.join([str(n) for n in range(200)])",
    "lists that share": "w = [1]\nfor _ in range(8):\n    w = [w, w]\nv = (str(w), w == [w, w])",
    "copies": (
        "import copy\nw = [[1, 2], {'a': [3]}]\nu = copy.deepcopy([w, w])\n"
        "u[0][0].append(4)\nw[1]['a'].append(5)\nv = (u, w)"
    ),
    "columns": "rows = [[n, -n] for n in range(100)]\nv = [list(c) for c in zip(*rows)]",
    "unpacked dictionary": "w = {n: n for n in range(100)}\nv = {**w, 5: 'x'}",
    "a long dictionary": "v = {i * 20 + j: i for i in range(20) for j in range(20)}",
    "sorted": "w = [(n * 7) % 101 for n in range(100)]\nw.sort()\nv = (w, sorted(w, reverse=True))",
}

# Too much to be computed: not known, and not known wrongly.
TOO_MUCH = {
    "a list that doubles": "w = [1]\nfor _ in range(60):\n    w[len(w):] = w\nv = len(w)",
    "unpacked": "w = [1]\nfor _ in range(60):\n    w = [*w, *w]\nv = len(w)",
    "printed": "w = [1]\nfor _ in range(9):\n    w = [w] * 9\nv = str(w)",
    "compared": "w = [1]\nfor _ in range(9):\n    w = [w] * 9\nv = w == [w]",
    "rounded": "v = round(10 ** 30, -10 ** 9)",
    "times more than Python takes": "v = [] * 10 ** 30",
    "a product": "import math\nv = math.prod([10 ** 30] * 9)",
    "a width from an argument": "v = '{:{n}}'.format('x', n='99999')",
    "a generator": (
        "def rows():\n    for i in range(9):\n        yield from range(9000)\nv = len(list(rows()))"
    ),
}


@pytest.mark.parametrize("text", KNOWN.values(), ids=KNOWN)
def test_less_than_the_limit_is_known(text):
    names: dict[str, object] = {}
    exec(text, names)
    value = value_of(text)
    assert value == names["v"]
    assert repr(value) == repr(names["v"]) or isinstance(value, set)


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_more_than_the_limit_is_not_known(text):
    assert value_of(text) is UNKNOWN


def test_what_is_small_is_known_when_everything_is_spent(monkeypatch):
    monkeypatch.setattr(limits, "MAX_ELEMENTS", 200)
    text = "w = [list(range(90)) for _ in range(9)]\nu = [0] * 90\nv = ([*range(9)], 'a' * 9)"
    assert value_of(text) == ([*range(9)], "a" * 9)
    assert value_of(text.replace("v =", "t =").replace("u =", "v =")) is UNKNOWN


def test_long_lists_that_are_written_out_cost_little(monkeypatch):
    monkeypatch.setattr(limits, "MAX_STEPS", 6_000)
    numbers = ", ".join(map(str, range(-100, 2_500)))
    pairs = ", ".join(f"{n}: 1.5" for n in range(2_100))
    text = f"a = [{numbers}]\nb = [{numbers}]\nc = {{{pairs}}}\nv = (len(a), len(b), len(c))"
    assert value_of(text) == (2_600, 2_600, 2_100)


def test_a_run_and_a_file_have_so_much_room():
    run = State(Sites(), INTERPRETER)
    assert run.has_room(MAX_ELEMENTS)
    assert not run.has_room(FEW_ELEMENTS + 1)
    assert run.has_room(FEW_ELEMENTS)
    assert not run.has_room(1, few=False)
    sites = Sites()
    runs = [State(sites, INTERPRETER) for _ in range(MAX_IN_FILE // MAX_ELEMENTS + 1)]
    answers = [each.has_room(MAX_ELEMENTS) for each in runs]
    assert answers == [True] * (MAX_IN_FILE // MAX_ELEMENTS) + [False]
