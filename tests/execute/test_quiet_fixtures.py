"""What is quiet is right: a claim planted on quiet code is refuted or unproven.

Each rule with an experiment is forced to report every place that it could be about (``plants.py``)
in the ``Tempting:`` of its docstring and in its quiet fixtures, and TensorFlow decides. Two marks
except a place of a fixture, and both have to be needed: forced, the claim is confirmed there.

``# intent: reason`` is right for its purpose, whatever its mechanism is.
``# unknown: reason`` is quiet for what nobody can know from the text.

At the end of a line a mark holds for what is built, called or compiled on that line; on a line of
its own it holds for the file. Codes before the reason (``# intent: KER004 reason``) are needed only
in fixtures that are quiet for several rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import plants
import pytest
from examples import programs as programs_of
from examples import snippets

from kerlint.execute.jobs import Job, job_of
from kerlint.execute.prove import Prover
from kerlint.program import claims
from kerlint.program.model import Program
from kerlint.program.values import Site
from kerlint.reading import Reading, read
from kerlint.reading.paths.path_sensitivity import Budget, stable_findings
from kerlint.rules import all_rules
from kerlint.rules.base import Finding, Rule, View
from kerlint.sources.source import Source

ROOT = Path(__file__).resolve().parents[2] / "fixtures"
RULES = {rule.code: rule for rule in all_rules() if rule.experiments}
# Rules about names and arguments: a value that Keras refuses is a matter of its own.
EXISTENCE = [
    code
    for code, rule in RULES.items()
    if rule.experiments == (claims.EXISTENCE,) and code.startswith("KER0")
]
MAX_JOBS = 16  # for one rule on one fixture: more of the same add time and no knowledge

_MARK = re.compile(r"#\s*(intent|unknown):\s*((?:KER\d{3}\s+)*)\S")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a fixture excepts: ``row`` is None for a mark of the whole file."""

    row: int | None
    codes: frozenset[str]


def marks(text: str, code: str) -> set[Mark]:
    """The marks of a fixture that speak of a rule."""
    found = set()
    for row, line in enumerate(text.splitlines(), 1):
        match = _MARK.search(line)
        if match is not None:
            alone = not line[: match.start()].strip()
            found.add(Mark(None if alone else row, frozenset(match.group(2).split())))
    return {mark for mark in found if not mark.codes or code in mark.codes}


class Keep:
    """Finds nothing, and keeps the programs of all paths."""

    def __init__(self) -> None:
        self.programs: list[Program] = []

    def findings(self, program: Program) -> dict[tuple[str, Site], object]:
        self.programs.append(program)
        return {}


def programs(reading: Reading) -> list[Program]:
    """What all paths through a text build."""
    keep = Keep()
    for entry_point in reading.entry_points():
        assert not [*stable_findings(entry_point, keep, Budget(1_000_000))]
    return keep.programs


def rows(finding: Finding, view: View, reading: Reading) -> set[int]:
    """The rows that a planted claim is about, those of the calls that led there too."""
    sites = {finding.at}
    origins = [finding.origin]
    claim = finding.claim
    layer = getattr(claim, "layer", None)
    if layer is not None:
        origins.append(view.program.layers[layer].origin)
    for origin in origins:
        if origin is not None:
            sites |= {origin.site, *origin.calls}
    found: set[int] = set()
    for span in reading.spans(sites).values():
        found |= set(range(span.start.row, span.end.row + 1))
    return found


def jobs(text: str, rule: Rule) -> dict[str, tuple[Job, set[int]]]:
    """Claims that the rule does not make, each once, with the rows that they are about.

    Each is tried with its own repair and with the repairs of all.
    """
    reading = read(Source("program.py", text))
    plant = plants.plant_of(rule)
    alone: list[tuple[Job, set[int]]] = []
    together: list[tuple[Job, set[int]]] = []
    for program in programs(reading):
        view = View(program)
        findings = list(plant(view))
        for finding in findings:
            about = rows(finding, view, reading)
            for others, kept in (((), alone), (findings, together)):
                job = job_of(rule, finding, others, view)
                assert job is not None
                kept.append((job, about))
    found: dict[str, tuple[Job, set[int]]] = {}
    for job, _ in [*alone, *together]:
        if len(found) < MAX_JOBS:
            found.setdefault(job.text or job.unproven, (job, set()))
    for job, about in [*alone, *together]:
        if (key := job.text or job.unproven) in found:
            found[key][1].update(about)
    return found


def quiet(code: str) -> list[Path]:
    """The fixtures that are quiet for a rule."""
    if code in EXISTENCE:
        everything = sorted((ROOT / "migration").glob("*.py"))
        return [path for path in everything if "# expect:" not in path.read_text(encoding="utf-8")]
    return sorted((ROOT / code.lower()).glob("quiet_*.py"))


# Fixtures of other rules with what the fixtures of a rule do not have: a sparse loss with whole
# labels, and a repair after which other targets are assumed.
OTHERS = [
    ("KER108", ROOT / "ker130" / "quiet_matching.py"),
    ("KER108", ROOT / "ker138" / "quiet_other_arguments.py"),
    ("KER133", ROOT / "ker130" / "quiet_matching.py"),
]
CASES = [(code, path) for code in RULES for path in quiet(code)] + OTHERS


def tempting(code: str) -> list[str]:
    """The programs in the docstring of a rule that look like the bug but are right."""
    return programs_of(snippets(RULES[code].page, "Tempting"))


def wrong(prover: Prover, text: str, code: str) -> list[str]:
    """What is confirmed of a quiet program, and should not be."""
    expected = marks(text, code)
    needed: set[Mark] = set()
    found = []
    for job, about in jobs(text, RULES[code]).values():
        verdict = prover.verdict(job)
        if verdict.word == "confirmed":
            excepting = {mark for mark in expected if mark.row is None or mark.row in about}
            needed |= excepting
            if not excepting:
                found.append(f"{sorted(about)}: {verdict.experiment}: {verdict.evidence}")
    found.extend(f"{mark} excepts what is not confirmed" for mark in expected - needed)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("code", "path"), CASES, ids=lambda value: getattr(value, "stem", value))
def test_a_planted_claim_is_not_confirmed(prover, code, path):
    found = wrong(prover, path.read_text(encoding="utf-8"), code)
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("code", RULES)
def test_a_claim_planted_on_a_tempting_example_is_not_confirmed(prover, code):
    for text in tempting(code):
        found = wrong(prover, text, code)
        assert not found, "\n".join([text, *found])


@pytest.mark.slow
@pytest.mark.parametrize("code", RULES)
def test_the_experiment_of_a_rule_refutes_what_is_planted(prover, code):
    texts = [*tempting(code), *(path.read_text(encoding="utf-8") for path in quiet(code))]
    verdicts = (
        prover.verdict(job).word for text in texts for job, _ in jobs(text, RULES[code]).values()
    )
    assert "refuted" in verdicts, f"the experiments of {code} refute none of its quiet programs"


@pytest.mark.parametrize("code", RULES)
def test_a_tempting_example_has_what_the_rule_is_about(code):
    """Where nothing can be planted, the example does not look like the bug."""
    assert any(jobs(text, RULES[code]) for text in tempting(code))
