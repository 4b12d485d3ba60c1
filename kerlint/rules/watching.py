"""Callbacks that watch what ``fit`` logs, and which way they expect it to go."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.lazy_dataclass import dataclass
from kerlint.program.model import Fit
from kerlint.program.values import Fact, Items, Object, Site

EARLY_STOPPING = "keras.callbacks.EarlyStopping"
CHECKPOINT = "keras.callbacks.ModelCheckpoint"
PLATEAU = "keras.callbacks.ReduceLROnPlateau"
WATCHING = frozenset({CHECKPOINT, EARLY_STOPPING, PLATEAU})

NEVER_DOES = {
    EARLY_STOPPING: "never stops the training",
    CHECKPOINT: "does not look for the best epoch",
    PLATEAU: "never reduces the learning rate",
}
"""What becomes of a callback that does not find its metric."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """A callback of a training. ``at`` is where its monitor is written, or the callback itself.

    ``mode`` is "" where it is not given, and None where it is not known.
    """

    callback: Object
    monitor: str
    at: Site
    mode: str | None

    @property
    def name(self) -> str:
        return self.callback.name.rpartition(".")[2]

    @property
    def only_best(self) -> bool:
        """Whether a checkpoint keeps the best epoch, and so compares."""
        given = self.callback.args.get("save_best_only")
        return given is not None and given.value is True


def watchers(fit: Fit) -> Iterator[Watcher]:
    """The callbacks of a training of which the monitor is known."""
    for item in _callbacks(fit):
        value = item.value
        if not isinstance(value, Object) or value.name not in WATCHING or value.partial:
            continue
        given, mode = value.args.get("monitor"), value.args.get("mode")
        monitor = "val_loss" if given is None else given.value
        if isinstance(monitor, str):
            told = "" if mode is None else mode.value
            at = value.site if given is None else given.site
            yield Watcher(value, monitor, at, told if isinstance(told, str) else None)


def _callbacks(fit: Fit) -> tuple[Fact, ...]:
    given = fit.args.get("callbacks")
    if given is None:
        return ()
    return given.value.items if isinstance(given.value, Items) else (given,)


_MORE = ("acc", "accuracy", "auc", "f1_score", "precision", "recall")
_LESS = ("loss", "error", "mse", "mae", "rmse", "mape", "msle")


def better(monitor: str) -> str | None:
    """Whether more or less of a metric is better, "max" or "min"; None when that is not known."""
    base = monitor.removeprefix("val_").lower()
    for words, mode in ((_MORE, "max"), (_LESS, "min")):
        if any(base == word or base.endswith(f"_{word}") for word in words):
            return mode
    return None
