"""KER729: a generator that gives lists where Keras 3 takes tuples."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import TupleForList
from kerlint.program.model import Fit
from kerlint.program.values import Fact, Items
from kerlint.rules.base import Finding, Note, Rule, View

_METHODS = frozenset({"fit", "evaluate", "predict"})


class ListFromGenerator(Rule):
    """A generator or `PyDataset` gives a list of inputs, which Keras 3 does not accept.

    For a model with several inputs, Keras 2 accepted `[a, b], y` from a generator or a `Sequence`.
    Keras 3 hands the batch to `tf.data`, which does not accept lists, and raises an error about the
    `output_signature`. A tuple, `(a, b), y`, works in both.

    Bad:
        import numpy as np

        def batches():
            while True:
                yield [np.random.rand(8, 4), np.random.rand(8, 2)], np.random.rand(8)

        a, b = keras.Input((4,)), keras.Input((2,))
        model = keras.Model([a, b], layers.Dense(1)(layers.concatenate([a, b])))
        model.compile(optimizer="adam", loss="mse")
        model.fit(batches(), steps_per_epoch=4)
    Good:
        import numpy as np

        def batches():
            while True:
                yield (np.random.rand(8, 4), np.random.rand(8, 2)), np.random.rand(8)

        a, b = keras.Input((4,)), keras.Input((2,))
        model = keras.Model([a, b], layers.Dense(1)(layers.concatenate([a, b])))
        model.compile(optimizer="adam", loss="mse")
        model.fit(batches(), steps_per_epoch=4)
    Tempting:
        # A list of whole arrays is fine: nothing is read from a `Sequence`.
        import numpy as np

        a, b = keras.Input((4,)), keras.Input((2,))
        model = keras.Model([a, b], layers.Dense(1)(layers.concatenate([a, b])))
        model.compile(optimizer="adam", loss="mse")
        model.fit([np.random.rand(8, 4), np.random.rand(8, 2)], np.random.rand(8))

    People say: "`output_signature` must contain objects that are subclass of `tf.TypeSpec` but
    found <class 'list'> which is not".

    When kerlint stays silent:
        - The code does not show what a batch is.
        - The target is Keras 2.
    """

    code = "KER729"
    severity = Severity.ERROR
    required_bytes = (b"yield", b"Sequence", b"PyDataset")
    fix = Applicability.SAFE
    untestable = "the generator is not in the model that kerlint builds"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        if fit.method not in _METHODS or fit.batch is None or not view.target.is_keras_3:
            return
        found = _list_in(fit.batch)
        if found is None:
            return
        yield Finding(
            found.site,
            f"`{fit.method}` raises an error, because this batch has a list instead of a tuple",
            label="a list",
            help="write a tuple, with parentheses instead of square brackets",
            related=(Note(fit.origin.site, "used here"),),
            origin=fit.origin,
            rewrite=(TupleForList(found.site),),
        )


def _list_in(batch: Fact) -> Fact | None:
    """The list among the parts of a batch."""
    value = batch.value
    if not isinstance(value, Items) or value.kind != "tuple" or len(value.items) not in (2, 3):
        return None
    for part in value.items:
        if isinstance(part.value, Items) and part.value.kind == "list" and part.value.complete:
            return part
    return None
