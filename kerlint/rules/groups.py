"""Which findings are about one mistake, and which of them breaks the training first."""

from __future__ import annotations

from kerlint.diagnostics import MIGRATION
from kerlint.lazy_dataclass import dataclass
from kerlint.program.claims import ExistenceClaim, FirstBatchClaim, ModelClaim
from kerlint.program.model import Compile, Program
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Rule


@dataclass(frozen=True, slots=True)
class Group:
    """``name`` is the same for the findings of one file that are about one mistake, else empty.

    ``stage`` is when the mistake shows: 0 when Keras raises an error, 1 in the results of the
    training, 2 in a metric only.
    """

    name: str = ""
    stage: int = 1


# An output, its loss, its metrics and its labels have to fit: one of them is wrong, and several
# rules see it.
_ABOUT_OUTPUTS = ("KER1", "KER502", "KER504", "KER710", "KER727")
_ABOUT_METRICS = frozenset(
    f"KER{number}" for number in (123, 124, 125, 126, 127, 128, 129, 138, 141, 142)
)
# Names and arguments of an older Keras: one script needs one migration.
OF_MIGRATION = frozenset(f"KER{number:03}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 12, 139, 603))


def group_of(rule: Rule, finding: Finding, subject: object, program: Program) -> Group:
    """The group of a finding that a rule made about a subject of a program."""
    if rule.code in OF_MIGRATION:
        return Group(MIGRATION, 0)
    if not rule.code.startswith(_ABOUT_OUTPUTS):
        return Group()
    about = _output(finding, subject, program)
    if about is None:
        return Group()
    compiled, index = about
    raises = isinstance(finding.claim, (FirstBatchClaim, ExistenceClaim))
    stage = 0 if raises else 2 if rule.code in _ABOUT_METRICS else 1
    return Group(f"output {index} compiled at {compiled.origin.site}", stage)


def _output(finding: Finding, subject: object, program: Program) -> tuple[Compile, int] | None:
    """The compiled output that a finding is about."""
    if isinstance(subject, Objective):
        return subject.compiled, subject.index
    claim = finding.claim
    if isinstance(claim, ModelClaim) and claim.compiled is not None:
        return program.compiles[claim.compiled], claim.output
    return None
