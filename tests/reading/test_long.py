"""Code that takes too many steps: what comes before and after it is found, and a line says so."""

from __future__ import annotations

import pytest

import kerlint
from kerlint.config.settings import Settings
from kerlint.reading import read
from kerlint.reading.interpreter.state import FILE_STEPS, MAX_STEPS
from kerlint.run.check_file import diagnose
from kerlint.sources.source import Source

HEAD = """\
import keras
import elsewhere
from keras import layers

net = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(4)])
net.compile("adam", "mse")
other = keras.Sequential([keras.Input((8,)), layers.Dense(16), layers.Dense(4)])
other.compile("adam", "mse")


def both(n):
    return both(n + 1) * both(n + 2)


def change(model):
    model.built = both(1)


class Keeper:
    def __init__(self, model):
        self.model = model

    def run(self):
        return both(1), self.model


def shrink():
    global net
    net = both(1)


"""
NET, OTHER = ("KER301", 5), ("KER301", 7)


def found(text: str) -> list[tuple[str, int]]:
    return [(each.code, each.span.start.row) for each in kerlint.lint_source(text)]


def with_end(text: str) -> tuple[str, tuple[str, int]]:
    text += 'last = layers.Dense(1, activation="softmax")\n'
    return text, ("KER101", text.count("\n"))


@pytest.mark.parametrize(
    "statement",
    [
        "both(1)",
        "size = both(1)",
        "for turn in range(9):\n    both(turn)",
        "if both(3):\n    print(4)",
        "with elsewhere.open() as file:\n    both(2)",
        "print([both(n) for n in range(3)])",
    ],
)
def test_models_that_a_long_statement_does_not_reach_stay_known(statement):
    text, end = with_end(f"{HEAD}{statement}\n")
    assert found(text) == [NET, OTHER, end]


@pytest.mark.parametrize(
    "statement",
    [
        "change(net)",
        "print(both(2), net)",
        "kept = [1, {'a': net}]\nfor turn in range(3):\n    both(2)\n    print(kept)",
        "first = net.layers[0]\nfirst.trainable = both(1)",
        "keeper = Keeper(net)\nkeeper.run()",
        "run = Keeper(net).run\nrun()",
        "change(model=net)",
        "shrink()",
        "mine = net\nfor turn in range(3):\n    mine = elsewhere\n    both(1)",
        "exec('net = 3'), both(1)",
    ],
)
def test_models_that_it_reaches_are_known_in_part(statement):
    text, end = with_end(f"{HEAD}{statement}\n")
    assert NET not in found(text)
    assert end in found(text)


def test_a_model_that_shares_a_layer_is_reached_too():
    text = HEAD.replace("other = keras.Sequential([keras.Input((8,)), layers.Dense(16),", "%s%s")
    shared = "middle = layers.Dense(16)\nother = keras.Sequential([keras.Input((8,)), middle,"
    text = text % (shared, "")
    assert found(text) == [NET, ("KER301", 7)]
    assert found(text + "print(both(1), other)\n") == [NET]
    assert found(text + "print(both(1), middle)\n") == [NET]


def test_it_says_what_was_not_followed(tmp_path):
    text, _ = with_end(f"{HEAD}size = both(1)\nprint(size)\n")
    said = diagnose(Source("a.py", text), Settings(str(tmp_path)))
    (line,) = [each for each in said.diagnostics if each.code == "KER000"]
    assert line.span.start.row == text.count("\n") - 2
    assert line.severity.name == "INFO"
    assert "steps" in line.message
    assert "without this statement" in (line.help or "")
    assert said.coverage.statements == 1


def test_it_says_that_the_rest_was_not_read(tmp_path):
    text, end = with_end(HEAD + "both(1)\n" * 30)
    said = diagnose(Source("a.py", text), Settings(str(tmp_path)))
    lines = [each for each in said.diagnostics if each.code == "KER000"]
    assert "without this statement" in (lines[0].help or "")
    assert "rest of the file was not read" in (lines[-1].help or "")
    assert len(lines) < 20
    assert not {NET, end}.intersection(found(text))


def test_it_says_when_a_function_was_not_followed(tmp_path):
    text = HEAD + "\n\ndef make():\n    layers.Dense(both(1))\n\n\n"
    text += "def make_more():\n    layers.Dense(both(2))\n"
    said = diagnose(Source("a.py", text), Settings(str(tmp_path)))
    (line,) = [each for each in said.diagnostics if each.code == "KER000"]
    assert text.splitlines()[line.span.start.row - 1] == "def make():"
    assert "without this function" in (line.help or "")


@pytest.mark.slow
@pytest.mark.parametrize("line", ["a(b)", "-a"])
def test_plain_code_is_followed_to_its_end_however_long(line):
    head = "from keras import layers\nfrom elsewhere import a, b\n"
    text, end = with_end(head + f"{line}\n" * (1_000 + MAX_STEPS // len(line)))
    assert next(read(Source("a.py", text)).entry_points()).execute({}).steps > MAX_STEPS
    assert found(text) == [end]


def test_a_long_file_does_not_give_one_statement_all_its_steps():
    text = HEAD + "size = 4\n" * 9_000 + "both(1)\n" * 5
    text, end = with_end(text)
    assert {NET, OTHER, end} <= set(found(text))
    steps = [root.execute({}).steps for root in read(Source("a.py", text)).entry_points()]
    assert sum(steps) < FILE_STEPS
