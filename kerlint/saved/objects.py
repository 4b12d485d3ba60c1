"""Which object of Keras an entry of a configuration means, by its names alone."""

from __future__ import annotations

import functools
import re
import struct
from collections.abc import Mapping
from typing import Any, Final

from kerlint import keras_api
from kerlint.saved.architecture import Config

# The packages whose classes Keras itself has registered; ``module`` is missing in older files.
_KERAS: Final = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")
_FUNCTIONS: Final = (*_KERAS, "builtins")
_OPERATIONS: Final = "keras.src.ops."
# Classes of other names in older files, and those that only TensorFlow knew under theirs.
_RENAMED: Final = {"BatchNormalizationV1": "BatchNormalization", "InputLayerV1": "InputLayer"}
_FAMILIES: Final = (
    "layers",
    "initializers",
    "regularizers",
    "constraints",
    "optimizers",
    "optimizers.schedules",
    "losses",
    "metrics",
)
MODELS: Final = frozenset({"keras.Model", "keras.Sequential"})
_FUNCTIONAL: Final = ("Functional", "Model")


def text_of(entry: Config, key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def config_of(entry: Config) -> Config:
    value = entry.get("config")
    return value if isinstance(value, Mapping) else {}


def is_entry(value: Any) -> bool:
    """Whether a value is a serialized object."""
    return isinstance(value, Mapping) and isinstance(value.get("class_name"), str)


def is_operation(entry: Config) -> bool:
    """Whether an entry of a graph is a function of ``keras.ops`` and not a layer.

    In HDF5 files Keras 3 saves no modules, but only layers have weights that can be trained.
    """
    module = text_of(entry, "module")
    if module:
        return module.startswith(_OPERATIONS)
    nodes = entry.get("inbound_nodes")
    if not isinstance(nodes, list) or not nodes or not isinstance(nodes[0], Mapping):
        return False
    config = entry.get("config")
    if not isinstance(config, Mapping) or "trainable" in config or "layers" in config:
        return False
    return "dtype" not in config or _located(text_of(entry, "class_name"), "", ("layers",)) is None


def canonical(entry: Config, families: tuple[str, ...] = _FAMILIES) -> str | None:
    """The canonical name of the class of an entry; None for one that is not of Keras.

    What is registered under a name of its own is the user's, whatever that name is.
    """
    word, module = text_of(entry, "class_name"), text_of(entry, "module")
    package, registered, last = word.rpartition(">")
    if registered:
        # tf_keras registers its own optimizers as if they were the user's.
        if package != "Custom" or families[0] != "optimizers":
            return None
        word = last
    if module:
        if not any(module == root or module.startswith(f"{root}.") for root in _KERAS):
            return None
    elif text_of(entry, "registered_name") and not registered:
        return None
    word = _RENAMED.get(word, word)
    if not word.isidentifier() or not word.isascii():
        return None
    if word in _FUNCTIONAL or word == "Sequential":
        return "keras.Sequential" if word == "Sequential" else "keras.Model"
    name = _located(word, module, families)
    if name is not None and not module and not _looks_like(name, config_of(entry)):
        return None
    return name


def _looks_like(name: str, config: Config) -> bool:
    """Whether a layer without a module can be that of Keras, and not one of the same name.

    Those of Keras save all of their arguments.
    """
    signature = signature_of(name)
    if signature is None or not name.startswith("keras.layers."):
        return True
    return 2 * len(signature.named.intersection(config)) >= len(signature.named)


@functools.lru_cache(maxsize=4096)
def _located(word: str, module: str, families: tuple[str, ...]) -> str | None:
    public = module.removeprefix("tf_").removeprefix("tensorflow.")
    named = [public] if public.startswith("keras.") and ".src" not in public else []
    for path in (*named, *(f"keras.{family}" for family in families)):
        found = keras_api.locate(f"{path}.{word}")
        if found is not None and found.name is not None:
            known = keras_api.symbol(found.name)
            if known is not None and known.is_class:
                return found.name
    return None


def function_name(value: Any) -> tuple[str, bool]:
    """The name of a serialized function, and whether it may be one of Keras.

    Keras does not save where a function comes from. When it loads one, it takes its own, unless
    the user registers another of that name.
    """
    if not isinstance(value, Mapping):
        return "", False
    config = value.get("config")
    if isinstance(config, Mapping):
        config = config.get("name")
    name = config if isinstance(config, str) else text_of(value, "registered_name")
    module = text_of(value, "module")
    return name, any(module == root or module.startswith(f"{root}.") for root in _FUNCTIONS)


def operation(entry: Config) -> str | None:
    """The function of ``keras.ops`` that an operation is: ``multiply`` for ``Multiply``."""
    word = text_of(entry, "class_name")
    if not word.isidentifier() or not word.isascii():
        return None
    name = snake(word)
    return name if keras_api.exists(f"keras.ops.{name}") else None


def snake(word: str) -> str:
    """``GlorotUniform`` -> ``glorot_uniform``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower()


@functools.lru_cache(maxsize=1024)
def signature_of(name: str) -> keras_api.Signature | None:
    return keras_api.signature(name) or keras_api.signature(name, keras_api.LEGACY)


@functools.lru_cache(maxsize=1024)
def taken(name: str, argument: str) -> bool:
    """Whether a class takes an argument of this name, now or in Keras 2."""
    found = signature_of(name)
    if found is None:
        return True
    if argument in found.named:
        return True
    return argument in ("name", "trainable", "dtype") and found.takes_kwargs


def short(number: float) -> float:
    """A number that was kept in 32 bits as it was written: 0.01 for 0.009999999776482582."""
    try:
        if len(repr(number)) < 12 or struct.unpack("f", struct.pack("f", number))[0] != number:
            return number
    except (OverflowError, struct.error):
        return number
    for digits in range(1, 10):
        shorter = float(f"{number:.{digits}g}")
        if struct.unpack("f", struct.pack("f", shorter))[0] == number:
            return shorter
    return number
