"""KER504: the last recurrent layer returns every step, and the labels are one per sequence."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, DropArg
from kerlint.program.objectives import CROSSENTROPIES, REGRESSION, SPARSE, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker502_missing_flatten import disagree, in_words, last_sequence
from kerlint.rules.words import labels_note, loss_note


class LastLayerReturnsSequences(Rule):
    """``return_sequences=True`` on the last recurrent layer gives an answer for every step.

    Between recurrent layers the flag is needed; on the last one it keeps the axis of the steps, and
    the output is an answer for each of them. With one label per sequence a crossentropy raises, and
    a regression loss silently trains every step on the same target.

    Silent where the rank of the labels is not known: labels for every step are common.

    Bad:
        import numpy as np

        x = np.random.rand(100, 20, 3)
        y = np.random.randint(0, 2, size=(100,))
        model = keras.Sequential([keras.Input((20, 3))])
        model.add(layers.LSTM(16, return_sequences=True))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)
    Good:
        import numpy as np

        x = np.random.rand(100, 20, 3)
        y = np.random.randint(0, 2, size=(100,))
        model = keras.Sequential([keras.Input((20, 3))])
        model.add(layers.LSTM(16))
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)

    People say: "predict gives one value for each time step", "Shapes (None, 1) and (None, 20, 1)
    are incompatible".
    """

    code = "KER504"
    severity = Severity.ERROR
    words = (b"return_sequences",)
    experiment = "output shape"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.word not in CROSSENTROPIES | REGRESSION or target is None:
            return
        if not disagree(head, target, sparse=loss.word in SPARSE):
            return
        layer = last_sequence(head, view)
        if layer is None:
            return
        flag = layer.args["return_sequences"]
        related = [
            labels_note(target, f"labels of shape {in_words(target.shape)}"),
            loss_note(loss, "compares them"),
        ]
        if head.layer is not None and head.layer is not layer:
            related.append(Note(head.layer.origin.site, "answers once for every step"))
        yield Finding(
            flag.site,
            f"{layer.kind} returns every step: the output is {in_words(head.shape)}, "
            f"the labels are {in_words(target.shape)}",
            label="keeps the axis of the steps",
            help="drop return_sequences=True on the last recurrent layer",
            related=tuple(related),
            origin=layer.origin,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """Only the last step of the last recurrent layer."""
    layer = last_sequence(objective.head, view)
    return (DropArg(layer.id, "return_sequences"),) if layer is not None else ()
