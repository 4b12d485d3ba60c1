"""A way read on from another one is the way that is read from the first statement on."""

from __future__ import annotations

import dataclasses
import itertools
import random
from pathlib import Path

import pytest

from kerlint.program.values import Fact, Unknown
from kerlint.reading import read
from kerlint.reading.interpreter import snapshots
from kerlint.reading.interpreter.entry import INTERPRETER
from kerlint.reading.interpreter.positions import Sites
from kerlint.reading.interpreter.state import State
from kerlint.reading.paths.execution import ModuleExecution
from kerlint.sources.read import to_source

FIXTURES = Path(__file__).parents[2] / "fixtures"
TABLES = ("layers", "tensors", "layer_calls", "models", "compiles", "fits", "calls")


def plain(value):
    """A value without the places and reasons of what is not known."""
    if isinstance(value, Unknown):
        return ("unknown", value.symbol)
    if isinstance(value, Fact) and isinstance(value.value, Unknown):
        return plain(value.value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = dataclasses.fields(value)
        return (type(value), *(plain(getattr(value, part.name)) for part in parts))
    if isinstance(value, dict):
        return [(plain(key), plain(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return (type(value), value)  # 1 is neither 1.0 nor True


def uses(way):
    return {(use.path, use.site, use.imported, use.guarded) for use in way.program.uses}


def arms(way):
    return {key: way.program.decisions[index].outcome for key, index in way.decisions.items()}


def assert_the_same(path, data, pairs=30):
    """Compare each way of one file with one or two conditions turned; returns how many."""
    reading = read(to_source(path, data))
    if reading.parsed.tree is None:
        return 0
    file = ModuleExecution(reading.parsed.tree, reading.sites, reading.project)
    first = file.execute({})
    asked = arms(first)
    turned = []
    for one, other in itertools.islice(itertools.combinations(asked, 2), pairs):
        turned.append({one: not asked[one], other: not asked[other]})
    # In the order in which they are asked, because there is no way back to an earlier one.
    turned = [
        decisions
        for key in asked
        for decisions in (
            *(each for each in turned if next(iter(each)) == key),
            {key: not asked[key]},
        )
    ]
    for decisions in turned:
        replayed, whole = file.execute(decisions), file.execute_from_start(decisions)
        text = f"{path} with {decisions}"
        for table in TABLES:
            here, there = getattr(replayed.program, table), getattr(whole.program, table)
            assert plain(here) == plain(there), f"{table} of {text}"
        assert arms(replayed) == arms(whole), text
        assert uses(replayed) == uses(whole), text
    # Nothing of that may have changed what the first way has seen.
    assert file.execute({}) is first
    return len(turned)


# What two runs that stand alike may differ in. Whoever adds to a run decides what it is.
NOT_COMPARED = {
    *("sites", "site", "interpreter", "project", "module", "own"),  # the same on every way
    *(
        "assumptions",
        "outcomes",
        "first_asked_at",
        "last_asked_at",
        "noted",
        "decisions",
    ),  # conditions: File compares these
    # only added to
    *("entry", "module_calls"),  # set once, before a function is executed by itself
    *("calls", "uses", "used", "called", "handed", "searched", "flags"),
    *("defaults", "default_arms"),  # of functions, which are read behind the file
    # only their growth counts, within one statement
    *("limit", "cut", "end", "late", "share"),  # a run that was cut is not compared
    *("steps", "elements", "mutations", "allocations", "clock", "doubts"),
    # empty between statements, or set by the next one
    *(
        "scopes",
        "functions",
        "stack",
        "iterations",
        "unbounded_loops",
        "trying",
        "tapes",
        "tracing",
    ),
    *("cycles", "raised", "open_decisions", "in_other_module", "file", "last_choice", "position"),
}


def test_all_that_a_run_knows_is_compared_or_does_not_matter():
    assert vars(State(Sites(), INTERPRETER)).keys() == {*snapshots._STATE, *NOT_COMPARED}
    assert not NOT_COMPARED.intersection(snapshots._STATE)


def test_every_fixture():
    paths = [path for path in FIXTURES.rglob("*") if path.suffix in (".py", ".ipynb")]
    assert sum(assert_the_same(str(path), path.read_bytes()) for path in paths) > 30


HEAD = """\
import sys
import keras
import numpy as np
from keras import Input, Sequential
from keras.layers import Dense, Flatten
from sklearn.preprocessing import LabelEncoder
flag = "f" in sys.argv
other = "o" in sys.argv
third = "t" in sys.argv
x = np.load("x.npy")
class Box:
    pass
box = Box()
units, sizes, table = 3, [4, 5], {"head": 6}
alias = sizes
model = Sequential()
"""

# What is between the halts: bindings, containers, objects, helpers, models, records.
LINES = """\
units = 1
units = 10
units = units + 1
sizes.append(7)
sizes = [8]
sizes = list(alias)
alias = sizes
alias[0] = 9
table["head"] = 1
table = dict(table, tail=2)
box.units = 11
box = Box()
x = np.load("y.npy")
x = x / 255
y = x
del units; units = 2
model.add(Dense(units))
model.add(Dense(sizes[-1], activation="softmax"))
model.add(Dense(table["head"]))
model.add(Flatten())
model.compile("adam", "mse")
model.fit(x, y)
model = Sequential([Dense(len(sizes))])
model.add(Dense(getattr(box, "units", 12)))
print(x.shape)
helper(x)
x = helper(x)
y = helper(units)
build(units)
build(len(sizes))
model.add(build(1))
set_units()
keep(sizes)
made = [helper(each) for each in sizes]
for each in sizes: model.add(Dense(each))
for row in x: units = helper(row)
for row in x: sizes.append(row)
while other: units = 5; break
maker = lambda width: Dense(width if flag else units)
model.add(maker(4))
x = helper if other else build
sizes = alias
alias = [each for each in sizes]
""".splitlines()

# After these the arms of a condition have left the same behind.
IDLE = """\
np.save("z.npy", x)
sys.stdout.flush()
keras.utils.normalize(x)
keras.backend.clear_session()
helper(x)
keep([])
""".splitlines()

HELPERS = """\
def helper(image):
    if {condition}:
        {line}
        return {value}
    return image
def build(width):
    if {other}:
        return Dense(width)
    return Dense(width + 1, activation="relu")
def set_units():
    global units
    if {third}:
        units = 20
def keep(items):
    if third:
        items.append(21)
    return items
"""

CONDITIONS = ["flag", "not other", "third", "len(x) > 3", "x.ndim == 4", "units > 3", "sizes"]


def program(seed):
    """A program of statements, conditions and helpers drawn at random."""
    draw = random.Random(seed)
    quiet = ["image = image[:3]", "print(image)", "box.units = 13", "sizes.append(14)", "pass"]
    helpers = HELPERS.format(
        condition=draw.choice([*CONDITIONS, "image.ndim == 3", "image is None"]),
        line=draw.choice(quiet),
        value=draw.choice(["image", "image[0]", "None", "15", "sizes"]),
        other=draw.choice([*CONDITIONS, "width is None"]),
        third=draw.choice(CONDITIONS),
    )
    lines = [HEAD, helpers]
    for _ in range(draw.randint(4, 12)):
        first, second = (draw.choice(draw.choice([LINES, IDLE])) for _ in range(2))
        condition = draw.choice(CONDITIONS)
        if ":" in first or ":" in second or draw.random() < 0.5:
            lines.append(first + "\n")
        else:
            lines.append(f"if {condition}:\n    {first}\nelse:\n    {second}\n")
    return "".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        # Two lists that hold the same are not one list.
        "def make():\n    return [1]\nsizes = make()\nalias = sizes\n"
        "if flag:\n    sizes = make()\nalias.append(2)\nmodel.add(Dense(len(sizes)))\n",
        "def make():\n    return [1]\n"
        "if flag:\n    sizes = alias = make()\nelse:\n    sizes = make()\n    alias = make()\n"
        "alias.append(2)\nmodel.add(Dense(len(sizes)))\n",
        "if flag:\n    table = dict(table)\nother_table = table\n"
        "other_table['head'] = 9\nmodel.add(Dense(table['head']))\n",
        "def make():\n    return LabelEncoder()\nknown = make()\nknown.fit([1, 2, 3])\n"
        "if flag:\n    known = make()\nelse:\n    np.save('z', x)\n"
        "model.add(Dense(len(known.classes_)))\n",
        "def load():\n    return np.full((10, 1), 255.0)\n"
        "if flag:\n    y = z = load()\nelse:\n    y = load()\n    z = load()\n"
        "z /= 255\nmodel.compile('adam', 'binary_crossentropy')\nmodel.fit(x, y)\n",
        "held = vars(box)\nif flag:\n    np.save('z', x)\nelse:\n    np.save('y', x)\n"
        "held['units'] = 1\nmodel.add(Dense(box.units))\n",
        "class Base:\n    width = 3\n    def wide(self):\n        Base.width = 9\n"
        "    def narrow(self):\n        Base.width = 1\n"
        "def make():\n    return Base\nclass Net(make()):\n    pass\nnet = Net()\ndel Base\n"
        "if flag:\n    net.wide()\nelse:\n    net.narrow()\nmodel.add(Dense(net.width))\n",
        "if flag:\n    box.units = 1\n    box.size = 2\n"
        "else:\n    box.size = 2\n    box.units = 1\n"
        "model.add(Dense(list(vars(box).values())[0]))\n",
        "if flag:\n    units = 2\nelse:\n    units = 2.0\nmodel.add(Dense(units * 3))\n",
        "def make(a):\n    return Dense(a * 3)\n"
        "if flag:\n    layer = make(2)\nelse:\n    layer = make(2.0)\nmodel.add(layer)\n",
        # What is noted once is noted where it is met first.
        "def helper():\n    return keras.wrappers.scikit_learn.KerasClassifier(3)\n"
        "if hasattr(keras, 'foo'):\n    helper()\nelse:\n    np.save('z', x)\nhelper()\n",
        "def helper():\n    return keras.utils.normalize(x)\n"
        "if flag:\n    helper()\nelse:\n    np.save('z', x)\nhelper()\n",
        # More than can be compared.
        "node = [1]\ndef wrap():\n    global node\n"
        "    for index in range(200):\n        node = [node]\n"
        "for index in range(12):\n    wrap()\n"
        "if flag:\n    wrap()\nelse:\n    wrap()\nmodel.add(Dense(2))\n",
        "grid = [[0] * 1000 for index in range(20)]\n"
        "if flag:\n    np.save('z', x)\nelse:\n    np.save('y', x)\nmodel.add(Dense(len(grid)))\n",
        "i = 0\nif flag:\n    for each in range(250):\n        sizes.append(each)\n"
        "else:\n    np.save('z', x)\nwhile i < 200:\n    i += 1\nmodel.add(Dense(i))\n",
        # What a condition did for a name, an object, a scope that only a function sees.
        "if flag:\n    np.save('z', x)\nelse:\n    box.units = 1\n"
        "model.add(Dense(getattr(box, 'units', 2)))\n",
        "def outer():\n    width = [1]\n    def inner(add):\n        if flag:\n"
        "            np.save('z', x)\n        else:\n            width.append(add)\n"
        "        return Dense(len(width))\n    return inner\n"
        "inner = outer()\ninner(2)\nmodel.add(inner(2))\nmodel.add(inner(3))\n",
        # A name that only a function reads, or only a table of all names.
        "if flag:\n    width = 1\nelse:\n    width = 2\n"
        "def make():\n    return Dense(width)\nmodel.add(make())\n",
        "def make():\n    return Dense(width)\n"
        "if flag:\n    width = 1\nelse:\n    width = 2\nmodel.add(make())\n",
        "make = lambda: Dense(width)\n"
        "if flag:\n    width = 1\nelse:\n    width = 2\nmodel.add(make())\n",
        "if flag:\n    width = 1\nelse:\n    width = 2\nmodel.add(Dense(globals()['width']))\n",
        "if flag:\n    width = 1\nelse:\n    width = 2\nmodel.add(Dense(**{'units': width}))\n",
        "if flag:\n    width = 1\nelse:\n    width = 2\nwidth += 1\nmodel.add(Dense(width))\n",
        "if flag:\n    units = 1\nelse:\n    units = 2\nnp.save('z', x)\ndel units\n"
        "model.add(Dense(3))\n",
        # A model that only its name keeps.
        "if flag:\n    second = Sequential([Dense(1)])\nelse:\n    second = None\n"
        "model.add(Dense(2))\n",
        # The same condition twice, with nothing to see of it the first time.
        "if flag:\n    np.save('z', x)\nunits = 1 if flag else 2\nmodel.add(Dense(units))\n",
        # A condition that only one arm of another asks, and the code behind asks again.
        "if flag:\n    if other:\n        np.save('z', x)\nif other:\n    units = 1\n"
        "else:\n    units = 2\nmodel.add(Dense(units))\n",
        "if flag:\n    np.save('z', x)\nelif other:\n    np.save('y', x)\n"
        "if other:\n    model.add(Dense(1))\n",
        # An arm that leaves.
        "for size in sizes:\n    if flag:\n        continue\n    np.save('z', x)\n"
        "    if other:\n        break\nmodel.add(Dense(size))\n",
        "if flag:\n    np.save('z', x)\n"
        "else:\n    with open('a') as file:\n        raise SystemExit\n"
        "if other:\n    units = 1\nmodel.add(Dense(units))\n",
        # Below the guard of a script each statement counts by itself.
        "if __name__ == '__main__':\n    if flag:\n        np.save('z', x)\n"
        "    if other:\n        units = 1\n    model.add(Dense(units))\n",
    ],
)
def test_what_could_be_mistaken(text):
    assert assert_the_same("a.py", (HEAD + text).encode()) > 0


@pytest.mark.parametrize("seed", range(20))
def test_programs_drawn_at_random(seed):
    count = 0
    for each in range(20):
        text = program(20 * seed + each)
        count += assert_the_same("drawn.py", text.encode(), pairs=6)
    assert count > 20


def test_what_was_seen_is_not_read_again():
    text = HEAD + "if flag:\n    np.save('z', x)\nelse:\n    np.save('y', x)\n" + "y = x / 2\n" * 50
    reading = read(to_source("a.py", text.encode()))
    assert reading.parsed.tree is not None
    file = ModuleExecution(reading.parsed.tree, reading.sites, reading.project)
    first = file.execute({})
    (condition,) = first.decisions
    away, there = file.execute({condition: False}), file.execute_from_start({condition: False})
    assert away.steps < first.steps / 2 < there.steps


def test_what_other_files_hold_is_the_same_on_every_way(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "config.py").write_text(
        "class Config:\n    units = 3\ncfg = Config()\ncfg.units = 3\nitems = []\n"
    )
    text = (
        "from config import Config, cfg, items\n" + HEAD + "if items:\n    if third:\n"
        "        np.save('z', x)\nitems.append(1)\n"
        "if flag:\n    cfg.units = 10\nelse:\n    cfg.units = 1\n"
        "if other:\n    np.save('z', x)\nelse:\n    np.save('y', x)\n"
        "model.add(Dense(cfg.units))\nmodel.add(Dense(len(items)))\n"
    )
    path = tmp_path / "main.py"
    path.write_text(text)
    assert assert_the_same(str(path), text.encode()) == 3
