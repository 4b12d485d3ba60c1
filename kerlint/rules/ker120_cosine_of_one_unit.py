"""KER120: cosine_similarity over one unit."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import ZERO_GRADIENT
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import with_loss


class CosineOfOneUnit(Rule):
    """`cosine_similarity` of single numbers only compares their signs, so nothing is learned.

    The loss is the cosine of the angle between the vector of targets and the vector of outputs.
    With one output unit these vectors have one number each, and the cosine is 1 if both have the
    same sign and -1 if not. It does not change when the output changes a little, so the gradient
    is 0.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="cosine_similarity")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
    Tempting:
        # A vector of 16 numbers for each sample.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16)])
        model.compile(optimizer="adam", loss="cosine_similarity")

    People say:
        "cosine similarity loss does not change", "cosine similarity is always -1"

    When kerlint stays silent:
        - The number of units is not known from the code.
        - The loss has an `axis`.
    """

    code = "KER120"
    severity = Severity.ERROR
    required_bytes = (b"osine",)
    experiments = (ZERO_GRADIENT,)
    unsafe_because = "the model then learns from another loss"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.kind != "cosine_similarity" or head.width != 1:
            return
        if loss.partial or "axis" in loss.args or head.activation is None:
            return
        yield Finding(
            loss.fact.site,
            f"`{loss.as_written}` over one unit only compares signs, so its gradient is 0",
            label="1 or -1 for a single number, whatever its size",
            help='use `loss="mse"`',
            related=(Note(head.site, "one unit"),) if head.layer is not None else (),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The squared error, which does compare numbers."""
    return with_loss(objective, "mse")
