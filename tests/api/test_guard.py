"""``kerlint.Guard`` in real trainings, with Keras and with tf_keras."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import pytest

import kerlint

HERE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def np(keras):
    return pytest.importorskip("numpy")


@pytest.fixture
def model(keras):
    """A model with KER101 at the layer `out`, and KER301 at the one before it."""

    def made(library=keras, activation="softmax", hidden=None):
        layers = library.layers
        built = library.Sequential(
            [
                layers.InputLayer((4,)),
                layers.Dense(8, activation=hidden),
                layers.Dense(1, activation=activation, name="out"),
            ]
        )
        built.compile(loss="mse", optimizer="adam")
        return built

    return made


@pytest.fixture
def fit(np):
    """Train a model with a guard; returns what was warned, and how many epochs there were."""

    def run(model, guard, **more):
        data = {"x": np.ones((8, 4)), "y": np.linspace(0.0, 3.0, 8), "verbose": 0, **more}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            history = model.fit(**data, callbacks=[guard])  # the line that is warned of
        found = [each for each in caught if issubclass(each.category, kerlint.GuardWarning)]
        return found, len(history.epoch)

    return run


def test_findings_are_a_warning(model, fit):
    guard = kerlint.Guard()
    assert guard.findings == []
    (warning,), epochs = fit(model(), guard, epochs=2)
    assert epochs == 2
    lines = str(warning.message).splitlines()
    assert lines[0] == "kerlint found 1 error and 1 warning in this model:"
    assert lines[1].startswith("  warning KER301 layer `")
    assert lines[2].startswith("      help: ")
    assert lines[3].startswith("  error KER101 layer `out`: softmax over a single unit")
    with open(__file__, encoding="utf-8") as file:
        assert "the line that is warned of" in file.read().splitlines()[warning.lineno - 1]
    assert warning.filename == __file__
    assert [each.code for each in guard.findings] == ["KER301", "KER101"]
    assert "<table" in guard.findings._repr_html_()


def test_each_thing_is_told_once(model, fit):
    guard = kerlint.Guard()
    wrong, other = model(), model(activation=None)
    assert [len(fit(wrong, guard)[0]) for _ in range(3)] == [1, 0, 0]
    assert len(fit(other, guard)[0]) == 1
    assert [each.code for each in guard.findings] == ["KER301"]
    assert len(fit(wrong, guard)[0]) == 1


def test_nothing_found_is_nothing_said(model, fit):
    guard = kerlint.Guard(action="raise", fail_on="info")
    assert fit(model(activation=None, hidden="relu"), guard) == ([], 1)
    assert guard.findings == []


def test_raising(model, fit):
    guard = kerlint.Guard(action="raise")
    built = model()
    with pytest.raises(kerlint.GuardError) as caught:
        fit(built, guard)
    error = caught.value
    assert str(error).startswith(
        "kerlint found 1 error and 1 warning in this model, so it was not trained:\n  "
    )
    assert error.findings == guard.findings
    assert type(error.findings) is kerlint.Findings
    assert int(built.optimizer.iterations.numpy()) == 0
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.findings) == (str(error), error.findings)


@pytest.mark.parametrize("level", ["error", kerlint.Severity.ERROR, "ERROR"])
def test_raising_for_errors_only(model, fit, level):
    guard = kerlint.Guard(action="raise", fail_on=level)
    (warning,), epochs = fit(model(activation=None), guard)
    assert "KER301" in str(warning.message)
    assert epochs == 1
    with pytest.raises(kerlint.GuardError):
        fit(model(), guard)


def test_settings(model, fit):
    assert fit(model(), kerlint.Guard(ignore=["KER101", "KER301"])) == ([], 1)
    (warning,), _ = fit(model(), kerlint.Guard(select=["KER301"], severity={"KER301": "error"}))
    assert str(warning.message).startswith("kerlint found 1 error in this model:\n  error KER301")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"selct": ["KER1"]}, "settings: unknown key 'selct'; did you mean 'select'?"),
        ({"select": ["KER9999"]}, "settings: select: unknown rule 'KER9999'"),
        ({"select": 3}, "settings: select must be a list of strings"),
        ({"action": "stop"}, 'action must be "warn" or "raise", not \'stop\''),
        ({"fail_on": "fatal"}, 'fail_on must be "error", "warning" or "info", not \'fatal\''),
        ({"fail_on": 7}, 'fail_on must be "error", "warning" or "info", not 7'),
    ],
)
def test_wrong_options_are_said_at_once(keras, wrong, problem):
    with pytest.raises(kerlint.SettingsError) as caught:
        kerlint.Guard(**wrong)
    assert str(caught.value) == problem


def test_samples(model, fit, np):
    x, y = np.ones((64, 5)), np.linspace(0.0, 3.0, 64)
    (warning,), epochs = fit(model(activation=None, hidden="relu"), kerlint.Guard(x=x, y=y))
    assert epochs == 1
    assert "KER5" in str(warning.message)  # the samples have another shape than the model takes


def test_a_failure_of_kerlint_is_one_warning(model, fit, monkeypatch):
    def fail(*_, **__):
        raise RecursionError("too\ndeep")

    monkeypatch.setattr("kerlint.live.findings_in_model", fail)
    (warning,), epochs = fit(model(), kerlint.Guard(action="raise"))
    assert epochs == 1
    assert str(warning.message) == "kerlint could not check this model: RecursionError: too deep"
    monkeypatch.setenv("KERLINT_DEBUG", "1")
    with pytest.raises(RecursionError):
        fit(model(), kerlint.Guard())


def test_samples_that_cannot_be_used_are_one_warning(model, fit):
    (warning,), epochs = fit(model(), kerlint.Guard(x="abc", y=3))
    assert epochs == 1
    assert str(warning.message).startswith("kerlint could not check this model: ")


def test_a_model_whose_call_is_the_users_own(keras, fit):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.out = keras.layers.Dense(1, activation="softmax")

        def call(self, inputs):
            return self.out(inputs)

    built = Own()
    built.compile(loss="mse", optimizer="adam")
    guard = kerlint.Guard()
    found, epochs = fit(built, guard)
    assert epochs == 1
    assert not any("checked in parts" in str(each.message) for each in found)


def test_it_is_a_callback(keras, model, fit):
    guard = kerlint.Guard(ignore=["KER301"])
    assert isinstance(guard, keras.callbacks.Callback)
    assert isinstance(guard, kerlint.Guard)
    assert type(guard) is type(kerlint.Guard())
    fit(model(), guard)
    for again in (copy.deepcopy(guard), pickle.loads(pickle.dumps(guard))):
        assert type(again) is type(guard)
        assert again.findings == guard.findings
        assert again.model is None
        assert fit(model(), again) == ([], 1)
    assert guard.model is not None
    keras.callbacks.CallbackList([guard], model=model())


def test_it_can_be_subclassed(keras, model, fit):
    class Strict(kerlint.Guard):
        def __init__(self, note):
            super().__init__(action="raise")
            self.note = note

        def on_train_end(self, logs=None):
            self.note = "trained"

    guard = Strict("made")
    assert isinstance(guard, (Strict, keras.callbacks.Callback))
    with pytest.raises(kerlint.GuardError):
        fit(model(), guard)
    again = copy.deepcopy(guard)
    assert (type(again), again.note) == (type(guard), "made")
    fit(model(activation=None, hidden="relu"), again)
    assert again.note == "trained"


@pytest.mark.slow
def test_with_tf_keras(model, fit):
    library = pytest.importorskip("tf_keras")
    guard = kerlint.Guard()
    assert isinstance(guard, library.callbacks.Callback)
    (warning,), epochs = fit(model(library), guard)
    assert epochs == 1
    assert "KER101" in str(warning.message)
    (warning,), _ = fit(model(), kerlint.Guard())
    assert "KER101" in str(warning.message)
    assert copy.deepcopy(guard).findings == guard.findings


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("library", ["keras", "tf_keras"])
def test_one_library_only(library):
    pytest.importorskip(library)
    program = textwrap.dedent(
        f"""
        import sys, warnings
        import kerlint

        kerlint.Guard
        assert not {{"keras", "tf_keras", "tensorflow"}} & set(sys.modules)
        guard = kerlint.Guard()  # before the program imports Keras
        import {library} as keras
        assert isinstance(guard, keras.callbacks.Callback)
        assert [each.__module__.partition(".")[0] for each in type(guard).__mro__][2:] == [
            "{library}", "builtins"
        ], type(guard).__mro__
        model = keras.Sequential([keras.layers.InputLayer((4,)), keras.layers.Dense(1, "softmax")])
        model.compile(loss="mse")
        import numpy as np
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0, callbacks=[guard])
        assert any("KER101" in str(each.message) for each in caught)
        """
    )
    legacy = {"TF_USE_LEGACY_KERAS": "1"} if library == "tf_keras" else {}
    env = {**os.environ, "PYTHONPATH": str(HERE), "TF_CPP_MIN_LOG_LEVEL": "3", **legacy}
    subprocess.run([sys.executable, "-c", program], env=env, check=True)


def test_without_keras():
    program = textwrap.dedent(
        """
        import sys
        sys.modules["keras"] = None  # as if it were not installed
        import kerlint
        try:
            kerlint.Guard()
        except ImportError as error:
            assert str(error).startswith("kerlint.Guard needs Keras: "), error
        else:
            raise AssertionError
        """
    )
    env = {**os.environ, "PYTHONPATH": str(HERE)}
    subprocess.run([sys.executable, "-c", program], env=env, check=True)
