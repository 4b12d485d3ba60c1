"""KER118: kl_divergence over outputs that are no distribution."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_RANGE, OVERFIT
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import dense_after, with_activation, with_loss
from kerlint.rules.words import activation_advice, head_origin, loss_note


class DivergenceOfNoDistribution(Rule):
    """`kl_divergence` compares distributions, but the outputs do not add up to 1.

    The loss is the sum of `y * log(y / prediction)`. It is meant for probabilities that add up to
    1 on both sides. If nothing makes the predictions add up to 1, the loss is smallest when all of
    them are as large as possible, whatever the targets are. It goes down and the model learns
    nothing useful.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        model.compile(optimizer="adam", loss="kl_divergence")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3, activation="softmax")])
        model.compile(optimizer="adam", loss="kl_divergence")
    Tempting:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
        model.add(layers.Softmax())
        model.compile(optimizer="adam", loss=keras.losses.KLDivergence())

    People say:
        "KL divergence loss is negative", "kl divergence goes to 0 but predictions are wrong",
        "all outputs are close to 1"

    When kerlint stays silent:
        - A layer or function that kerlint does not know makes the output. It may divide by the
          sum.
        - The output is a softmax over one unit: KER101 reports that.
    """

    code = "KER118"
    severity = Severity.ERROR
    required_bytes = (b"kld", b"KLD", b"kl_div", b"kullback")
    experiments = (OUTPUT_RANGE, OVERFIT)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head = objective.loss, objective.head
        if loss is None or loss.kind != "kl_divergence" or loss.partial:
            return
        if head.activation in (None, "softmax") or (head.layer is None and not head.activations):
            return
        one = head.width == 1
        linear = head.activation == "linear"
        subject = "the output layer has no activation" if linear else f"{head.activation} outputs"
        verb = ", but" if linear else " do not add up to 1, and"
        help = activation_advice(head, "softmax")
        if one:
            help = (
                'use `loss="binary_crossentropy"` and sigmoid for a yes/no answer, or `loss="mse"`'
            )
        yield Finding(
            head.site,
            f"{subject}{verb} `{loss.as_written}` expects probabilities that add up to 1",
            label="all outputs grow, as the loss falls with each of them",
            help=help,
            related=(loss_note(loss, "compares two distributions"),),
            severity=Severity.WARNING if head.activation == "sigmoid" else None,
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
            fix=Applicability.DISPLAY if one else None,
            unsafe_because="it depends on what the one unit stands for" if one else "",
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """A softmax; one unit cannot have a distribution, but it can be a number."""
    if objective.head.width == 1:
        if objective.head.activation != "linear":
            return ()
        return with_loss(objective, "mean_squared_error")
    return with_activation(objective.head, "softmax") or dense_after(objective.head, "softmax")
