"""What a Keras name is: its kind, its bases, the word for what it means, and text that means it."""

from __future__ import annotations

import functools
import re
from typing import Final

from kerlint.keras_api.facts import MEANINGS
from kerlint.keras_api.names import canonical_name
from kerlint.keras_api.store import LATEST, LEGACY, load, nearest_release
from kerlint.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Symbol:
    """A public object of some release.

    ``kind`` is "layer", "loss", "metric", "optimizer", "schedule", "initializer", "regularizer",
    "constraint", "activation", "callback", "application", "model", "function", "class", "module"
    or "value". ``bases`` are canonical names in resolution order, public ones only.
    """

    name: str
    kind: str
    bases: tuple[str, ...]
    is_class: bool


@functools.cache
def symbol(name: str) -> Symbol | None:
    """Return what the name stands for; None when no release in the data has it."""
    data = load("symbols")
    known = name if name in data else canonical_name(name)
    if known is None or known not in data:
        return None
    kind, bases, is_class = data[known]
    return Symbol(known, kind, tuple(bases), bool(is_class))


_MODULES: Final = {
    "activation": "activations",
    "constraint": "constraints",
    "initializer": "initializers",
    "loss": "losses",
    "metric": "metrics",
    "optimizer": "optimizers",
    "regularizer": "regularizers",
}


@functools.cache
def resolve_string(kind: str, text: str, release: str = LATEST) -> str | None:
    """Return the canonical name of what Keras makes of a text: ``("loss", "mse")``.

    ``kind`` is "activation", "constraint", "initializer", "loss", "metric", "optimizer" or
    "regularizer" (or the module's name). ``compile`` itself gives "accuracy", "acc", "crossentropy"
    and "ce" a meaning that depends on shapes; they come back as "accuracy" and "crossentropy".
    None when Keras raises for the text. Keras 1 and early Keras 2 are answered by the last Keras 2.
    """
    module = _MODULES.get(kind, kind)
    if module == "metrics":
        if text in ("accuracy", "acc"):
            return "accuracy"
        if text in ("crossentropy", "ce"):
            return "crossentropy"
    release = nearest_release(release)
    if not release.startswith("3."):
        release = LEGACY
    texts = load("strings").get(module, {})
    # Optimizers are looked up in lower case.
    meanings = texts.get(text) or (texts.get(text.lower()) if module == "optimizers" else None)
    for target, found in meanings or ():
        if release in found:
            return str(target)
    return None


@functools.cache
def strings_for(kind: str, release: str = LATEST) -> tuple[str, ...]:
    """Return the texts for which Keras finds something of this kind, see ``resolve_string``."""
    texts = load("strings").get(_MODULES.get(kind, kind), {})
    return tuple(text for text in texts if resolve_string(kind, text, release) is not None)


_WORDED: Final = frozenset(
    {"loss", "metric", "activation", "initializer", "optimizer", "regularizer", "constraint"}
)
# What others inherit from means nothing by itself.
_BASE_CLASSES: Final = frozenset(
    {
        *("Loss", "Metric", "Optimizer", "Initializer", "Regularizer", "Constraint"),
        *("LossFunctionWrapper", "MeanMetricWrapper", "SumOverBatchSizeMetricWrapper", "Reduce"),
        *("SensitivitySpecificityBase", "PyMetric", "TFOptimizer", "OptimizerMap"),
        *("LossScaleOptimizer", "MultiOptimizer"),
    }
)


@functools.cache
def kind_of(name: str) -> str | None:
    """Return one snake-case word for a loss, metric, activation, initializer, optimizer, ...

    The word is the same for the class, the function, the alias and the layer:
    "mean_squared_error" for ``keras.losses.MSE``, "softmax" for ``keras.layers.Softmax``.
    """
    found = symbol(name)
    if found is None:
        return None
    last = found.name.rpartition(".")[2]
    if last in MEANINGS:
        return MEANINGS[last]
    if found.kind not in _WORDED or last in _BASE_CLASSES:
        return None
    if found.kind == "optimizer":
        return last.lower()
    return _snake_case(last) if last[:1].isupper() else last


def _snake_case(word: str) -> str:
    word = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", word)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", word).lower()
