"""Findings in the arms of undecided conditions, among conditions on which nothing depends."""

from __future__ import annotations

import json
import textwrap

import pytest

HEAD = """\
import sys
import numpy as np
from keras import Input, Sequential
from keras.layers import Dense
small = "small" in sys.argv
flat = "flat" in sys.argv
"""


def idle(number):
    """Conditions that decide nothing of what is built."""
    return "".join(
        f'if len(sys.argv) > {each}:\n    text = "more"\nelse:\n    text = "less"\n'
        for each in range(number)
    )


IDLE = idle(4)  # three times that, and what is of interest, are as many as are read both ways
BETWEEN = pytest.mark.parametrize("between", ["", IDLE], ids=["alone", "among idle ones"])


def found(kerlint, project, text):
    (project / "a.py").write_text(HEAD + text)
    done = kerlint("--no-cache", "--exit-zero", "--output-format", "json")
    assert (done.code, done.err) == (0, "")
    lines = (HEAD + text).splitlines()
    return [
        (each["code"], lines[each["location"]["row"] - 1].strip()) for each in json.loads(done.out)
    ]


@BETWEEN
@pytest.mark.parametrize("first", [True, False])
def test_either_arm(kerlint, project, between, first):
    arms = ["units = 1\n", "units = 10\n"]
    text = "if small:\n    {}else:\n    {}".format(*(arms if first else reversed(arms)))
    text = between + text + between + 'head = Dense(units, activation="softmax")\n'
    assert found(kerlint, project, text) == [
        ("KER101", 'head = Dense(units, activation="softmax")')
    ]


def test_after_idle_ones_in_a_loop(kerlint, project):
    # What is idle is the condition, not the code around it.
    body = idle(8) + 'if small:\n    pass\nelse:\n    Dense(1, activation="softmax")\n'
    text = "for step in range(3):\n" + textwrap.indent(body, "    ")
    assert found(kerlint, project, text) == [("KER101", 'Dense(1, activation="softmax")')]


@BETWEEN
def test_nested_conditions(kerlint, project, between):
    text = (
        "if small:\n"
        "    units = 10\n"
        "else:\n"
        "    if flat:\n"
        "        units = 20\n"
        "    else:\n"
        "        units = 1\n"
    )
    text = between + text + between + 'Dense(units, activation="softmax")\n'
    assert found(kerlint, project, text) == [("KER101", 'Dense(units, activation="softmax")')]


@BETWEEN
@pytest.mark.parametrize("order", [1, -1])
def test_what_needs_two_unrelated_arms_is_not_told(kerlint, project, between, order):
    units = "if small:\n    units = 10\nelse:\n    units = 1\n"
    activation = 'if flat:\n    activation = "relu"\nelse:\n    activation = "softmax"\n'
    text = between.join([units, activation][::order]) + between
    text += "head = Dense(units, activation=activation)\n"
    assert found(kerlint, project, text) == []


@BETWEEN
@pytest.mark.parametrize("order", [1, -1])
def test_not_even_when_they_are_read_first(kerlint, project, between, order):
    units = "if small:\n    units = 1\nelse:\n    units = 10\n"
    activation = 'if flat:\n    activation = "softmax"\nelse:\n    activation = "relu"\n'
    text = between.join([units, activation][::order]) + between
    text += "head = Dense(units, activation=activation)\n"
    assert found(kerlint, project, text) == []


@BETWEEN
def test_one_condition_that_decides_two_things(kerlint, project, between):
    right = (
        "if small:\n    units = 1\nelse:\n    units = 10\n" + between + "if small:\n"
        '    activation = "sigmoid"\nelse:\n    activation = "softmax"\n'
        "head = Dense(units, activation=activation)\n"
    )
    assert found(kerlint, project, right) == []
    wrong = (
        "if small:\n    units = 10\nelse:\n    units = 1\n" + between + "if small:\n"
        '    activation = "relu"\nelse:\n    activation = "softmax"\n'
        "head = Dense(units, activation=activation)\n"
    )
    assert found(kerlint, project, wrong) == [
        ("KER101", "head = Dense(units, activation=activation)")
    ]


@pytest.mark.parametrize("number", [32, 40, 400])
def test_many_idle_conditions_hide_nothing(kerlint, project, number):
    text = idle(number) + 'Dense(1, activation="softmax")\n'
    assert found(kerlint, project, text) == [("KER101", 'Dense(1, activation="softmax")')]


@pytest.mark.parametrize("word", ["return", "break", "continue"])
def test_what_only_functions_and_loops_can_have_ends_nothing(kerlint, project, word):
    text = f'if small:\n    {word}\n{word}\nDense(1, activation="softmax")\n'
    assert found(kerlint, project, text) == [("KER101", 'Dense(1, activation="softmax")')]


# -- lists that loops build -----------------------------------------------------------------------

LOSS = 'model.compile(loss="categorical_crossentropy", optimizer="adam")\n'


@pytest.mark.parametrize(
    "grow",
    [
        "sizes = []\nfor turn in range(40):\n    sizes.append(2 + turn)\n",
        "sizes = []\nfor turn in range(40):\n    sizes.append(41 - turn)\n",
        "sizes = []\nfor turn in range(40):\n    sizes += [2 + turn]\n",
        "sizes = []\nfor turn in range(40):\n    sizes.insert(0, 2 + turn)\n",
        "sizes = [1] * 40\nfor turn in range(40):\n    sizes[turn] = 2 + turn\n",
        "sizes = []\nturn = 0\nwhile turn < 40:\n    sizes.append(2 + turn)\n    turn += 1\n",
        "sizes = []\nfor turn in range(40):\n    if turn == 0:\n        sizes.append(2)\n"
        "    else:\n        sizes.append(sizes[-1] + 1)\n",
        "sizes = [2 + turn for turn in range(40)]\n",
    ],
)
@pytest.mark.parametrize(
    "build",
    [
        'Dense(sizes[-1], activation="softmax")\n',
        'Dense(sizes[0], activation="softmax")\n',
        'Dense(sizes[39], activation="softmax")\n',
        'Dense(len(sizes) - 35, activation="softmax")\n',
        'Dense(len(sizes[38:]), activation="softmax")\n',
        "model = Sequential([Input((4,))])\n"
        'for size in sizes:\n    model.add(Dense(size, activation="relu"))\n'
        'model.add(Dense(3, activation="softmax"))\n' + LOSS,
        "model = Sequential([Input((4,))])\n"
        'for size in sizes[:-1]:\n    model.add(Dense(size, activation="relu"))\n'
        'model.add(Dense(sizes[-1], activation="softmax"))\n' + LOSS,
    ],
)
def test_a_list_of_forty_sizes_is_never_wrong(kerlint, project, grow, build):
    assert found(kerlint, project, grow + build) == []


@pytest.mark.parametrize("turns", [3, 33, 40, 300])
def test_the_end_of_a_long_list_is_not_its_beginning(kerlint, project, turns):
    text = (
        f"sizes = []\nfor turn in range({turns}):\n    sizes.append(turn)\n"
        'Dense(sizes[1], activation="softmax")\n'
        'Dense(sizes[-1], activation="softmax")\n'
    )
    told = found(kerlint, project, text)
    assert told in ([], [("KER101", 'Dense(sizes[1], activation="softmax")')])
    if turns == 3:
        assert told


@pytest.mark.parametrize("turns", [40, 300])
def test_a_number_that_changes_in_each_turn(kerlint, project, turns):
    text = (
        f"units = 1\nfor turn in range({turns}):\n    units += 1\n"
        'Dense(units, activation="softmax")\n'
    )
    assert found(kerlint, project, text) == []


def test_the_last_of_many_turns(kerlint, project):
    text = "for units in range(1, 41):\n    pass\nDense(units, activation='softmax')\n"
    assert found(kerlint, project, text) == []


TASKS = """\
def build(task, classes):
    model = Sequential([Input((8,)), Dense(16, activation="relu")])
    if {first}:
        model.add(Dense(1, activation="sigmoid"))
    else:
        model.add(Dense(classes, activation="softmax"))
    if {second}:
        model.compile("adam", "categorical_crossentropy")
    else:
        model.compile("adam", "binary_crossentropy")
    return model
build(sys.argv[1], int(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("task == 'binary'", "task == 'multi'"),
        ("task == 'binary'", "task != 'binary'"),
        ("classes == 2", "classes > 2"),
        ("small", "not small"),
    ],
)
def test_one_thing_decided_in_two_places(kerlint, project, first, second):
    assert found(kerlint, project, TASKS.format(first=first, second=second)) == []


def test_what_a_guard_leaves_is_judged(kerlint, project):
    text = (
        "def build(units):\n    if not units:\n        return None\n"
        "    activation = 'softmax' if flat else 'relu'\n"
        "    return Dense(1, activation=activation)\nbuild(sys.argv[1])\n"
    )
    line = "return Dense(1, activation=activation)"
    assert found(kerlint, project, text) == [("KER101", line)]
