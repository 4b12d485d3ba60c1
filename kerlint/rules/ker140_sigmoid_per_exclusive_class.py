"""KER140: a yes/no answer for each of several classes that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change
from kerlint.program.data import Encoding
from kerlint.program.objectives import Objective
from kerlint.rules.base import Finding, Rule, View
from kerlint.rules.repairs import with_activation, with_crossentropy
from kerlint.rules.words import activation_advice, head_origin, labels_note, loss_note, same_form


class SigmoidPerExclusiveClass(Rule):
    """Each class has a yes/no answer of its own, but exactly one class is right.

    With sigmoid units and `binary_crossentropy` the outputs of a sample do not add up to 1:
    the model can say yes to several classes, or no to all. It has to learn from the data
    that one of them is always right, and the loss is small from the start because most
    answers are no. With softmax and `categorical_crossentropy` this is built in.

    Bad:
        import numpy as np

        x = np.random.rand(64, 8)
        y = keras.utils.to_categorical(np.random.randint(0, 4, 64), 4)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(64, 8)
        y = keras.utils.to_categorical(np.random.randint(0, 4, 64), 4)
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="softmax")])
        model.compile(optimizer="adam", loss="categorical_crossentropy")
        model.fit(x, y)
    Tempting:
        import numpy as np

        x = np.random.rand(64, 8)
        y = np.random.randint(0, 2, size=(64, 4))  # any number of the four can be 1
        model = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="sigmoid")])
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)

    People say:
        "probabilities do not sum to 1", "accuracy is very high from the first epoch",
        "binary_crossentropy or categorical_crossentropy"

    When kerlint stays silent:
        - It is not known from the code that each sample has exactly one class.
        - The output layer has a softmax: KER107 reports that.
        - There are only two units, which is a common way to write a yes/no answer.
    """

    code = "KER140"
    severity = Severity.WARNING
    required_bytes = (b"rossentropy",)
    untestable = "that independent sigmoids do not add up to 1 is certain from the text"
    unsafe_because = "the model then predicts other values"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind != "binary_crossentropy" or target is None:
            return
        if loss.partial or head.activation not in ("sigmoid", "hard_sigmoid"):
            return
        width = head.width
        if not isinstance(width, int) or width < 3 or head.rank not in (2, None):
            return
        if target.encoding is not Encoding.ONE_HOT or target.classes not in (width, None):
            return
        wanted = same_form(loss, "categorical_crossentropy")
        yield Finding(
            head.site,
            f"one of {width} classes is right, but each sigmoid unit answers yes or no by itself",
            label="outputs that do not add up to 1",
            help=f"{activation_advice(head, 'softmax')} and `{wanted}`",
            related=(loss_note(loss, "a yes/no question for each unit"), labels_note(target)),
            origin=head_origin(head),
            rewrite=_with_softmax(objective),
        )


def _with_softmax(objective: Objective) -> tuple[Change, ...]:
    activated = with_activation(objective.head, "softmax")
    loss = with_crossentropy(objective, "categorical_crossentropy")
    return (*activated, *loss) if activated else ()
