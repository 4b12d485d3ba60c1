"""What several rules ask about a call of ``fit``: its arguments, and where they are written."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.program.data import Array
from kerlint.program.model import Call, Fit
from kerlint.program.objectives import CROSSENTROPIES, Objective
from kerlint.program.values import Fact, Items, Object, Site, Unknown, Value
from kerlint.rules.base import View
from kerlint.rules.keywords import only_keras_3, releases_reached

FITTING = frozenset({"fit", "fit_generator"})
"""Methods that train for several epochs."""


def call_of(fit: Fit, view: View) -> Call | None:
    """The call as it is written."""
    for call in view.calls_at.get(fit.origin.site, ()):
        if call.origin == fit.origin and call.model == fit.model:
            return call
    return None


def place_of(fit: Fit, name: str, view: View) -> Site:
    """Where an argument is given: its keyword, or the call when it is positional."""
    call = call_of(fit, view)
    for keyword, _, site in call.keywords if call is not None else ():
        if keyword == name:
            return site
    return fit.origin.site


def given(fit: Fit, name: str) -> Fact | None:
    """An argument that is certainly there and not None: a parameter of a function may be None."""
    fact = fit.args.get(name)
    if fact is None or fact.value is None or _may_be_none(fact.value):
        return None
    return fact


def _may_be_none(value: Value) -> bool:
    return isinstance(value, Unknown) and value.reason.startswith(_PERHAPS_NONE)


_PERHAPS_NONE = ("the parameter", "passed ", "perhaps meant by", "an entry of a dictionary")


def in_keras_3(fit: Fit, view: View) -> bool:
    """Whether a call certainly reaches Keras 3."""
    call = call_of(fit, view)
    return call is not None and not call.guarded and only_keras_3(releases_reached(call, view))


def fits_of(objective: Objective) -> Iterator[tuple[Fit, Fact]]:
    """The calls of ``fit`` that train an output, each with its labels."""
    for fit, labels in objective.targets:
        if fit.method in FITTING:
            yield fit, labels


def is_in_class_order(fit: Fit, labels: Array, view: View) -> bool:
    """Whether the samples come class by class.

    What was sorted by its own values has classes only if the loss is one of a classification.
    """
    if not labels.sorted_by_class or labels.classes is not None:
        return labels.sorted_by_class
    trained = [o for o in view.objectives if any(each is fit for each, _ in o.targets)]
    return bool(trained) and all(
        o.loss is not None and o.loss.kind in CROSSENTROPIES for o in trained
    )


def same_data(left: Value, right: Value) -> bool:
    """Whether two arguments are certainly the same object, or lists of the same objects."""
    if isinstance(left, Items) and isinstance(right, Items):
        whole = left.complete and right.complete and len(left.items) == len(right.items)
        pairs = zip(left.items, right.items)
        return whole and bool(left.items) and all(same_data(a.value, b.value) for a, b in pairs)
    return isinstance(left, (Array, Object, Unknown)) and left is right
