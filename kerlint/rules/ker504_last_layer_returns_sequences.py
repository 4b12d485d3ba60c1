"""KER504: the last recurrent layer returns every step, but there is one label per sequence."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.changes import Change, DropArg
from kerlint.program.claims import OUTPUT_SHAPE
from kerlint.program.layers import RECURRENT, where
from kerlint.program.model import Layer
from kerlint.program.objectives import CROSSENTROPIES, REGRESSION, SPARSE, Objective
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.ker502_missing_flatten import before, disagree, in_words, last_sequence
from kerlint.rules.model_inputs import has_batch_axis
from kerlint.rules.words import labels_note, loss_note

# Layers that take nothing but sequences, each step by itself.
STEPS_ONLY = where(lambda kind: kind.per_step and (kind.rank == 1 or kind.wraps))


class LastLayerReturnsSequences(Rule):
    """The last recurrent layer returns every time step, but there is one label per sequence.

    `return_sequences=True` makes a recurrent layer output one answer for each time step. Between
    recurrent layers this is needed; on the last one it leaves one axis too many. In a shape such as
    `(None, 20, 1)`, `None` is the batch size and 20 the number of steps.

    With one label per sequence, a crossentropy raises an error. A regression loss does not:
    it silently trains every step on the same target.

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
    Tempting:
        import numpy as np

        x = np.random.rand(100, 20, 3)
        y = np.random.randint(0, 2, size=(100,))
        model = keras.Sequential([keras.Input((20, 3))])
        model.add(layers.LSTM(16, return_sequences=True))
        model.add(layers.GlobalAveragePooling1D())  # combines the steps
        model.add(layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="adam", loss="binary_crossentropy")
        model.fit(x, y)

    People say:
        "predict gives one value for each time step",
        "Shapes (None, 1) and (None, 20, 1) are incompatible"

    When kerlint stays silent:
        - The shape of the labels is not known from the code. Labels for every step are
          common.
        - The labels have one value for each step.
        - A layer between the recurrent layer and the output combines the steps (Flatten,
          pooling, attention).
    """

    code = "KER504"
    severity = Severity.ERROR
    required_bytes = (b"return_sequences",)
    experiments = (OUTPUT_SHAPE,)
    unsafe_because = "weights that were saved before no longer fit the model"

    def check(self, objective: Objective, view: View) -> Iterator[Finding]:
        loss, head, target = objective.loss, objective.head, objective.target
        if loss is None or loss.kind not in CROSSENTROPIES | REGRESSION or target is None:
            return
        if not disagree(head, target, sparse=loss.kind in SPARSE):
            return
        if has_batch_axis(objective.model, view):
            return
        layer = last_sequence(head, view)
        if layer is None:
            return
        flag = layer.args["return_sequences"]
        related = [
            labels_note(target, f"labels of shape {in_words(target.shape)}"),
            loss_note(loss, "compares the output with the labels"),
        ]
        if head.layer is not None and head.layer is not layer:
            related.append(Note(head.layer.origin.site, "gives an answer for every step"))
        help = f"remove `return_sequences=True` from this `{layer.kind}`"
        only = _only_for_steps(objective, view)
        if only is not None:
            help += f", and replace {_instead(only, view)}"
        yield Finding(
            flag.site,
            f"`{layer.kind}` returns every time step, so the output has shape "
            f"{in_words(head.shape)}, but the labels have shape {in_words(target.shape)}",
            label="one answer for each step",
            help=help,
            related=tuple(related),
            origin=layer.origin,
            claim=view.objective_claim(objective),
            repair=repair(objective, view),
        )


def _only_for_steps(objective: Objective, view: View) -> Layer | None:
    """The layer after the recurrent one that works on sequences only."""
    for apply in before(objective.head, view):
        layer = view.layer(apply)
        if layer.kind in STEPS_ONLY:
            return layer
        if layer.kind in RECURRENT or layer.kind == "Bidirectional":
            return None
    return None


def _instead(layer: Layer, view: View) -> str:
    if layer.kind == "SpatialDropout1D":
        return "`SpatialDropout1D` with `Dropout`"
    inner = view.program.layers[layer.wrapped].kind if layer.wrapped is not None else "layer"
    return f"`TimeDistributed({inner}(...))` with the plain `{inner}(...)`"


def repair(objective: Objective, view: View) -> tuple[Change, ...]:
    """Only the last step of the last recurrent layer."""
    layer = last_sequence(objective.head, view)
    if _only_for_steps(objective, view) is not None:
        return ()  # more than one argument is to be changed
    return (DropArg(layer.id, "return_sequences"),) if layer is not None else ()
