"""Defaults of parameters: what a finding in a function that nobody calls may assume."""

from __future__ import annotations

import textwrap

import pytest

import kerlint

HEAD = """\
import sys
from functools import partial
from keras import Input, Sequential, layers
from keras.wrappers import SKLearnClassifier, SKLearnRegressor
from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import GridSearchCV
"""


def found(text: str) -> list[tuple[str, list[str]]]:
    """Codes, each with the places that its notes about defaults point to."""
    text = HEAD + textwrap.dedent(text)
    lines = text.splitlines()
    told = []
    for each in kerlint.lint_source(text, select=["KER1"]):
        spans = [note.span for note in each.related if note.message == "with this default"]
        where = [(span.start.row - 1, span.start.column - 1, span.end.column - 1) for span in spans]
        told.append((each.code, [lines[row][start:end] for row, start, end in where]))
    return told


PLAIN = """\
def build(width=16, units=1, activation="softmax", rate=0.1):
    model = Sequential([Input((8,)), layers.Dense(width, "relu"), layers.Dropout(rate)])
    model.add(layers.Dense(units, activation=activation))
    return model
"""


def test_the_defaults_together():
    assert found(PLAIN) == [("KER101", ["1", '"softmax"'])]


def test_one_default_only():
    text = """\
        def build(width=16, activation="softmax"):
            return Sequential([Input((8,)), layers.Dense(width), layers.Dense(1, activation)])
        """
    assert found(text) == [("KER101", ['"softmax"'])]


def test_a_finding_that_needs_no_default():
    text = """\
        def build(width=16, rate=0.5):
            return Sequential([layers.Dense(width), layers.Dense(1, activation="softmax")])
        """
    assert found(text) == [("KER101", [])]


def test_a_call_that_passes_nothing():
    assert found(PLAIN + "build()\n") == [("KER101", [])]


def test_a_call_that_passes_something():
    assert found(PLAIN + 'build(activation="sigmoid")\nbuild(units=3)\n') == []


ARMS = {
    "chosen": "units = 1 if labels.ndim == 1 else labels.shape[1]",
    "if": "if classes == 2:\n        units = 1\n    else:\n        units = classes",
    "else": "if classes > 2:\n        units = classes\n    else:\n        units = 1",
    "early": "units = classes\n    if classes < 3:\n        units = 1",
}


@pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)
@pytest.mark.parametrize("kind", ["function", "method", "class"])
def test_a_default_and_an_arm(arm, kind):
    text = (
        'def build({own}labels, classes, activation="softmax"):\n'
        f"    {arm}\n    return layers.Dense(units, activation=activation)\n"
    )
    own = "" if kind == "function" else "self, "
    text = text.format(own=own)
    if kind == "class":
        text = text.replace("def build", "def __init__").replace("return ", "self.head = ")
    if kind != "function":
        text = "class Builder:\n" + textwrap.indent(text, "    ")
    assert found(text) == []


def test_a_head_that_only_one_arm_has():
    text = """\
        def build(classes, activation="softmax"):
            if classes == 2:
                head = layers.Dense(1, activation=activation)
            else:
                head = layers.Dense(classes, activation=activation)
            return head
        """
    assert found(text) == []


def test_what_is_refused_first_is_no_arm():
    text = """\
        def build(labels, activation="softmax"):
            if labels is None:
                return None
            if labels.min() < 0:
                raise ValueError(labels)
            return layers.Dense(1, activation=activation)
        """
    assert found(text) == [("KER101", ['"softmax"'])]


@pytest.mark.parametrize(("default", "told"), [("True", True), ("False", False)])
def test_an_arm_that_the_defaults_take(default, told):
    text = f"""\
        def build(classes, activation="softmax", binary={default}):
            units = 1 if binary else classes
            return layers.Dense(units, activation=activation)
        """
    assert found(text) == ([("KER101", ['"softmax"'])] if told else [])


def test_an_arm_without_defaults():
    text = """\
        def build(classes, rate=0.3):
            units = 1 if classes == 2 else classes
            return Sequential([layers.Dropout(rate), layers.Dense(units, activation="softmax")])
        """
    assert found(text) == [("KER101", [])]


@pytest.mark.parametrize(
    "handed",
    [
        'SKLearnClassifier(build, model_kwargs={"activation": "sigmoid"})',
        'SKLearnClassifier(build, model_kwargs={"units": 3})',
        'KerasClassifier(build_fn=build, activation="sigmoid", verbose=0)',
        "KerasClassifier(model=build, model__units=3)",
        'GridSearchCV(KerasClassifier(build_fn=build), {"activation": ["sigmoid", "tanh"]})',
        'make = KerasClassifier(model=build)\nGridSearchCV(make, [{"model__units": [2, 3]}])',
        'tune(partial(build, activation="sigmoid"))',
        'for name in ("a", "b"):\n    register(name, build, units=4)',
    ],
)
def test_a_function_that_is_handed_over_with_other_values(handed):
    assert found(PLAIN + handed + "\n") == []


@pytest.mark.parametrize(
    "handed",
    [
        "SKLearnClassifier(build)",
        'SKLearnClassifier(build, model_kwargs={"width": 3})',
        "KerasClassifier(build_fn=build, epochs=20)",
        "KerasClassifier(build_fn=build)\nKerasClassifier(build_fn=build, units=3)",
    ],
)
def test_a_function_that_is_handed_over_with_its_defaults(handed):
    assert found(PLAIN + handed + "\n") == [("KER101", ["1", '"softmax"'])]
