"""KER521: data that do not have the shape of the model's input."""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.diagnostics import Severity
from kerlint.program.model import Fit
from kerlint.rules.base import Finding, Note, Rule, View
from kerlint.rules.channels_first import channels_first
from kerlint.rules.model_inputs import (
    Given,
    Stated,
    as_taken,
    clash,
    given,
    includes_batch,
    is_of_numbers,
    is_one_sample,
    stated,
)
from kerlint.rules.refusals import in_words


class DataOfAnotherShape(Rule):
    """The data do not have the shape that the model takes.

    The input shape of a model is the shape of one sample. If the data have another number of
    axes, or sizes that the weights of a layer do not fit, Keras raises an error at the first
    batch.

    There is one exception: Keras adds an axis of size 1 at the end of the data, or removes it,
    where that gives the right number of axes. So images of shape `(28, 28)` fit an input of
    `(28, 28, 1)`.

    Bad:
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input((784,))])
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Good:
        (x, y), _ = keras.datasets.mnist.load_data()
        x = x.reshape(-1, 784)
        model = keras.Sequential([keras.Input((784,))])
        model.add(layers.Dense(64, activation="relu"))
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x / 255, y)
    Tempting:
        import numpy as np

        x, y = np.random.rand(200, 28, 28), np.random.randint(0, 10, size=200)
        model = keras.Sequential([keras.Input((28, 28, 1))])  # Keras adds the last axis
        model.add(layers.Conv2D(8, 3, activation="relu"))
        model.add(layers.GlobalAveragePooling2D())
        model.add(layers.Dense(10, activation="softmax"))
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
        model.fit(x, y)

        # Images of another size, which the pooling layer makes fit.
        import numpy as np

        model = keras.Sequential([keras.Input((64, 64, 3)), layers.Conv2D(8, 3, activation="relu")])
        model.add(layers.GlobalAveragePooling2D())
        model.add(layers.Dense(1))
        model.compile(optimizer="adam", loss="mse")
        model.fit(np.random.rand(20, 32, 32, 3), np.random.rand(20, 1))

    People say:
        "Invalid input shape for input Tensor, expected shape (None, 784)",
        "expected axis -1 of input shape to have value 784, but received input with shape",
        "Error when checking input: expected dense_1_input to have shape"

    When kerlint stays silent:
        - The shape of the data or the input shape is not known from the code.
        - Only sizes differ, and no layer has weights that depend on them.
        - The input shape includes the batch axis (KER520), has the channels first (KER506), or
          `predict` gets a single sample (KER522).
    """

    code = "KER521"
    severity = Severity.ERROR
    required_bytes = (b"fit", b"predict", b"evaluate", b"on_batch")
    untestable = "Keras compares the two shapes itself before anything is computed"

    def check(self, fit: Fit, view: View) -> Iterator[Finding]:
        for data in given(fit, view):
            before = stated(data.tensor, view)
            if before is None or includes_batch(before, data) or is_one_sample(data, view):
                continue
            if channels_first(data.tensor, view) is not None or not is_of_numbers(data.array):
                continue
            found = _mismatch(before, data, view)
            if found is not None:
                yield found
                return


def _mismatch(before: Stated, data: Given, view: View) -> Finding | None:
    shape = data.array.shape
    assert shape is not None
    taken = as_taken(shape, before.shape)
    notes = [
        data.note(f"of the shape `{in_words(shape)}`"),
        Note(before.site, f"the model takes `{in_words(before.shape)}`"),
    ]
    words, wanted = in_words(("batch", *shape[1:])), in_words(("batch", *before.shape[1:]))
    message = f"the data have the shape `{words}`, but the model takes `{wanted}`"
    if taken is None:
        help = f"reshape the data to `{wanted}`, or change the input shape"
        if len(before.shape) == 2 and len(shape) > 2:
            help = "add a `Flatten` layer to the model, or reshape the data"
        label = f"{len(shape)} axes instead of {len(before.shape)}"
    else:
        wrong = clash(view.program.models[data.fit.model], data.tensor, taken, view)
        if wrong is None:
            return None
        help, label = "make the input shape that of one sample of the data", "other sizes"
        words = "cannot take the data"
        if wrong.wanted is not None:
            words = f"takes {wrong.wanted} values, and would get {wrong.got}"
        notes.append(Note(wrong.layer.origin.site, words))
    return Finding(
        data.fit.origin.site,
        message,
        label=label,
        help=help,
        related=tuple(notes),
        origin=data.fit.origin,
    )
