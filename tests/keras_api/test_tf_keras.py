"""What is said of tf_keras, the Keras 2 that lives on, asked of the installed one."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kerlint import keras_api
from kerlint.keras_api.facts import METHODS
from kerlint.keras_api.store import load
from kerlint.rules.keywords import ArgumentStatus, fate
from kerlint.rules.successors import removed_module

HERE = Path(__file__).parent

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(
        importlib.util.find_spec("tf_keras") is None, reason="tf_keras is not installed"
    ),
]


@dataclass(frozen=True)
class Attempts:
    """One process with tf_keras: importing it takes longer than all that is tried in it."""

    version: str
    process: subprocess.Popen[str]

    def errors(self, expressions: list[str]) -> dict[str, str]:
        """The error of each expression; empty when it has none."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(expressions) + "\n")
        self.process.stdin.flush()
        return dict(zip(expressions, json.loads(self.process.stdout.readline()), strict=True))


@pytest.fixture(scope="module")
def attempts() -> Iterator[Attempts]:
    with subprocess.Popen(
        [sys.executable, str(HERE / "attempt.py"), "tf_keras"],
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield Attempts(json.loads(process.stdout.readline()), process)


REFUSED = {
    ("keras.layers.Dense", "init"): "k.layers.Dense(2, init='zeros')",
    ("keras.layers.Dense", "output_dim"): "k.layers.Dense(output_dim=2)",
    ("keras.layers.Dense", "W_regularizer"): "k.layers.Dense(2, W_regularizer=None)",
    ("keras.layers.Conv2D", "border_mode"): "k.layers.Conv2D(2, 3, border_mode='same')",
    ("keras.layers.Conv2D", "dim_ordering"): "k.layers.Conv2D(2, 3, dim_ordering='tf')",
    ("keras.layers.Conv2D", "nb_row"): "k.layers.Conv2D(2, nb_row=3, nb_col=3)",
    ("keras.layers.Dropout", "p"): "k.layers.Dropout(p=0.5)",
    ("keras.layers.LSTM", "dropout_W"): "k.layers.LSTM(2, dropout_W=0.1)",
    ("keras.layers.LSTM", "inner_activation"): "k.layers.LSTM(2, inner_activation='tanh')",
    ("keras.layers.Embedding", "dropout"): "k.layers.Embedding(2, 2, dropout=0.1)",
    ("keras.layers.BatchNormalization", "mode"): "k.layers.BatchNormalization(mode=0)",
    ("keras.Model", "input"): "k.Model(input=model().inputs, output=model().outputs)",
    ("keras.optimizers.SGD", "decay"): "k.optimizers.SGD(decay=0.01)",
    ("keras.optimizers.Adam", "decay"): "k.optimizers.Adam(decay=0.0)",
    ("keras.optimizers.Nadam", "schedule_decay"): "k.optimizers.Nadam(schedule_decay=0.004)",
    ("keras.Model.fit", "nb_epoch"): "model().fit(x, y, nb_epoch=1, verbose=0)",
    ("keras.Model.fit", "show_accuracy"): "model().fit(x, y, show_accuracy=True)",
    ("keras.Model.fit_generator", "nb_epoch"): "model().fit_generator(iter([(x, y)]), nb_epoch=1)",
    ("keras.Model.compile", "class_mode"): "model().compile('sgd', 'mse', class_mode='binary')",
    ("keras.utils.to_categorical", "nb_classes"): "k.utils.to_categorical([1], nb_classes=2)",
}
NEVER = {
    ("keras.Model.compile", "losses"): "model().compile(losses='mse')",
    ("keras.Model.compile", "metric"): "model().compile('sgd', 'mse', metric=['mae'])",
    ("keras.Model.fit", "validation"): "model().fit(x, y, validation=(x, y))",
    ("keras.layers.Dense", "activaton"): "k.layers.Dense(2, activaton='relu')",
    ("keras.optimizers.Adam", "learningrate"): "k.optimizers.Adam(learningrate=0.1)",
    ("keras.Model.evaluate", "epochs"): "model().evaluate(x, y, epochs=1)",
}
ACCEPTED = {
    ("keras.optimizers.Adam", "lr"): "k.optimizers.Adam(lr=0.1)",
    ("keras.optimizers.legacy.SGD", "decay"): "k.optimizers.legacy.SGD(decay=0.1)",
    ("keras.layers.Dense", "batch_input_shape"): "k.layers.Dense(2, batch_input_shape=(2, 3))",
    ("keras.layers.Dense", "weights"): "k.layers.Dense(2, weights=None)",
    ("keras.layers.LeakyReLU", "alpha"): "k.layers.LeakyReLU(alpha=0.1)",
    ("keras.layers.LSTM", "time_major"): "k.layers.LSTM(2, time_major=True)",
    ("keras.layers.Embedding", "input_length"): "k.layers.Embedding(2, 2, input_length=3)",
    ("keras.layers.BatchNormalization", "fused"): "k.layers.BatchNormalization(fused=False)",
    ("keras.Input", "batch_input_shape"): "k.Input(batch_input_shape=(2, 3))",
    ("keras.callbacks.ReduceLROnPlateau", "epsilon"): "k.callbacks.ReduceLROnPlateau(epsilon=0.1)",
    ("keras.callbacks.ModelCheckpoint", "period"): "k.callbacks.ModelCheckpoint('m', period=2)",
    ("keras.callbacks.TensorBoard", "write_grads"): "k.callbacks.TensorBoard(write_grads=True)",
    ("keras.Model.fit", "workers"): "model().fit(x, y, workers=1, verbose=0)",
    ("keras.Model.evaluate", "workers"): "model().evaluate(x, y, workers=1, verbose=0)",
    ("keras.Model.compile", "sample_weight_mode"): (
        "model().compile('sgd', 'mse', sample_weight_mode=None)"
    ),
    # What the format of the file decides is not refused.
    ("keras.Model.save", "include_optimizer"): (
        "import os, tempfile\n"
        "model().save(os.path.join(tempfile.mkdtemp(), 'm.h5'), include_optimizer=False)"
    ),
    ("keras.Model.save", "save_traces"): (
        "import os, tempfile\n"
        "model().save(os.path.join(tempfile.mkdtemp(), 'm'), save_traces=False)"
    ),
}


def test_arguments(attempts: Attempts) -> None:
    cases = {**REFUSED, **NEVER, **ACCEPTED}
    version = ".".join(attempts.version.split(".")[:2])
    assert keras_api.version_name("2") == f"tf_keras {version}"
    errors = attempts.errors(list(cases.values()))
    for (callee, argument), expression in cases.items():
        found = fate(callee, argument, "2")
        if (callee, argument) in ACCEPTED:
            assert not errors[expression], expression
            assert found in (ArgumentStatus.TAKEN, ArgumentStatus.UNKNOWN), expression
        else:
            assert errors[expression], expression
            expected = (
                ArgumentStatus.GONE if (callee, argument) in REFUSED else ArgumentStatus.NEVER
            )
            assert found is expected, (callee, argument, found)


def test_removed_modules_cannot_be_imported(attempts: Attempts) -> None:
    inner = {*load("names")["modules"], *load("names_past")["modules"]}
    gone = {removed_module("tf_" + name, "2", member=True) for name in inner} - {None}
    assert len(gone) > 100
    assert {"tf_keras.layers.core", "tf_keras.utils.np_utils", "tf_keras.engine"} <= gone
    expressions = [f"import importlib; importlib.import_module({name!r})" for name in sorted(gone)]
    errors = attempts.errors(expressions)
    assert not [name for name, error in errors.items() if "ModuleNotFoundError" not in error]


def test_removed_methods_are_gone(attempts: Attempts) -> None:
    methods = {}
    for full in METHODS:
        owner, _, method = full.rpartition(".")
        removed = keras_api.removed_method(full)
        assert removed is not None
        if "2" not in removed.releases and keras_api.exists(owner, "2"):
            methods[f"k{owner[len('keras') :]}.{method}"] = full
    assert "k.Sequential.predict_classes" in methods
    assert "k.Model.fit_generator" not in methods
    errors = attempts.errors([*methods, "model().to_yaml()"])
    assert all(error for error in errors.values()), errors


def test_convolutions_take_strides_in_the_third_place(attempts: Attempts) -> None:
    right = [
        "assert k.layers.Conv2D(8, 3, 3).strides == (3, 3)",
        "assert k.layers.Convolution2D(8, 5, 5).strides == (5, 5)",
        "assert k.layers.SeparableConv2D(8, 3, 3).strides == (3, 3)",
    ]
    errors = attempts.errors([*right, "k.layers.Conv3D(8, 3, 3, 3)"])
    assert not any(errors[text] for text in right)
    assert errors["k.layers.Conv3D(8, 3, 3, 3)"]
