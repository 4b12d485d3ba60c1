"""Existence: whether the installed Keras takes a call as it is written.

The only claim that is tried on the raw call: the name is looked up, a class is built with the
argument and without, a method's signature is asked. What an old argument becomes is not looked for
in the text of errors: it raises, or it does not. Where the value is in question, a layer is called
on ones as in training, and a small model is trained with the arguments of ``fit``.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import tempfile
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow

from kerlint.execute.support.verdicts import (
    CONFIRMED,
    REFUTED,
    UNPROVEN,
    Verdict,
    evidence,
    in_a_line,
)

# What a required argument gets when nothing else is known: enough for Keras to build the object.
PLAIN: dict[str, Any] = {
    "units": 4,
    "filters": 4,
    "kernel_size": 3,
    "pool_size": 2,
    "rate": 0.5,
    "input_dim": 10,
    "output_dim": 4,
    "activation": "relu",
    "target_shape": (4,),
    "n": 3,
    "dims": (1,),
    "axes": 1,
    "num_heads": 2,
    "key_dim": 4,
    "stddev": 0.1,
    "num_classes": 3,
    "initial_learning_rate": 0.1,
    "decay_steps": 10,
    "decay_rate": 0.9,
    "filepath": "weights.keras",
    "shape": (4,),
    "target_names": None,
    "schedule": lambda epoch: 0.1,
}


@dataclass(frozen=True)
class Call:
    """A call, and what is claimed of it.

    ``keyword`` is the argument in question (None: the name itself), ``renamed`` what replaces it
    today, ``ignored`` that it is taken and does nothing, ``refused`` that it is taken, but not with
    this value, ``numpy`` that the value is of an integer type of NumPy. ``setting``: the method is
    that of a "sequential" or a "functional" model, or the call is tried "as written", with its
    arguments in the places of the code.
    """

    callee: str
    keyword: str | None = None
    renamed: str | None = None
    value: Any = None
    ignored: bool = False
    refused: bool = False
    numpy: bool = False
    setting: str = ""


def attempt(call: Call) -> Verdict:
    """Try a call."""
    found = _attempt(call)
    if found.word == UNPROVEN:
        return found
    if found.word == REFUTED:
        plain = "the installed Keras accepts this call"
    elif call.setting == "as written" and call.keyword is not None:
        plain = "without its name the argument is another one"
    elif call.refused:
        plain = "the installed Keras does not work with this value"
    elif call.ignored:
        plain = "the argument changes nothing"
    elif call.keyword is None:
        plain = "the installed Keras raises an error for this"
    else:
        plain = "the installed Keras rejects this argument"
    return Verdict(found.word, evidence(plain, found.evidence, "Tried"))


def _attempt(call: Call) -> Verdict:
    callee, keyword = call.callee, call.keyword
    version = f"Keras {keras.__version__}"
    if callee.partition(".")[0] not in ("keras", "tensorflow"):
        return Verdict(UNPROVEN, f"{callee} is part of another package")
    found = _resolve(callee)
    if found is None:
        if keyword is not None:
            return Verdict(UNPROVEN, f"{version} has no {callee}, whatever it is given")
        return _gone(call, version)
    if call.setting == "as written":
        return _as_written(found, call, version)
    if call.setting:
        return _by_model(call, version)
    if keyword is None:
        return _there(found, callee, version)
    if call.numpy:
        return _by_type(found, keyword, call.value, version)
    if call.refused and keyword == "shape" and isinstance(call.value, int):
        return _by_shape(found, call.value, version)
    if call.refused:
        return _by_use(found, keyword, call, version)
    if not inspect.isclass(found):
        return _by_signature(found, keyword, call, version)
    return _by_building(found, keyword, call, version)


def _resolve(path: str) -> Any:
    """The object at a dotted path below ``keras`` or ``tensorflow``; None when it is gone."""
    found: Any = keras if path.partition(".")[0] == "keras" else tensorflow
    for part in path.split(".")[1:]:
        try:
            following = getattr(found, part, None)
        except Exception:  # modules that load their parts late may fail at it
            return None
        if following is None and inspect.ismodule(found):
            try:
                following = importlib.import_module(f"{found.__name__}.{part}")
            except ImportError:
                return None
        if following is None:
            return None
        found = following
    return found


def _gone(call: Call, version: str) -> Verdict:
    renamed = call.renamed
    text = f"{version} has no {call.callee}"
    if renamed:
        if _resolve(renamed) is None:
            return Verdict(UNPROVEN, f"{text}, and no {renamed} either")
        text += f"; {renamed} is there"
    return Verdict(CONFIRMED, text)


def _there(found: Any, callee: str, version: str) -> Verdict:
    """The name is there; a few methods and classes are there to raise and nothing else."""
    if inspect.isfunction(found):
        if _only_raises(found):
            return Verdict(CONFIRMED, f"{callee} of {version} raises NotImplementedError")
    if inspect.isclass(found) and ".legacy." in callee:
        made, error = _built(found, {})
        if made is None and error.startswith("ImportError"):
            return Verdict(CONFIRMED, f"{callee}() of {version} raises {error}")
    return Verdict(REFUTED, f"{version} has {callee}")


def _only_raises(function: Any) -> bool:
    """Whether a function of Keras is nothing but ``raise NotImplementedError``.

    Others, as ``Normalization.adapt``, raise it for some arguments only.
    """
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError, TypeError):
        return False
    if not isinstance(node, ast.FunctionDef):
        return False
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    raised = body[0].exc if len(body) == 1 and isinstance(body[0], ast.Raise) else None
    name = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(name, ast.Name) and name.id == "NotImplementedError"


def _by_signature(found: Any, keyword: str, call: Call, version: str) -> Verdict:
    callee = call.callee
    try:
        names = inspect.signature(found).parameters
    except (TypeError, ValueError):
        return Verdict(UNPROVEN, f"the signature of {callee} is not known")
    if any(p.kind is p.VAR_KEYWORD for p in names.values()) and keyword not in names:
        if callee == "keras.Model.save":
            return _by_saving(keyword, call, version)
        return Verdict(UNPROVEN, f"{callee} of {version} takes any keyword argument")
    if keyword in names:
        if call.ignored:
            return Verdict(UNPROVEN, f"{callee} of {version} takes {keyword}=")
        return Verdict(REFUTED, f"{callee} of {version} takes {keyword}=")
    renamed = call.renamed
    text = f"{callee} of {version} does not take {keyword}="
    if call.ignored:
        return Verdict(UNPROVEN, f"{text}; it raises an error and is not ignored")
    return Verdict(CONFIRMED, f"{text}; it takes {renamed}=" if renamed in names else text)


def _by_model(call: Call, version: str) -> Verdict:
    """A method or attribute of a small model that is put together in one of two ways."""
    word = call.callee.rpartition(".")[2]
    entry = keras.Input((2,))
    layer = keras.layers.Dense(1)
    model = (
        keras.Sequential([entry, layer])
        if call.setting == "sequential"
        else keras.Model(entry, layer(entry))
    )
    text = f"{version}: {word} of a {call.setting} model"
    try:
        found = getattr(model, word)
        if callable(found):
            found(keras.ops.sum(model.outputs[0]))
    except Exception as error:
        said = in_a_line(error, 140)
        return Verdict(CONFIRMED, f"{text} raises {type(error).__name__}" + (said and f": {said}"))
    return Verdict(REFUTED, f"{text} works")


def _as_written(found: Any, call: Call, version: str) -> Verdict:
    """What becomes of a call in the form that it is written in, and in the right one."""
    name, value = call.callee.rpartition(".")[2], call.value
    if call.keyword is not None:
        return _taken_as(found, call, version)
    forms = FORMS.get(name)
    if forms is None:
        return _counted(found, call, version)
    (wrong, right), (bad, good) = forms(value), WRITTEN[name]
    raised = []
    for attempted in (wrong, right):
        try:
            attempted()
            raised.append("")
        except Exception as error:
            raised.append(f"{type(error).__name__}: {in_a_line(error, 140)}")
    text = f"{version}: {bad.format(value)} raises {raised[0]}"
    if raised[1]:
        return Verdict(UNPROVEN, f"{good.format(value)} could not be tried: {raised[1]}")
    if raised[0]:
        return Verdict(CONFIRMED, f"{text}, and {good.format(value)} works")
    return Verdict(REFUTED, f"{version}: {bad.format(value)} works")


def _taken_as(found: Any, call: Call, version: str) -> Verdict:
    """Which parameter a number without a name ends up in; ``value`` counts those before it."""
    name, place = found.__name__, int(call.value)
    names = [*inspect.signature(found.__init__).parameters][1:]
    text = f"{version}: argument {place + 1} of {name}() is"
    if place < len(names) and names[place] == call.keyword:
        return Verdict(CONFIRMED, f"{text} {call.keyword}=")
    return Verdict(REFUTED, f"{text} not {call.keyword}=")


def _counted(found: Any, call: Call, version: str) -> Verdict:
    """Whether a class takes so many arguments without names; ``value`` is their number."""
    name, number = found.__name__, int(call.value)
    text = f"{number} arguments by position"
    try:
        inspect.signature(found).bind(*[None] * number)
    except TypeError as error:
        return Verdict(CONFIRMED, f"{version}: {name}() with {text}: {in_a_line(error)}")
    return Verdict(REFUTED, f"{version}: {name}() takes {text}")


def _compiled(metric: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    def trained(*args: Any, **kwargs: Any) -> None:
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse", *args, **kwargs)
        model.train_on_batch(np.ones((2, 2)), np.ones((2, 1)))

    return lambda: trained([metric]), lambda: trained(metrics=[metric])


def _layer_called(value: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    class Own(keras.layers.Layer):  # type: ignore[misc, name-defined, unused-ignore]
        def call(self, inputs: Any, given: Any = None) -> Any:
            return inputs

    inputs = np.ones((2, 2), "float32")
    return lambda: Own()(inputs, value), lambda: Own()(inputs, given=value)


def _weight_added(name: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    def added(*args: Any, **kwargs: Any) -> Any:
        return keras.layers.Layer().add_weight(*args, **kwargs)

    return lambda: added(name, (2,)), lambda: added(name=name, shape=(2,))


def _stacked(_: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    def layers() -> list[Any]:
        return [keras.layers.Dense(3), keras.layers.Dense(1)]

    return lambda: keras.Sequential(*layers()), lambda: keras.Sequential(layers())


def _shaped(_: Any) -> tuple[Callable[[], Any], Callable[[], Any]]:
    return lambda: keras.Input(shape=None), lambda: keras.Input(shape=(None,))


# What is tried, the wrong way and the right way, and how the two are written.
FORMS: dict[str, Callable[[Any], tuple[Callable[[], Any], Callable[[], Any]]]] = {
    "Input": _shaped,
    "InputLayer": _shaped,
    "Sequential": _stacked,
    "__call__": _layer_called,
    "add_weight": _weight_added,
    "compile": _compiled,
}
WRITTEN = {
    "Input": ("Input(shape=None)", "Input(shape=(None,))"),
    "InputLayer": ("Input(shape=None)", "Input(shape=(None,))"),
    "Sequential": ("Sequential(Dense(3), Dense(1))", "Sequential([Dense(3), Dense(1)])"),
    "__call__": ("layer(x, {0!r})", "layer(x, given={0!r})"),
    "add_weight": ("add_weight({0!r}, (2,))", "add_weight(name={0!r}, shape=(2,))"),
    "compile": ("a training after compile('sgd', 'mse', [{0!r}])", "compile(..., metrics=[{0!r}])"),
}


def _by_saving(keyword: str, call: Call, version: str) -> Verdict:
    """Save a small model in a folder of its own, which is thrown away."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    value = call.value
    raised = []
    with tempfile.TemporaryDirectory() as folder:
        for args in ({}, {keyword: value}):
            try:
                model.save(os.path.join(folder, "model.keras"), **args)
                raised.append("")
            except Exception as error:
                raised.append(f"{type(error).__name__}: {in_a_line(error, 140)}")
    if raised[0]:
        return Verdict(UNPROVEN, f"{version} does not save a model at all: {raised[0]}")
    if not raised[1]:
        return Verdict(REFUTED, f"{version} saves a model with {keyword}=")
    text = f"{version}: save({keyword}=...) raises {raised[1]}"
    if not _rejects(raised[1], keyword):
        return Verdict(UNPROVEN, f"{text}, perhaps because of its value")
    return Verdict(CONFIRMED, text)


def _rejects(error: str, keyword: str) -> bool:
    """Whether an error is one about an argument: Keras raises both kinds for those it has not."""
    words = re.split(r"\W+", error)
    return words[0] in ("TypeError", "ValueError") and keyword in words[1:]


def _by_building(found: Any, keyword: str, call: Call, version: str) -> Verdict:
    name = found.__name__
    needed = _needed(found)
    value = call.value
    plain, reason = _built(found, needed)
    if plain is None:
        return Verdict(UNPROVEN, f"{name} could not be built to compare with: {reason}")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        given, error = _built(found, {**needed, keyword: value})
    if given is None:
        renamed = call.renamed
        text = f"{version}: {name}({keyword}=...) raises {error}"
        if not _rejects(error, keyword) or keyword in inspect.signature(found).parameters:
            return Verdict(UNPROVEN, f"{text}, perhaps because of its value")
        if call.ignored:
            return Verdict(UNPROVEN, f"{text}: it is not ignored")
        if renamed:
            after, _ = _built(found, {**needed, renamed: value})
            if after is not None:
                text += f"; {name}({renamed}=...) is built"
        return Verdict(CONFIRMED, text)
    if not call.ignored:
        return Verdict(REFUTED, f"{version} builds {name}({keyword}=...)")
    shown = f"{version} builds {name}({keyword}=...)"
    if value is None:
        return Verdict(UNPROVEN, f"{shown}, and the value in the code could not be tried")
    if keyword in inspect.signature(found).parameters:
        return _by_value(given, plain, shown, keyword)
    other, _ = _built(found, needed)
    differs = _config(given) != _config(plain) or _differs(given, plain, other)
    warned = next((" ".join(str(w.message).split())[:100] for w in caught), "")
    if not differs:
        end = f" and warns: {warned}" if warned else ", without a warning"
        return Verdict(CONFIRMED, f"{shown}, the same as without it{end}")
    return Verdict(REFUTED, f"{shown}, and it changes what is built")


def _by_use(found: Any, keyword: str, call: Call, version: str) -> Verdict:
    """What becomes of a value, and of the same call without it."""
    value = call.value
    if inspect.isclass(found):
        needed = _needed(found)
        tried = [_worked(found, args, keyword) for args in (needed, {**needed, keyword: value})]
        name = found.__name__
    elif call.callee in FITTING:
        name = call.callee.rpartition(".")[2]
        tried = [_fitted(name, args) for args in ({}, {keyword: value})]
    else:
        return Verdict(UNPROVEN, f"kerlint does not try arguments of {call.callee}")
    if tried[0]:
        return Verdict(UNPROVEN, f"{name}() could not be tried to compare with: {tried[0]}")
    text = f"{version}: {name}({keyword}={value!r})"
    if tried[1]:
        return Verdict(CONFIRMED, f"{text} {tried[1]}, and without this argument it works")
    return Verdict(REFUTED, f"{text} works")


def _by_shape(found: Any, number: int, version: str) -> Verdict:
    """What becomes of an input whose shape is a number, and of one with a tuple of it."""
    name = found.__name__
    errors = [_built(found, {"shape": shape})[1] for shape in ((number,), number)]
    if errors[0]:
        text = f"{name}(shape=({number},)) could not be tried to compare with"
        return Verdict(UNPROVEN, f"{text}: {errors[0]}")
    if errors[1]:
        text = f"{version}: {name}(shape={number}) raises {errors[1]}"
        return Verdict(CONFIRMED, f"{text}, and {name}(shape=({number},)) works")
    return Verdict(REFUTED, f"{version}: {name}(shape={number}) works")


def _by_type(found: Any, keyword: str, number: int, version: str) -> Verdict:
    """What becomes of a layer with a number of NumPy, and with the same number of Python."""
    name, needed = found.__name__, _needed(found)
    for tried in (_built, _called):
        errors = [tried(found, {**needed, keyword: each})[1] for each in (number, np.int64(number))]
        if errors[0]:
            text = f"{name}({keyword}={number}) could not be tried to compare with"
            return Verdict(UNPROVEN, f"{text}: {errors[0]}")
        if errors[1]:
            text = f"{version}: {name}({keyword}=np.int64({number})) raises {errors[1]}"
            return Verdict(CONFIRMED, f"{text}, and {name}({keyword}={number}) works")
    return Verdict(REFUTED, f"{version}: {name}({keyword}=np.int64({number})) works")


def _called(found: Any, args: dict[str, Any]) -> tuple[Any, str]:
    """A layer that is built and called as in a functional model, and the error that this raises."""
    made, error = _built(found, args)
    if made is None:
        return None, error
    try:
        return made(keras.Input(INPUTS.get(found.__name__, (8, 4, 64))[1:])), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {in_a_line(error, 140)}"


FITTING = ("keras.Model.fit", "keras.Model.evaluate", "keras.Model.predict")
INPUTS: dict[str, tuple[int, ...]] = {  # of layers that do not take (batch, steps, features)
    "SpatialDropout2D": (8, 4, 4, 64),
    "SpatialDropout3D": (8, 2, 2, 2, 64),
    "Embedding": (2, 4),
}


def _worked(found: Any, args: dict[str, Any], keyword: str) -> str:
    """What goes wrong when an object is made, and for a layer when it is trained; empty if nothing.

    Only a layer that drops things can give nothing but zeros for ones. A layer may take other
    inputs, so an error on the inputs counts only if it speaks of the argument.
    """
    made, error = _built(found, args)
    if made is None:
        return f"raises {error}"
    if not isinstance(made, keras.layers.Layer):
        return ""
    inputs = np.ones(INPUTS.get(found.__name__, (8, 4, 64)), "float32")
    try:
        outputs = keras.ops.convert_to_numpy(made(inputs, training=True))
    except (TypeError, ZeroDivisionError) as error:
        if isinstance(error, TypeError) and "training" in str(error):
            return ""
        return f"raises {type(error).__name__}: {in_a_line(error, 140)}"
    except Exception as error:
        raised = f"{type(error).__name__}: {in_a_line(error, 140)}"
        return f"raises {raised}" if keyword in args and _rejects(raised, keyword) else ""
    if "Dropout" in found.__name__ and not outputs.any():
        return "sets everything to 0 in training"
    return ""


def _fitted(name: str, args: dict[str, Any]) -> str:
    """What goes wrong when a small model is trained on eight batches; empty if nothing."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    inputs = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    before = model.layers[-1].kernel.numpy()
    given: dict[str, Any] = {} if name == "predict" else {"y": inputs[:, :1]}
    if "validation_steps" in args:
        given["validation_data"] = (inputs, inputs[:, :1])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            history = getattr(model, name)(
                inputs, **given, **{"batch_size": 8, "verbose": 0, **args}
            )
    except Exception as error:
        return f"raises {type(error).__name__}: {in_a_line(error, 140)}"
    if name != "fit":
        return ""
    if not history.history.get("loss") or np.array_equal(before, model.layers[-1].kernel.numpy()):
        return "does not train the model"
    return "does as if it were not given" if args.get("batch_size") == 0 else ""


def _by_value(given: Any, plain: Any, shown: str, keyword: str) -> Verdict:
    """An argument that the signature names: only another value than the default shows its use."""
    if _config(given) != _config(plain):
        return Verdict(REFUTED, f"{shown}, and it changes the configuration")
    return Verdict(UNPROVEN, f"{shown}, and {keyword}= may have been given its default")


def _needed(found: Any) -> dict[str, Any]:
    """Plain values for the arguments without a default."""
    try:
        names = inspect.signature(found.__init__).parameters
    except (TypeError, ValueError):
        return {}
    return {
        name: PLAIN.get(name, 1)
        for name, parameter in names.items()
        if name != "self"
        and parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }


def _built(found: Any, args: dict[str, Any]) -> tuple[Any, str]:
    if "layer" in args:
        args = {**args, "layer": keras.layers.Dense(4)}
    try:
        return found(**args), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {in_a_line(error, 140)}"


def _differs(given: Any, plain: Any, other: Any) -> bool:
    """Whether an object keeps something that two plain ones agree on otherwise.

    Weights and input shapes are no part of the configuration.
    """
    first, second, third = map(_kept, (given, plain, other))
    settled = {name for name in second.keys() | third.keys() if second.get(name) == third.get(name)}
    return any(
        first.get(name) != second.get(name) for name in settled | first.keys() - third.keys()
    )


def _kept(made: Any) -> dict[str, str]:
    """The plain values that an object keeps: functions are others in each object."""
    return {
        name: repr(value)
        for name, value in vars(made).items()
        if value is None or isinstance(value, (bool, int, float, str, tuple))
    }


def _config(made: Any) -> Any:
    """What an object says of itself, its name left out."""
    if hasattr(made, "get_config"):
        config = dict(made.get_config())
    else:
        config = _kept(made)
    config.pop("name", None)
    return repr(sorted(config.items(), key=lambda item: item[0]))
