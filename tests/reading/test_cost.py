"""Code that does much in a few lines: reading it ends soon, and what comes after it is read."""

from __future__ import annotations

import pytest

import kerlint
from kerlint.reading import read
from kerlint.reading.interpreter.state import FILE_STEPS, MAX_STEPS, MIN_STEPS, SHORT_LOOP
from kerlint.sources.source import Source

HEAD = "import keras\nimport elsewhere\nfrom keras import layers\n"
LOUD = 'head = layers.Dense(1, activation="softmax")\n'


def lines(template: str, count: int, start: int = 1) -> str:
    """``template`` for each number, with that number and the one before it filled in."""
    return "".join(template.format(i, i - 1) for i in range(start, count))


HELPERS = "def f0(x):\n    return {}\n" + lines(
    "def f{0}(x):\n    first = f{1}(x)\n    second = f{1}(first)\n    return f{1}(second)\n", 30
)

LONG = {
    "helpers that compute": HELPERS.format("x + 1") + "f29(1)\n",
    "helpers that build": HELPERS.format("layers.Dense(4)(x)") + "f29(keras.Input((4,)))\n",
    "helpers that nobody calls": HELPERS.format("layers.Dense(4)(x)"),
    "lambdas": "f0 = lambda x: x\n"
    + lines("f{0} = lambda x: f{1}(f{1}(f{1}(x)))\n", 30)
    + "f29(2)\n",
    "two classes on each level": "class A0: pass\nclass B0: pass\n"
    + lines("class A{0}(A{1}, B{1}): pass\nclass B{0}(A{1}, B{1}): pass\n", 40)
    + "it = A39()\nit.x = 1\nit.missing()\nelsewhere.keep(it)\n",
    "two exceptions on each level": "class A0(ValueError): pass\nclass B0(ValueError): pass\n"
    + lines("class A{0}(A{1}, B{1}): pass\nclass B{0}(A{1}, B{1}): pass\n", 40)
    + "try:\n    raise A39()\nexcept KeyError:\n    pass\nexcept ValueError:\n    pass\n",
    "a long line of classes": "class A0: pass\n"
    + lines("class A{0}(A{1}): pass\n", 1_500)
    + "it = A1499()\nit.x = 1\n",
    "functions as defaults": "def f0(): pass\n"
    + lines("def f{0}(a=f{1}, b=f{1}): pass\n", 40)
    + "def unasked():\n    return layers.Dense(2)\n",
    "lists of lists": "l0 = [1]\n"
    + lines("l{0} = [l{1}, l{1}, l{1}]\n", 40)
    + "elsewhere.keep(l39)\nprint(l39)\n",
}


@pytest.mark.parametrize("name", LONG)
def test_what_comes_after_much_work_is_read(name):
    text = HEAD + LONG[name] + LOUD
    found = [(item.code, item.span.start.row) for item in kerlint.lint_source(text)]
    assert ("KER101", text.count("\n")) in found


def test_all_ways_through_a_file_share_one_budget():
    text = HEAD + HELPERS.format("layers.Dense(4)(x)")
    spent = [root.execute({}).steps for root in read(Source("a.py", text)).entry_points()]
    assert len(spent) == 31
    assert max(spent) <= MAX_STEPS + MIN_STEPS
    # One function alone would take all of it, and each of the others as well.
    assert sum(spent) < FILE_STEPS / 2


def steps_of(text: str) -> int:
    return next(read(Source("a.py", HEAD + text)).entry_points()).execute({}).steps


@pytest.mark.parametrize("turns", [200, 250])
def test_a_loop_that_will_be_long_is_not_begun(turns):
    body = "    total = 3 * turn + 2 * turn + turn\n    print(total, turn, total + turn)\n" * 3
    assert steps_of(f"for turn in range({turns}):\n{body}") < SHORT_LOOP / 2


def test_a_short_loop_is_followed_to_its_end():
    text = HEAD + "units = 40\nfor _ in range(39):\n    units -= 1\n"
    found = kerlint.lint_source(text + 'layers.Dense(units, activation="softmax")\n')
    assert [item.code for item in found] == ["KER101"]


def test_a_long_loop_leaves_nothing_behind_that_is_taken_for_known():
    # 247 units at the end; one, two or three iterations would leave one.
    work = "    x = 1 + 2 + 3 + 4 + 5 + 6\n" * 4
    for times in (1, 2, 3):
        text = f"{HEAD}units = 4\nfor _ in range(249):\n{work}    units += 1\n"
        text += f"units -= {3 + times}\n"
        assert not kerlint.lint_source(text + 'layers.Dense(units, activation="softmax")\n')


def test_many_undecided_conditions_do_not_hide_a_name_that_is_gone():
    text = HEAD + "old = keras.preprocessing.text\n"
    text += lines("if elsewhere.x{0}:\n    u{0} = {0}\nelse:\n    u{0} = 2\n", 200)
    assert [item.span.start.row for item in kerlint.lint_source(text)] == [4]
