"""What a model was compiled with, as the arguments of ``compile``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kerlint.lazy_dataclass import dataclass
from kerlint.saved.architecture import Architecture, Config
from kerlint.saved.graph import name_of
from kerlint.saved.objects import config_of, is_entry, short, text_of

_MEASURED: Final = (
    ("loss", "losses"),
    ("loss_weights", ""),
    ("metrics", "metrics"),
    ("weighted_metrics", "metrics"),
)
# A callback may have lowered the rate since the training began.
LOW_RATE: Final = 1e-4
_ACCURACIES: Final = frozenset(
    {"binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"}
)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments with the family of their values, and a remark for the reader."""

    arguments: tuple[tuple[str, Any, str], ...]
    comment: str = ""


def compile_arguments(architecture: Architecture) -> Arguments:
    """The arguments of ``compile``, those left out that say nothing."""
    compiled = architecture.compiled
    made: list[tuple[str, Any, str]] = []
    comment = ""
    optimizer = compiled.get("optimizer")
    if architecture.trained and isinstance(optimizer, Mapping) and is_entry(optimizer):
        optimizer, rate = _without_low_rate(optimizer)
        if rate:
            comment = f"  # learning rate when it was saved: {rate:g}"
    if optimizer is not None:
        made.append(("optimizer", optimizer, "optimizers"))
    outputs = _outputs(architecture.model)
    for key, kind in _MEASURED:
        value = compiled.get(key)
        if value is None or value == [] or value == {}:
            continue
        if kind == "metrics":
            value = _metrics(value, outputs)
        made.append((key, value, kind))
    measured = any(key == "loss" for key, _, _ in made)
    return Arguments(tuple(made) if measured or optimizer is not None else (), comment)


def _without_low_rate(optimizer: Config) -> tuple[Config, float]:
    config = config_of(optimizer)
    rate = config.get("learning_rate", config.get("lr"))
    if not isinstance(rate, float) or not 0 < rate < LOW_RATE:
        return optimizer, 0.0
    left = {k: v for k, v in config.items() if k not in ("learning_rate", "lr")}
    return {**optimizer, "config": left}, short(rate)


def _outputs(model: Config) -> list[str]:
    """The names of the output layers, as far as the configuration shows them."""
    config = model.get("config")
    layers = config.get("layers") if isinstance(config, Mapping) else config
    if isinstance(config, Mapping) and "output_layers" in config:
        found: list[str] = []
        waiting = [config["output_layers"]]
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, Mapping):
                waiting = [*value.values(), *waiting]
            elif isinstance(value, list) and value and isinstance(value[0], str):
                found.append(value[0])
            elif isinstance(value, list):
                waiting = [*value, *waiting]
        return found
    if isinstance(layers, list) and layers and isinstance(layers[-1], Mapping):
        return [name_of(layers[-1])]
    return []


def _metrics(value: Any, outputs: list[str]) -> Any:
    """Metrics as they were given: Keras 2 saves which accuracy it has chosen, in a list more."""
    if isinstance(value, Mapping) and not is_entry(value):
        return {key: _metrics(item, outputs) for key, item in value.items()}
    if isinstance(value, list):
        if len(outputs) == 1 and len(value) == 1 and isinstance(value[0], list):
            value = value[0]
        return [_metrics(item, outputs) for item in value]
    if is_entry(value) and text_of(value, "class_name") == "MeanMetricWrapper":
        config = config_of(value)
        name, function = text_of(config, "name"), config.get("fn")
        prefixes = ("", *(f"{output}_" for output in outputs))
        if function in _ACCURACIES and any(
            name == f"{prefix}{word}" for prefix in prefixes for word in ("accuracy", "acc")
        ):
            return "accuracy"
    return value
