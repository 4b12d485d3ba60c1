"""Which keyword arguments are worth trying on which object, and what the trials say together."""

from __future__ import annotations

from typing import Any

from kerlint.keras_api.generate.merge import History
from kerlint.keras_api.generate.probe import NOBODY

# What base classes took through ``**kwargs`` in some release.
_BASE_KEYWORDS = {
    "keras.layers.Layer": (
        "activity_regularizer autocast batch_input_shape batch_shape batch_size dtype dtype_policy "
        "dynamic experimental_autocast implementation input_dim input_dtype input_length "
        "input_shape name stateful supports_masking trainable weights"
    ),
    "keras.optimizers.Optimizer": (
        "clipnorm clipvalue decay epsilon global_clipnorm is_legacy_optimizer jit_compile lr name "
        "schedule_decay use_ema use_locking weight_decay"
    ),
    "keras.callbacks.Callback": "name",
    "keras.losses.Loss": "name reduction dtype from_logits",
    "keras.metrics.Metric": "name dtype",
}
# What Keras 1 called things.
_KERAS_1 = (
    "init W_regularizer b_regularizer W_constraint b_constraint bias border_mode subsample "
    "dim_ordering output_dim nb_filter nb_row nb_col p input output"
)
_FUNCTIONS = ["add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"]


# Methods and functions that are worth it although they are neither layers nor classes.
METHODS = (
    "keras.Model.compile",
    "keras.Model.evaluate",
    "keras.Model.load_weights",
    "keras.Model.save",
    "keras.models.load_model",
    "keras.models.save_model",
)


def to_try(history: History) -> dict[str, list[str]]:
    """Return every object with ``**kwargs`` in some release, with the arguments to try on it."""
    result: dict[str, list[str]] = {}
    for name, (kind, bases, is_class) in sorted(history.symbols.items()):
        function = name.removeprefix("keras.layers.") in _FUNCTIONS or name == "keras.Input"
        if not (is_class or (kind == "function" and function)) or ".legacy." in name:
            continue
        versions = [signature for _, signature in history.signatures.get(name, ()) if signature]
        if not any(str(item).startswith("**") for signature in versions for item in signature):
            continue
        arguments = set(_KERAS_1.split())
        for signature in versions:
            arguments |= {
                item[0] if isinstance(item, list) else str(item)
                for item in signature
                if isinstance(item, list) or not str(item).startswith("*")
            }
        for base in (name, *bases, *(["keras.layers.Layer"] if not is_class else [])):
            arguments |= set(_BASE_KEYWORDS.get(base, "").split())
        result[name] = sorted(arguments)
    for name in METHODS:
        result[name] = sorted(
            {
                item[0] if isinstance(item, list) else str(item)
                for _, signature in history.signatures[name]
                for item in signature or ()
                if isinstance(item, list) or not str(item).startswith("*")
            }
            | {"save_format", "include_optimizer", "signatures", "options", "by_name", "workers"}
        )
    return result


def summary(trials: dict[str, dict[str, dict[str, list[str]]]], newest: str) -> dict[str, Any]:
    """Return the data file: accepted names per release, and outcomes in the newest one.

    ``accepted`` gives for each object pairs of a number in ``sets`` and the releases with that
    set. ``lenient`` are the releases in which an object does not refuse a name that nobody ever
    took, with the names that it does refuse. ``outcomes`` leaves out what ends like such a name,
    which is under "".
    """
    grouped: dict[str, dict[str, list[str]]] = {}
    lenient: dict[str, dict[str, list[str]]] = {}
    for release, objects in reversed(trials.items()):
        for name, found in objects.items():
            if found[""][0] == "ok":
                continue  # takes anything
            if found[""][0] != "raises":
                refused = sorted(a for a, (word, _) in found.items() if a and word == "raises")
                lenient.setdefault(name, {})[release] = refused
            taken = sorted(
                a for a, (word, _) in found.items() if a and word in ("ok", "warns", "unknown")
            )
            grouped.setdefault(name, {}).setdefault(" ".join(taken), []).append(release)
    sets = sorted({taken for found in grouped.values() for taken in found})
    accepted = {
        name: [[sets.index(taken), releases] for taken, releases in found.items()]
        for name, found in grouped.items()
    }
    outcomes: dict[str, dict[str, list[str]]] = {}
    for name, found in trials[newest].items():
        other = found[""]
        outcomes[name] = {"": other}
        for argument, (word, message) in found.items():
            if [word, message] != [other[0], other[1].replace(NOBODY, argument)]:
                outcomes[name][argument] = [word, message] if message else [word]
    return {
        "sets": [taken.split() for taken in sets],
        "accepted": accepted,
        "lenient": lenient,
        "outcomes": outcomes,
    }
