"""KER505: a Reshape layer that asks for another number of values than there are."""

from __future__ import annotations

import math
from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.layers import KINDS
from kerlint.program.model import Layer, LayerCall
from kerlint.program.shapes.arguments import shape_of
from kerlint.program.values import Unknown
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.refusals import UNTESTABLE, code_of, in_words, refusals


class ReshapeWrongCount(Rule):
    """`Reshape` asks for another number of values than its input has.

    `Reshape` only arranges the values of each sample anew: the product of the sizes must stay the
    same. Keras raises an error while it builds the model.

    The batch axis is not part of `target_shape`. One of the sizes can be -1, which stands for
    what is left.

    Bad:
        model = keras.Sequential([keras.Input((100,))])
        model.add(layers.Dense(7 * 7 * 64, activation="relu"))
        model.add(layers.Reshape((7, 7, 128)))
        model.add(layers.Conv2DTranspose(1, 4, strides=4, activation="sigmoid"))
    Good:
        model = keras.Sequential([keras.Input((100,))])
        model.add(layers.Dense(7 * 7 * 128, activation="relu"))
        model.add(layers.Reshape((7, 7, 128)))
        model.add(layers.Conv2DTranspose(1, 4, strides=4, activation="sigmoid"))
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input((28, 28))])
        model.add(layers.Reshape((-1, 56)))  # 784 values in rows of 56
        model.add(layers.LSTM(8))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(40, 28, 28), np.random.rand(40, 1))

    People say:
        "The total size of the tensor must be unchanged",
        "total size of new array must be unchanged"

    When kerlint stays silent:
        - A size of the input or of the target is not known.
    """

    code = "KER505"
    severity = Severity.ERROR
    required_bytes = (b"Reshape",)
    untestable = UNTESTABLE

    def check(self, layer: Layer, view: View) -> Iterator[Finding]:
        for call, refused in refusals(layer, view):
            if code_of(call, refused, view) != self.code:
                continue
            shape, target = refused.given
            if refused.numbers:
                before, after = refused.numbers
                message = (
                    f"`Reshape` to `{in_words(target)}` needs {after} values, but gets {before}"
                )
            else:
                sizes = in_words(tuple(-1 if size is None else size for size in target))
                message = f"the values of `{in_words(shape)}` cannot be arranged as `{sizes}`"
            yield Finding(
                layer.origin.site,
                message,
                label="Keras raises an error here",
                help="make the product of the sizes equal to that of the input, "
                f"`{in_words(shape)}`",
                origin=layer.origin,
            )
            return
        yield from _of_units(layer, view)


def _of_units(layer: Layer, view: View) -> Iterator[Finding]:
    """A ``Dense`` layer whose input is not known still shows by what the number can be divided."""
    target = _target(layer)
    if target is None:
        return
    for call in view.graph.layer_calls.get(layer.id, ()):
        if call.layer != layer.id or call.repeated or call.origin.fails:
            continue
        if not isinstance(view.program.tensors[call.inputs[0]].shape, Unknown):
            continue
        units = _units_before(call, view)
        if units is None or math.prod(target) % units == 0:
            continue
        yield Finding(
            layer.origin.site,
            f"`Reshape` to `{in_words(target)}` needs {math.prod(target)} values, but gets {units}",
            label="Keras raises an error here",
            help="make the product of the sizes equal to the number of units before it",
            origin=layer.origin,
        )
        return


def _target(layer: Layer) -> tuple[int, ...] | None:
    """The sizes that a ``Reshape`` asks for, if all of them are known."""
    fact = layer.arg("target_shape")
    if layer.kind != "Reshape" or layer.partial or fact is None:
        return None
    shape = shape_of(fact.value, "target_shape")
    if isinstance(shape, Unknown):
        return None
    sizes = tuple(size for size in shape if isinstance(size, int) and size > 0)
    return sizes if len(sizes) == len(shape) else None


def _units_before(call: LayerCall, view: View) -> int | None:
    """The units of the ``Dense`` layer before a call, if nothing after it changes their number."""
    for before in view.graph.back(call.inputs[0]):
        layer = view.layer(before)
        if layer.kind == "Dense" and not layer.custom and not layer.partial:
            units = layer.arg("units")
            number = units.integer() if units is not None else None
            return number if number is not None and number > 0 else None
        kind = KINDS.get(layer.kind)
        if kind is None or not kind.keeps_shape or layer.custom:
            return None
    return None
