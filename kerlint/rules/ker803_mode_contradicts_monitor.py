"""KER803: ``EarlyStopping("val_accuracy", mode="min")`` keeps the worst epoch."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call
from kerlint.rules.arguments import argument
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.watching import CHECKPOINT, WATCHING, better


class ModeContradictsMonitor(Rule):
    """A callback takes the worst value of its metric for the best one.

    ``mode="max"`` says that more is better, ``mode="min"`` that less is. With the wrong one,
    ``EarlyStopping`` stops a training as soon as it gets better, ``ModelCheckpoint`` keeps the
    worst epoch, and ``ReduceLROnPlateau`` reduces the learning rate while all is well. Keras does
    not complain.

    Bad:
        stop = keras.callbacks.EarlyStopping("val_accuracy", mode="min", patience=5)
    Good:
        stop = keras.callbacks.EarlyStopping("val_accuracy", mode="max", patience=5)
    Tempting:
        # A checkpoint that saves every epoch does not compare them.
        keep = keras.callbacks.ModelCheckpoint("last.keras", monitor="val_accuracy", mode="min")
        stop = keras.callbacks.EarlyStopping("val_loss", mode="min", patience=5)

    People say: "EarlyStopping stops too early", "ModelCheckpoint saves the worst model", "val_loss
    improved from 0.3 to 0.5".

    When kerlint stays silent:
        - The mode or the metric is not known, or the metric is one of your own.
        - A checkpoint saves every epoch.
    """

    code = "KER803"
    severity = Severity.ERROR
    required_bytes = (b"EarlyStopping", b"ModelCheckpoint", b"ReduceLROnPlateau")
    names = WATCHING
    untestable = "the callback compares epochs, which is no property of the model"

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        mode = argument(call, view, "mode")
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
        less = "less" if wanted == "min" else "more"
        yield Finding(
            mode.site,
            f"`{name}` takes the worst `{monitor}` for the best: {less} is better, "
            f'and the mode is `"{mode.fact.value}"`',
            label="the other way round",
            help=f'use `mode="{wanted}"`, or leave it out',
            related=(Note(mode.related, "the mode"),) if mode.related is not None else (),
            origin=call.origin,
        )
