"""KER202: a kernel of zeros before a relu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, DropArg
from kerlint.program.claims import GRADIENT_SYMMETRY
from kerlint.program.heads import activation_of
from kerlint.program.layers import CONVOLUTIONS, ONLY_ACTIVATION
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import Fact
from kerlint.program.weights import bias_start, constant_kernel, constant_of
from kerlint.rules.base import Finding, Note, Rule, View

ONE_KERNEL = CONVOLUTIONS | {"Dense"}
"""Layers with one kernel, in which each unit has weights for every value that it sees."""

RELUS = frozenset({"relu", "relu6"})


class ZeroKernelRelu(Rule):
    """A relu layer whose weights all start at zero can never learn.

    Every unit outputs exactly 0, and the gradient of relu at 0 is 0. So no gradient ever
    reaches the kernel (the weights of the inputs) or the bias: the layer stays at zero, and
    the model can only learn one constant answer, such as the mean of the targets. The same happens
    if tanh or no activation follows and relu comes one layer later: it sees zeros only.

    Leave the initializer out. The default is random. Biases that start at zero are the
    default and harmless.

    Bad:
        model = keras.Sequential(
            [
                keras.Input((4,)),
                layers.Dense(16, activation="relu", kernel_initializer="zeros"),
                layers.Dense(1),
            ]
        )
    Good:
        model = keras.Sequential(
            [keras.Input((4,)), layers.Dense(16, activation="relu"), layers.Dense(1)]
        )
    Tempting:
        # tanh has a gradient at 0, and the output layer after it is random.
        model = keras.Sequential(
            [
                keras.Input((4,)),
                layers.Dense(16, activation="tanh", kernel_initializer="zeros"),
                layers.Dense(1),
            ]
        )
        model.compile(optimizer="adam", loss="mse")

        # The output layer starts at zero; the relu layer before it does not.
        model = keras.Sequential([keras.Input((4,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1, kernel_initializer="zeros"))
        model.compile(optimizer="adam", loss="mse")

    People say:
        "same output for every input", "predicts the mean", "loss does not decrease"

    When kerlint stays silent:
        - The activation has a gradient at 0 (tanh, sigmoid, gelu, elu, leaky relu), and no relu
          follows that sees zeros only.
        - The bias starts above 0, so that the units are active.
        - The layer is the output layer, or its output is added to another one (a residual
          branch).
        - The weights are loaded or set afterwards, or are not trained.
    """

    code = "KER202"
    severity = Severity.ERROR
    required_bytes = (b"init", b"zero", b"Zero", b"ones", b"Ones", b"'one'", b'"one"', b"onstant")
    experiments = (GRADIENT_SYMMETRY,)
    unsafe_because = "the model then starts from other weights"

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        if layer.kind not in ONE_KERNEL:
            return
        kernel = constant_kernel(layer)
        bias = bias_start(layer)
        if kernel is None or kernel[0] != 0 or bias is None or bias > 0:
            return
        layer_calls = view.graph.layer_calls.get(layer.id, [])
        if not layer_calls or any(weights_given(apply, view) for apply in layer_calls):
            return
        relus = [
            _relu_after(layer, apply.outputs[0], view) or _dead_end(layer, apply, bias, view)
            for apply in layer_calls
        ]
        first = relus[0]
        if first is None or any(relu is None for relu in relus):
            return
        related = (
            ()
            if first is layer
            else (Note(first.origin.site, "the gradient of this relu at 0 is 0"),)
        )
        if first is not layer and first.kind in ONE_KERNEL:
            word = (
                "starts at 0 too" if constant_kernel(first) else "is relu, whose gradient at 0 is 0"
            )
            related = (Note(first.origin.site, f"this layer sees zeros only, and {word}"),)
        yield Finding(
            layer.origin.site,
            f"this `{layer.kind}` can never learn, because its weights start at 0 before "
            + ("a relu" if not constant_kernel(first) or first is layer else "weights of 0"),
            label="the output is 0, and so is every gradient",
            help="remove the initializer; the default is random",
            related=related,
            origin=layer.origin,
            claim=view.claim(layer),
            repair=repair(layer, view),
        )


def repair(layer: Layer, view: View) -> tuple[Change, ...]:
    """Kernels that start as Keras has them start: random."""
    names = ("kernel_initializer", "recurrent_initializer")
    return tuple(DropArg(layer.id, name) for name in names if name in layer.args)


def weights_given(apply: LayerCall, view: View) -> bool:
    """Whether a model with this call of a layer has its weights loaded."""
    return any(model.weights_given and apply.id in model.graph for model in view.program.models)


def _relu_after(layer: Layer, tensor: int, view: View) -> Layer | None:
    """The relu that a layer's output meets first, unless it is the end of a model."""
    own = activation_of(layer, view.program)
    if own is None or own.name is None:
        return None
    if own.name in RELUS:
        return None if view.graph.is_end(tensor) else layer
    if own.name != "linear":
        return None
    for apply in view.graph.straight(tensor):
        after = view.layer(apply)
        if after.kind == "BatchNormalization":
            beta = after.arg("beta_initializer")
            if after.partial or (beta is not None and constant_of(beta) != 0):
                return None
            continue
        if after.kind in ("Dropout", "SpatialDropout2D", "Flatten"):
            continue
        found = activation_of(after, view.program)
        last = view.graph.is_end(apply.outputs[0])
        if found is None or found.name not in RELUS or last:
            return None
        if after.kind not in ONLY_ACTIVATION or not _plain_relu(after.args):
            return None
        return after
    return None


_ZERO_AT_ZERO = frozenset(
    {"linear", "tanh", "elu", "selu", "gelu", "silu", "leaky_relu", "softsign", "mish", "hard_tanh"}
)
_ZEROS_STAY = frozenset({"BatchNormalization", "LayerNormalization", "Dropout", "Flatten"})


def _dead_end(layer: Layer, apply: LayerCall, bias: float, view: View) -> Layer | None:
    """The layer that stops all gradients of one whose output is 0, further on.

    Zeros stay zeros through kernels whose bias starts at 0 and through activations that are 0 at
    0. A relu then has no gradient, and a kernel of zeros passes none on.
    """
    own = activation_of(layer, view.program)
    if bias != 0 or own is None or own.name not in _ZERO_AT_ZERO:
        return None
    between = 0
    for after in view.graph.straight(apply.outputs[0]):
        other = view.layer(after)
        if other.custom or other.operation or other.partial or after.repeated:
            return None
        if other.kind in _ZEROS_STAY:
            beta = other.arg("beta_initializer")
            if beta is not None and constant_of(beta) != 0:
                return None
            continue
        found = activation_of(other, view.program)
        if found is None:
            return None
        if other.kind in ONE_KERNEL:
            if bias_start(other) != 0:
                return None
            kernel = constant_kernel(other)
            if kernel is not None and kernel[0] == 0:
                return other if between else None  # KER201 reports two in a row
            between += 1
        elif other.kind not in ONLY_ACTIVATION:
            return None
        if found.name in RELUS:
            plain = other.kind in ONE_KERNEL or _plain_relu(other.args)
            return other if between and plain else None
        if found.name not in _ZERO_AT_ZERO:
            return None
    return None


def _plain_relu(args: Mapping[str, Fact]) -> bool:
    """A ReLU layer without a slope below zero and without a threshold."""
    for name in ("negative_slope", "threshold", "alpha"):
        fact = args.get(name)
        if fact is not None and fact.number() != 0:
            return False
    return True
