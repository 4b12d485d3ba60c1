"""Claims that no rule makes, about models that the tests make up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kerlint.execute.jobs import Job, job_of
from kerlint.program.changes import Change
from kerlint.program.claims import (
    CallModeClaim,
    ChainClaim,
    Experiment,
    FirstBatchClaim,
    InputRangeClaim,
    LabelError,
    LayerClaim,
    ModelClaim,
    RangeClaim,
)
from kerlint.program.model import Layer, Program
from kerlint.program.values import Site
from kerlint.reading import read
from kerlint.rules.base import Finding, Rule, View
from kerlint.sources.source import Source

Repair = Callable[[Sequence[Layer]], Sequence[Change]]


def planted_job(
    text: str,
    experiment: Experiment,
    layer: int | None = None,
    repair: Repair | None = None,
    *,
    last: int | None = None,
    targets: tuple[float, float] | None = None,
    inputs: tuple[float, float] | None = None,
    raises: LabelError | None = None,
) -> Job:
    """The job for a claim about the last model of a text: as a whole, a layer, a chain of them.

    ``targets`` and ``inputs`` make it a claim about their range, ``raises`` one about an error.
    """
    program = program_of(text)
    model = program.models[-1]
    layers = [program.layers[program.layer_calls[index].layer] for index in model.graph]
    compiled = len(program.compiles) - 1 if program.compiles else None
    claim = ModelClaim(model=model.id, compiled=compiled)
    if experiment.takes is CallModeClaim:
        claim = CallModeClaim(model=model.id, compiled=compiled)
    elif raises is not None:
        claim = FirstBatchClaim(model=model.id, compiled=compiled, raises=raises)
    elif targets is not None:
        low, high = targets
        claim = RangeClaim(model=model.id, compiled=compiled, lowest=low, highest=high)
    elif inputs is not None:
        low, high = inputs
        claim = InputRangeClaim(model=model.id, compiled=compiled, lowest=low, highest=high)
    elif layer is not None and last is not None:
        ends = layers[layer].id, layers[last].id
        claim = ChainClaim(model=model.id, compiled=compiled, layer=ends[0], last=ends[1])
    elif layer is not None:
        claim = LayerClaim(model=model.id, compiled=compiled, layer=layers[layer].id)
    changes = tuple(repair(layers)) if repair is not None else ()
    finding = Finding(Site(0), "planted", claim=claim, repair=changes)
    rule = type("Planted", (Rule,), {"code": "KER999", "experiments": (experiment,)})()
    job = job_of(rule, finding, [], View(program))
    assert job is not None
    return job


def program_of(text: str) -> Program:
    """What the top level of a text builds."""
    root = next(iter(read(Source("program.py", text)).entry_points()))
    return root.execute({}).program
