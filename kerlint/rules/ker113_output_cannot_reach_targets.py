"""KER113: targets outside the range of the output."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import OUTPUT_RANGE
from kerlint.program.data import Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.model import Layer
from kerlint.program.objectives import REGRESSION, Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import dense_after, with_activation
from kerlint.rules.words import (
    activation_advice,
    are_names,
    head_origin,
    labels_note,
    loss_note,
    span_in_words,
)

# Lowest and highest value an activation can give, and the words for it.
RANGES: dict[str, tuple[float | None, float | None, str]] = {
    "exponential": (0.0, None, "0 or more"),
    "hard_sigmoid": (0.0, 1.0, "between 0 and 1"),
    "relu": (0.0, None, "0 or more"),
    "relu6": (0.0, 6.0, "between 0 and 6"),
    "sigmoid": (0.0, 1.0, "between 0 and 1"),
    "softmax": (0.0, 1.0, "between 0 and 1 (adding up to 1)"),
    "softplus": (0.0, None, "0 or more"),
    "softsign": (-1.0, 1.0, "between -1 and 1"),
    "tanh": (-1.0, 1.0, "between -1 and 1"),
}

# A target this much outside is not the noise of a scaler that was fitted on other rows.
_MARGIN = 0.1


class OutputCannotReachTargets(Rule):
    """The targets lie outside the range that the output layer can reach.

    A sigmoid only outputs numbers between 0 and 1, tanh between -1 and 1, and relu never below 0.
    With a regression loss, the predictions stick to the edge nearest to the targets, and the loss
    stops at a level that more training cannot lower.

    Leave the activation out to let the output be any number, or scale the targets to the
    range of the activation.

    Bad:
        import numpy as np

        x = np.linspace(-5, 5, 200).reshape(-1, 1)
        y = x ** 2
        model = keras.Sequential([keras.Input((1,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.linspace(-5, 5, 200).reshape(-1, 1)
        y = x ** 2
        model = keras.Sequential([keras.Input((1,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.linspace(-5, 5, 200).reshape(-1, 1)
        y = x ** 2 / 25  # between 0 and 1
        model = keras.Sequential([keras.Input((1,)), layers.Dense(8, activation="relu")])
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "does not predict negative values", "predictions are all 1", "always predicts 0"

    When kerlint stays silent:
        - The code does not show the range of the targets. KER114, which is off by default,
          points out such outputs.
        - The targets are only slightly outside the range, as those of a scaler that was
          fitted on other rows can be.
        - The labels are classes: then the loss is wrong, and KER115 or KER116 reports that.
    """

    code = "KER113"
    severity = Severity.ERROR
    required_bytes = (
        b"sigmoid",
        b"tanh",
        b"relu",
        b"ReLU",
        b"softmax",
        b"Softmax",
        b"softplus",
        b"softsign",
        b"exponential",
        b"LSTM",
        b"GRU",
        b"SimpleRNN",
    )
    experiments = (OUTPUT_RANGE,)
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in REGRESSION or target is None:
            return
        name = head.activation or ""
        if name not in RANGES or (name == "softmax" and head.width == 1):
            return
        # Labels of classes want another loss, not another activation.
        if target.encoding not in (None, Encoding.CONTINUOUS) and not _numbers(target):
            return
        if name == "relu" and not _plain(head.activations[0].layer):
            return
        low, high, words = RANGES[name]
        below = low is not None and target.lowest is not None and target.lowest < low - _MARGIN
        above = high is not None and target.highest is not None and target.highest > high + _MARGIN
        if not below and not above:
            return
        written = _written(head)
        yield Finding(
            head.site,
            f"{name} outputs can only be {words}, but the targets {_span(target)}",
            label=f"can only be {words}" + ("" if written else " (tanh is the default)"),
            help=f"{activation_advice(head, 'linear')}, or scale the targets to that range",
            related=(
                labels_note(target, f"the targets {_span(target)}"),
                loss_note(loss, "a regression loss"),
            ),
            origin=head_origin(head),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _numbers(target: Array) -> bool:
    """Whether whole numbers may well be a quantity, for all that is known."""
    return target.encoding is Encoding.INTEGER and not are_names(target)


def _span(target: Array) -> str:
    if target.lowest is not None and target.highest is not None:
        return f"go {span_in_words(target)}"
    edge = target.lowest if target.highest is None else target.highest
    return f"go {'up' if target.lowest is None else 'down'} to {edge:.4g}"


def _plain(layer: Layer) -> bool:
    """A relu that gives no numbers below 0."""
    for name in ("negative_slope", "alpha"):
        fact = layer.arg(name)
        if fact is not None and fact.number() != 0:
            return False
    return not layer.partial


def _written(head: Head) -> bool:
    """Whether the activation is written in the code, and not the default of a recurrent layer."""
    if not head.activations:
        return False
    return head.activations[0].fact is not None or head.layer is None


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """No activation, so that the output reaches every number."""
    return with_activation(objective.head, "linear") or dense_after(objective.head, "linear")
