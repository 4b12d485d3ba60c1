"""Imports one installed Keras and writes down its names, signatures and strings as JSON.

Runs in a process of its own: ``python -m kerlint.keras_api.generate.observe keras|tf_keras``.
"""

# ruff: noqa: SIM905 (long lists of words read better as running text)
from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from kerlint.keras_api.generate.preference import preferred
from kerlint.keras_api.generate.shape import ObjectData, ReleaseData, Signature, is_plain

STRING_MODULES = (
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
)
_SHORT_STRINGS = (
    "mse MSE mae MAE mape MAPE msle MSLE kld KLD bce BCE bfce BFCE cosine "
    "cosine_proximity kullback_leibler_divergence logcosh cosine_similarity huber_loss "
    "zero one zeros ones uniform normal identity id constant glorot_uniform glorot_normal "
    "he_normal he_uniform lecun_normal lecun_uniform orthogonal l1 l2 l1_l2 max_norm "
    "maxnorm non_neg nonneg unit_norm unitnorm min_max_norm sgd rmsprop adam adamw adamax "
    "nadam adagrad adadelta ftrl lion hard_sigmoid log_softmax accuracy acc linear relu "
    "softmax sigmoid tanh swish silu gelu elu selu softplus softsign exponential mish "
    "leaky_relu relu6".split()
)


def main() -> None:
    package = sys.argv[1]
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    json.dump(observe(package), sys.stdout, sort_keys=True)


def observe(package: str) -> ReleaseData:
    """Return what the installed ``package`` ("keras" or "tf_keras") shows, as ``keras.*`` paths."""
    root = importlib.import_module(package)
    places = list(_walk(root, "keras", (id(root),)))
    trees = {"keras": _tree(places)}
    everything = places
    if package == "keras":
        shown = importlib.import_module("keras._tf_keras.keras")
        extra = list(_walk(shown, "keras", (id(shown),)))
        trees["tensorflow.keras"] = _tree(extra)
        everything = places + extra
    paths: dict[int, list[str]] = {}
    values: dict[int, Any] = {}
    for module, name, value in everything:
        if _has_identity(value) and "legacy" not in module:
            paths.setdefault(id(value), []).append(f"{module}.{name}")
            values[id(value)] = value
    ids = {
        key: preferred(set(spelled), getattr(values[key], "__name__", ""))
        for key, spelled in paths.items()
    }
    objects: dict[str, ObjectData] = {}
    for module, name, value in everything:
        own = ids.get(id(value)) if "legacy" not in module else None
        path = own or f"{module}.{name}"
        if path not in objects:
            objects[path] = _describe(value, ids)
    for tree in trees.values():
        for module, names in tree.items():
            for name in names:
                names[name] = _id_at(everything, module, name, ids)
    return {
        "trees": trees,
        "objects": objects,
        "strings": {name: _strings(root, name, ids) for name in STRING_MODULES},
        "private": _private(package, ids),
    }


# Implementation, and generated classes whose arguments C code decides on.
_UNSEEN = frozenset({"api", "protobuf", "src"})


def _walk(module: ModuleType, path: str, above: tuple[int, ...]) -> Iterator[tuple[str, str, Any]]:
    for name, value in sorted(vars(module).items()):
        if (name.startswith("_") and name != "__version__") or name in _UNSEEN:
            continue
        if isinstance(value, ModuleType):
            if not value.__name__.startswith(("keras", "tf_keras")) or ".src" in value.__name__:
                continue
            yield path, name, value
            if id(value) not in above:
                yield from _walk(value, f"{path}.{name}", (*above, id(value)))
        else:
            yield path, name, value


_ids_at: dict[tuple[str, str], str] = {}


def _id_at(places: list[tuple[str, str, Any]], module: str, name: str, ids: dict[int, str]) -> str:
    if not _ids_at:
        for where, what, value in places:
            own = ids.get(id(value)) if "legacy" not in where else None
            _ids_at[where, what] = own or f"{where}.{what}"
    return _ids_at[module, name]


def _tree(places: list[tuple[str, str, Any]]) -> dict[str, dict[str, str]]:
    tree: dict[str, dict[str, str]] = {}
    for module, name, _ in places:
        tree.setdefault(module, {})[name] = ""
    return tree


def _has_identity(value: object) -> bool:
    """Whether being the same object means anything (two modules may both hold ``None``)."""
    return inspect.isclass(value) or inspect.isroutine(value)


def _describe(value: Any, ids: dict[int, str]) -> ObjectData:
    name = getattr(value, "__name__", "").rpartition(".")[2]
    data: ObjectData = {
        "kind": "value",
        "name": name,
        "bases": [],
        "signature": None,
        "methods": {},
        "reachable": {},
    }
    if isinstance(value, ModuleType):
        data["kind"] = "module"
    elif inspect.isclass(value):
        data["kind"] = "class"
        data["bases"] = [ids[id(base)] for base in value.__mro__[1:] if id(base) in ids]
        own = value.__init__ is not object.__init__  # which claims to take anything
        data["signature"] = _signature(value.__init__, bound=True) if own else []
        data["methods"] = _methods(value, ids)
        data["reachable"] = _reachable(value)
    elif callable(value):
        data["kind"] = "function"
        data["signature"] = _signature(value, bound=False)
    return data


def _methods(value: type, ids: dict[int, str]) -> dict[str, Signature | None]:
    """Return the methods and properties of ``value`` that its public bases lack."""
    inherited = {id(cls) for base in value.__mro__[1:] if id(base) in ids for cls in base.__mro__}
    methods: dict[str, Signature | None] = {}
    for cls in value.__mro__:
        if cls is object or id(cls) in inherited:
            continue
        for name, member in vars(cls).items():
            if name.startswith("_") and name != "__call__":
                continue
            bound = not isinstance(member, staticmethod)
            function = getattr(member, "__func__", member)
            callable_here = inspect.isroutine(function)
            methods.setdefault(name, _signature(function, bound=bound) if callable_here else None)
    return methods


def _reachable(value: type) -> dict[str, Signature]:
    """Return every method of ``value`` as Python finds it, whichever class defines it."""
    found: dict[str, Signature] = {}
    for name in dir(value):
        if name.startswith("_") and name != "__call__":
            continue
        member = inspect.getattr_static(value, name)
        function = getattr(member, "__func__", member)
        if inspect.isroutine(function):
            bound = not isinstance(member, staticmethod)
            signature = _signature(function, bound=bound)
            found[name] = _ANYTHING if signature is None else signature
    return found


_ANYTHING: Signature = ["*args", "**kwargs"]  # what shows no parameters may take any


def _signature(function: Any, *, bound: bool) -> Signature | None:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    result: Signature = []
    starred = False
    for parameter in parameters[1:] if bound else parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
            result.append("*" + parameter.name)
        elif parameter.kind is parameter.VAR_KEYWORD:
            result.append("**" + parameter.name)
        else:
            if parameter.kind is parameter.KEYWORD_ONLY and not starred:
                starred = True
                result.append("*")
            if parameter.default is parameter.empty:
                result.append(parameter.name)
            elif is_plain(parameter.default):
                result.append([parameter.name, parameter.default])
            else:
                result.append([parameter.name])
    return result


def _strings(root: ModuleType, module_name: str, ids: dict[int, str]) -> dict[str, str]:
    """Return what ``get(text)`` of a module makes of every text that could mean something."""
    module = getattr(root, module_name)
    implementation = sys.modules.get(f"{root.__name__}.src.{module_name}")
    known = getattr(implementation, "ALL_OBJECTS_DICT", {})
    texts = {*vars(module), *known, *_SHORT_STRINGS}
    result: dict[str, str] = {}
    for text in sorted(texts):
        if text.startswith("_"):
            continue
        try:
            found = module.get(text)
        except Exception:  # whatever Keras raises: the text means nothing to it
            continue
        path = ids.get(id(found)) or ids.get(id(type(found)))
        if path and ".experimental" not in path and path.count(".") == 2:
            result[text] = path
    return result


def _private(package: str, ids: dict[int, str]) -> dict[str, dict[str, str]]:
    """Return where public objects can also be found under ``keras.src``."""
    if package != "keras":
        return {}
    result: dict[str, dict[str, str]] = {}
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith("keras.src") and isinstance(module, ModuleType):
            names = {
                name: ids[id(value)]
                for name, value in sorted(vars(module).items())
                if not name.startswith("_") and id(value) in ids and _has_identity(value)
            }
            if names:
                result[module_name] = names
    return result


if __name__ == "__main__":
    main()
