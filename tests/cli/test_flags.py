"""Arms that a flag of the file rules out: what is wrong there with names and arguments."""

from __future__ import annotations

import pytest

import kerlint

HEAD = """\
import keras
import numpy as np
import sklearn.svm
from keras import layers

model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
x, y = np.zeros((8, 4)), np.zeros(8)
"""


def found(text: str) -> list[tuple[str, str]]:
    text = HEAD + text
    lines = text.splitlines()
    return [
        (each.code, lines[each.span.start.row - 1].strip()) for each in kerlint.lint_source(text)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "tune = False\nif tune:\n    {}",
        "tune = True\nif not tune:\n    {}",
        "tune = True\nif tune:\n    model.fit(x, y)\nelse:\n    {}",
        "tune = False\nif tune:\n    if x.any():\n        {}",
        "tune = False\nslow = False\nif tune:\n    model.fit(x, y)\nelif slow:\n    {}",
        "def run(tune=False):\n    if tune:\n        {}\nrun()",
        "def run(tune=False):\n    if not tune:\n        return model.fit(x, y)\n    {}\nrun()",
        "class Job:\n    def run(self, tune=True):\n        if tune:\n            pass\n"
        "        else:\n            {}\nJob().run()",
    ],
)
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("model.fit(x, y, nb_epoch=3)", "KER003"),
        ("model.predict_classes(x)", "KER004"),
        ("layers.Dense(unit=3)", "KER011"),
        ("keras.utils.np_utils.to_categorical(y)", "KER001"),
        ("keras.optimizers.SGD(decay=0.01)", "KER005"),
    ],
)
def test_an_argument_or_a_name(text, wrong, code):
    assert found(text.format(wrong) + "\n") == [(code, wrong)]


@pytest.mark.parametrize(
    "text",
    [
        "if False:\n    {}",
        "if 0:\n    {}",
        "if not True:\n    {}",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {}",
        "KERAS_2 = False\nif KERAS_2:\n    {}",
        "legacy_keras = False\nif legacy_keras:\n    {}",
        "USE_TF = False\nif USE_TF:\n    {}",
        "on_theano = False\nif on_theano:\n    {}",
        'kind = "svm"\nif kind == "keras":\n    {}',
        "if model is None:\n    {}",
        "if isinstance(model, keras.Model):\n    pass\nelse:\n    {}",
        "tune = False\nif tune:\n    if keras.__version__ < '3':\n        {}",
        "tune = False\nif tune:\n    try:\n        {}\n    except (AttributeError, TypeError):\n"
        "        pass",
    ],
)
@pytest.mark.parametrize("wrong", ["model.fit(x, y, nb_epoch=3)", "model.predict_classes(x)"])
def test_what_is_ruled_out_for_good(text, wrong):
    assert found(text.format(wrong) + "\n") == []


def test_what_the_flag_chooses_is_chosen_with_it():
    text = (
        "linear = False\nif linear:\n    clf = sklearn.svm.SVC(probability=True)\nelse:\n"
        "    clf = model\nif linear:\n    clf.predict_proba(x)\nelse:\n    clf.predict(x)\n"
    )
    assert found(text) == []
    assert found(text.replace("linear", "simple")) == []


def test_a_flag_that_both_ways_are_called_with():
    text = (
        "def head(units, soft=False):\n"
        '    act = "sigmoid"\n    if soft:\n        act = "softmax"\n'
        "    return layers.Dense(units, activation=act)\nhead(1)\nhead(3, soft=True)\n"
    )
    assert found(text) == []


def test_the_model_is_not_judged_there():
    text = 'wide = True\nunits, act = 3, "softmax"\nif not wide:\n    units = 1\n'
    assert found(text + "layers.Dense(units, activation=act)\n") == []


def test_code_that_is_read_anyway_is_judged_as_it_is_read():
    text = (
        "plain = True\nif plain:\n    adam = keras.optimizers.Adam\nelse:\n"
        "    import tensorflow as tf\n    adam = tf.keras.optimizers.legacy.Adam\n"
        "adam(learning_rate=0.1, weight_decay=0.1)\n"
    )
    # Only that the legacy class cannot be made in Keras 3, whatever it is given.
    assert [code for code, _ in found(text)] == ["KER002"]
