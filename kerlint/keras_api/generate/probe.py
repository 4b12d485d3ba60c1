"""Tries keyword arguments on one installed Keras and writes down what each of them does.

Runs in a process of its own: ``python -m kerlint.keras_api.generate.probe keras|tf_keras FILE``.
The file holds JSON: object path -> keyword arguments to try.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import inspect
import io
import json
import logging
import os
import re
import sys
import tempfile
import textwrap
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np

NOBODY = "zzz_no_such_argument"  # what is accepted although nobody ever took it is swallowed

# Values to try an argument with, by its name; anything else gets 1.
_VALUES: dict[str, Any] = {
    "activity_regularizer": None,
    "autocast": True,
    "batch_input_shape": (2, 4, 4),
    "batch_shape": (2, 4, 4),
    "batch_size": 2,
    "border_mode": "same",
    "bias": True,
    "data_format": "channels_last",
    "decay": 1e-3,
    "dim_ordering": "tf",
    "dtype": "float32",
    "dynamic": False,
    "dtype_policy": "float32",
    "epsilon": 1e-4,
    "experimental_autocast": True,
    "forget_bias_init": "one",
    "global_clipnorm": 1.0,
    "clipnorm": 1.0,
    "clipvalue": 1.0,
    "init": "glorot_uniform",
    "inner_activation": "hard_sigmoid",
    "inner_init": "orthogonal",
    "input_dim": 4,
    "input_dtype": "float32",
    "input_length": 4,
    "input_shape": (4, 4),
    "input_tensor": None,
    "lr": 0.01,
    "learning_rate": 0.01,
    "name": "probe",
    "ragged": False,
    "sparse": False,
    "stateful": False,
    "synchronized": False,
    "time_major": False,
    "trainable": False,
    "weights": None,
    "W_regularizer": None,
    "U_regularizer": None,
    "b_regularizer": None,
    "W_constraint": None,
    "b_constraint": None,
    "alpha": 0.1,
    "period": 1,
    "implementation": 1,
    "reduction": "sum",
    "save_format": "keras",
    "supports_masking": True,
    "use_cudnn": "auto",
}
_OTHER_VALUES = (True, False, None, 2, 0.5, "float32", "dot", "floormod", [1.0], "sum")
_ABSENT = object()
_NEVER_BY_NAME = frozenset({"self", "args", "kwargs", "cls"})

# An error that is about the name of an argument, whatever its value.
_REFUSES_THE_NAME = re.compile(
    r"not take|not support|no longer support|multiple values|unexpected keyword|not recognized"
    r"|Unrecognized|not understood|no arguments|at the same time|[Ii]nvalid keyword"
    r"|not a valid argument|deprecated in the"
)

# Old arguments that take the place of a needed one.
_INSTEAD_OF = {
    ("keras.Model", "input"): "inputs",
    ("keras.Model", "output"): "outputs",
    ("keras.layers.InputLayer", "batch_input_shape"): "shape",
    ("keras.layers.InputLayer", "input_shape"): "shape",
}


def main() -> None:
    package, wanted = sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8"))
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    output = sys.stdout
    sys.stdout = sys.stderr  # Keras prints; only the result may go to the real output
    result = Probe(importlib.import_module(package), package).all(wanted)
    json.dump(result, output, sort_keys=True)


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextlib.contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect warnings, log messages and prints, in the order of how telling they are."""
    said: list[str] = []
    log = _Log()
    loggers = [logging.getLogger(), logging.getLogger("absl"), logging.getLogger("tensorflow")]
    for logger in loggers:
        logger.addHandler(log)
    printed = io.StringIO()
    try:
        with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
            warnings.simplefilter("always")
            yield said
        said += [str(one.message) for one in caught]
        said += log.lines
        said += [line for line in printed.getvalue().splitlines() if line.strip()]
    finally:
        for logger in loggers:
            logger.removeHandler(log)


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = line.partition(" Received")[0]  # what was passed here is not what users pass
    line = re.sub(r" object at 0x[0-9a-f]+", "", line)
    return re.sub(r"_\d+\b", "", line)  # numbers of layers made so far


class Probe:
    """Makes Keras objects with one argument more than they need."""

    def __init__(self, root: Any, package: str) -> None:
        self.root = root
        self.package = package
        self.model = root.Sequential([root.Input(shape=(4,)), root.layers.Dense(2)])
        self.model.compile(loss="mse")
        self.folder = tempfile.mkdtemp()

    def file(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def all(self, wanted: dict[str, list[str]]) -> dict[str, dict[str, list[str]]]:
        result: dict[str, dict[str, list[str]]] = {}
        for path, arguments in wanted.items():
            found = self.one(path, arguments)
            if found:
                result[path] = found
        return result

    def one(self, path: str, arguments: list[str]) -> dict[str, list[str]]:
        """Return argument -> [outcome, message]; empty when the object could not be made at all."""
        target: Any = self.root
        try:
            for part in path.split(".")[1:]:
                if target is self.root.Model:
                    target = self.model
                target = getattr(target, part)
        except AttributeError:
            return {}
        result: dict[str, list[str]] = {}
        for args, kwargs in self.settings(path, target):
            for argument, outcome in self.tried(path, target, args, kwargs, arguments).items():
                # What is refused in one setting and accepted in another is accepted.
                if result.get(argument, ["raises"])[0] == "raises":
                    result[argument] = outcome
        return result

    def tried(
        self,
        path: str,
        target: Any,
        args: list[Any],
        kwargs: dict[str, Any],
        arguments: list[str],
    ) -> dict[str, list[str]]:
        """Return argument -> [outcome, message] for calls with these arguments beside it."""
        make = functools.partial(target, *args)
        plain = self.make(make, kwargs)
        if isinstance(plain[2], Exception):
            return {}
        with _reading_along() as seen:
            swallowed = self.make(make, {**kwargs, NOBODY: 1})
        if isinstance(swallowed[2], TypeError):
            seen.refused(str(swallowed[2]), self.package)
        if not seen.codes and not isinstance(swallowed[2], TypeError):
            return {}  # code that cannot be watched took the argument: nothing is known of others
        anything = swallowed[0] != "raises" and _state(swallowed[2]) != _state(plain[2])
        if anything:  # kept as an attribute or handed on: no name is wrong here
            return {"": ["ok", ""]}
        named = _parameters(target)
        result: dict[str, list[str]] = {}
        for argument in [*sorted({*arguments, *_hinted(target), *seen.words}), NOBODY]:
            if argument in kwargs or argument in named or argument in _NEVER_BY_NAME:
                continue
            value = _VALUES.get(argument, 1)
            if (path, argument) == ("keras.layers.Hashing", "dtype"):
                value = "int32"
            others = kwargs
            if (path, argument) in _INSTEAD_OF:  # an old name must stand alone to be understood
                others = dict(kwargs)
                value = others.pop(_INSTEAD_OF[path, argument], value)
                value = _VALUES["batch_shape"] if argument == "batch_input_shape" else value
            word, message, made = self.make(make, {**others, argument: value}, plain[1])
            refusal = swallowed[1].replace(NOBODY, argument)
            if word == "raises" and message != refusal.replace(": 1}", f": {value!r}}}"):
                # Not the refusal that any name gets: another value may be welcome.
                other, tried = self.other_values(make, others, argument)
                if tried[0] != "unknown" or not _REFUSES_THE_NAME.search(message):
                    value, (word, message, made) = other, tried
            if word == "ok" and swallowed[0] != "raises" and _state(made) == _state(swallowed[2]):
                word = "ignored"
            message = message.replace(repr({argument: value}), f"{{'{argument}': ...}}")
            result["" if argument == NOBODY else argument] = [word, message[:200]]
        return result

    def other_values(
        self, make: Callable[..., Any], others: dict[str, Any], argument: str
    ) -> tuple[Any, tuple[str, str, Any]]:
        """Return a value that is accepted, with what happens; "unknown" when none is found."""
        for value in _OTHER_VALUES:
            result = self.make(make, {**others, argument: value})
            if result[0] != "raises":
                return value, result
        return None, ("unknown", "", None)

    def make(
        self, make: Callable[..., Any], kwargs: dict[str, Any], usual: str = ""
    ) -> tuple[str, str, Any]:
        """Return what happens, the message, and the object (or the exception)."""
        made: Any
        self.root.utils.set_random_seed(0)  # so that initializers draw the same seeds
        with _listening() as said:
            try:
                made = make(**kwargs)
            except Exception as error:
                made = error
        if isinstance(made, Exception):
            return "raises", _first_line(str(made)), made
        news = [line for line in map(_first_line, said) if line != usual]
        return ("warns", news[0], made) if news else ("ok", "", made)

    def settings(self, path: str, target: Any) -> list[tuple[list[Any], dict[str, Any]]]:
        """Return the smallest valid arguments of an object, several where it may depend on them."""
        names = self.files(path)
        if not names:
            needed = self.needed(path, target)
            return [] if needed is None else [needed]
        before = [self.model] if path == "keras.models.save_model" else []
        return [([*before, name], {}) for name in names]

    def files(self, path: str) -> list[str]:
        """Return a file in each format that a release knows, for what reads or writes one.

        Which arguments are taken depends on the format.
        """
        short = path.rpartition(".")[2]
        if short not in ("save", "save_model", "load_model", "load_weights"):
            return []
        found = []
        for name in ("probe.weights.h5", "probe.h5", "probe.keras", "probe"):
            file = self.file(name)
            with contextlib.suppress(Exception):
                if short == "load_weights":
                    self.model.save_weights(file)
                elif ".weights." not in name:
                    self.model.save(file)
                else:
                    continue
                found.append(file)
        return found

    def needed(self, path: str, target: Any) -> tuple[list[Any], dict[str, Any]] | None:
        """Return the smallest valid arguments of an object; None when they are not known."""
        layers = self.root.layers
        name = path.rpartition(".")[2]
        if path == "keras.Model":
            entry = self.root.Input(shape=(4,))
            return [], {"inputs": entry, "outputs": layers.Dense(2)(entry)}
        if path == "keras.Model.evaluate":
            return [], {"x": np.zeros((2, 4)), "y": np.zeros((2, 2)), "verbose": 0}
        if path == "keras.Model.compile":
            return [], {"optimizer": "sgd", "loss": "mse"}
        if path == "keras.Input":
            return [], {"shape": (4,)}
        if not inspect.isclass(target):
            tensors = [self.root.Input(shape=(4,)) for _ in range(2)]
            return [tensors], ({"axes": 1} if name == "dot" else {})
        special: dict[str, dict[str, Any]] = {
            "Bidirectional": {"layer": layers.LSTM(2)},
            "ConvLSTM1D": {"filters": 2, "kernel_size": 2},
            "Dot": {"axes": 1},
            "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 2},
            "Discretization": {"bin_boundaries": [0.0, 1.0]},
            "InputLayer": {"shape": (4,)} if self.package == "keras" else {"input_shape": (4,)},
            "CategoryEncoding": {"num_tokens": 4},
            "Optimizer": {"learning_rate": 0.1, "name": "probe"},
            "Reshape": {"target_shape": (4,)},
            "Permute": {"dims": (1,)},
            "Lambda": {"function": abs},
            "LambdaCallback": {},
            "LearningRateScheduler": {"schedule": abs},
            "RandomCrop": {"height": 2, "width": 2},
            "CenterCrop": {"height": 2, "width": 2},
            "Resizing": {"height": 2, "width": 2},
            "SpectralNormalization": {"layer": layers.Dense(2)},
            "StackedRNNCells": {"cells": [layers.LSTMCell(2)]},
            "RNN": {"cell": layers.LSTMCell(2)},
            "ModelCheckpoint": {"filepath": "probe.keras"},
            "BackupAndRestore": {"backup_dir": "probe"},
            "CSVLogger": {"filename": "probe.csv"},
            "PiecewiseConstantDecay": {"boundaries": [1], "values": [1.0, 0.1]},
            "LossScaleOptimizer": {"inner_optimizer": self.root.optimizers.SGD()},
        }
        if name in special:
            return [], special[name]
        by_parameter: dict[str, Any] = {
            "units": 2,
            "filters": 2,
            "kernel_size": 2,
            "rate": 0.1,
            "stddev": 0.1,
            "input_dim": 3,
            "output_dim": 2,
            "num_heads": 2,
            "key_dim": 2,
            "head_dim": 2,
            "num_query_heads": 2,
            "num_key_value_heads": 2,
            "n": 2,
            "factor": 0.1,
            "layer": layers.Dense(2),
            "activation": "relu",
            "scale": 1.0,
            "num_tokens": 4,
            "num_bins": 4,
            "num_classes": 2,
            "threshold": 0.5,
            "target_class_ids": [0],
            "recall": 0.5,
            "precision": 0.5,
            "sensitivity": 0.5,
            "specificity": 0.5,
            "initial_learning_rate": 0.1,
            "decay_steps": 10,
            "decay_rate": 0.9,
            "first_decay_steps": 10,
            "shape": (2,),
            "value": 1.0,
            "pool_size": 2,
            "output_size": 2,
            "height_factor": 0.1,
            "width_factor": 0.1,
            "learning_rate": 0.1,
            "max_number": 4,
        }
        kwargs = {}
        for parameter, default in _parameters(target).items():
            if default is _ABSENT:
                if parameter not in by_parameter:
                    return None
                kwargs[parameter] = by_parameter[parameter]
        return [], kwargs


def _parameters(target: Any) -> dict[str, Any]:
    """Return the named parameters with their defaults (_ABSENT: required)."""
    function = target.__init__ if inspect.isclass(target) else target
    found = list(inspect.signature(function).parameters.values())
    return {
        one.name: _ABSENT if one.default is one.empty else one.default
        for one in (found[1:] if inspect.isclass(target) else found)
        if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    }


class _Seen:
    """The words in all code of Keras through which a keyword argument went on its way.

    A name that is taken out of ``**kwargs`` is a word in the code that does it, so whoever refuses
    a name that nobody ever took, and has none of these words left to try, takes no other name.
    """

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.codes: set[CodeType] = set()

    def profile(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or code in self.codes:
            return
        if not str(frame.f_globals.get("__name__", "")).startswith(("keras", "tf_keras")):
            return
        if not code.co_flags & inspect.CO_VARKEYWORDS and not any(
            isinstance(value, dict) and NOBODY in value for value in frame.f_locals.values()
        ):
            return
        self.codes.add(code)
        self.add(code, frame.f_globals)

    def add(self, code: CodeType, module: dict[str, Any]) -> None:
        self.words.update(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self.add(constant, module)
            else:
                self._take(constant)
        for name in code.co_names:  # ``ALLOWED = {"a", "b"}`` above the function
            if isinstance(module.get(name), set | frozenset | tuple | list | dict):
                self._take(module[name])

    def _take(self, value: object) -> None:
        if isinstance(value, str):
            if value.isidentifier() and not value.startswith("_"):
                self.words.add(value)
        elif isinstance(value, set | frozenset | tuple | list | dict) and len(value) < 200:
            for item in value:
                self._take(item)

    def refused(self, message: str, package: str) -> None:
        """Add the parameters of the function that Python says does not have the argument."""
        name = message.partition("()")[0]
        for module_name, module in list(sys.modules.items()):
            if not module_name.startswith(package) or not isinstance(module, ModuleType):
                continue
            for value in list(vars(module).values()):
                inner = vars(value).values() if inspect.isclass(value) else ()
                for function in (value, *inner):
                    if isinstance(function, staticmethod | classmethod):
                        function = function.__func__
                    if inspect.isfunction(function) and function.__qualname__ == name:
                        self.add(inspect.unwrap(function).__code__, function.__globals__)


@contextlib.contextmanager
def _reading_along() -> Iterator[_Seen]:
    seen = _Seen()
    sys.setprofile(seen.profile)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def _hinted(target: Any) -> set[str]:
    """Return every word in the constructors that could be a keyword hidden behind ``**kwargs``.

    Those are the parameters of all constructors on the way up, public or not, and whatever short
    string they hold (``kwargs.pop("zero_output_for_mask", False)``).
    """
    functions = [target]
    if inspect.isclass(target):
        functions = [vars(cls)["__init__"] for cls in target.__mro__ if "__init__" in vars(cls)]
    words: set[str] = set()
    for function in functions:
        function = inspect.unwrap(getattr(function, "__func__", function))
        if not inspect.isfunction(function):
            continue
        words |= set(inspect.signature(function).parameters) - {"self", "args", "kwargs"}
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        words |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.isidentifier()
        }
    return {word for word in words if not word.startswith("_")}


def _state(made: Any, depth: int = 3) -> Any:
    """Return what can be compared of an object: its attributes, without counters and identities."""
    if isinstance(made, str):
        return re.sub(r"_\d+$", "", made)
    if made is None or isinstance(made, bool | int | float | bytes):
        return made
    if isinstance(made, list | tuple | set | frozenset):
        return [_state(item, depth - 1) for item in made] if depth else len(made)
    if isinstance(made, dict):
        if not depth:
            return len(made)
        return {str(key): _state(value, depth - 1) for key, value in made.items()}
    if depth and hasattr(made, "__dict__"):
        return {
            key: _state(value, depth - 1)
            for key, value in sorted(vars(made).items())
            if key != "_auto_config"  # a copy of all arguments, used or not
        }
    return type(made).__name__


if __name__ == "__main__":
    main()
