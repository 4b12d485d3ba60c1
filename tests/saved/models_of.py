"""Run programs with Keras and save the models that they build; a process of its own does this.

Statements that fail, for want of data, are passed over, and nothing is trained. The programs are
fixtures of this repository.

    python models_of.py FOLDER PROGRAM...   # prints one JSON object for each program
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
SECONDS = 20  # for one statement
MOST_WEIGHTS = 20_000_000

import keras  # noqa: E402
import numpy as np  # noqa: E402

import kerlint  # noqa: E402
from kerlint.saved.rules import ARCHITECTURE, FRESH  # noqa: E402

made: dict[int, tuple[Any, int]] = {}  # layers by id, with the row that made them
compiled: list[Any] = []
program = ""


# What a program changes in Keras must not be there for the next one.
_CHANGING = re.compile(r"^\s*(?:keras|layers|L|tf|np|K)\.[\w.]+ = |setattr\(", re.MULTILINE)


class Absent(Exception):
    pass


def absent(*args: Any, **kwargs: Any) -> Any:
    raise Absent


def row_of_program() -> int:
    """The row of the program that is being executed, the innermost one."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == program:
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return 0


def watch() -> None:
    """Note layers and models as they are made, and let nobody train, download or ask."""
    new = keras.layers.Layer.__new__

    def noted(cls: type, *args: Any, **kwargs: Any) -> Any:
        layer = new(cls, *args, **kwargs)
        made[id(layer)] = layer, row_of_program()
        return layer

    keras.layers.Layer.__new__ = noted
    keras_compile = keras.Model.compile

    def compile(self: Any, *args: Any, **kwargs: Any) -> None:
        keras_compile(self, *args, **kwargs)
        compiled.append(self)

    keras.Model.compile = compile
    for name in ("fit", "evaluate", "predict", "train_on_batch", "save", "save_weights"):
        setattr(keras.Model, name, absent)
    keras.utils.get_file = absent
    keras.saving.load_model = keras.models.load_model = absent
    for module in (keras.datasets.mnist, keras.datasets.cifar10, keras.datasets.imdb):
        module.load_data = absent


def run(path: str) -> dict[str, Any]:
    """Execute a program, statement by statement."""
    global program
    program = path
    made.clear()
    compiled.clear()
    text = Path(path).read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": "__main__", "__file__": path}
    statements: list[ast.stmt] = []
    with contextlib.suppress(SyntaxError):
        statements = ast.parse(text).body
    for statement in statements:
        code = compile(ast.Module([statement], []), path, "exec")
        signal.alarm(SECONDS)
        with contextlib.suppress(BaseException):
            exec(code, names)
        signal.alarm(0)
    return names


def models(names: dict[str, Any]) -> list[Any]:
    found = {id(each): each for each in compiled}
    for value in names.values():
        if isinstance(value, keras.Model):
            found[id(value)] = value
    inner = {id(layer) for model in found.values() for layer in all_layers(model)}
    return [
        model
        for key, model in found.items()
        if key not in inner or getattr(model, "optimizer", None)
    ]


def all_layers(model: Any) -> list[Any]:
    found = []
    waiting = [model]
    while waiting:
        layer = waiting.pop()
        within = [*(getattr(layer, "layers", None) or ())]
        within += [
            getattr(layer, name) for name in ("layer", "forward_layer") if hasattr(layer, name)
        ]
        found += within
        waiting += within
    return found


def rows_of(model: Any, prefix: str = "") -> dict[str, int]:
    rows = {}
    for layer in model.layers:
        rows[prefix + layer.name] = made.get(id(layer), (None, 0))[1]
        if getattr(layer, "layers", None):
            rows.update(rows_of(layer, f"{prefix}{layer.name}/"))
    return rows


def within_rows(model: Any) -> dict[str, int]:
    return {layer.name: made.get(id(layer), (None, 0))[1] for layer in all_layers(model)}


def saved(model: Any, folder: Path, stem: str) -> dict[str, Any]:
    """Save a model in each form, and lint it as it is."""
    it: dict[str, Any] = {
        "kind": type(model).__name__,
        "rows": rows_of(model),
        "files": {},
        "compiled": getattr(model, "optimizer", None) is not None,
    }
    for suffix in (".keras", ".h5"):
        path = str(folder / f"{stem}{suffix}")
        try:
            keras.saving.save_model(model, path)
            it["files"][suffix] = path
        except BaseException as error:
            it.setdefault("unsaved", {})[suffix] = repr(error)[:200]
    with contextlib.suppress(BaseException):
        path = str(folder / f"{stem}.json")
        Path(path).write_text(model.to_json(), encoding="utf-8")
        it["files"][".json"] = path
    try:
        found = kerlint.lint_model(model, select=sorted(ARCHITECTURE | FRESH))
        it["live"] = [[each.code, each.layer] for each in found]
    except Exception as error:
        it["live"] = f"{type(error).__name__}: {error}"
    return it


def main(folder: str, programs: list[str]) -> None:
    out = sys.stdout
    sys.argv = sys.argv[:1]
    warnings.simplefilter("ignore")
    watch()
    os.chdir(folder)
    np.seterr(all="ignore")
    signal.signal(signal.SIGALRM, absent)
    changing = {
        path: bool(_CHANGING.search(Path(path).read_text(encoding="utf-8"))) for path in programs
    }
    # These first: a process that has computed with TensorFlow cannot be forked.
    for number, path in enumerate(sorted(programs, key=lambda path: not changing[path])):
        alone = changing[path]
        if alone and (child := os.fork()) != 0:
            os.waitpid(child, 0)
            continue
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            keras.config.set_floatx("float32")
            keras.config.set_dtype_policy("float32")
            keras.config.set_image_data_format("channels_last")
            names = run(path)
            found = []
            for place, model in enumerate(models(names)):
                if getattr(model, "built", False) and model.count_params() > MOST_WEIGHTS:
                    continue
                found.append(saved(model, Path(folder), f"{number}_{place}"))
        print(json.dumps({"program": path, "models": found}), file=out, flush=True)
        if alone:
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
