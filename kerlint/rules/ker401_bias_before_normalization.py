"""KER401: a bias that the next layer, BatchNormalization, takes away."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import BIAS_BEFORE_NORM
from kerlint.program.heads import activation_of
from kerlint.program.layers import LINEAR_BY_DEFAULT
from kerlint.program.model import Layer
from kerlint.rules.base import Finding, Note, Rule, View

_BIASED = LINEAR_BY_DEFAULT - {"EinsumDense"}


class BiasBeforeNormalization(Rule):
    """A bias directly before BatchNormalization has no effect.

    BatchNormalization subtracts the mean of each channel, and the bias with it. Its own `beta` does
    what the bias would do. The bias is a weight that is stored and trained for nothing: its
    gradient is rounding errors, and random values in its place change the output by less than a
    millionth.

    This rule is off by default, because such a bias does no harm. Turn it on with
    `--extend-select KER401`. Models that were saved with the bias cannot load their weights without
    it.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32)])
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.Dense(1))
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, use_bias=False)])
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
        model.add(layers.Dense(1))
    Tempting:
        # The bias decides where relu cuts off, before the mean is subtracted.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(32, activation="relu")])
        model.add(layers.BatchNormalization())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")

    People say: "use_bias=False with batch normalization", "bias before batch norm is useless".

    When kerlint stays silent:
        - An activation or another layer is between the two.
        - The normalization layer has another axis, or the program freezes layers.
        - The layer is used in other places too.
    """

    code = "KER401"
    severity = Severity.INFO
    default = False
    required_bytes = (b"BatchNormalization",)
    names = _BIASED
    experiments = (BIAS_BEFORE_NORM,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        bias = layer.arg("use_bias")
        if layer.partial or (bias is not None and bias.value is not True):
            return
        norm = _normalization(layer, view)
        if norm is None or _may_be_frozen(view):
            return
        yield Finding(
            layer.origin.site,
            f"the bias of `{layer.kind}` has no effect before BatchNormalization",
            label="this bias is subtracted again",
            help="add `use_bias=False`",
            related=(Note(norm.origin.site, "subtracts the mean of each channel"),),
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def _normalization(layer: Layer, view: View) -> Layer | None:
    """The layer that subtracts what the bias adds; None where the bias has another use."""
    found = activation_of(layer, view.program)
    calls = view.graph.layer_calls.get(layer.id, ())
    if len(calls) != 1 or found is None or found.name != "linear":
        return None
    if view.layer(calls[0]).id != layer.id:
        return None  # inside a wrapper
    after = view.graph.only_consumer(calls[0].outputs[0])
    norm = view.layer(after) if after is not None else None
    if norm is None or norm.kind != "BatchNormalization" or norm.custom or norm.partial:
        return None
    # ``mode`` of Keras 1 had a way that normalizes each sample by itself.
    return norm if not {"axis", "mode", "trainable"} & norm.args.keys() else None


def _may_be_frozen(view: View) -> bool:
    """Whether the program freezes anything, which may be the normalization."""
    return any(each.name == "trainable" for each in view.program.assignments)


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """No bias; nothing for a layer that has none."""
    if layer.kind not in _BIASED:
        return ()
    return (SetArg(layer.id, "use_bias", False),)
