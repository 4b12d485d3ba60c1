"""KER402: dropout directly before batch normalization."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, Swap
from kerlint.program.claims import TRAIN_EVAL_MODE
from kerlint.program.layers import KINDS
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Note, Rule, View

_SMALL = 0.2  # the variance is .73 of that in training, and .86 at .1
_NORMALIZATIONS = frozenset({"BatchNormalization", "SyncBatchNormalization"})


class DropoutBeforeNormalization(Rule):
    """BatchNormalization after dropout sees other variances in prediction than in training.

    In training, dropout sets some values to 0 and makes the others larger, so their variance goes
    up. BatchNormalization remembers that variance. In prediction nothing is dropped, and the
    variance is only 0.4 times what it was with a rate of 0.5 (0.7 times with 0.2), so the layer
    divides by too much.

    This rule is off by default, because the layers after it often make up for the difference. Turn
    it on with `--extend-select KER402`.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dropout(0.5))
        model.add(layers.BatchNormalization())
        model.add(layers.Dense(1))
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.BatchNormalization())
        model.add(layers.Dropout(0.5))
        model.add(layers.Dense(1))
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.Dropout(0.5))
        model.add(layers.LayerNormalization())  # has no averages from the training
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")

    People say: "validation loss higher with dropout and batch normalization", "dropout before or
    after batch normalization", "variance shift".

    When kerlint stays silent:
        - The rate is less than 0.2 or not known.
        - Another layer is between the two.
    """

    code = "KER402"
    severity = Severity.INFO
    default = False
    required_bytes = (b"Normalization",)
    names = frozenset({"Dropout"})
    experiments = (TRAIN_EVAL_MODE,)
    unsafe_because = "the model then trains differently"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        rate = layer.arg("rate")
        number = rate.number() if rate is not None else None
        if number is None or not _SMALL <= number < 1:
            return
        norm = _normalization(layer, view)
        if norm is None:
            return
        yield Finding(
            layer.origin.site,
            "BatchNormalization after dropout sees other variances in prediction than in training",
            label=f"drops {number:.0%} in training only",
            help="move the dropout after `BatchNormalization`",
            related=(Note(norm.origin.site, "remembers the variance from training"),),
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def _normalization(layer: Layer, view: View) -> Layer | None:
    """The normalization layer that comes directly after a layer."""
    for apply in view.graph.layer_calls.get(layer.id, ()):
        after = view.graph.only_consumer(apply.outputs[0])
        if after is not None and view.layer(after).kind in _NORMALIZATIONS:
            return view.layer(after)
    return None


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """The dropout after the normalization; nothing where none of any kind comes next."""
    if layer.kind != "Dropout":
        return ()
    for apply in view.graph.layer_calls.get(layer.id, ()):
        after = view.graph.only_consumer(apply.outputs[0])
        kind = KINDS.get(view.layer(after).kind) if after is not None else None
        if after is not None and kind is not None and kind.normalizes:
            return (Swap(layer.id, view.layer(after).id),)
    return ()
