"""KER115: a regression loss on labels that are classes."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.claims import CONFIDENT_GRADIENT
from kerlint.program.data import Array, Encoding
from kerlint.program.heads import Head
from kerlint.program.objectives import REGRESSION, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.labels import gives_back_input
from kerlint.rules.repairs import with_activation, with_loss
from kerlint.rules.words import REGRESSION_WORDS, activation_advice, labels_note

ROWS = frozenset({Encoding.ONE_HOT, Encoding.MULTI_HOT})

# On a yes/no answer these are (or are like) the squared error: a proper score, used on purpose.
BRIER = frozenset({"mean_squared_error", "huber", "log_cosh"})


class RegressionLossOnClasses(Rule):
    """A regression loss on class labels trains slowly or stalls.

    mse, mae and similar losses measure a distance. For a classifier that is certain of the wrong
    class, their gradient through sigmoid or softmax is almost 0, so the worst mistakes are
    corrected last. With mae, the model may end up always predicting the most frequent class. A
    crossentropy has its largest gradient exactly where the model is most wrong.

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
    Tempting:
        import numpy as np

        x = np.random.rand(200, 8)
        y = x @ np.arange(8.0)  # amounts
        inputs = keras.Input((8,))
        weights = layers.Dense(8, activation="softmax")(inputs)  # not the output
        model = keras.Model(inputs, layers.Dense(1)(layers.Multiply()([inputs, weights])))
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y)

    People say:
        "loss does not decrease", "accuracy does not change",
        "always predicts the same class"

    When kerlint stays silent:
        - The code does not prove that the labels are classes.
        - One sigmoid unit is trained with the squared error on labels of 0 and 1: this is
          the Brier score, which is used on purpose.
        - The model is part of a GAN (least-squares GANs use mse), or is trained to give
          back its own input.
    """

    code = "KER115"
    severity = Severity.WARNING
    required_bytes = REGRESSION_WORDS
    experiments = (CONFIDENT_GRADIENT,)
    unsafe_because = "the model then learns from another loss"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in REGRESSION or target is None:
            return
        if objective.adversarial or gives_back_input(objective):
            return
        if not _classes(target, head, loss.kind):
            return
        wanted, activation = _fitting(target, head)
        help = f'use `loss="{wanted}"`'
        if head.activation != activation:
            help = f'{activation_advice(head, activation)} and `loss="{wanted}"`'
        related = [labels_note(target)]
        if head.activation is not None:
            related.append(Note(head.site, f"{head.activation} output"))
        yield Finding(
            loss.fact.site,
            f"`{loss.as_written}` is a regression loss, but the labels are classes "
            f"({_kind(target)})",
            label="measures distances between numbers",
            help=help,
            related=tuple(related),
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """The crossentropy that fits the labels, with its activation."""
    target, head = objective.target, objective.head
    if target is None or target.encoding is None:
        return ()
    wanted, activation = _fitting(target, head)
    activated = with_activation(head, activation)
    return (*activated, *with_loss(objective, wanted)) if activated else ()


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
