"""Which name of a log was meant, for the rules about what ``fit`` records."""

from __future__ import annotations

import difflib

from kerlint.program.logs import Logged

_ACCURACIES = ("acc", "accuracy")
# Short names of metrics, which Keras logs as they are written in ``compile``.
_SHORT = {
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}


def meant(key: str, logged: Logged) -> str | None:
    """The name under which the metric is logged that a key was meant for."""
    start = "val_" if key.startswith("val_") else ""
    base = key.removeprefix("val_")
    names = [*logged.metrics, "loss"]
    if base in _ACCURACIES:
        found = [name for name in names if name in _ACCURACIES]
        found = found or [name for name in names if "acc" in name]
        return start + found[0] if found else None
    same = [name for name in names if _long(name) == _long(base)]
    if same:
        return start + same[0]
    close = difflib.get_close_matches(base, names, 1, 0.6)
    return start + close[0] if close else None


def is_alias(key: str, name: str | None) -> bool:
    """Whether two names are of the same metric: only what it is called has changed."""
    if name is None or key.startswith("val_") != name.startswith("val_"):
        return False
    pair = {key.removeprefix("val_"), name.removeprefix("val_")}
    return pair == {*_ACCURACIES} or len({_long(word) for word in pair}) == 1


def _long(name: str) -> str:
    return _SHORT.get(name.lower(), name)


def reason(key: str, logged: Logged) -> str:
    """Why a key is not in the logs, as the end of a sentence."""
    if key.startswith("val_") and logged.validated is False:
        return "`fit()` gets no validation data"
    if logged.several:
        return "each output of the model logs its own metrics"
    name = meant(key, logged)
    if name is not None:
        return f"the metric is logged as `{name}`"
    if not logged.metrics:
        return "`compile()` gets no metrics"
    names = ", ".join(f"`{metric}`" for metric in logged.metrics[:3])
    return f"the metrics are logged as {names}"


def advice(key: str, logged: Logged) -> str:
    """What to do about it."""
    base = key.removeprefix("val_")
    if base != key and logged.validated is False:
        return "pass `validation_data=` or `validation_split=` to `fit()`"
    if logged.several:
        return "put the name of the output first, as in `digit_accuracy` for an output `digit`"
    name = meant(key, logged)
    if name is not None:
        return f'write `"{name}"`'
    if logged.regression and base in ("acc", "accuracy"):
        return f'use `"{key.removesuffix(base)}loss"`, because a regression has no accuracy'
    return f'pass `metrics=["{"accuracy" if base == "acc" else base}"]` to `compile()`'
