"""What the help of the migration rules says, followed and run in the installed Keras."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

import kerlint
from kerlint import keras_api
from kerlint.keras_api import facts
from kerlint.keras_api.store import load
from kerlint.rules.ker001_import_path_removed import _of_names
from kerlint.rules.keywords import named
from kerlint.rules.successors import removed_module

keras = pytest.importorskip("keras", minversion="3.15")
np = pytest.importorskip("numpy")
pytest.importorskip("tensorflow")

pytestmark = pytest.mark.tensorflow

CODES = ["KER001", "KER003", "KER004", "KER005", "KER011", "KER508"]


@dataclass(frozen=True)
class Pair:
    """A line or program of old code, what the help says of it, and the same code afterwards.

    ``check`` is an expression that has to be true after the code has run.
    """

    before: str
    help: tuple[str, ...]
    after: str
    check: str


START = """\
import keras
import numpy as np
from keras import layers, optimizers

"""
PICTURES = "pictures = np.zeros((4, 28, 28, 1), 'float32')\n"

PAIRS = {
    "kernel by position": Pair(
        "layer = layers.Convolution2D(8, 3, 3, border_mode='same', activation='relu')",
        ("write padding='same', and make the kernel a tuple, (3, 3)", "kernel as a tuple, (3, 3)"),
        PICTURES + "layer = layers.Convolution2D(8, (3, 3), padding='same', activation='relu')",
        "layer(pictures).shape == (4, 28, 28, 8) and layer.strides == (1, 1)",
    ),
    "kernel by position, already renamed": Pair(
        "layer = layers.Conv2D(8, 5, 5, padding='same')",
        ("kernel as a tuple, (5, 5)",),
        PICTURES + "layer = layers.Conv2D(8, (5, 5), padding='same')",
        "layer(pictures).shape == (4, 28, 28, 8)",
    ),
    "rows and columns": Pair(
        "layer = layers.Conv2D(nb_filter=8, nb_row=3, nb_col=5)",
        ("write filters=8", "write kernel_size=(nb_row, nb_col)"),
        PICTURES + "layer = layers.Conv2D(filters=8, kernel_size=(3, 5))",
        "layer(pictures).shape == (4, 26, 24, 8)",
    ),
    "channels first": Pair(
        "layer = layers.Conv2D(8, (3, 3), dim_ordering='th')\n"
        "pool = layers.MaxPooling2D((2, 2), dim_ordering='th')",
        ("on a CPU, move the channels",),
        PICTURES + "model = keras.Sequential([\n"
        "    keras.Input((28, 28, 1)),\n"
        "    layers.Conv2D(8, (3, 3)),\n"
        "    layers.MaxPooling2D((2, 2)),\n"
        "    layers.Flatten(),\n"
        "    layers.Dense(2),\n"
        "])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(pictures, np.zeros((4, 2)), verbose=0)",
        "model.layers[2].output.shape == (None, 13 * 13 * 8)",
    ),
    "causal attention": Pair(
        "attend = layers.Attention(causal=True)",
        ("pass use_causal_mask=True when you call the layer",),
        "steps = np.random.rand(1, 4, 3).astype('float32')\n"
        "later = steps.copy()\n"
        "later[0, 3] = 9.0\n"
        "attend = layers.Attention()\n"
        "one, other = (attend([x, x], use_causal_mask=True) for x in (steps, later))",
        # What comes last changes nothing before it.
        "np.allclose(one[0, :3], other[0, :3]) and not np.allclose(one[0, 3], other[0, 3])",
    ),
    "grey pictures": Pair(
        "picture = keras.utils.load_img('grey.png', grayscale=True)",
        ('write color_mode="grayscale"',),
        "keras.utils.save_img('grey.png', np.zeros((4, 6, 3)))\n"
        'picture = keras.utils.load_img("grey.png", color_mode="grayscale")',
        "keras.utils.img_to_array(picture).shape == (4, 6, 1)",
    ),
    "two kernels": Pair(
        "layer = layers.SeparableConv2D(8, 3, kernel_initializer='zeros')",
        ("set depthwise_initializer= and pointwise_initializer=",),
        PICTURES + "layer = layers.SeparableConv2D(\n"
        "    8, 3, depthwise_initializer='zeros', pointwise_initializer='zeros'\n"
        ")\n"
        "layer.build(pictures.shape)",
        "all(not np.any(weight) for weight in layer.get_weights())",
    ),
    "one kernel of another name": Pair(
        "layer = layers.DepthwiseConv2D(3, kernel_initializer='ones')",
        ("write depthwise_initializer='ones'",),
        PICTURES + "layer = layers.DepthwiseConv2D(3, depthwise_initializer='ones')\n"
        "layer.build(pictures.shape)",
        "np.all(layer.get_weights()[0] == 1)",
    ),
    "an expression": Pair(
        "rate = 0.1\noptimizer = optimizers.SGD(lr=rate * 0.5)",
        ("write learning_rate=rate * 0.5",),
        "rate = 0.1\noptimizer = optimizers.SGD(learning_rate=rate * 0.5)",
        "abs(float(optimizer.learning_rate) - 0.05) < 1e-6",
    ),
    "a decay": Pair(
        "optimizer = optimizers.SGD(0.1, decay=1e-2)",
        ("use a schedule, such as keras.optimizers.schedules.InverseTimeDecay",),
        "rate = optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=1e-2)\n"
        "optimizer = optimizers.SGD(rate)",
        # What Keras 2 computed: lr / (1 + decay * iterations).
        "abs(float(rate(10)) - 0.1 / (1 + 1e-2 * 10)) < 1e-6",
    ),
    "a checkpoint after every epoch": Pair(
        "keep = keras.callbacks.ModelCheckpoint('kept.keras', period=1)",
        ('write save_freq="epoch"',),
        "keep = keras.callbacks.ModelCheckpoint('kept.keras', save_freq='epoch')",
        "keep.save_freq == 'epoch'",
    ),
    "less patience": Pair(
        "slower = keras.callbacks.ReduceLROnPlateau(epsilon=0.01)",
        ("write min_delta=0.01",),
        "slower = keras.callbacks.ReduceLROnPlateau(min_delta=0.01)",
        "slower.min_delta == 0.01",
    ),
    "the shape of the input": Pair(
        "layer = layers.LSTM(4, batch_input_shape=(2, 3, 5), stateful=True)",
        ("start the model with keras.Input(batch_shape=...)",),
        "model = keras.Sequential([keras.Input(batch_shape=(2, 3, 5)), "
        "layers.LSTM(4, stateful=True)])",
        "model.output_shape == (2, 4)",
    ),
    "start of the forget gate": Pair(
        "layer = layers.LSTM(4, forget_bias_init='one')",
        ("write unit_forget_bias=True",),
        "layer = layers.LSTM(4, unit_forget_bias=True)\nlayer.build((2, 3, 5))",
        "layer.get_weights()[2][4:8].tolist() == [1, 1, 1, 1]",
    ),
    "a generator": Pair(
        "model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit_generator(batches, samples_per_epoch=8, nb_epoch=2, max_q_size=1)",
        ("call fit()", "epochs= for nb_epoch=", "without max_q_size="),
        "def batches():\n"
        "    while True:\n"
        "        yield np.zeros((4, 2)), np.zeros((4, 1))\n"
        "model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "history = model.fit(batches(), steps_per_epoch=8 // 4, epochs=2, verbose=0)",
        "len(history.history['loss']) == 2",
    ),
    "one sigmoid": Pair(
        "model = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation='sigmoid')])\n"
        "classes = model.predict_classes(np.zeros((4, 2)))",
        ("(model.predict(x) > 0.5).astype('int32')",),
        "x = np.random.rand(4, 2)\n"
        "model = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation='sigmoid')])\n"
        "classes = (model.predict(x) > 0.5).astype('int32')",
        "classes.shape == (4, 1) and set(classes.ravel().tolist()) <= {0, 1}",
    ),
    "names as keys": Pair(
        "model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "model.fit(x, y, class_weight={'cat': 1.0, 'dog': 2.0})",
        ("use class numbers as keys",),
        "model = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('sgd', 'binary_crossentropy')\n"
        "x, y = np.zeros((4, 2)), np.array([0, 1, 0, 1])\n"
        "history = model.fit(x, y, class_weight={0: 1.0, 1: 3.0}, verbose=0)",
        # Untrained, every sample costs ln 2; the weights double that on average.
        "abs(history.history['loss'][0] - 2 * np.log(2)) < 1e-3",
    ),
}


def found(text: str, **settings: object) -> list[kerlint.Diagnostic]:
    return kerlint.lint_source(START + text + "\n", select=CODES, **settings)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_advice_followed(pair: Pair, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    if "load_img" in pair.before:
        pytest.importorskip("PIL")
    told = [(finding.help or "").replace("`", "") for finding in found(pair.before)]
    for words in pair.help:
        assert any(words in help for help in told), told
    assert not found(pair.after)
    names: dict[str, object] = {}
    keras.utils.set_random_seed(0)
    exec(START + pair.after, names)
    assert eval(pair.check, names), pair.check


# -- every name that the advice mentions ----------------------------------------------------------


def resolved(path: str) -> object:
    """What a dotted path names; raises when nothing is there."""
    root, *parts = path.split(".")
    value = importlib.import_module(root)
    for index, part in enumerate(parts):
        try:
            value = getattr(value, part)
        except AttributeError:
            value = importlib.import_module(".".join([root, *parts[: index + 1]]))
    return value


PATHS = re.compile(r"(?<![\w.])((?:tf|keras|tensorflow)(?:\.\w+)+)")


def mentioned(texts: Iterable[str]) -> set[str]:
    return {path for text in texts for path in PATHS.findall(text)}


def test_names_in_hand_written_advice_exist() -> None:
    texts = [text for pairs in facts.SUCCESSORS.values() for kind, text in pairs if kind == "3"]
    texts += [note for _, _, note in facts.ARGUMENTS.values()] + list(facts.DROPPED.values())
    texts += [note for _, note in facts.METHODS.values()]
    paths = mentioned(texts)
    assert len(paths) > 10
    for path in paths:
        resolved(path.replace("tf.", "tensorflow.", 1) if path.startswith("tf.") else path)


@pytest.mark.slow
def test_names_in_advice_on_keras_2_exist_there() -> None:
    pytest.importorskip("tf_keras")
    texts = [text for pairs in facts.SUCCESSORS.values() for kind, text in pairs if kind == "2"]
    lines = [re.sub(r"^keras\.", "tf.keras.", path) for path in sorted(mentioned(texts))]
    assert len(lines) > 5
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(["import tensorflow as tf", *lines])],
        env={**os.environ, "TF_USE_LEGACY_KERAS": "1", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


HOME = re.compile(r"import (?:(?P<names>[\w, ]+) )?from (?P<home>[\w.]+)")


@pytest.mark.parametrize("root", ["keras", "tensorflow.keras"])
def test_names_of_removed_modules_are_where_the_help_says(root: str) -> None:
    """For each name in each module that is gone: import it as the help says."""
    members = {**load("names_past")["modules"]}
    for module, names in load("names")["modules"].items():
        members[module] = {**members.get(module, {}), **names}
    moved = 0
    for module, names in members.items():
        old = root + module[len("keras") :]
        if removed_module(old, "3.15", member=True) is None:
            continue
        for name in names:
            for advice in _of_names([f"{old}.{name}"], "3.15"):
                advice = advice.replace("`", "")
                home = HOME.match(advice)
                new = re.search(r"(?:^use|^write) ([\w.]+\w)", advice)
                if home is not None:
                    for each in re.split(", | and ", home["names"] or name):
                        resolved(f"{home['home']}.{each}")
                        moved += 1
                elif new is not None and new[1].startswith(("keras.", "tensorflow.")):
                    resolved(new[1])
                    moved += 1
    assert moved > 1000


@pytest.mark.slow
def test_renamed_arguments_are_accepted_under_the_new_name() -> None:
    """Each class whose old argument is plainly renamed, built with the new name."""
    from kerlint.keras_api.generate.probe import Probe

    values = {
        **dict.fromkeys(("units", "filters", "kernel_size", "strides", "pool_size", "size"), 2),
        **dict.fromkeys(("dilation_rate", "num_tokens", "max_tokens"), 2),
        "padding": "same",
        "data_format": "channels_last",
        "rate": 0.5,
        "stddev": 0.5,
        "dropout": 0.5,
        "recurrent_dropout": 0.5,
        "target_shape": (4,),
        "use_bias": False,
        "recurrent_activation": "sigmoid",
        "learning_rate": 0.1,
        "negative_slope": 0.1,
        "min_delta": 0.1,
        "batch_shape": (2, 4),
        "shape": (4,),
        "name": "probe",
        "dtype": "float32",
    }
    probe = Probe(keras, "keras")
    built = 0
    for path in load("symbols"):
        for old in [*facts.RENAMES, *(argument for _, argument in facts.ARGUMENTS)]:
            rename = keras_api.renamed_argument(path, old)
            if rename is None or not rename.one_to_one or rename.name is None:
                continue
            if not any(old in named(path, release) for release in keras_api.RELEASES):
                continue
            try:
                target = resolved(path)
            except ImportError:
                continue
            if not isinstance(target, type):
                continue
            needed = probe.needed(path, target)
            if needed is None:
                continue
            new = rename.name
            value = values.get(new)
            if new.endswith("_initializer"):
                value = "zeros"
            if new in needed[1] and value is None:
                value = needed[1][new]
            arguments = {**needed[1], new: value}
            if new == "batch_shape":
                arguments.pop("shape", None)
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # the new name draws no warning either
                target(*needed[0], **arguments)
            built += 1
    assert built > 150
