"""What the worker is to try for a finding: plain data, made where the program is at hand."""

from __future__ import annotations

import math
from collections.abc import Iterable

from kerlint import keras_api
from kerlint.execute.data_fit import misfit
from kerlint.execute.describe import Undescribable, chain_of, head_of, spec_of
from kerlint.execute.reach import out_of_reach
from kerlint.execute.spec import (
    OTHERWISE_REPAIRED,
    CallTrial,
    ModelSpec,
    ModelTrial,
    Plain,
    Trial,
    is_plain,
    renumbered,
)
from kerlint.execute.user_data import UserData
from kerlint.execute.wire import decode, encode
from kerlint.lazy_dataclass import dataclass, replace
from kerlint.program.changes import Change, DropArg, SetArg, SetLoss, SetMetrics, SetOptimizer
from kerlint.program.claims import (
    GRADIENT_SYMMETRY,
    ChainClaim,
    CombinationClaim,
    ExistenceClaim,
    FirstBatchClaim,
    InputRangeClaim,
    LayerClaim,
    ModelClaim,
    RangeClaim,
)
from kerlint.program.values import Unknown, Value
from kerlint.rules.base import Finding, Rule, View


@dataclass(frozen=True, slots=True)
class Job:
    """``text`` encodes a ``Trial``; ``unproven`` is the reason when there is nothing to try.

    ``others`` are further evaluations of the same place: a helper that is called twice, a loop.
    Of those with the same text in ``alike`` one is enough. ``data`` tells what came of the
    user's data: that they were used, or why they were not.
    """

    text: str = ""
    unproven: str = ""
    others: tuple[Job, ...] = ()
    alike: str = ""
    data: str = ""

    @property
    def trial(self) -> Trial:
        """What is to be tried; there has to be something."""
        found = decode(self.text, ModelTrial, CallTrial)
        assert isinstance(found, (ModelTrial, CallTrial))
        return found


UNTRIED = "kerlint has no experiment for this variant of the finding"
MAX_EVALUATIONS = 6  # of one place; more of the same add time and no knowledge


def jobs_of(
    rule: Rule,
    evaluations: Iterable[Finding],
    others: Iterable[Finding],
    view: View,
    data: UserData | None = None,
) -> Job | None:
    """One job for all the findings that a rule has at one place of a program."""
    others = tuple(others)
    made: dict[tuple[str, str], Job] = {}
    for finding in evaluations:
        job = job_of(rule, finding, others, view, data)
        if job is not None:
            made.setdefault((job.alike or job.text, job.unproven), job)
        if len(made) >= MAX_EVALUATIONS:
            break
    if not made:
        return None
    first, *rest = made.values()
    return replace(first, others=tuple(rest))


def job_of(
    rule: Rule,
    finding: Finding,
    others: Iterable[Finding],
    view: View,
    data: UserData | None = None,
) -> Job | None:
    """The experiment for a finding; None when its rule has none.

    ``others`` are the findings in the same program: the repaired model has the repairs of all
    that are about the same model.
    """
    if not rule.experiments:
        return None
    experiments = tuple(each.name for each in rule.experiments)
    claim = finding.claim
    if claim is None:
        return Job(unproven=finding.untried or UNTRIED)
    for each in rule.experiments:
        if not isinstance(claim, each.takes):
            raise TypeError(f"{rule.code}: {each} cannot test a {type(claim).__name__}")
    if isinstance(claim, ExistenceClaim):
        if claim.release != keras_api.LATEST:
            name = keras_api.version_name(claim.release)
            return Job(unproven=f"the code is meant for {name}, and experiments run Keras 3")
        if claim.keyword is not None and not claim.keyword.isidentifier():
            return Job(unproven="no argument can have this name")
        if claim.refused and (claim.value is None or not is_plain(claim.value)):
            return Job(unproven="the value of the argument is not known")
        return Job(
            encode(
                CallTrial(
                    experiments,
                    claim.callee,
                    claim.keyword,
                    claim.renamed,
                    _plain(claim.value),
                    claim.ignored,
                    claim.refused,
                    claim.numpy,
                    claim.setting,
                )
            )
        )
    assert isinstance(claim, ModelClaim)
    if claim.model is None:
        return Job(unproven="the layer is not part of a model that kerlint could read")
    if GRADIENT_SYMMETRY in rule.experiments and _weights_given(claim.model, view):
        return Job(unproven="weights are loaded or set, so the initial weights are not known")
    reason = out_of_reach(rule.experiments, claim, view)
    if reason:
        return Job(unproven=reason)
    repairs = list(finding.repair)
    for other in others:
        if isinstance(other.claim, ModelClaim) and other.claim.model == claim.model:
            # Half a repair may be worse than none: another loss without its activation.
            if all(_free(change, repairs) for change in other.repair):
                repairs.extend(change for change in other.repair if change not in repairs)
    changes = repairs if finding.repair else None
    # What both models have: then they differ in what the finding is about.
    common = repairs[len(finding.repair) :] if _is_alone(rule) else []
    used = ""
    if data is not None:
        reason = misfit(data, view.program, claim.model, claim.compiled)
        used = f"The data in {data.files} were not used: {reason}." if reason else _data_note(data)
        data = None if reason else data
    head = None
    layer = all(each.of_layer for each in rule.experiments)
    last_resort = all(each.else_head for each in rule.experiments)
    of_head = all(each.of_head for each in rule.experiments)
    if isinstance(claim, ChainClaim) or layer or last_resort or of_head:
        head = _trial_of_part(experiments, claim, changes, view, data, alone=layer)
    if head is not None and layer:
        return Job(encode(head), data=used)
    if head is not None and last_resort:
        head = _noted(head)
    about = (view.program, claim.model)
    try:
        baseline = spec_of(*about, common, claim.compiled, data)
        if common:
            baseline = replace(baseline, assumed=(*baseline.assumed, OTHERWISE_REPAIRED))
        repaired = None
        if changes is not None:
            repaired = spec_of(*about, changes, claim.compiled, data)
    except Undescribable as error:
        if head is None:
            return Job(unproven=str(error))
        return Job(encode(head), alike=encode(head), data=used)
    trial = replace(
        _trial(experiments, claim, baseline, repaired), head=head, last_resort=last_resort
    )
    alike = "" if head is None or last_resort else encode(head)
    return Job(encode(trial), alike=alike, data=used)


def _is_alone(rule: Rule) -> bool:
    return any(each.alone for each in rule.experiments)


def _data_note(data: UserData) -> str:
    """That the data were used, and what is odd about them."""
    odd = ""
    arrays = tuple(dict.fromkeys((*data.inputs, *data.targets)))
    for each in arrays:
        if not each.finite:
            odd += f" {each.name} contains NaN or infinity."
        if each.sampled:
            odd += f" Only a sample of {each.name} was read."
    return f"The data in {data.files} were taken into account.{odd}"


def _trial_of_part(
    experiments: tuple[str, ...],
    claim: ModelClaim,
    changes: list[Change] | None,
    view: View,
    data: UserData | None,
    *,
    alone: bool = False,
) -> ModelTrial | None:
    """The same claim about a chain, or the end of the model, alone; None where that is not all.

    ``alone``: about the layer of the claim, and nothing else.
    """
    assert claim.model is not None
    model = claim.model

    def part(changes: Iterable[Change]) -> ModelSpec:
        if isinstance(claim, ChainClaim):
            return chain_of(view.program, model, claim.layer, claim.last, changes, claim.compiled)
        if alone and isinstance(claim, LayerClaim):
            about = (model, claim.layer, claim.layer)
            return chain_of(view.program, *about, changes, claim.compiled, roomy=True)
        return head_of(view.program, model, claim.output, changes, claim.compiled, data)

    try:
        baseline = part(())
        repaired = None if changes is None else part(changes)
    except Undescribable:
        return None
    trial = replace(_trial(experiments, claim, baseline, repaired), output=0)
    order = {layer.id: place for place, layer in enumerate(baseline.layers)}
    if not {trial.layer, trial.last} <= {None, *order}:
        return None
    for layer in repaired.layers if repaired is not None else ():
        order.setdefault(layer.id, len(order))
    return replace(
        trial,
        baseline=renumbered(baseline, order),
        repaired=None if repaired is None else renumbered(repaired, order),
        layer=None if trial.layer is None else order[trial.layer],
        last=None if trial.last is None else order[trial.last],
    )


def _noted(trial: ModelTrial) -> ModelTrial:
    """The trial of the end of a model, which says that it is one."""

    def noted(spec: ModelSpec) -> ModelSpec:
        return replace(spec, assumed=(*spec.assumed, "the end of the model instead of all of it"))

    repaired = None if trial.repaired is None else noted(trial.repaired)
    return replace(trial, baseline=noted(trial.baseline), repaired=repaired)


def _trial(
    experiments: tuple[str, ...],
    claim: ModelClaim,
    baseline: ModelSpec,
    repaired: ModelSpec | None,
) -> ModelTrial:
    if isinstance(claim, InputRangeClaim):
        baseline = _spread(baseline, claim)
        repaired = None if repaired is None else _spread(repaired, claim)
    trial = ModelTrial(experiments, baseline, repaired, claim.output)
    if isinstance(claim, RangeClaim):
        return replace(trial, lowest=claim.lowest, highest=claim.highest)
    if isinstance(claim, FirstBatchClaim):
        return replace(trial, raises=claim.raises)
    if isinstance(claim, CombinationClaim):
        return replace(trial, role=claim.role)
    if isinstance(claim, ChainClaim):
        return replace(trial, layer=claim.layer, last=claim.last)
    if isinstance(claim, LayerClaim):
        return replace(trial, layer=claim.layer)
    return trial


def _spread(spec: ModelSpec, claim: InputRangeClaim) -> ModelSpec:
    """The model with numbers in the range of the claim as its inputs."""
    mean = (claim.lowest + claim.highest) / 2
    # That of numbers which are spread evenly.
    deviation = (claim.highest - claim.lowest) / math.sqrt(12)
    inputs = tuple(
        each
        if each.tokens is not None
        else replace(
            each, mean=mean, deviation=deviation, lowest=claim.lowest, highest=claim.highest
        )
        for each in spec.inputs
    )
    return replace(spec, inputs=inputs)


def _weights_given(model: int, view: View) -> bool:
    """Whether some weights of a model are loaded or set, so that initializers say nothing."""
    held = (view.program.layers[layer] for layer in view.layers_in(model))
    return view.program.models[model].weights_given or any("weights" in each.args for each in held)


def _free(change: Change, taken: Iterable[Change]) -> bool:
    """Whether nothing else is said about the same thing: the repair that came first stands."""
    return all(_subject_of(change) != _subject_of(other) or change == other for other in taken)


def _subject_of(change: Change) -> tuple[object, ...]:
    if isinstance(change, (SetArg, DropArg)):
        return (change.layer, change.name)
    if isinstance(change, (SetLoss, SetMetrics)):
        return (type(change), change.compiled, change.output)
    if isinstance(change, SetOptimizer):
        return (type(change), change.compiled)
    return (type(change), change.layer)


def _plain(value: Value) -> Plain:
    """A value that stands for itself in JSON, or a number that stands in for it."""
    if is_plain(value):
        return value
    return 1 if isinstance(value, Unknown) else None
