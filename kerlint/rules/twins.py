"""Parallel branches that start as copies of each other, because their weights are drawn alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from kerlint.keras_api import kind_of
from kerlint.lazy_dataclass import dataclass
from kerlint.program.layers import KINDS, LINEAR_BY_DEFAULT
from kerlint.program.model import Layer, LayerCall
from kerlint.program.values import Fact, Items, Object, Ref, Unknown
from kerlint.rules.base import Finding, Note, View

MERGES = frozenset({"Add", "Average", "Multiply"})
"""Layers whose inputs get equal gradients if they are equal: they stay so."""

_DRAWING = frozenset(
    {
        "glorot_normal",
        "glorot_uniform",
        "he_normal",
        "he_uniform",
        "lecun_normal",
        "lecun_uniform",
        "random_normal",
        "random_uniform",
        "truncated_normal",
        "variance_scaling",
        "orthogonal",
    }
)
_FREE = frozenset({"kernel_initializer", "name", "input_shape"})
_MAX_DEPTH = 8

How = Literal["instance", "seed"]


@dataclass(frozen=True, slots=True)
class Twins:
    """Two layers with equal first weights, and why: one initializer ``instance``, or one seed."""

    first: Layer
    second: Layer
    how: How


def twins_before(merge: Layer, view: View) -> Iterator[Twins]:
    """The first two branches of a merge that are equal, by their last layers with weights."""
    for call in view.graph.layer_calls.get(merge.id, ()):
        for index, left in enumerate(call.inputs):
            for right in call.inputs[index + 1 :]:
                found: list[Twins] = []
                if left != right and _equal(left, right, view, found, _MAX_DEPTH) and found:
                    yield found[0]
                    return


def copies(twins: Twins, reason: str, help: str) -> Finding:
    """That two branches are copies of each other, and why."""
    return Finding(
        twins.second.origin.site,
        f"two parallel `{twins.first.kind}` layers start equal and stay equal: {reason}",
        label="a copy of the other branch",
        help=help,
        related=(Note(twins.first.origin.site, "the same first weights, and the same gradients"),),
        origin=twins.second.origin,
    )


def _equal(left: int, right: int, view: View, found: list[Twins], depth: int) -> bool:
    """Whether two tensors are the same, or equal for as long as the model exists."""
    if left == right:
        return True
    one, other = view.graph.producer(left), view.graph.producer(right)
    if one is None or other is None or not depth:
        return False
    if one.layer == other.layer or len(one.inputs) != 1 or len(other.inputs) != 1:
        return False
    if not _alike(one, other, view, found):
        return False
    return _equal(one.inputs[0], other.inputs[0], view, found, depth - 1)


def _alike(one: LayerCall, other: LayerCall, view: View, found: list[Twins]) -> bool:
    first, second = view.layer(one), view.layer(other)
    kind = KINDS.get(first.kind)
    if first.kind != second.kind or kind is None or kind.drops or kind.wraps:
        return False
    if any(each.custom or each.partial or each.operation for each in (first, second)):
        return False
    if any(call.repeated or call.args for call in (one, other)):
        return False
    names = (first.args.keys() | second.args.keys()) - _FREE
    if any(name.endswith("initializer") for name in names):
        return False
    if not all(_same(first.arg(name), second.arg(name)) for name in names):
        return False
    if not kind.weighted:
        return kind.passthrough or kind.activation is not None or first.kind == "Activation"
    if kind.normalizes:
        return True
    if first.kind not in LINEAR_BY_DEFAULT or first.kind.startswith(("Separable", "Depthwise")):
        return False
    how = _drawn_alike(first.arg("kernel_initializer"), second.arg("kernel_initializer"))
    if how is None:
        return False
    found.append(Twins(first, second, how))
    return True


def _drawn_alike(one: Fact | None, other: Fact | None) -> How | None:
    """Whether two initializers give the same numbers, and why."""
    if one is None or other is None:
        return None
    a, b = one.value, other.value
    if not isinstance(a, Object) or not isinstance(b, Object) or a.partial or b.partial:
        return None
    if kind_of(a.name) not in _DRAWING or a.name != b.name:
        return None
    seeds = [value.args.get("seed") for value in (a, b)]
    if any(
        seed is not None and seed.value is not None and seed.integer() is None for seed in seeds
    ):
        return None  # a generator gives other numbers each time
    if a is b:
        return "instance"
    names = a.args.keys() | b.args.keys()
    if not all(_same(a.args.get(name), b.args.get(name)) for name in names):
        return None
    return "seed" if seeds[0] is not None and seeds[0].integer() is not None else None


def _same(one: Fact | None, other: Fact | None) -> bool:
    """Whether two arguments are known to have the same value."""
    if one is None or other is None:
        return one is other
    a, b = one.value, other.value
    if isinstance(a, Unknown) and isinstance(b, Unknown):
        return bool(a.symbol) and a.symbol == b.symbol
    if isinstance(a, Items) and isinstance(b, Items):
        return len(a.items) == len(b.items) and all(map(_same, a.items, b.items))
    if isinstance(a, Ref) and isinstance(b, Ref):
        return a.name == b.name
    if a is None or isinstance(a, (bool, int, float, str)):
        return type(a) is type(b) and a == b
    return False
