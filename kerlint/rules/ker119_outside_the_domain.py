"""KER119: poisson, msle and mape with outputs or targets for which they are not defined."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OVERFIT
from kerlint.program.data import Array, Encoding
from kerlint.program.objectives import Criterion, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import dense_after, with_activation, with_loss
from kerlint.rules.words import activation_advice, head_origin, labels_note, loss_note

_NEGATIVE = frozenset({"linear", "tanh", "elu", "selu", "leaky_relu", "softsign", "gelu", "silu"})
"""Activations whose outputs can be below 0."""

_LOGARITHM = "mean_squared_logarithmic_error"
_PERCENTAGE = "mean_absolute_percentage_error"


class OutsideTheDomain(Rule):
    """The loss takes a logarithm or a quotient that does not exist for these numbers.

    - `poisson` takes the logarithm of the predictions. An output layer without an activation
      gives numbers below 0, so the loss is NaN, often in the first batch.
    - `msle` takes the logarithm of predictions and targets plus 1, and replaces negative numbers
      by 0. Negative targets are all learned as 0.
    - `mape` divides by the target. For a target of 0 it divides by 0.0000001, so that this
      sample outweighs all others.

    Bad:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="poisson")
    Good:
        model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
        model.add(layers.Dense(1, activation="softplus"))
        model.compile(optimizer="adam", loss="poisson")
    Tempting:
        # An exponential is above 0.
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1, activation="exponential")])
        model.compile(optimizer="adam", loss="poisson")

        # No target is 0.
        import numpy as np

        x = np.random.rand(60, 8)
        y = np.random.randint(1, 9, size=(60,))
        model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])
        model.compile(optimizer="adam", loss="mape")
        model.fit(x, y)

    People say:
        "poisson loss is nan", "mape is huge", "mean absolute percentage error in the millions"

    When kerlint stays silent:
        - The output is relu, sigmoid, softplus or exponential, or unknown (`poisson`).
        - The range of the targets is not known from the code (`msle` and `mape`).
    """

    code = "KER119"
    severity = Severity.ERROR
    required_bytes = (b"poisson", b"Poisson", b"mape", b"MAPE", b"msle", b"MSLE", b"mean_", b"Mean")
    experiments = (OVERFIT,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None:
            return
        if _logarithm_of_negative(objective):
            linear = head.activation == "linear"
            subject = "an output without an activation" if linear else f"a {head.activation} output"
            yield Finding(
                head.site,
                f"`{loss.as_written}` takes the logarithm of the predictions, but {subject} can be "
                "negative",
                label="below 0 the loss is NaN",
                help=activation_advice(head, "softplus"),
                related=(loss_note(loss, "expects predictions above 0"),),
                origin=head_origin(head),
                claim=view.objective_claim(objective),
                repair=repair(objective, view),
            )
        elif target is not None and _on_targets(loss, target):
            yield self._on_targets(loss, target, objective, view)

    def _on_targets(
        self, loss: Criterion, target: Array, objective: Objective, view: View
    ) -> Finding:
        percentage = loss.kind == _PERCENTAGE
        message = (
            f"`{loss.as_written}` divides by the targets, and some of them are 0"
            if percentage
            else f"`{loss.as_written}` replaces negative targets by 0, and some are negative"
        )
        return Finding(
            loss.fact.site,
            message,
            label="targets of 0 outweigh all others" if percentage else "for targets from 0 up",
            help='use `loss="mae"`' if percentage else 'use `loss="mse"`',
            related=(labels_note(target), Note(objective.head.site, "the output"))
            if objective.head.layer is not None
            else (labels_note(target),),
            severity=Severity.WARNING,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _logarithm_of_negative(objective: Objective) -> bool:
    loss, head = objective.loss, objective.head
    if loss is None or loss.kind != "poisson" or head.layer is None:
        return False
    return head.activation in _NEGATIVE


def _on_targets(loss: Criterion, target: Array) -> bool:
    """Whether the values of the targets are known, and some are outside the domain."""
    if loss.kind == _LOGARITHM:
        return target.lowest is not None and target.lowest < -0.05
    if loss.kind != _PERCENTAGE:
        return False
    if target.encoding in (Encoding.BINARY, Encoding.ONE_HOT, Encoding.MULTI_HOT):
        return True
    return target.lowest == 0 and bool(target.integers)


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """An output above 0 under poisson, else a loss that takes any numbers."""
    loss, head = objective.loss, objective.head
    if loss is None:
        return ()
    if loss.kind == "poisson":
        return with_activation(head, "softplus") or dense_after(head, "softplus")
    if loss.kind == _PERCENTAGE:
        return with_loss(objective, "mae")
    return with_loss(objective, "mse") if loss.kind == _LOGARITHM else ()
