"""Claims that no rule makes: each rule forced to speak of every place that it could be about."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import get_args

from kerlint.keras_api import LATEST
from kerlint.program.changes import Change, SetArg
from kerlint.program.claims import FIRST_BATCH, Claim, ExistenceClaim, LabelError
from kerlint.program.heads import activation_of
from kerlint.program.layers import LINEAR_BY_DEFAULT, RECURRENT
from kerlint.program.model import Call, Layer, LayerCall, Origin
from kerlint.program.objectives import Objective
from kerlint.program.values import Site
from kerlint.rules import (
    ker001_import_path_removed,
    ker003_argument_removed,
    ker004_method_removed,
    ker005_argument_ignored,
    ker011_argument_unknown,
    ker101_softmax_on_one_unit,
    ker110_softmax_twice,
    ker202_zero_kernel_relu,
    ker301_linear_chain,
    ker310_tiny_sigmoid_layer,
)
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.keywords import Keyword, name_of, releases_at, releases_reached

Plant = Callable[[View], Iterator[Finding]]
MAX_CALLS = 20


def planted(
    claim: Claim, origin: Origin, repair: Iterable[Change] = (), at: Site | None = None
) -> Finding:
    """What a rule would have said; ``at`` is the place where that is not the origin's."""
    place = origin.site if at is None else at
    return Finding(place, "planted", claim=claim, repair=tuple(repair), origin=origin)


def plant_of(rule: Rule) -> Plant | None:
    """How to make a rule speak; None for one that nobody has thought of."""
    if rule.code in PLANTS:
        return PLANTS[rule.code]
    module = importlib.import_module(type(rule).__module__)
    if rule.subject is not None and rule.subject.__name__ == "Objective":
        return objectives(module, rule) if hasattr(module, "repair") else None
    return None


# -- what a model is judged by --------------------------------------------------------------------


def objectives(module: ModuleType, rule: Rule) -> Plant:
    """Every output of a compiled model, with the repair of the rule in that module."""

    def plant(view: View) -> Iterator[Finding]:
        for objective in view.objectives:
            if objective.loss is not None:
                repair = module.repair(objective, view)
                for claim in _claims(rule, objective, view):
                    yield planted(claim, objective.compiled.origin, repair)

    return plant


def _claims(rule: Rule, objective: Objective, view: View) -> Iterator[Claim]:
    """The claim about an output; of a rule that predicts an error one for each kind of error."""
    if FIRST_BATCH not in rule.experiments:
        yield view.objective_claim(objective)
        return
    for raises in get_args(LabelError):
        yield view.first_batch_claim(objective, raises)


# -- layers ---------------------------------------------------------------------------------------


def own_layers(view: View) -> Iterator[Layer]:
    yield from view.program.layers[view.program.own.layers :]


def one_unit_softmax(view: View) -> Iterator[Finding]:
    """Layers with a softmax, whatever their width, and layers of one unit, whatever they do."""
    for layer in own_layers(view):
        found = activation_of(layer, view.program)
        units = layer.arg("units") or layer.arg("filters")
        one = units is not None and units.integer() == 1
        if (found is not None and found.name == "softmax") or one:
            repair = ker101_softmax_on_one_unit.repair(layer, view)
            yield planted(view.claim(layer), layer.origin, repair)


def softmax_twice(view: View) -> Iterator[Finding]:
    """Layers that are a softmax; where weights come before it, the activation alone is dropped."""
    for layer in own_layers(view):
        found = activation_of(layer, view.program)
        if found is None or found.name != "softmax":
            continue
        if layer.kind in ("Activation", "Softmax"):
            repair = ker110_softmax_twice.repair(layer)
        else:
            repair = (SetArg(layer.id, "activation", "linear"),)
        yield planted(view.claim(layer), layer.origin, repair)


def constant_kernels(view: View) -> Iterator[Finding]:
    """Layers for which some initializer is given."""
    for layer in own_layers(view):
        repair = ker202_zero_kernel_relu.random_again(layer)
        if any(name.endswith("_initializer") for name in layer.args):
            yield planted(view.claim(layer), layer.origin, repair)


def tiny_layers(view: View) -> Iterator[Finding]:
    """Dense layers with an activation of any kind, whatever their width."""
    for layer in own_layers(view):
        found = activation_of(layer, view.program)
        if layer.kind == "Dense" and found is not None and found.name != "linear":
            yield planted(
                view.claim(layer), layer.origin, ker310_tiny_sigmoid_layer.repair(layer, layer)
            )


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


def paths_removed(view: View) -> Iterator[Finding]:
    """Every path of Keras that the code names."""
    for use in view.program.uses:
        release = _first(releases_at(use.path, view.target))
        yield planted(ker001_import_path_removed.claim(use.path, release), Origin(use.site))


def methods_removed(view: View) -> Iterator[Finding]:
    """Every call of a method."""
    for call in view.program.calls:
        if call.model is not None or call.layer is not None:
            release = _first(releases_reached(call, view))
            yield planted(ker004_method_removed.claim(call, view, release), call.origin)


def given(call: Call, view: View) -> Iterator[Keyword]:
    """All keyword arguments of a call, whatever becomes of them."""
    callee, release = name_of(call, view), _first(releases_reached(call, view))
    for name, fact, site in call.keywords:
        yield Keyword(callee, name, fact, site, release)


def _first(releases: tuple[str, ...]) -> str:
    return releases[0] if releases else LATEST


def arguments(claim: Callable[[Keyword], ExistenceClaim]) -> Plant:
    """Every keyword argument of every call."""

    def plant(view: View) -> Iterator[Finding]:
        for call in view.program.calls:
            for keyword in given(call, view):
                yield planted(claim(keyword), call.origin, at=keyword.site)

    return plant


def arguments_unknown(view: View) -> Iterator[Finding]:
    for call in view.program.calls:
        for keyword in given(call, view):
            claim = ker011_argument_unknown.claim(keyword, call)
            yield planted(claim, call.origin, at=keyword.site)


PLANTS: dict[str, Plant] = {
    "KER001": paths_removed,
    "KER003": arguments(ker003_argument_removed.claim),
    "KER004": methods_removed,
    "KER005": arguments(ker005_argument_ignored.claim),
    "KER011": arguments_unknown,
    "KER101": one_unit_softmax,
    "KER110": softmax_twice,
    "KER201": constant_kernels,
    "KER202": constant_kernels,
    "KER301": linear_chains,
    "KER310": tiny_layers,
}
