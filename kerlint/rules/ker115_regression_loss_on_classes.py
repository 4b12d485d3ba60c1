"""KER115: a regression loss on labels that are classes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.data import Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.objectives import REGRESSION, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.repairs import with_activation, with_loss
from kerlint.rules.words import REGRESSION_WORDS, labels_note

ROWS = frozenset({Encoding.ONE_HOT, Encoding.MULTI_HOT})

# On a yes/no answer these are (or are like) the squared error: a proper score, used on purpose.
BRIER = frozenset({"mean_squared_error", "huber", "log_cosh"})


class RegressionLossOnClasses(Rule):
    """The labels are classes and the loss measures distances.

    A regression loss trains a classifier slowly: where a prediction is certain and wrong, the
    gradient through sigmoid or softmax is nearly zero, and the mean absolute error is content with
    the most frequent class. A crossentropy has its largest gradient exactly there.

    Silent without proof that the labels are classes, in the models of a GAN, and for the squared
    error of one sigmoid unit against 0 and 1, which is a score in its own right (Brier).

    Bad:
        (x, y), _ = keras.datasets.mnist.load_data()
        y = keras.utils.to_categorical(y)
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x / 255, y)
    Good:
        (x, y), _ = keras.datasets.mnist.load_data()
        y = keras.utils.to_categorical(y)
        model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x / 255, y)

    People say: "loss does not decrease", "accuracy does not change", "always predicts the same
    class".
    """

    code = "KER115"
    severity = Severity.WARNING
    words = REGRESSION_WORDS
    experiment = "none: it trains all the same, only slower"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.word not in REGRESSION or target is None:
            return
        if objective.adversarial or not _classes(target, head, loss.word):
            return
        wanted, activation = _fitting(target, head)
        help = f'use loss="{wanted}"'
        if head.activation != activation:
            help += f' with activation="{activation}"'
        activated = with_activation(head, activation)
        related = [labels_note(target)]
        if head.activation is not None:
            related.append(Note(head.site, f"{head.activation} output"))
        yield Finding(
            loss.fact.site,
            f"{loss.said} on labels that are classes ({_kind(target)})",
            label="measures distances, not classes",
            help=help,
            related=tuple(related),
            claim=view.objective_claim(objective),
            repair=(*activated, *with_loss(objective, wanted, view)) if activated else (),
        )


def _classes(target: Array, head: Head, loss: str) -> bool:
    encoding, activation = target.encoding, head.activation
    if encoding in ROWS:
        return activation in ("softmax", "sigmoid", "hard_sigmoid", "linear")
    if activation not in ("softmax", "sigmoid", "hard_sigmoid"):
        return False
    if encoding is Encoding.BINARY:
        return activation == "softmax" or loss not in BRIER
    return encoding is Encoding.INTEGER and isinstance(head.width, int) and head.width > 1


def _fitting(target: Array, head: Head) -> tuple[str, str]:
    if target.encoding is Encoding.ONE_HOT:
        return "categorical_crossentropy", "softmax"
    several = isinstance(head.width, int) and head.width > 1
    if target.encoding is Encoding.INTEGER or (target.encoding is Encoding.BINARY and several):
        return "sparse_categorical_crossentropy", "softmax"
    return "binary_crossentropy", "sigmoid"


def _kind(target: Array) -> str:
    assert target.encoding is not None
    return target.encoding.value
