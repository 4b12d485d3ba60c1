"""The rules on old code: what they say, and when they keep quiet."""

from __future__ import annotations

import json

import pytest

import kerlint
from kerlint.rules.keywords import ArgumentStatus, fate

CODES = ["KER001", "KER003", "KER004", "KER005", "KER011"]
ADAM = "from keras.optimizers import Adam\nAdam({})\n"


def said(text: str, **settings):
    found = kerlint.lint_source(text, select=CODES, **settings)
    return [(finding.code, finding.message, finding.help) for finding in found]


def test_a_rename_is_spelled_out() -> None:
    assert said(ADAM.format("lr=0.01")) == [
        (
            "KER003",
            "`Adam` does not take `lr=` in Keras 3.15; it is now `learning_rate=`",
            "write `learning_rate=0.01`",
        )
    ]


def test_words_that_changed_with_the_name() -> None:
    text = "from keras.layers import Conv2D\nConv2D(8, 3, dim_ordering='{}')\n"
    assert said(text.format("tf"))[0][2] == 'write `data_format="channels_last"`'
    assert said(text.format("th"))[0][2].startswith('write `data_format="channels_first"` in all')


def test_both_names_at_once() -> None:
    assert said(ADAM.format("learning_rate=0.1, lr=0.01"))[0][2] == (
        "remove `lr=`; `learning_rate=` is given as well"
    )


def test_decay_of_zero_loses_nothing() -> None:
    found = kerlint.lint_source(ADAM.format("decay=0.0"), select=CODES)
    assert [(f.code, f.severity.label) for f in found] == [("KER005", "info")]
    found = kerlint.lint_source(ADAM.format("decay=1e-6"), select=CODES)
    assert [(f.code, f.severity.label) for f in found] == [("KER005", "warning")]
    assert not said(ADAM.format("decay=None"))


@pytest.mark.parametrize(
    ("arguments", "help"),
    [
        ("unit=3", "did you mean `units=`?"),
        ("3, kernel_initialiser='zeros'", "did you mean `kernel_initializer=`?"),
        ("3, activations='relu'", "did you mean `activation=`?"),
        ("3, zzz=1", "remove `zzz=`"),
    ],
)
def test_the_closest_argument_is_named(arguments: str, help: str) -> None:
    found = said(f"from keras import layers\nlayers.Dense({arguments})\n")
    assert [(code, text) for code, _, text in found] == [("KER011", help)]


def test_unread_arguments_silence_the_unknown_ones_only() -> None:
    text = "from keras import layers\ndef f(**more):\n    return layers.Dense({}, **more)\n"
    assert not said(text.format("unit=3"))
    assert [code for code, *_ in said(text.format("output_dim=3"))] == ["KER003"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Dense(3, activation='softmax')", ".argmax(axis=-1)"),
        ("Dense(1, activation='sigmoid')", "> 0.5"),
        ("Dense(2, activation='sigmoid')", ".argmax(axis=-1)"),
    ],
)
def test_predict_classes_is_replaced_by_what_the_head_gives(head: str, expected: str) -> None:
    text = (
        "from keras import Input, Sequential\nfrom keras.layers import Dense\n"
        f"model = Sequential([Input((4,)), {head}])\nmodel.predict_classes(x)\n"
    )
    ((code, _, help),) = said(text)
    assert code == "KER004"
    assert expected in help
    assert " for " not in help


def test_predict_classes_of_a_model_from_a_file_names_both_ways() -> None:
    text = "from keras.models import load_model\nload_model('m.keras').predict_classes(x)\n"
    ((_, _, help),) = said(text)
    assert "argmax" in help
    assert "> 0.5" in help


def test_a_generator_call_is_translated_with_its_arguments() -> None:
    text = (
        "from keras.models import Sequential\nmodel = Sequential()\n"
        "model.fit_generator(g, samples_per_epoch=9, nb_epoch=2, workers=2)\n"
    )
    ((code, _, help),) = said(text)
    assert code == "KER004"
    for part in ("fit()", "`epochs=` for `nb_epoch=`", "steps_per_epoch=", "without `workers=`"):
        assert part in help


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("from keras.layers.core import Dense, Dropout\n", "import from `keras.layers`"),
        ("from keras.utils.np_utils import to_categorical\n", "import from `keras.utils`"),
        ("from keras.engine.topology import Layer\n", "import from `keras.layers`"),
        ("import keras\nkeras.layers.core.Dense(3)\n", "write `keras.layers.Dense`"),
        ("from keras.utils import np_utils\n", "use `keras.utils`"),
    ],
)
def test_the_new_path_is_named(text: str, help: str) -> None:
    assert [found[2] for found in said(text)] == [help]


def test_one_finding_for_each_removed_import() -> None:
    text = (
        "from keras.utils import np_utils\nfrom keras.layers.core import Dense\n"
        "a = np_utils.to_categorical([1])\nb = np_utils.normalize([1])\n"
        "def f():\n    return np_utils.to_categorical([2]), Dense(2)\n"
    )
    assert [code for code, *_ in said(text)] == ["KER001", "KER001"]


@pytest.mark.parametrize(
    "text",
    [
        "from keras.layers import CuDNNLSTM\n",  # a name, not a path
        "from keras.layers import Merge\n",
        "from tensorflow.python.keras.layers import Dense\nDense(3, batch_input_shape=(1, 2))\n",
        "from keras.src.layers import Dense\n",
        "from tensorflow.keras.saving import load_model\n",
        "from tensorflow.keras.preprocessing.text import Tokenizer\n",
        "from keras.nowhere import Thing\n",  # no release had it
        "from keras.preprocessing.image import load_img\n",
    ],
)
def test_paths_that_are_not_gone(text: str) -> None:
    assert not said(text)


OLD = (
    "from keras.layers.core import Dense\nfrom keras.models import Sequential\n"
    "from keras.optimizers import SGD\nmodel = Sequential([Dense(3, init='zeros')])\n"
    "model.compile(SGD(lr=0.1, decay=1e-6), 'mse')\nmodel.to_yaml()\n"
)


def test_the_target_decides() -> None:
    every = ["KER001", "KER003", "KER003", "KER005", "KER004"]
    assert [code for code, *_ in said(OLD)] == every
    for target in ("3", "3.8", "3.9"):
        assert [code for code, *_ in said(OLD, target_keras=target)] == every
    # tf_keras 2.21 still has to_yaml(), which raises, and takes lr=.
    assert [code for code, *_ in said(OLD, target_keras="2")] == [
        "KER001",
        "KER003",
        "KER003",
        "KER004",
    ]


@pytest.mark.parametrize(
    "line",
    [
        'os.environ["TF_USE_LEGACY_KERAS"] = "1"',
        "os.environ.setdefault('TF_USE_LEGACY_KERAS', 'true')",
        'os.environ.update(TF_USE_LEGACY_KERAS="True")',
        'os.environ.update({"TF_USE_LEGACY_KERAS": "1"})',
    ],
)
def test_a_file_that_asks_tensorflow_for_keras_2(line: str) -> None:
    text = f"import os\n{line}\n{OLD.replace('from keras', 'from tensorflow.keras')}"
    found = said(text)
    assert [code for code, *_ in found] == ["KER001", "KER003", "KER003", "KER004"]
    assert all("tf_keras 2.21" in message for _, message, _ in found)
    # ``keras`` is what happens to be installed: only what both refuse is certain.
    assert [code for code, *_ in said(f"import os\n{line}\n{OLD}")] == [
        "KER001",
        "KER003",
        "KER004",
    ]


@pytest.mark.parametrize(
    "line",
    [
        'os.environ["TF_USE_LEGACY_KERAS"] = "0"',
        '# os.environ["TF_USE_LEGACY_KERAS"] = "1"',
        'old = os.environ.get("TF_USE_LEGACY_KERAS") == "1"',
        'assert os.environ["TF_USE_LEGACY_KERAS"] == "1"',
        'os.environ.pop("TF_USE_LEGACY_KERAS", None)',
    ],
)
def test_a_file_that_only_speaks_of_keras_2(line: str) -> None:
    assert said(f"import os\n{line}\n{OLD}")


@pytest.mark.parametrize(("value", "codes"), [("1", []), ("0", ["KER003"])])
def test_a_notebook_that_asks_for_keras_2(value: str, codes: list[str]) -> None:
    line = f"%env TF_USE_LEGACY_KERAS={value}\nimport tensorflow as tf\n"
    line += "tf.keras.optimizers.Adam(lr=0.1)"
    cell = {"cell_type": "code", "metadata": {}, "source": line}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    found = kerlint.lint_source(text, "old.ipynb", select=CODES)
    assert [finding.code for finding in found] == codes


def test_an_argument_of_a_later_release() -> None:
    assert fate("keras.layers.Dense", "quantization_config", "3.15") is ArgumentStatus.TAKEN
    assert fate("keras.layers.Dense", "quantization_config", "3.8") is ArgumentStatus.TOO_NEW
    text = "from keras import layers\nlayers.Dense(3, quantization_config=None)\n"
    ((code, message, _),) = said(text, target_keras="3.8")
    assert code == "KER003"
    assert "yet" in message
    assert not said(text)


# -- where the value in the help comes from -------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "help"),
    [
        ("lr=rate * 0.5", "write `learning_rate=rate * 0.5`"),
        ("lr = rates['fast']", "write `learning_rate=rates['fast']`"),
        ("lr=1e-3", "write `learning_rate=1e-3`"),
        ("lr=\n    1e-3", "write `learning_rate=...`"),
        ("**{'lr': 1e-3}", "write `learning_rate=...`"),
        (f"lr={'rate + ' * 20}0", "write `learning_rate=...`"),
    ],
)
def test_a_value_is_quoted_as_it_is_written(arguments: str, help: str) -> None:
    ((code, _, told),) = said(f"from keras.optimizers import SGD\nSGD({arguments})\n")
    assert (code, told) == ("KER003", help)


# -- what is swallowed and does no harm -----------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "severity"),
    [
        ("optimizers.Adam(decay=0)", "info"),
        ("optimizers.Adam(decay=1e-3)", "warning"),
        ("optimizers.Adam(decay=rate)", "warning"),
        ("layers.Embedding(9, 2, input_length=5)", "info"),
        ("layers.InputLayer((3,), input_dtype='float32')", "info"),
        ("layers.InputLayer((3,), input_dtype='int32')", "warning"),
        ("callbacks.ReduceLROnPlateau(epsilon=1e-4)", "info"),
        ("callbacks.ReduceLROnPlateau(epsilon=1e-3)", "warning"),
    ],
)
def test_harmless_leftovers_are_info(call: str, severity: str) -> None:
    text = f"from keras import callbacks, layers, optimizers\n{call}\n"
    (finding,) = kerlint.lint_source(text, select=["KER005"])
    assert finding.severity.label == severity
    shown = kerlint.lint_source(text)
    assert [found.code for found in shown] == (["KER005"] if severity == "warning" else [])
