"""KER520: an input shape that begins with the batch axis."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Applicability, Severity
from kerlint.program.changes import DropFirst
from kerlint.program.model import Layer, Program
from kerlint.rules.base import Finding, Note, Rule, View, subjects
from kerlint.rules.model_inputs import Stated, given, includes_batch, stated, stated_before
from kerlint.rules.refusals import UNTESTABLE, code_of, in_words, refusals, sizes_after_batch


class BatchAxisInInputShape(Rule):
    """The input shape includes the batch axis.

    `Input(shape=...)` and `input_shape=` take the shape of one sample. Keras adds the batch axis
    itself and writes it as `None`. If the shape begins with `None` or with the number of
    samples, the model expects one axis more than the data have, and Keras raises an error while
    it builds the model or at the first batch.

    The shape of one sample is `x_train.shape[1:]`, and not `x_train.shape`.

    Bad:
        (x, y), _ = keras.datasets.cifar10.load_data()
        model = keras.Sequential()
        model.add(layers.Conv2D(32, 3, activation="relu", input_shape=(None, 32, 32, 3)))
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Good:
        (x, y), _ = keras.datasets.cifar10.load_data()
        model = keras.Sequential()
        model.add(layers.Conv2D(32, 3, activation="relu", input_shape=(32, 32, 3)))
        model.add(layers.Flatten())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Tempting:
        import numpy as np

        model = keras.Sequential([keras.Input(shape=(None, 3))])  # sequences of any length
        model.add(layers.LSTM(16))
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(40, 20, 3), np.random.rand(40, 1))

    People say:
        "expected ndim=4, found ndim=5. Full shape received: (None, None, 28, 28, 1)",
        "expected shape=(None, 60000, 28, 28), found shape=(32, 28, 28)"

    When kerlint stays silent:
        - The shape has as many axes as the first layer and the data have: `None` is then a size
          that varies, such as the length of a sequence.
        - The shape is given with `batch_shape=` or `batch_input_shape=`, which include the batch.
    """

    code = "KER520"
    severity = Severity.ERROR
    required_bytes = (b"shape",)
    fix = Applicability.SAFE
    untestable = UNTESTABLE

    def check(self, program: Program, view: View) -> Iterator[Finding]:
        reported: set[int] = set()
        for layer in subjects(Layer, view) if view.refused else ():
            assert isinstance(layer, Layer)
            for call, refused in refusals(layer, view):
                before = stated_before(call, view)
                if before is None or before.tensor in reported:
                    continue
                if code_of(call, refused, view) == self.code:
                    reported.add(before.tensor)
                    (wanted,) = refused.numbers
                    related = (Note(layer.origin.site, f"takes {wanted} axes with the batch"),)
                    yield _finding(before, related)
        for fit in program.fits[program.own.fits :]:
            for data in given(fit, view):
                before = stated(data.tensor, view)
                if before is None or before.tensor in reported or fit.origin.fails:
                    continue
                if includes_batch(before, data):
                    reported.add(before.tensor)
                    words = f"the data have the shape `{in_words(data.array.shape)}`"
                    yield _finding(before, (data.note(words),))


def _finding(before: Stated, related: tuple[Note, ...]) -> Finding:
    first = in_words(before.shape[1:2])[1:-2]
    one = sizes_after_batch(before.shape[1:])
    return Finding(
        before.site,
        f"the input shape `{sizes_after_batch(before.shape)}` includes the batch axis",
        label=f"Keras adds the batch axis itself, so `{first}` is one axis too many",
        help=f"state the shape of one sample, `{one}`",
        related=related,
        rewrite=(DropFirst(before.site),) if before.fact is not None else (),
    )
