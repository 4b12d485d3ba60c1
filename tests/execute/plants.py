"""Claims that no rule makes: each rule forced to report every place that it could be about.

How is found by convention from what the rule checks, so that a new rule needs nothing here. The
module of a rule has the functions that its ``check`` uses itself:

============================= ================================================================
``check(objective, view)``    ``repair(objective, view)``
``check(layer, view)``        ``repair(layer, view)``, which is empty for a layer that the rule
                              cannot be about
``check(call, view)``         ``claim(call, view)``
the same, about an argument   ``claim(keyword, call)``
``check(reference, view)``    ``claim(reference, view)``
``check(model, view)``        ``claim(model, view)`` and ``repair(model, view)``; the same for a
                              ``Compile`` or a ``Fit``
============================= ================================================================

A rule about something else has an entry in ``SPECIAL``.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import get_args, get_type_hints

from kerlint.keras_api import LATEST
from kerlint.program.changes import Change, Remove
from kerlint.program.claims import FIRST_BATCH, Claim, LabelError
from kerlint.program.layers import LINEAR_BY_DEFAULT, RECURRENT
from kerlint.program.model import ApiReference, Call, Compile, Fit, Layer, LayerCall, Model, Origin
from kerlint.program.objectives import Objective
from kerlint.program.values import Site
from kerlint.rules import (
    ker136_labels_stretched,
    ker301_linear_chain,
    ker601_learning_rate_out_of_range,
    ker602_default_rate_too_low,
    ker714_scaled_twice,
)
from kerlint.rules.base import Finding, Rule, View, subjects
from kerlint.rules.keywords import Keyword, name_of, releases_reached

Plant = Callable[[View], Iterator[Finding]]
MAX_CALLS = 20


def planted(
    claim: Claim, origin: Origin, repair: Iterable[Change] = (), at: Site | None = None
) -> Finding:
    """What a rule would have said; ``at`` is the place where that is not the origin's."""
    place = origin.site if at is None else at
    return Finding(place, "planted", claim=claim, repair=tuple(repair), origin=origin)


def plant_of(rule: Rule) -> Plant:
    """How to make a rule report what it does not report."""
    if rule.code in SPECIAL:
        return SPECIAL[rule.code]
    module = sys.modules[type(rule).__module__]
    convention = CONVENTIONS.get(rule.subject)
    made = convention(module, rule) if convention is not None else None
    if made is None:
        file = f"{module.__name__.rpartition('.')[2]}.py"
        raise LookupError(
            f"{rule.code}: {file} needs {NEEDS.get(rule.subject, AN_ENTRY)}, so that the tests "
            "can claim what the rule does not report"
        )
    return made


# -- what a model is judged by --------------------------------------------------------------------


def objectives(module: ModuleType, rule: Rule) -> Plant | None:
    """Every output of a compiled model."""
    if not hasattr(module, "repair"):
        return None

    def plant(view: View) -> Iterator[Finding]:
        for objective in view.objectives:
            if objective.loss is not None:
                repair = module.repair(objective, view)
                for claim in claims(rule, objective, view):
                    yield planted(claim, objective.compiled.origin, repair)

    return plant


def claims(rule: Rule, objective: Objective, view: View) -> Iterator[Claim]:
    """The claim about an output; of a rule that predicts an error one for each kind of error."""
    if FIRST_BATCH not in rule.experiments:
        yield view.objective_claim(objective)
        return
    for raises in get_args(LabelError):
        yield view.first_batch_claim(objective, raises)


def stretched_labels(view: View) -> Iterator[Finding]:
    """The outputs of compiled models, of which only some findings of the rule are."""
    for objective in view.objectives:
        if objective.loss is not None:
            repair = ker136_labels_stretched.repair(objective, view)
            yield planted(view.objective_claim(objective), objective.compiled.origin, repair)


# -- layers ---------------------------------------------------------------------------------------


def own_layers(view: View) -> Iterator[Layer]:
    yield from view.program.layers[view.program.own.layers :]


def layers(module: ModuleType, rule: Rule) -> Plant | None:
    """Every layer that the rule can repair."""
    if not hasattr(module, "repair"):
        return None

    def plant(view: View) -> Iterator[Finding]:
        for layer in own_layers(view):
            repair = module.repair(layer, view)
            if repair:
                yield planted(view.claim(layer), layer.origin, repair)

    return plant


def linear_chains(view: View) -> Iterator[Finding]:
    """Each layer with a kernel and the one that comes next, whatever lies between."""
    for apply in view.program.layer_calls:
        first = view.layer(apply)
        if first.kind in LINEAR_BY_DEFAULT and len(apply.inputs) == 1:
            after = kernels_after(apply, view)
            for last in after:
                yield planted(
                    ker301_linear_chain.one_map(first, last, view),
                    first.origin,
                    ker301_linear_chain.repair([first]),
                )


def kernels_after(apply: LayerCall, view: View) -> Iterator[Layer]:
    """The layers with weights that are met first on every way from here."""

    def has_kernel(call: LayerCall) -> bool:
        return view.layer(call).kind in LINEAR_BY_DEFAULT | RECURRENT

    after = view.graph.forward(apply.outputs[0], through=lambda call: not has_kernel(call))
    for call in itertools.islice(after, MAX_CALLS):
        if has_kernel(call):
            yield view.layer(call)


# -- calls ----------------------------------------------------------------------------------------


def calls(module: ModuleType, rule: Rule) -> Plant | None:
    """Every call of a method, or every keyword argument of every call."""
    claim = getattr(module, "claim", None)
    if claim is None:
        return None
    (first, *_) = get_type_hints(claim).values()

    def arguments(view: View) -> Iterator[Finding]:
        for call in view.program.calls:
            for keyword in given(call, view):
                yield planted(claim(keyword, call), call.origin, at=keyword.site)

    def methods(view: View) -> Iterator[Finding]:
        for call in view.program.calls:
            if call.model is not None or call.layer is not None:
                yield planted(claim(call, view), call.origin)

    return arguments if first is Keyword else methods


def given(call: Call, view: View) -> Iterator[Keyword]:
    """All keyword arguments of a call, whatever becomes of them."""
    callee, release = name_of(call, view), next(iter(releases_reached(call, view)), LATEST)
    for name, fact, site in call.keywords:
        yield Keyword(callee, name, fact, site, release)


def uses(module: ModuleType, rule: Rule) -> Plant | None:
    """Every path of Keras that the code names."""
    claim = getattr(module, "claim", None)
    if claim is None:
        return None

    def plant(view: View) -> Iterator[Finding]:
        for use in view.program.uses:
            yield planted(claim(use, view), Origin(use.site))

    return plant


def compiled_by(module: ModuleType) -> Plant:
    """Each compile call, with the optimizer that a rule would have."""

    def plant(view: View) -> Iterator[Finding]:
        for compiled in view.program.compiles:
            repair = module.repair(compiled, view)
            yield planted(module.claim(compiled, view), compiled.origin, repair)

    return plant


# -- anything else --------------------------------------------------------------------------------


def others(module: ModuleType, rule: Rule) -> Plant | None:
    """Every model, or every call of ``compile`` or ``fit``."""
    if not hasattr(module, "claim") or not hasattr(module, "repair"):
        return None
    kind = rule.subject
    assert kind is not None

    def plant(view: View) -> Iterator[Finding]:
        for subject in subjects(kind, view):
            repair = module.repair(subject, view)
            yield planted(module.claim(subject, view), subject.origin, repair)

    return plant


CONVENTIONS: dict[type | None, Callable[[ModuleType, Rule], Plant | None]] = {
    Objective: objectives,
    Layer: layers,
    Call: calls,
    ApiReference: uses,
    Model: others,
    Compile: others,
    Fit: others,
}
NEEDS: dict[type | None, str] = {
    Objective: "a function `repair(objective, view)`",
    Layer: "a function `repair(layer, view)`",
    Call: "a function `claim(call, view)` or `claim(keyword, call)`",
    ApiReference: "a function `claim(reference, view)`",
    Model: "the functions `claim(model, view)` and `repair(model, view)`",
    Compile: "the functions `claim(compiled, view)` and `repair(compiled, view)`",
    Fit: "the functions `claim(fit, view)` and `repair(fit, view)`",
}


def rescalings(view: View) -> Iterator[Finding]:
    """Each `Rescaling` that the data of a training go through."""
    for fit in view.program.fits:
        for layer in own_layers(view):
            if layer.kind == "Rescaling" and layer.id in view.layers_in(fit.model):
                yield planted(
                    ker714_scaled_twice.claim(fit, view), layer.origin, (Remove(layer.id),)
                )


AN_ENTRY = "an entry in `SPECIAL` in tests/execute/plants.py"
SPECIAL: dict[str, Plant] = {
    # Its claim is about two layers, and which two can only be found by a walk over the graph.
    "KER301": linear_chains,
    # It is also about loops of the user's own, which are no objective.
    "KER136": stretched_labels,
    # They are about calls that make an optimizer, and their claims about a model.
    "KER605": compiled_by(ker601_learning_rate_out_of_range),
    "KER607": compiled_by(ker601_learning_rate_out_of_range),
    # It looks at the whole program.
    "KER714": rescalings,
    # These also look at training that no experiment runs.
    "KER601": compiled_by(ker601_learning_rate_out_of_range),
    "KER602": compiled_by(ker602_default_rate_too_low),
}
