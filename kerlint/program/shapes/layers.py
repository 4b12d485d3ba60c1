"""The output shapes of any layer: by the rule that the table of layers names for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kerlint.program.layers import KINDS, RECURRENT, LayerKind, where
from kerlint.program.model import Layer, Shape
from kerlint.program.shapes import merging, plain, recurrent, windows
from kerlint.program.shapes.arguments import Arguments
from kerlint.program.shapes.operations import operation_shape
from kerlint.program.shapes.sizes import differ, nameless
from kerlint.program.shapes.stated import input_shape
from kerlint.program.values import Fact, Refused, Unknown

_RULES = {**windows.RULES, **plain.RULES}


def _single(kind: LayerKind) -> windows.Handler | None:
    """The rule for a layer of one input and one output."""
    if kind.shape in windows.RULES_BY_RANK:
        assert kind.rank is not None
        return windows.RULES_BY_RANK[kind.shape](kind.rank)
    return _RULES.get(kind.shape) if kind.shape is not None else None


_SINGLE = {
    name: rule for name, kind in KINDS.items() for rule in [_single(kind)] if rule is not None
}
_MERGING = {
    name: merging.RULES[kind.shape] for name, kind in KINDS.items() if kind.shape in merging.RULES
}
_RECURRENT = {name: recurrent.rule_of(KINDS[name]) for name in RECURRENT}
_WRAPPERS = where(lambda kind: kind.wraps)
_ATTENTION = where(lambda kind: kind.shape in ("attention", "heads attention"))

_DEEPEST = 8
"""Wrappers in wrappers; more is nonsense, and could be a circle."""


def output_shapes(
    layer: Layer,
    inputs: tuple[Shape | Unknown, ...],
    layers: Sequence[Layer],
    call_args: Mapping[str, Fact],
) -> tuple[Shape | Unknown, ...]:
    """Shapes of the outputs of ``layer`` applied to tensors of these shapes, batch axis first.

    ``layers`` are all layers of the program, for wrappers and cells; ``call_args`` the arguments
    of the call besides the tensors. One output, except for states and attention scores that are
    asked for; when their number is not known there is one ``Unknown``. Never raises: an
    application that Keras refuses has an ``Unknown`` that says why, a ``Refused`` where all is
    known. Nothing is known of what is made of it.
    """
    outputs = _applied(layer, inputs, layers, call_args, 0)
    return after_refusal(inputs, outputs)


def after_refusal(
    inputs: Sequence[Shape | Unknown], outputs: tuple[Shape | Unknown, ...]
) -> tuple[Shape | Unknown, ...]:
    """The outputs, or nothing about them when an input is something that Keras refuses to make."""
    if not any(isinstance(shape, Refused) for shape in inputs):
        return outputs
    return (Refused("a layer before cannot be built"),) * len(outputs)


def _applied(
    layer: Layer,
    inputs: tuple[Shape | Unknown, ...],
    layers: Sequence[Layer],
    call_args: Mapping[str, Fact],
    depth: int,
) -> tuple[Shape | Unknown, ...]:
    kind = layer.kind
    args = Arguments(kind, layer.args, layer.partial)
    if layer.custom:
        return (Unknown(f"{layer.type} is a class of this program", layer.origin.site),)
    if layer.model is not None:
        return (Unknown(f"{kind} is a model", layer.origin.site),)
    if kind in ("Input", "InputLayer"):
        stated = input_shape(layer.args)
        return (Unknown(f"{kind} states no shape") if stated is None else stated,)
    if layer.type.startswith("keras.layers."):
        if kind in _WRAPPERS:
            return _wrapped(layer, args, inputs, layers, depth)
        if kind in _MERGING:
            return _merged(args, inputs, call_args)
        first = inputs[0] if inputs else Unknown(f"{kind} without input")
        if kind in _RECURRENT:
            return _RECURRENT[kind](args, first, layers)
        if kind in _SINGLE:
            return (_SINGLE[kind](args, first),)
    if layer.operation:
        return (operation_shape(layer.type, inputs, {**layer.args, **call_args}),)
    return (Unknown(f"the output of {kind} is not known", layer.origin.site),)


def _merged(
    args: Arguments, inputs: tuple[Shape | Unknown, ...], call_args: Mapping[str, Fact]
) -> tuple[Shape | Unknown, ...]:
    output = _MERGING[args.kind](args, inputs)
    if args.kind not in _ATTENTION:
        return (output,)
    scores = Arguments(args.kind, call_args).flag("return_attention_scores", False)
    if isinstance(scores, Unknown):
        return (nameless(scores),)
    if not scores or len(inputs) < 2:
        return (output,)
    heads: int | Unknown | None = None
    if args.kind == "MultiHeadAttention":
        heads = args.size("num_heads")
    elif args.kind.startswith("Group"):
        heads = args.size("num_query_heads")
    return (output, merging.attention_scores(inputs[0], inputs[-1], heads))


def _wrapped(
    layer: Layer,
    args: Arguments,
    inputs: tuple[Shape | Unknown, ...],
    layers: Sequence[Layer],
    depth: int,
) -> tuple[Shape | Unknown, ...]:
    inner = recurrent.find(layers, layer.wrapped)
    if inner is None or depth >= _DEEPEST:
        return (Unknown(f"the layer in {layer.kind} is not known", layer.origin.site),)
    shape = inputs[0] if inputs else Unknown(f"{layer.kind} without input")
    if layer.kind == "SpectralNormalization":
        # It does not check the axes as the layer inside does.
        return tuple(
            Unknown(output.reason) if isinstance(output, Refused) else output
            for output in _applied(inner, (shape,), layers, {}, depth + 1)
        )
    if layer.kind == "Bidirectional":
        return recurrent.both_ways(args, inner, _applied(inner, (shape,), layers, {}, depth + 1))
    if isinstance(shape, tuple) and len(shape) < 3:
        return (windows.needs(args, 3, shape),)
    batch, length = shape[:2] if isinstance(shape, tuple) else (None, nameless(shape))
    step = (batch, *shape[2:]) if isinstance(shape, tuple) else shape
    output = _applied(inner, (step,), layers, {}, depth + 1)[0]
    if isinstance(output, Unknown):
        # What the inner layer cannot take is only found when there are data.
        return (Unknown(output.reason, output.site, output.symbol),)
    if not output or differ(output[0], batch):
        return (Unknown(f"{inner.kind} does not keep the batch"),)
    return ((output[0], length, *output[1:]),)
