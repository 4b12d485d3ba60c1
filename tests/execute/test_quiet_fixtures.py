"""What is quiet is right: a claim planted on a quiet fixture is never confirmed.

For each fixture ``quiet_*.py`` of some rules, the claim of the rule is made on every layer that it
could be about, with the repair that the rule would give. Fixtures marked ``# intent:`` are quiet
for their purpose and not for their mechanism, and are left out, as are those that are quiet because
of what nobody can know (``# unknown:``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerlint.execute.jobs import Job, job_of
from kerlint.program.changes import Change, DropArg, SetArg
from kerlint.program.heads import activation_of
from kerlint.program.model import Layer
from kerlint.program.values import Site
from kerlint.reading import read
from kerlint.rules import all_rules
from kerlint.rules.base import Claim, Finding, View
from kerlint.sources.source import Source

ROOT = Path(__file__).resolve().parents[2] / "fixtures"
RULES = {rule.code: rule for rule in all_rules()}
INITIALIZERS = ("kernel_initializer", "recurrent_initializer")


def one_unit_softmax(view: View) -> Iterator[tuple[Claim, list[Change]]]:
    """Layers with a softmax, whatever their width."""
    for layer in view.program.layers:
        found = activation_of(layer, view.program)
        if found is not None and found.name == "softmax" and layer.kind != "Softmax":
            yield view.claim(layer), [SetArg(layer.id, "activation", "sigmoid")]


def constant_kernels(view: View) -> Iterator[tuple[Claim, list[Change]]]:
    """Layers whose kernel has an initializer."""
    changes: list[Change] = []
    chosen: list[Layer] = []
    for layer in view.program.layers:
        if any(name in layer.args for name in INITIALIZERS):
            chosen.append(layer)
            changes += [DropArg(layer.id, name) for name in INITIALIZERS if name in layer.args]
    for layer in chosen:
        yield view.claim(layer), changes


PLANTS = {"KER101": one_unit_softmax, "KER201": constant_kernels, "KER202": constant_kernels}


def planted(path: Path, code: str) -> Iterator[Job]:
    """The jobs of claims that the rule does not make."""
    text = path.read_text(encoding="utf-8")
    for root in read(Source(str(path), text)).roots():
        program = root.follow({}).program
        view = View(program)
        for claim, changes in PLANTS[code](view):
            finding = Finding(Site(0), "planted", claim=claim, repair=tuple(changes))
            job = job_of(RULES[code], finding, [], view)
            if job is not None:
                yield job


def quiet() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(ROOT.glob("ker*/quiet_*.py")):
        code = path.parent.name.upper()
        text = path.read_text(encoding="utf-8")
        if code in PLANTS and not re.search(r"^\s*# (intent|unknown):", text, re.MULTILINE):
            found.append((code, path))
    return found


@pytest.mark.parametrize(("code", "path"), quiet(), ids=lambda value: getattr(value, "stem", value))
def test_a_planted_claim_is_not_confirmed(prover, code, path):
    for job in planted(path, code):
        verdict = prover.verdict(job)
        assert verdict.word in ("refuted", "unproven"), verdict.evidence
