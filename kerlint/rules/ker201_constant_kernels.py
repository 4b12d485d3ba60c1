"""KER201: constant kernels in consecutive layers."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.claims import GRADIENT_SYMMETRY
from kerlint.program.layers import where, width_argument
from kerlint.program.model import Layer
from kerlint.program.weights import bias_start, constant_kernel, weighted_after
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker202_zero_kernel_relu import (
    ONE_KERNEL,
    ZeroKernelRelu,
    repair,
    weights_given,
)

KINDS = ONE_KERNEL | where(
    lambda kind: kind.recurrent and kind.width == "units" and not kind.legacy
)


class ConstantKernels(Rule):
    """Layers that start with constant weights stay symmetric: all units do the same.

    If every weight of a layer starts with the same number, all of its units compute the
    same. If the next layer starts constant too, they also receive the same gradients, and
    no amount of training tells them apart: 16 units can do no more than one.

    Leave the initializer out. The default is random.

    Bad:
        model = keras.Sequential(
            [
                keras.Input((4,)),
                layers.Dense(16, activation="tanh", kernel_initializer="ones"),
                layers.Dense(1, kernel_initializer="ones"),
            ]
        )
    Good:
        model = keras.Sequential(
            [keras.Input((4,)), layers.Dense(16, activation="tanh"), layers.Dense(1)]
        )
    Tempting:
        # The random output layer makes the 16 units different.
        model = keras.Sequential(
            [
                keras.Input((4,)),
                layers.Dense(16, activation="tanh", kernel_initializer="ones"),
                layers.Dense(1),
            ]
        )
        model.compile(optimizer="adam", loss="mse")

    People say:
        "loss does not decrease", "the network learns nothing but the mean"

    When kerlint stays silent:
        - The next layer starts with random weights: then the units become different.
        - Dropout lies between the two layers: it breaks the symmetry.
        - The weights are loaded or set afterwards, or are not trained.
        - The kernel is zero before a relu: KER202 reports that.
    """

    code = "KER201"
    severity = Severity.ERROR
    required_bytes = (b"init", b"zero", b"Zero", b"ones", b"Ones", b"'one'", b'"one"', b"onstant")
    experiments = (GRADIENT_SYMMETRY,)
    unsafe_because = "the model then starts from other weights"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if layer.kind not in KINDS:
            return
        size = width_argument(layer)
        kernel = constant_kernel(layer)
        if kernel is None or bias_start(layer) is None:
            return
        if size is None or (size.known and (size.integer() or 0) < 2):
            return
        layer_calls = view.graph.layer_calls.get(layer.id, [])
        if not layer_calls or any(weights_given(apply, view) for apply in layer_calls):
            return
        after: list[Layer] = []
        for apply in layer_calls:
            found = weighted_after(apply.outputs[0], view.graph)
            if found is None:
                return
            after.extend(found)
        if not after or any(
            other.kind not in KINDS or constant_kernel(other) is None for other in after
        ):
            return
        if next(ZeroKernelRelu().check(layer, view), None) is not None:
            return
        yield Finding(
            layer.origin.site,
            f"all units of this `{layer.kind}` stay the same, because it and the next layer "
            "start with constant weights",
            label=f"{size.integer() or 'all'} units that can only do the work of one",
            help="remove the initializer; the default is random",
            related=(Note(after[0].origin.site, "also starts with constant weights"),),
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )
