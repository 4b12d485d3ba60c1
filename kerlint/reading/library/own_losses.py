"""Losses and metrics of the user: whether they combine labels (n,) with an output (n, 1).

Keras gives a ``Loss`` class and a metric function the labels as they are. ``y_true - y_pred`` of
the shapes (n,) and (n, 1) is (n, n), each label against each prediction.
"""

from __future__ import annotations

from kerlint.program.values import Custom, Fact, Site, TensorRef
from kerlint.reading.interpreter import classes
from kerlint.reading.interpreter.state import Raised, State
from kerlint.reading.interpreter.values import Arguments, Function, Instance

_LOSSES = frozenset({"keras.Loss", "keras.losses.Loss"})
_COLUMN = (None, 1)


def with_stretching(
    state: State, found: dict[str, Fact], args: Arguments, output: object
) -> dict[str, Fact]:
    """Arguments of ``compile`` in which the user's losses and metrics say where they stretch.

    Only for a model with one output of one unit; ``output`` is its shape.
    """
    if output != _COLUMN:
        return found
    result = dict(found)
    loss = args.get("loss", 1)
    if loss is not None and isinstance(loss.value, Instance):
        site = _stretching_loss(state, loss)
        if site is not None:
            made = Custom("object", loss.value.cls.name, loss.value.site, site)
            result["loss"] = Fact(made, found["loss"].site, found["loss"].copied_through)
    return result


def _stretching_loss(state: State, loss: Fact) -> Site | None:
    """Where the ``call`` of a loss class combines labels of one axis with an output of two."""
    value = loss.value
    assert isinstance(value, Instance)
    if value.cls.keras not in _LOSSES:
        return None
    member = classes.find_member(value.cls, "call")
    if member is None or not isinstance(member[1].value, Function):
        return None
    function = member[1].value
    first = len(state.layer_calls)
    was_called = id(function.node) in state.called
    # Its tensors stay, as objects of the program may hold them, but they are part of no model.
    labels = state.add_tensor((None,), loss.site)
    outputs = state.add_tensor(_COLUMN, loss.site)
    given = [Fact(TensorRef(tensor.id), loss.site) for tensor in (labels, outputs)]
    try:
        node = state.sites.node(member[1].site)
        state.interpreter.call_member(state, loss, "call", Arguments(given, []), node)
    except Raised:
        return None
    finally:
        if not was_called:
            state.called.discard(id(function.node))
    return _stretched(state, first)


def _stretched(state: State, first: int) -> Site | None:
    """The first operation since then that makes (n, n) of (n,) and (n, 1)."""
    for call in state.layer_calls[first:]:
        shapes = [state.tensors[tensor].shape for tensor in call.inputs]
        if len(shapes) != 2 or not state.layers[call.layer].operation:
            continue
        if sorted(shapes, key=_axes) != [(None,), _COLUMN]:
            continue
        if all(state.tensors[tensor].shape == (None, None) for tensor in call.outputs):
            return call.origin.site
    return None


def _axes(shape: object) -> int:
    return len(shape) if isinstance(shape, tuple) else -1
