"""What Keras says about the bad example of each rule, and what the experiments measure on it.

    python -m tests.rules.measure [CODE ...]

Writes `kerlint/rules/measured.json`, from which the page of all rules is made, and keeps what is
there about codes that are not named. Takes some minutes, and needs TensorFlow.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import re
import signal
import sys
import tempfile
import types
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

from examples import snippets, whole

from kerlint.catalogue.codes import catalogue
from kerlint.catalogue.entry import Entry
from kerlint.config.settings import combine
from kerlint.execute.prove import Prover
from kerlint.rules import all_rules
from kerlint.rules.catalogue_page import MEASURED
from kerlint.rules.generate import write
from kerlint.run import engine
from kerlint.sources.source import Source

SECONDS = 90  # for one example
# What the example needs and is not there, so that it says nothing about the rule.
_OF_THE_SURROUNDINGS = ("FileNotFoundError", "URLError", "ModuleNotFoundError", "NameError")
_SHAPES = {
    "mnist": ((28, 28), 10),
    "fashion_mnist": ((28, 28), 10),
    "cifar10": ((32, 32, 3), 10),
    "cifar100": ((32, 32, 3), 100),
}


def main() -> None:
    import keras

    _without_network(keras)
    old = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    known = {entry.code for entry in catalogue()}
    examples = {code: it for code, it in old.get("examples", {}).items() if code in known}
    with Prover(seconds=SECONDS) as prover:
        for entry in catalogue():
            if not sys.argv[1:] or entry.code in sys.argv[1:]:
                examples[entry.code] = _measured(entry, prover)
                print(entry.code, json.dumps(examples[entry.code]), flush=True)
    packages = f"Keras {keras.__version__} and TensorFlow {version('tensorflow')}"
    found = {"versions": packages, "examples": dict(sorted(examples.items()))}
    MEASURED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write()


def _measured(entry: Entry, prover: Prover) -> dict[str, str]:
    code = whole(snippets(entry.text, "Bad"))
    found = {"keras": _in_a_process(code)}
    if any(rule.code == entry.code and rule.experiments for rule in all_rules()):
        settings = combine("/", [engine.from_keywords({"extend_select": [entry.code]})])
        source = Source("example.py", code)
        outcome = engine.lint_source(source, code.encode(), settings, prover=prover)
        for finding in outcome.diagnostics:
            if finding.code == entry.code and finding.verdict == "confirmed":
                found["evidence"] = finding.evidence or ""
                break
    return {name: value for name, value in found.items() if value}


def _in_a_process(code: str) -> str:
    """What Keras does with a program, in a process of its own; empty when that is not known."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_run, args=(code, there))
    process.start()
    there.close()
    try:
        return str(here.recv()) if here.poll(SECONDS) else ""
    except EOFError:
        return ""
    finally:
        process.kill()
        process.join()


def _run(code: str, answer: Connection) -> None:
    import keras

    signal.alarm(SECONDS)
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        os.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                exec(compile(code, "example", "exec"), names)
                trained = _train(keras, names)
            except BaseException as error:
                answer.send(_of_error(error))
                return
    said = [str(each.message) for each in warned if _is_of_keras(each)]
    if said:
        answer.send(f"it warns: `{_in_a_line(said[0])}`")
    else:
        answer.send("nothing, and the model trains" if trained else "nothing")


def _train(keras: types.ModuleType, names: dict[str, Any]) -> bool:
    """Whether the models of an example are trained; fits the last one if it is only compiled."""
    import numpy as np

    models = [each for each in names.values() if isinstance(each, keras.Model) and each.compiled]
    if any(getattr(model, "history", None) is not None for model in models):
        return True
    if not models or not models[-1].built or not hasattr(models[-1], "inputs"):
        return False
    model = models[-1]
    shapes = [(32, *(size or 4 for size in tensor.shape[1:])) for tensor in model.inputs]
    arrays = [np.ones(shape, "float32") for shape in shapes]
    x = arrays if len(arrays) > 1 else arrays[0]
    y = model.predict(x, verbose=0)
    if "sparse" in str(getattr(model.loss, "name", model.loss)):
        y = y.argmax(axis=-1)
    model.fit(x, y, verbose=0)
    return True


def _of_error(error: BaseException) -> str:
    kind = type(error).__name__
    if kind in _OF_THE_SURROUNDINGS and "keras" not in str(error).lower():
        return ""
    if not isinstance(error, Exception) or str(error).startswith(_NOT_INSTALLED):
        return ""
    return f"it raises `{kind}: {_in_a_line(str(error))}`"


_NOT_INSTALLED = ("URL fetch failure", "Could not import PIL")
# What says only where something happened.
_EMPTY = ("Graph execution error:", "Exception encountered when calling", "Detected at node")


def _in_a_line(text: str) -> str:
    """The first line of a message that says what is wrong."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith((*_EMPTY, "File "))] or lines or [""]
    plain = [line for line in lines if not line.startswith("[[")] or lines
    found = plain[-1] if text.startswith(_EMPTY[0]) else lines[0]
    found = re.sub(r"\s*\(/[^)]*\)|\s+at 0x[0-9a-f]+", "", found).replace("`", "'")
    return found if len(found) <= 160 else found[:157] + "..."


def _is_of_keras(warned: warnings.WarningMessage) -> bool:
    return "keras" in warned.filename and warned.category is not DeprecationWarning


def _without_network(keras: types.ModuleType) -> None:
    """Data of the right shape in place of what would be downloaded."""
    import numpy as np

    random = np.random.default_rng(0)

    def images(shape: tuple[int, ...], classes: int) -> Iterator[tuple[Any, Any]]:
        column = (1,) if len(shape) == 3 else ()
        for number in (512, 128):
            pixels = random.integers(0, 256, (number, *shape)).astype("uint8")
            yield pixels, random.integers(0, classes, (number, *column)).astype("uint8")

    def texts() -> Iterator[tuple[Any, Any]]:
        for number in (256, 64):
            rows = [
                random.integers(1, 999, int(random.integers(5, 40))).tolist() for _ in range(number)
            ]
            yield np.array(rows, dtype=object), random.integers(0, 2, number)

    for name, (shape, classes) in _SHAPES.items():
        module = getattr(keras.datasets, name)
        module.load_data = lambda *_, s=shape, c=classes, **__: tuple(images(s, c))
    keras.datasets.imdb.load_data = lambda *_, **__: tuple(texts())
    keras.datasets.california_housing.load_data = lambda *_, **__: tuple(
        (random.normal(size=(n, 8)), random.uniform(15e3, 5e5, n)) for n in (256, 64)
    )


if __name__ == "__main__":
    main()
