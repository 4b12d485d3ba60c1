"""``kerlint.lint_model``: a model in memory and samples for it → findings.

The model is only asked for its configuration, by the methods that every release of Keras has;
Keras itself is never imported.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from kerlint.diagnostics import Diagnostic, Position, Severity, Span
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.saved.architecture import Architecture

if TYPE_CHECKING:
    from kerlint.execute.user_data import ArrayFacts, UserData
    from kerlint.program.data import Array

_BATCHES = 8  # that are taken of a dataset
_KERAS = ("keras", "tf_keras", "tensorflow")
_CHECKED = ("Zeros", "Ones", "Constant", "RandomNormal", "TruncatedNormal", "RandomUniform")
_MANY = 50  # samples, after which what all of them have in common is no accident


def findings_in_model(
    model: Any, x: Any, y: Any, execute: bool, settings: Mapping[str, object]
) -> list[Diagnostic]:
    """See ``kerlint.lint_model``."""
    from kerlint.config.settings import combine
    from kerlint.run import engine

    if not all(hasattr(model, name) for name in ("get_config", "layers", "compile")):
        raise TypeError(f"lint_model() takes a keras.Model, not {type(model).__name__}")
    if _is_keras_2(model):
        settings = {"target_keras": "2", **settings}
    found = combine(os.getcwd(), [engine.from_keywords(settings)])
    name = f"<{str(getattr(model, 'name', 'model'))[:100]}>"
    architecture = architecture_of(model)
    samples = _samples(model, x, y) if x is not None else None
    with ExitStack() as stack:
        prover = None
        if execute:
            from kerlint.execute.prove import INSTALL, Prover, tensorflow_version

            if not tensorflow_version():
                raise RuntimeError(INSTALL)
            data = samples.facts if samples is not None and samples.facts.targets else None
            prover = stack.enter_context(Prover(data=data))
        outcome = engine.lint_architecture(
            name,
            architecture,
            found,
            after=() if samples is None else samples.lines,
            given=None if samples is None else _arrays(samples.facts, architecture),
            fresh=not architecture.trained,
            prover=prover,
        )
    findings = [*outcome.diagnostics]
    if architecture.loose:
        findings.insert(0, _in_parts(name, model))
    return findings


def _in_parts(name: str, model: Any) -> Diagnostic:
    from kerlint.catalogue.codes import UNREADABLE_CODE

    place = Position(1, 1)
    return Diagnostic(
        UNREADABLE_CODE.code,
        UNREADABLE_CODE.name,
        Severity.INFO,
        f"checked in parts: how `{type(model).__name__}` connects its layers is in its code",
        name,
        Span(place, place),
        layer="",
    )


# -- the model ------------------------------------------------------------------------------------


def architecture_of(model: Any) -> Architecture:
    """What a live model says of itself."""
    trained = _is_trained(model)
    compiled = _compiled(model)
    try:
        config = json.loads(model.to_json())
    except Exception:  # of the user's own layers, which may not be made to be saved
        config = {}
    inner = config.get("config")
    if isinstance(inner, Mapping) and "layers" in inner or isinstance(inner, list):
        return Architecture(config, compiled, trained)
    loose = tuple(_entry(layer) for layer in model.layers)
    return Architecture({"class_name": type(model).__name__}, {}, trained, loose)


def _is_keras_2(model: Any) -> bool:
    modules = [kind.__module__ for kind in type(model).__mro__]
    return any(
        name.startswith(("tf_keras.", "keras.src.engine", "keras.engine")) for name in modules
    )


def _compiled(model: Any) -> Mapping[str, Any]:
    try:
        compiled = model.get_compile_config()
    except Exception:  # of the user's own objects
        compiled = None
    if not isinstance(compiled, Mapping):
        return {}
    optimizer = compiled.get("optimizer")
    if optimizer is None and getattr(model, "optimizer", None) is not None:
        optimizer = _entry(model.optimizer)  # saving as HDF5 takes it out of Keras's own record
        compiled = {**compiled, "optimizer": optimizer}
    return {**compiled, "loss": _without_own(compiled.get("loss"), getattr(model, "loss", None))}


def _without_own(saved: Any, live: Any) -> Any:
    """Serialized losses, where functions of the user are not taken for those of Keras.

    Keras saves the name of a function only.
    """
    if isinstance(saved, Mapping) and isinstance(live, Mapping):
        return {key: _without_own(each, live.get(key)) for key, each in saved.items()}
    if isinstance(saved, (list, tuple)) and isinstance(live, (list, tuple)):
        return [_without_own(*pair) for pair in zip(saved, live)]
    module = getattr(live, "__module__", "") or ""
    if callable(live) and hasattr(live, "__name__") and not module.startswith(_KERAS):
        return {"class_name": "function", "config": live.__name__, "module": "__main__"}
    return saved


def _entry(layer: Any) -> Mapping[str, Any]:
    """A layer as Keras would serialize it."""
    if hasattr(layer, "to_json"):
        try:
            config = json.loads(layer.to_json())
        except Exception:  # as above
            config = {}
        if isinstance(config.get("config"), (Mapping, list)):
            return dict(config)
    try:
        inner = json.loads(json.dumps(layer.get_config(), default=_serialized))
    except Exception:  # as above
        inner = {"name": str(getattr(layer, "name", ""))}
    kind = type(layer)
    own = not kind.__module__.startswith(_KERAS)
    return {
        "module": kind.__module__,
        "class_name": kind.__name__,
        "config": inner,
        "registered_name": kind.__name__ if own else None,
    }


def _serialized(value: Any) -> Any:
    """What JSON does not know: arrays, and objects of the user."""
    return {"class_name": "__value__", "config": {"type": type(value).__name__}}


def _is_trained(model: Any) -> bool:
    """Whether the weights are no longer those that the initializers made."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None:
        steps = _number(getattr(optimizer, "iterations", None))
        if steps is None or steps > 0:
            return True
    return any(_contradicts(layer) for layer in _all_layers(model))


def _number(value: Any) -> float | None:
    try:
        return float(value.numpy() if hasattr(value, "numpy") else value)
    except Exception:  # whatever a backend raises
        return None


def _all_layers(model: Any) -> Iterator[Any]:
    waiting = [*model.layers]
    seen: set[int] = set()
    while waiting:
        layer = waiting.pop()
        if id(layer) not in seen:
            seen.add(id(layer))
            yield layer
            waiting += getattr(layer, "layers", None) or ()


def _contradicts(layer: Any) -> bool:
    """Whether the weights of a layer are not what its initializer makes: they were loaded."""
    initializer: Any = getattr(layer, "kernel_initializer", None)
    kernel = getattr(layer, "kernel", None)
    kind = type(initializer).__name__
    if kind not in _CHECKED or kernel is None or not hasattr(kernel, "numpy"):
        return False  # large weights are only copied where they can tell something
    try:
        values = kernel.numpy()
        if kind in ("Zeros", "Ones", "Constant"):
            return bool((values != values.flat[0]).any())
        spread = float(values.std())
        if kind in ("RandomNormal", "TruncatedNormal"):
            usual = float(initializer.stddev)
        else:
            usual = float(initializer.maxval - initializer.minval) / math.sqrt(12)
    except Exception:  # a layer that is not built, or not of Keras
        return False
    return bool(values.size >= _MANY) and not 0.6 < spread / max(usual, 1e-30) < 1.6


# -- samples --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Samples:
    """What is known of the samples, and the lines of the text that use them."""

    facts: UserData
    lines: tuple[str, ...]


def _samples(model: Any, x: Any, y: Any) -> _Samples:
    from kerlint.execute.user_data import Unusable, of_arrays

    part = False
    if _is_dataset(x):
        if y is not None:
            raise TypeError("with a dataset as x, the targets are in it: leave y out")
        x, y = _taken(x)
        part = True
    outputs = [str(each) for each in getattr(model, "output_names", None) or ()]
    inputs = [str(each) for each in getattr(model, "input_names", None) or ()]
    same = y is x
    given = _by_name(x, "x", inputs)
    wanted = [] if y is None else _by_name(y, "y", outputs)
    try:
        facts = of_arrays(
            [(name, values) for name, _, values in given],
            [(name, values) for name, _, values in wanted],
            "the samples",
        )
    except Unusable as error:
        raise ValueError(str(error)) from None
    if part:
        facts = replace(facts, inputs=_sampled(facts.inputs), targets=_sampled(facts.targets))
    first = _structure(x, given)
    second = first if same else _structure(y, wanted) if y is not None else ""
    names = sorted({name for name, _, _ in given} | {name for name, _, _ in wanted if not same})
    call = f"model.fit({first}, {second})" if second else f"model.predict({first})"
    return _Samples(facts, (f"from samples import {', '.join(names)}", "", call))


def _sampled(arrays: tuple[ArrayFacts, ...]) -> tuple[ArrayFacts, ...]:
    return tuple(replace(each, sampled=True) for each in arrays)


def _by_name(value: Any, prefix: str, known: Sequence[str]) -> list[tuple[str, str, Any]]:
    """Each array with a name for the text, and its key where it has one."""
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: known.index(key) if key in known else len(known))
        return [
            (f"{prefix}_{number}", str(key), _array(value[key]))
            for number, key in enumerate(keys, 1)
        ]
    if isinstance(value, (list, tuple)) and value and hasattr(value[0], "shape"):
        return [(f"{prefix}_{n}", "", _array(each)) for n, each in enumerate(value, 1)]
    return [(prefix, "", _array(value))]


def _structure(value: Any, arrays: Sequence[tuple[str, str, Any]]) -> str:
    from kerlint.saved.text import quoted

    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{quoted(key)}: {name}' for name, key, _ in arrays)}}}"
    names = ", ".join(name for name, _, _ in arrays)
    return names if len(arrays) == 1 and arrays[0][0] in ("x", "y") else f"[{names}]"


def _array(value: Any) -> Any:
    """An array of NumPy from whatever holds numbers in memory."""
    import numpy as np

    if isinstance(value, Iterator):
        raise TypeError("kerlint does not draw from a generator: give arrays or a tf.data.Dataset")
    if hasattr(value, "detach"):  # of PyTorch
        value = value.detach().cpu()
    for method in ("to_numpy", "numpy"):
        if hasattr(value, method):
            value = getattr(value, method)()
            break
    try:
        made = np.asarray(value)
    except Exception as error:  # sparse or ragged tensors, lists of unequal length
        raise TypeError(
            f"kerlint cannot make an array of {type(value).__name__}: {error}"
        ) from None
    if made.dtype.kind == "O" and made.size and all(isinstance(e, str) for e in made.flat):
        return made.astype(str)
    return made


def _is_dataset(value: Any) -> bool:
    """Whether a value is a ``tf.data.Dataset`` or a ``PyDataset``, not an array of any kind."""
    return (hasattr(value, "take") and hasattr(value, "element_spec")) or (
        hasattr(value, "__getitem__") and hasattr(value, "on_epoch_end")
    )


def _taken(dataset: Any) -> tuple[Any, Any]:
    """The first batches of a dataset as inputs and targets."""
    if hasattr(dataset, "element_spec"):
        batches = list(dataset.take(_BATCHES))
    else:
        batches = [dataset[index] for index in range(min(_BATCHES, len(dataset)))]
    if not batches:
        raise ValueError("the dataset is empty")
    pairs = [each if isinstance(each, (tuple, list)) else (each,) for each in batches]
    x = _joined([each[0] for each in pairs])
    y = _joined([each[1] for each in pairs]) if len(pairs[0]) > 1 else None
    return x, y


def _joined(parts: Sequence[Any]) -> Any:
    import numpy as np

    first = parts[0]
    if isinstance(first, Mapping):
        return {key: _joined([each[key] for each in parts]) for key in first}
    if isinstance(first, (tuple, list)):
        return [_joined([each[place] for each in parts]) for place in range(len(first))]
    arrays = [_array(each) for each in parts]
    if arrays[0].ndim == 0:
        raise ValueError("the dataset has no batches: call .batch(32) on it first")
    return np.concatenate(arrays)


# -- what the samples say -------------------------------------------------------------------------


def _arrays(data: UserData, architecture: Architecture) -> dict[str, Array]:
    """The samples as the reader knows arrays, by their names in the text."""
    from kerlint.execute.data_fit import encoding_of
    from kerlint.execute.spec import MeasureSpec  # noqa: F401
    from kerlint.program.data import Array, Encoding

    losses = json.dumps(architecture.compiled.get("loss"), default=str)
    made: dict[str, Array] = {}
    for facts in (*data.inputs, *data.targets):
        known = Array(
            shape=(None if facts.sampled else facts.shape[0], *facts.shape[1:]),
            lowest=facts.lowest,
            highest=facts.highest,
            integers=facts.integers,
            origin="the samples",
        )
        if facts.strings:
            known = known.replace(encoding=Encoding.STRINGS, integers=None)
        elif facts in data.targets:
            known = known.replace(**_labels(facts, losses, encoding_of(facts, losses, None)))
        elif _are_pixels(facts):
            known = known.replace(raw_pixels=True, pixels=(0.0, 255.0), lowest=0, highest=255)
        made[facts.name] = known
    return made


def _labels(facts: ArrayFacts, losses: str, encoding: str) -> dict[str, object]:
    """How targets say to which class a sample belongs, where the samples leave no doubt."""
    from kerlint.program.data import Encoding

    many = facts.shape[0] >= _MANY
    if encoding == Encoding.INTEGER.name and "crossentropy" not in losses.lower():
        return {}
    if encoding == Encoding.ONE_HOT.name:
        if not many and "categorical" not in losses.lower():
            return {}
        return {"encoding": Encoding.ONE_HOT, "classes": facts.shape[-1]}
    if encoding == Encoding.MULTI_HOT.name:
        return {"encoding": Encoding.MULTI_HOT, "classes": facts.shape[-1]}
    if encoding == Encoding.BINARY.name:
        return {"encoding": Encoding.BINARY, "classes": 2} if many else {}
    if encoding == Encoding.CONTINUOUS.name and facts.integers:
        return {}
    return {"encoding": Encoding[encoding]}


def _are_pixels(facts: ArrayFacts) -> bool:
    """Whether inputs are images whose values nobody has scaled."""
    return (
        len(facts.shape) in (3, 4)
        and min(facts.shape[1:3]) > 4
        and facts.integers
        and facts.lowest is not None
        and facts.highest is not None
        and facts.lowest >= 0
        and 128 <= facts.highest <= 255
    )
