"""KER935: ``add_loss`` of a tensor with a number for each sample."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Call, LayerCall
from kerlint.program.values import Fact, Items, TensorRef
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.keywords import only_keras_3, releases_reached

_REDUCING = frozenset({"mean", "sum", "reduce_mean", "reduce_sum"})
_SCALING = frozenset({"mul", "truediv", "neg", "multiply", "divide", "negative"})


class AddedLossOfEachSample(Rule):
    """`add_loss` gets one number for each sample, and Keras 3 adds them all up.

    The loss of the model is a mean over the batch, and what is added has to be one number too.
    Keras 3 takes the sum of a longer tensor: with a batch of 32 a penalty counts 32 times, so that
    a variational autoencoder learns nothing but its KL divergence. Keras 2 took the mean.

    Bad:
        from keras import ops

        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.code = layers.Dense(4)
                self.out = layers.Dense(1)

            def call(self, x):
                code = self.code(x)
                self.add_loss(0.1 * ops.mean(ops.square(code), axis=1))
                return self.out(code)

        model = Small()
        model.compile("adam", "mse")
    Good:
        from keras import ops

        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.code = layers.Dense(4)
                self.out = layers.Dense(1)

            def call(self, x):
                code = self.code(x)
                self.add_loss(0.1 * ops.mean(ops.square(code)))
                return self.out(code)

        model = Small()
        model.compile("adam", "mse")
    Tempting:
        import numpy as np
        from keras import ops

        class Small(keras.Model):
            def __init__(self):
                super().__init__()
                self.code = layers.Dense(4)
                self.out = layers.Dense(1)

            def call(self, x):
                code = self.code(x)
                self.add_loss(ops.mean(ops.sum(ops.square(code), axis=1)))  # the mean comes last
                return self.out(code)

        model = Small()
        model.compile("adam", "mse")
        model.fit(np.random.rand(32, 8), np.random.rand(32, 1))

    People say: "KL loss is huge", "the loss depends on the batch size with add_loss", "VAE
    reconstructs the same image".

    When kerlint stays silent:
        - What is added is not known, or is not a mean or sum, times a number perhaps.
        - The sum or mean goes over the axis of the samples.
        - A layer adds it, and not the `call()` of a model.
        - The code is for Keras 2.
    """

    code = "KER935"
    severity = Severity.WARNING
    required_bytes = (b"add_loss",)
    untestable = "the penalty is code of the program, which kerlint never runs"

    def concerns(self, name: str) -> bool:
        return name.endswith(".add_loss")  # of a class of the user, by its name

    def check(self, call: Call, view: View) -> Iterator[Finding]:
        if call.guarded or not call.positional:
            return
        if not only_keras_3(releases_reached(call, view)):
            return
        reduced = _reduced(call.positional[0], view)
        if reduced is None or not _keeps_samples(reduced, view):
            return
        yield Finding(
            call.origin.site,
            "one number for each sample is added to the loss, and Keras adds them all up",
            label="counts once for each sample of the batch",
            help="add the mean over all samples, without `axis=`",
            related=(Note(reduced.origin.site, "leaves one number for each sample"),),
            origin=call.origin,
        )


def _reduced(fact: Fact, view: View) -> LayerCall | None:
    """The mean or sum that a tensor is, times a number perhaps."""
    value = fact.value
    while isinstance(value, TensorRef):
        apply = view.program.tensors[value.tensor].apply
        if apply is None:
            return None
        made = view.program.layer_calls[apply]
        layer = view.layer(made)
        if layer.operation and layer.kind in _REDUCING:
            return made
        if not layer.operation or layer.kind not in _SCALING or len(made.inputs) != 1:
            return None
        numbers = [each.value for each in layer.args.values() if not _is_tensor(each)]
        if not all(isinstance(number, (int, float)) for number in numbers):
            return None
        value = TensorRef(made.inputs[0])
    return None


def _is_tensor(fact: Fact) -> bool:
    return isinstance(fact.value, TensorRef)


def _keeps_samples(made: LayerCall, view: View) -> bool:
    """Whether the axes that it goes over are others than the first one."""
    layer = view.layer(made)
    axis, keep = layer.arg("axis"), layer.arg("keepdims")
    if axis is None or keep is not None:
        return False
    axes = axis.value.items if isinstance(axis.value, Items) else (axis,)
    return bool(axes) and all(
        isinstance(each.value, int) and not isinstance(each.value, bool) and each.value > 0
        for each in axes
    )
