"""KER803: ``EarlyStopping("val_accuracy", mode="min")`` keeps the worst epoch."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Constant, SetArgument, SetValue
from kerlint.program.model import Call
from kerlint.program.values import Custom, Items, Site
from kerlint.rules.arguments import argument, place_in, reaches_keras_3
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.watching import CHECKPOINT, WATCHING, better, watchers


class ModeContradictsMonitor(Rule):
    """A callback takes the worst value of its metric for the best one.

    ``mode="max"`` says that more is better, ``mode="min"`` that less is. With the wrong one,
    ``EarlyStopping`` stops a training as soon as it gets better, ``ModelCheckpoint`` keeps the
    worst epoch, and ``ReduceLROnPlateau`` reduces the learning rate while all is well. Keras does
    not complain.

    Without a mode Keras 3 asks the metric itself. A function of your own cannot tell, and the
    callback raises an error after the first epoch. Keras 2 took less for better.

    Bad:
        stop = keras.callbacks.EarlyStopping("val_accuracy", mode="min", patience=5)
    Good:
        stop = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=5)
    Tempting:
        # A checkpoint that saves every epoch does not compare them.
        keep = keras.callbacks.ModelCheckpoint("last.keras", monitor="val_accuracy", mode="min")
        stop = keras.callbacks.EarlyStopping("val_loss", mode="min", patience=5)

    People say: "EarlyStopping stops too early", "ModelCheckpoint saves the worst model", "val_loss
    improved from 0.3 to 0.5", "Keras isn't able to automatically determine whether that metric
    should be maximized or minimized".

    When kerlint stays silent:
        - The mode or the metric is not known, or the metric is one of your own and has a mode.
        - A checkpoint saves every epoch.
    """

    code = "KER803"
    severity = Severity.ERROR
    required_bytes = (b"EarlyStopping", b"ModelCheckpoint", b"ReduceLROnPlateau")
    names = WATCHING
    unsafe_because = "the callback then acts after other epochs"
    untestable = "the callback compares epochs, which is no property of the model"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        mode = argument(call, view, "mode")
        if mode is None and not call.partial or mode is not None and mode.fact.value == "auto":
            yield from _undecided(call, view)
        if mode is None or mode.fact.value not in ("min", "max"):
            return
        given = argument(call, view, "monitor")
        if given is None and call.partial:
            return
        monitor = "val_loss" if given is None else given.fact.value
        if not isinstance(monitor, str):
            return
        wanted = better(monitor)
        if wanted is None or wanted == mode.fact.value:
            return
        if call.name == CHECKPOINT:
            best = argument(call, view, "save_best_only")
            if best is None or best.fact.value is not True:
                return
        name = call.name.rpartition(".")[2]
        place = place_in(call, view, mode)
        less = "less" if wanted == "min" else "more"
        yield Finding(
            mode.site,
            f"`{name}` takes the worst `{monitor}` for the best: {less} is better, "
            f'and the mode is `"{mode.fact.value}"`',
            label="the other way round",
            help=f'use `mode="{wanted}"`, or leave it out',
            related=(Note(mode.related, "the mode"),) if mode.related is not None else (),
            origin=call.origin,
            rewrite=(SetValue(place, wanted),) if place is not None else (),
        )


def _undecided(call: Call, view: View) -> Iterator[Finding]:
    """A metric that is a function of the user, of which Keras cannot tell what is better."""
    given = argument(call, view, "monitor")
    monitor = given.fact.value if given is not None else None
    if given is None or not isinstance(monitor, str) or not reaches_keras_3(call, view):
        return
    metric = next(_watched(call, monitor.removeprefix("val_"), view), None)
    if metric is None or call.guarded:
        return
    wanted = better(monitor) or "max"
    yield Finding(
        given.site,
        f"Keras cannot tell whether more or less of `{monitor}` is better, and raises an error",
        label="a metric of your own",
        help=f'add `mode="{wanted}"`' if better(monitor) else 'add `mode="max"` or `mode="min"`',
        related=(Note(metric, "the metric"),),
        origin=call.origin,
        rewrite=(SetArgument(call.origin.site, "mode", (Constant(wanted),)),)
        if better(monitor)
        else (),
        unsafe_because="kerlint guesses the direction from the name of the metric",
    )


def _watched(call: Call, name: str, view: View) -> Iterator[Site]:
    """Where a function of this name is among the metrics of a training with the callback."""
    for fit in view.program.fits:
        if fit.compiled is None or all(
            watcher.callback.site != call.origin.site for watcher in watchers(fit)
        ):
            continue
        metrics = view.program.compiles[fit.compiled].args.get("metrics")
        items = metrics.value.items if metrics and isinstance(metrics.value, Items) else ()
        for item in items:
            value = item.value
            if isinstance(value, Custom) and value.kind == "function" and value.name == name:
                yield item.used_at
