"""The data against the installed Keras: are they still true?"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kerlint import keras_api
from kerlint.keras_api.signatures import _decode, _written
from kerlint.keras_api.store import load

HERE = Path(__file__).parent


def _installed() -> str | None:
    try:
        version = importlib.metadata.version("keras")
    except importlib.metadata.PackageNotFoundError:
        return None
    return ".".join(version.split(".")[:2])


RELEASE = _installed()


@pytest.fixture(scope="module")
def keras() -> dict[str, Any]:
    if RELEASE is None or not RELEASE.startswith("3."):
        pytest.skip("Keras 3 is not installed")
    environment = {
        **os.environ,
        "PYTHONPATH": str(HERE.parents[1]),
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run(
        [sys.executable, str(HERE / "construct.py")],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_the_data_are_not_older_than_the_installed_keras() -> None:
    if RELEASE is None:
        pytest.skip("Keras is not installed")
    newest = tuple(map(int, keras_api.LATEST.split(".")))
    assert tuple(map(int, RELEASE.split("."))) <= newest, (
        "the data are stale: run python -m kerlint.keras_api.generate"
    )


def _measured() -> str:
    if RELEASE not in keras_api.RELEASES:
        pytest.skip(f"Keras {RELEASE} is not in the data")
    return RELEASE


@pytest.mark.parametrize("package", ["keras", "tensorflow.keras"])
def test_names_are_those_of_the_installed_release(keras: dict[str, Any], package: str) -> None:
    release = _measured()
    tree = keras["observed"]["trees"][package]
    shown = {f"{module}.{name}" for module, names in tree.items() for name in names}
    data = load("names")
    slot = data["packages"].index(package)
    written = {
        f"{module}.{name}"
        for module, names in data["modules"].items()
        for name, entry in names.items()
        if release in data["spans"][entry if isinstance(entry, int) else entry[0]][slot]
    }
    assert written == shown
    root = package[: -len("keras")]
    assert all(keras_api.exists(root + path, release) for path in shown)


def test_canonical_names_are_those_of_the_newest_release(keras: dict[str, Any]) -> None:
    if _measured() != keras_api.LATEST:
        pytest.skip("an older release does not decide on names")
    for tree in keras["observed"]["trees"].values():
        for module, names in tree.items():
            for name, key in names.items():
                located = keras_api.locate(f"{module}.{name}")
                assert located is not None
                assert located.name == key


def test_signatures_are_those_of_the_installed_release(keras: dict[str, Any]) -> None:
    release = _measured()
    compared = 0
    for key, data in keras["observed"]["objects"].items():
        located = keras_api.locate(key)
        if data["signature"] is None or located is None or located.name != key:
            continue
        written = _written(key, release)
        assert written is not None, key
        assert _decode(written) == _decode(data["signature"]), key
        compared += 1
    assert compared > 800


def test_methods_are_those_of_the_installed_release(keras: dict[str, Any]) -> None:
    release = _measured()
    for owner in ("keras.Model", "keras.Sequential", "keras.layers.Layer", "keras.layers.LSTM"):
        for method, expected in keras["observed"]["objects"][owner]["methods"].items():
            written = _written(f"{owner}.{method}", release)
            if written is not None:
                assert _decode(written) == _decode(expected), f"{owner}.{method}"


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize(("package", "release"), [("keras", keras_api.LATEST), ("tf_keras", "2")])
def test_every_method_of_every_class_is_known(package: str, release: str) -> None:
    """Inherited methods too: as Python finds them, whatever the bases in the data are."""
    if importlib.util.find_spec(package) is None or (package == "keras" and release != RELEASE):
        pytest.skip(f"{package} {release} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "kerlint.keras_api.generate.observe", package],
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    wrong = []
    compared = 0
    for key, data in json.loads(done.stdout)["objects"].items():
        located = keras_api.locate(key)
        if located is None or located.name is None:
            continue
        if package == "tf_keras" and ".legacy." in key or located.name != key:
            continue
        if key.startswith("keras.wrappers.SKLearn"):
            continue  # what they inherit depends on whether scikit-learn is installed
        for method, shown in data["reachable"].items():
            found = keras_api.signature(f"{key}.{method}", release)
            if found is None or found.params != _decode(shown):
                wrong.append(f"{key}.{method}")
            compared += 1
    assert compared > 5000
    assert not wrong, f"{len(wrong)} wrong: {wrong[:20]}"


def test_strings_are_those_of_the_installed_release(keras: dict[str, Any]) -> None:
    release = _measured()
    for module, texts in keras["observed"]["strings"].items():
        for text, key in texts.items():
            if key == "keras.initializers.STFT":
                continue  # only where SciPy is installed, which it was not for the measurement
            if module != "metrics" or text not in ("accuracy", "acc"):
                assert keras_api.resolve_string(module, text, release) == key, (module, text)


def test_outcomes_by_construction(keras: dict[str, Any]) -> None:
    if _measured() != keras_api.LATEST:
        pytest.skip("outcomes are those of the newest release")
    assert len(keras["tried"]) > 25
    for case, (happened, message) in keras["tried"].items():
        name, argument = case.split()
        if argument == "call":
            assert happened == "raises"
            continue
        outcome = keras_api.outcome(name, argument)
        assert outcome is not None, case
        expected = {"ok": "silent", "ignored": "silent"}.get(outcome.word, outcome.word)
        assert happened == expected, (case, outcome, message)
        if happened == "warns":
            assert outcome.message in message


def test_the_silent_outcomes_are_told_apart(keras: dict[str, Any]) -> None:
    facts = keras["facts"]
    assert keras_api.outcome("keras.callbacks.ReduceLROnPlateau", "epsilon") == keras_api.Outcome(
        "ignored"
    )
    assert facts["plateau_min_delta"] != 0.5
    batch_shape = keras_api.outcome("keras.layers.InputLayer", "batch_input_shape")
    assert batch_shape == keras_api.Outcome("ok")
    assert facts["layer_batch_shape"] == [2, 4]


def test_data_files_are_in_order() -> None:
    names = load("names")
    assert tuple(names["releases"]) == keras_api.RELEASES
    for file in ("names", "names_past", "names_private"):
        modules = load(file)["modules"]
        assert list(modules) == sorted(modules)
    for file in ("symbols", "signatures", "signatures_past", "strings"):
        assert list(load(file)) == sorted(load(file))
    known = set(load("symbols"))
    for name, (kind, bases, is_class) in load("symbols").items():
        assert kind
        assert is_class in (0, 1)
        assert set(bases) <= known, name
    for versions in load("signatures_past").values():
        releases = [release for found, _ in versions for release in found]
        assert len(releases) == len(set(releases))
        assert set(releases) <= set(keras_api.RELEASES)
    for name, versions in load("kwargs")["accepted"].items():
        for number, _ in versions:
            assert 0 <= number < len(load("kwargs")["sets"]), name
